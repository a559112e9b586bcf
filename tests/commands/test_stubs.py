"""`nmt stubs`: what is made is Python that type checkers, formatters and jaxtyping take, and that the library fits."""

import importlib.util
import json
import os
import subprocess
import sys
import typing
from pathlib import Path

import pytest

from nmt.__main__ import main
from nmt.compiler.check import check
from nmt.compiler.source import Source
from nmt.compiler.stubs import stubs
from nmt.stdlib import FOLDER

HERE = Path(__file__).parent / "stubs"
IFACES = ["clevr", "clevr_describe", "clevr_paper", str(HERE / "small.nmt")]


def run(*args):
    with pytest.raises(SystemExit) as end:
        main(["stubs", *map(str, args)])
    return end.value.code


def made(text):
    interface, findings = check(Source("t.nmt", text), (FOLDER,))
    assert interface is not None, findings
    return stubs(interface, "nmt stubs t.nmt").text


def imported(path):
    spec = importlib.util.spec_from_file_location("made_stubs", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_output(capsys, monkeypatch, request):
    monkeypatch.chdir(HERE)
    assert run("small.nmt") == 0
    out = capsys.readouterr().out
    if request.config.getoption("--bless"):
        Path("small.txt").write_text(out, encoding="utf-8")
    assert out == Path("small.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("iface", IFACES, ids=lambda it: Path(it).stem)
def test_file_and_pipe_say_the_same(iface, tmp_path, capsys):
    assert run(iface) == 0
    printed = capsys.readouterr().out
    assert run(iface, "--out", tmp_path / "a" / "made.py") == 0
    assert (tmp_path / "a" / "made.py").read_text(encoding="utf-8") == printed


def test_machines_are_told_the_protocols(tmp_path, capsys):
    assert run(HERE / "small.nmt", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert run(HERE / "small.nmt") == 0
    assert report["text"] == capsys.readouterr().out
    assert (report["package"], report["version"], report["file"]) == ("small", "0.2.0", None)
    assert [one["name"] for one in report["protocols"]] == [
        line.partition("(")[0].removeprefix("class ")
        for line in report["text"].splitlines()
        if line.startswith("class ")
    ]
    rows = next(one for one in report["protocols"] if one["takes_rows"])
    assert rows == {
        "name": "FindRows",
        "module": "find",
        "package": "small",
        "signature": "find[s: SEEN](image: features) -> m: mask",
        "takes_rows": True,
    }
    path = tmp_path / "made.py"
    assert run(HERE / "small.nmt", "--json", "--out", path) == 0
    written = json.loads(capsys.readouterr().out)
    assert (written["file"], written["text"]) == (str(path), None)
    assert path.read_text(encoding="utf-8").count("class ") == len(written["protocols"])


@pytest.mark.parametrize("iface", IFACES, ids=lambda it: Path(it).stem)
def test_it_is_formatted_python_whose_shapes_jaxtyping_reads(iface, tmp_path):
    path = tmp_path / "made.py"
    assert run(iface, "--out", path) == 0
    for length in ("88", "120"):
        ruff = [
            sys.executable,
            "-m",
            "ruff",
            "format",
            "--isolated",
            "--line-length",
            length,
            "--check",
            "--diff",
            path,
        ]
        done = subprocess.run(ruff, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    module = imported(path)
    protocols = [value for value in vars(module).values() if getattr(value, "_is_protocol", False)]
    for protocol in [one for one in protocols if one is not typing.Protocol]:
        assert typing.get_type_hints(protocol.forward)["return"]


def test_shapes():
    text = made(
        "package t @ 1.0.0 dim N dim H dim P = 2 dim T varies vocab V = { a, b } "
        "module f[v: V](x: real[N, 2 * H + P], y: V[T], z: real) -> real[H * H, V] module g() -> real"
    )
    assert 'instances: Int[Tensor, "BATCH"]' in text
    assert 'x: Float[Tensor, "BATCH N 2*H+2"]' in text
    assert 'y: Int[Tensor, "BATCH T"]' in text
    assert 'z: Float[Tensor, "BATCH"]' in text
    assert ') -> Float[Tensor, "BATCH H*H V=2"]: ...' in text
    assert 'def forward(self) -> Float[Tensor, "BATCH"]: ...' in text


def test_names_that_python_or_the_file_needs_are_moved_aside(tmp_path):
    text = made(
        'package t @ 1.0.0 vocab W = { "a\\", "x y" } source s : real module tensor(class: real, self: real) -> real '
        "module find(instances: real, real) -> real module find_rows(x: real) -> real module f[w: W]() -> real"
    )
    path = tmp_path / "made.py"
    path.write_text(text, encoding="utf-8")
    module = imported(path)
    assert {"Tensor_", "Find", "FindRows", "FindRows_"} <= set(vars(module))
    assert "class_: Float" in text
    assert "self_: Float" in text
    assert "instances_: Float" in text
    assert "input1: Float" in text


def test_no_modules_no_classes():
    text = made("package t @ 1.0.0")
    compile(text, "made.py", "exec")
    assert "class" not in text


@pytest.mark.slow
def test_the_library_fits_its_own_protocols(tmp_path):
    """mypy takes what is made, the implementations of clevr for it, and nothing of another shape of call."""
    assert run("clevr", "--out", tmp_path / "made.py") == 0
    (tmp_path / "fits.py").write_text(
        """import made
from nmt.stdlib import clevr, defaults


def library(find: clevr.Find, locate: clevr.Locate, tally: clevr.Tally, any_: defaults.Perceptron) -> None:
    plain: tuple[made.Find, made.Locate, made.Tally] = (find, locate, tally)
    rows: tuple[made.FindRows, made.LocateRows] = (find, locate)
    default: made.Tally = any_
    del plain, rows, default
"""
    )
    (tmp_path / "wrong.py").write_text(
        """import made
from torch import Tensor
from nmt.stdlib import clevr, defaults


class Short:
    def forward(self, instances: Tensor) -> Tensor:
        return instances


class Scores:
    def forward(self, instances: Tensor, image: Tensor) -> list[float]:
        return []


def library(short: Short, scores: Scores, plain: defaults.Perceptron, locate: clevr.Locate) -> None:
    a: made.Find = short  # lacks an input
    b: made.Find = scores  # returns no tensor
    c: made.FindRows = plain  # takes no rows
    d: made.Tally = locate  # takes one input more
    del a, b, c, d
"""
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--ignore-missing-imports"]
    env = {**os.environ, "MYPYPATH": str(Path(__file__).parents[2])}  # where `nmt` lies, typed
    for files, wrong in ((["made.py", "fits.py"], 0), (["made.py", "wrong.py"], 4)):
        done = subprocess.run([*command, *files], capture_output=True, text=True, cwd=tmp_path, env=env)
        mine = [line for line in done.stdout.splitlines() if line.startswith(tuple(files)) and ": error:" in line]
        assert len(mine) == wrong, done.stdout + done.stderr
