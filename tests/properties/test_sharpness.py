"""The suite is sharp: each fault is caught by the property that names it, and correct modules hold in everything."""

from __future__ import annotations

from pathlib import Path

import correct
import pytest
from wrong import FAULTS

from nmt.loading import load_checked
from nmt.properties import PROPERTIES, Bench, Search, check

CASES = Path(__file__).parents[1] / "cases"
SMALL = load_checked(str(Path(__file__).with_name("small.nmt")))
LIBRARY = [
    ("clevr", {}),
    ("clevr_describe", {}),
    ("clevr_paper", {}),
    ("clevr_paper", {"std.typed": "std.classic"}),
    (str(CASES / "vqa.nmt"), {}),
    (str(CASES / "fig2.nmt"), {}),
]
every_fault = pytest.mark.parametrize(
    ("fault", "module", "factory", "expected"), FAULTS, ids=[row[0] for row in FAULTS]
)


def failed(outcomes):
    return [f"{one.subject} {one.property.name}: {one.reason}" for one in outcomes if one.status == "failed"]


@every_fault
def test_each_fault_is_caught(fault, module, factory, expected):
    chosen = [one for one in PROPERTIES if one.name == expected]
    (outcome,) = check(Bench(SMALL, {module: factory}), Search(), modules=[module], properties=chosen)
    assert outcome.status == "failed", fault
    assert "raised AttributeError" not in outcome.reason  # a fault of the suite itself, or of the wrong module


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
@every_fault
def test_each_fault_is_first_caught_by_its_name(fault, module, factory, expected, seed):
    del fault
    outcomes = check(Bench(SMALL, {module: factory}, seed=seed), Search(seed=seed), modules=[module])
    first = next(one.property.name for one in outcomes if one.status == "failed")
    assert first == expected, failed(outcomes)


def test_every_property_is_proved_sharp():
    assert {expected for *_, expected in FAULTS} == {one.name for one in PROPERTIES}


@pytest.mark.parametrize("impl", [correct.MODULES, None], ids=["written", "by default"])
def test_correct_modules_hold(impl):
    outcomes = check(Bench(SMALL, impl), Search(examples=4))
    assert not failed(outcomes)
    assert sum(one.status == "ok" for one in outcomes) > 75


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("impl", [correct.MODULES, None], ids=["written", "by default"])
def test_correct_modules_hold_by_many_examples(impl, seed):
    assert not failed(check(Bench(SMALL, impl, seed=seed), Search(40, seed)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("name", "swaps"), LIBRARY)
def test_the_standard_library_holds(name, swaps, seed):
    assert not failed(check(Bench(load_checked(name, swaps), seed=seed), Search(seed=seed)))
