"""`nmt diff`: every `diff/NAME` holds two interfaces and what is said of them (`pytest --bless` writes it anew)."""

import json
from pathlib import Path

import pytest

from nmt.__main__ import main

FOLDERS = sorted(path for path in (Path(__file__).parent / "diff").iterdir() if path.is_dir())


def run(capsys, *args):
    """Exit status, and what was printed."""
    with pytest.raises(SystemExit) as end:
        main(["diff", *map(str, args)])
    out, err = capsys.readouterr()
    return end.value.code, out, err


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_output(folder, capsys, monkeypatch, request):
    monkeypatch.chdir(folder)
    code, out, err = run(capsys, "old.nmt", "new.nmt")
    found = f"{out}exit status {code}\n"
    if request.config.getoption("--bless"):
        Path("diff.txt").write_text(found, encoding="utf-8")
    assert not err
    assert found == Path("diff.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_machines_are_told_the_same(folder, capsys):
    plain, shown, _ = run(capsys, folder / "old.nmt", folder / "new.nmt")
    code, out, _ = run(capsys, folder / "old.nmt", folder / "new.nmt", "--json")
    report = json.loads(out)
    assert code == plain
    for change in [*report["changes"], *report["diagnostics"]]:
        assert f"{change['code']} {change['message']}" in shown
    assert report["breaks"] == [
        what
        for what in ("CALL", "WEIGHTS", "CACHE", "MEANING")
        if any(what in one["breaks"] for one in report["changes"])
    ]


@pytest.mark.parametrize(
    ("name", "breaks", "code"),
    [
        ("calls", "CALL", 1),
        ("calls", "weights", 1),
        ("vocabularies", "VERSION", 1),
        ("values", "CALL,WEIGHTS", 0),
        ("values", "MEANING", 1),
        ("values", "VERSION", 0),  # 2.0.0 owns up to it
        ("safe", "CALL,WEIGHTS,CACHE,MEANING,VERSION", 0),
        ("safe", "NOISE", 2),
    ],
)
def test_exit_status(name, breaks, code, capsys):
    folder = Path(__file__).parent / "diff" / name
    found, _, err = run(capsys, folder / "old.nmt", folder / "new.nmt", "--breaks", breaks)
    assert found == code, err


def test_equal_interfaces_need_no_words(capsys):
    code, out, _ = run(capsys, "clevr", "clevr")
    assert (code, out) == (0, "clevr 1.0.0 and clevr 1.0.0 are the same to all who use them\n")
    code, out, _ = run(capsys, "clevr", "clevr", "--json")
    assert (code, json.loads(out)["changes"]) == (0, [])


def test_input_at_fault_is_status_1(tmp_path, capsys):
    broken = tmp_path / "broken.nmt"
    broken.write_text("package p @ 1.0.0 dim H op f(x: real[H]) -> real[H] in 0..1 = x")
    code, _, err = run(capsys, broken, "clevr")
    assert code == 1
    assert "NMT303" in err
    assert run(capsys, "clevr", tmp_path / "none.nmt")[0] == 1
    assert run(capsys, "clevr")[0] == 2
