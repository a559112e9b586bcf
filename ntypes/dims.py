"""Nominal sizes. H is not W though both may be 14; a vocabulary is a dim whose places have names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from attrs import field, frozen


@frozen(slots=False)
class Dim:
    """A size with a name. Two are the same where package and name are.

    `size` is given where the interface fixes it; `words` are a vocabulary's, None where data will bring them, and
    `unknown` the one that stands for all others. `parts` are the vocabularies whose union it is, in order. A `rigid`
    dim stands for any other: a family parameter.
    """

    name: str
    package: str = ""
    size: int | None = field(default=None, eq=False)
    words: tuple[str, ...] | None = field(default=None, eq=False, repr=False)
    parts: tuple[Dim, ...] = field(default=(), eq=False, repr=False)
    vocabulary: bool = field(default=False, eq=False)
    rigid: bool = field(default=False, eq=False)
    varies: bool = field(default=False, eq=False)
    unknown: str | None = field(default=None, eq=False, repr=False)

    def __str__(self) -> str:
        return self.name

    def __deepcopy__(self, memo: dict[int, object]) -> Dim:
        """Itself: nothing in it changes, and what it has cached refers to it."""
        return self

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each word stands, from 0; empty where the words are not known yet."""
        return {word: place for place, word in enumerate(self.words or ())}

    def place(self, word: str) -> int | None:
        """Where a word stands, from 0; one that is not listed stands where `unknown` does, if there is one."""
        found = self.places.get(word)
        return self.places.get(self.unknown) if found is None and self.unknown is not None else found

    def offset(self, part: Dim) -> int | None:
        """Where the words of `part` begin inside this vocabulary; None where it is no part of it."""
        return self._offsets.get(part)

    @cached_property
    def _offsets(self) -> dict[Dim, int]:
        found = {self: 0}
        start = 0
        for part in self.parts:
            for inner, at in part._offsets.items():  # noqa: SLF001 -- its own kind
                found.setdefault(inner, start + at)
            start += len(part.words or ())
        return found


def _sum(terms: Mapping[tuple[Dim, ...], int]) -> tuple[tuple[tuple[Dim, ...], int], ...]:
    kept = ((product, count) for product, count in terms.items() if count)
    return tuple(sorted(kept, key=lambda term: [(dim.package, dim.name) for dim in term[0]]))


@frozen
class Size:
    """A polynomial over dims in its normal form: products of dims, each with how often it is counted."""

    terms: tuple[tuple[tuple[Dim, ...], int], ...]

    @classmethod
    def of(cls, what: Dim | int) -> Size:
        """A dim alone, or a number."""
        return cls(_sum({(): what})) if isinstance(what, int) else cls((((what,), 1),))

    def __add__(self, other: Size) -> Size:
        total = dict(self.terms)
        for product, count in other.terms:
            total[product] = total.get(product, 0) + count
        return Size(_sum(total))

    def __mul__(self, other: Size) -> Size:
        total: dict[tuple[Dim, ...], int] = {}
        for left, n in self.terms:
            for right, m in other.terms:
                product = tuple(sorted(left + right, key=lambda dim: (dim.package, dim.name)))
                total[product] = total.get(product, 0) + n * m
        return Size(_sum(total))

    def __str__(self) -> str:
        def worded(product: tuple[Dim, ...], count: int) -> str:
            factors = [str(count)] if count != 1 or not product else []
            return " * ".join(factors + [str(dim) for dim in product])

        return " + ".join(worded(*term) for term in self.terms) or "0"

    @property
    def dim(self) -> Dim | None:
        """The dim that this is and nothing else, if so."""
        match self.terms:
            case (((dim,), 1),):
                return dim
        return None

    def dims(self) -> Iterator[Dim]:
        """Every dim that takes part."""
        for product, _ in self.terms:
            yield from product

    def substitute(self, bound: Mapping[Dim, Size]) -> Size:
        """Put sizes in the place of dims."""
        if not any(dim in bound for dim in self.dims()):
            return self
        total = Size(())
        for product, count in self.terms:
            value = Size.of(count)
            for dim in product:
                value = value * bound.get(dim, Size.of(dim))
            total = total + value
        return total

    def evaluate(self, sizes: Mapping[Dim, int]) -> int:
        """The number; raises KeyError with the first dim that has no size."""
        total = 0
        for product, count in self.terms:
            for dim in product:
                size = sizes.get(dim, dim.size)
                if size is None:
                    raise KeyError(dim)
                count *= size  # noqa: PLW2901 -- the product under way
            total += count
        return total


def show(shape: tuple[Size, ...]) -> str:
    """`[H, W]`; a scalar's shape is worded."""
    return f"[{', '.join(map(str, shape))}]" if shape else "a scalar"
