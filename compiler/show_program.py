"""A program with the type of every call, and the graph that the passes make of it, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from nmt.ntypes import Type

from .check import Interface, ModelSymbol
from .diagnostics import CompileError, Diagnostic
from .graph import Apply, CallModule, CallOp, Enforce, Every, Fill, Graph, Node, Read, Slot, Spread, Stack, Widen
from .inline import LAST
from .passes import PASSES, optimize
from .programs import Checked, Checker, Fault
from .show import Plain, values
from .source import Span
from .terms import Term


def describe_program(
    interface: Interface, term: Term, spans: Sequence[Span], model: ModelSymbol | None = None
) -> Plain:
    """The calls of a term with their types, and its optimized graph; raises CompileError where it does not fit."""
    checked = Checker(interface, model).check(term)
    if isinstance(checked, Fault):
        last = len(spans) - 1
        span = spans[last if checked.node is None else checked.node]
        raise CompileError([Diagnostic(checked.code, checked.message, span, help=checked.help)])
    graph = optimize(checked.graph, interface.bodies)
    return {
        "program": str(term),
        "layout": None if not interface.layouts else interface.layout.name,
        "model": None if model is None else model.name,
        "calls": _calls(term, checked),
        "type": str(checked.type),
        "result": values(checked.graph.nodes[checked.graph.output].type),
        "passes": ["inline", *(step.__name__ for step in PASSES)],
        "nodes": [_node(graph, at, term.words) for at in range(len(graph.nodes))],
        "output": graph.output,
    }


def _calls(term: Term, checked: Checked) -> list[Plain]:
    """Each call of the program in the order of its text: `depth` says how deep it stands."""
    types: dict[int, Type] = {}
    for node in checked.graph.nodes:
        if isinstance(node.op, CallOp | CallModule):
            types.setdefault(node.call, node.type)  # what a model adds comes later
    skeleton = term.skeleton
    ends = list(accumulate(skeleton.counts))
    made: list[Plain] = []
    waiting = [(len(skeleton.ops) - 1, 0)]
    while waiting:
        at, depth = waiting.pop()
        words = term.words[ends[at] - skeleton.counts[at] : ends[at]]
        made.append({"node": at, "depth": depth, "op": skeleton.ops[at], "words": list(words), **values(types[at])})
        waiting.extend((below, depth + 1) for below in reversed(skeleton.inputs[at]))
    return made


def _node(graph: Graph, at: int, words: Sequence[str]) -> Plain:
    node = graph.nodes[at]
    return {"node": at, "computes": _worded(graph, node, words), "args": list(node.args), **values(node.type)}


def _worded(graph: Graph, node: Node, words: Sequence[str]) -> str:
    args = ", ".join(map(str, node.args))
    match node.op:
        case Read(source):
            return source
        case Fill(value):
            return f"{value:g}"
        case CallOp(key) | CallModule(key):
            return f"{key[1]}{_brackets(node, words)}({args})"
        case Apply():
            return _primitive(graph, node, node.op)
        case Widen(part, whole):
            return f"widen {part} to {whole} ({args})"
        case Spread() | Stack() | Enforce():
            name = node.op.enforcer if isinstance(node.op, Enforce) else type(node.op).__name__.lower()
            return f"{name}({args})"


def _brackets(node: Node, words: Sequence[str]) -> str:
    inside = []
    for word in node.words:
        match word:
            case Slot(place):
                inside.append(words[place])
            case Every(part):
                inside.append(str(part))
            case _:
                inside.append(word.word)
    dims = node.op.dims if isinstance(node.op, CallOp | CallModule) else ()
    inside += [str(actual) for _, actual in dims]
    return f"[{', '.join(inside)}]" if inside else ""


def _primitive(graph: Graph, node: Node, op: Apply) -> str:
    """A primitive with the names of its dims, and its plain numbers among the nodes that it reads."""
    over = ""
    if op.axes:
        shape = graph.nodes[node.args[-1 if op.name in LAST else 0]].type.shape
        over = f"[{', '.join(str(shape[axis]) for axis in op.axes)}]"
    rest = iter(node.args)
    given = [next(rest) if value is None else f"{value:g}" for value in op.constants] or list(node.args)
    return f"{op.name}{over}({', '.join(map(str, given))})"
