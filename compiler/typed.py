"""Expressions after checking: every name resolved, every conversion written out, every node with its type."""

from __future__ import annotations

from typing import TypeAlias

from attrs import frozen

from nmt.ntypes import Dim, Type

Key: TypeAlias = tuple[str, str]  # package and name of an op or a module


@frozen
class Const:
    """A number."""

    value: float
    type: Type


@frozen
class Param:
    """A parameter of the op whose body this is."""

    name: str
    type: Type


@frozen
class SourceRead:
    """A data column."""

    name: str
    type: Type


@frozen
class LayoutHole:
    """Where a model takes the program of the sample."""

    name: str
    type: Type


@frozen
class Prim:
    """A primitive; `over` are the dims in its brackets."""

    name: str
    over: tuple[Dim, ...]
    args: tuple[Expr, ...]
    type: Type


@frozen
class FixedWord:
    """The instance is written in the text."""

    word: str
    vocab: Dim


@frozen
class ParamWord:
    """The instance is a family parameter of the op whose body this is; `part` is its vocabulary."""

    name: str
    part: Dim
    vocab: Dim


@frozen
class EveryWord:
    """All instances of `part`, its dim in front of the result."""

    part: Dim
    vocab: Dim


WordRef: TypeAlias = FixedWord | ParamWord | EveryWord


@frozen
class Use:
    """A call of an op or a module. `words` and `dims` give its family parameters their values."""

    key: Key
    module: bool
    words: tuple[tuple[str, WordRef], ...]
    dims: tuple[tuple[Dim, Dim], ...]
    args: tuple[Expr, ...]
    type: Type


@frozen
class Convert:
    """A value put into another type: `enforce` (a cast), `widen` (zeros elsewhere), `scalar` (spread over a shape)."""

    how: str
    value: Expr
    type: Type


Expr: TypeAlias = Const | Param | SourceRead | LayoutHole | Prim | Use | Convert


@frozen
class Comparison:
    """What a soft constraint or a law says of two expressions: `<=`, `>=` or `==`."""

    left: Expr
    compare: str
    right: Expr


def sources(expr: Expr) -> frozenset[str]:
    """The sources that an expression names itself."""
    match expr:
        case SourceRead(name):
            return frozenset([name])
        case Prim(args=args) | Use(args=args):
            return frozenset().union(*map(sources, args))
        case Convert(value=value):
            return sources(value)
    return frozenset()


def ops(expr: Expr) -> frozenset[Key]:
    """The ops that an expression calls itself."""
    match expr:
        case Use(key=key, module=module, args=args):
            return frozenset([] if module else [key]).union(*map(ops, args))
        case Prim(args=args):
            return frozenset().union(*map(ops, args))
        case Convert(value=value):
            return ops(value)
    return frozenset()
