"""Every interface of the library: what is proved of it (`show/`, `pytest --bless`), how it is written, what fits it."""

from __future__ import annotations

from pathlib import Path

import pytest

import nmt
from nmt.__main__ import main
from nmt.compiler.check import check
from nmt.compiler.format import format_source
from nmt.compiler.parse import read
from nmt.stdlib import FOLDER

NAMES = sorted(path.stem for path in FOLDER.glob("*.nmt"))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_fine_and_canonical(name):
    source = read(FOLDER / f"{name}.nmt")
    interface, findings = check(source, (FOLDER,))
    assert interface is not None
    assert not findings  # no warnings either
    assert format_source(source) == source.text


def test_all_are_here():
    assert NAMES == ["clevr", "clevr_describe", "clevr_paper", "geo", "gqa", "shapes", "vqa"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("shapes", ["shapes"]),
        ("vqa", ["vqa"]),
        ("vqa_classic", ["vqa", "--use", "std.typed=std.classic"]),
        ("vqa_adjusted", ["vqa", "yesno[is](and(leaf[dog], leaf[red]))", "--model", "adjusted"]),
        ("geo", ["geo"]),
        ("gqa", ["gqa"]),
    ],
)
def test_what_is_proved(name, arguments, capsys, request):
    with pytest.raises(SystemExit) as end:
        main(["show", *arguments])
    out, err = capsys.readouterr()
    assert (end.value.code, err) == (0, "")
    path = Path(__file__).parent / "show" / f"{name}.txt"
    found = out.replace(str(FOLDER), "stdlib")
    if request.config.getoption("--bless"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "program", "type_"),
    [
        ("shapes", "yesno[is](and(leaf[red], rel[left_of](leaf[circle])))", "dist[BOOL]"),
        ("vqa", "yesno[is](and(leaf[dog], leaf[red]))", "logits[ANSWER]"),
        ("vqa", "other[color](leaf[dog])", "logits[ANSWER]"),
        ("geo", "and(and(leaf[city], leaf[major]), rel[in](leaf[florida]))", "set"),
        ("geo", "yesno[exists](rel[of](leaf[lake]))", "dist[BOOL]"),
        ("gqa", 'query_name(relate[man, "to the left of", s](filter_color[red](select[cart])))', "dist[REPLY]"),
        ("gqa", "and(verify_hposition[left](select[sky]), exist(filter_shape_not[round](select[cup])))", "dist[BOOL]"),
        ("gqa", 'choose_rel[cup, "in front of", behind, o](select[bowl])', "dist[REPLY]"),
        ("gqa", "choose_less_healthy(select[cake], select[apple])", "dist[REPLY]"),
        ("gqa", "common(select[cake], select[plate])", "dist[REPLY]"),
        ("gqa", 'same[color](relate["_", "same color", "_"](select[cup]))', "dist[BOOL]"),
        ("gqa", "different_shape(select[cake], select[plate])", "dist[BOOL]"),
    ],
)
def test_what_programs_give(name, program, type_):
    from nmt.compiler.frontends.terms_text import read_term
    from nmt.compiler.programs import Checked, Checker

    made = Checker(nmt.load(name).checked).check(read_term(program)[0])
    assert isinstance(made, Checked), made
    assert str(made.type) == type_


def test_what_a_program_cannot_say_is_said():
    from nmt.compiler.frontends.terms_text import read_term
    from nmt.compiler.programs import Checker, Fault

    checker = Checker(nmt.load("shapes").checked)
    for program, code in {
        "yesno[is](leaf[purple])": "NMT407",
        "yesno[is](rel[red](leaf[circle]))": "NMT407",
        "rel[above](leaf[red])": "NMT409",
        "yesno[is](or(leaf[red], leaf[blue]))": "NMT404",
        "yesno[is](yesno[is](leaf[red]))": "NMT408",
    }.items():
        found = checker.check(read_term(program)[0])
        assert isinstance(found, Fault), program
        assert found.code == code, program
