"""Questions as people give them, and their parses: from a parser, or from a file of parses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from attrs import evolve, frozen

from nmt.compiler.diagnostics import CompileError, Diagnostic
from nmt.compiler.frontends.files import STDIN, Input, inputs, lines
from nmt.compiler.frontends.layouts import join
from nmt.compiler.frontends.parses import Given, Parse, align, kind_of, read_parses

from .parser import Parser

_NAMED = re.compile(r"\S*[\w/]\.[A-Za-z]\w{0,7}|\S+/\S*")  # a name with an ending, or a path


@frozen
class Question:
    """A question, and where it stands: in a file, or among those given."""

    file: str
    line: int
    text: str


def is_file(text: str) -> bool:
    """Whether a file of questions is meant, and no question: it is there, or is called like one; or `-`."""
    try:
        return text == STDIN or Path(text).exists() or _NAMED.fullmatch(text) is not None
    except (OSError, ValueError):  # too long to be a name
        return False


def holds_parses(name: str) -> bool:
    """Whether a file holds sentences that are parsed already; raises CompileError where it cannot be read."""
    return name != STDIN and is_file(name) and kind_of(Input.of(name)) is not None


def asked(given: Sequence[str]) -> Iterator[Question | Diagnostic]:
    """Questions as they are, or line by line in files; a line without one is told (NMT421), since lines count.

    Raises CompileError (NMT401, NMT402) where a file cannot be read.
    """
    for number, text in enumerate(given, 1):
        if not is_file(text):
            yield Question("question", number, _on_a_line(text))
            continue
        source = Input.of(text)
        for line, shown in lines(source):
            if isinstance(shown, Diagnostic):
                yield shown
            else:
                yield Question(source.name, line, shown.strip()) if shown.strip() else _empty(source.name, line)


def parsed(questions: Iterable[Question | Diagnostic], parser: Parser) -> Iterator[tuple[str, Parse | Diagnostic]]:
    """What a parser makes of questions, each with the file that it stands in."""
    waiting: list[Question | Diagnostic] = []

    def texts() -> Iterator[str]:
        for one in questions:
            waiting.append(one)
            if isinstance(one, Question):
                yield one.text

    for made in parser.parse(texts()):
        yield from _told(waiting)
        question = waiting.pop(0)
        assert isinstance(question, Question)
        yield question.file, _placed(made, question)
    yield from _told(waiting)


def _told(waiting: list[Question | Diagnostic]) -> Iterator[tuple[str, Diagnostic]]:
    """The diagnostics that stand before the next question."""
    while waiting and isinstance(waiting[0], Diagnostic):
        yield "", waiting[0]
        del waiting[0]


def given(path: str, questions: Sequence[str] = ()) -> Iterator[tuple[str, Parse | Diagnostic]]:
    """The sentences of a file or folder of parses, each with the file of it.

    With questions, or one file of them, the parse of each: they are brought together by their words, in their order.
    Sentences that belong to no question are told where there is a file (NMT449), and else passed over; and so is a file
    of a folder that holds no parses (NMT401, NMT402, NMT416). Raises CompileError (of these) where a file that is named
    cannot be read, or one cannot be read on.
    """
    if not questions:
        for parses in _opened(path):
            if isinstance(parses, Diagnostic):
                yield "", parses
            else:
                yield from ((parses.name, one) for one in read_parses(parses))
        return
    filed = is_file(questions[0])
    source = Input.of(questions[0]) if filed else Given("\n".join(map(_on_a_line, questions)), "question")
    opened = list(_opened(path))
    yield from (("", one) for one in opened if isinstance(one, Diagnostic))
    sentences = (one for parses in opened if isinstance(parses, Input) for one in read_parses(parses))
    for found in align(sentences, source):
        if isinstance(found, Diagnostic):
            if filed or found.code != "NMT449":
                yield source.name, found
        elif found.parses:
            yield source.name, evolve(join(found.parses), text=found.text, line=found.number + 1)
        elif filed:
            yield source.name, _empty(source.name, found.number + 1)


def _opened(path: str) -> Iterator[Input | Diagnostic]:
    """A file of parses, or those of a folder; its other files are told."""
    for source in inputs(path):
        try:
            if kind_of(source) is None:
                read_parses(source)  # says what is wrong
        except CompileError as fault:
            if source.name == str(path) or source.path is None:
                raise
            yield from fault.diagnostics
        else:
            yield source


def _empty(name: str, line: int) -> Diagnostic:
    return Diagnostic("NMT421", "the line has no question", place=f"{name}:{line}")


def _on_a_line(text: str) -> str:
    return " ".join(text.split())


def _placed(made: Parse | Diagnostic, question: Question) -> Parse | Diagnostic:
    if isinstance(made, Parse):
        return evolve(made, line=question.line)
    own = made.span is None and made.code not in {"NMT640", "NMT641", "NMT643"}
    return evolve(made, place=f"{question.file}:{question.line}") if own else made
