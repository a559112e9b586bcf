"""Names, sizes and types as they are written: the part of the ast that all declarations share."""

from __future__ import annotations

from typing import TypeAlias

from attrs import field, frozen

from .source import NOWHERE, Span


def span_field() -> Span:
    """The span of a node: NOWHERE unless given, and outside equality."""
    return field(default=NOWHERE, eq=False, repr=False)


@frozen
class Name:
    """A name where it stands."""

    text: str
    span: Span = span_field()

    def __str__(self) -> str:
        return self.text


@frozen
class Product:
    """`2 * H * W`: factors, names of dims or whole numbers."""

    factors: tuple[Name | int, ...]


@frozen
class Size:
    """`H + 2 * W`: a sum of products."""

    products: tuple[Product, ...]
    span: Span = span_field()


@frozen
class Range:
    """`0..1`; an end may be missing."""

    low: float | None
    high: float | None
    span: Span = span_field()


@frozen
class SimplexOf:
    """`simplex[V]`."""

    dims: tuple[Size, ...]
    span: Span = span_field()


@frozen
class Numbers:
    """`{0, 1}`."""

    values: tuple[float, ...]
    span: Span = span_field()


DomainExpr: TypeAlias = Range | SimplexOf | Numbers


@frozen
class Fresh:
    """`real[H, W] in 0..1`."""

    dims: tuple[Size, ...]
    domain: DomainExpr | None
    span: Span = span_field()


@frozen
class Ref:
    """`mask`, `dist[COLOR]`."""

    name: Name
    dims: tuple[Size, ...]
    span: Span = span_field()


@frozen
class Refine:
    """`mask in {0, 1}`."""

    base: Ref
    domain: DomainExpr | None
    span: Span = span_field()


@frozen
class Words:
    """`WORD[T]`: words of a vocabulary."""

    vocab: Name
    dims: tuple[Size, ...]
    span: Span = span_field()


TypeExpr: TypeAlias = Fresh | Ref | Words
