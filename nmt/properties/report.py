"""What is said of outcomes: a table of modules and properties, and what failed, with how to see it again."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from attrs import frozen

from nmt.terminal import table

from .property import Outcome, Property

WIDTH = 100
MARKS = {  # of the table, beside `ok` and `FAILED`
    "?": "left out, since a property that it needs does not hold",
    "": "left out, since it says nothing of this module",
}


@frozen
class Command:
    """The command line that a test was started by; `options` are those that change what is tested."""

    interface: str
    options: tuple[str, ...] = ()
    seed: int = 0

    def line(self, outcome: Outcome) -> str:
        """What to type to see one outcome again."""
        whose = ("--module", outcome.subject.partition(".")[0]) if outcome.kind == "soft" else ()
        chosen = (*(whose or (f"--{outcome.kind}", outcome.subject)), "--property", outcome.property.name)
        return shlex.join(["nmt", "test", self.interface, *self.options, *chosen, "--seed", str(self.seed)])


def failure(outcome: Outcome, again: str) -> str:
    """A property that does not hold: whose, what it guards against, the smallest counterexample, how to repeat it."""
    what = "" if outcome.property.name == outcome.kind else f"`{outcome.property.name}` "
    lines = [f"{outcome.title()}: {_code(outcome)} {what}does not hold: {outcome.reason}"]
    if not outcome.code:  # else it is another fault
        guards = textwrap.wrap(f"it guards against {_lowered(outcome.property.guards)}", WIDTH)
        lines.extend(f"  {line}" for line in guards)
    if outcome.example:
        lines.append("  smallest counterexample found:")
        lines.extend(f"    {line}" for line in outcome.example.split("\n"))
    if outcome.sizes:
        lines.append(f"  sizes: {outcome.sizes}")
    return "\n".join([*lines, f"  again: {again}"])


def overview(outcomes: Sequence[Outcome]) -> str:
    """A table of modules and properties; of ops and laws how many hold; what was measured of soft constraints."""
    kinds = {kind: [one for one in outcomes if one.kind == kind] for kind in ("module", "op", "law", "soft")}
    lines = [line for kind in ("op", "law") if kinds[kind] for line in _counted(kinds[kind], f"{kind}s")]
    lines += [f"{one.title()}: {_measured(one)}" for one in kinds["soft"] if one.status != "failed"]
    return "\n\n".join(filter(None, [_modules(kinds["module"]), "\n".join(lines)]))


def _modules(outcomes: Sequence[Outcome]) -> str:
    """A row for each property, a column for each module, and what the marks mean that stand there."""
    names = list(dict.fromkeys(outcome.subject for outcome in outcomes))
    cells = {(outcome.property.name, outcome.subject): _cell(outcome) for outcome in outcomes}
    rows = list(dict.fromkeys(outcome.property.name for outcome in outcomes))
    made = []
    while names:
        here = [names.pop(0)]
        while names and sum(max(6, len(name)) + 2 for name in [*here, names[0]]) + 12 < WIDTH:
            here.append(names.pop(0))
        made.append(table([[row, *(cells[row, name] for name in here)] for row in rows], ["property", *here]))
    legend = [f"{mark or 'blank'}: {means}" for mark, means in MARKS.items() if mark in cells.values()]
    return "\n\n".join([*made, *(["\n".join(legend)] if legend else [])])


def _counted(outcomes: Sequence[Outcome], title: str) -> Iterator[str]:
    """`ops: 27 of 28 hold (proved, float64)`, and those that were left out, by reason."""
    tried = ", ".join(dict.fromkeys(outcome.property.name for outcome in outcomes))
    tried = "" if f"{tried}s" == title else f" ({tried})"
    left: dict[str, str] = {}
    for outcome in outcomes:
        if outcome.status == "left out":
            left.setdefault(outcome.subject, outcome.reason)
    names = {outcome.subject for outcome in outcomes}
    broken = {outcome.subject for outcome in outcomes if outcome.status == "failed"}
    left = {name: reason for name, reason in left.items() if name not in broken}
    yield f"{title}: {len(names - broken - left.keys())} of {len(names)} hold{tried}"
    for reason in dict.fromkeys(left.values()):
        yield f"  left out, since {reason}: {', '.join(name for name, why in left.items() if why == reason)}"


def _measured(outcome: Outcome) -> str:
    return f"left out, since {outcome.reason}" if outcome.status == "left out" else outcome.reason


def summary(outcomes: Iterable[Outcome]) -> str:
    """Counts, in one line."""
    statuses = [outcome.status for outcome in outcomes]
    held, failed, left = (statuses.count(status) for status in ("ok", "failed", "left out"))
    parts = [f"{held} hold{'s' * (held == 1)}", f"{failed} {'does' if failed == 1 else 'do'} not"]
    return ", ".join([*parts, *([f"{left} {'is' if left == 1 else 'are'} left out"] if left else [])])


def listing(properties: Iterable[Property]) -> str:
    """Every property with what it guards against."""
    made = []
    for one in properties:
        first, *rest = textwrap.wrap(one.guards, WIDTH - 14)
        made.extend([f"{one.name:<13} {first}", *(f"{'':<13} {line}" for line in rest)])
    return "\n".join(made)


def plain(outcome: Outcome, again: str) -> dict[str, Any]:
    """An outcome as plain values; the name of a soft constraint has its module in front: `find.sparse`."""
    made: dict[str, Any] = {
        "kind": outcome.kind,
        "name": outcome.subject,
        "property": outcome.property.name,
        "status": outcome.status,
        "reason": outcome.reason,
    }
    if outcome.status == "failed":
        made |= {
            "code": _code(outcome),
            "guards": outcome.property.guards,
            "counterexample": outcome.example.split("\n") if outcome.example else [],
            "sizes": outcome.sizes,
            "again": again,
        }
    return made


def _code(outcome: Outcome) -> str:
    """The code of what failed: of a law, an op or a module, or that of the fault that came in between."""
    return outcome.code or {"law": "NMT506", "op": "NMT619"}.get(outcome.kind, "NMT617")


def _cell(outcome: Outcome) -> str:
    if outcome.status == "left out":
        return "?" if outcome.lost else ""
    return "ok" if outcome.status == "ok" else "FAILED"


def _lowered(text: str) -> str:
    """A sentence that goes on behind another; words such as NaN and `H` keep their capitals."""
    first = text.split(" ", 1)[0]
    ordinary = first == "A" or (len(first) > 1 and first == first.capitalize())
    return text[:1].lower() + text[1:] if ordinary else text
