"""Which data set a folder holds, and programs that are put in the place of a set's own."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st

from nmt.__main__ import cli
from nmt.compiler.diagnostics import CompileError, Diagnostic
from nmt.compiler.terms import Record, Skeleton, Term
from nmt.data.folder import Folder
from nmt.data.programs import Asked, Programs, aligned, same_question
from nmt.data.sets import open_data
from nmt.data.shapes import Shapes
from nmt.data.shapes.write import write_shapes
from nmt.data.vqa import Vqa
from nmt.data.vqa.make import write_vqa
from nmt.loading import load_checked

LEAF = Term(Skeleton(("scene",), ((),), (0,)), ())


def program(number: int) -> Record:
    return Record(number, LEAF)


def test_forms_are_told_by_their_files(tmp_path):
    write_vqa(tmp_path / "vqa", pictures=12, asked=1, size=(24, 24), version=1)
    write_shapes(tmp_path / "shapes", images=2, queries={"val": 1})
    (tmp_path / "clevr" / "images" / "train").mkdir(parents=True)
    vqa, shapes, clevr = (open_data(tmp_path / name) for name in ("vqa", "shapes", "clevr"))
    assert isinstance(vqa, Vqa)
    assert vqa.name == "VQA v1"
    assert isinstance(shapes, Shapes)
    assert isinstance(clevr, Folder)
    assert open_data(tmp_path / "vqa", tmp_path / "elsewhere").features == tmp_path / "elsewhere"


def test_what_is_no_data_set_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    for name, why in (("none", "is not there"), ("file", "is no folder"), ("empty", "no data set that is known")):
        with pytest.raises(CompileError, match="NMT601") as fault:
            open_data(tmp_path / name)
        assert why in str(fault.value)
        assert "SHAPES" in str(fault.value)


def clevr(path: Path, answers: list[str]) -> Folder:
    (path / "questions").mkdir(parents=True)
    scene = {"inputs": [], "function": "scene", "value_inputs": []}
    exist = {"inputs": [0], "function": "exist", "value_inputs": []}
    questions = [
        {"image_filename": f"{at}.png", "question": "Is there?", "answer": answer, "program": [scene, exist]}
        for at, answer in enumerate(answers)
    ]
    (path / "questions" / "CLEVR_train_questions.json").write_text(json.dumps({"questions": questions}))
    return Folder(path)


def test_programs_of_a_file_in_place_of_clevrs(tmp_path):
    data = clevr(tmp_path / "c", ["yes", "no"])
    other = tmp_path / "mine.txt"
    other.write_text("exist(filter_color[red](scene()))\nexist(filter_color[blue](scene()))\n")
    found = list(data.records("train", other))
    assert [str(one.term) for one in found if isinstance(one, Record)] == other.read_text().splitlines()
    assert [one.columns["answer"] for one in found if isinstance(one, Record)] == ["yes", "no"]
    other.write_text("exist(scene())\n")
    with pytest.raises(CompileError, match="NMT651 holds 1 programs, but"):
        list(data.records("train", other))


def test_splits_of_cogent_begin_with_what_is_trained_on(tmp_path):
    for split in ("valA", "testA", "trainA"):
        (tmp_path / "images" / split).mkdir(parents=True)
    assert Folder(tmp_path).splits() == ["trainA", "testA", "valA"]


# -- alignment


def pairs(asked: list[str], programs: list[Any], *, gaps: bool = False, told: list[Diagnostic] | None = None) -> Any:
    questions = Asked("the questions", asked, lambda text: text)
    return aligned(questions, Programs("the programs", programs, gaps), (told if told is not None else []).append)


@given(st.lists(st.booleans(), max_size=30))
def test_a_program_stands_with_the_question_of_its_number(there):
    """A compiled file leaves out what was rejected, and keeps the numbers of the others."""
    programs = [program(number) for number, kept in enumerate(there) if kept]
    found = list(pairs([str(at) for at in range(len(there))], programs, gaps=True))
    assert [question for question, _ in found] == [str(at) for at in range(len(there))]
    assert [one and one.number for _, one in found] == [at if kept else None for at, kept in enumerate(there)]


@given(st.integers(0, 20), st.integers(0, 20), st.data())
def test_lines_are_as_many_as_questions_or_it_is_an_error(questions, lines, data):
    broken = data.draw(st.sets(st.integers(0, max(lines - 1, 0))))
    fault = Diagnostic("NMT403", "is no program")
    found = pairs(["?"] * questions, [fault if at in broken else program(at) for at in range(lines)])
    if questions == lines:
        assert [one is fault for _, one in found] == [at in broken for at in range(lines)]
    else:
        with pytest.raises(CompileError, match=f"NMT651 holds {lines} programs, but the questions has {questions}"):
            list(found)


@given(st.lists(st.sampled_from(["own", "broken", "none", "after another's"]), max_size=12))
def test_programs_that_were_made_of_words_are_found_by_them(kinds):
    """Lost and strange ones move no other, whatever their numbers are."""
    programs: list[Record | Diagnostic] = []
    for at, kind in enumerate(kinds):
        if kind == "broken":
            programs.append(Diagnostic("NMT452", "has no tree"))
        if kind == "after another's":
            programs.append(Record(len(programs), LEAF, {"question": "Who asked that?"}))
        if kind in {"own", "after another's"}:
            programs.append(Record(len(programs), LEAF, {"question": f"what 's number {at} ?"}, id=at))
    assume(any(isinstance(one, Record) for one in programs))
    found = list(pairs([f"What's number {at}?" for at in range(len(kinds))], programs))
    assert len(found) == len(kinds)
    for at, ((_, one), kind) in enumerate(zip(found, kinds, strict=True)):
        if kind in {"own", "after another's"}:
            assert isinstance(one, Record)
            assert one.id == at
        else:
            assert not isinstance(one, Record)


def longest(first: list[str], second: list[str]) -> int:
    """The longest row of texts that both have, in order."""
    best = [0] * (len(second) + 1)
    for one in first:
        before = 0
        for at, other in enumerate(second, 1):
            before, best[at] = best[at], before + 1 if one == other else max(best[at], best[at - 1])
    return best[-1]


@given(st.lists(st.sampled_from("abc"), max_size=24), st.lists(st.sampled_from(["a", "b", "c", None]), max_size=24))
def test_no_more_are_left_out_than_must_be(asked, made):
    """Where a few texts come again and again, too; None is a fault in a program's place."""
    fault = Diagnostic("NMT452", "has no tree")
    programs = [fault if text is None else Record(at, LEAF, {"question": text}) for at, text in enumerate(made)]
    shared = longest(asked, [text or "" for text in made])
    assume(any(made) and (shared or not asked))
    told: list[Diagnostic] = []
    found = list(pairs(asked, programs, told=told))
    assert [question for question, _ in found] == asked
    matched = [(question, one) for question, one in found if isinstance(one, Record)]
    assert all(question == one.columns["question"] for question, one in matched)
    assert [one.number for _, one in matched] == sorted({one.number for _, one in matched})
    assert len(matched) == shared
    # Nothing is lost without a word: each fault stands in a question's place or is told, other programs are counted.
    assert sum(one is fault for _, one in found) + told.count(fault) == made.count(None)
    left = len(made) - made.count(None) - shared
    assert [one.message.split()[0] for one in told if one is not fault] == ([str(left)] if left else [])
    assert all(one is fault or one.code == "NMT658" for one in told)


