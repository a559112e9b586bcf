"""Implementations of `small.nmt` with one fault each, and the property that names it."""

from __future__ import annotations

import math

import torch
from correct import Find, Grow, Rate, Read, Weigh
from torch import nn
from torch.nn import functional as F

from nmt.compiler.backends.rows import Rows


class InstanceIgnored(Find):
    def forward(self, instances, image):
        return super().forward(torch.zeros_like(instances), image)


class TwoWordsShareAnInstance(Find):
    def forward(self, instances, image):
        return super().forward(instances.clamp(max=2), image)


class SortedAndNotPutBack(Find):
    """Rows are sorted by word, to share products, and come out sorted."""

    def forward(self, instances, image):
        order = torch.argsort(instances, stable=True)
        return super().forward(instances[order], image[order])


class PutBackByTheWrongPermutation(Find):
    """A permutation undone by itself: right for two rows that are swapped, wrong for three in a circle."""

    def forward(self, instances, image):
        order = torch.argsort(instances, stable=True)
        return super().forward(instances[order], image[order])[order]


class WordsOfTheNextRow(Find):
    def forward(self, instances, image):
        return super().forward(instances.roll(1), image)


class BatchNormInEval(Find):
    def __init__(self, spec):
        super().__init__(spec)
        self.norm = nn.BatchNorm2d(spec.inputs[0][0], track_running_stats=False)

    def features(self, image):
        return super().features(self.norm(image) if len(image) else image)


class SoftmaxOverTheBatch(Find):
    def features(self, image):
        return torch.softmax(super().features(image), 0)


class MeanOfTheBatchTaken(Weigh):
    def forward(self, m, limit):
        return super().forward(m - m.mean(0, keepdim=True), limit)


class PaddingCounts(Read):
    """The mean is over the longest sentence of the batch."""

    def forward(self, words):
        there = (words >= 0).unsqueeze(2)
        return self.outer((self.embedding(words.clamp(min=0)) * there).mean(1))


class HeightAndWidthSwapped(Find):
    def forward(self, instances, image):
        return super().forward(instances, image).transpose(1, 2)


class AxisLost(Grow):
    def forward(self, m):
        return super().forward(m).flatten(1)


class TransposedFlatten(Find):
    """Flattened by columns, and read by rows."""

    def forward(self, instances, image):
        made = super().forward(instances, image)
        return made.transpose(1, 2).flatten(1).view(made.shape)


class TransposedFlattenBefore(Grow):
    def forward(self, m):
        return super().forward(m.transpose(1, 2).reshape(m.shape))


class OrderOfMemory(Grow):
    """Reads what lies in memory, one place after the other."""

    def forward(self, m):
        height, width = m.shape[1:]
        return super().forward(m.as_strided(m.shape, (height * width, width, 1)))


class OneBlockAsked(Grow):
    def forward(self, m):
        return super().forward(m.view(-1).view(m.shape))


class DropoutInEval(Find):
    def features(self, image):
        return F.dropout(super().features(image), 0.2)


class NoiseInEval(Rate):
    def forward(self, amount):
        return super().forward(amount) + 0.01 * torch.randn_like(amount)


class StateKept(Find):
    """A running mean of what it has seen."""

    seen = 0.0

    def features(self, image):
        made = super().features(image)
        self.seen = 0.9 * self.seen + 0.1 * (made.detach().mean() if len(made) else 0.0)
        return made + self.seen


class CachedByShape(Weigh):
    """What was computed for a batch is used for the next of the same size."""

    def forward(self, m, limit):
        if getattr(self, "kept", None) is None or len(self.kept) != len(m):
            self.kept = m.flatten(1).detach().clone()
        return (
            self.outer(torch.tanh(self.inner(m.flatten(1)) + self.limit(limit.unsqueeze(1) / 100))) + self.kept[:, :1]
        )


class CallsCounted(Rate):
    def __init__(self, spec):
        super().__init__(spec)
        self.register_buffer("calls", torch.tensor(0))

    def forward(self, amount):
        self.calls += 1
        return super().forward(amount)


class ParameterDetached(Find):
    def forward(self, instances, image):
        maps = torch.einsum("nkhw,nk->nhw", self.features(image), self.words.detach()[instances])
        return maps + self.bias[instances].view(-1, 1, 1)


class ParameterUnused(Weigh):
    def __init__(self, spec):
        super().__init__(spec)
        self.spare = nn.Linear(3, 3)


