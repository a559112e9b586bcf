"""No input, however broken, ends in a traceback, hangs, or eats memory: `benchmarks/fuzz.py`, for a few seconds."""

from __future__ import annotations

import difflib
import importlib
import random
import signal
import sys
from pathlib import Path
from types import ModuleType

import pytest

from nmt.compiler.check import check
from nmt.compiler.check.hints import did_you_mean
from nmt.compiler.source import Source

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def fuzz(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The benchmark, its alarms set."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module("fuzz")
    before = [signal.signal(alarm, module.late) for alarm in (signal.SIGPROF, signal.SIGALRM)]
    yield module
    for alarm, handler in zip((signal.SIGPROF, signal.SIGALRM), before, strict=True):
        signal.signal(alarm, handler)
    for name in ("fuzz", "broken", "extreme", "record"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(("kind", "count"), [("grammar", 60), ("mutated", 60), ("bytes", 60), ("nested", 6)])
def test_no_input_is_too_broken(fuzz: ModuleType, tmp_path: Path, kind: str, count: int) -> None:
    assert fuzz.run(kind, count, 0, tmp_path).faults == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "count"), [("grammar", 3_000), ("mutated", 3_000), ("bytes", 3_000), ("nested", 200), ("files", 1)]
)
def test_many_more(fuzz: ModuleType, tmp_path: Path, kind: str, count: int) -> None:
    assert fuzz.run(kind, count, 1_000, tmp_path).faults == {}


@pytest.mark.parametrize("worse", ["raise", "hang", "grow"])
def test_faults_are_seen(fuzz: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worse: str) -> None:
    def broken(*_: object) -> object:
        if worse == "raise":
            raise KeyError(worse)
        while worse == "hang":
            pass
        return None, ()

    watched = fuzz.Fuzz(tmp_path)
    watched.counts["fine"] = 100  # so that what importing takes is over
    monkeypatch.setattr(fuzz, "SECONDS", 0.1)
    monkeypatch.setattr(fuzz, "GROWTH", -1 if worse == "grow" else 10_000)
    monkeypatch.setattr(fuzz, "check_file", broken)
    watched.input("one", b"dim H")
    assert len(watched.faults) == 1


# -- faults that were found so, each once

MANY = 300
CODES = {
    "\n".join(f"type t{at} = {f't{at + 1}' if at < MANY else 'real'}" for at in range(MANY + 1)): "NMT005",
    "\n".join(f"type t{at} = {f't{at - 1}' if at else 'real'}" for at in range(MANY)): "NMT005",
    "\n".join(f"vocab V{at} = {f'V{at + 1} + ' if at < MANY else ''}{{ w{at} }}" for at in range(MANY + 1)): "NMT005",
    "\n".join(f"op f{at}(x: real) -> real = {f'f{at - 1}(x)' if at else 'x'}" for at in range(MANY)): "NMT005",
    "\n".join(f"op f{at}(x: real) -> real = {f'f{at - 1}(f{at - 1}(x))' if at else 'x'}" for at in range(40)): "NMT005",
    "type t0[N] = real[N]\n" + "\n".join(f"type t{at + 1}[N] = t{at}[N * N]" for at in range(40)): "NMT005",
    "type t0[N] = real[N]\n" + "\n".join(f"type t{at + 1}[N] = t{at}[9 * N + 1]" for at in range(40)): "NMT005",
    f"type t = real[{' * '.join(['999999999999999'] * 3)}]": "NMT007",
    f"type t = real[{' + '.join(['1'] * 101)}]": "NMT005",
    f"package long @ {'9' * 5_000}.0.0": "NMT007",
    f"use {'.'.join(['a'] * 300)} @ 1.0.0 {{ x }}": "NMT103",
    "vocab A from data\nvocab B = A + A": "NMT108",
    "\n".join(f"vocab V{at} = {{ 0..99998 }}" for at in range(3)): "NMT110",
    'vocab V from "/dev/zero"': "NMT111",
}


@pytest.mark.parametrize(("text", "code"), CODES.items(), ids=[text[:30] for text in CODES])
def test_what_was_found(text: str, code: str, tmp_path: Path) -> None:
    whole = text if text.startswith("package") else f"package broken @ 1.0.0\n{text}"
    _, findings = check(Source("broken.nmt", whole), (tmp_path,))
    assert code in {finding.code for finding in findings}
    assert {finding.code for finding in findings} <= {code, "NMT101"}


def test_what_is_just_small_enough_is_fine() -> None:
    ops = "\n".join(f"op f{at}(x: real) -> real = {f'f{at - 1}(x)' if at else 'x'}" for at in range(100))
    types = "\n".join(f"type t{at} = {f't{at - 1}' if at else 'real'}" for at in range(100))
    interface, findings = check(
        Source("small.nmt", f"package small @ 1.0.0\n{ops}\n{types}\nvocab V = {{ 0..99999 }}"), ()
    )
    assert interface is not None, findings


def test_a_text_may_be_read_twice() -> None:
    source = Source("twice.nmt", "package twice @ 1.0.0\nvocab V = { 0..99999 }")
    assert all(check(source, ())[0] is not None for _ in range(2))


def test_hints_are_those_of_a_long_look() -> None:
    chance = random.Random(0)
    known = sorted({"".join(chance.choices("abcde_", k=chance.randint(1, 9))) for _ in range(60)})
    for _ in range(200):
        name = "".join(chance.choices("abcde_", k=chance.randint(1, 9)))
        close = difflib.get_close_matches(name, known, n=2, cutoff=0.75)
        hint = did_you_mean(name, known)
        if close:
            assert hint in {"", f"did you mean `{close[0]}`?"}
        else:  # a name with two letters swapped, if any
            assert not hint or sorted(hint[14:-2]) == sorted(name)
        assert hint or len(close) != 1


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("fra", ["far", "near"], "far"),
        ("fra", ["far", "fry"], ""),  # one letter is another in the second
        ("fra", ["rfa", "far"], ""),  # both by one swap
        ("af", ["fa"], ""),  # too short to tell
        ("abc", ["cba"], ""),  # no two neighbours
    ],
)
def test_letters_in_the_wrong_order(name: str, known: list[str], meant: str) -> None:
    assert did_you_mean(name, known) == (f"did you mean `{meant}`?" if meant else "")
