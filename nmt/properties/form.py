"""Properties of form: shapes, dtypes, inputs left as they are, and sizes at their least."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import torch
from hypothesis import strategies as st

from nmt.ntypes import Dim
from nmt.ntypes.strategies import Arguments

from .property import NotApplicable, Violation
from .search import Search
from .subject import Built, Subject

FEW = (2, 3, 4)
EXTREMES = (1, 2, 13)


def shape(subject: Subject, search: Search) -> None:
    """H and W swapped, an axis lost or added, a module that cannot be made or called at all.

    No two sizes are alike, and a second module is built with the sizes dealt out the other way round. One row alone,
    and none, are the business of `small`.
    """
    free = subject.free
    turned = dict(zip(free, reversed([subject.sizes[dim] for dim in free]), strict=True))
    for bound in (subject.sizes, {**subject.sizes, **turned}):
        with _bound(subject, bound):
            built = subject.build(sizes=bound)
            batch = st.sampled_from(FEW).flatmap(built.arguments)
            search.every(batch, built.run)  # what it raises says it all


def dtype(subject: Subject, search: Search) -> None:
    """A wrong dtype returned: float32 must give float32, and after `.double()` float64 must give float64.

    Most often a constant is made without the dtype of the input, or a comparison is returned as it is.
    """
    for kind in (torch.float32, torch.float64):
        built = subject.build(dtype=kind)
        expected = kind if built.signature.result.words is None else torch.int64

        def holds(arguments: Arguments, built: Built = built, expected: torch.dtype = expected) -> None:
            result = built.run(arguments)
            for given in (result.raw.dtype, result.value.dtype):
                if given != expected:
                    raise Violation(f"{_short(built.dtype)} gives {_short(given)}, not {_short(expected)}")

        search.every(built.arguments(2), holds, examples=5)


def unchanged(subject: Subject, search: Search) -> None:
    """An input, or the numbers of the instances, changed in place: other modules read the same tensor."""
    built = subject.build()

    def holds(arguments: Arguments) -> None:
        inputs, words = [value.to(built.device) for value in arguments.tensors()], arguments.instances
        words = None if words is None else words.to(built.device)
        with torch.no_grad():
            built.apply(words, inputs, len(arguments))
        for param, before, after in zip(built.signature.params, arguments.tensors(), inputs, strict=True):
            if not torch.equal(before, after.cpu()):
                place = (before != after.cpu()).nonzero()[0].tolist()
                change = f"{float(before[tuple(place)]):.6g} to {float(after[tuple(place)]):.6g}"
                raise Violation(f"the input {label(param.name)} was changed in place, at {place}: {change}")
        if words is not None and words.tolist() != list(arguments.words or ()):
            raise Violation("the numbers of the instances were changed in place")

    search.every(built.arguments(2), holds)


def sizes(subject: Subject, search: Search) -> None:
    """Sizes at their least: each dim that waits for data as 1, 2 and 13, then all of them as 1.

    Left out where `--dims` fixes them all: some networks have a least size, and an interface does not say so.
    """
    if not subject.free:
        raise NotApplicable("no size is left open")
    for bound in _extreme(subject):
        with _bound(subject, bound):
            built = subject.build(sizes=bound)
            search.every(built.arguments(2), partial(_finite, built), examples=3)


def _extreme(subject: Subject) -> Iterator[Mapping[Dim, int]]:
    for dim in subject.free:
        yield from ({**subject.sizes, dim: size} for size in EXTREMES)
    yield {**subject.sizes, **dict.fromkeys(subject.free, 1)}


@contextmanager
def _bound(subject: Subject, sizes: Mapping[Dim, int]) -> Iterator[None]:
    """Say for which sizes a property does not hold."""
    try:
        yield
    except Violation as fault:
        raise Violation(fault.message, fault.example, subject.sized(sizes)) from None


def _finite(built: Built, arguments: Arguments) -> None:
    if not bool(built.run(arguments).value.isfinite().all()):
        raise Violation("gives numbers that are not finite")


def label(name: str) -> str:
    """A parameter by its name, or by its place where the signature gives it none."""
    return f"number {int(name[1:]) + 1}" if name.startswith("#") else f"`{name}`"


def _short(kind: torch.dtype) -> str:
    return str(kind).removeprefix("torch.")
