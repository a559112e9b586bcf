"""Dependencies: the tables of the paper, from interfaces and from programs."""

from __future__ import annotations

import pytest

from nmt.compiler.passes import inline
from nmt.compiler.programs import Checker
from nmt.compiler.terms import Skeleton, Term
from nmt.loading import check_file, load_checked
from nmt.trainer.dependencies import of_interface, of_programs, unmet

FIG2 = """
package fig2 @ 1.0.0
dim N
dim K
vocab ANSWER = { no, yes }
type raw    = real[N]
type code   = real[K] in 0..1 by sigmoid
type dist[V] = real[V] in simplex[V] by softmax
source left   : raw
source right  : raw
target answer : ANSWER from dist[ANSWER] by nll
module a(x: raw) -> code
module b(x: code) -> code
module c(x: raw) -> code
module d(x: code, y: code) -> dist[ANSWER]
op apart() -> dist[ANSWER] = d(b(a(left)), c(right))
layout question : dist[ANSWER]
model fig2 = question
expect a : decoupled, indirect
expect d : dependent(b, c), direct
"""


@pytest.fixture
def fig2(tmp_path):
    path = tmp_path / "fig2.nmt"
    path.write_text(FIG2)
    interface, findings = check_file(path)
    assert findings == ()
    return interface


def table(rows):
    return {row.module: (row.input, row.supervision) for row in rows}


EXPECTED = {
    "a": ("decoupled", "indirect"),
    "b": ("dependent(a)", "indirect"),
    "c": ("decoupled", "indirect"),
    "d": ("dependent(b, c)", "direct"),
}


def test_fig_2_of_the_paper(fig2):
    assert table(of_interface(fig2)) == EXPECTED
    term = Term(Skeleton(("apart",), ((),), (0,)), ())
    graph = inline(Checker(fig2, fig2.model()).check(term).graph, fig2.bodies)
    rows = of_programs(fig2, [(graph, 7)])
    assert table(rows) == EXPECTED
    assert {row.module: (row.uses, row.share) for row in rows} == {
        "a": (7, 0.0),
        "b": (7, 0.0),
        "c": (7, 0.0),
        "d": (7, 1.0),
    }
    assert unmet(fig2, rows) == []


def test_claims_that_do_not_hold_are_named(tmp_path):
    path = tmp_path / "fig2.nmt"
    path.write_text(
        FIG2.replace("a : decoupled, indirect", "a : dependent(c), direct").replace("dependent(b, c)", "dependent(c)")
    )
    interface, findings = check_file(path)
    assert findings == ()
    assert unmet(interface, of_interface(interface)) == [
        "a is indirect, `expect` says direct",
        "d is dependent(b, c), `expect` says dependent(c)",
    ]


def test_clevr_without_programs():
    assert table(of_interface(load_checked("clevr"))) == {
        "find": ("decoupled", "direct"),
        "locate": ("dependent(find, locate)", "direct"),
        "tally": ("dependent(find, locate)", "direct"),
    }


def test_the_share_of_uses_that_reach_the_loss():
    interface = load_checked("clevr")
    checker = Checker(interface, interface.model())
    # exist(filter_color[red](scene())): both calls of find end in min and max; in count they end in tally.
    chain = ("scene", "filter_color")
    graphs = []
    for last, count in (("exist", 1), ("count", 2)):
        term = Term(Skeleton((*chain, last), ((), (0,), (1,)), (0, 1, 0)), ("red",))
        graphs.append((inline(checker.check(term).graph, interface.bodies), count))
    rows = {row.module: row for row in of_programs(interface, graphs)}
    assert rows["find"].uses == 6
    assert rows["find"].share == pytest.approx(1 / 3)
    assert rows["tally"].share == 1.0
    assert rows["locate"].uses == 0


COMPARED = """
package compared @ 1.0.0
dim N
type raw = real[N]
type code = real[N] in 0..1 by sigmoid
type chance = real in 0..1 by sigmoid
source left : raw
module a(x: raw) -> code
module b(x: raw) -> code
module c(x: raw) -> code
module d(x: raw) -> code
op chosen() -> chance = mean[N](where(a(left) >= b(left), c(left), d(left)))
layout question : chance
model m = question
"""


def test_comparisons_pass_no_gradient(tmp_path):
    """What is compared, and the condition of `where`, cannot be trained through the outcome."""
    path = tmp_path / "compared.nmt"
    path.write_text(COMPARED, encoding="utf-8")
    interface, _ = check_file(path)
    checked = Checker(interface, interface.model()).check(Term(Skeleton(("chosen",), ((),), (0,)), ()))
    graph = inline(checked.graph, interface.bodies)
    for rows in (of_programs(interface, [(graph, 1)]), of_interface(interface)):
        assert {row.module: row.supervision for row in rows} == {
            "a": "indirect",
            "b": "indirect",
            "c": "direct",
            "d": "direct",
        }
