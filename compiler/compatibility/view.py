"""Two interfaces made comparable: each name that both know gets one spelling, wherever it was declared."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from attrs import Factory, define, evolve, field

from nmt.ntypes import Dim, Signature, Simplex, Size, Type, TypeName

from ..check import Interface
from ..declared import Declared
from ..source import NOWHERE, Span
from ..typed import Key
from .reach import Reach, key_of

Local = Mapping[Dim, Dim]  # family parameters -> what stands for them
ROLES = ("dim", "type", "op")
NO_DIMS: Local = {}


def position(number: int) -> Dim:
    """What stands for a family parameter, whatever its name."""
    return Dim(f"#{number}", "", rigid=True)


def local_of(signature: Signature) -> dict[Dim, Dim]:
    """The rigid dims of a signature by their position."""
    return {param.of: position(number) for number, param in enumerate(signature.family) if param.kind != "word"}


@define(eq=False, slots=False)
class View:
    """An interface under the names of a comparison."""

    declared: Declared
    alias: dict[tuple[str, str, str], Key] = field(default=Factory(dict))
    _dims: dict[Dim, Dim] = field(default=Factory(dict))

    @cached_property
    def _reach(self) -> Reach:
        return Reach.of(self.declared)

    @property
    def interface(self) -> Interface:
        """The interface itself."""
        return self.declared.interface

    def key(self, role: str, package: str, name: str) -> Key:
        """Package and name as both interfaces spell them; the own package is empty."""
        known = self.alias.get((role, package, name))
        if known is not None:
            return known
        return ("" if package == self.interface.package else package, name)

    def said(self, key: Key) -> str:
        """A name as the interface would write it."""
        return key[1] if not key[0] else f"{key[0]}.{key[1]}"

    # -- dims and types under the names of the comparison

    def dim(self, dim: Dim, local: Local = NO_DIMS) -> Dim:
        """A dim."""
        if dim in local:
            return local[dim]
        made = self._dims.get(dim)
        if made is None:
            package, name = self.key("dim", dim.package, dim.name)
            made = evolve(dim, package=package, name=name, parts=tuple(self.dim(part) for part in dim.parts))
            self._dims[dim] = made
        return made

    def size(self, size: Size, local: Local = NO_DIMS) -> Size:
        """A size."""
        return size.substitute({dim: Size.of(self.dim(dim, local)) for dim in size.dims()})

    def type(self, type_: Type, local: Local = NO_DIMS) -> Type:
        """A type."""
        domain = type_.domain
        return evolve(
            type_,
            shape=tuple(self.size(size, local) for size in type_.shape),
            domain=Simplex(self.dim(domain.over, local)) if isinstance(domain, Simplex) else domain,
            names=tuple(self.type_name(name, local) for name in type_.names),
            words=None if type_.words is None else self.dim(type_.words, local),
        )

    def type_name(self, name: TypeName, local: Local = NO_DIMS) -> TypeName:
        """The name of a type with its arguments."""
        package, text = self.key("type", name.package, name.name)
        return TypeName(package, text, tuple(self.size(size, local) for size in name.args))

    # -- what the interface speaks of

    def reached(self, role: str) -> dict[Key, Any]:
        """What the package can name, and what that draws on, in the order of the text; of dims, types or ops."""
        found = self._reach.found[role]
        return {self.key(role, *key_of(role, symbol)): symbol for symbol in found.values()}

    def span(self, role: str, package: str, name: str) -> Span:
        """Where a name of a package is declared."""
        return self.declared.span(role, package, name) or NOWHERE

    def visible(self, role: str) -> dict[str, Any]:
        """What the package can name."""
        return self.declared.named(role)


def views(old: Interface, new: Interface) -> tuple[View, View]:
    """Both interfaces under one naming: what both can name has the same spelling, also where its package changed."""
    before, after = View(Declared.of(old)), View(Declared.of(new))
    for role in ROLES:
        left, right = before.visible(role), after.visible(role)
        for name in left.keys() & right.keys():
            for view, symbol in ((before, left[name]), (after, right[name])):
                view.alias[role, *key_of(role, symbol)] = ("", name)
    return before, after
