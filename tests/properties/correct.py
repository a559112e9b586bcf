"""Implementations of `small.nmt` as they should be, in a few lines each. Those of `wrong.py` differ by one fault."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F


class Find(nn.Module):
    """A 3x3 convolution, ReLU, and a 1x1 convolution a word."""

    def __init__(self, spec, hidden=8):
        super().__init__()
        self.trunk = nn.Conv2d(spec.inputs[0][0], hidden, 3, padding=1)
        self.words = nn.Parameter(torch.randn(spec.instances, hidden) / hidden**0.5)
        self.bias = nn.Parameter(torch.zeros(spec.instances))

    def features(self, image):
        return F.relu(self.trunk(image))

    def forward(self, instances, image):
        maps = torch.einsum("nkhw,nk->nhw", self.features(image), self.words[instances])
        return maps + self.bias[instances].view(-1, 1, 1)


class Grow(nn.Module):
    """A 3x3 convolution of a mask."""

    def __init__(self, spec):
        super().__init__()
        assert spec.inputs[0] == spec.output
        self.around = nn.Conv2d(1, 1, 3, padding=1)

    def forward(self, m):
        return self.around(m.unsqueeze(1)).squeeze(1)


class Weigh(nn.Module):
    """A linear layer on a mask and a number, scaled to 0..1."""

    def __init__(self, spec):
        super().__init__()
        height, width = spec.inputs[0]
        self.inner = nn.Linear(height * width, 12)
        self.limit = nn.Linear(1, 12)
        self.outer = nn.Linear(12, spec.output[0])

    def forward(self, m, limit):
        return self.outer(torch.tanh(self.inner(m.flatten(1)) + self.limit(limit.unsqueeze(1) / 100)))


class Rate(nn.Module):
    """One number to another."""

    def __init__(self, spec):
        super().__init__()
        assert spec.inputs == ((),)
        self.scale = nn.Parameter(torch.tensor(0.02))
        self.shift = nn.Parameter(torch.tensor(-1.0))

    def forward(self, amount):
        return amount * self.scale + self.shift


class Read(nn.Module):
    """The mean of embedded words."""

    def __init__(self, spec):
        super().__init__()
        self.embedding = nn.Embedding(spec.types[0].words.size, 8)
        self.outer = nn.Linear(8, spec.output[0])

    def forward(self, words):
        there = (words >= 0).unsqueeze(2)
        total = (self.embedding(words.clamp(min=0)) * there).sum(1)
        return self.outer(total / there.sum(1).clamp(min=1))


MODULES = {"find": Find, "grow": Grow, "weigh": Weigh, "rate": Rate, "read": Read}
