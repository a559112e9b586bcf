"""Sizes for values that are drawn: given by dim or by name, and asked for before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from .dims import Dim
from .domains import Simplex
from .strategies_kinds import LONGEST
from .types import Type

Sizes: TypeAlias = Mapping[Dim, int] | Mapping[str, int]  # as `{H: 3}` or `{"H": 3}`


def bound(types: Iterable[Type], sizes: Sizes, vocab: Dim | None = None) -> dict[Dim, int]:
    """The size of every dim that some types mention, and of a vocabulary beside them.

    Raises LookupError where one has none, TypeError where something is no type, ValueError where a size is none.
    """
    given: dict[Dim | str, int] = dict(sizes.items())
    wrong = next((f"{dim}={size}" for dim, size in given.items() if not isinstance(size, int) or size < 1), None)
    if wrong is not None:
        raise ValueError(f"{wrong} is no size; sizes are whole numbers from 1 on")
    made: dict[Dim, int] = {}
    for type_ in types:
        if not isinstance(type_, Type):
            raise TypeError(_no_type(type_))
        for dim in dims_of(type_):
            made[dim] = _size(dim, given, f"`{type_}`")
    if vocab is not None:
        made[vocab] = _size(vocab, given, "its family of words")
    return made


def _size(dim: Dim, given: Mapping[Dim | str, int], of: str) -> int:
    size = given.get(dim, given.get(dim.name, dim.size))
    if size is None:
        has = f"; sizes has {', '.join(map(str, given))}" if given else ""
        raise LookupError(f'nothing says how large {dim} of {of} is: give sizes={{"{dim}": 4}}{has}')
    return size


def _no_type(found: object) -> str:
    kind = type(found).__name__
    of = getattr(found, "type", None)
    return f"a {kind} is no Type" + (f": give its `.type`, which is `{of}`" if isinstance(of, Type) else "")


def dims_of(type_: Type) -> Iterator[Dim]:
    """Every dim that a type mentions and that has one size: vocabularies too, none that vary by sample."""
    over = [type_.domain.over] if isinstance(type_.domain, Simplex) else []
    words = [] if type_.words is None else [type_.words]
    for dim in (*(dim for size in type_.shape for dim in size.dims()), *words, *over):
        if not dim.varies:
            yield dim


def shape_of(type_: Type, sizes: Mapping[Dim, int]) -> tuple[int, ...]:
    """The shape of one sample; a dim that varies counts as LONGEST. Raises KeyError with a dim without a size."""
    varying = {dim: LONGEST for size in type_.shape for dim in size.dims() if dim.varies}
    return tuple(size.evaluate({**varying, **sizes}) for size in type_.shape)
