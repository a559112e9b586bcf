"""Programs as numbers: the graph of each, and its words, in arrays that a batch is cut from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from nmt.ntypes import Dim

from .diagnostics import error
from .lower import Lowering
from .programs import ANYTHING, Checked, Checker, Fault
from .programs_file.columns import Lists, Values
from .programs_file.file import ProgramsFile
from .schedule import Ints, Schedule, make_schedule
from .terms import Term

UNUSED = Fault("NMT405", "no program has it")


@frozen(eq=False)
class Encoded:
    """Programs against a schedule.

    Program `p` is of graph `graph[p]`; its words are `words[starts[p]:starts[p + 1]]`, each the number of a word of
    `parts[part]`. `offsets[vocab, part]` is where a part begins in a vocabulary.
    """

    schedule: Schedule
    graph: Ints
    starts: Ints
    words: Ints
    part: Ints
    offsets: Ints

    def __len__(self) -> int:
        return len(self.graph)


def encode(programs: Iterable[tuple[Term, Checked]], lowering: Lowering) -> Encoded:
    """Lower, schedule and number checked programs."""
    graph: list[int] = []
    starts, words, part = [0], [], []
    parts: dict[Dim, int] = {}
    for term, checked in programs:
        graph.append(lowering.number(checked))
        for (vocab, _), word in zip(checked.slots, term.words, strict=True):
            words.append(_place(vocab, word))
            part.append(parts.setdefault(vocab, len(parts)))
        starts.append(len(words))
    return _encoded(lowering, parts, *(np.array(one, dtype=np.int64) for one in (graph, starts, words, part)))


def encode_file(file: ProgramsFile, checker: Checker, lowering: Lowering) -> tuple[Encoded, Ints]:
    """The programs of a compiled file, checked and numbered skeleton by skeleton, at the speed of arrays.

    The second result says which programs of the file these are: the others do not fit the interface. Why, tells
    `compile_programs` of their records. Raises CompileError where the file is damaged (NMT417), has no programs or none
    that fits, or where vocabularies wait for data (NMT605).
    """
    if not len(file):
        raise error("NMT605", "holds no programs", place=file.arrays.name, help="`nmt compile` tells why")
    parts: dict[Dim, int] = {}
    used = set(np.unique(file.skeleton).tolist())  # others are of alternatives alone
    outcomes = [checker.skeleton(one) if at in used else UNUSED for at, one in enumerate(file.skeletons)]
    graphs = [-1 if isinstance(one, Fault) else lowering.number(one) for one in outcomes]
    slots: list[int] = []  # the vocabularies of the words of each skeleton; -1 where it does not fit
    first = []
    for skeleton, one in zip(file.skeletons, outcomes, strict=True):
        first.append(len(slots))
        if isinstance(one, Fault):
            slots += [-1] * sum(skeleton.counts)
        else:
            slots += [parts.setdefault(vocab, len(parts)) for vocab, _ in one.slots]
    waiting = sorted(str(vocab) for vocab in parts if vocab.words is None)
    if waiting:
        help_ = "bind them first: `Interface.bind` counts the words of a file"
        raise error(
            "NMT605", f"the words of {', '.join(waiting)} are not known yet", place=file.arrays.name, help=help_
        )
    places = np.full((len(parts) + 1, len(file.vocabulary)), -1, dtype=np.int64)
    for vocab, number in parts.items():
        found = [vocab.place(word) for word in file.vocabulary]
        places[number] = [-1 if place is None else place for place in found]
    widths = np.diff(file.starts)
    into = np.arange(len(file.words)) + np.repeat(
        np.array(first, dtype=np.int64)[file.skeleton] - file.starts[:-1], widths
    )
    part = np.array(slots, dtype=np.int64)[into]
    words = places[part, file.words]
    graph = np.array(graphs, dtype=np.int64)[file.skeleton]
    fits = (graph >= 0) & (_each(words < 0, file.starts) == 0) & _answered(file, outcomes)
    if not fits.any():
        raise error("NMT605", "none of its programs fits", place=file.arrays.name, help="`nmt compile` tells why")
    kept = np.repeat(fits, widths)
    starts = np.concatenate([[0], np.cumsum(widths[fits])])
    return _encoded(lowering, parts, graph[fits], starts, words[kept], part[kept]), np.flatnonzero(fits)


def _answered(file: ProgramsFile, outcomes: Sequence[Checked | Fault]) -> npt.NDArray[np.bool_]:
    """Whether each program can give its answer, or at least one of those of several annotators."""
    kinds: dict[int, int] = {}
    group, known = [], []
    for one in outcomes:
        answers = ANYTHING if isinstance(one, Fault) else one.answers
        if id(answers) not in kinds:
            known.append(answers)
        group.append(kinds.setdefault(id(answers), len(kinds)))
    kind = np.array(group, dtype=np.int64)[file.skeleton]
    fits = np.ones(len(file), dtype=np.bool_)
    single, several = file.columns.get("answer"), file.columns.get("answers")
    if isinstance(single, Values):
        given = [[value is None or value in words for value in single.values] for words in known]
        fits &= np.array(given, dtype=np.bool_)[kind, single.numbers]
    if isinstance(several, Lists):
        given = [[word in words for word in several.words] for words in known]
        right = np.array(given, dtype=np.bool_)[np.repeat(kind, np.diff(several.starts)), several.items]
        fits &= (_each(right, several.starts) > 0) | (several.lengths < 2)
    return fits


def _each(what: npt.NDArray[np.bool_], starts: Ints) -> Ints:
    """How many are true in each part."""
    total: Ints = np.concatenate([[0], np.cumsum(what)])
    counts: Ints = total[starts[1:]] - total[starts[:-1]]
    return counts


def _encoded(
    lowering: Lowering, parts: Mapping[Dim, int], graph: Ints, starts: Ints, words: Ints, part: Ints
) -> Encoded:
    schedule = make_schedule(lowering.graphs)
    offsets = np.array([[vocab.offset(dim) or 0 for dim in parts] for vocab in schedule.vocabs], dtype=np.int64)
    return Encoded(schedule, graph, starts, words, part, offsets.reshape(len(schedule.vocabs), len(parts)))


def _place(vocab: Dim, word: str) -> int:
    place = vocab.place(word)
    assert place is not None, "the words of a checked program"
    return place
