"""Soft constraints and laws: computed for many rows at once, as losses, as monitors and as tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nmt.compiler.backends import batched
from nmt.compiler.check import check
from nmt.compiler.conditions import laws, softs
from nmt.compiler.encode import encode
from nmt.compiler.graph import CallModule
from nmt.compiler.lower import Lowering
from nmt.compiler.network import Network
from nmt.compiler.plan import make_plan
from nmt.compiler.programs import Checker
from nmt.compiler.source import Source
from nmt.compiler.terms import Skeleton, Term
from nmt.stdlib import FOLDER
from nmt.stdlib.implement import network
from nmt.trainer.softs import Softs

TEXT = """
package small @ 1.0.0
use std.attention @ 1.0.0 { C, H, W, features, mask, and, not, or }
use std.answer @ 1.0.0 { dist, BOOL, truth }
vocab COLOR = { red, green, blue }
vocab SHADE = COLOR + { gray }
type small[V] = real[V, H] in 0..1 by sigmoid
  soft rows_alike: mean[V](small) == 0.5 weight 0.5
type faint = mask
  soft low: max[H, W](faint) <= 0.25
source image : features
module find[s: SHADE](image: features) -> m: faint
  soft sparse: mean[H, W](m) <= 0.3 weight 0.01
  soft covers: m >= other[s](image)
