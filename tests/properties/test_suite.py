"""How a test runs, what it says, and how people call it: from pytest and from the command line."""

from __future__ import annotations

import json
import random
import shlex
from pathlib import Path

import correct
import numpy as np
import pytest
import torch
import wrong
from hypothesis import strategies as st
from torch import nn

import nmt
from nmt.__main__ import main
from nmt.loading import load_checked
from nmt.ntypes import Dim, Interval, Simplex, Size, Type, Values
from nmt.properties import PROPERTIES, Bench, Property, Search, Violation, check, check_module
from nmt.properties.compare import disagreement, why_outside
from nmt.properties.promises import PROMISES
from nmt.properties.subject import unsettle

PATH = Path(__file__).with_name("small.nmt")
SMALL = load_checked(str(PATH))


def named(*names):
    return [one for one in PROPERTIES if one.name in names]


def run(capsys, *args):
    """Call `nmt` in this process: status, standard output, standard error."""
    with pytest.raises(SystemExit) as stopped:
        main([*map(str, args)])
    said = capsys.readouterr()
    return stopped.value.code, said.out, said.err


# from pytest


def test_check_module_passes_and_fails():
    outcomes = check_module(PATH, "rate", impl={"rate": correct.Rate}, properties=["shape", "mixed"])
    assert [outcome.status for outcome in outcomes] == ["ok", "left out"]
    with pytest.raises(Violation) as said:
        check_module(nmt.load(PATH), "rate", impl={"rate": wrong.RunningSum}, properties=["order"], seed=3)
    assert str(said.value).splitlines() == [
        "rate: NMT617 `order` does not hold: rows change when the batch is put in another order: "
        + str(said.value).splitlines()[0].split("another order: ")[1],
        "  it guards against results that depend on the order of the batch: a running sum over its rows,",
        "  numbers by position.",
        "  smallest counterexample found:",
        "    2 rows",
        "    amount: zeros; all high",
        "    in the order [1, 0]",
        "  again: nmt test small --module rate --property order --seed 3",
    ]
    assert isinstance(said.value, AssertionError)


def test_check_module_knows_its_names():
    with pytest.raises(LookupError, match="no module `nd`; it has find, grow"):
        check_module(SMALL, "nd")
    with pytest.raises(LookupError, match="no property `ordre`; there are shape"):
        check_module(SMALL, "find", properties=["ordre"])
    with pytest.raises(nmt.CompileError, match="cannot be imported"):
        check_module(SMALL, "find", impl="no_such_module")


def test_properties_of_ones_own():
    def positive(subject, search):
        """Numbers below 0 from inputs of 0."""
        built = subject.build()

        def holds(arguments):
            if built.run(arguments).value.min() < 0.9:
                raise Violation("too small")

        search.every(built.arguments(1), holds)

    own = Property("positive", positive)
    with pytest.raises(Violation, match="it guards against numbers below 0 from inputs of 0"):
        check_module(SMALL, "rate", impl=correct.MODULES, properties=[own])


def test_what_a_failure_explains_is_left_out():
    outcomes = {
        one.property.name: one for one in check(Bench(SMALL, {"grow": wrong.AxisLost}), Search(), modules=["grow"])
    }
    assert outcomes["shape"].status == "failed"
    others = [one for name, one in outcomes.items() if name != "shape"]
    assert {(one.status, one.reason, one.lost) for one in others} == {("left out", "`shape` does not hold", "shape")}


def test_callers_random_numbers_and_threads_are_left_alone():
    torch.manual_seed(5)
    random.seed(5)
    torch.set_num_threads(2)
    expected = torch.random.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    check(Bench(SMALL, correct.MODULES), Search(2), modules=["rate"], properties=named("determinism", "state"))
    assert torch.equal(torch.random.get_rng_state(), expected[0])
    assert (random.getstate(), np.random.get_state()[1].tolist()) == expected[1:]  # noqa: NPY002
    assert torch.get_num_threads() == 2
    torch.set_num_threads(1)


def test_a_vector_that_is_a_source_may_come_as_rows(tmp_path):
    """What `nmt test` found in the default for a map and a vector."""
    (tmp_path / "own.nmt").write_text("""
package own @ 1.0.0
dim C
dim H
dim W
dim K
type code = real[K]
source image : real[C, H, W]
source at    : code
module shift(image: real[C, H, W], at: code) -> real[H, W]
op moved() -> real[H, W] = shift(image, at)
""")
    check_module(tmp_path / "own.nmt", "shift", properties=["rows", "small"])


