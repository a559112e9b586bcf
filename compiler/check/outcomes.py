"""What is known of an outcome: the number that it always is, its largest term, and how people say it."""

from __future__ import annotations

from nmt.ntypes import Dim, Size, Type
from nmt.ntypes.dims import show
from nmt.ntypes.domains import Domain, hull, number

from .. import typed
from ..diagnostics import Note
from . import primitives


def folded(expr: typed.Prim) -> typed.Expr:
    """A number in the place of what is computed from numbers alone, and of a comparison that the bounds settle.

    So what is proved of a comparison holds to the bit, where rounding could have turned a computed one over.
    """
    known = point(expr.type.domain)
    if known is None or not (
        expr.name in primitives.COMPARISONS or all(isinstance(arg, typed.Const) for arg in expr.args)
    ):
        return expr
    number_ = typed.Const(known, Type((), expr.type.domain))
    return typed.Convert("scalar", number_, expr.type) if expr.type.shape else number_


def largest(value: typed.Expr) -> Type:
    """The type of the largest of the terms of a sum."""
    match value:
        case typed.Prim("add", _, sides):
            return primitives.infer(primitives.Given("max", (), tuple(map(largest, sides))))
    return value.type


# -- in words


def point(domain: Domain) -> float | None:
    """The number that a value always is, if so."""
    bound = hull(domain)
    return bound.low if bound.low == bound.high else None


def said(type_: Type) -> str:
    """A type as people say it: that of a number is the number."""
    known = point(type_.domain)
    return str(type_) if known is None or type_.name or type_.shape else number(known)


def shaped(shape: tuple[Size, ...]) -> str:
    """What a shape is like, as people say it."""
    return f"has the shape {show(shape)}" if shape else "is a scalar"


def expected(formal: Type) -> str:
    """A type that is asked for, as people say it."""
    return f"`{formal}`" if formal.name else str(formal)


def words_note(vocab: Dim) -> Note:
    """What a vocabulary has, the first words of it."""
    words = list(vocab.words or ())
    shown = ", ".join(words[:12]) + (f", ... ({len(words)} in all)" if len(words) > 12 else "")
    return Note(f"{vocab} has {shown}")
