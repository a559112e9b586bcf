"""Typed dependencies as the Stanford parser prints them, with lines of words and trees between.

A sentence is up to three blocks: its words (`What is it ?`, or `What/WP is/VBZ it/PRP ?/.`), its tree, its edges. Edges
name words by number: `nmod:behind(wall/NN-5, bed/NN-8)`; with `-4'` they name a copy of word 4. What stands before the
number is the word or, where the parser was asked for stems, its lemma.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import define

from ...diagnostics import Diagnostic
from ..files import Input
from .blocks import blocks
from .graphs import Fault
from .labels import Labels, labels_of
from .parse import Parse
from .penn import NOTHING, begins, open_brackets, tree_of
from .stanford_edges import EDGE_LIKE, Heading, is_edges, parse_of
from .stanford_quick import Quick
from .words import tagged_words, words_of

_GIVEN_UP = re.compile(r"SENTENCE_SKIPPED_OR_UNPARSABLE|Sentence skipped:.*")
_LOG = re.compile(r"Parsing (?:\[sent\.|file:).*|Parsed (?:file:|\d+ words).*|Loading parser.*")
FIRST = 12  # blocks, up to which the first edges come
_ODD = re.compile(
    r"\s*$|\(|SENTENCE_|Sentence skipped|Parsing |Parsed |Loading |[^\s()]+\(\S*(?:-\d|,)"
)  # no plain words
_RELATIONS = re.compile(r"^([^\s(]+)\(\S+-\d+'*, \S+-\d+'*\)$", re.MULTILINE)


def read_stanford(source: Input) -> Iterator[Parse | Diagnostic]:
    """Read sentences one by one, with whatever is printed of them: words, tags, lemmas, tree, edges.

    A sentence that cannot be used is a diagnostic, and the rest goes on. Which labels it has is told by the head of
    the file. Raises CompileError where the file cannot be read on.
    """
    relations = set(_RELATIONS.findall(_text(source.head)))
    labels = Labels(labels_of(relations))
    return _Reader(source.name, labels, Quick(labels), bool(relations)).read(source)


def _text(head: bytes) -> str:
    return head.decode("utf-8", "replace").replace("\r\n", "\n").removeprefix("\ufeff")


@define
class _Reader:
    """What is known of the file, and of the sentence that is being read."""

    name: str
    labels: Labels
    quick: Quick
    edged: bool  # a sentence without edges was not parsed
    headed: bool | None = None  # sentences have words or a tree before their edges
    heading: Heading | None = None
    lost: bool = False  # what stands before the next edges was told already
    number: int = 0

    def read(self, source: Input) -> Iterator[Parse | Diagnostic]:
        for line, block in blocks(source):
            if isinstance(block, Diagnostic):
                self.heading, self.lost = None, True
                self.number += 1
                yield block
                continue
            if "(ROOT-0, " in block and (self.heading or not self.headed):
                made = self.quick.parse(block, self.heading, self.number, line)
                if made is not None:
                    self.headed, self.heading = self.heading is not None, None
                    self.number += 1
                    yield made
                    continue
                if is_edges(block):
                    yield from self._piece("edges", block, line)
                    continue
            if self.heading is None and "\n" not in block and not _ODD.match(block):
                self._head(Heading(line, *tagged_words(words_of(block))))
            elif block[0] == "(" and "\n(" not in block and begins(block) and not open_brackets(block):
                yield from self._piece("tree" if not NOTHING.fullmatch(block) else "failed", block, line)
            else:
                yield from self._pieces(block, line)
        yield from self._unparsed()

    def _finished(self, text: str, line: int) -> Parse | Diagnostic | None:
        """The sentence that ends with these edges."""
        heading, self.heading = self.heading, None
        if self.headed is None:
            self.headed = heading is not None
        if heading is None and self.headed:
            lost, self.lost = self.lost, False
            return (
                None if lost else self._told(Fault("NMT440", "dependencies without their words", _NO_WORDS), text, line)
            )
        made = parse_of(text, heading, self.labels, self.number, line)
        if isinstance(made, Fault):
            return self._told(made, text, line)
        self.number += 1
        return made

    def _told(self, fault: Fault, block: str, line: int) -> Diagnostic:
        """A fault, at the line of its edge; the sentence counts."""
        self.number += 1
        return fault.told(self.name, block, line)

    def _unparsed(self) -> Iterator[Parse | Diagnostic]:
        """The sentence whose edges did not come, if there is one."""
        heading, self.heading = self.heading, None
        if heading is None:
            return
        number, self.number = self.number, self.number + 1
        if self.edged:
            yield self._given_up(heading, heading.line)
        else:
            yield Parse(heading.words, (), heading.tags, tree=heading.tree, number=number, line=heading.line)

    def _given_up(self, heading: Heading | None, line: int) -> Diagnostic:
        shown = f": {' '.join(heading.words)}" if heading else ""
        message = f"the parser gave no dependencies for a sentence{shown}"
        return Diagnostic("NMT444", message, place=f"{self.name}:{line}", help=_GAVE_UP)

    def _pieces(self, block: str, line: int) -> Iterator[Parse | Diagnostic]:
        """What is no plain line of words and no plain edges: each part of a block by itself."""
        for kind, at, text in _parts(block.split("\n"), plainly=self.heading is None and self.headed is not False):
            yield from self._piece(kind, text, line + at)

    def _piece(self, kind: str, text: str, line: int) -> Iterator[Parse | Diagnostic]:
        if kind == "edges":
            made = self._finished(text, line)
            if made is not None:
                yield made
        elif kind == "failed":
            if self.heading is not None and not self.edged:
                yield from self._unparsed()
            heading, self.heading, self.lost = self.heading, None, True
            self.number += 1
            yield self._given_up(heading, line)
        elif kind == "tree":
            yield from self._tree(text, line)
        elif kind == "words":
            yield from self._words(text, line)

    def _words(self, text: str, line: int) -> Iterator[Parse | Diagnostic]:
        words, tags = tagged_words(words_of(text))
        heading = self.heading
        if heading is not None and tags and heading.words == words and not heading.tags and not heading.tree:
            self.heading = Heading(heading.line, words, tags)  # `words,wordsAndTags`: the same sentence twice
            return
        yield from self._unparsed()
        self._head(Heading(line, words, tags))

    def _tree(self, text: str, line: int) -> Iterator[Parse | Diagnostic]:
        heading = self.heading
        if heading is None or heading.tree:
            yield from self._unparsed()
            heading = Heading(line, (), ())
        found = tree_of(text)
        if isinstance(found, Fault):
            self.heading, self.headed, self.lost = None, True, True
            yield self._told(found, text, line)
            return
        words, tags, tree = found
        if heading.words:
            words, tags = heading.words, heading.tags or (tags if len(words) == len(heading.words) else ())
        self._head(Heading(heading.line, words, tags, tree))

    def _head(self, heading: Heading) -> None:
        self.heading, self.headed, self.lost = heading, True, False


_NO_WORDS = "a line of words, or a tree, stands before the edges of every other sentence of this file"
_GAVE_UP = "it was too long, or no rule of its grammar fits; the parser can be asked again with a fallback"


def _parts(lines: list[str], *, plainly: bool) -> Iterator[tuple[str, int, str]]:
    """Parts of a block, with the lines where they begin: `words`, `tree`, `edges` or `failed`.

    `plainly`: a line that looks like an edge, and is none, may be words.
    """
    at = 0
    while at < len(lines):
        kind = _kind(lines[at], plainly=plainly)
        end = at + 1
        if kind == "tree":
            depth = open_brackets(lines[at])
            while depth > 0 and end < len(lines) and lines[end][:1] != "(":
                depth += open_brackets(lines[end])
                end += 1
        elif kind in {"edges", "failed"}:
            while end < len(lines) and _kind(lines[end], plainly=plainly and kind != "edges") == kind:
                end += 1
        if kind:
            yield kind, at, "\n".join(lines[at:end])
        plainly = plainly and not kind
        at = end


def _kind(line: str, *, plainly: bool) -> str:
    if not line.strip() or _LOG.fullmatch(line):
        return ""
    if _GIVEN_UP.fullmatch(line.strip()) or NOTHING.fullmatch(line.strip()):
        return "failed"
    if begins(line):
        return "tree"
    if is_edges(line) or (not plainly and EDGE_LIKE.match(line)):
        return "edges"
    return "words"


def fits_stanford(head: bytes, _: str) -> bool:
    """Whether a file begins with sentences and their edges, one of them the root, or with a tag at each word."""
    text = _text(head).lstrip()
    first = re.split(r"\n[ \t]*\n", text, maxsplit=FIRST)[:FIRST]
    if any("root(ROOT-0, " in block and _RELATIONS.search(block) for block in first):
        return True
    line = text.split("\n", 1)[0].strip()
    return bool(line) and bool(tagged_words(words_of(line))[1])