def test_the_same_seed_says_the_same():
    def said(seed):
        bench = Bench(SMALL, {"find": wrong.SoftmaxOverTheBatch}, seed=seed)
        return check(bench, Search(seed=seed), modules=["find"], properties=named("batch"))

    assert said(1) == said(1)
    assert said(1)[0].reason != said(2)[0].reason


def test_search_finds_the_smallest_and_survives_what_fails_now_and_then():
    def small(number):
        if number > 17:
            raise Violation(f"{number} is large")

    with pytest.raises(Violation, match=r"^18 is large") as found:
        Search(200).every(st.integers(0, 1000), small)
    assert found.value.example == "18"
    calls = []

    def once(number):
        calls.append(number)
        if len(calls) == 3:
            raise Violation("the third")

    with pytest.raises(Violation, match="the third"):
        Search().every(st.integers(), once)


def test_edges_say_which_row_is_at_an_edge():
    class Divides(correct.Rate):
        def forward(self, amount):
            return super().forward(amount) + 0 * amount.sqrt()  # whose gradient at 0 is not finite

    with pytest.raises(
        Violation, match=r"(NaN|infinity) where `amount` of row 0 is zeros(?s:.*)\n    amount: zeros; random"
    ):
        check_module(SMALL, "rate", impl={"rate": Divides}, properties=["edges"])


def test_modules_that_cannot_be_copied_are_made_anew():
    class Shared(correct.Rate):
        def __deepcopy__(self, memo):
            raise RuntimeError("no copies")

    check_module(SMALL, "rate", impl={"rate": Shared}, properties=["determinism", "state"])


def test_a_module_that_raises_is_told_with_its_line():
    class Broken(correct.Rate):
        def forward(self, amount):
            return amount[:, 0]

    with pytest.raises(Violation, match=r"raised IndexError: .*test_suite\.py:\d+\)"):
        check_module(SMALL, "rate", impl={"rate": Broken}, properties=["shape"])


# sizes


def test_no_two_sizes_are_alike_and_those_given_are_taken():
    sizes = Bench(SMALL, given={"H": 6}).subjects()[0].sizes
    named_sizes = {dim.name: size for dim, size in sizes.items()}
    assert named_sizes["H"] == 6
    assert len(set(named_sizes.values())) == len(named_sizes)
    assert {"C", "W", "WORD"} <= named_sizes.keys()
    given = {"C": 8, "H": 9, "W": 6}
    with pytest.raises(Violation, match=r"(?s)returned \[2, 6, 9\], not \[2, 9, 6\].*sizes: C=8, H=9, W=6"):
        check_module(SMALL, "find", impl={"find": wrong.HeightAndWidthSwapped}, dims=given, properties=["shape"])


def test_vocabularies_from_data_are_filled():
    read = next(one for one in Bench(SMALL).subjects() if one.name == "read").build()
    vocab = read.signature.params[0].type.words
    assert vocab.words[:2] == ("word0", "word1")
    assert len(vocab.words) == vocab.size > 2


def test_unsettling_keeps_signs_and_moves_zeros():
    layer = nn.Linear(50, 50)
    nn.init.zeros_(layer.bias)
    before = layer.weight.detach().clone()
    unsettle(layer, 0)
    assert (layer.weight.sign() == before.sign()).all()
    assert (layer.weight != before).all()
    assert (layer.bias != 0).all()


# comparisons


def test_disagreement_measures_each_row_by_its_own_size():
    left = torch.tensor([[1e6, 1.0], [1.0, 1.0]], dtype=torch.float64)
    assert disagreement(left, left * (1 + 1e-12)) is None
    right = left.clone()
    right[1, 0] += 1e-6
    assert disagreement(left, right) == "row 1 is 1 the one way, 1.000001 the other, at [0]"
    nan = left.clone()
    nan[0, 1] = torch.nan
    assert disagreement(nan, nan.clone()) is None
    assert "row 0" in disagreement(left, nan)
    inf = torch.full((1, 2), torch.inf)
    assert disagreement(inf, inf.clone()) is None
    assert disagreement(inf, -inf)
    assert disagreement(left, left[:1]) == "the shapes are [2, 2] and [1, 2]"
    assert disagreement(left[:0], left[:0]) is None


