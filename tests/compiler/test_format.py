"""One style: what is formatted means the same, keeps every comment, and is not changed by formatting again."""

import re
import runpy
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings

from nmt.compiler.diagnostics import CompileError, Report
from nmt.compiler.format import format_declaration, format_source
from nmt.compiler.parse import parse, parser, read
from nmt.compiler.source import Source
from nmt.stdlib import FOLDER

ROOT = Path(__file__).parents[2]
GOLDEN = sorted((ROOT / "tests/format").glob("*.nmt"))
FILES = [path for folder in (FOLDER, ROOT / "tests", ROOT / "examples") for path in sorted(folder.rglob("*.nmt"))]
generate = runpy.run_path(str(Path(__file__).with_name("generate.py")))


def formatted(text: str) -> str:
    return format_source(Source("test.nmt", text))


def decls(text: str):
    """The declarations of a text without syntax errors, without their places."""
    file = parse(Source("test.nmt", text), report := Report())
    assert not report, list(report)
    return file.decls


def comments(text: str) -> list[str]:
    """Every comment, found without the parser; blanks at its end are no part of it."""
    return [found.rstrip() for found in re.findall(r'"[^"\n]*"|#[^\n]*', text) if found.startswith("#")]


def keeps_the_laws(text: str) -> str:
    """Assert what holds for every text without syntax errors; gives its canonical form."""
    result = formatted(text)
    assert decls(result) == decls(text)
    assert comments(result) == comments(text)
    assert formatted(result) == result
    lines = result.split("\n")
    assert lines.pop() == ""
    assert not lines or (lines[0] and lines[-1])
    assert all(before or after for before, after in pairwise(lines)), "two blank lines"
    assert all(line == line.rstrip() for line in lines)
    return result


# -- examples


def test_an_example() -> None:
    assert formatted("vocab  A={red,\n blue}\n\n\n\nvocab LONGER=A # both\n# end") == (
        "vocab A = { red, blue }\n\nvocab LONGER = A                          # both\n# end\n"
    )


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden(path: Path, request: pytest.FixtureRequest) -> None:
    result = keeps_the_laws(path.read_text(encoding="utf-8"))
    expected = path.with_suffix(".txt")
    if request.config.getoption("--bless"):
        expected.write_text(result, encoding="utf-8")
    assert result == expected.read_text(encoding="utf-8")
    assert max(len(line.split("  #")[0]) for line in result.split("\n")) <= 120


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.nmt")), ids=lambda path: path.stem)
def test_the_standard_library_is_canonical(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert formatted(text) == text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_keeps_its_meaning(path: Path) -> None:
    try:
        text = read(path).text
        formatted(text)
    except CompileError:
        pytest.skip("has syntax errors")
    keeps_the_laws(text)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("", ""),
        (" \n\n\t", ""),
        ("#", "#\n"),
        ("\n\n# a\n\n\n#b  \n\n", "# a\n\n#b\n"),
        ("dim H dim W", "dim H\ndim W\n"),
        ("dim H\r\n# a\r\ndim W # b\r", f"dim H\n# a\n{'dim W':42}# b\n"),
        ('vocab V = {0 .. 3,"a"}', 'vocab V = { 0..3, "a" }\n'),
        ("vocab V from data at\t least 3", "vocab V from data at least 3\n"),
        ("use a . b@1.0.0{ }", "use a.b @ 1.0.0 {}\n"),
        ("type t = real in - 1..-  .5".replace(" .5", "0.5"), "type t = real in -1..-0.5\n"),
        ("op f()->real=- - ( - x )-1", "op f() -> real = --(-x) - 1\n"),
        ("expect f:dependent ( a,b ),surrogate", "expect f : dependent(a, b), surrogate\n"),
    ],
)
def test_small_things(text: str, result: str) -> None:
    assert formatted(text) == result


def test_a_comment_behind_a_long_line_moves_no_other() -> None:
    long = f"op {'f' * 60}(x: real) -> real = x"
    assert formatted(f"dim H # a\n{long} # b") == f"{'dim H':42}# a\n{long}  # b\n"


def test_one_declaration() -> None:
    _, second = decls("vocab LONG_NAME={a}\nvocab   V={ a, # why\nb} # behind")
    assert format_declaration(second) == f"vocab V = {{\n{'  a,':42}# why\n  b\n}}"


def test_syntax_errors_are_handed_over() -> None:
    with pytest.raises(CompileError) as fault:
        formatted("dim h\ndim H\ntype = real")
    assert [finding.code for finding in fault.value.diagnostics] == ["NMT001", "NMT001"]


# -- laws


def test_a_comment_may_stand_between_any_two_words() -> None:
    for decl in decls((ROOT / "tests/format/columns.nmt").read_text(encoding="utf-8")):
        text = decl.span.text
        for at, token in enumerate(parser().lex(text)):
            comment = " # c\n" if at % 2 else "\n\n# c\n\n# d\n\n"
            keeps_the_laws(f"{text[: token.start_pos]}{comment}{text[token.start_pos :]}")


@settings(max_examples=75)
@given(generate["files"]())
def test_any_file(text: str) -> None:
    keeps_the_laws(text)


@pytest.mark.slow
@settings(max_examples=3_000)
@given(generate["files"](most=8))
def test_any_longer_file(text: str) -> None:
    keeps_the_laws(text)


@settings(max_examples=60)
@given(generate["twins"]())
def test_how_a_declaration_was_spaced_has_no_say(pair: tuple[str, str]) -> None:
    assert formatted(pair[0]) == formatted(pair[1])


# -- time


def test_formatting_costs_at_most_twice_what_parsing_costs() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.nmt"))) * 2

    def least(work) -> float:
        times = []
        for _ in range(4):
            start = time.process_time()
            work()
            times.append(time.process_time() - start)
        return min(times)

    parsing = least(lambda: parse(Source("test.nmt", text), Report()))
    assert least(lambda: formatted(text)) < 2 * parsing


@pytest.mark.parametrize(
    "text",
    [
        f"vocab V = {{ {'word, ' * 5_000}last }}",
        f"vocab V = {'A + ' * 5_000}A",
        f"op f(x: real) -> real = {'f(x, ' * 98}{'x, ' * 3_000}x{')' * 98}",
        f"op f(x: real) -> real = {('f( # why' + chr(10) + 'x, ') * 98}x{')' * 98}",
        "dim H # rows\n" * 3_000,
        "# nothing\n" * 5_000,
        "dim # a\n" + "# b\n" * 5_000 + "H",
    ],
    ids=lambda text: text[:30],
)
def test_long_and_deep_texts_in_bounded_time(text: str) -> None:
    start = time.process_time()
    result = formatted(text)
    assert time.process_time() - start < 10
    assert len(comments(result)) == len(comments(text))
