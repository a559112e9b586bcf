"""Text -> ast: what is written is what is read, and no text, however broken, ends in anything but diagnostics."""

import random
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nmt.compiler import ast
from nmt.compiler.build import DEEPEST
from nmt.compiler.check import check
from nmt.compiler.diagnostics import CompileError, Report, render, to_json
from nmt.compiler.parse import KEYWORDS, File, parse, parser, read
from nmt.compiler.source import Source
from nmt.stdlib import FOLDER

FILES = sorted(FOLDER.rglob("*.nmt"))
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in FILES}


def parsed(text: str) -> tuple[File, Report]:
    report = Report()
    return parse(Source("test.nmt", text), report), report


def only(text: str) -> ast.Decl:
    """The one declaration of a text without fault."""
    file, report = parsed(text)
    assert not report, "\n".join(map(render, report))
    (decl,) = file.decls
    return decl


def codes(text: str) -> list[str]:
    return [finding.code for finding in parsed(text)[1]]


def name(text: str) -> ast.Name:
    return ast.Name(text)


def size(*products: tuple[str | int, ...]) -> ast.Size:
    return ast.Size(
        tuple(
            ast.Product(tuple(name(factor) if isinstance(factor, str) else factor for factor in product))
            for product in products
        )
    )


def ref(text: str, *dims: str) -> ast.Ref:
    return ast.Ref(name(text), tuple(size((dim,)) for dim in dims))


# -- what is written is what is read


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_standard_library_reads_whole(path: Path) -> None:
    source = read(path)
    file, report = parsed(source.text)
    assert not report
    assert not file.spoiled
    lines = [line.split() for line in source.text.splitlines() if line[:1].isalpha()]
    assert len(file.decls) == len(lines)
    for decl, words in zip(file.decls, lines, strict=True):
        named = decl.package if isinstance(decl, ast.Use) else decl.name
        assert decl.span.text.split()[0] == words[0]
        assert words[1].startswith(named.text)


@pytest.mark.parametrize(
    ("text", "decl"),
    [
        ("package a.b @ 1.2.3", ast.Package(name("a.b"), "1.2.3")),
        ("use a.b @ 1.0.0 { H, mask }", ast.Use(name("a.b"), "1.0.0", (name("H"), name("mask")))),
        ("use a @ 1.0.0 {}", ast.Use(name("a"), "1.0.0", ())),
        ("dim H", ast.DimDecl(name("H"), None, varies=False)),
        ("dim P = 2", ast.DimDecl(name("P"), 2, varies=False)),
        ("dim T varies", ast.DimDecl(name("T"), None, varies=True)),
        ('vocab V = A + { red, "a b" }', ast.VocabDecl(name("V"), (name("A"), (name("red"), name("a b"))))),
        ("vocab V = { 1..3, x }", ast.VocabDecl(name("V"), ((name("1"), name("2"), name("3"), name("x")),))),
        ('vocab V from "a.txt"', ast.VocabDecl(name("V"), ast.VocabFile("a.txt"))),
        ("vocab V from data", ast.VocabDecl(name("V"), ast.VocabData(name("data"), None, None, None))),
        ("vocab V from data at least 10", ast.VocabDecl(name("V"), ast.VocabData(name("data"), 10, None, None))),
        (
            "vocab V from data top 5 else unknown",
            ast.VocabDecl(name("V"), ast.VocabData(name("data"), None, 5, name("unknown"))),
        ),
        ("vocab V from data else x", ast.VocabDecl(name("V"), ast.VocabData(name("data"), None, None, name("x")))),
        (
            "type mask = real[H, 2 * W + 1] in 0..1 by sigmoid",
            ast.TypeDecl(
                name("mask"),
                (),
                ast.Fresh((size(("H",)), size((2, "W"), (1,))), ast.Range(0.0, 1.0)),
                name("sigmoid"),
                (),
            ),
        ),
        (
            "type hard = mask in {0, -1.5}",
            ast.TypeDecl(name("hard"), (), ast.Refine(ref("mask"), ast.Numbers((0.0, -1.5))), None, ()),
        ),
        (
            "type low = real in ..-2",
            ast.TypeDecl(name("low"), (), ast.Fresh((), ast.Range(None, -2.0)), None, ()),
        ),
        (
            "type dist[V] = real[V] in simplex[V]",
            ast.TypeDecl(
                name("dist"), (size(("V",)),), ast.Fresh((size(("V",)),), ast.SimplexOf((size(("V",)),))), None, ()
            ),
        ),
        ("source words : WORD[T]", ast.SourceDecl(name("words"), ast.Words(name("WORD"), (size(("T",)),)))),
        (
            "target seen : mask from find by bce",
            ast.TargetDecl(name("seen"), ref("mask"), ref("find"), name("bce")),
        ),
        (
            "module find[w: WORD, V: vocab, U](features, x: mask) -> m: mask",
            ast.ModuleDecl(
                name("find"),
                (
                    ast.FamilyParam("word", name("w"), name("WORD")),
                    ast.FamilyParam("vocab", name("V")),
                    ast.FamilyParam("dim", name("U")),
                ),
                (ast.Param(None, ref("features")), ast.Param(name("x"), ref("mask"))),
                ast.Param(name("m"), ref("mask")),
                (),
            ),
        ),
        ("layout q : dist[ANSWER]", ast.LayoutDecl(name("q"), ref("dist", "ANSWER"))),
        (
            "expect find : dependent(a, b), surrogate",
            ast.ExpectDecl(
                name("find"), (ast.Claim(name("dependent"), (name("a"), name("b"))), ast.Claim(name("surrogate"), ()))
            ),
        ),
        (
            "surrogate s for find(x: mask) -> dist[ANSWER]",
            ast.SurrogateDecl(name("s"), name("find"), (ast.Param(name("x"), ref("mask")),), ref("dist", "ANSWER")),
        ),
    ],
)
def test_parts_are_as_written(text: str, decl: ast.Decl) -> None:
    assert only(text) == decl


