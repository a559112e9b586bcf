"""Properties of calling again: nothing is random in eval, nothing is kept between calls, everything is saved."""

from __future__ import annotations

import random

import numpy as np
import torch
from hypothesis import strategies as st

from nmt.ntypes.strategies import Arguments

from .compare import disagreement
from .property import Violation
from .search import Search
from .subject import Subject

ROWS = 2
EXAMPLES = 10


def determinism(subject: Subject, search: Search) -> None:
    """Dropout active in eval, or anything else that is random there.

    Two copies of the module are called with the same arguments, and with other random numbers to draw from.
    """
    built = subject.build(dtype=subject.precise)

    def holds(arguments: Arguments) -> None:
        results = []
        for seed in (1, 2):
            _reseed(seed)
            results.append(built.fresh().run(arguments).raw)
        where = disagreement(*results)
        if where:
            raise Violation(f"the same call gives other numbers when random numbers are others: {where}")

    search.every(built.arguments(ROWS), holds, examples=min(EXAMPLES, search.examples))


def state(subject: Subject, search: Search) -> None:
    """State kept between calls: a result that depends on what was called before.

    A call after another one, of as many rows, must give what it gives first thing. `state_dict` must stay as it was.
    """
    built = subject.build(dtype=subject.precise)

    def holds(pair: tuple[Arguments, Arguments]) -> None:
        other, mine = pair
        first, second = built.fresh(), built.fresh()
        before = {name: value.clone() for name, value in second.module.state_dict().items()}
        second.run(other)
        results = []
        for one in (first, second):
            _reseed(1)
            results.append(one.run(mine).raw)
        where = disagreement(*results)
        if where:
            raise Violation(f"a call gives other numbers after another call: {where}", f"{other}\nand then\n{mine}")
        for name, value in second.module.state_dict().items():
            if not torch.equal(before[name], value):
                raise Violation(f"`{name}` of its state_dict is changed by calls in eval", mine)

    arguments = built.arguments(ROWS)
    search.every(st.tuples(arguments, arguments), holds, examples=min(EXAMPLES, search.examples))


def saved(subject: Subject, search: Search) -> None:
    """Numbers that matter and are not saved: a tensor that is neither a parameter nor a buffer, or made at random.

    A module made from another seed gets the `state_dict` of the first, and must then give the same.
    """
    first, second = (
        subject.build(dtype=subject.precise),
        subject.build(dtype=subject.precise, seed=subject.bench.seed + 1),
    )
    try:
        second.module.load_state_dict(first.module.state_dict())
    except RuntimeError as fault:
        raise Violation(f"a module made anew cannot load its state_dict: {fault}") from fault

    def holds(arguments: Arguments) -> None:
        where = disagreement(first.run(arguments).raw, second.run(arguments).raw)
        if where:
            raise Violation(f"loading its state_dict does not bring it back: {where}")

    search.every(first.arguments(ROWS), holds, examples=min(EXAMPLES, search.examples))


def _reseed(seed: int) -> None:
    torch.manual_seed(seed)
    np.random.seed(seed)  # noqa: NPY002 -- a module that draws from it is what we look for
    random.seed(seed)
