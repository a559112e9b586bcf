"""Checked programs -> optimized graphs, each made once.

Skeletons that differ only in ops with equal bodies (`filter_color`, `filter_shape`, ...) come to the same graph: of the
15,539 skeletons of 36,699 real CLEVR programs 3,598 graphs are left. They are told apart before any pass runs.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from attrs import Factory, define, field

from .check import OpSymbol
from .graph import CallOp, Graph, Node, Operation, Read, Slot
from .passes import inline, optimize
from .programs import Checked
from .typed import Key


@define(eq=False)
class Lowering:
    """Optimizes graphs and numbers them; with `log` they end in the logarithm of the answer's chances."""

    bodies: Mapping[Key, OpSymbol]
    log: bool = False
    graphs: list[Graph] = field(default=Factory(list))
    _numbers: dict[Hashable, int] = field(default=Factory(dict))
    _known: dict[int, tuple[Checked, int]] = field(default=Factory(dict))
    _classes: dict[tuple[Operation, int, int], Hashable] = field(default=Factory(dict))
    _kinds: dict[Hashable, int] = field(default=Factory(dict))

    def number(self, checked: Checked) -> int:
        """Which of `graphs` the program comes to."""
        known = self._known.get(id(checked))
        if known is not None:
            return known[1]
        graph = checked.graph
        key = (graph.output, *((self._class(node), node.args, _places(node)) for node in graph.nodes))
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.graphs)
            self.graphs.append(optimize(graph, self.bodies, log=self.log))
        self._known[id(checked)] = (checked, number)
        return number

    def _class(self, node: Node) -> Hashable:
        """Ops are of one class where their bodies are equal."""
        if not isinstance(node.op, CallOp):
            return node.op
        key = (node.op, len(node.args), len(node.words))
        found = self._classes.get(key)
        if found is None:
            found = self._classes[key] = self._kinds.setdefault(self._body(node), len(self._kinds))
        return found

    def _body(self, node: Node) -> Hashable:
        """The inlined body, over inputs and words that only stand for themselves."""
        inputs = [Node(Read(f"#{number}")) for number in range(len(node.args))]
        words = tuple(Slot(number, word.vocab) for number, word in enumerate(node.words))
        call = Node(node.op, tuple(range(len(inputs))), words, node.type)
        body = inline(Graph((*inputs, call), len(inputs)), self.bodies)
        # A call's own words name its own vocabulary; what counts is as whose instances the body takes them.
        return body, tuple(size for size in node.type.shape)


def _places(node: Node) -> Hashable:
    """The words of a call by their number in the program: their vocabulary is the op's own matter."""
    return tuple(word.place if isinstance(word, Slot) else word for word in node.words)
