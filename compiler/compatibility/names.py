"""Declarations that are gone, new, or come from another package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nmt.ntypes import Dim

from ..check.interface import ModuleSymbol
from ..declared import header
from ..source import Span
from .changes import CALL, MEANING, REFIT, SAFE, Change
from .reach import key_of
from .view import ROLES, View

# Declarations that nothing else names: they can be taken away without a program noticing.
LOOSE = {"law": (MEANING,), "target": (MEANING,), "expect": SAFE, "surrogate": SAFE}


def compare_names(old: View, new: View) -> Iterator[Change]:
    """What the package can name, before and after."""
    if old.interface.package != new.interface.package:
        message = f"the package is called {new.interface.package}, and was {old.interface.package}"
        was, at = (_name(view) for view in (old, new))
        yield Change("moved", "package", new.interface.package, message, (CALL,), at=at, was=was)
    for role in (*ROLES, "source", "layout", "model", "target", "law", "expect", "surrogate"):
        before, after = _named(old, role), _named(new, role)
        for name, symbol in before.items():
            if name not in after:
                kind = _worded(role, symbol)
                yield _gone(kind, name, symbol, _said(old, role, kind, name, symbol), _span(old, role, name, symbol))
        for name, symbol in after.items():
            if name not in before:
                kind = _worded(role, symbol)
                message = f"{_said(new, role, kind, name, symbol)} is new"
                yield Change("added", kind, name, message, at=_span(new, role, name, symbol))
            elif role in ROLES:
                yield from _moved(old, new, role, name, (before[name], symbol))


def _said(view: View, role: str, kind: str, name: str, symbol: Any) -> str:
    if kind == "expect":
        return f"what is expected of `{name}`"
    package = key_of(role, symbol)[0] if role in ROLES else view.interface.package
    return f"the {kind} `{name}`" + ("" if package == view.interface.package else f", imported from {package},")


def _gone(kind: str, name: str, symbol: Any, said: str, was: Span | None) -> Change:
    breaks = LOOSE.get(kind, (CALL, *REFIT) if isinstance(symbol, ModuleSymbol) else (CALL,))
    return Change("removed", kind, name, f"{said} is gone", breaks, was=was)


def _moved(old: View, new: View, role: str, name: str, pair: tuple[Any, Any]) -> Iterator[Change]:
    before, after = (key_of(role, symbol)[0] for symbol in pair)
    if before == after or (before, after) == (old.interface.package, new.interface.package):
        return
    message = f"`{name}` is that of {after} now, and was that of {before}"
    breaks = (MEANING,) if role == "type" else SAFE
    at, was = _span(new, role, name, pair[1]), _span(old, role, name, pair[0])
    yield Change("moved", _worded(role, pair[1]), name, message, breaks, at=at, was=was)


def _named(view: View, role: str) -> Mapping[str, Any]:
    if role in ROLES:
        return view.visible(role)
    interface = view.interface
    declared: dict[str, Any] = {
        "source": interface.sources,
        "layout": interface.layouts,
        "model": interface.models,
        "target": interface.targets,
        "law": {law.name: law for law in interface.laws},
        "expect": {expect.name.text: expect for expect in interface.expects},
        "surrogate": {surrogate.name.text: surrogate for surrogate in interface.surrogates},
    }
    made: Mapping[str, Any] = declared[role]
    return made


def _worded(role: str, symbol: Any) -> str:
    if isinstance(symbol, Dim):
        return "vocabulary" if symbol.vocabulary else "dim"
    return "module" if isinstance(symbol, ModuleSymbol) else role


def _span(view: View, role: str, name: str, symbol: Any) -> Span | None:
    if role in ROLES:
        return view.declared.own.spans.get((role, name))
    span: Span = symbol.span
    return span


def _name(view: View) -> Span:
    """Where the package gives its name; the top of the file where it gives none."""
    source = view.interface.texts[view.interface.package]
    line = header(source)
    return line.name.span if line else Span(source, 0, 1)
