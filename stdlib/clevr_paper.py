"""Implementations of `clevr_paper.nmt`, with the sizes of section 5.6 of the paper.

`locate`, `describe` and `compare` are what signatures give by default: a linear kernel, a linear layer a word.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nmt.compiler.backends.primitives import Value
from nmt.compiler.backends.rows import Rows
from nmt.compiler.network import Spec

from .defaults import DynamicMap, Perceptron


class Find(nn.Module):
    """A 1x1 convolution, one weight vector a word: features (C, H, W) -> (H, W)."""

    takes_rows = True

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.words = nn.Conv2d(spec.inputs[0][0], spec.instances, 1)

    def forward(self, instances: Tensor, image: Value) -> Tensor:
        """Instances (N,), images (N, C, H, W) or rows of such -> (N, H, W)."""
        table = image.table if isinstance(image, Rows) else image
        rows = image.index if isinstance(image, Rows) else torch.arange(len(image), device=image.device)
        maps = self.words(table)
        flat: Tensor = maps.flatten(0, 1).index_select(0, rows * maps.shape[1] + instances)
        return flat


def measure(spec: Spec, hidden: int = 100) -> nn.Module:
    """Map of 150 cells -> 100 -> answers."""
    return Perceptron(spec, hidden)


def linear(spec: Spec) -> nn.Module:
    """One linear layer a word."""
    return Perceptron(spec, 0)


MODULES = {"find": Find, "locate": DynamicMap, "describe": linear, "measure": measure, "compare": linear}
