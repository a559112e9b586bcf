"""Definitions and renames: by role, by scope, and never to a file that says something else."""

import re
from pathlib import Path

import pytest

from nmt.compiler.check import check
from nmt.compiler.source import Source
from nmt.lsp.checks import Document
from nmt.lsp.names import CannotRename, Here, definitions, here, references, rename, replaced, symbol
from nmt.stdlib import FOLDER

TEXT = """package p @ 1.0.0
use std.attention @ 1.0.0 { C, H, W, features, mask }
dim T varies
vocab COLOR = { red, green }
vocab THING = COLOR + { cube }
type words = real[H] in 0..1 by sigmoid
  soft small: mean[H](words) <= 0.3
type dist[V] = real[V] in simplex[V] by softmax
source words : THING[T]
source image : features
source seen : mask
target told : COLOR from dist[COLOR] by nll
target trace : mask from find by bce
module find[v: THING](image: features) -> m: mask
  soft sparse: mean[H, W](m) <= 0.3
module say[V: vocab](m: mask) -> dist[V]
op pick[c: COLOR](x: mask) -> mask = min(x, find[c](image))
op reds(seen: mask) -> mask = min(seen, find[red](image))
op hues[V](a: dist[V]) -> dist[V] = a
op shown() -> mask = pick[red](seen)
layout question : dist[COLOR]
model answers = question
law twice(a: mask): min(a, a) == a
expect find : dependent(find, say), direct
surrogate gauge for find(m: mask) -> dist[COLOR]
"""


def at(document: Document, what: str, more: int = 0) -> Here:
    found = here(document, document.source.text.index(what) + more)
    assert found is not None
    return found


def lines(document: Document, what: str, more: int = 0) -> list[str]:
    """Where a name is declared: file, line and column."""
    found = definitions(document, document.check(), at(document, what, more))
    return [f"{Path(span.source.path).name}:{str(span).split(':', 1)[1]}" for span in found]


@pytest.mark.parametrize(
    ("what", "more", "where"),
    [
        ("mask from", 0, ["attention.nmt:10:6"]),
        ("std.attention", 6, ["attention.nmt:1:1"]),
        ("{ C, H", 2, ["attention.nmt:4:5"]),
        ("COLOR + ", 0, ["p.nmt:4:7"]),
        ("words) <=", 0, ["p.nmt:6:6"]),
        ("T]\n", 0, ["p.nmt:3:5"]),
        ("find by bce", 0, ["p.nmt:14:8"]),
        ("m) <=", 0, ["p.nmt:14:43"]),
        ("V] in simplex", 0, ["p.nmt:8:11"]),
        ("dist[V]\nop pick", 5, ["p.nmt:16:12"]),
        ("c](image)", 0, ["p.nmt:17:9"]),
        ("red](image)", 0, ["p.nmt:4:17"]),
        ("seen, find", 0, ["p.nmt:18:9"]),
        ("seen)\nlayout", 0, ["p.nmt:11:8"]),
        ("image))\nop reds", 0, ["p.nmt:10:8"]),
        ("question\nlaw", 0, ["p.nmt:21:8"]),
        ("a) == a", 0, ["p.nmt:23:11"]),
        ("say), direct", 0, ["p.nmt:16:8"]),
        ("find(m", 0, ["p.nmt:14:8"]),
        ("min(x", 0, []),
        ("sigmoid", 0, []),
    ],
)
def test_definitions(what: str, more: int, where: list[str]) -> None:
    assert lines(Document.of(Path("p.nmt"), TEXT), what, more) == where


def test_definitions_in_a_declaration_that_is_being_written() -> None:
    document = Document.of(Path("p.nmt"), TEXT + "op new(x: mask) -> mask = min(shown(), find[red](")
    assert lines(document, "shown(), ") == ["p.nmt:20:4"]
    assert lines(document, "mask = min(shown") == ["attention.nmt:10:6"]


def renamed(text: str, what: str, more: int, new: str) -> str:
    document = Document.of(Path("p.nmt"), text)
    return replaced(text, rename(document, document.check(), at(document, what, more), new), new)


