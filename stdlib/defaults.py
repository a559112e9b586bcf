"""Implementations that are chosen by signature alone, so that a `.nmt` file trains without a line of Python.

Shapes are of one sample: a *map* is real[..., H, W] with two places or more, a *vector* real[V], a *scalar* real.
A family of words is one module: what instances share is computed once, and each has weights of its own at the end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from nmt.compiler.backends.primitives import Value, tensor
from nmt.compiler.backends.rows import Rows
from nmt.compiler.diagnostics import error
from nmt.compiler.network import Spec


class _Products(torch.autograd.Function):
    """Rows (N, inputs) sorted by instance, weights (instances, outputs, inputs) -> (N, outputs): a product an instance.

    Autograd would make a gradient of its own for each instance, also for those that are not called, and then stack
    them: with hundreds of large layers a step takes 1.7 times as long.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, counts: list[int]) -> Tensor:
        """`counts` says how many rows each instance has."""
        ctx.save_for_backward(x, weight)
        ctx.counts = counts
        out = x.new_empty(len(x), weight.shape[1])
        for instance, rows in _parts(counts):
            torch.mm(x[rows], weight[instance].T, out=out[rows])
        return out

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        """The gradients of rows and weights."""
        x, weight = ctx.saved_tensors
        by_x, by_weight = (
            torch.zeros_like(one) if wanted else None
            for one, wanted in zip((x, weight), ctx.needs_input_grad[:2], strict=True)
        )
        for instance, rows in _parts(ctx.counts):
            if by_x is not None:
                torch.mm(grad[rows], weight[instance], out=by_x[rows])
            if by_weight is not None:
                torch.mm(grad[rows].T, x[rows], out=by_weight[instance])
        return by_x, by_weight, None


def _parts(counts: Sequence[int]) -> Iterator[tuple[int, slice]]:
    """Instances that have rows, and which."""
    at = 0
    for instance, count in enumerate(counts):
        if count:
            yield instance, slice(at, at + count)
            at += count


class InstanceLinear(nn.Module):
    """A linear layer for each instance: (N,), (N, inputs) -> (N, outputs). Rows of one instance share one product."""

    def __init__(self, instances: int, inputs: int, outputs: int, *, bias: bool = True) -> None:
        super().__init__()
        bound = 1 / math.sqrt(inputs)  # as torch.nn.Linear
        self.weight = nn.Parameter(torch.empty(max(instances, 1), outputs, inputs).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(max(instances, 1), outputs).uniform_(-bound, bound)) if bias else None

    def forward(self, instances: Tensor | None, x: Tensor) -> Tensor:
        """Apply to each row the layer of its instance; `instances` is None for a module without a family."""
        if instances is None or len(self.weight) == 1 or not len(x):
            return F.linear(x, self.weight[0], None if self.bias is None else self.bias[0])
        order = torch.argsort(instances, stable=True)
        counts = torch.bincount(instances, minlength=len(self.weight)).tolist()
        made: Tensor = _Products.apply(x.index_select(0, order), self.weight, counts)
        back = torch.empty_like(order)
        back[order] = torch.arange(len(order), device=order.device)
        out = made.index_select(0, back)
        return out if self.bias is None else out + self.bias.index_select(0, instances)


class MapFromFeatures(nn.Module):
    """Features (C, H, W) -> map (H, W): 3x3 convolution, ReLU, 1x1 convolution with weights for each instance.

    The convolution is computed once an image, for however many instances and questions. In training, `dropout` of its
    outputs and half as many input channels are left out. `bias` is where the result begins before its enforcer.
    """

    takes_rows = True

    def __init__(self, spec: Spec, hidden: int = 96, dropout: float = 0.0, bias: float = 0.0) -> None:
        super().__init__()
        self.family = spec.instances > 0
        self.trunk = nn.Sequential(
            nn.Dropout2d(dropout / 2),
            nn.Conv2d(spec.inputs[0][0], hidden, 3, padding=1),
            nn.ReLU(),
            nn.Dropout(dropout),
        )
        self.head = nn.Conv2d(hidden, max(spec.instances, 1), 1)
        assert self.head.bias is not None
        nn.init.constant_(self.head.bias, bias)

    def forward(self, *given: Value) -> Tensor:
        """`(instances, image)` with a family of words, else `(image)`."""
        instances, image = given if self.family else (None, given[0])
        table = image.table if isinstance(image, Rows) else image
        assert isinstance(table, Tensor)
        maps = self.head(self.trunk(table))
        rows = image.index if isinstance(image, Rows) else torch.arange(len(table), device=maps.device)
        words = torch.zeros_like(rows) if instances is None else instances
        flat = maps.flatten(0, 1)
        assert isinstance(words, Tensor)
        picked: Tensor = flat.index_select(0, rows * maps.shape[1] + words)
        return picked


