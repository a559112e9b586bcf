"""Properties of batches: a row gives the same whatever stands beside it, wherever it stands."""

from __future__ import annotations

import torch
from hypothesis import strategies as st
from torch import Tensor

from nmt.ntypes.strategies import Arguments

from .compare import disagreement
from .property import NotApplicable, Violation
from .search import Search
from .subject import Built, Subject

FEW = (2, 3, 5)
COMPANIONS = (1, 2, 3, 62)
MOST = 64  # instances that are compared
ROWS = 6


def batch(subject: Subject, search: Search) -> None:
    """Samples of a batch coupled: batch norm in eval, a softmax over the batch, padding that counts.

    Two rows stand in front of other rows, then of different ones and of another number, 1 to 62, then alone; the two
    must give the same. All rows call the same instance, so that instances mixed up are not mistaken for it.
    """
    built = subject.build(dtype=subject.precise)
    others = st.sampled_from(COMPANIONS).flatmap(built.arguments)

    def holds(drawn: tuple[Arguments, Arguments, Arguments]) -> None:
        mine, first, second = (_alike(one, drawn[0]) for one in drawn)
        alone, *results = [built.run(one).raw[: len(mine)] for one in (mine, mine.joined(first), mine.joined(second))]
        where = disagreement(*results) or disagreement(alone, results[0])
        if where:
            ways = f"behind them, the one way:\n{first}\nbehind them, the other:\n{second}"
            raise Violation(f"a row changes with what else is in the batch: {where}", f"{mine}\n{ways}")

    search.every(st.tuples(built.arguments(2), others, others), holds)


def small(subject: Subject, search: Search) -> None:
    """A wrong answer for a batch of one or none: a `squeeze` that takes the batch too, a sum over no rows.

    A row alone must give what it gives beside another of its instance; no rows must give (0, ...) of the same dtype.
    """
    built = subject.build(dtype=subject.precise)

    def holds(arguments: Arguments) -> None:
        both, alone, none = (_alike(arguments, arguments).picked(places) for places in ([0, 1], [0], []))
        where = disagreement(built.run(both).raw[:1], _said(built, alone, "a batch of one"))
        if where:
            raise Violation(f"a batch of one is not what it is beside another row: {where}", alone)
        given = _said(built, none, "a batch of none")
        if given.dtype != built.run(both).raw.dtype:
            raise Violation(f"a batch of none gives {given.dtype}", none)

    search.every(built.arguments(2), holds)


def order(subject: Subject, search: Search) -> None:
    """Results that depend on the order of the batch: a running sum over its rows, numbers by position.

    The rows are put in another order, and the results must come in that order. All rows call the same instance.
    """
    built = subject.build(dtype=subject.precise)
    drawn = st.sampled_from(FEW).flatmap(
        lambda count: st.tuples(built.arguments(count), st.permutations(list(range(count))))
    )

    def holds(pair: tuple[Arguments, list[int]]) -> None:
        arguments, places = _alike(pair[0], pair[0]), pair[1]
        where = disagreement(built.run(arguments).raw[places], built.run(arguments.picked(places)).raw)
        if where:
            raise Violation(
                f"rows change when the batch is put in another order: {where}", f"{arguments}\nin the order {places}"
            )

    search.every(drawn, holds)


def instances(subject: Subject, search: Search) -> None:
    """The instance ignored: two words of the family give the same for every input.

    Ordinary inputs, parameters unsettled, every pair of up to 64 words.
    """
    built = subject.build(dtype=subject.precise)
    if built.words < 2:
        raise NotApplicable("it has no family of words")
    chosen = list(range(built.words))
    if len(chosen) > MOST:
        chosen = sorted({0, len(chosen) - 1, *_sample(len(chosen), MOST - 2, search.seed)})
    plain = built.ordinary(ROWS, search.seed)
    results = [built.run(plain.calling([word] * ROWS)).raw for word in chosen]
    vocab = built.signature.words
    for left, first in enumerate(results):
        for right, second in enumerate(results[:left]):
            if disagreement(first, second) is None:
                names = [(vocab.words or chosen)[chosen[at]] if vocab else at for at in (right, left)]
                raise Violation(
                    f"the instances `{names[0]}` and `{names[1]}` give the same for every input", plain.picked([0])
                )


def mixed(subject: Subject, search: Search) -> None:
    """Instances mixed up: a row that gets what another word of the same batch was to give.

    Each row of a batch with many words must give what it gives where all rows call its own word.
    """
    built = subject.build(dtype=subject.precise)
    if built.words < 2:
        raise NotApplicable("it has no family of words")

    def holds(arguments: Arguments) -> None:
        words = arguments.words or ()
        together = built.run(arguments).raw
        for word in sorted(set(words)):
            rows = [at for at, one in enumerate(words) if one == word]
            alone = built.run(arguments.calling([word] * len(arguments))).raw
            where = disagreement(together[rows], alone[rows])
            if where:
                raise Violation(f"rows of one word change with the words of other rows: {where}")

    search.every(st.sampled_from((*FEW, 16)).flatmap(built.arguments), holds)


def _alike(arguments: Arguments, first: Arguments) -> Arguments:
    """The same inputs, all for the first instance of another call."""
    return arguments.calling([first.words[0]] * len(arguments)) if first.words else arguments


def _said(built: Built, arguments: Arguments, what: str) -> Tensor:
    try:
        return built.run(arguments).raw
    except Violation as fault:
        raise Violation(f"{what}: {fault.message}", arguments) from None


def _sample(size: int, count: int, seed: int) -> list[int]:
    generator = torch.Generator().manual_seed(seed)
    return [int(at) for at in torch.randperm(size, generator=generator)[:count]]
