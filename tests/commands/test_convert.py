"""`nmt convert`: programs in another format, and what a format cannot hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nmt.__main__ import main
from nmt.compiler.frontends import formats
from nmt.compiler.frontends.formats import read_programs

TERMS = "exist(filter_color[red](scene()))\nyesno[is](and(leaf[cat](), leaf[red]()))\n"


@pytest.fixture
def nmt(capfd, tmp_path, monkeypatch):
    """Run the command here: status, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(TERMS)

    def run(*args):
        with pytest.raises(SystemExit) as stop:
            main(["convert", *map(str, args)])
        told = capfd.readouterr()
        assert "Traceback" not in told.err
        return stop.value.code, told.out, told.err

    return run


def test_to_standard_output_and_to_a_file(nmt, tmp_path):
    assert nmt("a.txt", "--to", "terms")[:2] == (0, TERMS)
    status, out, err = nmt("a.txt", "--to", "terms", "--out", "b.txt")
    assert (status, out) == (0, "")
    assert "2 read, 2 written as terms, 0 left out" in err
    assert (tmp_path / "b.txt").read_text() == TERMS


def test_what_a_format_cannot_hold_is_told_and_the_rest_goes_on(nmt):
    status, out, err = nmt("a.txt", "--to", "sps2")
    assert (status, out) == (1, "(is (and cat red))\n")
    assert "NMT415" in err
    assert "2 read, 1 written as sps2, 1 left out" in err
    assert "a.txt:1" in err or "question 0" in err


WRITTEN = [name for name, one in formats.FORMATS.items() if one.write is not None]


@pytest.mark.parametrize("name", [name for name in WRITTEN if name != "shapes-symbols"])  # which leaves words out
def test_every_format_that_is_written_reads_back(nmt, tmp_path, name):
    """What a format holds of a few programs comes back equal; told by its name, since some forms look alike."""
    texts = [
        TERMS,
        "exist(scene())\n",
        "and(leaf[red](), leaf[big]())\n",
        "yesno[is](and(leaf[red](), rel[left_of](leaf[green]())))\n",
        "describe(and(find(), find()))\n",
        "exist(select[sky](scene()))\n",
    ]
    held = 0
    for number, text in enumerate(texts):
        (tmp_path / "c.txt").write_text(text)
        before = {record.number: record.term for record in read_programs("c.txt", "terms")}
        out = f"{number}.out"
        _, _, err = nmt("c.txt", "--from", "terms", "--to", name, "--out", out)
        if "NMT415" in err and " 0 written" in err:
            continue
        after = [record.term for record in read_programs(out, name)]
        assert set(after) <= set(before.values())
        held += len(after)
    assert held


def test_a_format_that_is_not_written(nmt):
    status, _, err = nmt("a.txt", "--to", "compiled")
    assert (status, "`nmt compile --out` makes it" in err) == (1, True)
    status, _, err = nmt("a.txt", "--to", "doc")
    assert (status, "there are" in err) == (1, True)
    assert nmt("a.txt")[0] == 2


def test_what_was_there_stays_where_reading_fails(nmt, tmp_path):
    (tmp_path / "b.txt").write_text("old")
    status, _, err = nmt("none.json", "--to", "terms", "--out", "b.txt")
    assert (status, "NMT401" in err) == (1, True)
    assert (tmp_path / "b.txt").read_text() == "old"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.txt", "b.txt"]


CLEVR = {
    "questions": [
        {
            "question": "?",
            "answer": "yes",
            "image_filename": "a.png",
            "question_index": number,
            "program": [{"inputs": [], "function": "scene"}, {"inputs": [0], "function": "exist"}],
        }
        for number in range(3)
    ]
}


def test_what_a_format_has_no_place_for_is_counted(nmt, tmp_path):
    (tmp_path / "q.json").write_text(json.dumps(CLEVR))
    status, _, err = nmt("q.json", "--to", "terms")
    assert (status, "terms cannot hold: question (3), answer (3), image (3), id (3)\n" in err) == (0, True)
    assert "cannot hold" not in nmt("q.json", "--to", "clevr")[2]
    (tmp_path / "a.sps2").write_text("(is red);(is (and red car))\n(what red)\n")
    assert "terms cannot hold: alternatives (2)" in nmt("a.sps2", "--from", "sps2", "--to", "terms")[2]
    assert "cannot hold" not in nmt("a.sps2", "--from", "sps2", "--to", "sps2")[2]


@pytest.mark.parametrize("policy", ["cvpr", "all", "first"])
def test_a_compiled_file_writes_the_same_lines(nmt, tmp_path, policy):
    text = "(is red);(is (and red car))\n(what red)\n(is (and red car));(is red);(is red)\n"
    (tmp_path / "a.sps2").write_text(text)
    with pytest.raises(SystemExit):
        main(["compile", "vqa", "a.sps2", "--format", "sps2", "--policy", policy, "--out", "a.nmtp"])
    assert nmt("a.nmtp", "--to", "sps2", "--out", "b.sps2")[0] == 0
    assert (tmp_path / "b.sps2").read_text() == text


def test_other_files_of_a_folder_are_told_and_the_rest_goes_on(nmt, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "README").write_text("Some words on it:\nnothing else.\n")
    (tmp_path / "folder" / "a.txt").write_text(TERMS)
    status, out, err = nmt("folder", "--to", "terms")
    assert (status, out, "README: NMT416" in err) == (1, TERMS, True)
    assert "folder: 2 read, 2 written as terms, 0 left out" in err


def test_counts_are_said_where_a_file_ends_early(nmt, tmp_path):
    (tmp_path / "q.json").write_text(json.dumps(CLEVR)[:-30])
    status, _, err = nmt("q.json", "--to", "terms", "--out", "b.txt")
    assert (status, "NMT402" in err) == (1, True)
    assert "q.json: 2 read, 0 left out; nothing is written to b.txt" in err
    assert not (tmp_path / "b.txt").exists()


def test_no_other_format_is_named_where_none_holds_the_program(nmt, tmp_path):
    program = [{"inputs": [], "function": "find"}]
    program += [{"inputs": [at, at], "function": "and"} for at in range(30)]
    (tmp_path / "q.json").write_text(json.dumps({"questions": [{"program": program}]}))
    status, _, err = nmt("q.json", "--to", "n2nmn-sp")
    assert (status, "more than" in err, "plain terms hold" in err) == (1, True, False)
    assert "plain terms hold" in nmt("a.txt", "--to", "n2nmn-sp")[2]


def test_what_is_read_is_never_written_over(nmt, tmp_path):
    path, link = tmp_path / "a.terms", tmp_path / "b.terms"
    path.write_text("scene()\n", encoding="utf-8")
    link.symlink_to(path)
    for out in (path, link):
        status, _, err = nmt(path, "--to", "sps2", "--out", out)
        assert status == 1
        assert "NMT610" in err
        assert path.read_text(encoding="utf-8") == "scene()\n"


def test_links_and_devices_stay_what_they_are(nmt, tmp_path):
    path, goal, link = tmp_path / "a.terms", tmp_path / "goal", tmp_path / "link"
    path.write_text("scene()\n", encoding="utf-8")
    link.symlink_to(goal)
    assert nmt(path, "--to", "terms", "--out", link)[0] == 0
    assert link.is_symlink()
    assert goal.read_text(encoding="utf-8") == "scene()\n"
    assert nmt(path, "--to", "terms", "--out", "/dev/null")[0] == 0
    assert Path("/dev/null").is_char_device()