def shape(expr: ast.Expr) -> str:
    """An expression in brackets."""
    match expr:
        case ast.Number(value):
            return f"{value:g}"
        case ast.Var(named):
            return named.text
        case ast.Binary(op, left, right):
            return f"({op} {shape(left)} {shape(right)})"
        case ast.Negative(value):
            return f"(neg {shape(value)})"
        case ast.Cast(value, to):
            return f"(as {shape(value)} {to.name})"
        case ast.Call(named, index, args):
            brackets = ",".join(("*" if at.every else "") + at.name.text for at in index)
            return f"({named}[{brackets}]{''.join(' ' + shape(arg) for arg in args)})"


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("a - b - c", "(sub (sub a b) c)"),
        ("a + b * c", "(add a (mul b c))"),
        ("(a + b) * c", "(mul (add a b) c)"),
        ("a / b * c", "(mul (div a b) c)"),
        ("-a * b", "(mul (neg a) b)"),
        ("- - a", "(neg (neg a))"),
        ("-a as t", "(neg (as a t))"),
        ("a + b as t", "(add a (as b t))"),
        ("a as t as u", "(as (as a t) u)"),
        ("a -1", "(sub a 1)"),
        ("1e-3 * 2.5", "(mul 0.001 2.5)"),
        ('f[red, COLOR, 3, "x y"](a, g())', "(f[red,*COLOR,3,x y] a (g[]))"),
        ("at(least, at)", "(at[] least at)"),
    ],
)
def test_expressions_bind_as_they_look(text: str, read_as: str) -> None:
    decl = only(f"op f(x: real) -> real = {text}")
    assert isinstance(decl, ast.OpDecl)
    assert shape(decl.body) == read_as


def test_spans_point_at_what_is_written() -> None:
    text = "# first\nop f(x: mask) ->\n  mask = max(x,  2 * x)\n"
    decl = only(text)
    assert isinstance(decl, ast.OpDecl)
    assert str(decl.name.span) == "test.nmt:2:4"
    assert decl.body.span.text == "max(x,  2 * x)"
    assert str(decl.body.span) == "test.nmt:3:10"
    assert isinstance(decl.body, ast.Call)
    assert [arg.span.text for arg in decl.body.args] == ["x", "2 * x"]


# -- an error spoils one declaration alone


