"""Passes: what each promises, and that none changes the outcome."""

from __future__ import annotations

from hypothesis import given, settings

from nmt.compiler.graph import Apply, CallModule, CallOp, Every, Stack
from nmt.compiler.lower import Lowering
from nmt.compiler.passes import expand, inline, optimize, prune, share
from nmt.compiler.programs import Checker
from nmt.compiler.strategies import from_interface
from nmt.compiler.terms import Skeleton, Term
from nmt.loading import load_checked

CLEVR = load_checked("clevr")
PROGRAMS = from_interface(CLEVR)


def graph_of(term):
    return Checker(CLEVR, CLEVR.model()).check(term).graph


def chain():
    """exist(filter_shape[cube](filter_color[red](scene())))."""
    ops = ("scene", "filter_color", "filter_shape", "exist")
    return Term(Skeleton(ops, ((), (0,), (1,), (2,)), (0, 1, 1, 0)), ("red", "cube"))


def test_a_chain_of_filters_becomes_one_minimum():
    graph = optimize(graph_of(chain()), CLEVR.bodies)
    minima = [node for node in graph.nodes if isinstance(node.op, Apply) and node.op.name == "min"]
    assert [len(node.args) for node in minima] == [3]


def test_equal_filters_are_read_once():
    ops = ("scene", "filter_color", "filter_color", "intersect", "exist")
    term = Term(Skeleton(ops, ((), (0,), (0,), (1, 2), (3,)), (0, 1, 1, 0, 0)), ("red", "red"))
    graph = optimize(graph_of(term), CLEVR.bodies)
    # The words stand in two places of the program, so a skeleton cannot know that they are equal: the plan does.
    assert sum(isinstance(node.op, CallModule) for node in graph.nodes) == 3


def test_inlining_leaves_no_op():
    graph = inline(graph_of(chain()), CLEVR.bodies)
    assert not any(isinstance(node.op, CallOp) for node in graph.nodes)


def test_a_call_of_every_word_becomes_a_stack():
    ops = ("scene", "unique", "query_color")
    graph = inline(graph_of(Term(Skeleton(ops, ((), (0,), (1,)), (0, 0, 0)), ())), CLEVR.bodies)
    assert any(isinstance(word, Every) for node in graph.nodes for word in node.words)
    graph = expand(graph)
    assert not any(isinstance(word, Every) for node in graph.nodes for word in node.words)
    assert [len(node.args) for node in graph.nodes if isinstance(node.op, Stack)] == [8]


@settings(deadline=None)
@given(PROGRAMS)
def test_sharing_and_pruning_twice_changes_nothing(term):
    graph = expand(inline(graph_of(term), CLEVR.bodies))
    shared = share(graph)
    assert share(shared) == shared
    pruned = prune(shared)
    assert prune(pruned) == pruned


@settings(deadline=None)
@given(PROGRAMS)
def test_inputs_come_first_and_everything_is_read(term):
    graph = optimize(graph_of(term), CLEVR.bodies)
    read = {arg for node in graph.nodes for arg in node.args}
    assert all(arg < at for at, node in enumerate(graph.nodes) for arg in node.args)
    assert read | {graph.output} == set(range(len(graph.nodes)))


def test_ops_with_equal_bodies_come_to_one_graph():
    lowering = Lowering(CLEVR.bodies)
    checker = Checker(CLEVR, CLEVR.model())
    numbers = set()
    for op, word in (("filter_color", "red"), ("filter_shape", "cube"), ("filter_size", "small")):
        term = Term(Skeleton(("scene", op, "exist"), ((), (0,), (1,)), (0, 1, 0)), (word,))
        numbers.add(lowering.number(checker.check(term)))
    other = Term(Skeleton(("scene", "unique", "relate", "exist"), ((), (0,), (1,), (2,)), (0, 0, 1, 0)), ("left",))
    assert len(numbers) == 1
    assert lowering.number(checker.check(other)) not in numbers
