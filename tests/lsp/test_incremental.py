"""The law of the editor: after any edits, what is said is what a check of the whole text from scratch says."""

import random
from pathlib import Path

import pytest

from nmt.compiler.check import check
from nmt.compiler.diagnostics import CompileError, to_json
from nmt.compiler.parse import lex
from nmt.compiler.source import Source
from nmt.lsp.checks import Document
from nmt.stdlib import FOLDER

CASES = Path(__file__).parent.parent / "cases"
FILES = sorted([*FOLDER.rglob("*.nmt"), *CASES.glob("*.nmt")])
CLEVR = (FOLDER / "clevr.nmt").read_text(encoding="utf-8")
BITS = [
    *'()[]{},:=+-*/<>.#"\n\r ?é😀_aA0',
    "op ", "\nop g(x: mask) -> mask = x\n", "type ", "\ntype t = mask\n", "dim Z\n", "package a @ 1.0.0\n",
    "use std.answer @ 1.0.0 { dist }\n", "vocab ", " at least ", "mask", "COLOR", "find", "image", "x", " as ",
    "not(x)", "red", "\n\n", "# no\n", "law l(a: mask): a == a\n", "\nop where_is(x: mask) -> mask = x\n", "expect ",
    "1.0.0",
]  # fmt: skip


def scratch(path: Path, text: str, search: tuple[Path, ...]) -> list[dict]:
    try:
        _, findings = check(Source(str(path), text), search)
    except CompileError as fault:
        findings = fault.diagnostics
    return [to_json(finding) for finding in findings]


def mutated(text: str, chance: random.Random) -> str:
    """One edit, as a person makes it: something typed, something taken out, a line moved, a name changed."""
    at = chance.randrange(len(text) + 1)
    match chance.randrange(8):
        case 0 | 1 | 2:
            return text[:at] + chance.choice(BITS) + text[at:]
        case 3 | 4:
            return text[:at] + text[at + chance.choice([1, 1, 2, 8, 60]) :]
        case 5:
            lines = text.split("\n")
            lines.insert(chance.randrange(len(lines)), lines.pop(chance.randrange(len(lines))))
            return "\n".join(lines)
        case 6:
            words = sorted({str(token) for token in lex(text)})
            old, new = (chance.choice(words), chance.choice(words)) if words else ("", "")
            return text.replace(old, new, 1) if old else text
        case _:
            return text[:at] + text[chance.randrange(len(text) + 1) :][: chance.randrange(80)] + text[at:]


def session(path: Path, start: str, edits: int, chance: random.Random) -> None:
    document, text = Document.of(path, start), start
    for _ in range(edits):
        # Mostly near to what is right: in a text that is broken all over, little is checked.
        text = mutated(start if chance.random() < 0.25 else text, chance)
        document.edit(text)
        said = [to_json(finding) for finding in document.check().findings]
        assert said == scratch(path, text, document.search), text


HEAD = """package p @ 1.0.0
dim H
dim W
vocab V = { red, green }
vocab U = V + { blue }
type mask = real[H, W] in 0..1 by sigmoid
type thin = mask
type b = mask
type dist[D] = real[D] in simplex[D] by softmax
source image : real[H, W]
source picture : mask
module find[v: U](x: mask) -> mask
op a(x: thin) -> mask = x
op b(x: thin) -> mask = a(x)
op c(x: mask) -> mask = find[red](max(x, picture))
op d(x: mask) -> mask = max(c(x), 1 - picture)
op h(x: mask) -> mask = max(c(x), 1 - picture)
"""


# What an op depends on changes, and the op does not.
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("type thin = mask", "type thin = real[H, W] in 0..2 by softplus"),
        ("real[H, W] in 0..1", "real[H, W] in 0..2"),
        ("real[H, W] in 0..1", "real[W, H] in 0..1"),
        ("op a(x: thin) -> mask = x", "op a(x: thin) -> mask = b(x)"),
        ("op a(x: thin) -> mask = x", "op a(x: thin) -> mask = a(x)"),
        ("op a(x: thin) -> mask", "op a(x: real[W]) -> mask"),
        ("op a(x: thin) -> mask", "op a(x: thin) -> real"),
        ("op a(x: thin)", "op a(x thin)"),
        ("op a(x: thin)", "op e(x: thin)"),
        ("op a(x: thin) -> mask = x\n", ""),
        ("op c", "op b(x: mask) -> mask = x\nop c"),
        ("op c", "type c = mask\nop c"),
        ("source picture : mask", "source picture : real[H, W]"),
        ("source picture : mask", "source picture : nothing"),
        ("{ red, green }", "{ rad, green }"),
        ("vocab U = V + { blue }", "vocab U = { blue }"),
        ("module find[v: U](x: mask)", "module find[v: U](x: dist[U])"),
        ("module find[v: U]", "module find"),
        ("package p", "package q"),
        ("dim H\n", "use std.attention @ 1.0.0 { H }\n"),
        ("dim H\n", "use std.attention @ 1.0.0 { H, mask }\n"),
        ("op d(x: mask)", "op d(picture: mask)"),
        ("op d(x: mask)", "op d(x: image)"),
        ("op d(x: mask) -> mask = max(c(x), 1 - picture)", "op d(x: mask) -> mask = max(maske(x), hole(x))"),
        ("type thin", "type hole = rael\ntype thin"),
        ("max(x, picture)", "max(b, picture)"),  # `b` is a type, and an op
    ],
)
def test_what_an_op_depends_on_changes(old: str, new: str) -> None:
    assert old in HEAD
    document = Document.of(Path("p.nmt"), HEAD)
    for text in (HEAD, HEAD.replace(old, new, 1), HEAD.replace(old, new, 1) + "dim Z\n", HEAD, HEAD + "dim Z\n"):
        document.edit(text)
        said = [to_json(finding) for finding in document.check().findings]
        assert said == scratch(document.path, text, document.search), text


