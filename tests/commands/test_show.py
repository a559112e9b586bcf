"""`nmt show`: outputs lie in `show/`, beside their input (`pytest --bless` writes them anew)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nmt.__main__ import main

FOLDER = Path(__file__).parent / "show"
CASES = {
    "small": ["small.nmt"],
    "small_program": ["small.nmt", "any(filter[red](half(full)))"],
    "small_model": ["small.nmt", "any(full)", "--model", "plain"],
    "small_wrong": ["small.nmt", "any(filter[pink](full))"],
}


def run(capsys, *args):
    """Exit status, and what was printed."""
    with pytest.raises(SystemExit) as end:
        main(["show", *map(str, args)])
    out, err = capsys.readouterr()
    return end.value.code, out, err


@pytest.mark.parametrize("name", CASES)
def test_output(name, capsys, monkeypatch, request):
    monkeypatch.chdir(FOLDER)
    code, out, err = run(capsys, *CASES[name])
    assert code == ("wrong" in name)
    path = FOLDER / f"{name}.txt"
    if request.config.getoption("--bless"):
        path.write_text(out + err, encoding="utf-8")
    assert out + err == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("iface", ["clevr", "clevr_describe", "std.attention", "std.answer"])
def test_the_library_is_shown_by_name(iface, capsys):
    code, out, _ = run(capsys, iface)
    assert code == 0
    assert out.startswith(f"{iface} @ ")
    assert all(len(line) < 160 for line in out.splitlines())
    assert json.loads(run(capsys, iface, "--json")[1])["package"] == iface


def test_swapped_packages_are_shown(capsys):
    _, typed, _ = run(capsys, "clevr_paper")
    _, classic, _ = run(capsys, "clevr_paper", "--use", "std.typed=std.classic")
    assert "real[H, W] in 0..1     by sigmoid  (std.typed)" in typed
    assert "uses std.classic @ 1.0.0 in the place of std.typed" in classic
    assert "by relu  (std.classic)" in classic


def test_packages_are_shown_as_they_were_found(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("my").mkdir()
    Path("my/sounds.nmt").write_text("# sounds @ 9.9.9\npackage my.sounds @ 1.2.0 type loud = real in 0..")
    Path("p.nmt").write_text("package p @ 1.0.0 use my.sounds @ 1.0.0 { loud } use std.answer @ 1.0.0 { BOOL }")
    _, out, _ = run(capsys, "p.nmt")
    assert "  uses my.sounds @ 1.2.0, asked for 1.0.0\n  uses std.answer @ 1.0.0\n" in out
    first = json.loads(run(capsys, "p.nmt", "--json")[1])["uses"][0]
    assert first == {"package": "my.sounds", "version": "1.2.0", "for": "my.sounds", "asked": "1.0.0"}


def test_programs_as_json(capsys):
    code, out, _ = run(capsys, "clevr", "exist(scene())", "--json")
    assert code == 0
    assert json.loads(out)["type"] == "dist[BOOL]"


def test_no_torch_is_imported():
    script = """
import sys
from nmt.__main__ import main
for program in ([], ["exist(scene())"]):
    try:
        main(["show", "clevr", *program])
    except SystemExit as end:
        assert not end.code, end.code
for command in (["diff", "clevr", "clevr"], ["stubs", "clevr"]):
    try:
        main(command)
    except SystemExit as end:
        assert not end.code, end.code
heavy = [name for name in ("torch", "hypothesis", "jaxtyping", "matplotlib") if name in sys.modules]
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
