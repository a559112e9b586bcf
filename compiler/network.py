"""The modules of an interface as one `nn.Module`, and how a backend calls them.

The protocol of a module, whoever writes it: `forward(instances, *inputs)`, where `instances` (N,) says which word of
its family each row calls (left out where the module has no family of words), and the inputs are batched, (N, ...). It
returns raw numbers, (N, ...) in the shape of its result, and the enforcer is applied here; a module with
`enforced = True` has done so itself. A module with `takes_rows = True` gets inputs that are plain sources as `Rows`, a
table and row numbers, so that it need not work on copies of the same image.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import torch
from attrs import frozen
from torch import Tensor, nn

from nmt.ntypes import Dim, Signature, Size, Type
from nmt.ntypes.enforcers import enforce

from . import typed
from .backends.primitives import Value, tensor
from .check import Interface
from .diagnostics import CompileError, error
from .graph import CallModule
from .inline import softmax_axis


@frozen
class Spec:
    """What an implementation must fit: shapes are of one sample, `instances` is 0 without a family of words.

    A dim that varies by sample counts 0: such inputs are words, padded with -1 behind the last.
    """

    name: str
    signature: Signature
    instances: int
    words: tuple[str, ...]
    inputs: tuple[tuple[int, ...], ...]
    output: tuple[int, ...]
    types: tuple[Type, ...]
    result: Type


TORCH = Path(torch.__file__).parent


class Network(nn.Module):
    """All modules that an interface's programs can reach.

    `sizes` binds the dims that the interface leaves to the data; `modules` holds one implementation for each of
    `specs(interface, sizes)`, under its name.
    """

    def __init__(self, interface: Interface, sizes: Mapping[Dim, int], modules: Mapping[str, nn.Module]) -> None:
        super().__init__()
        self.interface = interface
        self.sizes = dict(sizes)
        self.implementations = nn.ModuleDict(dict(modules))
        self.register_buffer("zero", torch.zeros(()), persistent=False)  # goes where a network without parameters goes
        self._results: dict[CallModule, Type] = {}

    @property
    def like(self) -> Tensor:
        """A tensor of the dtype and on the device that numbers are computed in: the first parameter that has such."""
        return next((one for one in self.parameters() if one.is_floating_point()), self.get_buffer("zero"))

    def shape(self, sizes: Sequence[Size]) -> tuple[int, ...]:
        """A shape in numbers."""
        return tuple(size.evaluate(self.sizes) for size in sizes)

    def call(self, op: CallModule, instances: Tensor, inputs: Sequence[Value]) -> Tensor:
        """Call a module for N rows and put what it gives into its domain.

        Raises CompileError where the module fails, or returns another shape than its signature says.
        """
        module = self.implementations[implementation_name(op)]
        given = inputs if getattr(module, "takes_rows", False) else [tensor(value) for value in inputs]
        result = self._result(op)
        family = self.interface.signatures[op.key].signature.words is not None
        try:
            raw: Tensor = module(instances, *given) if family else module(*given)
        except Exception as fault:  # anybody's module: whatever it raises is told with its place
            raise _failed(op, fault) from fault
        expected = (len(instances), *self.shape(result.shape))
        if not isinstance(raw, Tensor) or raw.shape != expected:
            there = list(raw.shape) if isinstance(raw, Tensor) else type(raw).__name__
            name, signature = implementation_name(op), self.interface.signatures[op.key].signature
            message = f"the module `{name}` returned {there}, not {list(expected)}, a {result} for each row"
            raise error("NMT613", message, help=f"its signature is `{signature}`")
        if getattr(module, "enforced", False):
            return torch.log(raw + 1e-6) if op.log else raw
        if result.enforcer is None:
            return raw
        name = "log_softmax" if op.log else result.enforcer
        return enforce(name, result.domain, raw, softmax_axis(result))

    def _result(self, op: CallModule) -> Type:
        found = self._results.get(op)
        if found is None:
            signature = self.interface.signatures[op.key].signature
            found = self._results[op] = signature.result.substitute(_bound(op))
        return found


def _failed(op: CallModule, fault: Exception) -> CompileError:
    if isinstance(fault, CompileError):
        return fault
    frames = traceback.extract_tb(fault.__traceback__)[1:] or traceback.extract_tb(fault.__traceback__)
    # The last line that is not torch's own: it is there that somebody can do something.
    frame = next((one for one in reversed(frames) if TORCH not in Path(one.filename).parents), frames[-1])
    message = f"the module `{implementation_name(op)}` raised {type(fault).__name__}: {fault}"
    return error("NMT613", message, place=f"{frame.filename}:{frame.lineno}")


def _bound(op: CallModule) -> dict[Dim, Size]:
    return {formal: Size.of(actual) for formal, actual in op.dims}


def varies(size: Size) -> bool:
    """Whether a size differs from sample to sample."""
    return size.dim is not None and size.dim.varies


def implementation_name(op: CallModule) -> str:
    """`find`; for a module a vocabulary, `describe__COLOR`."""
    return "__".join([op.key[1], *(actual.name for _, actual in op.dims)])


def reachable(interface: Interface) -> list[CallModule]:
    """Every module that programs can reach: those of the package's own ops, models and names, in the order of the text.

    For a family of vocabularies, one for each vocabulary that it is called with.
    """
    found: dict[CallModule, None] = {}
    seen: set[tuple[typed.Key, tuple[tuple[Dim, Dim], ...]]] = set()

    def visit(expr: typed.Expr, dims: Mapping[Dim, Dim]) -> None:
        for use in uses(expr):
            chosen = tuple((formal, dims.get(actual, actual)) for formal, actual in use.dims)
            if use.module:
                found.setdefault(CallModule(use.key, chosen))
            elif (use.key, chosen) not in seen:
                seen.add((use.key, chosen))
                body = interface.bodies[use.key].body
                assert body is not None
                visit(body, dict(chosen))

    for symbol in interface.modules.values():
        if (
            not any(param.kind != "word" for param in symbol.signature.family)
            and symbol.signature.package == interface.package
        ):
            found.setdefault(CallModule((symbol.signature.package, symbol.signature.name)))
    for op in interface.ops.values():
        if op.body is not None and not any(param.kind != "word" for param in op.signature.family):
            visit(op.body, {})
    for model in interface.models.values():
        if model.body is not None:
            visit(model.body, {})
    return list(found)


def uses(expr: typed.Expr) -> Iterator[typed.Use]:
    """Every call in an expression."""
    match expr:
        case typed.Use(args=args):
            yield expr
            for arg in args:
                yield from uses(arg)
        case typed.Prim(args=args):
            for arg in args:
                yield from uses(arg)
        case typed.Convert(value=value):
            yield from uses(value)


def specs(interface: Interface, sizes: Mapping[Dim, int]) -> dict[str, tuple[typed.Key, Spec]]:
    """What each implementation must fit. Raises KeyError with the first dim that has no size."""

    def numbers(type_: Type) -> tuple[int, ...]:
        return tuple(0 if varies(size) else size.evaluate(sizes) for size in type_.shape)

    made: dict[str, tuple[typed.Key, Spec]] = {}
    for op in reachable(interface):
        signature = interface.signatures[op.key].signature
        types = tuple(param.type.substitute(_bound(op)) for param in signature.params)
        result = signature.result.substitute(_bound(op))
        words = signature.words.words or () if signature.words else ()
        spec = Spec(op.key[1], signature, len(words), words, tuple(map(numbers, types)), numbers(result), types, result)
        made[implementation_name(op)] = (op.key, spec)
    return made