class InputDetached(Find):
    def features(self, image):
        return super().features(image.detach())


class OneInputDetached(Weigh):
    def forward(self, m, limit):
        return super().forward(m, limit.detach())


class InputIgnored(Weigh):
    def forward(self, m, limit):
        return super().forward(m, torch.zeros_like(limit))


class NothingDifferentiable(Grow):
    def forward(self, m):
        with torch.no_grad():
            return super().forward(m)


class NaNAtZeros(Weigh):
    """Divides by the mass of the mask."""

    def forward(self, m, limit):
        return super().forward(m / m.sum((1, 2), keepdim=True), limit)


class GradientOfNaNAtZeros(Weigh):
    """The value is fine: 0. The gradient of a square root at 0 is not."""

    def forward(self, m, limit):
        return super().forward(m, limit) + (m**2).sum((1, 2)).sqrt().unsqueeze(1)


class InfinityAtTheUpperEnd(Rate):
    """exp(100) is too large for float32."""

    def forward(self, amount):
        return super().forward(amount) + torch.log(torch.exp(amount) + 1)


class PoleAtTheUpperEnd(Weigh):
    def forward(self, m, limit):
        return super().forward(m, 10 / (100 - limit))


class NaNWithoutWords(Read):
    def forward(self, words):
        there = (words >= 0).unsqueeze(2)
        return self.outer((self.embedding(words.clamp(min=0)) * there).sum(1) / there.sum(1))


class NaNAnywhere(Rate):
    def forward(self, amount):
        return torch.log(super().forward(amount) - 0.5)


class WrongEnforcer(Find):
    enforced = True

    def forward(self, instances, image):
        return torch.tanh(super().forward(instances, image))


class EnforcerForgotten(Weigh):
    enforced = True


class SoftmaxOverTheWrongAxis(Weigh):
    enforced = True

    def forward(self, m, limit):
        return torch.softmax(super().forward(m, limit), 1) ** 2


SHARES = (0.4, 0.3, 0.1, 0.2)  # their sum in float32 is one rounding above 1


class LeftByRounding(Grow):
    """Weights that sum to 1, but not when they are rounded: full masks come out a little above 1."""

    enforced = True

    def forward(self, m):
        grown = torch.maximum(m, torch.sigmoid(self.around(m.unsqueeze(1)).squeeze(1)))
        return sum(share * grown for share in SHARES)


class RoundedToHalf(Weigh):
    """In half precision, as under autocast."""

    enforced = True

    def forward(self, m, limit):
        return torch.softmax(super().forward(m, limit), 1).half().to(m.dtype)


class WrongDtype(Find):
    def forward(self, instances, image):
        return super().forward(instances, image).double()


class ConstantsOfFloat32(Rate):
    """Works in float32 alone."""

    def forward(self, amount):
        return super().forward(amount) @ torch.eye(len(amount))


class SqueezeTakesTheBatch(Grow):
    def forward(self, m):
        return self.around(m.unsqueeze(1)).squeeze()


class OneRowNotNormed(Weigh):
    """The statistics of one row are not to be had, so it is left as it is; for more rows something is added."""

    def forward(self, m, limit):
        made = super().forward(m, limit)
        return made if len(m) == 1 else made + 1


class LoopOverRows(Grow):
    def forward(self, m):
        return torch.stack([self.around(row.view(1, 1, *row.shape))[0, 0] for row in m])


class RunningSum(Rate):
    """Sums over a set of rows in their order: each row gets what came before it."""

    def forward(self, amount):
        return super().forward(amount) + 0.01 * amount.cumsum(0)


class NumberedRows(Find):
    def forward(self, instances, image):
        made = super().forward(instances, image)
        return made + torch.arange(len(made)).to(made).view(-1, 1, 1)


class InputChanged(Find):
    def features(self, image):
        return super().features(image.relu_())


class InstancesChanged(Find):
    def forward(self, instances, image):
        made = super().forward(instances, image)
        instances.add_(1).remainder_(4)
        return made


class RowsMisread(Find):
    """Takes the first rows of the table, whatever the index says."""

    takes_rows = True

    def forward(self, instances, image):
        if isinstance(image, Rows):
            image = image.table[torch.arange(len(image)).clamp(max=len(image.table) - 1)]
        return super().forward(instances, image)