def test_one_error_spoils_one_declaration() -> None:
    good = "op f(x: real) -> real = x"
    for broken in ["dim", "dim =", "op g(x: real -> real = x", "type t = real[", "vocab V = { a, }", "use a { b }"]:
        file, report = parsed(f"{good}\n{broken}\n{good}")
        assert [type(decl) for decl in file.decls] == [ast.OpDecl, ast.OpDecl]
        assert [finding.code for finding in report] == ["NMT001"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("op f(x: real) -> real = x ? 2", "NMT002"),
        ("op f(x: real) -> real = ?", "NMT002"),
        ("type Mask = real", "NMT002"),
        ("type maskH = real", "NMT002"),
        ("vocab V = { Red }", "NMT002"),
        ("Vocab V = { red }", "NMT002"),
        ('vocab V = { "red }', "NMT003"),
        ("dim é", "NMT002"),
        ("dim H = 2;", "NMT002"),
    ],
)
def test_what_is_no_token_breeds_no_second_error(text: str, code: str) -> None:
    assert codes(text) == [code]
    file, report = parsed(f"dim A\n{text}\ndim B")
    assert [finding.code for finding in report] == [code]
    assert [decl.name.text for decl in file.decls if isinstance(decl, ast.DimDecl)] == ["A", "B"]


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("op someOne() -> real = 1", "someOne"),
        ("type maskH = real", "maskH"),
        ("op opX() -> real = 1", "opX"),
        ("dim naïve", "naïve"),
        ("op f(x: real) -> real = x && x", "&&"),
        ("op f(x: real) -> real = (x != x)", "!="),
        ("op f(x: real) -> real = x ?! x", "?!"),
        ("vocab V = { 'slow {music', a }", "'slow {music'"),
        ("vocab V = { No, yes, Maybe }", "No"),
        ("vocab V = { don't, a }", "'"),
    ],
)
def test_what_is_no_token_is_found_in_one_piece(text: str, bad: str) -> None:
    (finding,) = parsed(text)[1]
    assert (finding.code, finding.span.text if finding.span else "") == ("NMT002", bad)


@pytest.mark.parametrize(
    ("text", "spoiled"),
    [
        ("dim time", {"time", "TIME"}),
        ("vocab Noise = { a }", {"Noise", "noise", "NOISE"}),
        ("package mics", {"mics", "MICS", "package"}),
        ("pakage mics @ 1.0.0", {"mics", "MICS", "package"}),
    ],
)
def test_a_name_in_the_wrong_case_is_not_missed_in_the_right_one(text: str, spoiled: set[str]) -> None:
    assert parsed(text)[0].spoiled == spoiled


def test_a_file_begins_with_its_package() -> None:
    def said(path: str, text: str) -> list[tuple[str, str, str]]:
        found = check(Source(path, text), (FOLDER,))[1]
        return [(one.code, str(one.span), one.help) for one in found]

    assert said("mics.nmt", "") == [("NMT004", "mics.nmt:1:1", "begin with `package mics @ 1.0.0`")]
    assert said("my-mics.nmt", "\n dim H\ndim W") == [
        ("NMT004", "my-mics.nmt:2:2", "begin with `package NAME @ 1.0.0`")
    ]
    assert said("op.nmt", "dim H") == [("NMT004", "op.nmt:1:1", "begin with `package NAME @ 1.0.0`")]
    assert [code for code, _, _ in said("mics.nmt", "package mics\ndim H")] == ["NMT001"]


@pytest.mark.parametrize("keyword", sorted(KEYWORDS))
def test_keywords_are_quoted_to_be_words(keyword: str) -> None:
    assert codes(f'vocab V = {{ a, "{keyword}" }}\nop f(x: real) -> real = g["{keyword}"](x)') == []
    for text in (
        f"vocab V = {{ a, {keyword}, b }}",
        f"vocab V = {{\n  a,\n  {keyword},\n  b\n}}",
        f"vocab V = {{ {keyword} }}",
        f"op f(x: real) -> real = g[{keyword}](x)",
        f"op {keyword}(x: real) -> real = x",
        f"op f({keyword}: real) -> real = 1",
        f"type {keyword} = real",
    ):
        assert codes(text) == ["NMT001"], text


