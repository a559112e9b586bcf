"""Advice: what would do in the place of a body or a call that does not, in the words of whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nmt.ntypes import UNKNOWN, Simplex, Type
from nmt.ntypes.domains import UNIT, hull

from .. import ast, typed
from .interface import TypeSymbol
from .scope import Scope


def enforced(scope: Scope, expr: ast.Call, args: list[typed.Expr]) -> str:
    """The cast that does what a call of an enforcer was to do: `sigmoid(a)` is `a as mask`."""
    name, arg = expr.name.text, args[0].type if len(args) == 1 else UNKNOWN
    types = [
        symbol.name
        for symbol in scope.names.values()
        if isinstance(symbol, TypeSymbol) and symbol.type.enforcer == name and symbol.type.shape == arg.shape
    ]
    value = tight(expr.args[0], tighter=True) if len(args) == 1 else "x"
    return f"{value} as {types[0]}" if len(types) == 1 and not arg.unknown else f"{value} as T`, T a type `by {name}"


def tight(expr: ast.Expr, *, tighter: bool) -> str:
    """An expression as it is written, in brackets where a sign that binds tighter than `+` stands beside it."""
    code = re.sub(r'("[^"]*")|#.*', lambda found: found[1] or "", expr.span.text)  # without comments
    text = " ".join(code.split())
    return f"({text})" if tighter and isinstance(expr, ast.Binary | ast.Negative | ast.Cast) else text


def or_hint(body: ast.Expr, value: typed.Expr) -> str:
    """`a + b` of two masks is what people write for `or`, and `a + b - a * b` of two chances."""
    match body, value:
        case ast.Binary("sub", ast.Binary("add", a, b), ast.Binary("mul", c, d)), typed.Prim("sub", _, (both, _)):
            known = isinstance(both, typed.Prim) and all(
                UNIT.why_not(hull(arg.type.domain)) is None for arg in both.args
            )
            if known and (a, b) in {(c, d), (d, c)}:
                first, second = tight(a, tighter=True), tight(b, tighter=True)
                return f"{first} + (1 - {first}) * {second} stays inside"
    sides = list(_added(body, value))
    if len({side.span.text for side, _ in sides}) < 2 or any(
        UNIT.why_not(hull(type_.domain)) or isinstance(type_.domain, Simplex) for _, type_ in sides
    ):
        return ""
    return f"max({', '.join(side.span.text for side, _ in sides)}) stays inside"


def _added(expr: ast.Expr, value: typed.Expr) -> Iterator[tuple[ast.Expr, Type]]:
    match expr, value:
        case ast.Binary("add", left, right), typed.Prim("add", _, (a, b)):
            yield from _added(left, a)
            yield from _added(right, b)
        case _:
            yield expr, value.type