class NotSaved(Weigh):
    """A random projection that is neither a parameter nor a buffer."""

    def __init__(self, spec):
        super().__init__(spec)
        self.fixed = torch.randn(math.prod(spec.inputs[0]))

    def forward(self, m, limit):
        return super().forward(m * self.fixed.to(m).view(m.shape[1:]), limit)


class TwoRowsOfPlacesNeeded(Find):
    """Half a map, and back: nothing is left of a map of one place."""

    def features(self, image):
        small = F.max_pool2d(super().features(image), 2)
        return F.interpolate(small, image.shape[2:])


# fault, module, implementation, the property that must be the first to catch it
FAULTS = [
    ("instance ignored", "find", InstanceIgnored, "instances"),
    ("two words share an instance", "find", TwoWordsShareAnInstance, "instances"),
    ("instances mixed up: sorted and not put back", "find", SortedAndNotPutBack, "mixed"),
    ("instances mixed up: put back by the wrong permutation", "find", PutBackByTheWrongPermutation, "mixed"),
    ("instances mixed up: words of the next row", "find", WordsOfTheNextRow, "mixed"),
    ("batch norm in eval", "find", BatchNormInEval, "batch"),
    ("softmax over the batch", "find", SoftmaxOverTheBatch, "batch"),
    ("mean of the batch taken", "weigh", MeanOfTheBatchTaken, "batch"),
    ("padding counts", "read", PaddingCounts, "batch"),
    ("H and W swapped", "find", HeightAndWidthSwapped, "shape"),
    ("axis lost", "grow", AxisLost, "shape"),
    ("transposed flatten", "find", TransposedFlatten, "places"),
    ("transposed flatten of an input", "grow", TransposedFlattenBefore, "places"),
    ("order of memory", "grow", OrderOfMemory, "strides"),
    ("one block of memory asked for", "grow", OneBlockAsked, "strides"),
    ("dropout active in eval", "find", DropoutInEval, "determinism"),
    ("noise in eval", "rate", NoiseInEval, "determinism"),
    ("state kept between calls", "find", StateKept, "state"),
    ("cached by shape", "weigh", CachedByShape, "state"),
    ("calls counted in a buffer", "rate", CallsCounted, "state"),
    ("parameter detached", "find", ParameterDetached, "parameters"),
    ("parameter unused", "weigh", ParameterUnused, "parameters"),
    ("input detached", "find", InputDetached, "inputs"),
    ("one input detached", "weigh", OneInputDetached, "inputs"),
    ("input ignored", "weigh", InputIgnored, "parameters"),
    ("nothing differentiable", "grow", NothingDifferentiable, "parameters"),
    ("NaN at zeros", "weigh", NaNAtZeros, "edges"),
    ("gradient of NaN at zeros", "weigh", GradientOfNaNAtZeros, "edges"),
    ("infinity at the upper end", "rate", InfinityAtTheUpperEnd, "edges"),
    ("pole at the upper end", "weigh", PoleAtTheUpperEnd, "edges"),
    ("NaN without words", "read", NaNWithoutWords, "edges"),
    ("NaN anywhere", "rate", NaNAnywhere, "finite"),
    ("wrong enforcer", "find", WrongEnforcer, "domain"),
    ("enforcer forgotten", "weigh", EnforcerForgotten, "domain"),
    ("sum that is not 1", "weigh", SoftmaxOverTheWrongAxis, "domain"),
    ("domain left by rounding", "grow", LeftByRounding, "domain"),
    ("domain left by rounding to half", "weigh", RoundedToHalf, "domain"),
    ("wrong dtype returned", "find", WrongDtype, "dtype"),
    ("constants of float32", "rate", ConstantsOfFloat32, "dtype"),
    ("wrong for a batch of one: squeeze", "grow", SqueezeTakesTheBatch, "small"),
    ("wrong for a batch of one: another formula", "weigh", OneRowNotNormed, "small"),
    ("wrong for a batch of none", "grow", LoopOverRows, "small"),
    ("order-dependent sum over a set", "rate", RunningSum, "order"),
    ("rows numbered", "find", NumberedRows, "order"),
    ("input changed in place", "find", InputChanged, "unchanged"),
    ("instances changed in place", "find", InstancesChanged, "unchanged"),
    ("rows of a table misread", "find", RowsMisread, "rows"),
    ("numbers not saved", "weigh", NotSaved, "saved"),
    ("two rows of places needed", "find", TwoRowsOfPlacesNeeded, "sizes"),
]
