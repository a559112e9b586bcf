"""Ops that need not be checked again, since nothing that they depend on has changed.

Only ops of which nothing was said are left out: whatever was found to be wrong is found again, in the same order and
with the same hints. What an op depends on is told by the names that it mentions, transitively through headings, never
by more: a name too many costs a check, not the truth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from attrs import Factory, define, frozen

from nmt.compiler import ast
from nmt.compiler.check.interface import OpSymbol
from nmt.compiler.check.scope import ROLES, SPOILED, Scope
from nmt.compiler.edits import Piece, Reading
from nmt.compiler.source import Span
from nmt.ntypes import Type

Inferred = list[tuple[Span, Type]]


@frozen(eq=False)
class Known:
    """What a check found out about an op."""

    symbol: OpSymbol
    inferred: Inferred


@define(eq=False)
class Unchanged:
    """What is known of the ops of one open file since its last check."""

    known: dict[Reading, Known] = Factory(dict)
    _readings: tuple[Reading, ...] = ()
    _around: object = None

    def leave_out(self, scope: Scope, readings: Iterable[Reading], around: object) -> dict[Reading, Known]:
        """Give a scope the ops that are known, so that they are not checked; `around` is all that stands outside."""
        now = tuple(readings)
        before, self._readings = self._readings, now
        same, self._around = around == self._around, around
        stale = _changed(before, now) if same else None
        if stale is None or _circle(now):
            return {}
        stale |= _through_headings(stale, now)
        roles = Counter(text for _, text in scope.spans)
        kept = {}
        for reading in now:
            name, known = _op(reading), self.known.get(reading)
            if name is None or known is None or ("op", name) in scope.names:
                continue
            # A name of several roles is worded by the first that is known: left out, it would be another.
            if stale.isdisjoint(reading.names) and roles[name] == 1:
                kept[reading] = known
                del scope.decls["op", name]
                scope.names["op", name] = known.symbol
        return kept

    def learn(self, scope: Scope, kept: dict[Reading, Known], inferred: dict[Piece, Inferred]) -> None:
        """Keep what a check has found out about ops that are without fault."""
        said = {finding.span.source for finding in scope.report if finding.span}
        spoiled = scope.file.spoiled.union(text for (_, text), value in scope.names.items() if value is SPOILED)
        self.known = dict(kept)
        for reading in self._readings:
            name = _op(reading)
            symbol = scope.names.get(("op", name or ""))
            if (
                reading not in kept
                and isinstance(symbol, OpSymbol)
                and symbol.body is not None
                and scope.decls.get(("op", str(name))) is reading.decl
                and reading.piece not in said
                and spoiled.isdisjoint(reading.names)
            ):
                self.known[reading] = Known(symbol, inferred.get(reading.piece, []))


def _op(reading: Reading) -> str | None:
    return reading.decl.name.text if isinstance(reading.decl, ast.OpDecl) else None


def _changed(before: tuple[Reading, ...], now: tuple[Reading, ...]) -> set[str] | None:
    """Names that may stand for something else than before; None where that may be any."""
    old, new = set(before), set(now)
    gone, come = [known for known in before if known not in new], [known for known in now if known not in old]
    if any(isinstance(reading.decl, ast.Package | ast.Use) for reading in [*gone, *come]):
        return None
    changed: set[str] = set()
    headings = [[_heading(reading.decl) for reading in side if _op(reading)] for side in (gone, come)]
    for reading in [*gone, *come]:
        decl = reading.decl
        if isinstance(decl, ast.OpDecl) and all(_heading(decl) in side for side in headings):
            continue  # another body: what it takes and gives is what it was
        if decl is not None and type(decl) in ROLES:
            changed.add(decl.name.text)  # type: ignore[union-attr]
    return changed


def _heading(decl: ast.Decl | None) -> tuple[object, ...]:
    assert isinstance(decl, ast.OpDecl)
    return decl.name, decl.family, decl.params, decl.result


def _through_headings(changed: set[str], now: tuple[Reading, ...]) -> set[str]:
    """Names whose declarations mention what has changed, and so on."""
    reached = set(changed)
    while True:
        more = {
            reading.decl.name.text  # type: ignore[union-attr]
            for reading in now
            if type(reading.decl) in ROLES and not reached.isdisjoint(reading.heading)
        } - reached
        if not more:
            return reached
        reached |= more


def _circle(now: tuple[Reading, ...]) -> bool:
    """Whether ops may call each other in a circle."""
    bodies = {reading.decl.name.text: reading.body for reading in now if isinstance(reading.decl, ast.OpDecl)}
    calls = {name: [called for called in body if called in bodies] for name, body in bodies.items()}
    waits = Counter(called for body in calls.values() for called in body)
    free = [name for name in calls if not waits[name]]
    done = 0
    while free:
        done += 1
        for called in calls[free.pop()]:
            waits[called] -= 1
            if not waits[called]:
                free.append(called)
    return done < len(calls)
