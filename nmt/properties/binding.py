"""Sizes for a test: dims and vocabularies that wait for data are bound to small numbers that all differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from nmt.compiler.check import Interface
from nmt.compiler.graph import CallModule
from nmt.compiler.network import reachable
from nmt.compiler.vocabularies import unbound
from nmt.ntypes import Dim, Signature, Size, Type
from nmt.ntypes.strategies_sizes import dims_of

# No two alike, so that H in the place of W is seen; not too small, so that maps can be pooled.
USUAL = (6, 5, 7, 4, 8, 3, 9, 10, 11, 12, 13, 14)


def free_dims(interface: Interface, calls: Iterable[CallModule]) -> list[Dim]:
    """The dims and vocabularies without a size of some modules, in order of appearance."""
    return _free(interface, _of_calls(interface, calls))


def all_free(interface: Interface) -> list[Dim]:
    """Every dim and vocabulary without a size: those of modules, then of sources, ops and laws."""
    bodies = (symbol.signature for symbol in interface.bodies.values())
    named = [
        *_of_calls(interface, reachable(interface)),
        *_of_types(source.type for source in interface.sources.values()),
        *(dim for signature in bodies for dim in _of_signature(signature)),
        *_of_types(param.type for law in interface.laws for param in law.params),
    ]
    return _free(interface, named)


def usual_sizes(interface: Interface, given: Mapping[str, int]) -> dict[Dim, int]:
    """A size for every free dim; `given` by name where somebody knows better."""
    free = all_free(interface)
    sizes = (size for size in (*USUAL, *range(20, 20 + len(free))) if size not in given.values())
    return {dim: given[dim.name] if dim.name in given else next(sizes) for dim in free}


def worded(dims: Iterable[Dim], sizes: Mapping[Dim, int]) -> str:
    """Sizes in words."""
    return ", ".join(f"{dim.name}={sizes[dim]}" for dim in dims)


def _free(interface: Interface, dims: Iterable[Dim]) -> list[Dim]:
    """Those whose sizes are ours to choose; of a union, the parts that wait for words."""
    waiting = set(unbound(interface))

    def ours(dim: Dim) -> bool:
        if dim.vocabulary:
            return f"{dim.package}.{dim.name}" in waiting
        return dim.size is None and not dim.rigid

    return list(dict.fromkeys(leaf for dim in dims for leaf in leaves(dim) if ours(leaf)))


def leaves(dim: Dim) -> Iterator[Dim]:
    """A dim, or the parts of a union and theirs."""
    if not dim.parts:
        yield dim
    for part in dim.parts:
        yield from leaves(part)


def _of_calls(interface: Interface, calls: Iterable[CallModule]) -> Iterator[Dim]:
    for call in calls:
        dims = {formal: Size.of(actual) for formal, actual in call.dims}
        for dim in _of_signature(interface.signatures[call.key].signature):
            yield from dims.get(dim, Size.of(dim)).dims()


def _of_signature(signature: Signature) -> Iterator[Dim]:
    yield from _of_types((*(param.type for param in signature.params), signature.result))
    if signature.words is not None:
        yield signature.words


def _of_types(types: Iterable[Type]) -> Iterator[Dim]:
    return (dim for type_ in types for dim in dims_of(type_))
