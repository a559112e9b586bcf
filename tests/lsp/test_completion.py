"""What is offered at a place, in files that are broken right there."""

from pathlib import Path

import pytest

from nmt.lsp import lore
from nmt.lsp.checks import Document
from nmt.lsp.completion import complete
from nmt.stdlib import FOLDER

BEFORE = """package p @ 1.0.0
use std.attention @ 1.0.0 { C, H, W, mask, not }
vocab COLOR = { red, "light blue", 7, "op" }
vocab SHAPE = { cube }
vocab THING = COLOR + SHAPE
type dist[V] = real[V] in simplex[V] by softmax
source image : mask
layout question : dist[COLOR]
module find[v: THING](x: mask) -> mask
module tell[V: vocab](x: mask) -> dist[V]
op small(x: mask) -> mask = not(x)
"""
AFTER = "\nop last(y: mask) -> mask = y\n"


def offered(text: str, after: str = AFTER) -> list[str]:
    """Labels offered at the end of a text, between whole declarations."""
    document = Document.of(Path("p.nmt"), BEFORE + text + after)
    return [item.label for item in complete(document, document.check(), len(BEFORE + text))]


@pytest.mark.parametrize(
    ("text", "there", "absent"),
    [
        ("", ["op", "module", "vocab", "use"], ["mask"]),
        ("o", ["op", "module"], ["mask"]),
        ("use ", ["std.answer", "std.attention", "clevr"], ["mask"]),
        ("use std.", ["std.answer"], []),
        ("use std.answer @ 1.0.0 { ", ["dist", "BOOL", "agree"], ["mask", "COLOR"]),
        ("use std.answer @ 1.0.0 { dist, ", ["BOOL", "agree"], ["dist"]),
        ("vocab MORE = ", ["COLOR", "THING"], ["H", "mask"]),
        ("type t = ", ["mask", "real", "dist"], ["H", "image", "small"]),
        ("type t = mas", ["mask", "real"], ["H"]),
        ("type t = real[", ["H", "COLOR"], ["mask"]),
        ("type t[A] = real[", ["A", "H"], ["mask"]),
        ("type t = real[H] ", ["in", "by"], ["mask", "H"]),
        ("type t = real[H] in ", ["simplex"], ["mask"]),
        ("type t = real[H] in simplex[", ["H"], ["mask"]),
        ("type t = real[H] in 0..1 by ", ["sigmoid", "softmax"], ["mask", "nll"]),
        ("type t = real[H] in 0..1 soft s: ", ["t", "mean"], []),
        ("source s : ", ["mask", "dist", "COLOR", "real"], ["H", "image"]),
        ("target t : ", ["mask", "COLOR"], ["H"]),
        ("target t : COLOR from ", ["dist", "find"], ["small"]),
        ("target t : COLOR from dist[COLOR] by ", ["nll", "bce"], ["sigmoid"]),
        ("module m[w: ", ["COLOR"], ["H"]),
        ("module m[V: ", ["vocab"], ["mask"]),
        ("module m(", ["mask", "COLOR"], ["H", "image"]),
        ("module m(x: ", ["mask", "COLOR"], ["H", "image"]),
        ("module m(x: mask) -> ", ["mask", "dist"], ["image"]),
        ("module m(x: mask) -> y: mask\n  soft s: ", ["x", "y", "mean", "image"], ["mask"]),
        ("module m(x: mask) -> y: mask\n  ", ["soft"], ["mask"]),
        ("op f(x: ", ["mask"], ["H", "small"]),
        ("op f(x: mask) -> mask = ", ["x", "image", "small", "find", "max", "not"], ["mask", "H", "question"]),
        ("op f(x: mask) -> mask = max(x, ", ["x", "image", "small"], ["mask"]),
        ("op f(x: mask) -> mask = max(x, sm", ["small"], ["mask"]),
        ("op f(x: mask) -> mask = x ", ["as"], ["x", "small"]),
        ("op f(x: mask) -> mask = x as ", ["mask"], ["x", "real"]),
        ("op f(x: mask) -> mask = max[", ["H", "W", "COLOR"], ["red", "x"]),
        ("op f[c: COLOR](x: mask) -> mask = find[", ["c", "red", "cube", "COLOR", "THING"], ["H", "x"]),
        ("op f(x: mask) -> mask = find[r", ["red", "cube"], ["x"]),
        ("op f(x: mask) -> mask = tell[", ["COLOR", "THING"], ["H", "red"]),
        ("op f[V](x: dist[V]) -> dist[", ["V", "COLOR"], ["mask"]),
        ("model m = ", ["question", "small"], []),
        ("expect ", ["find", "tell"], ["small"]),
        ("expect find : ", ["direct", "decoupled", "surrogate"], ["mask"]),
        ("expect find : dependent(", ["find", "tell"], ["small"]),
        ("surrogate s for ", ["find", "tell"], ["small"]),
        ("law l(a: mask): ", ["a", "small"], ["mask"]),
    ],
)
def test_names_by_their_role(text: str, there: list[str], absent: list[str]) -> None:
    for after in (AFTER, ""):
        found = offered(text, after)
        assert set(there) <= set(found), found
        assert not set(absent) & set(found), found
        assert len(found) == len(set(found))


NEW_NAMES = ["op ", "dim ", "vocab V = { ", "op f[", "op f("]
NO_CODE = ["# a comment ", "op f(x: mask) -> mask = x  # and ", 'vocab V = { "a', "?"]


@pytest.mark.parametrize("text", [*NEW_NAMES, *NO_CODE])
def test_nothing_where_anything_may_stand(text: str) -> None:
    assert offered(text) == []


def test_what_is_offered_can_be_written() -> None:
    """Words that are no names are quoted, and whatever is taken parses."""
    text = "op f(x: mask) -> mask = find["
    document = Document.of(Path("p.nmt"), BEFORE + text)
    items = complete(document, document.check(), len(BEFORE + text))
    written = {item.label: item.insert or item.label for item in items}
    assert written["light blue"] == '"light blue"'
    assert (written["op"], written["7"]) == ('"op"', "7")
    for word in written.values():
        whole = Document.of(Path("p.nmt"), f"{BEFORE}{text}{word}](x)\n")
        assert not {finding.code for finding in whole.check().findings} & {"NMT001", "NMT101", "NMT109"}, word


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.nmt")), ids=lambda path: path.stem)
def test_what_stands_in_the_standard_library_is_offered_there(path: Path) -> None:
    """At the start of every name that refers to something, with the rest of its line gone."""
    text = path.read_text(encoding="utf-8")
    document = Document.of(path, text)
    places = [
        (reading, mark)
        for reading, found in document.marks().items()
        for mark in found
        if not mark.declares and mark.kind not in {"package", "use"}
    ]
    for reading, mark in places[:: max(1, len(places) // 8)]:
        at = reading.piece.start + mark.start
        end = text.find("\n", at)
        broken = Document.of(path, text[:at] + text[end:])
        labels = [item.label for item in complete(broken, broken.check(), at)]
        assert mark.text in labels, (text[:at].rpartition("\n")[2], mark, labels)


def test_every_word_has_its_sentence() -> None:
    for told in [*lore.KEYWORDS.values(), *lore.ENFORCERS.values(), *lore.LOSSES.values(), *lore.CLAIMS.values()]:
        assert told.endswith((".", "`.")), told
