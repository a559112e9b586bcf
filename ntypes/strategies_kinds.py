"""Kinds of values by name: `zeros`, `all high`, `one high`, `random 7`. Each kind fills one sample of a type.

A test draws the name of a kind and a seed, not a number for each place of a map: it is quick for large maps, shrinks to
the first kind of the list, and reads well when it is printed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TypeAlias

import torch
from torch import Tensor

from .dims import Dim, Size
from .domains import Interval, Simplex, Values, hull
from .types import Type

Shape: TypeAlias = tuple[int, ...]
Filling: TypeAlias = Callable[[Shape, torch.Generator], Tensor]

HUGE = 1e4  # how far numbers without an end are taken
TINY = 1e-30  # above the least number of float32, below all that matters
LONGEST = 6  # words of a sentence
NO_WORDS = "no words"


def seeded(seed: int) -> torch.Generator:
    """A generator of its own, so that nothing else is disturbed."""
    return torch.Generator().manual_seed(seed)


def full(value: float) -> Filling:
    """The same number everywhere."""
    return lambda shape, _: torch.full(shape, value, dtype=torch.float64)


def one(base: float, other: float) -> Filling:
    """`base` everywhere but in one place, which the seed chooses."""

    def fill(shape: Shape, generator: torch.Generator) -> Tensor:
        made = torch.full(shape, base, dtype=torch.float64)
        flat = made.view(-1)
        if len(flat):
            flat[int(torch.randint(len(flat), (1,), generator=generator))] = other
        return made

    return fill


def checkerboard(black: float, white: float) -> Filling:
    """Two numbers in turn along every axis."""

    def fill(shape: Shape, _: torch.Generator) -> Tensor:
        parity = torch.zeros(shape, dtype=torch.int64)
        for axis, size in enumerate(shape):
            parity += torch.arange(size).view(-1, *(1 for _ in shape[axis + 1 :]))
        return torch.tensor([black, white], dtype=torch.float64)[parity % 2]  # `where` would round to float32

    return fill


def random(low: float, high: float) -> Filling:
    """Uniform between two ends."""

    def fill(shape: Shape, generator: torch.Generator) -> Tensor:
        return low + (high - low) * torch.rand(shape, generator=generator, dtype=torch.float64)

    return fill


def normal(scale: float, low: float, high: float) -> Filling:
    """A normal distribution, folded into a domain that ends on one side or on none."""

    def fill(shape: Shape, generator: torch.Generator) -> Tensor:
        drawn = scale * torch.randn(shape, generator=generator, dtype=torch.float64)
        if low > -torch.inf:
            return low + drawn.abs()
        return high - drawn.abs() if high < torch.inf else drawn

    return fill


def _interval(domain: Interval) -> dict[str, Filling]:
    low, high = domain.low, domain.high
    bounded = low > -torch.inf and high < torch.inf
    least = low if low > -torch.inf else min(-1.0, high - 1)
    most = high if high < torch.inf else max(1.0, low + 1)
    zero = low <= 0 <= high
    rest = 0.0 if zero else least
    made: dict[str, Filling] = {"zeros": full(0.0)} if zero else {}
    if least:
        made["all low" if low > -torch.inf else f"all {least:g}"] = full(least)
    if most:
        made["all high" if high < torch.inf else f"all {most:g}"] = full(most)
    made["one high"] = one(rest if rest != most else least, most)
    if zero and least:
        made["one low"] = one(0.0, least)
    made["checkerboard"] = checkerboard(least, most)
    if zero:
        made["tiny"] = full(TINY if high > 0 else -TINY)
    made["random"] = random(low, high) if bounded else normal(1.0, low, high)
    if not bounded:
        made["huge"] = normal(HUGE / 4, low, high)
    if high == torch.inf:
        made["all huge"] = full(HUGE)
    if low == -torch.inf:
        made["all huge below 0"] = full(-HUGE)
    return made


def _values(domain: Values) -> dict[str, Filling]:
    values = sorted(domain.values, key=lambda value: (value != 0, value))
    made = {("zeros" if value == 0 else f"all {value:g}"): full(value) for value in values[:8]}
    if len(values) > 1:
        made["one other"] = one(values[0], values[-1])
        made["checkerboard"] = checkerboard(values[0], values[-1])

    def fill(shape: Shape, generator: torch.Generator) -> Tensor:
        return torch.tensor(values, dtype=torch.float64)[torch.randint(len(values), shape, generator=generator)]

    return {**made, "random": fill}


def _simplex(axis: int) -> dict[str, Filling]:
    def uniform(shape: Shape, _: torch.Generator) -> Tensor:
        return torch.full(shape, 1 / shape[axis], dtype=torch.float64)

    def peaked(sharpness: float) -> Filling:
        def fill(shape: Shape, generator: torch.Generator) -> Tensor:
            return torch.softmax(sharpness * torch.randn(shape, generator=generator, dtype=torch.float64), axis)

        return fill

    def hot(shape: Shape, generator: torch.Generator) -> Tensor:
        score = torch.rand(shape, generator=generator, dtype=torch.float64)
        return torch.zeros_like(score).scatter_(axis, score.argmax(axis, keepdim=True), 1.0)

    def two(shape: Shape, generator: torch.Generator) -> Tensor:
        return (hot(shape, generator) + hot(shape, generator)) / 2

    def nearly(shape: Shape, generator: torch.Generator) -> Tensor:
        return (1 - 1e-6) * hot(shape, generator) + 1e-6 * uniform(shape, generator)

    return {
        "uniform": uniform,
        "one-hot": hot,
        "two equal": two,
        "nearly one-hot": nearly,
        "random": peaked(1.0),
        "random peaked": peaked(10.0),
    }


def _words(size: int, *, sentence: bool) -> dict[str, Filling]:
    """Words that are `shape` many, or with `sentence` as many as the seed says: at least one, but for `no words`."""

    def some(shape: Shape, generator: torch.Generator) -> Tensor:
        if sentence:
            shape = (int(torch.randint(1, LONGEST + 1, (1,), generator=generator)),)
        return torch.randint(size, shape, generator=generator)

    def fixed(word: int) -> Filling:
        return lambda shape, _: torch.full((1,) if sentence else shape, word)

    made: dict[str, Filling] = {"first word": fixed(0), "last word": fixed(size - 1), "random": some}
    if sentence:
        made["longest"] = lambda _, generator: torch.randint(size, (LONGEST,), generator=generator)
        made[NO_WORDS] = lambda *_: torch.empty(0, dtype=torch.int64)
    return made


def simplex_axis(type_: Type) -> int:
    """Where the dim of a simplex stands in one sample's shape."""
    assert isinstance(type_.domain, Simplex)
    return [size.dim for size in type_.shape].index(type_.domain.over)


