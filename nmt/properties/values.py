"""Properties of values: finite, inside the type, and well behaved at the edges of what goes in."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from attrs import evolve
from hypothesis import strategies as st
from torch import Tensor

from nmt.ntypes.strategies import Arguments, Recipe, Row, kinds

from .compare import why_outside
from .form import label
from .gradients import differentiate
from .property import Violation
from .search import Search
from .subject import Built, Subject

ROWS = 3


def finite(subject: Subject, search: Search) -> None:
    """NaN or infinity from ordinary inputs, away from all edges of their domains."""
    built = subject.build()

    def holds(arguments: Arguments) -> None:
        reason = _not_finite(built.run(arguments).value)
        if reason:
            raise Violation(f"gives {reason}")

    search.every(st.integers(0, 1000).map(lambda seed: built.ordinary(ROWS, seed)), holds)


def edges(subject: Subject, search: Search) -> None:
    """NaN or infinity where an input is at an edge of its domain: values, or gradients of inputs and parameters.

    Every kind of value is tried for each input, alone and for all inputs at once: zeros, the ends, one place that
    differs, one-hot, tiny numbers, a sentence without words. Numbers without an end are taken to 10,000 in float32.
    """
    for arguments, where in _at_edges(subject.build(), search.seed):
        try:
            # Each begins with a module of its own: what is not finite may stay in a state.
            _try_edge(subject.build(), arguments)
        except Violation as fault:
            raise Violation(f"{fault.message} where {where}", arguments) from None


def domain(subject: Subject, search: Search) -> None:
    """A result outside its type: a wrong enforcer, an end passed by rounding, a sum that is not 1.

    Matters for modules that say `enforced = True`; the enforcer of all others is applied for them. The ends of an
    interval are exact, sums may be off by the rounding of their terms.
    """
    for kind in (torch.float32, subject.precise):
        built = subject.build(dtype=kind)
        result = built.signature.result
        if result.words is not None:
            continue

        def holds(arguments: Arguments, built: Built = built) -> None:
            reason = why_outside(built.run(arguments).value, built.signature.result)
            if reason:
                raise Violation(f"{reason}: not {built.signature.result}")

        search.every(built.arguments(ROWS, extreme=True), holds)


def _at_edges(built: Built, seed: int) -> Iterator[tuple[Arguments, str]]:
    """Every kind of value, of all inputs at once and of each input among ordinary ones; an ordinary row beside it."""
    params = built.signature.params
    known = [[kind for kind in kinds(param.type, built.sizes) if kind != "random"] for param in params]
    plain = built.ordinary(2, seed)
    for kind in dict.fromkeys(kind for mine in known for kind in mine):
        having = [at for at, mine in enumerate(known) if kind in mine]
        inputs = [_of_kind(one, kind, seed) if at in having else one for at, one in enumerate(plain.inputs)]
        if len(having) == len(params) > 1:
            yield evolve(plain, inputs=tuple(inputs)), f"all inputs of row 0 are {kind}"
        for at in having:
            mine = (*plain.inputs[:at], inputs[at], *plain.inputs[at + 1 :])
            yield evolve(plain, inputs=mine), f"{label(params[at].name)} of row 0 is {kind}"


def _of_kind(recipe: Recipe, kind: str, seed: int) -> Recipe:
    return evolve(recipe, rows=(Row(kind, seed), *recipe.rows[1:]))


def _try_edge(built: Built, arguments: Arguments) -> None:
    result, gradients = differentiate(built, arguments)
    reason = _not_finite(result.value)
    if reason:
        raise Violation(f"gives {reason}")
    for name, gradient in gradients.items():
        reason = None if gradient is None else _not_finite(gradient)
        if reason:
            raise Violation(f"the gradient of {name} is {reason}")


def _not_finite(value: Tensor) -> str | None:
    if bool(value.isnan().any()):
        return "NaN"
    return "infinity" if bool(value.isinf().any()) else None
