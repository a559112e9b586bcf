"""CoreNLP's JSON: sentences with tokens, trees and up to three graphs of dependencies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec

from ...diagnostics import Diagnostic
from ..files import Input
from .graphs import Fault, fault_of
from .json_sentences import sentences
from .labels import Labels, labels_of
from .parse import Edge, Parse
from .penn import tree_of
from .words import plain

Choice: TypeAlias = Literal["enhanced++", "enhanced", "basic"]


class _Edge(msgspec.Struct, gc=False):
    dep: str
    governor: int
    dependent: int


class _Token(msgspec.Struct, gc=False, rename="camel"):
    word: str
    original_text: str = ""
    lemma: str | None = None
    pos: str | None = None
    character_offset_begin: int = 0
    character_offset_end: int = 0


class _Sentence(msgspec.Struct, gc=False):
    tokens: list[_Token]
    parse: str = ""
    plus: list[_Edge] | None = msgspec.field(default=None, name="enhancedPlusPlusDependencies")
    enhanced: list[_Edge] | None = msgspec.field(default=None, name="enhancedDependencies")
    basic: list[_Edge] | None = msgspec.field(default=None, name="basicDependencies")
    # As releases 3.5 and 3.6 call them.
    old_plus: list[_Edge] | None = msgspec.field(default=None, name="collapsed-ccprocessed-dependencies")
    old_enhanced: list[_Edge] | None = msgspec.field(default=None, name="collapsed-dependencies")
    old_basic: list[_Edge] | None = msgspec.field(default=None, name="basic-dependencies")

    def graph(self, choice: str) -> list[_Edge] | None:
        """The dependencies of that name; where they are not there, the nearest plainer ones."""
        graphs = (
            ("enhanced++", self.plus if self.plus is not None else self.old_plus),
            ("enhanced", self.enhanced if self.enhanced is not None else self.old_enhanced),
            ("basic", self.basic if self.basic is not None else self.old_basic),
        )
        names = [name for name, _ in graphs]
        return next((graph for _, graph in graphs[names.index(choice) :] if graph is not None), None)


_decoder = msgspec.json.Decoder(_Sentence)
_RELATIONS = re.compile(rb'"dep"\s*:\s*"([^"\\]+)"')
_FITS = re.compile(rb'"sentences"\s*:\s*\[')
_INSIDE = re.compile(rb'"(?:tokens|\w*[dD]ependencies|[\w-]*dependencies|parse)"\s*:')


def read_corenlp(source: Input, dependencies: Choice = "enhanced++") -> Iterator[Parse | Diagnostic]:
    """Read sentences one by one, of all documents of a file; `number` goes on from one document to the next.

    `dependencies` says which graph gives the edges; where a file has not got it, the nearest plainer one does. A
    copy of a word has no number of its own in JSON: the edge between both alone shows it, and leads to a copy here.
    Raises CompileError where the file cannot be read on.
    """
    head = {relation.decode("utf-8", "replace") for relation in _RELATIONS.findall(source.head)}
    labels = Labels(labels_of(head - {"ROOT"}))
    number = 0
    for line, text in sentences(source):
        if isinstance(text, Diagnostic):
            yield text
            continue
        made = _parse(text, dependencies, labels, number, line)
        if isinstance(made, Fault):
            place = f"{source.name}:{line} (sentence {number})"
            yield Diagnostic(made.code, made.message, place=place, help=made.help)
        else:
            yield made
        number += 1


def _parse(text: bytes, choice: Choice, labels: Labels, number: int, line: int) -> Parse | Fault:
    try:
        sentence = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as broken:
        return Fault("NMT446", f"is no sentence of CoreNLP: {broken}", "it has tokens, each with a word")
    tokens = sentence.tokens
    graph = sentence.graph(choice)
    if graph is None and not sentence.parse:
        return Fault("NMT446", "has neither dependencies nor a tree", "add `parse` or `depparse` to the annotators")
    if not graph and graph is not None:
        shown = " ".join(token.word for token in tokens)
        return Fault("NMT444", f"the parser gave no dependencies for a sentence: {shown}", "it may have been too long")
    edges, copies = _edges(graph or [], len(tokens))
    fault = fault_of(edges, len(tokens), copies)
    if fault:
        return fault
    relations = [edge[0] for edge in edges]
    for relation in relations:
        labels.note(relation)
    tree = tree_of(sentence.parse) if sentence.parse else None
    return Parse(
        tuple(plain(token.word) for token in tokens),
        edges,
        tuple(token.pos or "" for token in tokens) if any(token.pos for token in tokens) else (),
        tuple(plain(token.lemma or "") for token in tokens) if any(token.lemma for token in tokens) else (),
        copies,
        labels.of(relations),
        _text(tokens),
        tree[2] if isinstance(tree, tuple) else "",
        number,
        line,
    )


def _edges(graph: list[_Edge], size: int) -> tuple[tuple[Edge, ...], dict[int, int]]:
    """Edges, and copies for words that hang on themselves."""
    copies: dict[int, int] = {}
    edges: list[Edge] = []
    for edge in graph:
        dependent = edge.dependent
        if edge.governor == dependent:
            dependent = size + len(copies) + 1
            copies[dependent] = edge.governor
        edges.append((edge.dep if edge.dep != "ROOT" else "root", edge.governor, dependent))
    return tuple(edges), copies


def _text(tokens: list[_Token]) -> str:
    """The sentence as it was asked: a blank where the offsets leave room."""
    pieces: list[str] = []
    end = tokens[0].character_offset_begin if tokens else 0
    for token in tokens:
        pieces.append(" " if token.character_offset_begin > end else "")
        pieces.append(token.original_text or token.word)
        end = token.character_offset_end
    return "".join(pieces)


def fits_corenlp(head: bytes, _: str) -> bool:
    """Whether a file is JSON with sentences that hold tokens, trees or dependencies."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    found = _FITS.search(text) if text[:1] in {b"{", b"["} else None
    if found is None:
        return False
    rest = text[found.end() :].lstrip()
    return rest[:1] == b"]" or (rest[:1] == b"{" and _INSIDE.search(rest) is not None)
