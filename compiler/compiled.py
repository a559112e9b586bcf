"""A file of programs, read and checked: what was accepted, what was rejected and why, in numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter

from attrs import Factory, define, field, frozen

from .diagnostics import Diagnostic
from .programs import Checked, Checker, Fault
from .terms import Record

EVERY = 1000  # records between two reports of progress


@frozen
class Accepted:
    """A program that fits the interface."""

    record: Record
    checked: Checked


@define
class Compiled:
    """What became of a file: `read` counts all records, `nodes` the calls of those accepted."""

    read: int = 0
    nodes: int = 0
    seconds: float = 0.0
    accepted: list[Accepted] = field(default=Factory(list), repr=False)
    count: int = 0
    rejected: list[Diagnostic] = field(default=Factory(list), repr=False)


def compile_programs(
    records: Iterable[Record | Diagnostic],
    checker: Checker,
    place: str,
    *,
    keep: bool = True,
    into: Compiled | None = None,
    progress: Callable[[int], None] | None = None,
) -> Compiled:
    """Check every program of a file. With `keep` the accepted ones are kept, else only counted.

    Raises CompileError where the file cannot be read on; `into` then holds what came before.
    """
    made = Compiled() if into is None else into
    start = perf_counter()
    for record in records:
        made.seconds = perf_counter() - start
        made.read += 1
        if progress is not None and made.read % EVERY == 0:
            progress(made.read)
        if isinstance(record, Diagnostic):
            made.rejected.append(record)
            continue
        outcome = checker.check(record.term)
        fault = outcome if isinstance(outcome, Fault) else _answer(checker, record, outcome)
        if fault is not None:
            made.rejected.append(_diagnostic(fault, record, place))
            continue
        assert isinstance(outcome, Checked)
        made.count += 1
        made.nodes += len(record.term.skeleton.ops)
        if keep:
            made.accepted.append(Accepted(record, outcome))
    made.seconds = perf_counter() - start
    return made


def _answer(checker: Checker, record: Record, checked: Checked) -> Fault | None:
    answer = record.columns.get("answer")
    return None if answer is None else checker.answer(checked, answer)


def _diagnostic(fault: Fault, record: Record, place: str) -> Diagnostic:
    node = "" if fault.node is None else f", node {fault.node}"
    if fault.node is not None and fault.node < len(record.term.skeleton.ops):
        node += f" ({record.term.skeleton.ops[fault.node]})"
    return Diagnostic(fault.code, fault.message, help=fault.help, place=f"{place}: question {record.number}{node}")
