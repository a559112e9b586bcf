"""Changes of declared types.

A type stands on both sides of calls, as a parameter and as a result: neither a wider nor a narrower set of values is
safe. What a type inherits is a change of the type that it inherits it from.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from nmt.ntypes import Dim, FamilyParam, Signature, Type
from nmt.ntypes.dims import show

from .. import ast
from ..check.interface import TypeSymbol
from .changes import CACHE, CALL, MEANING, RECOMPUTED, SAFE, WEIGHTS, Change
from .fits import enforcement
from .forms import Forms
from .reach import key_of
from .softs import compare_softs
from .view import View, position


def compare_types(old: View, new: View, forms: tuple[Forms, Forms]) -> Iterator[Change]:
    """What has become of every type that both interfaces draw on."""
    left, right = old.reached("type"), new.reached("type")
    for key, symbol in right.items():
        if key in left:
            pair = _Pair(old, new, left[key], symbol)
            yield from pair.changes()
            names = ({pair.before.name: "value"}, {symbol.name: "value"})
            yield from compare_softs(
                pair.name, (left[key].softs, symbol.softs), names, forms, (_sized(left[key]), _sized(symbol))
            )


@frozen
class _Pair:
    """One type before and after."""

    old: View
    new: View
    before: TypeSymbol
    after: TypeSymbol

    @property
    def name(self) -> str:
        return self.new.said(self.new.key("type", *key_of("type", self.after)))

    def _change(self, kind: str, message: str, breaks: tuple[str, ...], was: str = "") -> Change:
        at = self.new.span("type", *key_of("type", self.after))
        before = self.old.span("type", *key_of("type", self.before))
        return Change(kind, "type", self.name, message, breaks, was, at, before)

    def changes(self) -> Iterator[Change]:
        if len(self.before.params) != len(self.after.params):
            takes = f"takes {len(self.after.params)} dims, and took {len(self.before.params)}"
            yield self._change("type", f"`{self.name}` {takes}", (CALL, WEIGHTS, CACHE))
            return
        before, after = _normal(self.old, self.before), _normal(self.new, self.after)
        old, new = self.before.type, self.after.type
        base, values = self._inherits()
        yield from self._bases(before, after)
        if not base and before.shape != after.shape:
            message = f"`{self.name}` has the shape {show(new.shape)}, and had {show(old.shape)}"
            yield self._change("type", message, (CALL, WEIGHTS, CACHE), f"it was {old.bare()}")
        elif not base and before.words != after.words:
            yield self._change(
                "type", f"`{self.name}` holds {new.bare()}, and held {old.bare()}", (CALL, WEIGHTS, CACHE)
            )
        elif not values and before.domain != after.domain:
            clipped = MEANING if new.enforcer == old.enforcer == "clip" else None
            breaks = (CALL, CACHE, clipped) if clipped else (CALL,)
            message = f"`{self.name}` holds {new.domain}, and held {old.domain}"
            yield self._change("type", message, breaks)
        if not self._inherits_enforcer() and enforcement(before)[0] != enforcement(after)[0]:
            message = f"`{self.name}` is kept in its domain by {_by(new)}, and was by {_by(old)}"
            yield self._change("enforcer", message, RECOMPUTED)

    def _bases(self, before: Type, after: Type) -> Iterator[Change]:
        lost = [name for name in before.names[1:] if name not in after.names[1:]]
        come = [name for name in after.names[1:] if name not in before.names[1:]]
        if lost:
            yield self._change("type", f"`{self.name}` is no `{lost[0]}` any more", (CALL, MEANING))
        elif come:
            yield self._change("type", f"`{self.name}` is a `{come[0]}` now", SAFE)

    def _inherits(self) -> tuple[bool, bool]:
        """Whether its shape, and whether its values, are those of the same other type before and after."""
        first, then = self._decl(self.old, self.before), self._decl(self.new, self.after)
        if first is None or then is None:
            return False, False
        if not (isinstance(first.of, ast.Refine) and isinstance(then.of, ast.Refine)):
            return False, False
        same = first.of.base == then.of.base
        return same, same and first.of.domain is None and then.of.domain is None

    def _inherits_enforcer(self) -> bool:
        first, then = self._decl(self.old, self.before), self._decl(self.new, self.after)
        own = any(decl is not None and decl.enforcer is not None for decl in (first, then))
        return self._inherits()[1] and not own

    def _decl(self, view: View, symbol: TypeSymbol) -> ast.TypeDecl | None:
        decl = view.declared.declaration("type", symbol.package, symbol.name)
        return decl if isinstance(decl, ast.TypeDecl) else None


def _normal(view: View, symbol: TypeSymbol) -> Type:
    local: dict[Dim, Dim] = {dim: position(number) for number, dim in enumerate(symbol.params)}
    return view.type(symbol.type, local)


def _sized(symbol: TypeSymbol) -> Signature:
    """The parameters of a type as those of a family."""
    family = tuple(FamilyParam("dim", dim.name, dim) for dim in symbol.params)
    return Signature(symbol.name, symbol.package, family, (), symbol.type)


def _by(type_: Type) -> str:
    return f"`{type_.enforcer}`" if type_.enforcer else "nothing"
