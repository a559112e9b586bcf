"""Properties of how inputs lie in memory, and of places: values alone count, and a place stays where it is."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import torch
from hypothesis import strategies as st
from torch import Tensor

from nmt.compiler.backends.rows import Rows
from nmt.ntypes import Dim, Misfit, fit
from nmt.ntypes.strategies import Arguments

from .compare import disagreement
from .form import label
from .property import NotApplicable, Violation
from .search import Search
from .subject import Built, Subject

DRAWS = 3
MOST = 400  # places of a map that are looked at


def strides(subject: Subject, search: Search) -> None:
    """An input read in the order of memory, not of its axes: `as_strided`, a `view` that asks for one block.

    Programs hand over slices, transposed maps and one row repeated: the same values with other strides.
    """
    built = subject.build(dtype=subject.precise)

    def holds(arguments: Arguments) -> None:
        tensors = arguments.tensors(built.dtype)
        plain = _run(built, arguments, tensors)
        for name, change in LAYOUTS.items():
            try:
                found = _run(built, arguments, [change(value) for value in tensors])
            except Violation as fault:
                raise Violation(f"inputs that are {name}: {fault.message}") from None
            where = disagreement(plain, found)
            if where:
                raise Violation(f"inputs that are {name} give other numbers: {where}")
        first = arguments.picked([0] * len(arguments))
        repeated = [value[:1].expand(len(arguments), *value.shape[1:]) for value in first.tensors(built.dtype)]
        where = disagreement(_run(built, first, first.tensors(built.dtype)), _run(built, first, repeated))
        if where:
            raise Violation(f"one row repeated without a copy gives other numbers: {where}")

    search.every(built.arguments(2), holds, examples=10)


def places(subject: Subject, search: Search) -> None:
    """A transposed flatten: the places of a map dealt out anew, as by `flatten` of [W, H] read as [H, W].

    For results and inputs that share two dims, as maps do. Where each place of the result reads few places of the
    input, there must be one offset (most often none) at which all of them read; a module in which every place reads
    every other, such as a linear layer over the map, has it, as has a convolution or a shift.
    """
    built = subject.build(dtype=subject.precise)
    tried = 0
    for at, param in enumerate(built.signature.params):
        shared = _shared(built, at)
        if len(shared) < 2 or param.type.words is not None:
            continue
        reads = _reads(built, at, shared, search.seed)
        if reads is None:
            continue
        tried += 1
        if not _one_offset(reads):
            raise Violation(_dealt_out(reads, shared, label(param.name)), built.ordinary(1, search.seed))
    if not tried:
        raise NotApplicable("no input shares two dims with the result")


def rows(subject: Subject, search: Search) -> None:
    """A table of pictures misread: rows must give what the same values give as plain tensors.

    For modules with `takes_rows = True`: tables with rows that nobody reads, rows that several read, one for all.
    """
    built = subject.build(dtype=subject.precise)
    if not getattr(built.module, "takes_rows", False):
        raise NotApplicable("it does not take rows")
    sources = [source.type for source in built.network.interface.sources.values()]
    fitting = [
        at
        for at, param in enumerate(built.signature.params)
        if any(not isinstance(fit(param.type, type_), Misfit) for type_ in sources)
    ]
    if not fitting:
        raise NotApplicable("no source fits its inputs")

    @st.composite
    def calls(draw: st.DrawFn) -> tuple[Arguments, Arguments, list[int]]:
        table = draw(st.sampled_from((1, 2, 4)).flatmap(built.arguments))
        index = sorted(draw(st.lists(st.integers(0, len(table) - 1), min_size=1, max_size=5)))
        return table, draw(built.arguments(len(index))), index

    def holds(drawn: tuple[Arguments, Arguments, list[int]]) -> None:
        table, other, index = drawn
        picked = table.picked(index)
        for at in fitting:
            inputs = list(other.tensors(built.dtype))
            inputs[at] = picked.inputs[at].tensor(built.dtype)
            plain = _run(built, other, inputs)
            given: list[Tensor | Rows] = list(inputs)
            host = np.array(index, dtype=np.int64)
            whole = table.inputs[at].tensor(built.dtype).to(built.device)
            given[at] = Rows(whole, torch.from_numpy(host).to(built.device), host)
            with torch.no_grad():
                found = built.apply(other.instances, given, len(index)).raw
            where = disagreement(plain, found)
            if where:
                name = label(built.signature.params[at].name)
                example = f"{other}\n{name} as rows {index} of a table of {table.inputs[at]}"
                raise Violation(f"{name} as rows of a table gives other numbers than as a tensor: {where}", example)

    search.every(calls(), holds)


def _run(built: Built, arguments: Arguments, tensors: list[Tensor] | tuple[Tensor, ...]) -> Tensor:
    with torch.no_grad():
        return built.apply(arguments.instances, tensors, len(arguments)).raw


def _apart(value: Tensor) -> Tensor:
    """The same values with others between them."""
    return torch.stack([value, torch.full_like(value, 7)], dim=-1)[..., 0]


def _turned(value: Tensor) -> Tensor:
    """The same values, the last two axes of a sample the other way round in memory."""
    return value.transpose(-1, -2).contiguous().transpose(-1, -2) if value.dim() > 2 else value


LAYOUTS: dict[str, Callable[[Tensor], Tensor]] = {"slices of a larger tensor": _apart, "transposed in memory": _turned}


def _shared(built: Built, at: int) -> list[Dim]:
    """The dims that the result shares with an input, in the result's order; no vocabularies: words have no places."""
    mine = [size.dim for size in built.signature.params[at].type.shape]
    found = [size.dim for size in built.signature.result.shape]
    return [
        dim
        for dim in found
        if dim is not None and not dim.vocabulary and mine.count(dim) == 1 and found.count(dim) == 1
    ]


