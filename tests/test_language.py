"""docs/language.md is run: part one as one growing file, part two block by block."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from attrs import frozen

from nmt.compiler.check import check
from nmt.compiler.check.primitives import NAMED
from nmt.compiler.diagnostics import CompileError, Diagnostic, render
from nmt.compiler.parse import KEYWORDS, parser
from nmt.compiler.source import Source
from nmt.stdlib import FOLDER

TEXT = (Path(__file__).parents[1] / "docs" / "language.md").read_text(encoding="utf-8")
PART_ONE, PART_TWO = TEXT.split("# Part two")


@frozen
class Block:
    """A block of .nmt text: `wrong` is the code that it gives, `says` the block of text below, if one follows."""

    info: str
    text: str
    says: str

    @property
    def wrong(self) -> list[str]:
        return re.findall(r"wrong (NMT\d+)", self.info)

    @property
    def last(self) -> str:
        return self.text.rstrip().splitlines()[-1]


def blocks(text: str) -> list[Block]:
    pattern = r"^```nmt ?([^\n]*)\n(.*?)^```\n(?:\n```text\n(.*?)^```)?"
    return [Block(*found) for found in re.findall(pattern, text, re.MULTILINE | re.DOTALL)]


ONE = blocks(PART_ONE)
PRELUDE, *TWO = blocks(PART_TWO)


def found(name: str, text: str) -> tuple[Diagnostic, ...]:
    try:
        return check(Source(name, text), (FOLDER,))[1]
    except CompileError as fault:
        return fault.diagnostics


def grown(count: int) -> str:
    """The file after so many blocks; what is shown to be refused is not kept."""
    return "\n".join(block.text for block in ONE[:count] if not block.wrong)


def test_blocks_are_found() -> None:
    assert len(ONE) + len(TWO) + 1 == len(re.findall(r"^```nmt", TEXT, re.MULTILINE))
    assert len(ONE) >= 8
    assert len(TWO) >= 20
    assert PRELUDE.info == "prelude"
    assert all(re.fullmatch(r"(wrong NMT\d{3})?", block.info) for block in [*ONE, *TWO])


@pytest.mark.parametrize("count", range(1, len(ONE) + 1), ids=lambda count: ONE[count - 1].last)
def test_part_one_grows_without_errors(count: int) -> None:
    block = ONE[count - 1]
    findings = found("digits.nmt", "\n".join([grown(count - 1), block.text]) if count > 1 else block.text)
    errors = [finding for finding in findings if finding.severity == "error"]
    assert [finding.code for finding in errors] == block.wrong, "\n".join(map(render, errors))
    if block.says:
        assert "\n".join(map(render, errors)).startswith(block.says.rstrip("\n"))


@pytest.mark.parametrize("block", TWO, ids=lambda block: block.last)
def test_part_two_is_as_it_says(block: Block) -> None:
    findings = found("rules.nmt", PRELUDE.text + block.text)
    errors = [finding.code for finding in findings if finding.severity == "error"]
    as_it_says = [finding.code for finding in findings] == block.wrong if block.wrong else not errors
    assert as_it_says, "\n".join(map(render, findings))


def test_the_first_command_says_what_the_docs_say() -> None:
    assert "`digits.nmt: digits is fine: 0 modules, 0 ops`" in " ".join(TEXT.split())
    assert not found("digits.nmt", ONE[0].text)


def test_every_primitive_is_listed() -> None:
    table = PART_TWO.partition("**6.6**")[2].partition("\n## ")[0]
    forms = {name for cell in re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE) for name in re.findall(r"\w+", cell)}
    assert forms >= NAMED


def test_every_reserved_word_is_listed() -> None:
    listed = " ".join(PART_TWO.partition("**1.1**")[2].partition("**1.4**")[0].split())
    spelled = {terminal.pattern.value for terminal in parser().terminals if terminal.pattern.type == "str"}
    reserved = {word for word in spelled if word.isalpha()}
    assert reserved > KEYWORDS
    said = {word for quoted in re.findall(r"`([a-z ]+)`", listed) for word in quoted.split()}
    assert reserved <= said
    assert said <= reserved | {"find"}
