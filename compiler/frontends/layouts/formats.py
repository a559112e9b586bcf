"""Files of parses as files of programs: what parsers write, turned into layouts by rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from ...diagnostics import Diagnostic
from ...terms import Places, Record
from ..files import Input
from ..format import Format, Options
from ..parses.parse import Parse
from ..parses.readers import KINDS, read_parses
from ..sps import chosen as choose
from .profile import profile_of
from .rules import layout_of
from .sentence import normal

LONGEST = 1000  # words of a sentence: the rules look at each with each


def records_of(parse: Parse, options: Options, number: int = 0, file: str = "") -> list[Record] | Diagnostic:
    """A sentence as programs: one, or with the policy `all` one for each alternative, numbered from `number`.

    Columns: `question` (its text), `words` (in lower case, signs left out), `fallback` (what no rule could tell) and,
    with the policy `all`, `alternative` (which it is, from 0). A sentence that has neither dependencies nor a tree is a
    diagnostic (NMT452), and so is one of more than a thousand words (NMT453). Raises CompileError (NMT450, NMT451)
    where the profile cannot be used.
    """
    profile = profile_of(options.profile)
    place = f"{file}:{parse.line}" if parse.line else f"{file}: sentence {parse.number}"
    if len(parse.words) > LONGEST:
        return Diagnostic("NMT453", f"the sentence has {len(parse.words):,} words, more than {LONGEST:,}", place=place)
    if not parse.edges and not parse.tree:
        shown = " ".join(word for word in parse.words if word)[:60]
        what = f"`{shown}` has no dependencies and no tree" if shown else "there are no words"
        return Diagnostic("NMT452", what, place=place)
    layout = layout_of(parse, profile, compat=options.compat)
    terms = [term for term, _ in layout.alternatives]
    every = options.policy == "all"
    chosen = range(len(terms)) if every else [choose(terms, options.policy)]
    text, starts = text_of(parse)
    columns = {
        "question": text,
        "words": tuple(word.lower() for word in _shown(parse) if any(char.isalnum() for char in word)),
        "fallback": layout.fallback,
    }
    return [
        Record(
            number + count,
            terms[at],
            {**columns, "alternative": at} if every else columns,
            file,
            alternatives=tuple(terms) if len(terms) > 1 else (),
            line=parse.line,
            text=text,
            places=partial(_places, layout.alternatives[at][1], starts),
        )
        for count, at in enumerate(chosen)
    ]


def _shown(parse: Parse) -> list[str]:
    """The words, those that a file leaves out in their places as far as they are known."""
    return [word for word in normal(parse).words if word] if "" in parse.words else list(parse.words)


def text_of(parse: Parse) -> tuple[str, dict[int, tuple[int, int]]]:
    """A sentence as it was asked, or its words with blanks, and the characters of each word in it."""
    text = parse.text or " ".join(_shown(parse))
    starts: dict[int, tuple[int, int]] = {}
    at = 0
    for number, word in enumerate(parse.words, 1):
        found = text.find(word, at) if word else -1
        if found >= 0:
            starts[number] = found, found + len(word)
            at = found + len(word)
    return text, starts


def _places(numbers: tuple[int, ...], starts: dict[int, tuple[int, int]], record: Record) -> Places:
    """The characters of the word that each node comes from; of the whole sentence, where it comes from none."""
    whole = (0, len(record.text))
    return [starts.get(number, whole) for number in numbers]


def _read(kind: str, source: Input, options: Options) -> Iterator[Record | Diagnostic]:
    number = 0
    for parse in read_parses(source, kind):
        made = parse if isinstance(parse, Diagnostic) else records_of(parse, options, number, source.name)
        if isinstance(made, Diagnostic):
            yield made
            number += 1
        else:
            yield from made
            number += len(made)


def _format(kind: str) -> Format:
    one = KINDS[kind]
    read: Callable[[Input, Options], Iterator[Record | Diagnostic]] = partial(_read, kind)
    return Format(kind, one.title, one.fits, read)


# In the order of the kinds of parses.
FORMATS: tuple[Format, ...] = tuple(_format(kind) for kind in KINDS)
