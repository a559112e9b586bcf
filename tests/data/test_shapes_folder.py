"""SHAPES on disk: as it is published, made, broken."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

import nmt
from nmt.compiler.diagnostics import CompileError, Diagnostic
from nmt.data.shapes import Shapes, recognise
from nmt.data.shapes.truth import answers, truth
from nmt.data.shapes.write import write_shapes

COUNTS = {"train.large": 8, "train.tiny": 1, "val": 2}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("shapes") / "made"
    write_shapes(out, images=6, queries=COUNTS, seed=4)
    return out


@pytest.fixture
def folder(made, tmp_path):
    shutil.copytree(made, tmp_path / "shapes")
    return tmp_path / "shapes"


def test_splits_and_their_records(made):
    data = recognise(made)
    assert isinstance(data, Shapes)
    assert data.splits() == ["train.large", "train.tiny", "val"]
    assert (data.evaluation, data.selection, data.shelves()) == ("val", None, [])
    records = list(data.records("val"))
    assert [record.number for record in records] == list(range(12))
    first = records[0]
    assert set(first.columns) == {"image", "question", "words", "answer", "kind", "split"}
    assert first.columns["image"] == "val.0"
    assert first.columns["words"] == tuple(first.columns["question"].split())
    assert (made / "val.query").read_text().splitlines()[0] == first.text
    assert {record.columns["answer"] for record in data.records("train.large")} == {"yes", "no"}
    assert set(first.columns) - {"kind", "split", "question"} == data.columns


def test_answers_are_what_is_true(made):
    data = Shapes(made)
    things = data.things("train.large")
    for row, record in enumerate(data.records("train.large")):
        assert bool(answers(record.term, things)[row]) == (record.columns["answer"] == "yes")


def test_traces_are_what_is_true_of_every_node(made):
    data = Shapes(made)
    traces, things = data.traces("train.large"), data.things("train.large")
    records = list(data.records("train.large"))
    deepest = max(len(record.term.skeleton.ops) for record in records)
    assert traces.shape == (len(records), deepest, 3, 3)
    for record in records:
        nodes = len(record.term.skeleton.ops)
        assert (traces[record.number, :nodes] == truth(record.term, things)[record.number]).all()
        assert (traces[record.number, nodes:] == -1).all()
        assert (traces[record.number, nodes - 1] == (record.columns["answer"] == "yes")).all()


def test_a_question_that_cannot_be_read_has_no_traces(folder):
    queries = (folder / "val.query").read_text().splitlines()
    (folder / "val.query").write_text("\n".join(["(is", *queries[1:]]) + "\n")
    traces = Shapes(folder).traces("val")
    assert (traces[0] == -1).all()
    assert (traces[1:, 0] >= 0).all()
    (folder / "val.query").write_text("\n".join(["(is purple)", *queries[1:]]) + "\n")
    with pytest.raises(CompileError, match="NMT654 question 0 has no true masks"):
        Shapes(folder).traces("val")


def test_selection_needs_answers_and_words_are_cut_by_the_one_rule(folder):
    for kind in (".query", ".input.npy", ".output", ".query_str.txt"):
        shutil.copy(folder / f"val{kind}", folder / f"test{kind}")
    assert (Shapes(folder).selection, Shapes(folder).blind) == ("val", None)
    (folder / "val.output").unlink()
    assert (Shapes(folder).selection, Shapes(folder).blind) == (None, "val")
    path = folder / "val.query_str.txt"
    path.write_text("Is it red?\n" * len(path.read_text().splitlines()))
    assert next(iter(Shapes(folder).records("val"))).columns["words"] == ("is", "it", "red", "?")


def test_maps_are_the_cells_of_pictures(made):
    maps = Shapes(made).maps("val")
    pictures = Shapes(made).pictures("val")
    assert maps.table.shape == (12, 300, 3, 3)
    assert maps.table.dtype == np.float16
    assert maps.rows["val.5"] == 5
    cell = maps.table[5, :, 2, 1].reshape(10, 10, 3).astype(float) * 255
    np.testing.assert_allclose(cell, pictures[5, 20:30, 10:20], atol=0.2)


def test_forms_are_kinds(made):
    kinds = {record.columns["kind"] for record in Shapes(made).records("train.large")}
    assert kinds <= {"(is X X)", "(is X (R X))", "(is X (R (R X)))"}
    assert "(is X (R X))" in kinds


def test_layouts_are_those_of_the_programs(made):
    symbols = json.loads((made / "val.query_layout_symbols.json").read_text())
    records = list(Shapes(made).records("val"))
    assert [len(tokens) for tokens in symbols] == [len(record.term.skeleton.ops) for record in records]


def test_the_same_again_is_the_same(made, tmp_path):
    write_shapes(tmp_path / "again", images=6, queries=COUNTS, seed=4)
    for path in made.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name
    write_shapes(tmp_path / "again", images=6, queries=COUNTS, seed=4)
    with pytest.raises(FileExistsError, match="other settings"):
        write_shapes(tmp_path / "again", images=6, queries=COUNTS, seed=5)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "notes.txt").touch()
    with pytest.raises(FileExistsError, match="was not made by this generator"):
        write_shapes(tmp_path / "own")
    assert [path.name for path in (tmp_path / "own").iterdir()] == ["notes.txt"]
    for wrong in ({"images": 1}, {"queries": {}}, {"queries": {"val": 0}}, {"seed": -1}):
        with pytest.raises(ValueError, match="at least"):
            write_shapes(tmp_path / "none", **wrong)


def test_what_is_no_shapes_is_not_recognised(made, tmp_path):
    assert recognise(tmp_path / "nowhere") is None
    assert recognise(tmp_path) is None
    (tmp_path / "val.query").touch()
    assert recognise(tmp_path) is None  # a query file may be anybody's
    assert recognise(made / "val.query") is None


@pytest.mark.parametrize(
    ("split", "remove", "said"),
    [
        ("train.tiny", "train.tiny.input.npy", r"queries, but no pictures: train.tiny.input.npy is missing"),
        ("train.tiny", "train.tiny.query", r"pictures, but no queries: train.tiny.query is missing"),
        ("train", None, "has no split `train`\n  help: there are train.large, train.tiny, val"),
    ],
)
def test_what_a_split_lacks_is_said(folder, split, remove, said):
    if remove:
        (folder / remove).unlink()
    with pytest.raises(nmt.CompileError, match=said) as fault:
        list(Shapes(folder).records(split))
    assert "NMT601" in str(fault.value)
    assert (split in Shapes(folder).splits()) == (remove is None and split != "train")


def test_a_folder_without_pictures_has_no_splits(folder):
    for path in folder.glob("*.npy"):
        path.unlink()
    data = recognise(folder)
    assert data is not None
    with pytest.raises(nmt.CompileError, match="NMT601 holds no split with both its pictures and its queries"):
        data.splits()


def test_test_questions_need_no_answers(folder):
    (folder / "val.output").unlink()
    (folder / "val.query_str.txt").unlink()
    records = list(Shapes(folder).records("val"))
    assert len(records) == 12
    assert "answer" not in records[0].columns
    assert "words" not in records[0].columns


def test_files_of_other_lengths_are_refused(folder):
    lines = (folder / "val.output").read_text().splitlines()
    (folder / "val.output").write_text("\n".join(lines[:-1]) + "\n")
    with pytest.raises(nmt.CompileError, match=r"NMT655 .* input.npy has 12, query has 12, output has 11"):
        list(Shapes(folder).records("val"))


@pytest.mark.parametrize("broken", [b"", b"\x93NUMPY", b"no array"])
def test_damaged_pictures_are_said(folder, broken):
    (folder / "val.input.npy").write_bytes(broken)
    with pytest.raises(nmt.CompileError, match="NMT603 is no array that can be read"):
        Shapes(folder).maps("val")


def test_other_arrays_are_no_pictures(folder):
    np.save(folder / "val.input.npy", np.zeros((12, 28, 28)))
    with pytest.raises(nmt.CompileError, match=r"NMT603 holds float64 of \[12, 28, 28\], not pictures"):
        Shapes(folder).maps("val")


def test_strange_pictures_are_said(folder):
    pictures = np.load(folder / "val.input.npy")
    pictures[3, 10:20, 20:30] = 200
    np.save(folder / "val.input.npy", pictures)
    with pytest.raises(nmt.CompileError, match=r"NMT656 1 of 108 cells .* picture 3 row 1 column 2"):
        Shapes(folder).things("val")


def test_a_broken_query_leaves_the_others(folder):
    path = folder / "val.query"
    lines = path.read_text().splitlines()
    lines[2] = "(is green (left_of red"
    path.write_text("\n".join(lines) + "\n")
    found = list(Shapes(folder).records("val"))
    assert [number for number, one in enumerate(found) if isinstance(one, Diagnostic)] == [2]
    assert found[3].columns["image"] == "val.3"
    said = [line == "true" for line in (folder / "val.output").read_text().splitlines()]
    assert [one.columns["answer"] == "yes" for one in found if not isinstance(one, Diagnostic)] == said[:2] + said[3:]