@pytest.mark.parametrize(
    ("what", "more", "new", "count"),
    [
        ("COLOR", 0, "HUE", 7),
        ("THING", 0, "OBJECT", 3),
        ("T varies", 0, "TIME", 2),
        ("type words", 5, "weights", 2),
        ("source words", 7, "question_words", 1),
        ("dist[V] =", 0, "mass", 7),
        ("dist[V] =", 5, "D", 3),
        ("op hues[V]", 8, "D", 3),
        ("module say[V", 11, "D", 2),
        ("source image", 7, "picture", 3),
        ("module find[v: THING](image", 22, "picture", 1),
        ("find[v", 0, "seek", 7),
        ("find[v", 5, "w", 1),
        ("m: mask\n  soft", 0, "seen_mask", 2),
        ("sparse", 0, "few", 1),
        ("c: COLOR", 0, "hue", 2),
        ("reds(seen", 5, "given", 2),
        ("source seen", 7, "attended", 2),
        ("shown", 0, "displayed", 1),
        ("question :", 0, "ask", 2),
        ("answers", 0, "replies", 1),
        ("twice", 0, "idempotent", 1),
        ("a: mask", 0, "b", 4),
        ("gauge", 0, "meter", 1),
        ("told", 0, "answer", 1),
    ],
)
def test_rename(what: str, more: int, new: str, count: int) -> None:
    before, after = (re.findall(r"\w+|\S", text) for text in (TEXT, renamed(TEXT, what, more, new)))
    assert [word for word, other in zip(before, after, strict=True) if word != other] == [
        at(Document.of(Path("p.nmt"), TEXT), what, more).mark.text
    ] * count
    _, found = check(Source("p.nmt", renamed(TEXT, what, more, new)), (FOLDER,))
    assert not found


@pytest.mark.parametrize(
    ("what", "more", "new", "why"),
    [
        ("find[v", 0, "Seek", "lower case"),
        ("find[v", 0, "op", "keyword"),
        ("find[v", 0, "a b", "no such name"),
        ("find[v", 0, "", "no such name"),
        ("find[v", 0, "max", "primitive"),
        ("find[v", 0, "say", "already"),
        ("COLOR", 0, "color", "upper case"),
        ("COLOR", 0, "T", "already"),
        ("COLOR", 0, "H", "already"),
        ("source seen", 7, "image", "already"),
        ("source image", 7, "x", "already"),  # the parameter of `pick` would hide it
        ("hues[V](a", 8, "V", "no such name"),
        ("mask from", 0, "map", "not declared in this file"),
        ("{ C, H", 2, "D", "not declared in this file"),
        ("red, green", 0, "crimson", "words"),
        ("min(x", 0, "least", "primitive"),
        ("sigmoid", 0, "squash", "not declared"),
        ("std.attention", 0, "x", "not declared"),
    ],
)
def test_rename_is_refused(what: str, more: int, new: str, why: str) -> None:
    with pytest.raises(CannotRename, match=why):
        renamed(TEXT, what, more, new)


def test_a_file_that_cannot_be_read_is_not_renamed_in() -> None:
    with pytest.raises(CannotRename, match="syntax"):
        renamed(TEXT + "op f(", "find[v", 0, "seek")


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.nmt")), ids=lambda path: path.stem)
def test_every_name_of_the_standard_library_can_be_renamed(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    document = Document.of(path, text)
    checked = document.check()
    for reading, marks in list(document.marks().items())[:: max(1, len(document.readings) // 2)]:
        for mark in marks:
            if mark.declares and mark.kind != "word":
                place = here(document, reading.piece.start + mark.start)
                new = "XYZ" if mark.text.isupper() else "xyz"
                spans = rename(document, checked, place, new)
                assert spans
                _, findings = check(Source(str(path), replaced(text, spans, new)), document.search)
                assert not findings


def test_references_are_by_role() -> None:
    document = Document.of(Path("p.nmt"), TEXT)
    checked = document.check()
    place = at(document, "mask from")
    spans = references(document, checked, symbol(document, checked, place.reading, place.mark))
    assert len(spans) == len(re.findall(r"\bmask\b", TEXT))
