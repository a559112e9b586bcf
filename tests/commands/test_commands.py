"""Commands as people call them: the whole way on small data, exit status, and input at fault."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from nmt.__main__ import COMMANDS
from nmt.stdlib import FOLDER

TRAIN = ["--epochs", "2", "--images", "4", "--set", "find.hidden=8", "--threads", "1", "--device", "cpu"]


def nmt(*args, cwd=None, check=None):
    """Run the command in a process of its own, as a shell would."""
    made = subprocess.run(
        [sys.executable, "-m", "nmt", *map(str, args)],
        cwd=cwd,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert "Traceback" not in made.stderr, made.stderr
    if check is not None:
        assert made.returncode == check, made.stdout + made.stderr
    return made


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with made data, its features, and a trained run."""
    home = tmp_path_factory.mktemp("home")
    nmt("data", "micro-clevr", "micro", "--scenes", 15, "--seed", 3, "--questions", 6, cwd=home, check=0)
    nmt("data", "features", "micro", "--backbone", "patches", "--device", "cpu", cwd=home, check=0)
    nmt("train", "clevr", "micro", "--out", "run", *TRAIN, cwd=home, check=0)
    return home


@pytest.fixture
def copy(home, tmp_path):
    """The same, to be broken."""
    shutil.copytree(home, tmp_path / "home")
    return tmp_path / "home"


def test_help_names_every_command():
    text = nmt("--help", check=0).stdout
    for name in COMMANDS:
        assert f"\n  {name}" in text
        assert "Example: nmt" in nmt(name, "--help", check=0).stdout or name == "data"


def test_wrong_usage_is_status_2():
    assert nmt("check").returncode == 2
    assert nmt("nothing").returncode == 2
    assert nmt("train", "clevr", "x", "--epochs", "none").returncode == 2


def test_check_prints_findings_and_json(tmp_path):
    (tmp_path / "bad.nmt").write_text("package bad @ 1.0.0\ntype mask = real[H] in 0..1 by sigmoid\n")
    made = nmt("check", "bad.nmt", "clevr", cwd=tmp_path, check=1)
    assert "bad.nmt:2:18: NMT101" in made.stderr
    assert "clevr is fine" in made.stdout
    found = json.loads(nmt("check", "bad.nmt", "--json", cwd=tmp_path, check=1).stdout)
    assert found["diagnostics"][0]["at"] == {"file": "bad.nmt", "line": 2, "column": 18, "end_line": 2, "end": 19}


def test_both_arms_check():
    nmt("check", "clevr_paper", "--use", "std.typed=std.classic", check=0)
    assert "NMT103" in nmt("check", "clevr", "--use", "std.typed=std.classic", check=1).stderr


def test_compile_counts(home):
    made = json.loads(
        nmt("compile", "clevr", home / "micro/questions/CLEVR_train_questions.json", "--json", check=0).stdout
    )
    assert (made["read"], made["accepted"], made["rejected"]) == (72, 72, 0)


def test_plan_says_what_the_interface_expects(home):
    made = json.loads(
        nmt("plan", "clevr", home / "micro/questions/CLEVR_train_questions.json", "--json", check=0).stdout
    )
    rows = {row["module"]: row for row in made["modules"]}
    assert made["unmet"] == []
    assert rows["find"]["on"] == []
    assert rows["tally"]["on"] == ["find", "locate"]
    assert rows["tally"]["share"] == 1.0


def test_eval_writes_table_json_and_figure(home):
    made = nmt("eval", "run", "micro", "--threads", 1, cwd=home, check=0)
    assert "most frequent answer of the type" in made.stdout
    figures = json.loads(nmt("eval", "run", "micro", "--json", cwd=home, check=0).stdout)
    count = figures["overall"]["count"]
    assert count == 18
    assert sum(part["count"] for part in figures["by_type"].values()) == count
    assert sum(part["count"] for part in figures["by_depth"].values()) == count
    assert all(part["low"] <= part["accuracy"] <= part["high"] for part in figures["by_type"].values())
    kept = json.loads((home / "run/eval-val.json").read_text())
    assert {"command", "time", "versions", "overall"} <= kept.keys()
    with Image.open(home / "run/eval-val.png") as figure:
        assert figure.size[0] > 800


def test_what_training_leaves_out_is_said(copy):
    text = (FOLDER / "clevr.nmt").read_text().replace("package clevr", "package traced")
    (copy / "traced.nmt").write_text(f"{text}\ntarget seen : mask from find by bce\n")
    made = nmt("train", "traced.nmt", "micro", "--out", "more", "--epochs", 1, "--threads", 1, cwd=copy, check=0)
    assert "not trained with yet: the target `seen`" in made.stderr


