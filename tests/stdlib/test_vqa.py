"""The library's network for VQA: the paper's modules, in both models and arms."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import nmt
from nmt.stdlib.defaults import InstanceLinear

WORDS = {
    "WORD": ["is", "there", "a", "dog"],
    "LEAF": ["dog", "red", "cat"],
    "TEST": ["is", "has"],
    "ROOT": ["what", "color", "where"],
    "ANSWER": ["yes", "no", "dog", "red"],
}
SIZES = {"C": 6, "H": 3, "W": 4}
SMALL = {"encode": {"hidden": 8, "embedding": 5}, "measure": {"hidden": 7}}
CLASSIC = {"std.typed": "std.classic"}
PROGRAMS = ["yesno[is](and(leaf[dog], leaf[red]))", "other[what](leaf[zebra])", "yesno[has](leaf[cat])"]


def network(model="adjusted", use=None, **kwargs):
    torch.manual_seed(0)
    return nmt.load("vqa", use or {}).bind(WORDS).network(SIZES, model=model, **{"settings": SMALL, **kwargs})


def given_sources():
    generator = torch.Generator().manual_seed(2)
    words = torch.tensor([[0, 1, 2, 3], [1, 2, -1, -1], [-1, -1, -1, -1]])
    return {"image": torch.rand(3, 6, 3, 4, generator=generator), "words": words}


@pytest.mark.parametrize("model", ["original", "adjusted"])
@pytest.mark.parametrize("use", [{}, CLASSIC])
def test_both_models_and_arms(model, use):
    net = network(model, use, contracts="all")
    out = net(given_sources(), PROGRAMS)
    assert out.shape == (3, 5)
    torch.testing.assert_close(out.sum(1), torch.ones(3))
    out.log().mean().backward()
    assert all(parameter.grad is not None for parameter in net.parameters())


def test_the_papers_sizes():
    net = network(settings={})
    shapes = {name: tuple(value.shape) for name, value in net.net.implementations.named_parameters()}
    assert shapes["find.weight"] == (4, 6)  # a vector a word, no bias
    assert "find.bias" not in shapes
    assert shapes["describe.outer.weight"] == (4, 5, 6)
    assert shapes["measure.inner.weight"] == (3, 500, 12)
    assert shapes["measure.outer.weight"] == (3, 5, 500)
    assert shapes["encode.embedding.weight"] == (6, 1000)  # words, `unknown`, and one behind the last
    assert shapes["encode.lstm.weight_ih_l0"] == (4 * 1024, 1000)
    assert shapes["encode.outer.weight"] == (5, 1024)


def test_settings_and_where_they_act():
    asked = {"find": {"bias": 1, "dropout": 0.5}, "describe": {"dropout": 0.5}, "measure": {"dropout": 0.5}}
    net = network(settings={**SMALL, **asked, "encode": {**SMALL["encode"], "dropout": 0.5}})
    assert net.net.implementations["find"].bias.shape == (4,)
    one, other = (net(given_sources(), PROGRAMS) for _ in range(2))
    assert (one != other).any(1).all()
    net.eval()
    torch.testing.assert_close(net(given_sources(), PROGRAMS), net(given_sources(), PROGRAMS))
    with pytest.raises(nmt.CompileError, match="`measure` has no setting `size`\n  help: it has hidden, dropout"):
        network(settings={"measure": {"size": 3}})


def test_heat_maps_begin_above_zero():
    assert (network(use=CLASSIC).net.implementations["find"].weight == 0.01).all()
    assert len(network().net.implementations["find"].weight.unique()) > 1


@pytest.mark.parametrize("width", [0, 1, 5])
def test_padding_is_not_seen(width):
    net = network().eval()
    given = given_sources()
    expected = net(given, PROGRAMS)
    given["words"] = torch.nn.functional.pad(given["words"], (0, width), value=-1)
    torch.testing.assert_close(net(given, PROGRAMS), expected)
    alone = {"image": given["image"][1:2], "words": given["words"][1:2, :2]}
    torch.testing.assert_close(net(alone, PROGRAMS[1:2])[0], expected[1])


def test_questions_without_words():
    net = network().eval()
    none = {"image": given_sources()["image"], "words": torch.full((3, 0), -1)}
    some = {**none, "words": torch.full((3, 4), -1)}
    torch.testing.assert_close(net(none, PROGRAMS), net(some, PROGRAMS))


def test_leaves_share_no_feature_map():
    """A find of rows gives what a find of copies gives, and the same gradients."""
    net = network()
    given = given_sources()
    programs = [PROGRAMS[0], PROGRAMS[2], "yesno[is](leaf[red])"]
    rows = {"image": [2, 0, 2], "words": [0, 0, 0]}
    copies = {"image": given["image"][[2, 0, 2]], "words": given["words"][[0, 0, 0]]}
    shared, apart = net(given, programs, rows), net(copies, programs)
    torch.testing.assert_close(shared, apart)
    weight = net.net.implementations["find"].weight
    gradients = [torch.autograd.grad(out.square().sum(), weight)[0] for out in (shared, apart)]
    torch.testing.assert_close(*gradients)


@settings(max_examples=25)
@given(st.data(), st.integers(2, 6), st.integers(1, 9))
def test_a_layer_an_instance_is_a_loop(data, count, rows):
    layer = InstanceLinear(count, 3, 2).double()
    which = torch.tensor(data.draw(st.lists(st.integers(0, count - 1), min_size=rows, max_size=rows)))
    x = torch.rand(rows, 3, dtype=torch.float64, requires_grad=True)
    pairs = zip(which.tolist(), x, strict=True)
    loop = torch.stack([layer.weight[at] @ row + layer.bias[at] for at, row in pairs])
    out = layer(which, x)
    torch.testing.assert_close(out, loop)
    for got, expected in zip(
        torch.autograd.grad(out.pow(3).sum(), (x, layer.weight, layer.bias)),
        torch.autograd.grad(loop.pow(3).sum(), (x, layer.weight, layer.bias)),
        strict=True,
    ):
        torch.testing.assert_close(got, expected)


def test_hundreds_of_roots_run_as_one_batch():
    layer = InstanceLinear(377, 16, 40)
    which = torch.arange(500) % 120
    out = layer(which, torch.rand(500, 16))
    out.sum().backward()
    assert out.shape == (500, 40)
    assert layer.weight.grad[120:].eq(0).all()
    assert layer.weight.grad[:120].ne(0).all()
