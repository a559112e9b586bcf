"""Parses as text again: Stanford's typed dependencies and CoNLL-U.

What a form has no place for is left out: the text of the question (Stanford), the tree (CoNLL-U), and in Stanford's
form the lemmas, or incomplete tags, of words that no edge names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...diagnostics import error
from .parse import Edge, Parse
from .words import PENN

_BLANK, _TAB = re.compile(r"[ \t\r\n]"), re.compile(r"[\t\r\n]")


def write_stanford(parse: Parse) -> str:
    """A sentence as `wordsAndTags` (or `words`), `oneline` and `typedDependencies` print it, and an empty line.

    Tags of all words stand beside the words, else beside the nodes of edges, where all of them have one. Where words
    are not known the line of words is left out. Raises CompileError (NMT415) for words with a blank inside.
    """
    words = parse.words
    _refuse((*words, *parse.tags, *parse.lemmas, *(edge[0] for edge in parse.edges)), _BLANK, "Stanford's form")
    blocks = []
    tagged = bool(parse.tags) and PENN.issuperset(parse.tags)
    if all(words):
        shown = [f"{word}/{tag}" for word, tag in zip(words, parse.tags, strict=True)] if tagged else list(words)
        if shown and shown[0] == "(":
            shown[0] = "-LRB-"  # a line that begins with a bracket could be a tree
        blocks.append(" ".join(shown))
    if parse.tree:
        blocks.append(parse.tree)
    if parse.edges:
        nodes = _nodes(parse, tagged=tagged and all(words))
        blocks.append("\n".join(f"{name}({nodes[above]}, {nodes[below]})" for name, above, below in parse.edges))
    return "".join(f"{block}\n\n" for block in blocks)


def _nodes(parse: Parse, *, tagged: bool) -> list[str]:
    """What edges write for each number: `walk/VBG-4'`."""
    texts = list(parse.words)
    for place, lemma in enumerate(parse.lemmas):
        texts[place] = lemma or texts[place]
    used = {parse.original(number) for _, *pair in parse.edges for number in pair} - {0}
    if parse.tags and not tagged and all(parse.tags[number - 1] in PENN for number in used):
        texts = [f"{text}/{tag}" for text, tag in zip(texts, parse.tags, strict=True)]
    nodes = ["ROOT-0", *(f"{text}-{place}" for place, text in enumerate(texts, 1))]
    strokes: dict[int, int] = {}
    for number in sorted(parse.copies):
        original = parse.copies[number]
        strokes[original] = strokes.get(original, 0) + 1
        nodes.append(nodes[original] + "'" * strokes[original])
    return nodes


def write_conllu(parse: Parse) -> str:
    """A sentence as CoNLL-U, and an empty line.

    Columns 7 and 8 hold the first edge of each word; column 9 holds all edges where a word has several, or there are
    copies. Raises CompileError (NMT415) for words with a tab or the end of a line inside.
    """
    _refuse((*parse.words, *parse.tags, *parse.lemmas, *(edge[0] for edge in parse.edges)), _TAB, "CoNLL-U")
    above: dict[int, list[Edge]] = {}
    for edge in parse.edges:
        above.setdefault(edge[2], []).append(edge)
    names = _names(parse)
    enhanced = bool(parse.copies) or any(len(edges) > 1 for edges in above.values())
    rows = [f"# text = {' '.join(parse.text.split())}"] if parse.text else []
    for number in _order(parse):
        edges = above.get(number, [])
        word = parse.original(number) - 1
        head, relation = _basic(parse, edges, number)
        deps = "|".join(f"{names[governor]}:{name}" for name, governor, _ in edges) if enhanced else ""
        tag, lemma = (row[word] if row else "" for row in (parse.tags, parse.lemmas))
        cells = (names[number], parse.words[word], lemma, "", tag, "", head, relation, deps, "")
        rows.append("\t".join(cell or "_" for cell in cells))
    return "\n".join([*rows, "", ""])


def _basic(parse: Parse, edges: Iterable[Edge], number: int) -> tuple[str, str]:
    """Head and relation of a word: its first edge from a word that is no copy."""
    if number > len(parse.words):
        return "", ""
    first = next((edge for edge in edges if edge[1] <= len(parse.words)), None)
    return (str(first[1]), first[0]) if first else ("", "")


def _names(parse: Parse) -> list[str]:
    """What CoNLL-U calls each number: a copy of word 4 is `4.1`."""
    names = [str(number) for number in range(len(parse.words) + 1)]
    counts: dict[int, int] = {}
    for number in sorted(parse.copies):
        original = parse.copies[number]
        counts[original] = counts.get(original, 0) + 1
        names.append(f"{original}.{counts[original]}")
    return names


def _order(parse: Parse) -> list[int]:
    """All numbers, copies behind their words."""
    return sorted(
        range(1, len(parse.words) + len(parse.copies) + 1), key=lambda number: (parse.original(number), number)
    )


def _refuse(texts: Iterable[str], pattern: re.Pattern[str], form: str) -> None:
    for text in texts:
        if pattern.search(text):
            raise error(
                "NMT415", f"{form} cannot hold the word {text!r}", help="it holds a blank, or the end of a line"
            )
