"""What an interface draws on: what it can name, and what that names in turn, in whatever package."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from attrs import Factory, define, field

from nmt.ntypes import Dim, Simplex, Type

from .. import typed
from ..check.interface import ModuleSymbol, OpSymbol
from ..declared import Declared
from ..typed import Key


def key_of(role: str, symbol: Any) -> Key:
    """The package and name of what was declared."""
    if role == "op":
        return symbol.signature.package, symbol.signature.name
    return symbol.package, symbol.name


def parts(expr: typed.Expr) -> Iterator[typed.Expr]:
    """An expression and all that stands in it."""
    yield expr
    match expr:
        case typed.Prim(args=args) | typed.Use(args=args):
            for arg in args:
                yield from parts(arg)
        case typed.Convert(value=value):
            yield from parts(value)


@define(eq=False)
class Reach:
    """What was found, by role and by package and name. Chains may be long: what is found waits for its turn."""

    declared: Declared
    found: dict[str, dict[Key, Any]] = field(default=Factory(lambda: {"dim": {}, "type": {}, "op": {}}))
    _waiting: deque[tuple[str, Any]] = field(default=Factory(deque))

    @classmethod
    def of(cls, declared: Declared) -> Reach:
        """Start at what the package can name."""
        made = cls(declared)
        made._start()
        while made._waiting:
            role, symbol = made._waiting.popleft()
            match role:
                case "dim":
                    made._dims(symbol.parts)
                case "type":
                    made._type(symbol.type)
                case _:
                    made._call(symbol)
        return made

    def _start(self) -> None:
        self._dims(self.declared.named("dim").values())
        for role in ("type", "op"):
            for symbol in self.declared.named(role).values():
                self._found(role, symbol)
        interface = self.declared.interface
        columns: Iterable[Any] = (*interface.sources.values(), *interface.layouts.values(), *interface.targets.values())
        for column in columns:
            self._type(column.type)
        for target in interface.targets.values():
            self._type(target.predicted)
        for model in interface.models.values():
            self._body(model.body)

    def _found(self, role: str, symbol: Any) -> None:
        key = key_of(role, symbol)
        if key not in self.found[role]:
            self.found[role][key] = symbol
            self._waiting.append((role, symbol))

    def _dims(self, dims: Iterable[Dim]) -> None:
        for dim in dims:
            if not dim.rigid and "#" not in dim.name:
                self._found("dim", dim)

    def _type(self, type_: Type) -> None:
        for size in type_.shape:
            self._dims(size.dims())
        if isinstance(type_.domain, Simplex):
            self._dims([type_.domain.over])
        if type_.words is not None:
            self._dims([type_.words])
        for name in type_.names:
            symbol = self.declared.interface.types.get((name.package, name.name))
            if symbol is not None:
                self._found("type", symbol)

    def _call(self, symbol: OpSymbol | ModuleSymbol) -> None:
        signature = symbol.signature
        self._dims(family.of for family in signature.family)
        for type_ in (*(param.type for param in signature.params), signature.result):
            self._type(type_)
        if isinstance(symbol, OpSymbol):
            self._body(symbol.body)

    def _body(self, body: typed.Expr | None) -> None:
        interface = self.declared.interface
        for expr in parts(body) if body is not None else ():
            self._type(expr.type)
            if isinstance(expr, typed.Use):
                self._found("op", (interface.signatures if expr.module else interface.bodies)[expr.key])
