"""Implementations of `clevr.nmt`."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nmt.compiler.backends.primitives import Value
from nmt.compiler.backends.rows import Rows
from nmt.compiler.network import Spec

from .defaults import MapFromFeatures


class Find(MapFromFeatures):
    """A 3x3 convolution, ReLU, and a 1x1 convolution a word, whose masks begin nearly empty.

    Masks of one half everywhere say nothing of where things are, and training sits at chance until they have shrunk.
    """

    def __init__(self, spec: Spec, hidden: int = 128, dropout: float = 0.2, bias: float = -2.0) -> None:
        super().__init__(spec, hidden, dropout, bias)


class Locate(nn.Module):
    """Which cells lie left of a place, and so on: a small network on the offset of each cell from the place.

    Cells (P, H, W) in 0..1, place (P,) in 0..1 -> (H, W). The hidden layer is shared by all words, and begins as
    half-planes through the place, in all directions.
    """

    takes_rows = True

    def __init__(self, spec: Spec, hidden: int = 64) -> None:
        super().__init__()
        dims = spec.inputs[1][0]
        self.cell = nn.Linear(dims, hidden)
        self.at = nn.Linear(dims, hidden, bias=False)
        self.word = nn.Parameter(torch.randn(spec.instances, hidden) / math.sqrt(hidden))
        self.bias = nn.Parameter(torch.zeros(spec.instances))
        with torch.no_grad():
            self.cell.weight.normal_(std=4.0)  # cells lie in 0..1: without this all offsets look alike
            self.cell.bias.normal_(std=0.5)
            self.at.weight.copy_(-self.cell.weight)

    def forward(self, instances: Tensor, cells: Value, at: Tensor) -> Tensor:
        """Instances (N,), cells (N, P, H, W) or rows of such, places (N, P) -> (N, H, W)."""
        if isinstance(cells, Rows):
            cells = cells.table if len(cells.table) == 1 else cells.gather()
        height, width = cells.shape[-2:]
        # A table of one row is broadcast: the part of the cells is computed once for all calls.
        hidden = F.relu(self.cell(cells.flatten(2).transpose(1, 2)) + self.at(at).unsqueeze(1))
        out = (hidden @ self.word.index_select(0, instances).unsqueeze(2)).squeeze(2)
        return (out + self.bias.index_select(0, instances).unsqueeze(1)).view(-1, height, width)


class Tally(nn.Module):
    """How many things a mask covers, from its mass and the mass of its squares: (N,), (N,) -> (N, numbers).

    A number of things is estimated, and each whole number scored by its distance from it, as a normal distribution
    would: neighbours of the right number are better than numbers far away, which a plain classifier has to learn.
    """

    def __init__(self, spec: Spec, hidden: int = 32) -> None:
        super().__init__()
        self.inner = nn.Linear(2, hidden)
        self.outer = nn.Linear(hidden, 1)
        self.scale = nn.Parameter(torch.tensor(-1.0))  # log of things per cell
        self.precision = nn.Parameter(torch.tensor(0.0))  # log
        self.bias = nn.Parameter(torch.zeros(spec.output[0]))
        self.register_buffer("numbers", torch.arange(spec.output[0], dtype=torch.get_default_dtype()), persistent=False)
        nn.init.zeros_(self.outer.weight)
        nn.init.zeros_(self.outer.bias)

    def forward(self, amount: Tensor, squares: Tensor) -> Tensor:
        """Masses of a mask and of its squares, in cells: (N,), (N,) -> (N, numbers)."""
        numbers = self.get_buffer("numbers")
        logs = torch.stack([torch.log1p(amount), torch.log1p(squares)], dim=1)
        estimate = squares * self.scale.exp() + self.outer(F.relu(self.inner(logs))).squeeze(1)
        scores: Tensor = -0.5 * (estimate.unsqueeze(1) - numbers) ** 2 * self.precision.exp() + self.bias
        return scores


MODULES = {"find": Find, "locate": Locate, "tally": Tally}