def test_soft_constraints_are_trained_with_and_watched(home):
    history = [json.loads(line) for line in (home / "run/history.jsonl").read_text().splitlines()]
    assert all(set(line["soft"]["find: sparse"]) == {"excess", "broken"} for line in history)
    assert json.loads((home / "run/run.json").read_text())["settings"]["contracts"] == "boundary"


def test_a_contract_that_is_broken_ends_training(copy):
    (copy / "mine.py").write_text(
        "import torch\nfrom nmt.stdlib.clevr import Locate\n"
        "class Wild(Locate):\n"
        "    enforced = True\n"
        "    def forward(self, instances, cells, at):\n"
        "        return super().forward(instances, cells, at) * 0 + 1.25\n"
        "MODULES = {'locate': Wild}\n"
    )
    made = nmt("train", "clevr", "micro", "--out", "wild", "--impl", "mine", *TRAIN, cwd=copy, check=1)
    assert re.search(r"train: question \d+, node \d+: NMT616 `locate\[\w+\]` gave 1\.25 at \[0, 0\]", made.stderr)
    assert "where 0..1 (`mask`) is asked for" in made.stderr


def test_a_run_records_how_it_was_made(home):
    about = json.loads((home / "run/run.json").read_text())
    assert about["settings"]["seed"] == 0
    assert about["settings"]["modules"] == {"find": {"hidden": 8}}
    assert about["interface"]["package"] == "clevr"
    assert {"torch", "numpy", "ntypes"} <= about["versions"].keys()


def test_the_same_seed_gives_the_same_weights(copy):
    nmt("train", "clevr", "micro", "--out", "again", *TRAIN, cwd=copy, check=0)
    assert (copy / "again/best.safetensors").read_bytes() == (copy / "run/best.safetensors").read_bytes()


def test_a_stopped_run_goes_on_to_the_same_weights(copy):
    longer = [*TRAIN]
    longer[1] = "4"
    nmt("train", "clevr", "micro", "--out", "whole", *longer, cwd=copy, check=0)
    nmt("train", "clevr", "micro", "--out", "parts", *longer, "--minutes", "0.0001", cwd=copy, check=0)
    assert len((copy / "parts/history.jsonl").read_text().splitlines()) < 4
    nmt("train", "clevr", "micro", "--out", "parts", *longer, cwd=copy, check=0)
    assert (copy / "parts/last-4.safetensors").read_bytes() == (copy / "whole/last-4.safetensors").read_bytes()


@pytest.mark.slow
def test_both_arms_of_the_paper_train(copy):
    for name, swap in (("typed", []), ("classic", ["--use", "std.typed=std.classic"])):
        settings = ["--epochs", "1", "--threads", "1", "--device", "cpu", *swap]
        nmt("train", "clevr_paper", "micro", "--out", name, *settings, cwd=copy, check=0)
        nmt("eval", name, "micro", cwd=copy, check=0)


# -- bad input


def fault(made, code):
    assert made.returncode == 1, made.stdout + made.stderr
    assert code in made.stderr
    return made.stderr


@pytest.mark.slow
def test_no_data_no_features_no_run(tmp_path):
    assert "nmt data micro-clevr" in fault(nmt("data", "features", tmp_path), "NMT601")
    assert "nmt data micro-clevr" in fault(nmt("train", "clevr", tmp_path), "NMT601")
    assert "is no folder" in fault(nmt("train", "clevr", tmp_path / "none"), "NMT601")
    assert "nmt train" in fault(nmt("eval", tmp_path, tmp_path), "NMT609")
    fault(nmt("train", "nowhere", tmp_path), "NMT006")


@pytest.mark.slow
def test_a_broken_and_an_absent_picture(copy):
    picture = copy / "micro/images/train/CLEVR_train_000003.png"
    picture.write_bytes(picture.read_bytes()[:200])
    shutil.rmtree(copy / "micro/features")
    text = fault(nmt("data", "features", "micro", "--backbone", "patches", cwd=copy), "NMT607")
    assert "CLEVR_train_000003.png" in text
    picture.unlink()
    nmt("data", "features", "micro", "--backbone", "patches", cwd=copy, check=0)
    made = nmt("train", "clevr", "micro", "--out", "other", *TRAIN, cwd=copy, check=0)
    assert "CLEVR_train_000003.png has no features" in made.stderr
    assert "6 questions are left out" in made.stderr


