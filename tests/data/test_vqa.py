"""VQA as it is published: files found, questions and annotations joined, pictures parted without leaks."""

from __future__ import annotations

import gzip
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.diagnostics import CompileError, Diagnostic
from nmt.compiler.frontends.files import Input
from nmt.compiler.terms import Record
from nmt.data.sets import open_data
from nmt.data.vqa.annotations import read_annotations
from nmt.data.vqa.answers import normal
from nmt.data.vqa.folder import Vqa, for_selection
from nmt.data.vqa.make import write_vqa
from nmt.data.vqa.metric import official, plain
from nmt.data.vqa.questions import yes_or_no
from nmt.data.words import words_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("vqa")
    write_vqa(out, pictures=24, asked=4, size=(24, 24))
    return out


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "vqa")
    return tmp_path / "vqa"


def vqa(path: Path) -> Vqa:
    found = open_data(path)
    assert isinstance(found, Vqa)
    return found


def parted(path: Path, split: str) -> tuple[list[Record], list[Diagnostic]]:
    found = list(vqa(path).records(split))
    return [one for one in found if isinstance(one, Record)], [one for one in found if isinstance(one, Diagnostic)]


def edit(path: Path, key: str, change: Any) -> None:
    data = json.loads(path.read_text())
    change(data[key])
    path.write_text(json.dumps(data))


# -- reading


def test_a_made_set_reads_whole(made):
    data = vqa(made)
    assert data.name == "VQA v2"
    assert data.splits() == ["train", "select", "test", "test2015"]
    assert data.shelves() == ["train2014", "val2014", "test2015"]
    for split in data.splits():
        records, faults = parted(made, split)
        assert records
        assert not faults
        pictures = {path.stem for path in data.images(data.shelf(split))}
        assert {record.columns["image"] for record in records} <= pictures
        assert all(("answers" in record.columns) == (split != "test2015") for record in records)
        assert all(len(record.columns.get("answers", range(10))) == 10 for record in records)


def test_a_record_says_what_its_files_say(made):
    questions = json.loads((made / "v2_OpenEnded_mscoco_train2014_questions.json").read_text())["questions"]
    notes = json.loads((made / "v2_mscoco_train2014_annotations.json").read_text())["annotations"]
    records, _ = parted(made, "train")
    for record, question, note in zip(records, questions, notes, strict=True):
        assert record.id == question["question_id"] == note["question_id"]
        assert record.columns["question"] == question["question"]
        assert record.columns["answers"] == tuple(one["answer"] for one in note["answers"])
        assert record.columns["image"] == f"COCO_train2014_{question['image_id']:012d}"
        assert (record.columns["family"], record.columns["kind"]) == (note["question_type"], note["answer_type"])
        assert record.columns["counted"] == tuple(
            one["answer"] for one in note["answers"] if one["answer_confidence"] == "yes" and "!" not in one["answer"]
        )


def test_the_question_and_not_the_layout_says_who_answers(made):
    roots = Counter()
    for record in parted(made, "train")[0]:
        yes = yes_or_no(record.columns["words"])
        assert record.term.skeleton.ops[-1] == ("yesno" if yes else "other")
        assert record.alternatives
        assert record.span(0) is not None  # its places are still those of the line
        roots[record.term.words[-1], yes] += 1
    assert roots["is", True]
    assert roots["is", False]  # "Is the circle red or blue?" has a layout with `is`, and no yes or no for an answer


@pytest.mark.parametrize(
    ("question", "yes"),
    [
        ("Is it red?", True),
        ("Do dogs bark?", True),
        ("Does it?", True),
        ("Are there two?", True),
        ("Has he a hat?", True),
        ("Have they left?", True),
        ("Is it red or blue?", False),
        ("Was it red?", False),
        ("What is it?", False),
        ("Can it fly?", False),
        ("Is the door open?", True),
        ("", False),
    ],
)
def test_which_questions_yes_or_no_answers(question, yes):
    assert yes_or_no(words_of(question)) is yes