def test_a_name_that_is_unknown_is_told_once() -> None:
    """The second op that reads it is not in order, though nothing is said of it."""
    document = Document.of(Path("p.nmt"), HEAD)
    two = "op e(x: mask) -> mask = {}\nop f(x: mask) -> mask = find[red](nope)\n"
    for first in ("find[red](nope)", "x", "find[red](nope)", "nope"):
        text = HEAD + two.format(first)
        document.edit(text)
        assert [to_json(finding) for finding in document.check().findings] == scratch(
            document.path, text, document.search
        )


def test_most_ops_are_left_out() -> None:
    """The law would hold too if everything were checked each time."""
    document = Document.of(Path("p.nmt"), HEAD)
    document.check()
    before = {piece: found for piece, found in document.check().inferred.items() if "op" in piece.text}
    document.edit(HEAD.replace("max(x, picture)", "max(picture, x)") + "dim Z")
    after = document.check().inferred
    same = [piece.text.split("(")[0] for piece in before if after.get(piece) is before[piece]]
    assert same == ["op a", "op d", "op h"]
    assert document.readings[-1].piece.position(4) == (HEAD.count("\n") + 1, 5)


def test_packages_are_read_again_only_when_they_change(tmp_path: Path) -> None:
    base, top = tmp_path / "base.nmt", tmp_path / "upper.nmt"
    base.write_text('package base @ 1.0.0\ntype t = real in 0..1 by sigmoid\nvocab W from "words.txt"\n')
    (tmp_path / "words.txt").write_text("red\n")
    text = "package upper @ 1.0.0\nuse base @ 1.0.0 { t, W }\nmodule m[w: W]() -> t\n"
    text += "op f(x: t) -> t = max(x, m[red]())\n"
    document = Document.of(top, text)
    first = document.check()
    assert not first.findings
    document.edit(text + "dim Z\n")
    assert document.check().packages["base"] is first.packages["base"]
    (tmp_path / "words.txt").write_text("blue\n")
    assert [finding.code for finding in document.check().findings] == ["NMT109"]
    (tmp_path / "words.txt").write_text("red, or so\nred\n")
    base.write_text('package base @ 1.0.0\ntype t = real in 0..2\nvocab W from "words.txt"\n')
    assert [finding.code for finding in document.check().findings] == ["NMT306"]
    base.unlink()
    assert [finding.code for finding in document.check().findings] == ["NMT103"]
    opened = Document.of(base, "package base @ 1.0.0\ntype t = real\nvocab W = { red }\n")
    assert not document.check([document, opened]).findings
    opened.edit("package base @ 1.0.0\n")
    assert [finding.code for finding in document.check([opened]).findings] == ["NMT105", "NMT105"]
    opened.edit("package base @ 1.0.0\nuse upper @ 0.0.0 { f }\n")
    assert "NMT107" in [finding.code for finding in document.check([opened]).findings]


def test_packages_with_errors_and_in_circles(tmp_path: Path) -> None:
    (tmp_path / "base.nmt").write_text("package base @ 1.0.0\ntype t = rael\ntype u = real\n")
    (tmp_path / "circle.nmt").write_text("package circle @ 1.0.0\nuse second @ 1.0.0 { H }\ntype v = real\n")
    use, circle = "use base @ 1.0.0 { u }\n", "use circle @ 1.0.0 { v }\n"
    document = Document.of(tmp_path / "upper.nmt", "")
    for head in ("package first @ 1.0.0\n", "package second @ 1.0.0\n", "package base @ 1.0.0\n", ""):
        for uses in (use, use + circle, circle, circle + use, "", use):
            for text in (head + uses, head + uses + "dim H\n"):
                document.edit(text)
                said = [to_json(finding) for finding in document.check().findings]
                assert said == scratch(document.path, text, document.search), text


@pytest.mark.parametrize("seed", range(2))
def test_edits_of_clevr(seed: int) -> None:
    session(FOLDER / "clevr.nmt", CLEVR, 30, random.Random(seed))


@pytest.mark.slow
def test_two_thousand_edits_of_clevr() -> None:
    session(FOLDER / "clevr.nmt", CLEVR, 2000, random.Random(2000))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_edits_of_every_file(path: Path) -> None:
    session(path, path.read_text(encoding="utf-8"), 3, random.Random(path.stem))


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_many_edits_of_every_file(path: Path) -> None:
    session(path, path.read_text(encoding="utf-8"), 40, random.Random(path.stem))
