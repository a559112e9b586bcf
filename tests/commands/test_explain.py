"""`nmt explain`: what a user reads."""

from __future__ import annotations

import json

import pytest

from nmt.__main__ import main
from nmt.compiler.codes import RULES, TABLE


def run(capsys, *args):
    """The exit status, and what is printed, on standard output and on standard error."""
    with pytest.raises(SystemExit) as end:
        main(["explain", *args])
    return end.value.code, *capsys.readouterr()


def test_a_page_has_all_that_one_needs(capsys):
    status, out, err = run(capsys, "NMT303")
    assert (status, err) == (0, "")
    row = TABLE["NMT303"]
    assert out.startswith(f"NMT303 error: {row.title}\n\n{row.page}\n\nRule 6.1: Every value that a body can give lies")
    assert f"For example:\n\n    {row.wrong}\n" in out
    assert (
        "\nwhere\n\n    type mask    = real[H, W] in 0..1 by sigmoid\n\nIt says:" in out
    )  # no other line of the prelude
    assert RULES["6.1"] in " ".join(out.split())
    assert "    example.nmt:1:39: NMT303 the body of `either` can leave 0..1\n" in out
    assert "                                            ^^^^^ this is 0..2\n" in out
    assert f"Mended:\n\n    {row.right}\n" in out
    assert out.endswith("\ndocs/diagnostics.md#nmt303\n")


@pytest.mark.parametrize("code", ["303", "nmt303", "NMT0303", "Nmt-303", "nmt 303"])
def test_a_code_is_understood_as_people_write_it(capsys, code):
    assert run(capsys, code) == run(capsys, "NMT303")


def test_several_are_told_one_below_the_other_and_once(capsys):
    status, out, _ = run(capsys, "NMT001", "NMT303", "NMT001")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines() if " error: " in line] == ["NMT001", "NMT303"]


def test_a_warning_is_called_one(capsys):
    assert run(capsys, "NMT501")[1].startswith("NMT501 warning: ")


@pytest.mark.parametrize("code", TABLE)
def test_every_page_is_plain_text_that_fits_a_terminal(capsys, code):
    status, out, _ = run(capsys, code)
    assert status == 0
    assert "\x1b" not in out  # no colour where nobody looks
    told = out.partition("\nIt says:")[0] + out.partition("\nMended:")[2]  # a finding is as long as it is
    assert all(len(line) <= 120 or "((((" in line for line in told.splitlines())


def test_without_a_code_all_are_listed(capsys):
    status, out, _ = run(capsys)
    assert status == 0
    assert [line.split()[0] for line in out.splitlines() if line.startswith("  NMT")] == list(TABLE)
    assert "3xx  Types and bounds\n  NMT301  a value is of another type\n" in out


@pytest.mark.parametrize("hundred", ["3", "3xx", "NMT3xx"])
def test_a_hundred_is_listed_alone(capsys, hundred):
    status, out, _ = run(capsys, hundred)
    assert status == 0
    listed = [line.split()[0] for line in out.splitlines() if line.startswith("  NMT")]
    assert listed == [code for code in TABLE if code.startswith("NMT3")]


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("NMT399", "no diagnostic has the code NMT399. Types and bounds:\n\n  NMT301  a value is of another type"),
        ("NTM303", "no diagnostic has the code `NTM303`. Did you mean NMT303?"),
        ("NMT999", "no diagnostic has the code `NMT999`. `nmt explain` lists all."),
        ("mask", "no diagnostic has the code `mask`. `nmt explain` lists all."),
        ("", "no diagnostic has the code ``. `nmt explain` lists all."),
        ("٣٠٣", "no diagnostic has the code"),
    ],
)
def test_a_code_that_is_none_is_wrong_usage(capsys, code, wanted):
    status, out, err = run(capsys, code)
    assert (status, out) == (2, "")
    assert f"Error: {wanted}" in err


def test_json_has_the_same(capsys):
    status, out, _ = run(capsys, "NMT303", "NMT006", "--json")
    assert status == 0
    first, second = json.loads(out)["codes"]
    row = TABLE["NMT303"]
    assert {key: first[key] for key in ("code", "severity", "title", "rule", "page", "wrong", "right", "kind")} == {
        "code": "NMT303",
        "severity": "error",
        "title": row.title,
        "rule": "6.1",
        "page": row.page,
        "wrong": row.wrong,
        "right": row.right,
        "kind": "nmt",
    }
    assert first["rule_text"] == RULES["6.1"]
    assert first["says"].startswith("example.nmt:1:39: NMT303")
    assert (second["kind"], second["says"]) == ("shell", "")


def test_json_names_the_codes_that_are_none(capsys):
    status, out, err = run(capsys, "NMT303", "NMT999", "mask", "--json")
    told = json.loads(out)
    assert (status, err) == (2, "")
    assert [one["code"] for one in told["codes"]] == ["NMT303"]
    assert told["unknown"] == [
        {"asked": code, "message": f"no diagnostic has the code `{code}`. `nmt explain` lists all."}
        for code in ("NMT999", "mask")
    ]
    assert json.loads(run(capsys, "NMT303", "--json")[1])["unknown"] == []


def test_json_of_all_is_a_list(capsys):
    codes = json.loads(run(capsys, "--json")[1])["codes"]
    assert [one["code"] for one in codes] == list(TABLE)
    assert codes[0] == {"code": "NMT001", "severity": "error", "title": TABLE["NMT001"].title, "rule": "1.1"}
