"""`nmt compile`: files of every kind, counts, faults with their places, and what it writes."""

from __future__ import annotations

import gzip
import io
import json
import sys

import pytest
import zstandard

from nmt import told
from nmt.__main__ import main
from nmt.compiler.compiled import compile_programs
from nmt.compiler.frontends import compiled, formats
from nmt.compiler.frontends.terms_text import read_term
from nmt.compiler.programs import Checker
from nmt.compiler.programs_file.file import ProgramsFile
from nmt.compiler.terms import Record
from nmt.loading import load_checked

GOOD = "exist(filter_color[red](scene()))"
WRONG = "exist(filter_color[cube](scene()))"


def question(text, number=0, **more):
    """A CLEVR question of a chain of calls."""
    calls = [part.rstrip(")") for part in reversed(text.split("("))][1:] if "(" in text else []
    program = []
    for node, call in enumerate(calls):
        name, _, word = call.partition("[")
        program.append(
            {"function": name, "inputs": [node - 1] if node else [], "value_inputs": [word.rstrip("]")] if word else []}
        )
    about = {"question": "?", "answer": "yes", "image_filename": f"{number}.png", "image_index": number}
    return about | {"question_index": number, "program": program} | more


def write(path, *texts):
    path.write_text(json.dumps({"questions": [question(text, number) for number, text in enumerate(texts)]}))
    return path


@pytest.fixture(autouse=True)
def at_home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    known = {one.name: one for one in compiled.FORMATS} | dict(formats.FORMATS)
    monkeypatch.setattr(formats, "FORMATS", known)


@pytest.fixture
def nmt(capsys):
    """Run the command here: status, standard output, standard error."""

    def run(*args):
        with pytest.raises(SystemExit) as stop:
            main([str(arg) for arg in args])
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return stop.value.code, told.out, told.err

    return run


def report(nmt, *args):
    status, out, _ = nmt("compile", "clevr", *args, "--json")
    return status, json.loads(out)


def test_counts_by_reason(nmt, tmp_path):
    status, made = report(nmt, write(tmp_path / "q.json", GOOD, WRONG, WRONG, "exits(scene())", GOOD))
    assert status == 1
    assert (made["read"], made["accepted"], made["rejected"]) == (5, 2, 3)
    assert made["reasons"] == {"NMT404": 1, "NMT407": 2}
    assert [one["place"].rpartition(": ")[2] for one in made["diagnostics"]] == [
        "question 1, node 1 (filter_color)",
        "question 2, node 1 (filter_color)",
        "question 3, node 1 (exits)",
    ]


