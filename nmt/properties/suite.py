"""The properties of modules, in the order in which they are tried, and the trying of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

import numpy as np
import torch
from attrs import Factory, define, field

from nmt.compiler.diagnostics import CompileError

from . import batches, form, gradients, memory, repeats, values
from .property import NotApplicable, Outcome, Property, Tried, Violation, said
from .search import Search
from .subject import Bench

Report: TypeAlias = Callable[[int, int, str], None]  # how many are done, of how many, and the last
Tasks: TypeAlias = Sequence[tuple[Tried, Sequence[Property]]]
SAME = ("determinism", "state")

PROPERTIES = (
    Property("shape", form.shape),
    Property("dtype", form.dtype, needs=("shape",)),
    Property("unchanged", form.unchanged, needs=("shape",)),
    Property("determinism", repeats.determinism, needs=("shape",)),
    Property("state", repeats.state, needs=("determinism",)),
    Property("finite", values.finite, needs=("shape",)),
    Property("edges", values.edges, needs=("finite", "unchanged")),
    Property("domain", values.domain, needs=("shape",)),
    Property("batch", batches.batch, needs=SAME),
    Property("small", batches.small, needs=("batch",)),
    Property("order", batches.order, needs=("batch",)),
    Property("instances", batches.instances, needs=SAME),
    Property("mixed", batches.mixed, needs=("batch", "order")),
    Property("parameters", gradients.parameters, needs=("unchanged", "finite")),
    Property("inputs", gradients.inputs, needs=("unchanged", "finite")),
    Property("strides", memory.strides, needs=(*SAME, "unchanged")),
    Property("places", memory.places, needs=("batch", "inputs")),
    Property("rows", memory.rows, needs=SAME),
    Property("saved", repeats.saved, needs=SAME),
    Property("sizes", form.sizes, needs=("shape", "finite", "small")),
)


def check(
    bench: Bench,
    search: Search,
    *,
    modules: Iterable[str] = (),
    properties: Sequence[Property] = PROPERTIES,
    report: Report | None = None,
) -> list[Outcome]:
    """Try properties of modules, all by default. `describe` stands for all of its `describe__COLOR`, ..."""
    wanted = set(modules)
    subjects = [one for one in bench.subjects() if not wanted or wanted & {one.name, one.call.key[1]}]
    return try_all([(one, properties) for one in subjects], search, report)


def try_all(tasks: Tasks, search: Search, report: Report | None = None, beside: Tasks = ()) -> list[Outcome]:
    """Try for each subject its properties, in their order; those `beside` only where others depend on them."""
    total = sum(len(properties) for _, properties in tasks)
    trials = Trials((*beside, *tasks), search)
    made: list[Outcome] = []
    for subject, properties in tasks:
        for one in properties:
            made.append(trials.outcome(subject, one))
            if report is not None:
                report(len(made), total, f"{made[-1].title()} {one.name}")
    return made


@define(eq=False)
class Trials:
    """Properties of subjects, each tried once and after those of the same tasks on which it depends.

    Where one of those does not hold it is left out: it would only say the same again.
    """

    tasks: Tasks
    search: Search
    _known: dict[tuple[str, str], tuple[Tried, dict[str, Property]]] = field(init=False)
    _made: dict[tuple[str, str, str], Outcome] = Factory(dict)

    def __attrs_post_init__(self) -> None:
        self._known = {
            (subject.kind, subject.name): (subject, {one.name: one for one in mine}) for subject, mine in self.tasks
        }

    def outcome(self, subject: Tried, one: Property) -> Outcome:
        """What comes of a property of a subject."""
        key = subject.kind, subject.name, one.name
        if key not in self._made:
            self._made[key] = self._lost(subject, one) or try_property(one, subject, self.search)
        return self._made[key]

    def _lost(self, subject: Tried, one: Property) -> Outcome | None:
        """The outcome where something that is needed does not hold; None where all does, or is not asked for."""
        needed = [(subject.kind, subject.name, name) for name in one.needs]
        needed += [("module", module, name) for module in subject.calls for name in one.relies]
        for kind, name, need in needed:
            other, properties = self._known.get((kind, name), (subject, {}))
            if need not in properties:
                continue
            found = self.outcome(other, properties[need])
            if found.status == "failed" or found.lost:
                of = "" if kind == subject.kind else f" of `{name}`"
                reason = found.reason if of == "" and found.lost else f"`{found.lost or need}`{of} does not hold"
                return Outcome(subject.name, one, "left out", reason, lost=found.lost or need, kind=subject.kind)
        return None


@contextmanager
def apart() -> Iterator[None]:
    """Leave the caller's random numbers and threads as they were. Tensors as small as these are fastest on one core."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    states = random.getstate(), np.random.get_state()  # noqa: NPY002 -- the state that modules may draw from
    try:
        with torch.random.fork_rng():
            yield
    finally:
        torch.set_num_threads(threads)
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002


def try_property(one: Property, subject: Tried, search: Search) -> Outcome:
    """Try one property of one subject."""

    def outcome(status: str, reason: str, example: str = "", sizes: str = "", code: str = "") -> Outcome:
        return Outcome(subject.name, one, status, reason, example, sizes, kind=subject.kind, code=code)

    with apart():
        try:
            measure = one.check(subject, search)
        except NotApplicable as why:
            return outcome("left out", str(why))
        except Violation as violation:
            sizes = violation.sizes or subject.sized()
            return outcome("failed", violation.message, violation.example, sizes, violation.code)
        except CompileError as fault:
            return outcome("failed", said(fault), code=fault.diagnostics[0].code)
        except Exception as fault:  # noqa: BLE001 -- anybody's module, whatever it does when it is copied or derived
            return outcome("failed", f"raised {type(fault).__name__}: {fault}")
    return outcome("ok", measure or "")
