"""The reference backend: one sample and one node at a time. It is the oracle that `batched` must equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from nmt.ntypes.enforcers import enforce

from ..graph import Apply, CallModule, Enforce, Every, Fill, Fixed, Graph, Node, Read, Slot, Spread, Stack, Widen
from ..network import Network
from ..programs import Checked
from ..terms import Term
from .primitives import Value, apply, tensor
from .rows import Rows


def run(
    network: Network, graph: Graph, term: Term, checked: Checked, sources: Mapping[str, Tensor], rows: Mapping[str, int]
) -> Tensor:
    """The result of one program, (1, ...). `sources` are tables, `rows` says which row of each the sample reads."""
    values: list[Value] = []
    for node in graph.nodes:
        values.append(_node(network, node, [values[arg] for arg in node.args], (term, checked), sources, rows))
    return tensor(values[graph.output])


def _node(
    network: Network,
    node: Node,
    inputs: Sequence[Value],
    program: tuple[Term, Checked],
    sources: Mapping[str, Tensor],
    rows: Mapping[str, int],
) -> Value:
    match node.op:
        case Read(source):
            at = rows[source]
            return Rows(sources[source][at : at + 1], torch.zeros(1, dtype=torch.int64), np.zeros(1, dtype=np.int64))
        case CallModule():
            return _module(network, node, node.op, inputs, *program)
        case Apply():
            return apply(node.op, inputs)
    return convert(network, node.op, [tensor(value) for value in inputs], 1)


def convert(network: Network, op: object, inputs: Sequence[Tensor], count: int) -> Tensor:
    """Conversions and fills, for `count` rows; inputs are (count, ...)."""
    match op:
        case Stack():
            return torch.stack(list(inputs), dim=1)
        case Spread(shape):
            sizes = network.shape(shape)
            return inputs[0].reshape(count, *(1 for _ in sizes)).expand(count, *sizes)
        case Fill(value, shape):
            like = next(network.parameters(), torch.zeros(()))
            return like.new_full((count, *network.shape(shape)), value)
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
    network: Network, node: Node, op: CallModule, inputs: Sequence[Value], term: Term, checked: Checked
) -> Tensor:
    word = node.words[0] if node.words else None
    match word:
        case None:
            numbers = [0]
        case Fixed(text, vocab):
            numbers = [vocab.places[text]]
        case Slot(place, vocab):
            part = checked.slots[place][0]
            numbers = [(vocab.offset(part) or 0) + part.places[term.words[place]]]
        case Every(part, vocab):
            start = vocab.offset(part) or 0
            numbers = list(range(start, start + len(part.words or ())))
    device = next(network.parameters()).device
    instances = torch.tensor(numbers, dtype=torch.int64, device=device)
    if isinstance(word, Every):
        inputs = [_repeated(value, len(numbers)) for value in inputs]
    out = network.call(op, instances, inputs)
    return out.unsqueeze(0) if isinstance(word, Every) else out


def _repeated(value: Value, count: int) -> Value:
    if isinstance(value, Rows):
        return Rows(value.table, value.index.expand(count), np.zeros(count, dtype=np.int64))
    return value.expand(count, *value.shape[1:])
