"""`nmt convert`: programs in another format, and what a format cannot hold."""

from __future__ import annotations

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
