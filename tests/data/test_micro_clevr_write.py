"""The files of a set: layout, resuming, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from nmt.data.micro_clevr import Summary, execute, generate
from nmt.data.micro_clevr.files import atomic
from nmt.data.micro_clevr.write import split_counts

SIZE = (60, 40)


def small(out: Path, **options: Any) -> Summary:
    return generate(out, **{"scenes": 5, "seed": 4, "size": SIZE, **options})


def contents(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("micro") / "set"
    small(out)
    return out


def test_layout(made: Path) -> None:
    listings = [f"{kind}/CLEVR_{split}_{kind}.json" for kind in ("scenes", "questions") for split in ("train", "val")]
    images = [f"images/train/CLEVR_train_{i:06d}.png" for i in range(4)] + ["images/val/CLEVR_val_000000.png"]
    assert sorted(contents(made)) == sorted(listings + images)
    with Image.open(made / images[0]) as image:
        assert (image.size, image.mode) == (SIZE, "RGB")


def test_format(made: Path) -> None:
    scenes = json.loads((made / "scenes/CLEVR_train_scenes.json").read_text())
    questions = json.loads((made / "questions/CLEVR_train_questions.json").read_text())
    for listing in (scenes, questions):
        assert {"split": "train", "version": "1.0", "seed": 4, "scenes": 5, "size": [60, 40]}.items() <= listing[
            "info"
        ].items()
    keys = {"split", "image_index", "image_filename", "objects", "directions", "relationships"}
    things = {"shape", "size", "material", "3d_coords", "rotation", "pixel_coords", "color"}
    for index, scene in enumerate(scenes["scenes"]):
        assert scene.keys() == keys
        assert scene["image_index"] == index
        assert all(thing.keys() == things for thing in scene["objects"])
        assert (made / "images/train" / scene["image_filename"]).exists()
    keys = {"question_index", "question_family_index", "image_index", "image_filename", "split"}
    for index, question in enumerate(questions["questions"]):
        assert question.keys() == keys | {"question", "answer", "program"}
        assert question["question_index"] == index
        assert question["image_index"] == index // 10
        assert all(node.keys() == {"function", "inputs", "value_inputs"} for node in question["program"])
        assert isinstance(question["answer"], str)
        assert question["answer"] == execute(question["program"], scenes["scenes"][question["image_index"]])


def test_bytes_do_not_depend_on_processes(made: Path, tmp_path: Path) -> None:
    small(tmp_path, processes=2)
    assert contents(tmp_path) == contents(made)


def test_seeds_differ(made: Path, tmp_path: Path) -> None:
    small(tmp_path, seed=5)
    theirs, ours = contents(tmp_path), contents(made)
    assert all(theirs[name] != ours[name] for name in ours)


def test_scenes_do_not_depend_on_how_many_there_are(made: Path, tmp_path: Path) -> None:
    small(tmp_path, scenes=2)
    name = "images/train/CLEVR_train_000000.png"
    assert contents(tmp_path)[name] == contents(made)[name]


def test_a_run_that_was_interrupted_goes_on(made: Path, tmp_path: Path) -> None:
    def stop(split: str, done: int, total: int) -> None:
        if (split, done, total) == ("train", 2, 4):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        small(tmp_path, progress=stop)
    assert sorted(contents(tmp_path)) == [f"images/train/CLEVR_train_{i:06d}.png" for i in range(2)]
    (tmp_path / "images/train/CLEVR_train_000001.png").write_bytes(b"\x89PNG, and then the power went")
    summary = small(tmp_path)
    assert (summary.kept, summary.drawn) == (1, 4)
    assert contents(tmp_path) == contents(made)
    assert small(tmp_path).drawn == 0
    with pytest.raises(FileExistsError, match="size"):
        small(tmp_path, size=(72, 48))
    assert contents(tmp_path) == contents(made)


def test_summary_and_progress(tmp_path: Path) -> None:
    calls: list[tuple[str, int, int]] = []
    summary = small(
        tmp_path, scenes=3, questions=2, splits={"a": 0.5, "b": 0.5}, progress=lambda *call: calls.append(call)
    )
    assert summary == Summary(tmp_path, {"a": 2, "b": 1}, {"a": 4, "b": 2}, 3, 0)
    assert calls == [("a", 1, 2), ("a", 2, 2), ("b", 1, 1)]


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("questions/CLEVR_val_questions.json", lambda path: path.write_text('{"info": {}, "questions": []}')),
        ("images/train/CLEVR_train_000000.png", lambda path: Image.new("RGB", SIZE).save(path)),
    ],
)
def test_data_of_others_is_left_alone(name: str, write: Any, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(parents=True)
    write(tmp_path / name)
    before = contents(tmp_path)
    with pytest.raises(FileExistsError, match="choose another folder"):
        small(tmp_path)
    assert contents(tmp_path) == before


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        small(tmp_path / "file" / "set")


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    def fail() -> None:
        with atomic(path) as file:
            file.write(b"half of the ne")
            raise RuntimeError

    path = tmp_path / "listing.json"
    path.write_text("old")
    with pytest.raises(RuntimeError):
        fail()
    assert contents(tmp_path) == {"listing.json": b"old"}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"scenes": 1}, "2 splits need at least as many scenes"),
        ({"seed": -1}, "seed must be"),
        ({"questions": 0}, "questions"),
        ({"processes": 0}, "processes"),
        ({"size": (4, 80)}, "8 pixels"),
        ({"splits": {}}, "there are none"),
        ({"splits": {"../x": 1.0}}, "must be words"),
        ({"splits": {"train": 0.5, "val": 0.4}}, "sum to 1"),
    ],
)
def test_arguments_out_of_range(options: dict[str, Any], why: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=why):
        small(tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_split_counts() -> None:
    assert split_counts(100, {"train": 0.8, "val": 0.2}) == {"train": 80, "val": 20}
    assert split_counts(3, {"train": 0.98, "val": 0.01, "test": 0.01}) == {"train": 1, "val": 1, "test": 1}
