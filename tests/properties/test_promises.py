"""Ops against float64, laws, soft constraints: right ones hold, wrong ones are told with a small example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from torch import nn

from nmt.compiler.check import check
from nmt.compiler.source import Source
from nmt.loading import load_checked
from nmt.properties import Bench, Search
from nmt.properties.promises import OF_OPS, promises
from nmt.properties.suite import try_property
from nmt.stdlib import FOLDER

TEXT = """
package broken @ 1.0.0
use std.attention @ 1.0.0 { C, H, W, features, mask, and, or, not }
vocab COLOR from data else unknown
type dist[V] = real[V] in simplex[V] by softmax
source image : features
module find[c: COLOR](image: features) -> m: mask
  soft small: mean[H, W](m) <= 0.25
  soft never_broken: max[H, W](m) <= and(1, max[H, W](m))
module lies(x: mask) -> mask
op fine[c: COLOR](x: mask) -> mask = and(x, find[c](image))
op named() -> mask = find[sky](image)
op every() -> real[COLOR, H, W] in 0..1 = find[COLOR](image)
op cancels(x: mask) -> real[H, W] = (x + 1000000) - 1000000
op either[V: vocab](p: real in 0..1, a: dist[V], b: dist[V]) -> dist[V] = p * a + (1 - p) * b
op jumps(x: mask) -> mask = where(mean[H, W](x) * x >= 0.25, 1, 0)
op through(x: mask) -> mask = min(lies(x), x)
op straight(x: mask) -> real[H, W] in 0..1 = lies(x)
law holds(a: mask, b: mask): not(and(a, b)) == or(not(a), not(b))
law too_much(a: mask, b: mask): and(a, b) == a * b
law sometimes(a: mask): a <= 0.75
law of_data(x: mask): fine[sky](x) <= x
vocab SHAPE = { cube, ball }
vocab ALL = COLOR + SHAPE
dim K
source other : real[K] in 0..1
module tell[V: vocab](m: mask) -> dist[V]
op shape(x: mask) -> dist[SHAPE] = tell[SHAPE](x)
op of_any[V: vocab](x: mask) -> dist[V] = tell[V](x)
op of_two[a: COLOR, b: COLOR](x: mask) -> mask = and(find[a](image), find[b](image))
op hardly(x: mask, y: mask, other: mask) -> mask = other
op tenth() -> real in 0..1 = 0.1
op dim_of_its_own() -> real in 0..1 = mean[K](other)
module paint[c: ALL](m: mask) -> p: mask
  soft like_grass: mean[H, W](p) <= mean[H, W](paint[grass](m))
  soft of_cubes: mean[H, W](p) <= mean[H, W](paint[cube](m))
