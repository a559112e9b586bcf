"""What a network is called with: programs in any form, tables of sources, and which rows each program reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor

from nmt.compiler.check import Interface
from nmt.compiler.diagnostics import CompileError, Diagnostic, error
from nmt.compiler.frontends.clevr import term_of
from nmt.compiler.frontends.terms_text import read_term
from nmt.compiler.network import Network, varies
from nmt.compiler.programs import Checked, Checker, Fault
from nmt.compiler.schedule import Ints
from nmt.compiler.terms import Term

Program: TypeAlias = Term | str | Sequence[Mapping[str, Any]]


def check_sizes(interface: Interface, sizes: Mapping[str, int]) -> None:
    """Raise CompileError for a size of no dim, of a dim that has another, or that is none."""
    dims = {dim.name: dim for dim in interface.dims.values()}
    for source in interface.sources.values():
        dims |= {dim.name: dim for size in source.type.shape for dim in size.dims()}
    loose = [name for name, dim in dims.items() if dim.size is None and not dim.varies]
    for name, size in sizes.items():
        dim = dims.get(name)
        if dim is None:
            raise error(
                "NMT602", f"no dim is called {name}", help=f"sizes are asked for of {', '.join(loose) or 'none'}"
            )
        if dim.size not in {None, size}:
            raise error("NMT603", f"{name} has the size {dim.size} in the interface, not {size}")
        if size < 1:
            raise error("NMT206", f"the dim {name} has no places: its size is {size}", help="1 is the least")


def read_programs(programs: Sequence[Program]) -> list[Term]:
    """Programs as terms; raises CompileError with all whose text cannot be read."""
    if isinstance(programs, str | Term):
        raise error("NMT403", "programs are a list, also where there is one", help="write net(sources, [program])")
    terms: list[Term] = []
    faults: list[Diagnostic] = []
    for number, program in enumerate(programs):
        try:
            terms.append(_term(program, f"program {number}"))
        except CompileError as fault:
            faults.extend(fault.diagnostics)
    if faults:
        raise CompileError(faults)
    return terms


def _term(program: Program, place: str) -> Term:
    if isinstance(program, Term):
        return program
    return read_term(program, place)[0] if isinstance(program, str) else term_of(program)


def check_programs(checker: Checker, terms: Sequence[Term]) -> list[Checked]:
    """Programs that fit; raises CompileError with what is wrong of the others, equal ones told once."""
    outcomes = [checker.check(term) for term in terms]
    found: dict[tuple[Term, Fault], list[int]] = {}
    for number, (term, outcome) in enumerate(zip(terms, outcomes, strict=True)):
        if isinstance(outcome, Fault):
            found.setdefault((term, outcome), []).append(number)
    if found:
        raise CompileError(_diagnostic(term, fault, numbers) for (term, fault), numbers in found.items())
    return [outcome for outcome in outcomes if isinstance(outcome, Checked)]


def _diagnostic(term: Term, fault: Fault, numbers: Sequence[int]) -> Diagnostic:
    others = f" and {len(numbers) - 1} more like it" if len(numbers) > 1 else ""
    node = "" if fault.node is None else f", node {fault.node} ({term.skeleton.ops[fault.node]})"
    return Diagnostic(fault.code, fault.message, place=f"program {numbers[0]}{others}{node}", help=fault.help)


def check_tables(
    network: Network, sources: Mapping[str, Tensor], rows: Mapping[str, Sequence[int]], count: int
) -> dict[str, Ints]:
    """Which row of its table each of `count` programs reads, by source; raises CompileError where tables do not fit."""
    names = network.interface.sources
    _no_strangers([*sources, *rows], names)
    found = {}
    for name in names:
        if name not in sources:
            raise error("NMT608", f"the source `{name}` is not given", help=f"give {', '.join(names)}")
        _check_table(network, name, sources[name])
        found[name] = _rows(name, len(sources[name]), rows.get(name), count)
    return found


def _no_strangers(given: Iterable[str], names: Iterable[str]) -> None:
    for name in given:
        if name not in names:
            raise error("NMT608", f"no source is called `{name}`", help=f"there are {', '.join(names) or 'none'}")


def _check_table(network: Network, name: str, table: object) -> None:
    type_ = network.interface.sources[name].type
    if not isinstance(table, Tensor):
        raise error("NMT603", f"the source `{name}` is a {type(table).__name__}, not a tensor")
    wanted = [None if varies(size) else size.evaluate(network.sizes) for size in type_.shape]
    there = list(table.shape[1:])
    if table.dim() != len(wanted) + 1 or any(b not in (None, a) for a, b in zip(there, wanted, strict=True)):
        shape = ", ".join(["rows", *("any" if size is None else str(size) for size in wanted)])
        message = f"the source `{name}` has the shape {list(table.shape)}, not ({shape})"
        raise error("NMT603", message, help="the first dim counts samples, also where there is one")
    dtype = torch.int64 if type_.words is not None else network.like.dtype
    if table.dtype != dtype:
        message = f"the source `{name}` is {table.dtype}, and the network computes in {dtype}"
        raise error("NMT603", message, help=f"give it .to({dtype})")


def _rows(name: str, length: int, rows: Sequence[int] | None, count: int) -> Ints:
    if rows is None:
        if length not in {1, count}:
            message = f"there are {count} programs, and the source `{name}` has {length} rows"
            help_ = "give a row for each program, or one for all; else say with rows= which row each reads"
            raise error("NMT603", message, help=help_)
        return np.zeros(count, dtype=np.int64) if length == 1 else np.arange(count)
    given = np.asarray(rows, dtype=np.int64)
    if given.shape != (count,) or (count and not 0 <= given.min() <= given.max() < length):
        raise error("NMT603", f"rows[{name!r}] is not a number below {length} for each of {count} programs")
    return given