def test_words_of_questions():
    assert words_of("What's the cat's  colour, 7-up?") == (
        *("what", "'", "s", "the", "cat", "'", "s", "colour", ",", "7", "-", "up", "?"),
    )


def test_packed_and_deeper_files_are_found(copy):
    (copy / "annotations" / "deep").mkdir(parents=True)
    for path in copy.glob("v2_mscoco_*"):
        packed = copy / "annotations" / "deep" / f"{path.name}.gz"
        packed.write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    (copy / "images").mkdir()
    shutil.move(copy / "val2014", copy / "images" / "val2014")
    assert parted(copy, "test")[0][0].columns["answers"]
    assert len(vqa(copy).images("val2014")) == 6


# -- splits


def test_pictures_of_val2014_are_in_one_split(made):
    train, select, test = (
        {record.columns["image"] for record in parted(made, split)[0]} for split in ("train", "select", "test")
    )
    assert select
    assert not select & test
    assert not train & (select | test)
    assert select | test == {path.stem for path in vqa(made).images("val2014")}


@given(st.sets(st.integers(1, 10**6), min_size=1, max_size=50), st.integers(1, 10**6))
def test_the_split_of_a_picture_depends_on_nothing_else(images, more):
    before = {image: for_selection(image) for image in images}
    assert {image: for_selection(image) for image in [more, *reversed(list(images))] if image in before} == before


def test_a_fifth_is_for_selection():
    assert 0.19 < np.mean([for_selection(image) for image in range(1, 20_001)]) < 0.21


# -- the join


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.lists(st.sampled_from("ab!1"), min_size=1, max_size=4)), max_size=20),
    st.lists(st.integers(0, 10**9), max_size=5),
)
def test_annotations_are_found_by_their_question(tmp_path_factory, rows, others):
    path = tmp_path_factory.mktemp("notes") / "a.json"
    notes = [{"question_id": at, "answers": [{"answer": one} for one in given_]} for at, given_ in rows]
    path.write_text(json.dumps({"annotations": notes}))
    found, faults = read_annotations(Input.of(path))
    expected: dict[int, tuple[str, ...]] = {}
    for at, given_ in rows:
        expected.setdefault(at, tuple(given_))
    assert len(faults) == sum(count > 1 for count in Counter(at for at, _ in rows).values())
    for question in [*expected, *others]:
        row = found.row(question)
        assert (None if row is None else found.given(row)[0]) == expected.get(question)
        assert row is None or found.given(row)[1] == tuple(one for one in expected[question] if one != "!")
    assert found.unused == 0


def test_questions_without_annotations_and_the_reverse_are_told(copy):
    edit(copy / "v2_mscoco_val2014_annotations.json", "annotations", lambda notes: notes.pop(0))
    edit(
        copy / "v2_mscoco_val2014_annotations.json",
        "annotations",
        lambda notes: notes.append({**notes[0], "question_id": 5}),
    )
    told = [fault for split in ("select", "test") for fault in parted(copy, split)[1]]
    assert sorted(fault.code for fault in told) == ["NMT654", "NMT657", "NMT657"]
    assert sum("has no annotation" in fault.message for fault in told) == 1
    assert sum("1 annotations are of questions" in fault.message for fault in told) == 2


def test_broken_records_are_told_and_the_rest_goes_on(copy):
    whole = len(parted(copy, "train")[0])

    def spoil(questions: list[Any]) -> None:
        questions[1]["image_id"] = "nine"
        del questions[3]["question"]

    edit(copy / "v2_OpenEnded_mscoco_train2014_questions.json", "questions", spoil)
    edit(copy / "v2_mscoco_train2014_annotations.json", "annotations", lambda notes: notes[5].update(answers=[]))
    records, faults = parted(copy, "train")
    assert len(records) == whole - 3
    # Two annotations are left over, those of the questions that were lost.
    assert sorted(fault.code for fault in faults) == ["NMT654"] * 4 + ["NMT657"]
    assert "2 annotations are of questions" in faults[-1].message
    assert "annotation 5" in faults[0].place
    assert any("question 1" in fault.place for fault in faults)
    assert any("question 5" in fault.place and "no annotation" in fault.message for fault in faults)
    # What was read stands in its own place: a lost question moves no layout.
    assert [record.number for record in records] == [at for at in range(whole) if at not in {1, 3, 5}]