def is_sentence(type_: Type) -> bool:
    """Whether samples are words whose number varies."""
    return type_.words is not None and any(size.dim is not None and size.dim.varies for size in type_.shape)


def word_count(type_: Type, sizes: Mapping[Dim, int]) -> int:
    """How many words the vocabulary of a type has; raises KeyError with a vocabulary without a size."""
    assert type_.words is not None
    return Size.of(type_.words).evaluate(sizes)


def fillings(type_: Type, sizes: Mapping[Dim, int]) -> dict[str, Filling]:
    """The kinds of values that a type has, the plainest first; raises KeyError with a vocabulary without a size."""
    if type_.words is not None:
        return _words(word_count(type_, sizes), sentence=is_sentence(type_))
    match type_.domain:
        case Interval():
            return _interval(type_.domain)
        case Values():
            return _values(type_.domain)
    return _simplex(simplex_axis(type_))


Change: TypeAlias = Callable[[Tensor, int], Tensor]


def outside(type_: Type, sizes: Mapping[Dim, int]) -> dict[str, Change]:
    """Ways to leave a type: each takes a valid sample and the number of a place, and gives an invalid one."""
    if type_.words is not None:
        # -1 is what stands behind the last word of a sentence.
        return {"past the last word": _put(word_count(type_, sizes)), "below the first word": _put(-2)}
    never = {"NaN": torch.nan, "infinity": torch.inf, "minus infinity": -torch.inf}
    ways = {name: _put(value) for name, value in never.items()}
    if isinstance(type_.domain, Simplex):
        return {**_off_simplex(simplex_axis(type_)), **ways}
    ends = hull(type_.domain)
    near = {"above": ends.high + _step(ends.high), "below": ends.low - _step(ends.low)}
    if isinstance(type_.domain, Values) and len(type_.domain.values) > 1:
        first, second, *_ = sorted(type_.domain.values)
        near["between"] = (first + second) / 2
    return {**{name: _put(value) for name, value in near.items() if math.isfinite(value)}, **ways}


def _put(value: float) -> Change:
    def change(sample: Tensor, at: int) -> Tensor:
        made = sample.clone()
        made.view(-1)[at % made.numel()] = value
        return made

    return change


def _off_simplex(axis: int) -> dict[str, Change]:
    def below(sample: Tensor, _: int) -> Tensor:
        # The sum stays 1: what one place lacks, the others have.
        first = sample.narrow(axis, 0, 1)
        moved = torch.full_like(first, -0.01)
        rest = sample.narrow(axis, 1, sample.shape[axis] - 1)
        spread = rest + (first - moved) / max(1, rest.shape[axis])
        return torch.cat([moved, spread], axis)

    return {
        "sums above 1": lambda sample, _: sample * 1.01,
        "sums below 1": lambda sample, _: sample * 0.99,
        "below 0": below,
    }


def _step(end: float) -> float:
    """Just outside, but further than rounding can lead."""
    return 1e-3 * max(1.0, abs(end)) if math.isfinite(end) else 0.0
