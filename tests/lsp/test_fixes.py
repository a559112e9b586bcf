"""Quick fixes: each mends what it is offered for, and is offered only where it does."""

from pathlib import Path

import pytest

from nmt.lsp.checks import Document
from nmt.lsp.fixes import fixes
from nmt.lsp.hover import hover

HEAD = """package p @ 1.0.0
use std.attention @ 1.0.0 { H, W, mask, and, not }
use std.answer @ 1.0.0 { BOOL, dist }
vocab COLOR = { gray, green }
module find[c: COLOR](x: mask) -> mask
"""


def offered(line: str, head: str = HEAD) -> list[tuple[str, str]]:
    """Titles of fixes, and the line that each gives."""
    document = Document.of(Path("p.nmt"), f"{head}{line}\n")
    made = []
    for finding in document.check().findings:
        for fix in fixes(document, finding):
            text = document.source.text
            text = text[: fix.span.start] + fix.text + text[fix.span.end :]
            assert len(Document.of(Path("p.nmt"), text).check().findings) <= len(document.check().findings)
            made.append((fix.title, text.removeprefix(head).rstrip("\n")))
    return made


SUMS = "op f(a: mask, b: mask) -> mask = {}"


@pytest.mark.parametrize(
    ("line", "title", "mended"),
    [
        (SUMS.format("a + b"), "Change to `max(a, b)`", SUMS.format("max(a, b)")),
        ("op f(a: mask) -> mask = nott(a)", "Change to `not`", "op f(a: mask) -> mask = not(a)"),
        ("op f(a: mask) -> mask = find[grean](a)", "Change to `green`", "op f(a: mask) -> mask = find[green](a)"),
        ("modul f(a: mask) -> mask", "Change to `module`", "module f(a: mask) -> mask"),
        ("type t = real in 0..1 by sigmoyd", "Change to `sigmoid`", "type t = real in 0..1 by sigmoid"),
        ("type t = dist[BOOL] by tanh", "Change to `softmax`", "type t = dist[BOOL] by softmax"),
        ("op f(a: mask) -> mask = and(a, a", "Insert `)`", "op f(a: mask) -> mask = and(a, a)"),
        ("op f(a: mask b: mask) -> mask = and(a, b)", "Insert `,`", "op f(a: mask, b: mask) -> mask = and(a, b)"),
        ("op f(a: mask -> mask = a", "Insert `)`", "op f(a: mask) -> mask = a"),
        ("type t = real[H, W in 0..1", "Insert `]`", "type t = real[H, W] in 0..1"),
        ("vocab V = { a, b", "Insert `}`", "vocab V = { a, b}"),
        ("vocab V = { op }", 'Quote it: "op"', 'vocab V = { "op" }'),
        ("dim time", "Change to `TIME`", "dim TIME"),
        ("op oneHalf() -> real = 1", "Change to `one_half`", "op one_half() -> real = 1"),
        ("vocab V = { Red, blue }", 'Quote it: "Red"', 'vocab V = { "Red", blue }'),
        ("op f(a: mask) -> mask = a ** 2", "", ""),
        ("op f(x: number) -> real = x", "Change to `real`", "op f(x: real) -> real = x"),
        (
            "op f(a: mask, b: mask) -> mask = a + b - a * b",
            "Change to `a + (1 - a) * b`",
            "op f(a: mask, b: mask) -> mask = a + (1 - a) * b",
        ),
        ("type t = nothing_like_it", "", ""),
        ("op f(a: mask) -> mask = 1 / a", "", ""),
    ],
)
def test_fixes(line: str, title: str, mended: str) -> None:
    assert offered(line) == ([(title, mended)] if title else [])


def test_another_version() -> None:
    line = "use std.typed @ 2.0.0 { reply }"
    assert offered(line, "package p @ 1.0.0\n") == [("Use std.typed @ 1.0.0", "use std.typed @ 1.0.0 { reply }")]


def test_hover_tells_the_code_of_a_finding() -> None:
    document = Document.of(Path("p.nmt"), HEAD + "op f(a: mask, b: mask) -> mask = a + b\n")
    told = hover(document, document.check(), document.source.text.index("+ b"))
    assert told is not None
    assert "`a + b` is `real[H, W] in 0..2`" in told.text
    assert "`nmt explain NMT303`" in told.text
    assert told.span.text == "a + b"
    assert hover(document, document.check(), len(document.source.text)) is None