def test_several_files_folders_and_compressed_ones(nmt, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    text = write(tmp_path / "a.json", GOOD).read_bytes()
    (folder / "b.json").write_bytes(text)
    (folder / "c.json.gz").write_bytes(gzip.compress(text))
    (folder / "d.zst").write_bytes(zstandard.compress(text))
    status, made = report(nmt, "a.json", "folder")
    assert (status, made["read"], [part["read"] for part in made["files"]]) == (0, 4, [1, 1, 1, 1])
    status, out, _ = nmt("compile", "clevr", "a.json", "folder")
    assert "folder/b.json (clevr): 1 read, 1 accepted" in out


def test_standard_input(nmt, tmp_path, monkeypatch):
    text = write(tmp_path / "a.json", GOOD, GOOD).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    status, made = report(nmt, "-")
    assert (status, made["read"], made["files"][0]["file"]) == (0, 2, "standard input")


def test_one_broken_file_does_not_keep_others_back(nmt, tmp_path):
    whole = write(tmp_path / "a.json", GOOD, GOOD).read_text()
    (tmp_path / "cut.json").write_text(whole[:-30])
    (tmp_path / "odd.bin").write_bytes(b"%PDF-1.4")
    status, made = report(nmt, "cut.json", "odd.bin", "none.json", "a.json")
    assert status == 1
    assert made["files"][-1] == {"file": "a.json", "format": "clevr", "read": 2, "accepted": 2, "reasons": {}}
    assert [one["code"] for one in made["diagnostics"]] == ["NMT402", "NMT416", "NMT401"]


def test_on_error(nmt, tmp_path):
    write(tmp_path / "q.json", GOOD, WRONG, WRONG)
    status, out, err = nmt("compile", "clevr", "q.json", "--on-error", "skip")
    assert (status, "filter_color" in err) == (1, False)
    assert "NMT407: 2 were rejected: a word of a program is not in the vocabulary" in out
    status, out, err = nmt("compile", "clevr", "q.json", "--on-error", "raise", "--out", "q.nmtp")
    assert (status, err.count("NMT407 `cube`")) == (1, 1)
    assert "2 read, 1 accepted, 1 rejected" in out
    assert not (tmp_path / "q.nmtp").exists()


def test_only_the_first_are_told_unless_all(nmt, tmp_path):
    write(tmp_path / "q.json", *[WRONG] * 23)
    _, _, err = nmt("compile", "clevr", "q.json")
    assert err.count("NMT407 `cube`") == 20
    assert "3 more rejected" in err
    _, _, err = nmt("compile", "clevr", "q.json", "--all")
    assert err.count("NMT407 `cube`") == 23


def test_what_was_accepted_is_written_and_taken_in_place_of_the_original(nmt, tmp_path):
    write(tmp_path / "q.json", GOOD, WRONG, GOOD)
    (tmp_path / "made").mkdir()
    status, out, _ = nmt("compile", "clevr", "q.json", "--out", "made/q.nmtp")
    assert (status, "written: made/q.nmtp" in out) == (1, True)
    file = ProgramsFile.open("made/q.nmtp")
    assert [(one.number, one.columns["image"]) for one in file] == [(0, "0.png"), (2, "2.png")]
    assert file.about["files"][0] | {"file": ""} == {
        "file": "",
        "format": "clevr",
        "read": 3,
        "accepted": 2,
        "reasons": {"NMT407": 1},
    }
    status, made = report(nmt, "made/q.nmtp")
    assert (status, made["read"], made["files"][0]["format"]) == (0, 2, "compiled")
    status, out, _ = nmt("plan", "clevr", "made/q.nmtp", "--json")
    assert {row["module"]: row["uses"] for row in json.loads(out)["modules"]}["find"] == 4
    for command in ("compile", "plan"):
        status, _, err = nmt(command, "clevr_paper", "made/q.nmtp")
        assert (status, "NMT418" in err) == (1, True)
    nmt("compile", "clevr", "q.json", "--out", "short.nmtp", "--no-texts")
    assert "question" not in ProgramsFile.open("short.nmtp").columns


OPEN = """
package own @ 1.0.0
use std.answer @ 1.0.0 { dist }
dim H
vocab LEAF = { dog, unknown }
vocab FREE from data
source image : real[H]
module find[w: LEAF](image: real[H]) -> dist[FREE]
op leaf[w: LEAF]() -> dist[FREE] = find[w](image)
layout question : dist[FREE]
"""


def test_words_are_never_mapped_silently(nmt, tmp_path):
    text = OPEN.replace("LEAF = { dog, unknown }", "LEAF from data").replace("FREE from data", "FREE = { yes, no }")
    (tmp_path / "own.nmt").write_text(text)
    write(tmp_path / "q.json", "leaf[dog]()")
    status, out, _ = nmt("compile", "own.nmt", "q.json")
    assert status == 0
    assert "any word may stand for one of own.LEAF: data will bring theirs" in out


def test_help_names_every_format(nmt):
    _, out, _ = nmt("compile", "--help")
    for name in formats.FORMATS.keys() - {"compiled"}:
        assert f"\n  {name} " in out
    assert "Example: nmt compile" in out
    status, _, err = nmt("compile", "clevr", "x", "--format", "doc")
    assert status == 1
    assert "no format is called `doc`" in err


def test_a_disk_that_does_not_allow_it(nmt, tmp_path):
    write(tmp_path / "q.json", GOOD)
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.iterdir())
    for out, said in (
        ("file/q.nmtp", "its folder is no folder"),
        ("none/q.nmtp", "its folder is not there"),
        ("folder", "is a directory"),
    ):
        status, _, err = nmt("compile", "clevr", "q.json", "--out", out)
        assert (status in {1, 2}, said in err, out in err) == (True, True, True), err
        if out != "folder":
            status, _, err = nmt("convert", "q.json", "--to", "clevr", "--out", out)
            assert (status, f"{out}: NMT610 cannot be written: {said}" in err) == (1, True), err
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("kept", [True, False])
def test_nothing_is_written_of_a_file_that_was_not_read_to_its_end(nmt, tmp_path, kept):
    if kept:
        (tmp_path / "q.nmtp").write_text("old")
    whole = write(tmp_path / "a.json", GOOD, GOOD).read_text()
    (tmp_path / "cut.json").write_text(whole[:-30])
    write(tmp_path / "wrong.json", WRONG)
    write(tmp_path / "empty.json")
    for files, said in (
        (("a.json", "cut.json"), "cut.json was not read to its end"),
        (("a.json", "none.json", "cut.json"), "none.json was not read to its end, nor were 1 more"),
        (("wrong.json",), "no program was accepted"),
        (("empty.json",), "no program was accepted"),
    ):
        status, out, err = nmt("compile", "clevr", *files, "--out", "q.nmtp")
        assert (status, f"not written: {said}\n" in err, "\nwritten" in out) == (1, True, False)
        status, made = report(nmt, *files, "--out", "q.nmtp")
        assert (status, made["accepted"]) == (1, 2 * (files[0] == "a.json") + ("cut.json" in files))
        assert (tmp_path / "q.nmtp").exists() == kept
    assert not kept or (tmp_path / "q.nmtp").read_text() == "old"
    assert not list(tmp_path.glob("*.partial"))


