"""Two interfaces -> their differences, each named by what it breaks.

What is compared are normal forms: comments, the order of declarations and the names of parameters do not count. What
is safe: a wider parameter, a narrower result, whatever is new. A change behind a name (of a type, a vocabulary, an op)
is told once, where the name is declared, in whatever package; what only passes it on is not listed.

- CALL: a program, or a body that named this, may no longer fit.
- WEIGHTS: a module has other instances, parameters or shapes, or its words stand at other places.
- CACHE: values of modules and ops that were computed and kept would come out differently, or in another shape. What
  breaks WEIGHTS breaks CACHE: who trains again computes other values.
- MEANING: programs run and shapes fit, but the numbers are others, or stand for something else.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..check import Interface
from .calls import compare_calls
from .changes import BREAKS, Change
from .dims import compare_dims
from .forms import Forms, Table
from .names import compare_names
from .promises import compare_promises
from .types import compare_types
from .view import views


def compare(old: Interface, new: Interface) -> tuple[Change, ...]:
    """Every change, the worst first, then in the order of the text; nothing for equal interfaces."""
    return tuple(sorted(_changes(old, new), key=_rank))


def _changes(old: Interface, new: Interface) -> Iterator[Change]:
    before, after = views(old, new)
    table: Table = {}
    forms = Forms(before, table), Forms(after, table)
    deep = Forms(before, table, deep=True), Forms(after, table, deep=True)
    yield from compare_names(before, after)
    yield from compare_dims(before, after)
    yield from compare_types(before, after, forms)
    yield from compare_calls(before, after, forms, deep)
    yield from compare_promises(before, after, forms, deep)


def _rank(change: Change) -> tuple[int, str, int, str]:
    worst = next((place for place, what in enumerate(BREAKS) if what in change.breaks), len(BREAKS))
    span = change.at or change.was
    path = span.source.path if span is not None else ""
    return worst, path, span.start if span is not None else 0, change.message
