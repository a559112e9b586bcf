"""Primitives in torch. Values are batched: a type of shape [H, W] comes as (N, H, W), a scalar as (N,)."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, TypeAlias

import torch
from torch import Tensor

from ..graph import Apply
from .rows import Rows

Value: TypeAlias = Tensor | Rows
EPS = 1e-6  # keeps `average` and `normalize` from dividing by 0


def tensor(value: Value) -> Tensor:
    """The value as a tensor; rows of a table are gathered."""
    return value.gather() if isinstance(value, Rows) else value


def apply(op: Apply, inputs: Sequence[Value]) -> Tensor:
    """Compute a primitive for N rows at once."""
    if op.name == "average":
        return average(inputs[0], tensor(inputs[1]), op.axes)
    values = [tensor(value) for value in inputs]
    if op.name in ELEMENTWISE:
        return _elementwise(op, values)
    return REDUCING[op.name](op.axes, *values)


def _elementwise(op: Apply, values: list[Tensor]) -> Tensor:
    if op.axes:  # max[H, W](x)
        return (torch.amin if op.name == "min" else torch.amax)(values[0], op.axes)
    rank = max((value.dim() for value in values), default=1)
    rest = iter(value.reshape(value.shape + (1,) * (rank - value.dim())) for value in values)
    args = [next(rest) if constant is None else constant for constant in op.constants or (None,) * len(values)]
    return ELEMENTWISE[op.name](*args)


def _extreme(pick: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    def run(*args: Tensor | float) -> Tensor:
        like = next(arg for arg in args if isinstance(arg, Tensor))
        return reduce(pick, [arg if isinstance(arg, Tensor) else torch.full_like(like, arg) for arg in args])

    return run


def _compare(hold: Callable[[Any, Any], Tensor]) -> Callable[..., Tensor]:
    def run(left: Tensor | float, right: Tensor | float) -> Tensor:
        like = left if isinstance(left, Tensor) else right
        assert isinstance(like, Tensor)
        return hold(left, right).to(like.dtype)

    return run


def _where(*args: Tensor | float) -> Tensor:
    like = next(arg for arg in args if isinstance(arg, Tensor))
    chosen, yes, no = (arg if isinstance(arg, Tensor) else torch.full_like(like, arg) for arg in args)
    return torch.where(chosen > 0.5, yes, no)  # 0 or 1, but for rounding


ELEMENTWISE: dict[str, Callable[..., Tensor]] = {
    "add": lambda *args: reduce(lambda a, b: a + b, args),
    "sub": lambda a, b: a - b,
    "mul": lambda *args: reduce(lambda a, b: a * b, args),
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "abs": torch.abs,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "pow": lambda a, b: a**b,
    "min": _extreme(torch.minimum),
    "max": _extreme(torch.maximum),
    "clip": lambda value, low, high: value.clamp(low, high),
    "at_most": _compare(operator.le),
    "at_least": _compare(operator.ge),
    "equal": _compare(operator.eq),
    "where": _where,
}


def average(value: Value, weights: Tensor, axes: tuple[int, ...]) -> Tensor:
    """Weighted mean over axes: sum(x * w) / (sum(w) + 1e-6), so that weights of 0 give 0.

    `value` (N, ..., D...) or rows of such, `weights` (N, D...) in the order of `axes` -> (N, ...).
    """
    flat = weights.flatten(1).clamp_min(0)  # rounding below 0 could bring their sum to 0
    table = value.table if isinstance(value, Rows) else value
    moved = table.movedim(axes, tuple(range(-len(axes), 0)))
    rest = moved.shape[1 : moved.dim() - len(axes)]
    moved = moved.reshape(len(table), math.prod(rest), flat.shape[1])
    if isinstance(value, Rows):
        total = Rows(moved, value.index, value.host).weighted(flat)
    else:
        total = torch.bmm(moved, flat.unsqueeze(2)).squeeze(2)
    mean = total / (flat.sum(1, keepdim=True) + EPS)
    return mean.reshape(len(flat), *rest)


def _dot(axes: tuple[int, ...], weights: Tensor, value: Tensor) -> Tensor:
    moved = value.movedim(axes[0], 1)
    return torch.bmm(weights.unsqueeze(1), moved.flatten(2) if moved.dim() > 2 else moved.unsqueeze(2)).reshape(
        len(weights), *moved.shape[2:]
    )


def _below(axes: tuple[int, ...], value: Tensor) -> Tensor:
    return torch.cumsum(value, axes[0]) - value


def _normalize(axes: tuple[int, ...], value: Tensor) -> Tensor:
    shifted = value.clamp_min(0) + EPS
    return shifted / shifted.sum(axes[0], keepdim=True)


def _softmax(axes: tuple[int, ...], value: Tensor) -> Tensor:
    if len(axes) == 1:
        return torch.softmax(value, axes[0])
    peak = value.amax(axes, keepdim=True).detach()
    exp = torch.exp(value - peak)
    return exp / exp.sum(axes, keepdim=True)


def _bernoulli(_axes: tuple[int, ...], chance: Tensor) -> Tensor:
    return torch.stack([1 - chance, chance], dim=1)


REDUCING: dict[str, Callable[..., Tensor]] = {
    "sum": lambda axes, value: value.sum(axes),
    "mean": lambda axes, value: value.mean(axes),
    "dot": _dot,
    "below": _below,
    "normalize": _normalize,
    "softmax": _softmax,
    "bernoulli": _bernoulli,
}