"""


class Lies(nn.Module):
    """Says that it keeps to 0..1, and does not."""

    enforced = True

    def __init__(self, _spec) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.tensor(1.5))

    def forward(self, x):
        return x * 0 + self.bias


@pytest.fixture(scope="module")
def bench():
    interface, findings = check(Source("broken.nmt", TEXT), (Path(FOLDER),))
    assert interface is not None, findings
    return Bench(interface, impl={"lies": Lies})


@pytest.fixture(scope="module")
def outcomes(bench):
    return {
        (f"{subject.kind} {subject.name}", one.name): try_property(one, subject, Search(30))
        for subject, properties in promises(bench)
        for one in properties
    }


@pytest.mark.parametrize("name", ["fine", "named", "every", "either", "jumps", "shape", "of_two", "tenth"])
def test_right_ops_hold(outcomes, name):
    for one in ("proved", "float64"):
        assert outcomes[f"op {name}", one].status == "ok", outcomes[f"op {name}", one]


def test_an_op_that_float32_cannot_compute(outcomes):
    found = outcomes["op cancels", "float64"]
    assert found.status == "failed"
    assert "in float32" in found.reason
    assert found.example.splitlines()[0] == "1 row"
    assert outcomes["op cancels", "proved"].status == "ok"


def test_a_body_outside_what_was_proved(outcomes):
    """The proof trusts the module; where the module lies, the test says so."""
    found = outcomes["op straight", "proved"]
    assert found.status == "failed"
    assert "where 0..1 (`mask`) is asked for" in found.reason
    assert outcomes["op through", "proved"].status == "ok"  # the min of a lie and a mask


@pytest.mark.parametrize("name", ["holds", "of_data"])
def test_laws_that_hold(outcomes, name):
    assert outcomes[f"law {name}", "law"].status == "ok"


@pytest.mark.parametrize("name", ["too_much", "sometimes"])
def test_laws_that_do_not(outcomes, name):
    found = outcomes[f"law {name}", "law"]
    assert found.status == "failed"
    assert "it comes to" in found.reason
    assert re.match(r"\d rows?\na: ", found.example)


def test_the_counterexample_of_a_law_is_small(outcomes):
    assert outcomes["law sometimes", "law"].reason == "it comes to 1 <= 0.75"


def test_softs_are_measured(outcomes):
    small, never = outcomes["soft find.small", "soft"], outcomes["soft find.never_broken", "soft"]
    assert {small.status, never.status} == {"ok"}
    assert never.reason.startswith("broken by 0.0% of values")
    assert not small.reason.startswith("broken by 0.0% of values")


# what is drawn, made and filled


def of(bench, kind, name):
    return next(one for one, _ in promises(bench) if (one.kind, one.name) == (kind, name))


@pytest.mark.parametrize(
    ("kind", "name", "read", "called", "sized"),
    [
        ("op", "fine", ["x", "image", "[c]"], ["find"], ["H", "W", "C", "COLOR"]),
        ("op", "every", ["image"], ["find"], ["C", "H", "W"]),
        ("op", "of_two", ["image", "[a]", "[b]"], ["find"], ["C", "H", "W", "COLOR"]),
        ("op", "hardly", ["other"], [], ["H", "W"]),
        ("op", "tenth", [], [], []),
        ("op", "dim_of_its_own", ["other"], [], ["K"]),
        ("law", "holds", ["a", "b"], [], ["H", "W"]),
        ("law", "of_data", ["x", "image"], ["find"], ["H", "W", "C"]),
        ("soft", "paint.of_cubes", ["m"], ["paint"], ["H", "W"]),
    ],
)
def test_only_what_is_read_and_called_counts(bench, kind, name, read, called, sized):
    one = of(bench, kind, name)
    assert list(one.formula.reads) == read
    assert list(one.calls) == called
    assert [pair.partition("=")[0] for pair in filter(None, one.sized().split(", "))] == sized


def test_an_example_names_the_words(bench):
    drawn = []
    Search(5).every(of(bench, "op", "of_two").formula.given(2), lambda values: drawn.append(str(values)))
    assert re.fullmatch(r"2 rows\nimage: .*\n\[a\]: \w+, \w+\n\[b\]: \w+, \w+", drawn[0])
    assert "sky" in "".join(drawn)


def test_modules_of_any_vocabulary_are_left_out(outcomes):
    found = outcomes["op of_any", "proved"]
    assert (found.status, found.reason) == ("left out", "no program calls `tell__V`")


def test_words_that_are_named_are_words(bench, outcomes):
    vocab = bench.filled(bench.sizes)[0].dims
    assert vocab["COLOR"].words[:3] == ("sky", "grass", "color0")
    assert vocab["COLOR"].words[-1] == "unknown"
    assert vocab["ALL"].words == (*vocab["COLOR"].words, "cube", "ball")
    assert {name: one.status for (name, _), one in outcomes.items() if "paint" in name} == {
        "soft paint.like_grass": "ok",
        "soft paint.of_cubes": "ok",
    }


def test_few_words_are_no_fewer_than_those_that_are_named(bench):
    small = Bench(bench.interface, given={"COLOR": 1})
    interface, sizes = small.filled(small.sizes)
    assert interface.dims["COLOR"].words == ("sky", "grass", "unknown")
    assert {dim.name: size for dim, size in sizes.items()}["COLOR"] == 3


def test_both_precisions_have_the_same_parameters_and_numbers(bench):
    formula = of(bench, "op", "fine").formula
    narrow, wide = (formula.network(dtype) for dtype in (torch.float32, torch.float64))
    pairs = zip(narrow.parameters(), wide.parameters(), strict=True)
    assert all(torch.equal(one.double(), other) for one, other in pairs)
    tenth = of(bench, "op", "tenth").formula
    assert tenth(tenth.network(torch.float64), {}, 1).tolist() == [0.1]


def test_a_module_that_cannot_be_made_harms_only_what_calls_it(bench):
    def broken(_spec):
        raise KeyError("no")

    torn = Bench(bench.interface, impl={"lies": broken})
    reasons = {}
    for name in ("fine", "straight"):
        found = try_property(OF_OPS[0], of(torn, "op", name), Search(3))
        reasons[name] = found.status, found.reason
    assert reasons["fine"] == ("ok", "")
    assert reasons["straight"] == ("failed", "it cannot be made: KeyError: 'no'")


@pytest.mark.parametrize("name", ["std.attention", "std.answer"])
def test_the_standard_library_holds(name):
    for subject, properties in promises(Bench(load_checked(name))):
        for one in properties:
            assert try_property(one, subject, Search(15)).status == "ok", (subject.name, one.name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["clevr", "clevr_describe", "clevr_paper"])
def test_the_interfaces_hold(name):
    for subject, properties in promises(Bench(load_checked(name))):
        for one in properties:
            outcome = try_property(one, subject, Search(15))
            assert outcome.status == "ok", (subject.name, outcome)
