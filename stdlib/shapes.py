"""Implementations of `shapes.nmt`."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nmt.compiler.backends.primitives import Value
from nmt.compiler.backends.rows import Rows
from nmt.compiler.network import Spec


class Find(nn.Module):
    """What a cell shows, by that cell alone: features (C, H, W) -> (H, W). Two 1x1 convolutions with ReLU between.

    The hidden layer is shared by all words, and computed once an image. Masks begin nearly empty (`bias`).
    """

    takes_rows = True

    def __init__(self, spec: Spec, hidden: int = 64, bias: float = -2.0) -> None:
        super().__init__()
        self.inner = nn.Conv2d(spec.inputs[0][0], hidden, 1)
        self.outer = nn.Conv2d(hidden, spec.instances, 1)
        assert self.outer.bias is not None
        nn.init.constant_(self.outer.bias, bias)

    def forward(self, instances: Tensor, image: Value) -> Tensor:
        """Instances (N,), images (N, C, H, W) or rows of such -> (N, H, W)."""
        table = image.table if isinstance(image, Rows) else image
        rows = image.index if isinstance(image, Rows) else torch.arange(len(image), device=image.device)
        maps = self.outer(F.relu(self.inner(table)))
        found: Tensor = maps.flatten(0, 1).index_select(0, rows * maps.shape[1] + instances)
        return found


PACE = 10.0  # of offsets: an optimizer that moves all parameters at one pace would have masks learn long before them


class Move(nn.Module):
    """A mask moved by a few cells, (H, W) -> (H, W): each word is a distribution over offsets of up to `reach` cells.

    What is moved out of the picture is lost, so the result lies in 0..1 and never has more mass than the mask.
    """

    enforced = True

    def __init__(self, spec: Spec, reach: int = 1) -> None:
        super().__init__()
        self.reach = reach
        self.offsets = nn.Parameter(torch.zeros(spec.instances, (2 * reach + 1) ** 2))

    def forward(self, instances: Tensor, x: Tensor) -> Tensor:
        """Instances (N,), masks (N, H, W) -> (N, H, W)."""
        side = 2 * self.reach + 1
        # Each cell with its neighbourhood, (N, offsets, H * W), weighed by the chance of each offset.
        around = F.unfold(x.unsqueeze(1), side, padding=self.reach)
        chance = torch.softmax(PACE * self.offsets, dim=1).index_select(0, instances)
        moved = torch.bmm(chance.unsqueeze(1), around).view_as(x)
        return moved.clamp(max=1)  # chances sum to 1 but for rounding


MODULES = {"find": Find, "move": Move}
