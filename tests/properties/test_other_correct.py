"""No false alarms: modules built the ways that people build them, all of them right."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from correct import Find, Grow, Rate, Read, Weigh
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import parametrizations

from nmt.compiler.backends.rows import Rows
from nmt.loading import load_checked
from nmt.properties import Bench, Search, check, check_module

SMALL = load_checked(str(Path(__file__).with_name("small.nmt")))


class NormedAndDropped(Find):
    """Batch norm with running statistics, and dropout: both still in eval."""

    def __init__(self, spec):
        super().__init__(spec)
        self.spec = spec
        self.norm = nn.BatchNorm2d(8)

    def features(self, image):
        return F.dropout(self.norm(super().features(image)), 0.5, self.training)


class GroupsNormed(Find):
    def __init__(self, spec):
        super().__init__(spec)
        self.norm = nn.GroupNorm(2, 8)

    def features(self, image):
        return self.norm(super().features(image))


class Modulated(Find):
    """The instance scales features; its last layer begins at 0."""

    def __init__(self, spec):
        super().__init__(spec)
        self.scale = nn.Embedding(spec.instances, 8)
        self.outer = nn.Conv2d(8, 1, 1)
        nn.init.zeros_(self.outer.weight)

    def forward(self, instances, image):
        scaled = self.features(image) * self.scale(instances)[:, :, None, None]
        return self.outer(scaled).squeeze(1) + super().forward(instances, image)


class SortedAndPutBack(Find):
    def forward(self, instances, image):
        order = torch.argsort(instances, stable=True)
        return super().forward(instances[order], image[order])[torch.argsort(order)]


class TakesRows(Find):
    takes_rows = True

    def forward(self, instances, image):
        if not isinstance(image, Rows):
            return super().forward(instances, image)
        maps = torch.einsum("nkhw,nk->nhw", self.features(image.table)[image.index], self.words[instances])
        return maps + self.bias[instances].view(-1, 1, 1)


class SpectrallyNormed(Grow):
    def __init__(self, spec):
        super().__init__(spec)
        self.around = parametrizations.spectral_norm(self.around)


class CentreLeftOut(Grow):
    """What stands around a place, but not the place itself."""

    def __init__(self, spec):
        super().__init__(spec)
        centre = torch.ones(3, 3)
        centre[1, 1] = 0
        self.register_buffer("centre", centre)

    def forward(self, m):
        around = F.conv2d(m.unsqueeze(1), self.around.weight * self.centre, self.around.bias, padding=1)
        return around.squeeze(1)


class Shifted(Grow):
    """Every place reads the one to its left."""

    def forward(self, m):
        return super().forward(F.pad(m, (1, 0))[..., :-1])


class AlongRows(Grow):
    """A softmax along each row of the map."""

    def forward(self, m):
        return super().forward(m) + torch.softmax(m, 2)


class EveryPlaceToEvery(Grow):
    def __init__(self, spec):
        super().__init__(spec)
        height, width = spec.output
        self.every = nn.Linear(height * width, height * width)

    def forward(self, m):
        return super().forward(m) + self.every(m.flatten(1)).view(m.shape)


class EnforcedItself(Weigh):
    enforced = True

    def forward(self, m, limit):
        return torch.softmax(super().forward(m, limit), 1)


class MassDividedSafely(Weigh):
    def forward(self, m, limit):
        return super().forward(m / (m.sum((1, 2), keepdim=True) + 1e-6), torch.log1p(limit))


class Frozen(Weigh):
    def __init__(self, spec):
        super().__init__(spec)
        self.limit.requires_grad_(False)


class Recurrent(Read):
    def __init__(self, spec):
        super().__init__(spec)
        self.state = nn.GRU(8, 8, batch_first=True)

    def forward(self, words):
        states, _ = self.state(self.embedding(words.clamp(min=0)))
        last = (words >= 0).sum(1).clamp(min=1) - 1
        return self.outer(states[torch.arange(len(words)), last])


class Attending(Read):
    """Attention over the words that are there."""

    def forward(self, words):
        embedded = self.embedding(words.clamp(min=0))
        score = embedded.sum(2).masked_fill(words < 0, -1e9)
        return self.outer((torch.softmax(score, 1).unsqueeze(2) * embedded).sum(1))


class Steep(Rate):
    """Saturated at most of its inputs."""

    def forward(self, amount):
        return 50 * super().forward(amount)


CORRECT = [
    ("find", NormedAndDropped),
    ("find", GroupsNormed),
    ("find", Modulated),
    ("find", SortedAndPutBack),
    ("find", TakesRows),
    ("grow", SpectrallyNormed),
    ("grow", CentreLeftOut),
    ("grow", Shifted),
    ("grow", AlongRows),
    ("grow", EveryPlaceToEvery),
    ("weigh", EnforcedItself),
    ("weigh", MassDividedSafely),
    ("weigh", Frozen),
    ("read", Recurrent),
    ("read", Attending),
    ("rate", Steep),
]
every_module = pytest.mark.parametrize(("module", "factory"), CORRECT, ids=[row[1].__name__ for row in CORRECT])


@every_module
def test_correct_modules_hold(module, factory):
    check_module(SMALL, module, impl={module: factory}, examples=4)


@pytest.mark.slow
@every_module
def test_correct_modules_hold_by_many_examples(module, factory):
    for seed in (1, 2):
        outcomes = check(Bench(SMALL, {module: factory}, seed=seed), Search(40, seed), modules=[module])
        assert not [one for one in outcomes if one.status == "failed"]
