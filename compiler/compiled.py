"""Files of programs, read and checked: what was accepted, what was rejected and why, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Literal, TypeAlias

from attrs import Factory, define, field, frozen

from nmt.ntypes import Dim

from .diagnostics import CompileError, Diagnostic
from .programs import Checked, Checker, Fault
from .terms import Record

EVERY = 1000  # records between two reports of progress
MOST_WARNINGS = 1000  # that are kept
MOST_WORDS = 100_000  # strange words of a vocabulary that are told apart

OnError: TypeAlias = Literal["raise", "skip", "collect"]


@frozen
class Accepted:
    """A program that fits the interface."""

    record: Record
    checked: Checked


@define
class Unknown:
    """What is told in one line: words that a vocabulary counts as `unknown`, how often in all, and how often each."""

    total: int = 0
    words: Counter[str] = field(default=Factory(Counter), repr=False)

    def add(self, word: str) -> None:
        """Count a word."""
        self.total += 1
        if word in self.words or len(self.words) < MOST_WORDS:
            self.words[word] += 1


class Strays(dict[str, Unknown]):
    """Words by the name of their vocabulary; `package.NAME` where two vocabularies have one name."""

    def __init__(self) -> None:
        super().__init__()
        self._names: dict[Dim, str] = {}

    def of(self, vocab: Dim) -> Unknown:
        """What is told of the words of a vocabulary."""
        name = self._names.get(vocab)
        if name is None:
            alike = [one for one in self._names if one.name == vocab.name]
            for one in alike:
                self[f"{one.package}.{one.name}"] = self.pop(self._names[one])
                self._names[one] = f"{one.package}.{one.name}"
            name = self._names[vocab] = f"{vocab.package}.{vocab.name}" if alike else vocab.name
        return self.setdefault(name, Unknown())


@define
class Compiled:
    """What became of files: `read` counts all records, `count` those accepted, `nodes` their calls.

    `reasons` counts what was rejected by code, `unknown` the words of what was accepted that no vocabulary has and that
    count as `unknown`, by the vocabulary's name, and `impossible` the answers that annotators of these gave, and that a
    program cannot. `fallback` counts programs that were made where no rule could tell, and what it was that none could.
    `rejected` is told in full; of the `warned` warnings the first are kept in `warnings`.
    """

    read: int = 0
    nodes: int = 0
    seconds: float = 0.0
    accepted: list[Accepted] = field(default=Factory(list), repr=False)
    count: int = 0
    rejected: list[Diagnostic] = field(default=Factory(list), repr=False)
    warnings: list[Diagnostic] = field(default=Factory(list), repr=False)
    warned: int = 0
    reasons: Counter[str] = field(default=Factory(Counter))
    unknown: Strays = field(default=Factory(Strays))
    impossible: Strays = field(default=Factory(Strays))
    fallback: Unknown = field(default=Factory(Unknown))


def compile_programs(
    records: Iterable[Record | Diagnostic],
    checker: Checker,
    place: str = "",
    *,
    on_error: OnError = "collect",
    keep: bool = True,
    into: Compiled | None = None,
    progress: Callable[[int], None] | None = None,
    accept: Callable[[Record, Checked], None] | None = None,
    reject: Callable[[Diagnostic], None] | None = None,
) -> Compiled:
    """Check every program of a file. With `keep` the accepted ones are kept, else only counted.

    `place` is what the file is called where it has no lines (default: its name). `accept` is called with each program
    that is accepted, and `reject` with what is told of others, instead of keeping it.

    Raises CompileError where the file cannot be read on, and, with `on_error="raise"`, for the first program that is
    rejected; `into` then holds what came before. With `skip` rejected programs are counted and no more.
    """
    made = Compiled() if into is None else into
    tell = {"collect": reject or made.rejected.append, "skip": _nothing, "raise": _raise}[on_error]
    start, before = perf_counter(), made.seconds
    try:
        for item in records:
            outcome = item if isinstance(item, Diagnostic) else _outcome(item, checker, place)
            if isinstance(outcome, Diagnostic):
                if outcome.severity == "warning":
                    made.warned += 1
                    if len(made.warnings) < MOST_WARNINGS:
                        made.warnings.append(outcome)
                    continue
                made.reasons[outcome.code] += 1
            made.read += 1
            if progress is not None and made.read % EVERY == 0:
                progress(made.read)
            if isinstance(outcome, Diagnostic):
                tell(outcome)
                continue
            assert isinstance(item, Record)
            made.count += 1
            made.nodes += len(item.term.skeleton.ops)
            if outcome.open or "answers" in item.columns:
                _strays(made, item, outcome)
            if item.columns.get("fallback"):
                _fallback(made, item.columns["fallback"])
            if accept is not None:
                accept(item, outcome)
            if keep:
                made.accepted.append(Accepted(item, outcome))
    finally:
        made.seconds = before + perf_counter() - start
    return made


def _nothing(_: Diagnostic) -> None:
    """What is only counted."""


def _raise(found: Diagnostic) -> None:
    raise CompileError([found])


def _outcome(record: Record, checker: Checker, place: str) -> Checked | Diagnostic:
    outcome = checker.check(record.term)
    if isinstance(outcome, Checked):
        fault = _answer(record, outcome, checker)
        if fault is None:
            return outcome
        outcome = fault
    return diagnostic(outcome, record, place)


def _answer(record: Record, checked: Checked, checker: Checker) -> Fault | None:
    """What is wrong with the answer; of several annotators one at least must be right."""
    answer = record.columns.get("answer")
    if answer is not None and answer not in checked.answers:
        return checker.answer(checked, answer)
    answers = record.columns.get("answers")
    if answers and not any(one in checked.answers for one in answers):
        return checker.answer(checked, answers[0])
    return None


def _strays(made: Compiled, record: Record, checked: Checked) -> None:
    """Count the words of a program, and of its answers, that are none of their vocabularies."""
    for of, word in checked.strays(record.term):
        made.unknown.of(of).add(word)
    vocab = checked.vocab
    if vocab is not None and vocab.words is not None:
        told = made.impossible if vocab.unknown is None else made.unknown
        for answer in (record.columns.get("answer"), *(record.columns.get("answers") or ())):
            if answer is not None and answer not in vocab.places:
                told.of(vocab).add(answer)


def _fallback(made: Compiled, what: object) -> None:
    """Count a program that a reader could only guess; `what` lists why, or is True."""
    made.fallback.total += 1
    made.fallback.words.update(what if isinstance(what, tuple) else ())


def diagnostic(fault: Fault, record: Record, place: str = "") -> Diagnostic:
    """A fault with its place: the characters of a line, or the node of a record without lines."""
    span = record.span(fault.node)
    if span is not None:
        return Diagnostic(fault.code, fault.message, span, help=fault.help)
    where = f"{place}: question {record.number}" if place and not record.line else record.place
    if fault.node is not None and fault.node < len(record.term.skeleton.ops):
        where += f", node {fault.node} ({record.term.skeleton.ops[fault.node]})"
    return Diagnostic(fault.code, fault.message, help=fault.help, place=where)
