"""Questions and the file that holds their programs: joined by their number, or by the words that both have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from attrs import evolve, frozen

from nmt.compiler.diagnostics import Diagnostic, error
from nmt.compiler.frontends import read_programs
from nmt.compiler.frontends.compiled import COMPILED
from nmt.compiler.frontends.files import inputs
from nmt.compiler.frontends.formats import format_of
from nmt.compiler.frontends.parses.align import key_of
from nmt.compiler.terms import Record

from .programs_by_words import ByWords

if TYPE_CHECKING:
    from nmt.compiler.check import Interface

Q = TypeVar("Q")
Found: TypeAlias = Record | Diagnostic | None


@frozen(eq=False)
class Programs:
    """The programs of a file. One with `gaps` leaves out numbers, of what was rejected when it was made."""

    name: str
    stream: Iterable[Record | Diagnostic]
    gaps: bool = False

    @classmethod
    def of(cls, path: Path, interface: Interface | None = None) -> Programs:
        """Of a file of any format.

        Raises CompileError where that cannot be told, and NMT418 for a compiled file that was made for another
        interface than the one that is given.
        """
        stream = read_programs(path, interface=interface)
        return cls(str(path), stream, any(format_of(one).name == COMPILED for one in inputs(path)))


@frozen(eq=False)
class Asked(Generic[Q]):
    """The questions of a file, in order, and the text of one."""

    name: str
    stream: Iterable[Q]
    text: Callable[[Q], str]


def aligned(asked: Asked[Q], programs: Programs, warn: Callable[[Diagnostic], None]) -> Iterator[tuple[Q, Found]]:
    """Each question with its program, or why it has none; None where the file says nothing of it.

    Programs that were made of the questions' words, such as those of a parser, are found by these words; all others
    have the number of their question, and are as many. `warn` is called with what stands in no program's place, and of
    words with what is left over (NMT658).

    Raises CompileError (NMT651) at the end where numbers go farther in one file than in the other, or where no words
    are the same.
    """
    stream = _without_warnings(programs.stream, warn)
    first: list[Record | Diagnostic] = []
    for one in stream:
        first.append(one)
        if isinstance(one, Record):
            break
    worded = not programs.gaps and bool(first) and _key(first[-1]) is not None
    stream = chain(first, stream)
    if not worded:
        return _by_number(asked, programs, stream)
    questions = ((key_of(asked.text(one)) or None, one) for one in asked.stream)
    return ByWords.of(questions, ((_key(one), one) for one in stream), asked.name, programs.name, warn).run()


def _without_warnings(
    programs: Iterable[Record | Diagnostic], warn: Callable[[Diagnostic], None]
) -> Iterator[Record | Diagnostic]:
    for one in programs:
        if isinstance(one, Diagnostic) and one.severity == "warning":
            warn(one)
        else:
            yield one


# -- by number


def _by_number(asked: Asked[Q], programs: Programs, stream: Iterator[Record | Diagnostic]) -> Iterator[tuple[Q, Found]]:
    numbered = _numbered(stream, programs.name)
    ahead = next(numbered, None)
    count, last = 0, -1
    for question in asked.stream:
        found = None
        if ahead is not None and ahead[0] == count:
            last, found = ahead
            ahead = next(numbered, None)
        yield question, found
        count += 1
    more = ahead is not None
    while ahead is not None:
        last = ahead[0]
        ahead = next(numbered, None)
    if more or (last + 1 < count and not programs.gaps):
        message = f"holds {last + 1:,} programs, but {asked.name} has {count:,} questions"
        help_ = "both go line by line: one of them is of other questions"
        raise error("NMT651", message, place=programs.name, help=help_)


def _numbered(stream: Iterator[Record | Diagnostic], name: str) -> Iterator[tuple[int, Record | Diagnostic]]:
    """Programs with their numbers; what cannot be read stands in the place of one."""
    number = -1
    for program in stream:
        if isinstance(program, Record) and program.number <= number:
            message = f"has two programs of the question {program.number}"
            raise error("NMT651", message, place=name, help="give one file, with one program a question")
        number = program.number if isinstance(program, Record) else number + 1
        yield number, program


# -- by words


def _key(program: Record | Diagnostic) -> str | None:
    text = program.columns.get("question") if isinstance(program, Record) else None
    return (key_of(text) or None) if isinstance(text, str) else None


# -- records


def with_programs(
    questions: Iterable[Record | Diagnostic], path: Path, name: str, interface: Interface | None = None
) -> Iterator[Record | Diagnostic]:
    """Records of questions (of the file `name`) with the programs of a file in place of their own.

    What a program's record says about its question is kept where the question itself says nothing of it.
    """
    told: list[Diagnostic] = []
    for question, program in aligned(Asked(name, questions, _text), Programs.of(path, interface), told.append):
        yield joined(question, program, name)
    yield from told


def _text(question: Record | Diagnostic) -> str:
    return str(question.columns.get("question") or "") if isinstance(question, Record) else ""


def joined(question: Record | Diagnostic, program: Found, name: str) -> Record | Diagnostic:
    """A question with another program, or why there is none. Raises CompileError (NMT652) where ids differ."""
    if isinstance(question, Diagnostic):
        return question
    if program is None:
        return no_program(question.number, name)
    if isinstance(program, Diagnostic):
        return program
    same_question(question.id, program)
    columns = {**program.columns, **question.columns}
    return evolve(program, number=question.number, id=question.id, columns=columns)


def no_program(number: int, name: str) -> Diagnostic:
    """A question for which the file of programs has none."""
    help_ = "the file of programs left it out, most often because it was rejected"
    return Diagnostic("NMT653", "has no program", place=f"{name}: question {number}", help=help_)


def same_question(id_: str | int | None, program: Record) -> None:
    """Raise CompileError where a program names another question than the one in its place."""
    if program.id is not None and id_ is not None and str(program.id) != str(id_):
        message = f"the program is of question {program.id}, but question {id_} stands in its place"
        raise error("NMT652", message, place=program.place, help="take programs that were made from these questions")
