"""The reference backend: one sample and one node at a time. It is the oracle that `batched` must equal.

`evaluate` does the same for many rows of one graph: laws and soft constraints are computed with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from nmt.ntypes import Dim
from nmt.ntypes.enforcers import enforce

from ..graph import Apply, CallModule, Enforce, Every, Fill, Fixed, Graph, Node, Read, Slot, Spread, Stack, Widen
from ..network import Network
from ..programs import Checked
from ..terms import Term
from .primitives import Value, apply, tensor
from .rows import Rows

Instances = Callable[[int, Dim], Tensor]  # the program's word number `place`, as instances of a vocabulary: (N,)


def run(
    network: Network, graph: Graph, term: Term, checked: Checked, sources: Mapping[str, Tensor], rows: Mapping[str, int]
) -> Tensor:
    """The result of one program, (1, ...). `sources` are tables, `rows` says which row of each the sample reads."""
    device = network.like.device

    def instances(place: int, vocab: Dim) -> Tensor:
        part = checked.slots[place][0]
        number = part.place(term.words[place])
        assert number is not None, "the words of a checked program"
        number += vocab.offset(part) or 0
        return torch.tensor([number], dtype=torch.int64, device=device)

    def row(source: str) -> Rows:
        at = rows[source]
        return Rows(sources[source][at : at + 1], torch.zeros(1, dtype=torch.int64), np.zeros(1, dtype=np.int64))

    return evaluate(network, graph, row, instances, 1)


def evaluate(network: Network, graph: Graph, read: Callable[[str], Value], instances: Instances, count: int) -> Tensor:
    """The result of a graph for `count` rows, (count, ...), node by node.

    `read` gives a source for all rows; `instances` the words that the graph leaves to its program.
    """
    values: list[Value] = []
    for node in graph.nodes:
        inputs = [values[arg] for arg in node.args]
        match node.op:
            case Read(source):
                values.append(read(source))
            case CallModule():
                values.append(_module(network, node, node.op, inputs, instances, count))
            case Apply():
                values.append(apply(node.op, inputs))
            case _:
                values.append(convert(network, node.op, [tensor(value) for value in inputs], count))
    return tensor(values[graph.output])


def convert(network: Network, op: object, inputs: Sequence[Tensor], count: int) -> Tensor:
    """Conversions and fills, for `count` rows; inputs are (count, ...)."""
    match op:
        case Stack():
            return torch.stack(list(inputs), dim=1)
        case Spread(shape):
            sizes = network.shape(shape)
            return inputs[0].reshape(count, *(1 for _ in sizes)).expand(count, *sizes)
        case Fill(value, shape):
            return network.like.new_full((count, *network.shape(shape)), value)
        case Widen(part, whole, axis, fill):
            start, width = whole.offset(part) or 0, part.size or 0
            wider = list(inputs[0].shape)
            wider[axis] = whole.size or 0
            wide = inputs[0].new_full(wider, fill)
            wide.narrow(axis, start, width).copy_(inputs[0])
            return wide
        case Enforce(enforcer, domain, axis):
            return enforce(enforcer, domain, inputs[0], axis)
    raise TypeError(f"no backend knows {op}")


def _module(
    network: Network, node: Node, op: CallModule, inputs: Sequence[Value], instances: Instances, count: int
) -> Tensor:
    device = network.like.device
    word = node.words[0] if node.words else None
    match word:
        case None:
            return network.call(op, torch.zeros(count, dtype=torch.int64, device=device), inputs)
        case Fixed(text, vocab):
            return network.call(op, torch.full((count,), vocab.places[text], device=device), inputs)
        case Slot(place, vocab):
            return network.call(op, instances(place, vocab), inputs)
        case Every(part, vocab):
            width, start = len(part.words or ()), vocab.offset(part) or 0
            every = torch.arange(start, start + width, device=device).repeat(count)
            out = network.call(op, every, [_repeated(value, width) for value in inputs])
            return out.reshape(count, width, *out.shape[1:])


def _repeated(value: Value, times: int) -> Value:
    """Each row so often, side by side."""
    if isinstance(value, Rows):
        return Rows(value.table, value.index.repeat_interleave(times), np.repeat(value.host, times))
    return value.repeat_interleave(times, dim=0)