@pytest.mark.slow
def test_features_go_on_where_they_stopped(copy):
    before = np.load(copy / "micro/features/train.npy")
    state = json.loads((copy / "micro/features/features.json").read_text())
    state["done"]["train"] = 4
    (copy / "micro/features/features.json").write_text(json.dumps(state))
    assert "half done: 4 of 12" in fault(nmt("train", "clevr", "micro", "--out", "x", cwd=copy), "NMT601")
    nmt("data", "features", "micro", "--backbone", "patches", "--device", "cpu", cwd=copy, check=0)
    assert np.array_equal(np.load(copy / "micro/features/train.npy"), before)


@pytest.mark.slow
def test_features_of_another_size(copy):
    nmt("data", "features", "micro", "--backbone", "patches", "--size", "160x96", cwd=copy, check=0)
    assert "trained on features" in fault(nmt("eval", "run", "micro", cwd=copy), "NMT603")
    assert "features of another size" in fault(
        nmt("train", "clevr", "micro", "--out", "run", *TRAIN, cwd=copy), "NMT609"
    )


@pytest.mark.slow
def test_a_run_of_another_interface(copy):
    text = fault(nmt("train", "clevr_describe", "micro", "--out", "run", *TRAIN[:4], cwd=copy), "NMT609")
    assert "another interface" in text
    kept = copy / "run/interface/clevr.nmt"
    kept.write_text(kept.read_text().replace("weight 0.01", "weight 0.02"))
    assert "changed after training" in fault(nmt("eval", "run", "micro", cwd=copy), "NMT609")


@pytest.mark.slow
def test_weights_of_something_else_and_cut_short(copy):
    best = copy / "run/best.safetensors"
    whole = best.read_bytes()
    best.write_bytes(whole[: len(whole) // 2])
    fault(nmt("eval", "run", "micro", cwd=copy), "NMT609")
    best.unlink()
    assert "no weights yet" in fault(nmt("eval", "run", "micro", cwd=copy), "NMT609")


@pytest.mark.slow
def test_truncated_questions(copy):
    path = copy / "micro/questions/CLEVR_val_questions.json"
    path.write_text(path.read_text()[:5000])
    text = fault(nmt("compile", "clevr", path), "NMT402")
    assert "the file ends inside record" in text
    fault(nmt("eval", "run", "micro", cwd=copy), "NMT402")


@pytest.mark.slow
def test_settings_that_are_none(copy):
    fault(nmt("train", "clevr", "micro", "--set", "find", cwd=copy), "NMT114")
    assert "it has hidden" in fault(
        nmt("train", "clevr", "micro", "--out", "y", "--set", "find.size=3", cwd=copy), "NMT602"
    )
    assert "there are find" in fault(
        nmt("train", "clevr", "micro", "--out", "y", "--set", "seek.hidden=3", cwd=copy), "NMT602"
    )
    fault(nmt("train", "clevr", "micro", "--impl", "no_such_module", cwd=copy), "NMT602")
    fault(nmt("train", "clevr", "micro", "--model", "none", cwd=copy), "NMT101")
    fault(nmt("train", "clevr", "micro", "--device", "gpu", cwd=copy), "NMT611")


def test_made_data_does_not_overwrite_other_data(copy):
    fault(nmt("data", "micro-clevr", "micro", "--scenes", 10, "--seed", 4, cwd=copy), "NMT612")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this system")  # noqa: PTH110
def test_a_full_disk(copy):
    (copy / "run/history.jsonl").unlink()
    (copy / "run/history.jsonl").symlink_to("/dev/full")
    (copy / "run/state.json").unlink()
    assert "the disk is full" in fault(nmt("train", "clevr", "micro", "--out", "run", *TRAIN, cwd=copy), "NMT604")
    assert (copy / "run/best.safetensors").exists()


def test_a_trained_run_is_loaded_from_python(home):
    import torch

    import nmt as package
    from nmt.trainer.columns import cells

    model = package.Model.load(home / "run").eval()
    questions = json.loads((home / "micro/questions/CLEVR_val_questions.json").read_text())["questions"]
    names = sorted(path.name for path in (home / "micro/images/val").iterdir())
    table = torch.from_numpy(np.load(home / "micro/features/val.npy").astype(np.float32))
    rows = {"image": [names.index(one["image_filename"]) for one in questions]}
    with torch.inference_mode():
        out = model({"image": table, "cells": cells(10, 15)}, [one["program"] for one in questions], rows)
    said = [model.net.interface.dims["ANSWER"].words[number] for number in out.argmax(1).tolist()]
    nmt("eval", "run", "micro", cwd=home, check=0)
    assert said == [one["answer"] for one in json.loads((home / "run/answers-val.json").read_text())]


@pytest.mark.parametrize("option", [["--lr", "-1"], ["--seed", "-1"], ["--patience", "0"], ["--minutes", "-1"]])
def test_options_out_of_range_are_status_2(option):
    assert nmt("train", "clevr", "micro", *option).returncode == 2


@pytest.mark.slow
def test_training_on_nothing_and_to_nowhere(copy):
    assert "the least is" in fault(
        nmt("train", "clevr", "micro", "--out", "x", *TRAIN, "--depth", 0, cwd=copy), "NMT614"
    )
    (copy / "nan.py").write_text(
        "import torch\nfrom torch import nn\nclass Tally(nn.Module):\n"
        "    def __init__(self, spec):\n        super().__init__()\n        self.outer = nn.Linear(1, spec.output[0])\n"
        "    def forward(self, amount, squares):\n        return self.outer(amount.unsqueeze(1)) * float('nan')\n"
        "MODULES = {'tally': Tally}\n"
    )
    assert "the loss is nan" in fault(
        nmt("train", "clevr", "micro", "--out", "y", "--impl", "nan", "--contracts", "off", *TRAIN, cwd=copy), "NMT615"
    )


@pytest.mark.parametrize("part", ["data", "sizes", "settings", "interface"])
def test_a_run_that_lacks_a_part(copy, part):
    about = json.loads((copy / "run/run.json").read_text())
    del about[part]
    (copy / "run/run.json").write_text(json.dumps(about))
    assert f"has no `{part}" in fault(nmt("eval", "run", "micro", cwd=copy), "NMT609")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"epoch": "x"}', '{"epoch": 7, "best": 0, "best_epoch": 1, "seconds": 1}']
)
def test_a_damaged_checkpoint(copy, text):
    about = json.loads((copy / "run/run.json").read_text())
    about["settings"]["epochs"] = 3
    (copy / "run/run.json").write_text(json.dumps(about))
    (copy / "run/state.json").write_text(text)
    more = ["--epochs", "3", *TRAIN[2:]]
    assert "remove state.json" in fault(nmt("train", "clevr", "micro", "--out", "run", *more, cwd=copy), "NMT609")