def _reads(built: Built, at: int, shared: list[Dim], seed: int) -> np.ndarray | None:
    """Which places of an input each place of the result reads, (*shared, *shared); None where no gradient says so."""
    result = [size.dim for size in built.signature.result.shape]
    given = [size.dim for size in built.signature.params[at].type.shape]
    lengths = [dim.size or built.sizes[dim] for dim in shared]
    every = list(product(*map(range, lengths)))
    if len(every) > MOST or min(lengths) < 2:
        return None
    made = np.zeros((*lengths, *lengths), dtype=bool)
    for draw in range(DRAWS):
        # One row a place: each row's own place is differentiated, all in one pass.
        one = built.ordinary(1, seed + draw)
        many = one.picked([0] * len(every))
        tensors = [value.to(built.device) for value in many.tensors(built.dtype)]
        tensors[at].requires_grad_()
        raw = built.apply(many.instances, tensors, len(every)).raw
        if not raw.requires_grad:
            return None
        raw = raw.movedim([1 + result.index(dim) for dim in shared], list(range(1, 1 + len(shared))))
        picked = raw[(torch.arange(len(every), device=raw.device), *torch.tensor(every, device=raw.device).T)]
        (gradient,) = torch.autograd.grad(picked.sum(), tensors[at], allow_unused=True)
        if gradient is None:
            return None
        gradient = gradient.movedim([1 + given.index(dim) for dim in shared], list(range(1, 1 + len(shared))))
        size = gradient.abs().flatten(1 + len(shared)).amax(-1) if gradient.dim() > 1 + len(shared) else gradient.abs()
        made |= (size > 1e-12 * size.max()).cpu().numpy().reshape(made.shape)
    return made


def _dealt_out(reads: np.ndarray, shared: list[Dim], name: str) -> str:
    """Where a place of the result reads, one that does not read its own place."""
    half = reads.ndim // 2
    every = list(product(*map(range, reads.shape[:half])))
    here = next((place for place in every if reads[place].any() and not reads[(*place, *place)]), every[0])
    there = [tuple(int(axis) for axis in one) for one in np.argwhere(reads[here])]
    read = ", ".join(map(str, there[:3])) + (", ..." if len(there) > 3 else "")
    dims = ", ".join(dim.name for dim in shared)
    return f"the places of [{dims}] are dealt out anew: the result at {here} reads {name} at {read}"


def _one_offset(reads: np.ndarray) -> bool:
    """Whether there is one offset at which every place of the result that reads anything reads the input.

    Places whose offset leads out of the map are let pass; offsets go up to half the map, so that most are looked at.
    """
    lengths = reads.shape[: reads.ndim // 2]
    every = list(product(*map(range, lengths)))
    reading = [place for place in every if reads[place].any()]

    def holds(offset: tuple[int, ...]) -> bool:
        for place in reading:
            there = tuple(a + b for a, b in zip(place, offset, strict=True))
            if all(0 <= a < length for a, length in zip(there, lengths, strict=True)) and not reads[(*place, *there)]:
                return False
        return True

    return any(holds(offset) for offset in product(*(range(-(length // 2), length // 2 + 1) for length in lengths)))