# -- no text ends in a traceback


def survives(text: str) -> None:
    """A check gives an interface or findings, and each can be shown."""
    try:
        interface, findings = check(Source("test.nmt", text), (FOLDER,))
    except CompileError as fault:
        interface, findings = None, fault.diagnostics
    assert (interface is None) == bool(findings)
    for finding in findings:
        assert render(finding)
        assert to_json(finding)["code"] == finding.code
    if interface is not None:
        assert len(interface.hash) == 16


tokens = st.sampled_from(sorted({str(token) for text in TEXTS.values() for token in parser().lex(text)}))


@settings(max_examples=150)
@given(st.text(max_size=80) | st.lists(tokens, max_size=40).map(" ".join))
@example("\x00")
@example('"')
@example("\r")
@example("dim H\u2028dim W")
@example("type t[V] = real[V] in simplex[V] type u[A] = t[A + A]")
@example("op f[V](x: real[V]) -> real[V] in simplex[V] = softmax[V](x) op g(x: real[2]) -> real[2] = f(x)")
def test_any_text(text: str) -> None:
    survives(text)


@settings(max_examples=150)
@given(st.sampled_from(sorted(TEXTS)), st.randoms(use_true_random=False))
def test_any_mutation_of_the_standard_library(name: str, chance: random.Random) -> None:
    """Tokens dropped, doubled, swapped and exchanged: texts that are nearly right reach deeper than noise."""
    found = list(map(str, parser().lex(TEXTS[name])))
    for _ in range(chance.randint(1, 4)):
        at, other = chance.randrange(len(found)), chance.randrange(len(found))
        match chance.randrange(4):
            case 0:
                del found[at : at + 1]
            case 1:
                found.insert(at, found[at])
            case 2:
                found[at], found[other] = found[other], found[at]
            case 3:
                found[at] = found[other]
    survives(" ".join(found))


MANY, FEWER = 100_000, 20_000


@pytest.mark.parametrize(
    "text",
    [
        f"op f(x: real) -> real = {'(' * MANY}x{')' * MANY}",
        f"op f(x: real) -> real = {'(' * MANY}",
        f"op f(x: real) -> real = {'f(' * MANY}x{')' * MANY}",
        f"op f(x: real) -> real = x{' + x' * MANY}",
        f"op f(x: real) -> real = {'- ' * FEWER}x",
        f"op f(x: real) -> real = x{' as t' * FEWER}",
        f"op f(x: real) -> real = f({'x, ' * FEWER}x)",
        f"vocab V = {{ {'a, ' * FEWER}a }}",
        f"vocab V = {'A + ' * FEWER}A",
        f"type t = real[{'H, ' * FEWER}H]",
        f"type t = real[H{' + H' * 10_000}{' * H' * 10_000}]",
        "dim H\n" * 20_000,
        "dim " * 20_000,
        "{" * MANY,
        "$" * MANY,
        "a" * MANY,
        "9" * MANY,
        f"dim H = {'9' * MANY}",
        f"type t = real in 0..{'9' * MANY}",
        "vocab V = { 0..99999999999 }",
    ],
    ids=lambda text: text[:30],
)
def test_long_and_deep_texts_end_in_bounded_time(text: str) -> None:
    start = time.process_time()
    survives(text)
    assert time.process_time() - start < 20


def test_nesting_up_to_the_limit_is_fine() -> None:
    deep = DEEPEST - 1
    assert codes(f"op f(x: real) -> real = {'(' * deep}x{')' * deep}") == []
    assert codes(f"op f(x: real) -> real = x{' + x' * deep}") == []
    assert codes(f"op f(x: real) -> real = x{' + x' * (deep + 1)}") == ["NMT005"]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.nmt").write_bytes("dim H # é".encode("latin-1"))
    (tmp_path / "mark.nmt").write_bytes("dim H".encode("utf-8-sig"))
    assert read(tmp_path / "mark.nmt").text == "dim H"
    for path in ("latin.nmt", "absent.nmt", "."):
        with pytest.raises(CompileError, match="NMT006") as fault:
            read(tmp_path / path)
        assert fault.value.diagnostics[0].place == str(tmp_path / path)