module other[s: SHADE](image: features) -> mask
module rows[V: vocab](image: features) -> small[V]
op one[c: COLOR]() -> mask = find[c](image)
op both(a: mask, b: mask) -> mask = and(a, b)
op ask(a: mask) -> dist[BOOL] = truth(max[H, W](a))
op use_rows() -> real[COLOR, H] in 0..1 = rows[COLOR](image)
layout question : dist[BOOL]
model m = question
law twice(a: mask): not(not(a)) == a
law wrong(a: mask, p: real in 0..1): and(a, not(a)) <= p
law scalar(a: mask): max[H, W](a) >= a
"""
ONE = CallModule(("small", "find"))


@pytest.fixture(scope="module")
def interface():
    made, findings = check(Source("small.nmt", TEXT), (Path(FOLDER),))
    assert made is not None, findings
    return made


@pytest.fixture(scope="module")
def net(interface) -> Network:
    torch.manual_seed(0)
    return network(interface, {"C": 4, "H": 2, "W": 3}).double()


def masks(count: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(count, 2, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_what_softs_say_of_a_module(interface):
    names = {condition.name: (condition.of, condition.result, condition.weight) for condition in softs(interface, ONE)}
    assert names == {"sparse": ("find", "m", 0.01), "covers": ("find", "m", 1.0), "low": ("faint", "faint", 1.0)}
    color = interface.dims["COLOR"]
    rigid = interface.modules["rows"].signature.family[0].of
    (rows,) = softs(interface, CallModule(("small", "rows"), ((rigid, color),)))
    assert (rows.name, rows.of, str(rows.params[0].type)) == ("rows_alike", "small", "small[COLOR]")
    assert not softs(interface, CallModule(("small", "other")))


@given(st.integers(0, 1000), st.integers(1, 5))
def test_sides_and_excess(net, interface, seed, count):
    m, image = masks(count, seed), torch.randn(count, 4, 2, 3, dtype=torch.float64)
    instances = torch.arange(count) % 4
    sparse, covers, low = softs(interface, ONE)
    left, right = sparse.sides(net, {"image": image, "m": m}, instances, count)
    assert torch.allclose(sparse.excess(left, right), (m.mean((1, 2)) - 0.3).clamp(min=0))
    left, right = covers.sides(net, {"image": image, "m": m}, instances, count)
    called = net.call(CallModule(("small", "other")), instances, [image])
    assert torch.allclose(covers.excess(left, right), (called - m).clamp(min=0))
    left, right = low.sides(net, {"faint": m}, None, count)
    assert torch.allclose(low.excess(left, right), (m.amax((1, 2)) - 0.25).clamp(min=0))


@given(st.integers(0, 1000))
def test_laws(net, interface, seed):
    twice, wrong, scalar = laws(interface)
    a, p = masks(8, seed), torch.zeros(8, dtype=torch.float64)
    assert [law.name for law in (twice, wrong, scalar)] == ["twice", "wrong", "scalar"]
    assert float(twice.excess(*twice.sides(net, {"a": a}, None, 8)).max()) < 1e-12
    left, right = wrong.sides(net, {"a": a, "p": p}, None, 8)
    assert left.shape == (8, 2, 3)
    assert right.shape == (8, 1, 1)
    assert torch.allclose(wrong.excess(left, right), torch.minimum(a, 1 - a))
    assert float(scalar.excess(*scalar.sides(net, {"a": a}, None, 8)).max()) == 0


def batch(net, terms, observers):
    checker = Checker(net.interface, net.interface.model())
    encoded = encode([(term, checker.check(term)) for term in terms], Lowering(net.interface.bodies, log=True))
    plan = make_plan(encoded, np.arange(len(terms)), {"image": np.arange(len(terms))})
    image = torch.randn(len(terms), 4, 2, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    return batched.run(net, encoded.schedule, plan, {"image": image}, observers), image


def term(color: str) -> Term:
    return Term(Skeleton(("one", "ask"), ((), (0,)), (1, 0)), (color,))


def test_the_loss_of_a_run(net):
    watching = Softs(net)
    assert watching
    _, image = batch(net, [term("red"), term("blue"), term("blue")], (watching,))
    instances = torch.tensor([0, 2, 2])
    m = net.call(ONE, instances, [image])
    other = net.call(CallModule(("small", "other")), instances, [image])
    expected = (
        0.01 * (m.mean((1, 2)) - 0.3).clamp(min=0).mean()
        + (other - m).clamp(min=0).mean()
        + (m.amax((1, 2)) - 0.25).clamp(min=0).mean()
    )
    assert torch.allclose(watching.loss(), expected)
    watching.begin()
    assert watching.loss() is None
    seen = watching.take()
    assert seen["find: faint.low"]["broken"] == pytest.approx(float((m.amax((1, 2)) > 0.25).double().mean()))
    assert seen["find: covers"]["excess"] == pytest.approx(float((other - m).detach().clamp(min=0).mean()), abs=1e-6)
    assert not watching.tallies


def test_training_on_the_loss_brings_it_about(interface):
    torch.manual_seed(0)
    net = network(interface, {"C": 4, "H": 2, "W": 3}).double()
    watching, optimizer = Softs(net), torch.optim.Adam(net.parameters(), lr=0.05)
    terms = [term("red"), term("green"), term("blue")]
    losses = []
    for _ in range(60):
        watching.begin()
        batch(net, terms, (watching,))
        loss = watching.loss()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[0] > 0.2
    assert losses[-1] < 0.01


HIDDEN = """
package hidden @ 1.0.0
use std.attention @ 1.0.0 { C, H, W, features, mask }
source image : features
source spots : mask
op seen() -> mask = spots
module sharpen(spots: mask) -> m: mask
module last(x: mask) -> d: mask
law mine(spots: mask): seen() == spots
"""


def test_a_parameter_does_not_swallow_a_source_of_its_name():
    made, findings = check(Source("hidden.nmt", HIDDEN), (Path(FOLDER),))
    assert made is not None, findings
    (law,) = laws(made)
    net = network(made, {"C": 4, "H": 2, "W": 3}).double()
    ones, zeros = torch.ones(2, 2, 3, dtype=torch.float64), torch.zeros(2, 2, 3, dtype=torch.float64)
    left, right = law.sides(net, {"spots": zeros, "spots'": ones}, None, 2)
    assert float(law.excess(left, right).min()) == 1


def test_a_soft_that_reads_a_source_through_an_op_is_refused():
    text = HIDDEN.replace("-> d: mask", "-> d: mask\n  soft far: d <= seen()")
    made, findings = check(Source("hidden.nmt", text), (Path(FOLDER),))
    assert made is None
    assert [one.code for one in findings] == ["NMT504"]


def test_softs_of_one_name_keep_their_weights():
    text = TEXT.replace("soft low: max[H, W](faint) <= 0.25", "soft sparse: max[H, W](faint) <= 0.25 weight 100")
    made, findings = check(Source("small.nmt", text), (Path(FOLDER),))
    assert made is not None, findings
    torch.manual_seed(0)
    net = network(made, {"C": 4, "H": 2, "W": 3}).double()
    watching = Softs(net)
    batch(net, [term("red")], (watching,))
    assert set(watching.tallies) == {"find: sparse", "find: covers", "find: faint.sparse"}
    assert watching._weights["find: sparse"] == 0.01
    assert watching._weights["find: faint.sparse"] == 100


def test_a_copy_goes_without_what_is_under_way(net):
    import copy

    watching = Softs(net)
    batch(net, [term("red")], (watching,))
    assert copy.deepcopy(watching).loss() is None
    assert watching.loss() is not None
