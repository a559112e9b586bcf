"""Implementations of `gqa.nmt`; signatures that are not here get what their types choose."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nmt.compiler.backends.primitives import Value
from nmt.compiler.backends.rows import Rows
from nmt.compiler.network import Spec
from nmt.ntypes.domains import Simplex

from .defaults import MapFromFeatures

ALIKE = 5.0  # how far the score of an answer that is spelled as the word itself begins above all others


class Has(nn.Module):
    """Whether an attribute is seen in a cell, or where a cell lies: features (C, H, W), cells (P, H, W) -> (H, W)."""

    takes_rows = True

    def __init__(self, spec: Spec, hidden: int = 96, dropout: float = 0.0, bias: float = 0.0) -> None:
        super().__init__()
        self.seen = MapFromFeatures(spec, hidden, dropout, bias)
        self.lies = nn.Sequential(
            nn.Conv2d(spec.inputs[1][0], hidden, 1), nn.ReLU(), nn.Conv2d(hidden, spec.instances, 1)
        )

    def forward(self, instances: Tensor, image: Value, cells: Value) -> Tensor:
        """Instances (N,), images (N, C, H, W) and cells (N, P, H, W), or rows of such -> (N, H, W)."""
        table = cells.table if isinstance(cells, Rows) else cells
        rows = cells.index if isinstance(cells, Rows) else torch.arange(len(table), device=table.device)
        maps = self.lies(table)
        found: Tensor = self.seen(instances, image) + maps.flatten(0, 1).index_select(
            0, rows * maps.shape[1] + instances
        )
        return found


class Spell(nn.Module):
    """Which answer says a word: (N,) -> scores of answers. It begins at the answer that is spelled alike."""

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        assert isinstance(spec.result.domain, Simplex)
        answers = spec.result.domain.over
        self.scores = nn.Parameter(torch.zeros(spec.instances, spec.output[0]))
        with torch.no_grad():
            for number, word in enumerate(spec.words):
                if word in answers.places:
                    self.scores[number, answers.places[word]] = ALIKE

    def forward(self, instances: Tensor) -> Tensor:
        """Instances (N,) -> (N, answers)."""
        return self.scores.index_select(0, instances)


MODULES = {"has": Has} | {f"spell_{what}": Spell for what in ("name", "attribute", "relation", "kind")}