@pytest.mark.parametrize("kinds", [4, 10_000])
@pytest.mark.parametrize(
    ("before", "after", "asked_first"), [(25, 0, 0), (600, 0, 0), (0, 90, 0), (0, 0, 700), (5000, 9, 3)]
)
def test_many_strange_ones_move_no_other(kinds, before, after, asked_first):
    draw = Random(0)
    texts = [f"question {draw.randrange(kinds)} ?" for _ in range(1500)]
    programs = [Record(at, LEAF, {"question": f"strange {at}"}) for at in range(before)]
    programs += [Record(before + at, LEAF, {"question": text}) for at, text in enumerate(texts) if at % 100 != 5]
    programs += [Record(9999 + at, LEAF, {"question": f"more {at}"}) for at in range(after)]
    told: list[Diagnostic] = []
    found = list(pairs([f"lost {at}" for at in range(asked_first)] + texts, programs, told=told))
    assert sum(isinstance(one, Record) for _, one in found) == 1485
    assert [one.code for one in told] == ["NMT658"] * bool(before + after)


def test_programs_of_other_words_altogether_are_an_error():
    with pytest.raises(CompileError, match="NMT651 holds 3 programs, and none is of a question of the questions"):
        list(pairs(["a", "b"], [Record(at, LEAF, {"question": "c"}) for at in range(3)]))


def test_a_compiled_file_must_be_of_the_interface(tmp_path):
    data = clevr(tmp_path / "c", ["yes", "no"])
    (tmp_path / "mine.txt").write_text("exist(scene())\nexist(scene())\n")
    made = CliRunner().invoke(cli, ["compile", "clevr", str(tmp_path / "mine.txt"), "--out", str(tmp_path / "m.nmtp")])
    assert not made.exit_code, made.output
    assert len(list(data.records("train", tmp_path / "m.nmtp", load_checked("clevr")))) == 2
    with pytest.raises(CompileError, match="NMT418"):
        list(data.records("train", tmp_path / "m.nmtp", load_checked("shapes")))


def test_two_programs_of_one_question_are_an_error():
    with pytest.raises(CompileError, match="two programs of the question 1"):
        list(pairs(["a", "b"], [program(0), program(1), program(1)]))


def test_a_program_of_another_question_is_an_error():
    same_question(9, Record(0, LEAF, id="9"))
    same_question(9, program(0))
    with pytest.raises(CompileError, match="NMT652 the program is of question 7, but question 9 stands in its place"):
        same_question(9, Record(0, LEAF, id=7))


def test_a_warning_takes_no_programs_place():
    class Warned(Diagnostic):
        severity = "warning"  # type: ignore[assignment]

    told: list[Diagnostic] = []
    warning = Warned("NMT101", "is odd")
    found = list(pairs(["a", "b"], [warning, program(0), program(1)], told=told))
    assert [one and one.number for _, one in found] == [0, 1]
    assert told == [warning]
