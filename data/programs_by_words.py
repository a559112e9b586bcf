"""Questions and programs in order, found by the words that both have, wherever one side has more than the other.

While both sides agree they go on together. Where they do not, the fewest questions and programs are left out after
which they do (Myers' difference); where more than a few are missing, the nearest place is looked for at which several
in a row agree. Cost: microseconds a question, and more with what is missing; memory: some ten thousand of each.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Generic, TypeAlias, TypeVar

from attrs import define, field

from nmt.compiler.diagnostics import Diagnostic, error
from nmt.compiler.terms import Record

Q = TypeVar("Q")
T = TypeVar("T")
Keyed: TypeAlias = tuple[str | None, T]  # what an item is compared by (None: with nothing), and the item
Program: TypeAlias = Record | Diagnostic

TOGETHER = 1000  # that agree are handed on at once
RUN = 32  # so many in a row that agree end the search for the fewest that are missing
EDITS = 64  # questions and programs that may be missing before a place farther away is looked for
SURE = 16  # that agree in a row there,
FLAWS = 3  # after so many that are missing, at most
WINDOWS = (512, 4096, 32_768)  # questions, and programs, among which it is looked for


@define(eq=False)
class _Ahead(Generic[T]):
    """An iterator that can be looked into."""

    rest: Iterator[Keyed[T]]
    seen: list[Keyed[T]] = field(factory=list)

    def has(self, place: int) -> bool:
        """Whether there is an item so far ahead."""
        return place < len(self.seen) or self.fill(place + 1)

    def fill(self, count: int) -> bool:
        """Look ahead at so many items; whether there are as many."""
        if len(self.seen) < count:
            self.seen.extend(islice(self.rest, max(count - len(self.seen), RUN)))
        return len(self.seen) >= count

    def take(self, count: int) -> list[T]:
        """The next items, which are then passed."""
        self.fill(count)
        taken = [item for _, item in self.seen[:count]]
        del self.seen[:count]
        return taken


@define(eq=False)
class ByWords(Generic[Q]):
    """The questions of the file `asked` with the programs of the file `name`.

    `warn` is called with what stands in no question's place: faults, and (NMT658) programs of no question.
    """

    questions: _Ahead[Q]
    programs: _Ahead[Program]
    asked: str
    name: str
    warn: Callable[[Diagnostic], None]
    matched: int = 0
    strange: list[str] = field(factory=list)  # where programs stand that are of no question, the first of them
    left: int = 0  # how many there are

    @classmethod
    def of(
        cls,
        questions: Iterator[Keyed[Q]],
        programs: Iterator[Keyed[Program]],
        asked: str,
        name: str,
        warn: Callable[[Diagnostic], None],
    ) -> ByWords[Q]:
        """From items with what they are compared by."""
        return cls(_Ahead(questions), _Ahead(programs), asked, name, warn)

    def run(self) -> Iterator[tuple[Q, Program | None]]:
        """Each question with its program, or a fault that stands where it should be, or None.

        Raises CompileError (NMT651) at the end where no program is of any question.
        """
        some = self.questions.has(0)
        while self.questions.has(0):
            count = self._agreeing(0, 0, TOGETHER)
            self.matched += count
            yield from zip(self.questions.take(count), self.programs.take(count), strict=True)
            if count < TOGETHER:
                yield from self._apart(*self._again())
        while rest := self.programs.take(TOGETHER):
            self._pass(rest)
        if self.left and some and not self.matched:
            message = f"holds {self.left:,} programs, and none is of a question of {self.asked}"
            raise error("NMT651", message, place=self.name, help="take programs that were made from these questions")
        if self.left:
            message = f"{self.left:,} programs are of no question of {self.asked}: {', '.join(self.strange)}"
            self.warn(Diagnostic("NMT658", message, place=self.name))

    def _agreeing(self, at: int, start: int, most: int) -> int:
        """How many agree in a row, from the question `at` and the program `start` on."""
        count = 0
        while count < most and self.questions.has(at + count) and self.programs.has(start + count):
            key = self.questions.seen[at + count][0]
            if key is None or key != self.programs.seen[start + count][0]:
                break
            count += 1
        return count

    def _again(self) -> tuple[int, int]:
        """How many questions and programs to leave out; at least one of them while there are any."""
        if not self.programs.has(0):
            self.questions.fill(TOGETHER)
            return len(self.questions.seen), 0
        return self._way(0, 0, EDITS, RUN) or self._far()

    def _way(self, asked: int, passed: int, most: int, enough: int) -> tuple[int, int] | None:
        """Where both first agree on the way, from there on, that leaves out the fewest; None where it leaves out more.

        The way ends where `enough` agree in a row, or with both sides. Of each diagonal (questions passed less programs
        passed) that so many left out can reach, the farthest place is known, and where the way to it first agreed.
        """
        best: dict[int, tuple[int, tuple[int, int] | None]] = {1: (0, None)}
        for edits in range(most + 1):
            for diagonal in range(-edits, edits + 1, 2):
                lower, upper = best.get(diagonal - 1), best.get(diagonal + 1)
                if upper is not None and (lower is None or lower[0] < upper[0]):
                    at, first = upper
                else:
                    assert lower is not None, "one of both was reached before"
                    at, first = lower[0] + 1, lower[1]
                run = self._agreeing(asked + at, passed + at - diagonal, enough)
                place = (asked + at, passed + at - diagonal)
                first = first or (place if run else None)
                at += run
                if run == enough or not (self.questions.has(place[0] + run) or self.programs.has(place[1] + run)):
                    return first or place
                best[diagonal] = (at, first)
        return None

    def _far(self) -> tuple[int, int]:
        """The same by the nearest place from which nearly all agree for a while; else half of all in sight."""
        for window in WINDOWS:
            self.questions.fill(window)
            self.programs.fill(window)
            first: dict[str, int] = {}
            for start, (key, _) in enumerate(self.programs.seen):
                if key is not None:
                    first.setdefault(key, start)
            found = [
                (at + first[key], at, first[key]) for at, (key, _) in enumerate(self.questions.seen) if key in first
            ]
            for _, at, start in sorted(found):
                if self._way(at, start, FLAWS, SURE):
                    return at, start
        return (len(self.questions.seen) + 1) // 2, (len(self.programs.seen) + 1) // 2

    def _apart(self, asked: int, passed: int) -> Iterator[tuple[Q, Program | None]]:
        """Questions and programs of one place that do not belong together: a fault may be that of a question."""
        keys = [key for key, _ in self.questions.seen[:asked]]
        faults = deque(self._strange(self.programs.take(passed)))
        for key, question in zip(keys, self.questions.take(asked), strict=True):
            yield question, faults.popleft() if faults and key is not None else None
        for fault in faults:
            self.warn(fault)

    def _pass(self, programs: list[Program]) -> None:
        for fault in self._strange(programs):
            self.warn(fault)

    def _strange(self, programs: list[Program]) -> list[Diagnostic]:
        """The faults among programs of no question; the others are counted."""
        faults = [one for one in programs if isinstance(one, Diagnostic)]
        self.left += len(programs) - len(faults)
        for one in programs:
            if isinstance(one, Record) and len(self.strange) < 3:
                self.strange.append(f"`{one.columns.get('question') or one.place}`")
        return faults
