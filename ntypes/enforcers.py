"""Enforcers: functions that put any real tensor into a domain."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .domains import Domain, Interval


def enforce(name: str, domain: Domain, raw: Tensor, axis: int = -1) -> Tensor:
    """Apply an enforcer, shape kept. `axis` is where a softmax runs; `log_softmax` is its logarithm.

    `step` is straight-through: 0 or 1 forward, the gradient of the sigmoid backward.
    """
    match name:
        case "sigmoid":
            return torch.sigmoid(raw)
        case "tanh":
            return torch.tanh(raw)
        case "relu":
            return F.relu(raw)
        case "softplus":
            return F.softplus(raw)
        case "softmax":
            return torch.softmax(raw, axis)
        case "log_softmax":
            return torch.log_softmax(raw, axis)
        case "clip":
            assert isinstance(domain, Interval)
            return raw.clamp(domain.low, domain.high)
        case "step":
            soft = torch.sigmoid(raw)
            return (raw > 0).to(raw.dtype) + (soft - soft.detach())  # exactly 0 or 1: what is added is 0
    raise ValueError(f"no enforcer is called {name}")
