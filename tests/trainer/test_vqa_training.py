"""Questions in English, ten annotators and layouts of a file, from files to a trained network and its answers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from nmt.__main__ import cli
from nmt.compiler.check import check
from nmt.compiler.diagnostics import CompileError
from nmt.compiler.source import Source
from nmt.data.sets import open_data
from nmt.data.vqa.make import write_vqa
from nmt.loading import load_checked
from nmt.trainer.batches import batches, images_of
from nmt.trainer.columns import bind
from nmt.trainer.splits import Split, load_split
from nmt.trainer.words import bind_words, words_in

SMALL = ["--set", "encode.hidden=16", "--set", "encode.embedding=8", "--threads", "1", "--device", "cpu"]


def nmt(*args: object, check: int = 0) -> str:
    made = CliRunner().invoke(cli, [str(arg) for arg in args])
    assert bool(made.exit_code) == bool(check), f"{made.output}{made.exception}"
    return made.output if made.exception is None else f"{made.output}{made.exception}"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("home")
    write_vqa(out / "vqa", pictures=40, asked=4, size=(48, 32))
    nmt("data", "features", out / "vqa", "--backbone", "patches", "--size", "48x32", "--device", "cpu")
    return out


@pytest.fixture(scope="module")
def train(home: Path) -> tuple[Split, object]:
    data = open_data(home / "vqa")
    interface = bind_words(load_checked("vqa"), data, "train")
    return load_split(interface, data, "train")[0], interface


def test_a_split_is_what_its_records_say(home, train):
    split, interface = train
    data = open_data(home / "vqa")
    records = list(data.records("train"))
    assert len(split) == len(records)
    assert split.ids == tuple(record.id for record in records)
    assert set(split.kind) == {"yes/no", "number", "other"}
    word = interface.dims["WORD"]
    answers = interface.dims["ANSWER"]
    for at, record in enumerate(records):
        numbers = [word.place(one) for one in words_in(record)]
        row = split.words.table[split.words.row[at]]
        assert row[: len(numbers)].tolist() == numbers
        assert (row[len(numbers) :] == -1).all()
        known = [answers.places.get(one, -1) for one in record.columns["answers"]]
        assert split.truth.target[at].tolist() == known


def test_vocabularies_count_sure_answers_without_punctuation(train):
    _, interface = train
    words = interface.dims["ANSWER"].words
    assert words[-1] == "unknown"
    assert "yes" in words
    assert not [word for word in words if "!" in word]
    assert "red" not in interface.dims["LEAF"].words  # seen less than a hundred times
    assert "the" in interface.dims["WORD"].words


def test_a_batch_has_each_text_once_and_maps_that_are_not_below_zero(train):
    split, _ = train
    images = images_of(split)
    seen = 0
    for batch in batches(split, images, 7, sources=("image", "words")):
        texts = batch.sources["words"]
        assert len(torch.unique(texts, dim=0)) == len(texts)
        assert (texts >= 0).any(0).all()
        maps = batch.sources["image"]
        assert float(maps.min()) >= 0
        assert maps.shape[1:] == split.shape
        seen += len(batch.which)
    assert seen == len(split)
    # What was a plain 0 before it was normalised is 0 again; the rest keeps its scale.
    table = torch.from_numpy(split.maps.table[images[:1]]).float()
    first = next(batches(split, images[:1], 1, sources=("image", "words"))).sources["image"]
    assert torch.allclose(first, (table + torch.from_numpy(split.maps.zero).view(-1, 1, 1)).clamp(min=0))


def test_sizes_that_do_not_bind(train):
    split, interface = train
    assert bind(interface, {"image", "words"}, split.shape) == {"C": 192, "H": 2, "W": 3}
    with pytest.raises(CompileError, match="NMT608 the data has no column `words`"):
        bind(interface, {"image", "answer"}, split.shape)
    text = (
        "package odd @ 1.0.0\nvocab WORD = { a, b }\ndim N\nsource words : WORD[N]\nmodule m(words: WORD[N]) -> real\n"
    )
    odd, findings = check(Source("odd.nmt", text), ())
    assert odd is not None, findings
    with pytest.raises(CompileError, match="write `dim T varies`"):
        bind(odd, {"image", "words"}, split.shape)


def test_another_data_sets_columns_are_told(home):
    data = open_data(home / "vqa")
    with pytest.raises(CompileError, match="NMT608 the data has no column `answer`"):
        load_split(load_checked("clevr"), data, "train")


@pytest.mark.slow
def test_train_and_eval(home, tmp_path):
    made = nmt("train", "vqa", home / "vqa", "--out", tmp_path / "run", "--model", "adjusted", "--epochs", 1, *SMALL)
    assert "on the split `select`" in made
    about = json.loads((tmp_path / "run" / "run.json").read_text())
    assert about["data"]["selection"]["split"] == "select"
    shown = nmt("eval", tmp_path / "run", home / "vqa", "--threads", 1, "--device", "cpu")
    assert "test, official" in shown
    assert "yes/no" in shown
    figures = json.loads((tmp_path / "run" / "eval-test.json").read_text())
    assert sum(part["count"] for part in figures["by_family"].values()) == figures["overall"]["count"]
    assert "how many" in figures["by_family"]
    assert figures["official"]["accuracy"] <= figures["overall"]["accuracy"]
    said = json.loads((tmp_path / "run" / "answers-test.json").read_text())
    notes = json.loads((home / "vqa" / "v2_mscoco_val2014_annotations.json").read_text())["annotations"]
    given = {note["question_id"]: [one["answer"] for one in note["answers"]] for note in notes}
    assert {one["question_id"] for one in said} < set(given)
    assert "unknown" not in {one["answer"] for one in said}
    # The figure is that of the answers that were written (spellings apart, which only add to it).
    plain = np.mean([min(given[one["question_id"]].count(one["answer"]) / 3, 1) for one in said])
    assert plain <= figures["overall"]["accuracy"] + 1e-4
    layouts = home / "vqa" / "test-layouts.sps2"
    lines = (home / "vqa" / "val2014.sps2").read_text().splitlines()
    first = next(at for at, note in enumerate(notes) if note["question_id"] == said[0]["question_id"])
    layouts.write_text("\n".join([*lines[:first], "(is", *lines[first + 1 :]]) + "\n")
    less = nmt("eval", tmp_path / "run", home / "vqa", "--programs", layouts, "--threads", 1, "--device", "cpu")
    assert "answers-test.json: the 1 questions that are left out are not in it" in less
    blind = nmt("eval", tmp_path / "run", home / "vqa", "--split", "test2015", "--threads", 1, "--device", "cpu")
    assert "are not known: nothing is compared" in blind
    assert len(json.loads((tmp_path / "run" / "answers-test2015.json").read_text())) == 8
    assert not (tmp_path / "run" / "eval-test2015.json").exists()


def test_what_cannot_be_trained_on_is_told(home, tmp_path):
    shutil.copytree(home / "vqa", tmp_path / "vqa")
    made = nmt("train", "vqa", tmp_path / "vqa", "--out", tmp_path / "x", "--split", "test2015", *SMALL, check=1)
    assert "NMT605" in made
    made = nmt("train", "vqa", tmp_path / "vqa", "--out", tmp_path / "x", "--programs", "val=x.sps2", check=1)
    assert "NMT114" in made
    assert "train, select" in made


def test_one_picture_cannot_be_trained_on_and_held_out(home, tmp_path):
    shutil.copytree(home / "vqa", tmp_path / "vqa")
    (tmp_path / "vqa" / "v2_mscoco_val2014_annotations.json").unlink()
    path = tmp_path / "vqa" / "v2_OpenEnded_mscoco_train2014_questions.json"
    questions = json.loads(path.read_text())
    for question in questions["questions"]:
        question["image_id"] = questions["questions"][0]["image_id"]
    path.write_text(json.dumps(questions))
    made = nmt("train", "vqa", tmp_path / "vqa", "--out", tmp_path / "x", *SMALL, check=1)
    assert "the answers of `select` are not known: training pictures are held out" in made
    assert "NMT605 all questions are about one picture" in made
    assert "--depth" not in made


def test_data_is_made_and_its_questions_are_written(home, tmp_path):
    said = nmt("data", "questions", home / "vqa", tmp_path / "q.txt", "--split", "test")
    questions = json.loads((home / "vqa" / "v2_OpenEnded_mscoco_val2014_questions.json").read_text())["questions"]
    assert (tmp_path / "q.txt").read_text().splitlines() == [one["question"] for one in questions]
    assert f"{len(questions)} questions of" in said
    nmt("data", "vqa", tmp_path / "vqa", "--pictures", 12, "--questions", 1, "--v1")
    assert open_data(tmp_path / "vqa").name == "VQA v1"
    assert "NMT612" in nmt("data", "vqa", tmp_path / "vqa", "--pictures", 12, check=1)
    nmt("data", "shapes", tmp_path / "shapes", "--images", 2, "--questions", 3)
    assert "of its own" in nmt("data", "features", tmp_path / "shapes")
    assert "NMT601" in nmt("data", "questions", tmp_path / "shapes", tmp_path / "q.txt", check=1)