def test_a_layout_that_is_rejected_leaves_no_annotation_over(copy):
    lines = (copy / "train2014.sps2").read_text().splitlines()
    (copy / "train2014.sps2").write_text("\n".join([*lines[:2], "(is", *lines[3:]]) + "\n")
    records, faults = parted(copy, "train")
    assert [record.number for record in records] == [at for at in range(len(lines)) if at != 2]
    assert [fault.code for fault in faults] == ["NMT420"]


@pytest.mark.parametrize("change", [-1, 1])
def test_another_number_of_layouts_is_an_error_that_names_both(copy, change):
    path = copy / "train2014.sps2"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:change] if change < 0 else [*lines, "(is red)"]) + "\n")
    with pytest.raises(CompileError) as fault:
        list(vqa(copy).records("train"))
    text = str(fault.value)
    assert "NMT651" in text
    assert f"{len(lines) + change:,} programs" in text
    assert f"{len(lines):,} questions" in text
    assert "train2014.sps2" in text
    assert "v2_OpenEnded_mscoco_train2014_questions.json" in text


def test_no_layouts_no_pictures_two_versions(copy):
    (copy / "train2014.sps2").unlink()
    with pytest.raises(CompileError, match="NMT653 has no layouts of train2014"):
        list(vqa(copy).records("train"))
    for subset in vqa(copy).shelves():
        shutil.rmtree(copy / subset)
    with pytest.raises(CompileError, match="NMT601 holds no folders of pictures"):
        vqa(copy).shelves()
    with pytest.raises(CompileError, match="NMT601 has no split `val`"):
        list(vqa(copy).records("val"))
    shutil.copy(
        copy / "v2_OpenEnded_mscoco_train2014_questions.json", copy / "OpenEnded_mscoco_train2014_questions.json"
    )
    with pytest.raises(CompileError, match="NMT650"):
        open_data(copy)


def test_two_files_of_layouts_need_a_name(copy):
    (copy / "train2014.terms").write_text("other[what](leaf[thing]())\n" * 5)
    data = vqa(copy)
    with pytest.raises(CompileError, match="NMT650 is there twice") as fault:
        list(data.records("train"))
    assert "--programs" in str(fault.value)
    assert list(data.records("train", copy / "train2014.sps2"))


def test_selection_needs_answers(copy):
    assert (vqa(copy).selection, vqa(copy).blind) == ("select", None)
    (copy / "v2_mscoco_val2014_annotations.json").unlink()
    assert (vqa(copy).selection, vqa(copy).blind) == (None, "select")
    (copy / "v2_OpenEnded_mscoco_val2014_questions.json").unlink()
    assert (vqa(copy).selection, vqa(copy).blind) == (None, None)
    with pytest.raises(CompileError, match=r"needs v2_OpenEnded_mscoco_val2014_questions\.json; there are train"):
        vqa(copy).subset("test")


def test_pictures_alone_are_for_features(copy):
    for path in copy.glob("*.json"):
        path.unlink()
    data = vqa(copy)
    assert data.name == "COCO"
    assert data.shelves() == ["train2014", "val2014", "test2015"]
    assert data.images("train2014")
    with pytest.raises(CompileError, match="NMT601 holds COCO's pictures, and no questions"):
        data.splits()