def test_ends_are_exact_and_sums_are_not():
    unit, words = Type(domain=Interval(0, 1)), Dim("V", size=1000)
    above = torch.nextafter(torch.ones(1), torch.full((1,), 2.0))
    assert why_outside(torch.ones(1), unit) is None
    assert why_outside(above, unit) == "1.00000012 is above 1"
    assert why_outside(-above, unit) == "-1.00000012 is below 0"
    assert why_outside(torch.tensor([torch.nan, 0.5]), unit) is None
    spread = Type((Size.of(words),), Simplex(words))
    assert why_outside(torch.softmax(torch.randn(9, 1000), 1), spread) is None
    assert why_outside(torch.softmax(torch.randn(9, 1000), 1) * 1.0001, spread).startswith("the sum over V is 1.0001")
    assert why_outside(torch.tensor([0.0, 1 - 1e-7]), Type(domain=Values((0, 1)))) is None
    assert why_outside(torch.tensor([0.0, 0.5]), Type(domain=Values((0, 1)))) == "0.5 is none of {0, 1}"


# the command


def test_command_prints_a_table_and_status_0(capsys):
    status, out, _ = run(capsys, "test", PATH, "--module", "rate", "--property", "shape", "--property", "mixed")
    assert status == 0
    assert [line.split() for line in out.splitlines()[2:4]] == [["shape", "ok"], ["mixed"]]
    assert out.endswith("small.nmt: 1 holds, 0 do not, 1 is left out\n")


def test_command_prints_failures_that_can_be_repeated(capsys, monkeypatch):
    monkeypatch.chdir(Path(__file__).parent)
    options = ["--impl", "own_wrong", "--examples", 15, "--seed", 4, "--dims", "H=4,W=9"]
    given = ("test", "small.nmt", "--module", "find", *options)
    status, out, _ = run(capsys, *given, "--property", "batch", "--property", "places")
    assert status == 1
    assert "batch     FAILED\nplaces    ?" in out
    assert "find: NMT617 `batch` does not hold: a row changes with what else is in the batch" in out
    assert "  sizes: C=6, H=4, W=9" in out
    again = next(line for line in out.splitlines() if line.startswith("  again: "))
    assert again.endswith("--module find --property batch --seed 4")
    status, repeated, _ = run(capsys, *shlex.split(again.removeprefix("  again: nmt ")))
    assert status == 1
    assert out[out.index("find: NMT617 `batch`") : out.index("  again")] in repeated


def test_command_writes_json(capsys, monkeypatch):
    monkeypatch.chdir(Path(__file__).parent)
    status, out, _ = run(
        capsys, "test", "small.nmt", "--impl", "own_wrong", "--module", "find", "--property", "batch", "--json"
    )
    made = json.loads(out)
    assert status == 1
    assert made["seed"] == 0
    (outcome,) = made["outcomes"]
    assert [outcome[one] for one in ("kind", "name", "property", "status")] == ["module", "find", "batch", "failed"]
    assert outcome["counterexample"][0] == "2 rows"
    assert outcome["again"] == "nmt test small.nmt --impl own_wrong --module find --property batch --seed 0"


def test_command_lists_properties(capsys):
    status, out, _ = run(capsys, "test", "--list")
    assert status == 0
    for one in PROPERTIES:
        assert f"\n{one.name} " in f"\n{out}"
        assert len(one.guards) > 20
    assert json.loads(run(capsys, "test", "--list", "--json")[1]).keys() == {
        one.name for one in (*PROPERTIES, *PROMISES)
    }


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "Missing argument"),
        ([PATH, "--property", "ordre"], "there is no `ordre`"),
        ([PATH, "--module", "nd"], "small has no module `nd`; there are find"),
        ([PATH, "--set", "nd.hidden=3"], "small has no module `nd`"),
        ([PATH, "--dims", "H"], "write --dims C=8,H=3"),
        ([PATH, "--dims", "H=0"], "write --dims C=8,H=3"),
        ([PATH, "--dims", "P=2"], "no size `P` is left open"),
        ([PATH, "--examples", "none"], "is not a valid integer"),
    ],
)
def test_wrong_usage_is_status_2(args, said, capsys):
    status, _, err = run(capsys, "test", *args)
    assert status == 2
    assert said in err


def test_input_at_fault_is_status_1(capsys):
    status, _, err = run(capsys, "test", PATH, "--impl", "no_such_module")
    assert status == 1
    assert "NMT602" in err
    status, _, err = run(capsys, "test", "no_such_interface")
    assert status == 1
    assert "NMT006" in err
