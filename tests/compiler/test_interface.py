"""Interfaces: equal for equal texts, and a hash that comments and spaces do not change."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.check import Interface, check
from nmt.compiler.parse import parser, read
from nmt.compiler.source import Source
from nmt.stdlib import FOLDER

FILES = sorted(FOLDER.rglob("*.nmt"))


def checked(text: str, path: str = "test.nmt", swaps: dict[str, str] | None = None) -> Interface:
    interface, findings = check(Source(path, text), (FOLDER,), swaps)
    assert interface is not None, findings
    return interface


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_checking_twice_gives_equal_interfaces(path: Path) -> None:
    first, second = (checked(read(path).text) for _ in range(2))
    assert first == second
    assert first.hash == second.hash
    assert {key: op.body for key, op in first.bodies.items()} == {key: op.body for key, op in second.bodies.items()}


@settings(max_examples=20)
@given(st.sampled_from(FILES), st.randoms(use_true_random=False))
def test_hash_ignores_comments_and_spacing(path: Path, chance: random.Random) -> None:
    text = read(path).text
    blanks = [" ", "  ", "\n", "\t", '\n# a comment, "quoted"\n', "\r\n"]
    respaced = "".join(str(token) + chance.choice(blanks) for token in parser().lex(text))
    assert checked(respaced).hash == checked(text).hash


def test_hash_sees_everything_else() -> None:
    base = 'package p @ 1.0.0 vocab V = { "a#b", c } op f(x: real in 0..1) -> real = x + 1'
    changed = [
        base.replace("1.0.0", "1.0.1"),
        base.replace("a#b", "a#d"),
        base.replace("a#b", "a  #b"),
        base.replace("c }", "d }"),
        base.replace("0..1", "0..2"),
        base.replace("x + 1", "x + 2"),
        base.replace("x + 1", "x"),
    ]
    hashes = {checked(text).hash for text in [base, *changed]}
    assert len(hashes) == 1 + len(changed)


def test_hash_sees_used_packages_swaps_and_words_of_files(tmp_path: Path) -> None:
    text = "package p @ 1.0.0 use std.typed @ 1.0.0 { attention } op f(x: attention) -> attention = x"
    assert checked(text).hash != checked(text, swaps={"std.typed": "std.classic"}).hash
    (tmp_path / "v.txt").write_text("a\nb\n", encoding="utf-8")
    text = 'package p @ 1.0.0 vocab V from "v.txt"'
    before = checked(text, str(tmp_path / "p.nmt")).hash
    (tmp_path / "v.txt").write_text("b\na\n", encoding="utf-8")
    assert checked(text, str(tmp_path / "p.nmt")).hash != before


def test_what_is_not_there_is_a_lookup_error() -> None:
    bare = checked("package p @ 1.0.0")
    with pytest.raises(LookupError):
        _ = bare.layout
    with pytest.raises(LookupError):
        bare.model()
    with pytest.raises(LookupError):
        bare.model("m")
