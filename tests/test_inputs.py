"""What a network is called with from Python: every wrong input is told in words, right ones give what they should."""

from __future__ import annotations

import pytest
import torch

import nmt

SIZES = {"C": 4, "H": 2, "W": 3}
EXIST = "exist(filter_color[red](scene()))"


def tables(rows: int = 2, dtype: torch.dtype = torch.float32) -> dict[str, torch.Tensor]:
    return {"image": torch.zeros(rows, 4, 2, 3, dtype=dtype), "cells": torch.zeros(1, 2, 2, 3)}


@pytest.fixture(scope="module")
def net():
    return nmt.load("clevr").network(SIZES).eval()


def test_text_and_nodes_are_the_same_program(net):
    nodes = [
        {"function": "scene", "inputs": []},
        {"function": "filter_color", "inputs": [0], "value_inputs": ["red"]},
        {"function": "exist", "inputs": [1]},
    ]
    out = net(tables(), [EXIST, nodes])
    assert out.shape == (2, 28)
    assert torch.equal(out[0], out[1])


def test_no_programs_give_no_rows(net):
    assert net(tables(), []).shape == (0, 28)


@pytest.mark.parametrize(
    ("given", "programs", "rows", "said"),
    [
        (tables(), EXIST, {}, "programs are a list"),
        (tables(), ["exist(scene("], {}, "program 0:1:13: NMT403"),
        (tables(), [EXIST, "exist(scene())x"], {}, "program 1:1:15: NMT403"),
        (tables(), ["exits(scene())", "exits(scene())"], {}, "program 0 and 1 more like it, node 1 (exits): NMT404"),
        (tables(), ["image"], {}, "`image` is a source, not an op or a module"),
        (tables(), ["unique(exist(scene()))"], {}, "`x` of `unique` is mask"),
        ({"cells": tables()["cells"]}, [EXIST], {}, "the source `image` is not given"),
        ({**tables(), "picture": torch.zeros(1)}, [EXIST], {}, "no source is called `picture`"),
        ({**tables(), "image": [[1.0]]}, [EXIST], {}, "the source `image` is a list, not a tensor"),
        ({**tables(), "image": torch.zeros(4, 2, 3)}, [EXIST], {}, "has the shape [4, 2, 3], not (rows, 4, 2, 3)"),
        ({**tables(), "image": torch.zeros(2, 4, 3, 2)}, [EXIST] * 2, {}, "has the shape [2, 4, 3, 2]"),
        (tables(dtype=torch.float64), [EXIST] * 2, {}, "is torch.float64, and the network computes in torch.float32"),
        (tables(3), [EXIST] * 2, {}, "there are 2 programs, and the source `image` has 3 rows"),
        (tables(3), [EXIST], {"image": [3]}, "rows['image'] is not a number below 3 for each of 1 programs"),
        (tables(3), [EXIST], {"image": [0, 1]}, "rows['image'] is not a number below 3"),
        (tables(3), [EXIST], {"images": [0]}, "no source is called `images`"),
    ],
)
def test_wrong_input_is_told_in_words(net, given, programs, rows, said):
    with pytest.raises(nmt.CompileError) as fault:
        net(given, programs, rows)
    assert said in str(fault.value)


def test_every_wrong_program_is_told(net):
    with pytest.raises(nmt.CompileError) as fault:
        net(tables(3), ["exits(scene())", EXIST, "exist(filter_color[redd](scene()))"])
    assert [one.code for one in fault.value.diagnostics] == ["NMT404", "NMT407"]


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ({**SIZES, "X": 9}, "no dim is called X"),
        ({**SIZES, "COLOR": 9}, "COLOR has the size 8 in the interface, not 9"),
        ({**SIZES, "P": 3}, "P has the size 2 in the interface, not 3"),
        ({**SIZES, "H": 0}, "the dim H has no places"),
        ({**SIZES, "H": -1}, "the dim H has no places"),
        ({"C": 4, "H": 2}, "nothing says how large W is"),
    ],
)
def test_wrong_sizes_are_told_in_words(sizes, said):
    with pytest.raises(nmt.CompileError) as fault:
        nmt.load("clevr").network(sizes)
    assert said in str(fault.value)


def test_an_interface_is_shown_in_a_line():
    assert repr(nmt.load("clevr")) == "<Interface clevr @ 1.0.0: 3 modules, 34 ops>"


def test_soft_loss_is_of_the_last_pass_in_training():
    net = nmt.load("clevr").network(SIZES)
    assert float(net.soft_loss()) == 0
    net.train()(tables(), [EXIST] * 2)
    first = net.soft_loss()
    assert torch.equal(first, net.soft_loss())
    assert first.requires_grad or float(first.detach()) == 0
    with torch.no_grad():
        net.net.implementations["find"].head.bias.fill_(5.0)
    net(tables(), [EXIST] * 2)
    assert float(net.soft_loss().detach()) > float(first.detach())
    assert net.softs.take()["find: sparse"]["broken"] > 0