def test_two_questions_of_one_id_are_told(copy):
    edit(
        copy / "v2_OpenEnded_mscoco_train2014_questions.json",
        "questions",
        lambda questions: questions[4].update(question_id=questions[2]["question_id"]),
    )
    records, faults = parted(copy, "train")
    assert 4 not in [record.number for record in records]
    assert 2 in [record.number for record in records]
    assert [fault.code for fault in faults] == ["NMT654", "NMT657"]
    assert "is there twice" in faults[0].message


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1])
def test_numbers_that_no_array_holds_are_told(copy, number):
    edit(
        copy / "v2_mscoco_train2014_annotations.json", "annotations", lambda notes: notes[0].update(question_id=number)
    )
    edit(
        copy / "v2_OpenEnded_mscoco_train2014_questions.json",
        "questions",
        lambda them: them[1].update(question_id=number),
    )
    _, faults = parted(copy, "train")
    assert [fault.code for fault in faults] == ["NMT654", "NMT654", "NMT654", "NMT657"]


def test_kinds_may_be_many(tmp_path):
    notes = [{"question_id": at, "question_type": str(at), "answers": [{"answer": "a"}]} for at in range((1 << 15) + 2)]
    (tmp_path / "a.json").write_text(json.dumps({"annotations": notes}))
    found, faults = read_annotations(Input.of(tmp_path / "a.json"))
    assert not faults
    assert found.names[found.kinds[len(notes) - 1]][0] == notes[-1]["question_type"]


def test_a_file_that_is_cut_short_says_what_it_should_be(copy):
    path = copy / "v2_mscoco_train2014_annotations.json"
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(CompileError, match="NMT402"):
        list(vqa(copy).records("train"))
    path.write_text('{"questions": []}')
    with pytest.raises(CompileError, match="a file of VQA annotations"):
        list(vqa(copy).records("train"))


def test_other_programs_by_name(copy):
    other = copy / "mine.sps2"
    lines = (copy / "train2014.sps2").read_text().splitlines()
    other.write_text("(is bear)\n" * len(lines))
    found = [one for one in vqa(copy).records("train", other) if isinstance(one, Record)]
    assert {record.term.words for record in found} == {("bear", "is")}
    assert found[0].file == str(other)


# -- answers


@pytest.mark.parametrize(
    ("answer", "form"),
    [
        ("Yes", "yes"),
        ("the  dog", "dog"),
        ("Two", "2"),
        ("none", "0"),
        ("dont know", "don't know"),
        ("it's red!", "it's red"),
        ("1,000", "1000"),
        ("3.5", "3.5"),
        ("st. john", "st john"),
        ("black/white", "black white"),
        ("red, white", "red white"),
        ("a", ""),
        ("x-y/-z", "x y z"),  # the dash is beside no space before the slash is one
        ("t-shirt/-", "t shirt"),
        ("e -mail?", "e mail"),
        ("well", "well"),
    ],
)
def test_forms_of_answers(answer, form):
    assert normal(answer) == form


@given(st.text(alphabet="aAte nor2.,'!/-", max_size=12))
def test_a_form_has_itself_for_a_form_but_for_what_punctuation_hid(answer):
    form = normal(answer)
    assert form == " ".join(form.split()) == form.lower()
    assert normal(f"  {answer.upper()} ") == normal(answer)
    assert not set(form) & set(';/[]"{}()=+\\_><@`?!')


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.integers(0, 3))
def test_the_official_metric_is_the_mean_over_annotators_left_out(given_, said):
    agreeing = given_.count(said)
    left = [[*given_[:at], *given_[at + 1 :]] for at in range(len(given_))] if len(given_) > 1 else [given_]
    expected = np.mean([min(others.count(said) / 3, 1) for others in left])
    assert official(len(given_))[agreeing] == pytest.approx(expected)
    assert plain(len(given_))[agreeing] == min(agreeing / 3, 1)


# -- making


def test_the_same_seed_makes_the_same_set(made, tmp_path):
    write_vqa(tmp_path / "again", pictures=24, asked=4, size=(24, 24))
    for path in made.rglob("*"):
        assert path.is_dir() or (tmp_path / "again" / path.relative_to(made)).read_bytes() == path.read_bytes()
    write_vqa(tmp_path / "again", pictures=24, asked=4, size=(24, 24))
    with pytest.raises(FileExistsError):
        write_vqa(tmp_path / "again", pictures=24, asked=4, size=(24, 24), seed=1)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        write_vqa(tmp_path / "other")
