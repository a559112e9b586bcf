"""Hypothesis strategies for neural data types: values inside a type, just outside it, and the arguments of a call.

    @given(from_type(mask, {"H": 3, "W": 5}, batch=2))
    def test_not(m):                                    # a tensor (2, 3, 5) in 0..1
        assert inside(1 - m)

Sizes bind the dims that have none, by name or by `Dim`; what is missing is told at the call, not when values are drawn.
Values are drawn by kind (see `strategies_kinds`), so that what fails shrinks to `zeros`. `recipes` gives the recipes
themselves, which say in words what they make.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import torch
from attrs import evolve, field, frozen
from hypothesis import strategies as st
from torch import Tensor

from .dims import Dim
from .signatures import Signature
from .strategies_kinds import HUGE, LONGEST, NO_WORDS, fillings, is_sentence, outside, seeded
from .strategies_sizes import Sizes, bound, shape_of
from .types import Type

__all__ = ["HUGE", "LONGEST", "Arguments", "Recipe", "Row", "from_signature", "from_type", "invalid_for", "recipes"]

SEEDS = 1_000
BATCHES = (1, 2, 3, 4, 64)
EXTREME = ("huge", "all huge", "all huge below 0", NO_WORDS)
SEEDLESS = ("zeros", "all ", "checkerboard", "tiny", "uniform", "first word", "last word", NO_WORDS)


@frozen
class Row:
    """How one sample is made; `wrong` says in which way it then leaves the type."""

    kind: str
    seed: int = 0
    wrong: str = ""

    def __str__(self) -> str:
        kind = self.kind if self.kind.startswith(SEEDLESS) else f"{self.kind} (seed {self.seed})"
        return f"{kind}, {self.wrong} at place {self.seed}" if self.wrong else kind


@frozen
class Recipe:
    """How a batch of values of a type is made, one row a sample."""

    type: Type
    sizes: Mapping[Dim, int] = field(repr=False)
    rows: tuple[Row, ...]

    def __str__(self) -> str:
        return "; ".join(map(str, self.rows[:6])) + ("; ..." if len(self.rows) > 6 else "")

    def tensor(self, dtype: torch.dtype = torch.float32) -> Tensor:
        """The values: (N, ...) real numbers of `dtype`, or words as int64, sentences padded with -1."""
        made = [self._sample(row) for row in self.rows]
        if self.type.words is None:
            shape = (len(made), *shape_of(self.type, self.sizes))
            # Rounded to the dtype, the ends of a domain are its ends: contracts compare in that dtype too.
            return torch.stack(made).to(dtype) if made else torch.empty(shape, dtype=dtype)
        if not is_sentence(self.type):
            return torch.stack(made) if made else torch.empty((0, *shape_of(self.type, self.sizes)), dtype=torch.int64)
        longest = max([1, *map(len, made)])
        padded = torch.full((len(made), longest), -1)
        for at, words in enumerate(made):
            padded[at, : len(words)] = words
        return padded

    def _sample(self, row: Row) -> Tensor:
        shape = shape_of(self.type, self.sizes)
        made = fillings(self.type, self.sizes)[row.kind](shape, seeded(row.seed))
        return outside(self.type, self.sizes)[row.wrong](made, row.seed) if row.wrong else made

    def picked(self, places: Iterable[int]) -> Recipe:
        """Some of the rows, in the order given."""
        return Recipe(self.type, self.sizes, tuple(self.rows[at] for at in places))


@frozen
class Arguments:
    """The arguments of one batched call: the number of the word that each row calls, None without a family of words."""

    signature: Signature
    words: tuple[int, ...] | None
    inputs: tuple[Recipe, ...]
    count: int

    def __len__(self) -> int:
        return self.count

    @property
    def instances(self) -> Tensor | None:
        """The instances, (N,)."""
        return None if self.words is None else torch.tensor(self.words, dtype=torch.int64)

    def tensors(self, dtype: torch.dtype = torch.float32) -> tuple[Tensor, ...]:
        """The inputs, each (N, ...)."""
        return tuple(recipe.tensor(dtype) for recipe in self.inputs)

    def picked(self, places: Sequence[int]) -> Arguments:
        """Some of the rows, in the order given."""
        words = None if self.words is None else tuple(self.words[at] for at in places)
        return Arguments(self.signature, words, tuple(one.picked(places) for one in self.inputs), len(places))

    def calling(self, words: Sequence[int]) -> Arguments:
        """The same inputs for other instances."""
        return Arguments(self.signature, None if self.words is None else tuple(words), self.inputs, self.count)

    def joined(self, other: Arguments) -> Arguments:
        """The rows of another call behind these."""
        words = None if self.words is None else self.words + (other.words or ())
        pairs = zip(self.inputs, other.inputs, strict=True)
        inputs = tuple(Recipe(mine.type, mine.sizes, mine.rows + theirs.rows) for mine, theirs in pairs)
        return Arguments(self.signature, words, inputs, self.count + other.count)

    def __str__(self) -> str:
        lines = [f"{self.count} {'row' if self.count == 1 else 'rows'}"]
        vocab = self.signature.words
        if self.words is not None and vocab is not None:
            named = [vocab.words[at] if vocab.words else f"word {at}" for at in self.words[:6]]
            lines.append(f"instances: {', '.join(named)}{', ...' if len(self.words) > 6 else ''}")
        params = zip(self.signature.params, self.inputs, strict=True)
        lines.extend(f"{param.name}: {recipe}" for param, recipe in params)
        return "\n".join(lines)


def kinds(type_: Type, sizes: Mapping[Dim, int], *, extreme: bool = True) -> list[str]:
    """The kinds of values that a type has, the plainest first; without the `extreme`: what is huge, what is empty."""
    return [kind for kind in fillings(type_, sizes) if extreme or kind not in EXTREME]


def batches(batch: int | None) -> st.SearchStrategy[int]:
    """So many samples; one, few or many where None is given."""
    return st.sampled_from(BATCHES) if batch is None else st.just(batch)


def recipes(type_: Type, sizes: Sizes, *, batch: int | None = None, extreme: bool = True) -> st.SearchStrategy[Recipe]:
    """Recipes for values of a type. A few rows are drawn; a larger batch repeats their kinds with other seeds.

    Raises LookupError with a dim or vocabulary without a size.
    """
    known = bound([type_], sizes)
    return batches(batch).flatmap(lambda count: _recipes(type_, known, count, extreme=extreme))


@st.composite
def _recipes(draw: st.DrawFn, type_: Type, sizes: Mapping[Dim, int], count: int, *, extreme: bool) -> Recipe:
    known = kinds(type_, sizes, extreme=extreme)
    few = min(count, 4)
    rows = draw(st.lists(st.tuples(st.sampled_from(known), st.integers(0, SEEDS)), min_size=few, max_size=few))
    made = (Row(rows[at % few][0], rows[at % few][1] + at // few * SEEDS) for at in range(count))
    return Recipe(type_, sizes, tuple(made))


def from_type(
    type_: Type, sizes: Sizes, *, batch: int | None = None, dtype: torch.dtype = torch.float32
) -> st.SearchStrategy[Tensor]:
    """Values of a type, (N, ...): its ends, zeros, one-hot, uniform, checkerboards, random ones.

    `sizes` binds dims that have none, also parameters (`V` of `dist[V]`); `batch` is N, drawn where it is left out.
    Numbers without an end are moderate, now and then up to HUGE; words are int64, and sentences, whose number of words
    varies, are padded with -1. Raises LookupError with a dim or vocabulary without a size.
    """
    return recipes(type_, sizes, batch=batch).map(lambda recipe: recipe.tensor(dtype))


def invalid_for(
    type_: Type, sizes: Sizes, *, batch: int | None = None, dtype: torch.dtype = torch.float32
) -> st.SearchStrategy[Tensor]:
    """Values that leave a type in one sample: just above or below it, sums off 1, unknown words, NaN, infinity.

    Raises LookupError with a dim or vocabulary without a size.
    """
    valid = recipes(type_, sizes, batch=batch, extreme=False)
    ways = list(outside(type_, bound([type_], sizes)))

    @st.composite
    def spoiled(draw: st.DrawFn) -> Tensor:
        recipe = draw(valid)
        at = draw(st.integers(0, len(recipe.rows) - 1))
        row = Row("random", wrong=draw(st.sampled_from(ways)), seed=draw(st.integers(0, SEEDS)))
        return evolve(recipe, rows=(*recipe.rows[:at], row, *recipe.rows[at + 1 :])).tensor(dtype)

    return spoiled()


def from_signature(
    signature: Signature, sizes: Sizes, *, batch: int | None = None, extreme: bool = True
) -> st.SearchStrategy[Arguments]:
    """Arguments of one call of a module or an op: instances, and inputs of the types of its parameters.

    `sizes` binds family parameters that are dims, too. Raises LookupError with a dim or vocabulary without a size.
    """
    if not isinstance(signature, Signature):
        raise TypeError(f"a {type(signature).__name__} is no Signature: give its `.signature`")
    known = bound([param.type for param in signature.params], sizes, signature.words)

    @st.composite
    def arguments(draw: st.DrawFn) -> Arguments:
        count = draw(batches(batch))
        words = None
        if signature.words is not None:
            few = min(count, 4)
            drawn = draw(st.lists(st.integers(0, known[signature.words] - 1), min_size=few, max_size=few))
            words = tuple(drawn[at % few] for at in range(count))
        inputs = tuple(draw(_recipes(param.type, known, count, extreme=extreme)) for param in signature.params)
        return Arguments(signature, words, inputs, count)

    return arguments()
