"""Whether results agree, and whether they lie in their type, but for rounding. Both answer in words."""

from __future__ import annotations

import torch
from torch import Tensor

from nmt.ntypes import Interval, Simplex, Type, Values
from nmt.ntypes.strategies_kinds import simplex_axis
from nmt.ntypes.tolerance import rounding

# Of float64 much is left over for modules that are badly conditioned; float32 is used where float64 cannot be.
CLOSE = {torch.float64: 1e-9, torch.float32: 1e-4}


def disagreement(left: Tensor, right: Tensor) -> str | None:
    """Say in which row two results of shape (N, ...) differ most, or None where they agree.

    Each row is measured by its own size: rows of huge numbers do not excuse small ones. NaN agrees with NaN.
    """
    if left.shape != right.shape:
        return f"the shapes are {list(left.shape)} and {list(right.shape)}"
    if not left.numel():
        return None
    a, b = (value.detach().double().reshape(len(value), -1) for value in (left, right))
    allowed = CLOSE.get(left.dtype, 1e-2) * (1 + torch.maximum(_size(a), _size(b)))
    same = (a == b) | (a.isnan() & b.isnan())
    gap = torch.where(same, 0.0, (a - b).abs()).nan_to_num(torch.inf, torch.inf)
    over = gap / allowed
    if float(over.max()) <= 1:
        return None
    row, at = divmod(int(over.argmax()), a.shape[1])
    one, other = float(a[row, at]), float(b[row, at])
    digits = next(count for count in (6, 9, 12, 17) if f"{one:.{count}g}" != f"{other:.{count}g}")
    return f"row {row} is {one:.{digits}g} the one way, {other:.{digits}g} the other{_place(left, at)}"


def _size(rows: Tensor) -> Tensor:
    """The greatest finite number of each row, (N, 1)."""
    return torch.where(rows.isfinite(), rows, 0.0).abs().amax(1, keepdim=True)


def _place(value: Tensor, at: int) -> str:
    """Where in its row a number stands; nothing for scalars."""
    if value.dim() < 2:
        return ""
    index = torch.unravel_index(torch.tensor(at), value.shape[1:])
    return f", at {[int(axis) for axis in index]}"


def why_outside(value: Tensor, type_: Type) -> str | None:
    """Say why a result (N, ...) is not in its type, or None where it is. What is not finite is let pass.

    The ends of an interval are exact, in the dtype of the value: no enforcer passes them, and `log(1 - p)` behind is
    NaN where p is one rounding above 1. Sums of a simplex may be off by the rounding of their terms.
    """
    known = value[value.isfinite()]
    if not known.numel():
        return None
    low, high = float(known.min()), float(known.max())
    match type_.domain:
        case Interval(least, most):
            if bool((known < least).any()):
                return f"{_exact(low)} is below {least:g}"
            return f"{_exact(high)} is above {most:g}" if bool((known > most).any()) else None
        case Values(values):
            allowed = torch.tensor(values, dtype=torch.float64, device=value.device)
            nearest = (known.double().unsqueeze(-1) - allowed).abs().amin(-1)
            slack = 4 * torch.finfo(value.dtype).eps * max(1.0, *map(abs, values))
            off = nearest > slack
            return f"{_exact(float(known[off][0]))} is none of {type_.domain}" if bool(off.any()) else None
    return _off_simplex(value, type_, low)


def _off_simplex(value: Tensor, type_: Type, low: float) -> str | None:
    assert isinstance(type_.domain, Simplex)
    if low < 0:
        return f"{_exact(low)} is below 0"
    axis = simplex_axis(type_) + 1
    sums = value.double().sum(axis)
    slack = rounding(torch.finfo(value.dtype).eps, value.shape[axis])
    off = (sums - 1).abs()
    worst = off[off.isfinite()]
    if worst.numel() and float(worst.max()) > slack:
        return f"the sum over {type_.domain.over} is {_exact(float(sums[off == worst.max()][0]))}, not 1"
    return None


def _exact(value: float) -> str:
    """Enough digits to see how far a number is out."""
    return f"{value:.9g}"
