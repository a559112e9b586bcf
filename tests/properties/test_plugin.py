"""The pytest plugin: it collects `.nmt` files when asked to, and tells what fails as `nmt test` does."""

from __future__ import annotations

import pytest

import nmt.properties.promises  # noqa: F401 -- torch is imported once, not by each run inside this one

pytest_plugins = ["pytester"]

INTERFACE = """
package own @ 1.0.0
dim T
type share  = real in 0..1 by sigmoid
source near : real[T] in 0..1
module rate(a: real[T] in 0..1) -> r: share
  soft low: r <= 0.5
op heard() -> share = rate(near)
op half(x: share) -> share = 0.5 * x
law less(x: share): half(x) <= x
"""
MODULES = """
import torch
from torch import nn

class Rate(nn.Module):
    def __init__(self, spec):
        super().__init__()
        self.inner = nn.Linear(spec.inputs[0][0], 1)
    def forward(self, a):
        return self.inner(a).squeeze(1)

class Lost(Rate):
    def forward(self, a):
        return self.inner(a)

class Coupled(Rate):
    def forward(self, a):
        return self.inner(a - a.mean(0)).squeeze(1)

MODULES = {{"rate": {name}}}
"""
TESTS = 20 + 2 * 2 + 1 + 1  # of a module, ops, a law, a soft constraint


@pytest.fixture
def folder(pytester):
    pytester.makefile(".nmt", own=INTERFACE)
    for name in ("Rate", "Lost", "Coupled"):
        pytester.makepyfile(**{f"is_{name.lower()}": MODULES.format(name=name)})
    pytester.makepyfile(test_other="def test_other(): pass")
    return pytester


def run(folder, *args):
    """Run pytest inside this one."""
    return folder.runpytest_inprocess("-p", "no:cacheprovider", "--nmt-examples", "4", *args)


def collected(folder, *args):
    """How many tests pytest would run."""
    said = run(folder, "--collect-only", "-q", *args)
    return len([line for line in said.outlines if "::" in line])


def test_files_are_collected_only_when_asked_for(folder):
    assert collected(folder) == 1
    assert collected(folder, "--nmt") == 1 + TESTS
    assert collected(folder, "own.nmt") == TESTS
    assert collected(folder, "test_other.py") == 1
    folder.makeini("[pytest]\nnmt = true")
    assert collected(folder) == 1 + TESTS


def test_one_module_or_one_property_is_chosen_by_its_name(folder):
    assert collected(folder, "own.nmt::rate") == 20
    assert collected(folder, "own.nmt::rate[shape]") == 1
    assert collected(folder, "own.nmt::op half") == 2
    assert collected(folder, "own.nmt::law less", "own.nmt::soft rate.low[soft]") == 2


def test_what_holds_passes(folder):
    said = run(folder, "own.nmt", "--nmt-impl", "is_rate", "-rs")
    said.assert_outcomes(passed=TESTS - 4, skipped=4)
    said.stdout.fnmatch_lines(["SKIPPED * it has no family of words", "SKIPPED * it does not take rows"])


def test_the_configuration_says_who_implements_what(folder):
    folder.makeini("[pytest]\nnmt = true\nnmt_impl =\n  other.nmt: is_rate\n  own.nmt: is_lost")
    said = run(folder, "-k", "rate and shape")
    said.assert_outcomes(failed=1)
    said.stdout.fnmatch_lines(["*the module `rate` returned [[]2, 1], not [[]2]*"])
    said = run(folder, "-k", "rate and shape", "--nmt-impl", "is_rate")  # which goes before
    said.assert_outcomes(passed=1)


def test_a_failure_reads_as_that_of_the_command(folder):
    said = run(folder, "own.nmt", "--nmt-impl", "is_lost")
    said.assert_outcomes(failed=1, passed=3, skipped=TESTS - 4)
    said.stdout.fnmatch_lines(
        [
            "*own.nmt: rate[[]shape]*",
            "rate: NMT617 `shape` does not hold: the module `rate` returned [[]2, 1], not [[]2], a share for each row",
            "  it guards against H and W swapped, *",
            "  smallest counterexample found:",
            "    2 rows",
            "    a: zeros; zeros",
            "  sizes: T=6",
            "  again: nmt test own.nmt --impl is_lost --examples 4 --module rate --property shape --seed 0",
        ]
    )
    assert "Traceback" not in said.stdout.str()
    assert "suite.py" not in said.stdout.str()


def test_what_would_only_say_the_same_is_skipped(folder):
    said = run(folder, "own.nmt", "--nmt-impl", "is_coupled", "-rs")
    said.stdout.fnmatch_lines(["*1 failed, *"])
    said.stdout.fnmatch_lines_random(
        [
            "SKIPPED * `batch` does not hold",  # `small`, `order`
            "SKIPPED * `batch` of `rate` does not hold",  # the op that calls it, and its soft constraint
        ]
    )
    said = run(folder, "own.nmt::op heard[proved]", "--nmt-impl", "is_coupled", "-rs")  # its module is tried for it
    said.assert_outcomes(skipped=1)


def test_a_broken_file_is_told_with_its_diagnostics(folder):
    folder.makefile(".nmt", broken="package broken @ 1.0.0\nmodule find(image: picture) -> mask\n")
    said = run(folder, "broken.nmt")
    said.assert_outcomes(errors=1)
    said.stdout.fnmatch_lines(["*broken.nmt:2:20: NMT1?? *", "*module find(image: picture) -> mask", "*^^^^^^^*"])
    assert "Traceback" not in said.stdout.str()
    assert ".py:" not in said.stdout.str()


def test_an_implementation_that_does_not_suit_is_told_once(folder):
    folder.makepyfile(stranger=MODULES.format(name="Rate").replace('"rate"', '"rat"'))
    for impl, message in {"stranger": "implements `rat`, which is no module", "nobody": "cannot be imported"}.items():
        said = run(folder, "own.nmt", "--nmt-impl", impl)
        said.assert_outcomes(errors=1)
        said.stdout.fnmatch_lines([f"*NMT602 *{message}*"])
