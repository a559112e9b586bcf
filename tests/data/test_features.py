"""Features that are kept: taken for what they are, or made again."""

from __future__ import annotations

import json
import shutil

import pytest
import torch

from nmt.compiler.diagnostics import CompileError
from nmt.data.backbones import choose
from nmt.data.features import extract
from nmt.data.sets import open_data
from nmt.data.vqa.make import write_vqa

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("features") / "vqa"
    write_vqa(out, pictures=12, asked=1, size=(24, 24))
    extract(open_data(out), choose("patches", None, (), CPU), CPU, lambda *_: None, (32, 48))
    return out


@pytest.mark.parametrize("lost", ["mean", "deviation", "shape"])
def test_what_lacks_a_part_is_made_again(made, tmp_path, lost):
    shutil.copytree(made, tmp_path / "vqa")
    path = tmp_path / "vqa" / "features" / "features.json"
    state = json.loads(path.read_text())
    del state[lost]
    path.write_text(json.dumps(state))
    data = open_data(tmp_path / "vqa")
    with pytest.raises(CompileError, match="NMT601 has no features"):
        data.maps("train")
    extract(data, choose("patches", None, (), CPU), CPU, lambda *_: None, (32, 48))
    assert (data.maps("train").table == open_data(made).maps("train").table).all()


def test_pictures_are_found_by_their_number_whatever_they_end_in(made, tmp_path):
    shutil.copytree(made, tmp_path / "vqa")
    for path, end in zip(sorted((tmp_path / "vqa" / "train2014").iterdir()), (".png", ".jpeg", ".JPG"), strict=False):
        path.rename(path.with_suffix(end))
    data = open_data(tmp_path / "vqa")
    extract(data, choose("patches", None, (), CPU), CPU, lambda *_: None, (32, 48))
    assert {record.columns["image"] for record in data.records("train")} <= set(data.maps("train").rows)


@pytest.mark.slow  # torchvision takes its time
def test_other_weights_have_another_name(tmp_path):
    models = pytest.importorskip("torchvision.models")
    names = []
    for at, seed in enumerate((0, 1, 0)):
        torch.manual_seed(seed)
        torch.save(models.resnet18(weights=None).state_dict(), tmp_path / f"{at}.pth")
        names.append(choose("resnet18", tmp_path / f"{at}.pth", (), CPU).name)
    assert names[0] == names[2] != names[1]
    assert names[0].startswith("resnet18:layer2,layer3@")
