"""Whether tensors lie in the domain of a type, by how much they do not, and why: for contracts and for tests."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from .domains import Simplex, Values, hull, number
from .tolerance import magnitude, rounding
from .types import Type


def outside(type_: Type, value: Tensor) -> Tensor:
    """By how much the worst of some values leaves its domain, a scalar: 0 or less inside, not a number for those."""
    if type_.words is not None:
        return _beyond(value.double(), *_ends(type_))
    if isinstance(type_.domain, Values):
        return _distance(type_, value).max()
    far = _beyond(value, *_ends(type_))
    if isinstance(type_.domain, Simplex):
        far = torch.maximum(far, (value.sum(_simplex_axis(type_, type_.domain)) - 1).abs().max())
    return far


def _beyond(value: Tensor, low: float, high: float) -> Tensor:
    least, most = torch.aminmax(value)
    # An end that is open still asks for finite numbers: 0 times them is 0, or not a number.
    below = low - least if low > -math.inf else least * 0
    above = most - high if high < math.inf else most * 0
    return torch.maximum(below, above)


def why_not(type_: Type, sample: Tensor, allowed: float) -> str | None:
    """Why one sample, in the shape of its type, is none of it; None where it is. `allowed` is for rounding."""
    if outside(type_, sample) <= allowed:
        return None
    finite = torch.isfinite(sample)
    if not finite.all():
        return f"gave {_worst(sample, (~finite).double())}, where {_asked(type_)} is asked for"
    if type_.words is None and isinstance(type_.domain, Simplex) and _beyond(sample, 0.0, 1.0) <= allowed:
        sums = sample.sum(_simplex_axis(type_, type_.domain))
        return f"gave numbers that sum to {_worst(sums, (sums - 1).abs())} over {type_.domain.over}, not to 1"
    return f"gave {_worst(sample, _distance(type_, sample))}, where {_asked(type_)} is asked for"


def _distance(type_: Type, sample: Tensor) -> Tensor:
    """How far each number lies outside, seen alone."""
    if isinstance(type_.domain, Values) and type_.words is None:
        return torch.stack([(sample - one).abs() for one in type_.domain.values]).amin(0)
    low, high = _ends(type_)
    return torch.maximum(low - sample, sample - high)


def _ends(type_: Type) -> tuple[float, float]:
    if type_.words is not None:  # shorter sentences are padded with -1
        padded = any(dim.varies for size in type_.shape for dim in size.dims())
        return -1.0 if padded else 0.0, float((type_.words.size or 2**53) - 1)
    bound = hull(type_.domain)
    return bound.low, bound.high


def _worst(sample: Tensor, distance: Tensor) -> str:
    """The number that is farthest out, with its place."""
    at = int(distance.argmax())
    place = f" at {[int(one) for one in np.unravel_index(at, tuple(sample.shape))]}" if sample.dim() else ""
    return f"{number(float(sample.flatten()[at]))}{place}"


def _asked(type_: Type) -> str:
    if type_.words is not None:
        return f"a word of {type_.words}"
    return f"{type_.domain} (`{type_}`)" if type_.name else str(type_.domain)


def _simplex_axis(type_: Type, domain: Simplex) -> int:
    return next(at for at, size in enumerate(type_.shape) if size.dim == domain.over) - len(type_.shape)


def allowance(type_: Type, value: Tensor) -> float:
    """By how much rounding may carry numbers of a dtype out of their domain. Sums over a simplex have many terms."""
    if not value.dtype.is_floating_point:
        return 0.0
    size = max(magnitude(type_.domain), 1.0)
    count = value.shape[_simplex_axis(type_, type_.domain)] if isinstance(type_.domain, Simplex) else 1
    return rounding(torch.finfo(value.dtype).eps, count, size)
