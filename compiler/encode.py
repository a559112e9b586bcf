"""Programs as numbers: the graph of each, and its words, in arrays that a batch is cut from."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from attrs import frozen

from nmt.ntypes import Dim

from .lower import Lowering
from .programs import Checked
from .schedule import Ints, Schedule, make_schedule
from .terms import Term


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
    schedule = make_schedule(lowering.graphs)
    return Encoded(
        schedule,
        np.array(graph, dtype=np.int64),
        np.array(starts, dtype=np.int64),
        np.array(words, dtype=np.int64),
        np.array(part, dtype=np.int64),
        np.array([[vocab.offset(dim) or 0 for dim in parts] for vocab in schedule.vocabs], dtype=np.int64).reshape(
            len(schedule.vocabs), len(parts)
        ),
    )


def _place(vocab: Dim, word: str) -> int:
    place = vocab.place(word)
    assert place is not None, "the words of a checked program"
    return place