def test_other_files_of_a_folder_are_told_and_keep_nothing_back(nmt, tmp_path):
    (tmp_path / "folder").mkdir()
    write(tmp_path / "folder" / "b.json", GOOD)
    (tmp_path / "folder" / "README").write_text("Some words on it:\nnothing else.\n")
    status, out, err = nmt("compile", "clevr", "folder", "--out", "q.nmtp")
    assert (status, "written: q.nmtp" in out, "README: NMT416" in err) == (1, True, True)


def test_an_empty_list_of_questions_is_said(nmt, tmp_path):
    write(tmp_path / "q.json")
    for args in (("compile", "clevr", "q.json"), ("convert", "q.json", "--to", "clevr")):
        status, _, err = nmt(*args)
        assert (status, "q.json: holds no questions" in err) == (0, True)


def test_what_json_tells_is_bounded(nmt, tmp_path, monkeypatch):
    monkeypatch.setattr(told, "KEPT", 3)
    write(tmp_path / "q.json", *[WRONG] * 5)
    _, made = report(nmt, "q.json")
    assert (len(made["diagnostics"]), made["left"], made["rejected"]) == (3, 2, 5)
    _, made = report(nmt, "q.json", "--all")
    assert (len(made["diagnostics"]), made["left"]) == (5, 0)


def test_a_plan_of_nothing_is_no_plan(nmt, tmp_path):
    write(tmp_path / "q.json", *[WRONG] * 7)
    status, out, err = nmt("plan", "clevr", "q.json")
    assert (status, out, "no program was accepted" in err) == (1, "", True)
    assert err.count("NMT407 `cube`") == 5
    assert "2 more rejected" in err


def test_answers_of_annotators_that_cannot_be_given(tmp_path):
    (tmp_path / "own.nmt").write_text(OPEN.replace("FREE from data", "FREE = { yes, no }"))
    made = compile_programs(
        [Record(0, read_term("leaf[dog]()")[0], {"answers": ("yes", "maybe")})], Checker(load_checked("own.nmt"))
    )
    assert (made.unknown, made.impossible["FREE"].total) == ({}, 1)
