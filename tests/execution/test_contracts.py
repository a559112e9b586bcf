"""Contracts: right networks keep them; a wrong value is told with module, instance, sample, place and domain."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nmt.compiler.backends import batched
from nmt.compiler.contracts import LEVELS, Contracts, Violation
from nmt.compiler.diagnostics import CompileError
from nmt.compiler.encode import encode
from nmt.compiler.frontends.terms_text import read_term
from nmt.compiler.lower import Lowering
from nmt.compiler.plan import make_plan
from nmt.compiler.programs import Checker
from nmt.compiler.strategies import from_interface
from nmt.facade import load
from nmt.loading import load_checked
from nmt.ntypes import Dim, Interval, Simplex, Size, Type, Values
from nmt.ntypes.checks import allowance, outside, why_not
from nmt.stdlib.implement import network
from nmt.trainer.columns import cells

H, W = 2, 3
SCENE = {"function": "scene", "inputs": []}


def program(color: str) -> list[dict[str, object]]:
    find = {"function": "filter_color", "inputs": [0], "value_inputs": [color]}
    return [SCENE, find, {"function": "exist", "inputs": [1]}]


def sources() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return {"image": torch.randn(2, 4, H, W, generator=generator), "cells": cells(H, W)}


class Bad(nn.Module):
    """A `find` whose instance 2 leaves 0..1 at one cell of one picture."""

    enforced = True

    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.tensor(value))

    def forward(self, instances: torch.Tensor, image: torch.Tensor) -> torch.Tensor:
        out = torch.sigmoid(image.mean(1))
        wrong = (instances == 2).view(-1, 1, 1) & (torch.arange(W) == 1)
        return torch.where(wrong, self.value, out)


def broken(value: float, level: str):
    net = load("clevr").network({"C": 4, "H": H, "W": W}, contracts=level).eval()
    net.net.implementations["find"] = Bad(value)
    return net


@pytest.mark.parametrize("level", ["boundary", "all"])
@pytest.mark.parametrize(("value", "said"), [(1.5, "1.5"), (-0.25, "-0.25"), (float("nan"), "nan")])
def test_a_violation_names_its_place(level, value, said):
    net = broken(value, level)
    with pytest.raises(CompileError) as fault:
        net(sources(), [program("gray"), program("blue")])
    (finding,) = fault.value.diagnostics
    assert finding.code == "NMT616"
    assert finding.message == f"`find[blue]` gave {said} at [0, 1], where 0..1 (`mask`) is asked for"
    assert finding.place == "program 1, node 1 (filter_color)"


def test_off_looks_at_nothing():
    out = broken(1.5, "off")(sources(), [program("gray"), program("blue")])
    assert out.shape == (2, 28)


def test_what_rounding_adds_is_allowed():
    broken(1.0000001, "boundary")(sources(), [program("blue")] * 2)


def test_sources_are_looked_at():
    net = load("clevr").network({"C": 4, "H": H, "W": W}, contracts="boundary")
    given_ = sources()
    given_["image"][1, 3, 0, 2] = float("inf")
    with pytest.raises(CompileError) as fault:
        net(given_, [program("gray"), program("blue")])
    assert "the source `image` (row 1 of the batch) gave inf at [3, 0, 2]" in str(fault.value)
    given_ = sources()
    given_["cells"][0, 0, 1, 1] = 1.2
    relate = {"function": "relate", "inputs": [1], "value_inputs": ["left"]}
    programs = [[SCENE, {"function": "unique", "inputs": [0]}, relate, {"function": "exist", "inputs": [2]}]]
    with pytest.raises(CompileError, match=r"source `cells`.*gave 1\.2 at \[0, 1, 1\], where 0\.\.1"):
        net(given_, programs, {"image": [0]})


def test_a_level_that_is_none():
    with pytest.raises(CompileError, match="`some` is no level of contracts"):
        load("clevr").network({"C": 4, "H": H, "W": W}, contracts="some")


@pytest.mark.parametrize("name", ["clevr", "clevr_describe", "clevr_paper"])
@settings(max_examples=8)
@given(data=st.data())
def test_networks_keep_all_contracts(name, data):
    """Whatever programs run, in float32, no value leaves what was proved of it; with the logarithm of training, too."""
    interface = load_checked(name)
    terms = data.draw(st.lists(from_interface(interface, max_depth=6), min_size=1, max_size=5))
    log = data.draw(st.booleans())
    torch.manual_seed(data.draw(st.integers(0, 5)))
    net = network(interface, {"C": 4, "H": H, "W": W}).eval()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.mul_(data.draw(st.sampled_from([0.0, 1.0, 20.0])))
    checker = Checker(interface, interface.model())
    encoded = encode([(term, checker.check(term)) for term in terms], Lowering(interface.bodies, log=log))
    rows = {"image": np.arange(len(terms)) % 2, "cells": np.zeros(len(terms), dtype=np.int64)}
    plan = make_plan(encoded, np.arange(len(terms)), {name: rows[name] for name in interface.sources})
    outs = [
        batched.run(net, encoded.schedule, plan, sources(), (Contracts(level, interface, encoded.schedule, plan),))
        for level in LEVELS
    ]
    assert all(torch.equal(out, outs[0]) for out in outs)


# -- checks of tensors

V = Dim("V", size=4)
SHAPE, TIMES = (Size.of(V),), (Size.of(Dim("T", varies=True)),)


@pytest.mark.parametrize(
    ("type_", "good", "bad", "reason"),
    [
        (Type(SHAPE, Interval(0.0, 1.0)), [0, 0.5, 1, 1], [0, 0.5, 2, 1], "gave 2 at [2], where 0..1 is asked for"),
        (Type(SHAPE, Interval(low=0.0)), [0, 9e9, 1, 1], [0, 1, 1, -3], "gave -3 at [3], where 0.. is asked for"),
        (Type(SHAPE), [-1e30, 0, 1, 2], [0, float("-inf"), 0, 0], "gave -inf at [1], where any real is asked for"),
        (Type(SHAPE, Values((0.0, 1.0))), [0, 1, 1, 0], [0, 1, 0.5, 0], "gave 0.5 at [2], where {0, 1} is asked for"),
        (
            Type(SHAPE, Simplex(V)),
            [0, 0.5, 0.5, 0],
            [0.5, 0.5, 0.5, 0],
            "gave numbers that sum to 1.5 over V",
        ),
        (Type(SHAPE, Simplex(V)), [1, 0, 0, 0], [1.5, -0.5, 0, 0], "where simplex[V] is asked for"),
        (Type(SHAPE, words=Dim("W", size=3)), [0, 1, 2, 0], [0, 1, 3, 0], "gave 3 at [2], where a word of W"),
        (Type(SHAPE, words=Dim("W", size=3)), [0, 1, 2, 0], [0, -1, 0, 0], "gave -1 at [1], where a word of W"),
        (Type(TIMES, words=Dim("W", size=3)), [0, 1, 2, -1], [0, 1, 2, -2], "gave -2 at [3], where a word of W"),
    ],
)
def test_each_domain(type_, good, bad, reason):
    dtype = torch.int64 if type_.words else torch.float32
    good, bad = torch.tensor(good, dtype=dtype), torch.tensor(bad, dtype=dtype)
    allowed = allowance(type_, good.unsqueeze(0))
    assert why_not(type_, good, allowed) is None
    assert reason in str(why_not(type_, bad, allowed))


@given(st.lists(st.floats(-2, 3), min_size=4, max_size=4), st.floats(-1, 1), st.floats(0, 1))
def test_outside_measures_the_worst(values, low, width):
    value = torch.tensor([values], dtype=torch.float64)
    worst = max(max(low - one, one - (low + width)) for one in values)
    assert float(outside(Type(SHAPE, Interval(low, low + width)), value)) == pytest.approx(worst)


def chances(net, program: str, log: bool, level: str):
    term, _ = read_term(program)
    checker = Checker(net.interface, net.interface.model())
    encoded = encode([(term, checker.check(term))], Lowering(net.interface.bodies, log=log))
    rows = {"image": np.zeros(1, dtype=np.int64), "cells": np.zeros(1, dtype=np.int64)}
    plan = make_plan(encoded, np.arange(1), {name: rows[name] for name in net.interface.sources})
    watching = Contracts(level, net.interface, encoded.schedule, plan)
    return batched.run(net, encoded.schedule, plan, sources(), (watching,))


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("name", ["clevr", "clevr_paper"])
def test_a_floor_below_a_logarithm_is_no_violation(name, log):
    interface = load_checked(name)
    net = network(interface, {"C": 4, "H": H, "W": W}).eval()
    chances(net, "query_color(unique(filter_shape[cube](scene())))", log, "all")


class Chances(nn.Module):
    """A last module that says that it keeps to the simplex."""

    enforced = True

    def __init__(self, values: list[float]) -> None:
        super().__init__()
        self.values = nn.Parameter(torch.tensor(values))

    def forward(self, instances: torch.Tensor, _at: torch.Tensor) -> torch.Tensor:
        return self.values.expand(len(instances), -1)


@pytest.mark.parametrize("log", [False, True])
def test_the_last_module_is_held_to_its_type(log):
    interface = load_checked("clevr_paper")
    net = network(interface, {"C": 4, "H": H, "W": W}).eval()
    program = "query_color(unique(filter_shape[cube](scene())))"
    net.implementations["describe"] = Chances([1.0, *[0.0] * 27])
    chances(net, program, log, "boundary")
    net.implementations["describe"] = Chances([50.0, *[0.0] * 27])
    with pytest.raises(Violation, match=r"`describe\[color\]` gave 50"):
        chances(net, program, log, "boundary")


def test_only_what_is_read_is_looked_at():
    net = load("clevr").network({"C": 4, "H": H, "W": W}, contracts="boundary")
    given_ = sources()
    given_["image"][1] = float("nan")
    net(given_, [program("gray")] * 2, {"image": [0, 0]})
    with pytest.raises(CompileError, match=r"program 1, .*the source `image` \(row 1 of the batch\) gave nan"):
        net(given_, [program("gray")] * 2, {"image": [0, 1]})


@pytest.mark.parametrize(("dtype", "most"), [(torch.float32, 1e-4), (torch.float16, 0.2), (torch.bfloat16, 1.0)])
def test_rounding_does_not_grow_with_the_shape(dtype, most):
    mask = Type((Size.of(512), Size.of(14), Size.of(14)), Interval(0.0, 1.0))
    assert allowance(mask, torch.zeros(2, 512, 14, 14, dtype=dtype)) < most


class Parts(nn.Module):
    """Its first parameter is a whole number."""

    def __init__(self) -> None:
        super().__init__()
        self.number = nn.Parameter(torch.arange(3), requires_grad=False)
        self.real = nn.Parameter(torch.zeros(()))


def test_numbers_are_filled_in_as_reals_whatever_the_first_parameter_is():
    net = load("clevr").network({"C": 4, "H": H, "W": W})
    net.net.implementations["find"] = Parts()
    assert net.net.like.dtype == torch.float32