class Perceptron(nn.Module):
    """Anything else -> anything: all inputs flattened side by side, one hidden layer of ReLU, the result's shape.

    Without a hidden layer (`hidden=0`) it is linear, as for a vector to a distribution.
    """

    def __init__(self, spec: Spec, hidden: int = 100) -> None:
        super().__init__()
        self.family = spec.instances > 0
        self.output = spec.output
        width = sum(math.prod(shape) for shape in spec.inputs)
        self.inner = InstanceLinear(spec.instances, width, hidden) if hidden else None
        self.outer = InstanceLinear(spec.instances, hidden or width, math.prod(spec.output))

    def forward(self, *given: Tensor) -> Tensor:
        """`(instances, *inputs)` with a family of words, else `(*inputs)`; inputs (N, ...) -> (N, *output)."""
        instances, inputs = (given[0], given[1:]) if self.family else (None, given)
        x = torch.cat([value.flatten(1) if value.dim() > 1 else value.unsqueeze(1) for value in inputs], dim=1)
        if self.inner is not None:
            x = F.relu(self.inner(instances, x))
        out: Tensor = self.outer(instances, x)
        return out.reshape(len(out), *self.output)


class DynamicMap(nn.Module):
    """Map (C, H, W) and vector (K) -> map (H, W): a 1x1 convolution whose kernel and bias the vector makes.

    The kernel is a linear function of the vector, one for each instance (section 5.6 of the paper).
    """

    takes_rows = True

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.family = spec.instances > 0
        channels, vector = spec.inputs[0][0], spec.inputs[1][0]
        self.kernel = InstanceLinear(spec.instances, vector, channels + 1)

    def forward(self, *given: Value) -> Tensor:
        """`(instances, map, vector)` with a family of words, else `(map, vector)` -> (N, H, W)."""
        instances, (image, vector) = (given[0], given[1:]) if self.family else (None, given)
        assert not isinstance(instances, Rows)
        made = self.kernel(instances, tensor(vector))
        kernel, bias = made[:, :-1], made[:, -1]
        if isinstance(image, Rows):
            height, width = image.table.shape[-2:]
            # As rows of positions: (T, H * W, C) weighed by the kernel gives a number a position.
            turned = Rows(image.table.flatten(2).transpose(1, 2), image.index, image.host)
            flat = turned.weighted(kernel)
        else:
            height, width = image.shape[-2:]
            flat = torch.bmm(kernel.unsqueeze(1), image.flatten(2)).squeeze(1)
        maps: Tensor = (flat + bias.unsqueeze(1)).view(-1, height, width)
        return maps


class Encoder(nn.Module):
    """Words -> anything: an embedding, an LSTM read after the last word, a linear layer.

    In training, `dropout` of the numbers that are read is left out.
    """

    def __init__(self, spec: Spec, embedding: int = 64, hidden: int = 128, dropout: float = 0.0) -> None:
        super().__init__()
        vocab = spec.types[0].words
        assert vocab is not None
        self.output = spec.output
        self.embedding = nn.Embedding((vocab.size or 0) + 1, embedding, padding_idx=0)
        self.lstm = nn.LSTM(embedding, hidden, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.outer = nn.Linear(hidden, math.prod(spec.output))

    def forward(self, words: Tensor) -> Tensor:
        """Numbers of words (N, T), -1 behind the last -> (N, *output). No words at all count as one unknown."""
        lengths = (words >= 0).sum(1).clamp(min=1)
        # It reads forwards: what stands behind the last word changes nothing before it, and is cut off where it can be.
        longest = int(lengths.max()) if len(words) else 1
        given = F.pad(words, (0, 1), value=-1)[:, :longest] + 1
        states, _ = self.lstm(self.embedding(given))
        last = states[torch.arange(len(words), device=words.device), lengths - 1]
        out: Tensor = self.outer(self.dropout(last))
        return out.reshape(len(words), *self.output)


def choose(spec: Spec) -> Callable[..., nn.Module]:
    """What implements a signature by its types alone, to be called with the spec; raises CompileError for none."""
    if any(type_.words is not None for type_ in spec.types):
        if len(spec.types) == 1 and not spec.instances and len(spec.types[0].shape) == 1:
            return Encoder
        help_ = "implement it yourself: `--impl`"
        raise error("NMT602", f"`{spec.name}` takes words in a form that has no implementation by default", help=help_)
    ranks = [len(shape) for shape in spec.inputs]
    if ranks == [3] and spec.output == spec.inputs[0][1:]:
        return MapFromFeatures
    if ranks == [3, 1] and spec.output == spec.inputs[0][1:]:
        return DynamicMap
    if ranks == [1] and len(spec.output) == 1:
        return partial(Perceptron, hidden=0)
    return Perceptron
