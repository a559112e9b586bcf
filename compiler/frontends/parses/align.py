"""Questions of a file beside their parses, by the words and not by the line.

A parser cuts `What's` in two, writes brackets and quotes in its own way, makes two sentences of one question and none
of an empty line, and gives some up. What is left of both sides without spaces and signs is the same all the same:
`whatsonthemans`. So a question takes as many parses as its letters need. Where that fails, the nearest place where
both sides agree again is looked for; what lies before is put together by its words (`overlap`), or told.

Cost: a few microseconds a question while both sides agree; constant memory.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Generic, TypeVar

from attrs import define, field, frozen

from ...diagnostics import Diagnostic, Note
from ..files import Input, lines
from .overlap import pairs_of
from .parse import Parse

WINDOW = 50  # questions, and parses, within which both sides must agree again
SURE = 5  # so near, one pair that agrees is enough; farther, the next must agree, too
_SIGNS = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W_]+")


@frozen
class Asked:
    """A question and what was parsed of it: nothing for an empty line, several parses for several sentences.

    `number` counts the lines of the file from 0.
    """

    number: int
    text: str
    parses: tuple[Parse, ...]


@frozen
class _Item:
    """A question, or a parsed sentence, with what it is compared by. `parse` is a diagnostic where parsing failed."""

    key: str
    text: str
    number: int = 0
    parse: Parse | Diagnostic | None = None

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(_WORD.findall(self.text.casefold())) or tuple(self.text.split())


def align(parses: Iterable[Parse | Diagnostic], questions: Input) -> Iterator[Asked | Diagnostic]:
    """The questions of a file, one a line, each with its parses, in order.

    What was wrong with a parse, or a line, is handed on. A question that has no parse is told (NMT448), with what the
    parser said of it where that is known; a parse that belongs to no question, too (NMT449). Raises CompileError where
    a file cannot be read on.
    """
    return _Aligner(_Ahead(_asked(questions)), _Ahead(map(_parsed, parses)), questions.name).run()


def key_of(text: str) -> str:
    """Letters and figures alone, small and without accents; of a text that has none, the signs."""
    if not text.isascii():
        text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return _SIGNS.sub("", text.casefold()) or "".join(text.split())


def _asked(questions: Input) -> Iterator[_Item]:
    for line, text in lines(questions):
        if isinstance(text, Diagnostic):
            yield _Item("", "", line - 1, text)
        else:
            yield _Item(key_of(text), text, line - 1)


def _parsed(parse: Parse | Diagnostic) -> _Item:
    if isinstance(parse, Diagnostic):
        return _Item("", "", 0, parse)
    return _Item(key_of("".join(parse.words)), " ".join(parse.words), parse.number, parse)


T = TypeVar("T")


@define(eq=False)
class _Ahead(Generic[T]):
    """An iterator that can be looked into."""

    rest: Iterator[T]
    seen: deque[T] = field(factory=deque)

    def get(self, place: int) -> T | None:
        """The item at a place ahead, or None behind the end."""
        self.fill(place + 1)
        return self.seen[place] if place < len(self.seen) else None

    def fill(self, count: int) -> None:
        if len(self.seen) < count:
            self.seen.extend(islice(self.rest, count - len(self.seen)))

    def take(self, count: int) -> list[T]:
        self.fill(count)
        return [self.seen.popleft() for _ in range(min(count, len(self.seen)))]


@define(eq=False)
class _Aligner:
    questions: _Ahead[_Item]
    parses: _Ahead[_Item]
    name: str

    def run(self) -> Iterator[Asked | Diagnostic]:
        while (question := self.questions.get(0)) is not None:
            if isinstance(question.parse, Diagnostic):
                self.questions.take(1)
                yield question.parse
            elif not question.key:
                self.questions.take(1)
                yield Asked(question.number, question.text, ())
            elif count := self._agreeing(question, 0):
                self.questions.take(1)
                yield _together(question, self.parses.take(count))
            else:
                yield from self._settled(*self._again())
        while rest := self.parses.take(WINDOW):
            yield from map(self._unasked, rest)

    def _agreeing(self, question: _Item, start: int) -> int:
        """How many parses, from that place on, are the question, letter by letter; 0 where they are not."""
        rest = question.key
        place = start
        while (sentence := self.parses.get(place)) is not None and sentence.key:
            if sentence.key == rest:
                return place + 1 - start + self._signs(place + 1)
            if rest.startswith(sentence.key):
                rest = rest[len(sentence.key) :]
            elif place == start or sentence.key[0].isalnum():
                return 0
            place += 1
        return 0

    def _signs(self, place: int) -> int:
        """How many sentences of signs alone follow a question, and are no question themselves: `How many ? ?`."""
        count = 0
        while (sentence := self.parses.get(place + count)) is not None and sentence.key:
            if sentence.key[0].isalnum() or self._following() == sentence.key:
                break
            count += 1
        return count

    def _following(self) -> str:
        """The letters of the next question that is no empty line."""
        place = 1
        while (question := self.questions.get(place)) is not None and not question.key and place < WINDOW:
            place += 1
        return question.key if question is not None else ""

    def _again(self) -> tuple[int, int]:
        """How many questions and parses stand before the next place where both sides agree; at least one of them."""
        self.questions.fill(WINDOW)
        self.parses.fill(WINDOW)
        first: dict[str, int] = {}
        for place, sentence in enumerate(self.parses.seen):
            if sentence.key:
                first.setdefault(sentence.key, place)
        found = [
            (place + first[question.key], place, first[question.key])
            for place, question in enumerate(self.questions.seen)
            if question.key in first
        ]
        found.extend(
            (place + start, place, start)
            for place, question in enumerate(islice(self.questions.seen, SURE))
            for start in range(SURE)
            if question.key and self._agreeing(question, start)
        )
        for _, place, start in sorted(found):
            if place + start and (place + start < SURE or self._agree_on(place + 1, start + 1)):
                return place, start
        half = WINDOW // 2
        return (half if len(self.questions.seen) == WINDOW else len(self.questions.seen)), (
            half if len(self.parses.seen) == WINDOW else len(self.parses.seen)
        )

    def _agree_on(self, place: int, start: int) -> bool:
        """Whether the next question and the next parse agree, or one side has ended."""
        question, sentence = self.questions.get(place), self.parses.get(start)
        return question is None or sentence is None or question.key == sentence.key

    def _settled(self, asked: int, parsed: int) -> Iterator[Asked | Diagnostic]:
        """What lies before that place: put together by the words, or told on both sides."""
        questions, sentences = self.questions.take(asked), self.parses.take(parsed)
        pairs = pairs_of(
            [question.words if question.parse is None else () for question in questions],
            [(one.words, one.parse.words.count("") if isinstance(one.parse, Parse) else 0) for one in sentences],
        )
        at = to = 0
        for question, sentence in [*pairs, (len(questions), len(sentences))]:
            yield from self._alone(questions[at:question], sentences[to:sentence])
            if question < len(questions):
                yield _together(questions[question], [sentences[sentence]])
            at, to = question + 1, sentence + 1

    def _alone(self, questions: list[_Item], sentences: list[_Item]) -> Iterator[Asked | Diagnostic]:
        """Questions and parses of the same place that do not belong together."""
        failed = deque(one for one in sentences if isinstance(one.parse, Diagnostic))
        for question in questions:
            if isinstance(question.parse, Diagnostic):
                yield question.parse
            elif not question.key:
                yield Asked(question.number, question.text, ())
            else:
                yield self._unparsed(question, failed.popleft().parse if failed else None)
        yield from map(self._unasked, [*failed, *(one for one in sentences if isinstance(one.parse, Parse))])

    def _unparsed(self, question: _Item, fault: Parse | Diagnostic | None) -> Diagnostic:
        notes: tuple[Note, ...] = ()
        if isinstance(fault, Diagnostic):
            place = f" ({fault.place})" if fault.place else ""
            notes = (Note(f"{fault.code} {fault.message}{place}", fault.span),)
        message = f"the question has no parse: {question.text}"
        help_ = "parses are looked for in the order of the questions"
        return Diagnostic("NMT448", message, place=f"{self.name}:{question.number + 1}", notes=notes, help=help_)

    def _unasked(self, sentence: _Item) -> Diagnostic:
        if not isinstance(sentence.parse, Parse):
            assert sentence.parse is not None
            return sentence.parse
        message = f"the sentence belongs to no question: {sentence.text}"
        place = f"sentence {sentence.number} (line {sentence.parse.line})"
        return Diagnostic("NMT449", message, place=place, help=f"the questions are those of {self.name}")


def _together(question: _Item, sentences: list[_Item]) -> Asked:
    return Asked(question.number, question.text, tuple(one.parse for one in sentences if isinstance(one.parse, Parse)))