@pytest.mark.slow
@pytest.mark.parametrize("text", ["", "[]", "5", '{"backbone": "patches", "size": [160, 240]}'])
def test_damaged_features_are_named_and_made_again(copy, text):
    before = np.load(copy / "micro/features/val.npy")
    (copy / "micro/features/features.json").write_text(text)
    assert "nmt data features" in fault(nmt("eval", "run", "micro", cwd=copy), "NMT601")
    nmt("data", "features", "micro", "--backbone", "patches", "--device", "cpu", cwd=copy, check=0)
    (copy / "micro/features/val.npy").write_bytes(b"nothing")
    fault(nmt("eval", "run", "micro", cwd=copy), "NMT603")
    nmt("data", "features", "micro", "--backbone", "patches", "--device", "cpu", cwd=copy, check=0)
    assert np.array_equal(np.load(copy / "micro/features/val.npy"), before)


def test_pictures_of_16_bits_are_not_white(tmp_path):
    folder = tmp_path / "d/images/train"
    folder.mkdir(parents=True)
    values = np.linspace(0, 65535, 64 * 48).reshape(48, 64).astype(np.uint16)
    Image.fromarray(values).save(folder / "a.png")
    nmt("data", "features", tmp_path / "d", "--backbone", "patches", "--size", "64x48", "--device", "cpu", check=0)
    assert np.load(tmp_path / "d/features/train.npy").std() > 0.1


def test_weights_that_are_none(copy):
    for content in (b"", b"nothing"):
        (copy / "w.pth").write_bytes(content)
        made = nmt("data", "features", "micro", "--backbone", "resnet18", "--weights", "w.pth", cwd=copy)
        assert "holds no weights of resnet18" in fault(made, "NMT606")


@pytest.mark.slow
def test_features_of_a_torchvision_model(copy):
    import torch
    from torchvision.models import resnet18

    torch.save(resnet18(weights=None).state_dict(), copy / "w.pth")
    options = ["--backbone", "resnet18", "--weights", "w.pth", "--device", "cpu", "--out", "other"]
    assert "has not all of the layers" in fault(
        nmt("data", "features", "micro", *options, "--layers", "layer9", cwd=copy), "NMT606"
    )
    nmt("data", "features", "micro", *options, cwd=copy, check=0)
    # Layer 2 has 128 channels at twice the grid of layer 3, which has 256.
    assert np.load(copy / "other/train.npy").shape == (12, 128 * 4 + 256, 10, 15)
