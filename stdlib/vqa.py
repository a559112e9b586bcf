"""Implementations of `vqa.nmt`, with the sizes of the paper; `--set find.dropout=0.3` and the like change them.

Find is one weight vector a word, Describe one linear layer a root, Measure a perceptron a root, Encode an LSTM.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nmt.compiler.backends.primitives import Value
from nmt.compiler.backends.rows import Rows
from nmt.compiler.network import Spec

from .defaults import Encoder, InstanceLinear

START = 0.01  # of all weights of the ReLU form: its maps begin above 0, where ReLU has a gradient


class Find(nn.Module):
    """A 1x1 convolution, one weight vector a word: features (C, H, W) -> (H, W). Only the words that are called run.

    `dropout` leaves out channels of the features, for each call its own. There is no `bias` unless it is set to 1.
    """

    takes_rows = True

    def __init__(self, spec: Spec, dropout: float = 0.0, bias: int = 0) -> None:
        super().__init__()
        channels = spec.inputs[0][0]
        self.dropout = nn.Dropout(dropout)
        self.weight = nn.Parameter(torch.empty(spec.instances, channels))
        self.bias = nn.Parameter(torch.zeros(spec.instances)) if bias else None
        bound = 1 / math.sqrt(channels)  # as torch.nn.Conv2d
        nn.init.uniform_(self.weight, -bound, bound)
        if spec.result.enforcer == "relu":
            nn.init.constant_(self.weight, START)

    def forward(self, instances: Tensor, image: Value) -> Tensor:
        """Instances (N,), images (N, C, H, W) or rows of such -> (N, H, W)."""
        # A channel that is left out and a weight that is left out come to the same; weights are smaller.
        weights = self.dropout(self.weight.index_select(0, instances))
        if isinstance(image, Rows):
            height, width = image.table.shape[-2:]
            turned = Rows(image.table.flatten(2).transpose(1, 2), image.index, image.host)
            maps = turned.weighted(weights)
        else:
            height, width = image.shape[-2:]
            maps = torch.bmm(weights.unsqueeze(1), image.flatten(2)).squeeze(1)
        if self.bias is not None:
            maps = maps + self.bias.index_select(0, instances).unsqueeze(1)
        return maps.view(-1, height, width)


class Describe(nn.Module):
    """A linear layer a root: descriptor (C,) -> scores of answers. `dropout` leaves out channels."""

    def __init__(self, spec: Spec, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.outer = InstanceLinear(spec.instances, spec.inputs[0][0], spec.output[0])

    def forward(self, instances: Tensor, at: Tensor) -> Tensor:
        """Instances (N,), descriptors (N, C) -> (N, answers)."""
        made: Tensor = self.outer(instances, self.dropout(at))
        return made


class Measure(nn.Module):
    """A perceptron a root: map (H, W) -> `hidden`, ReLU -> scores of answers. `dropout` leaves out hidden units."""

    def __init__(self, spec: Spec, hidden: int = 500, dropout: float = 0.0) -> None:
        super().__init__()
        self.inner = InstanceLinear(spec.instances, math.prod(spec.inputs[0]), hidden)
        self.dropout = nn.Dropout(dropout)
        self.outer = InstanceLinear(spec.instances, hidden, spec.output[0])

    def forward(self, instances: Tensor, x: Tensor) -> Tensor:
        """Instances (N,), maps (N, H, W) -> (N, answers)."""
        hidden = self.dropout(F.relu(self.inner(instances, x.flatten(1))))
        made: Tensor = self.outer(instances, hidden)
        return made


def encode(spec: Spec, embedding: int = 1000, hidden: int = 1024, dropout: float = 0.0) -> nn.Module:
    """An embedding, an LSTM read after the last word, a linear layer; `dropout` leaves out parts of what was read."""
    return Encoder(spec, embedding, hidden, dropout)


MODULES = {"find": Find, "describe": Describe, "measure": Measure, "encode": encode}
