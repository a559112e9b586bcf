"""`nmt test` on a network with faults: each is told once, where it is, and what rests on it is left out."""

from __future__ import annotations

import json
import shlex

import pytest

from nmt.__main__ import main

INTERFACE = """
package pair @ 1.0.0
dim T
dim FAR
vocab SIDE = { left, right, behind }
vocab NAME from data else unknown
vocab WHO = SIDE + NAME
type sound   = real[T] in 0..
type share   = real in 0..1 by sigmoid
type dist[V] = real[V] in simplex[V] by softmax
source near  : sound
source far   : real[FAR] in 0..1
module locate(a: sound) -> d: dist[SIDE]
  soft certain: max[SIDE](d) >= 0.5
module level[w: WHO](a: sound) -> m: share
  soft low: m <= 0.75
op where_is() -> dist[SIDE] = locate(near)
op loud[w: NAME]() -> real in 0..1 = level[w](near)
op ann() -> real in 0..1 = level[ann](near)
op vote(a: dist[SIDE], b: dist[SIDE]) -> dist[SIDE] = 0.5 * a + 0.5 * b
op spread() -> real in 0..1 = mean[FAR](far)
law same(a: dist[SIDE], b: dist[SIDE]): vote(a, b) == vote(b, a)
law bad(a: dist[SIDE], b: dist[SIDE]): vote(a, b) == a
law of_data(): loud[bob]() <= 1
"""
MODULES = """
import torch
from torch import nn

class Locate(nn.Module):
    def __init__(self, spec, width=4):
        super().__init__()
        self.inner, self.outer = nn.Linear(*spec.inputs[0], width), nn.Linear(width, *spec.output)
    def forward(self, a):
        return self.outer(torch.tanh(self.inner(a / 1000)))

class Spoiled(Locate):
    def forward(self, a):
        return super().forward(a) / 0 * 0

class Fussy(Locate):
    def forward(self, a):
        assert len(a) != 5, "five"
        return super().forward(a)

class Coupled(Locate):
    def forward(self, a):
        return super().forward(a - a.mean(0))
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Call `nmt test pair.nmt` with some MODULES: status, what it printed, what it said of faults."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pair.nmt").write_text(INTERFACE)
    number = abs(hash(tmp_path))

    def call(modules, *args):
        name = f"own_{number}_{abs(hash(modules))}"
        (tmp_path / f"{name}.py").write_text(f"{MODULES}\nMODULES = {modules}\n")
        with pytest.raises(SystemExit) as stopped:
            main(["test", "pair.nmt", "--impl", name, "--examples", "8", *args])
        said = capsys.readouterr()
        return stopped.value.code, said.out, said.err

    return call


def again(run, out, modules):
    """Run the line that a failure gives."""
    (line,) = [line for line in out.splitlines() if line.startswith("  again: nmt test pair.nmt --impl ")]
    return run(modules, *shlex.split(line)[8:])


def test_what_holds_is_counted(run):
    status, out, _ = run('{"locate": Locate}')
    assert status == 1  # of the law `bad` alone
    assert "laws: 2 of 3 hold\n" in out
    assert "ops: 5 of 5 hold (proved, float64)\n" in out
    assert "soft locate.certain: broken by " in out
    assert "blank: left out, since it says nothing of this module\n" in out
    assert "?:" not in out
    assert out.count("FAILED") == 0
    assert out.count("again: ") == 1


def test_a_legend_only_for_marks_that_occur(run):
    status, out, _ = run('{"locate": Locate}', "--module", "locate", "--property", "shape")
    assert status == 0
    assert "left out" not in out


def test_a_law_is_told_in_one_sentence_with_what_it_reads(run):
    status, out, _ = run("{}", "--law", "bad")
    assert status == 1
    told = out[out.index("law bad:") : out.index("  again")]
    assert told.startswith("law bad: NMT506 does not hold: it comes to ")
    example = told[told.index("found:\n") :].splitlines()[1:]
    assert [line.strip().partition(":")[0] for line in example] == ["1 row", "a", "b"]
    assert again(run, out, "{}")[1] == out


def test_a_module_that_fails_is_told_once(run):
    modules = '{"locate": Spoiled}'
    status, out, _ = run(modules, "--module", "locate", "--op", "where_is", "--op", "vote", "--law", "same")
    assert status == 1
    assert "ops: 1 of 2 hold (proved, float64)\n  left out, since `finite` of `locate` does not hold: where_is\n" in out
    assert "laws: 1 of 1 hold\n" in out
    assert "soft locate.certain: left out, since `finite` of `locate` does not hold\n" in out
    assert "?: left out, since a property that it needs does not hold\n" in out
    assert out.count("again: ") == 1
    assert "--module locate --property finite" in out
    status, out, _ = run(modules, "--op", "where_is")  # alone: nothing failed, but nothing holds
    assert status == 1
    assert "left out, since `finite` of `locate` does not hold: where_is" in out


def test_softs_that_cannot_be_computed_are_told_once_and_can_be_repeated(run, monkeypatch):
    monkeypatch.setattr("nmt.properties.promises.ROWS", 5)
    modules = '{"locate": Fussy}'
    status, out, _ = run(modules, "--module", "locate", "--property", "soft", "--property", "shape")
    assert status == 1
    assert out.count("five") == 1
    assert "soft locate.certain: NMT613 does not hold: the module `locate` raised AssertionError: five" in out
    assert "it guards against" not in out  # of the property: the fault is the module's
    assert "--module locate --property soft" in out
    assert again(run, out, modules)[0] == 1


def test_what_stood_beside_a_row_is_told(run):
    status, out, _ = run('{"locate": Coupled}', "--module", "locate", "--property", "batch")
    assert status == 1
    example = [line.strip() for line in out[out.index("found:\n") : out.index("  sizes:")].splitlines()[1:]]
    assert [line.partition(":")[0].lstrip("0123456789 ") for line in example] == [
        *("rows", "a"),
        *("behind them, the one way", "row", "a"),
        *("behind them, the other", "row", "a"),
    ]


@pytest.mark.parametrize(
    ("modules", "args", "said"),
    [
        ('{"locate": lambda spec: 3}', [], "NMT602 `locate` in MODULES gives no nn.Module, but int\n"),
        ('{"locate": nn.Linear(3, 3)}', [], "NMT602 MODULES['locate'] of `own_"),
        ('{"locate": 3}', [], "is no class\n  help: MODULES maps names to classes"),
        (
            '{"locate": Locate}',
            ["--set", "locate.widht=3"],
            "NMT602 `locate` has no setting `widht`\n  help: it has width",
        ),
    ],
)
def test_modules_that_suit_no_interface_are_told_before_anything_is_tried(run, modules, args, said):
    status, out, err = run(modules, *args)
    assert (status, out) == (1, "")
    assert said in err
    assert err.count("NMT602") == 1


def test_a_module_without_an_implementation_harms_only_what_calls_it(run, tmp_path):
    (tmp_path / "pair.nmt").write_text(f"{INTERFACE}module odd(a: sound, w: NAME) -> share\n")
    status, out, _ = run("{}", "--module", "odd", "--module", "locate", "--property", "shape")
    assert status == 1
    assert "shape     ok      FAILED" in out
    assert "`odd` takes words in a form that has no implementation by default" in out


def test_json_says_whose_each_outcome_is(run):
    _, out, _ = run('{"locate": Locate}', "--json", "--property", "shape", "--property", "soft", "--property", "law")
    outcomes = json.loads(out)["outcomes"]
    assert [(one["kind"], one["name"]) for one in outcomes] == [
        ("module", "locate"),
        ("module", "level"),
        ("law", "same"),
        ("law", "bad"),
        ("law", "of_data"),
        ("soft", "locate.certain"),
        ("soft", "level.low"),
    ]
    bad = outcomes[3]
    assert (bad["status"], bad["code"]) == ("failed", "NMT506")
    assert bad["again"].endswith(" --law bad --property law --seed 0")


def test_sizes_of_ops_and_vocabularies_are_ours_to_give(run):
    status, _, _ = run("{}", "--dims", "FAR=1,NAME=2", "--op", "spread", "--op", "ann", "--law", "of_data")
    assert status == 0
    status, _, err = run("{}", "--dims", "WHO=2")
    assert status == 2
    assert "no size `WHO` is left open; there are T, NAME, FAR" in err
