"""Soft constraints and laws as graphs: both sides of a comparison, computed for many rows at once.

One condition serves three times: as a loss, as a monitor, and as a test.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from nmt.ntypes import Dim, FamilyParam, Param, Size

from . import typed
from .check import Interface
from .check.interface import SoftSymbol
from .graph import CallModule, Graph, Node, Read, Slot
from .inline import Inliner
from .passes import optimize
from .source import NOWHERE, Span

if TYPE_CHECKING:
    from torch import Tensor

    from .backends.primitives import Value
    from .network import Network


_NONE: Mapping[Dim, Size] = {}


@frozen(eq=False)
class Condition:
    """A comparison, ready to be computed. Its parameters are read by their names (`read_name`), as sources are.

    `result` is the name under which it reads what a module gives, `inputs` those for what the module is given, in
    order; empty for laws. Of a type, it reads the result alone.
    """

    name: str
    of: str  # the module, the type or the package that says it
    params: tuple[Param, ...]
    words: tuple[FamilyParam, ...]
    left: Graph
    compare: str
    right: Graph
    inputs: tuple[str, ...] = ()
    result: str = ""
    weight: float = 1.0
    span: Span = field(default=NOWHERE, repr=False)

    def values(self, inputs: Sequence[Value], result: Value) -> dict[str, Value]:
        """What it reads, of one call of its module."""
        return {**dict(zip(self.inputs, inputs, strict=False)), self.result: result}

    def sides(
        self, network: Network, values: Mapping[str, Value], instances: Tensor | None, count: int
    ) -> tuple[Tensor, Tensor]:
        """Both sides for `count` rows, (count, ...) each; a scalar beside a shape is given its dims.

        `values` holds (count, ...) for each parameter and source; `instances` (count,) are those of the module.
        """
        from .backends.reference import evaluate  # noqa: PLC0415 -- torch

        def word(_place: int, vocab: Dim) -> Tensor:
            assert instances is not None, "a condition of a family is asked for with its instances"
            return instances + (vocab.offset(self.words[0].of) or 0)

        left, right = (evaluate(network, graph, values.__getitem__, word, count) for graph in (self.left, self.right))
        rank = max(left.dim(), right.dim())
        return (
            left.reshape(left.shape + (1,) * (rank - left.dim())),
            right.reshape(right.shape + (1,) * (rank - right.dim())),
        )

    def excess(self, left: Tensor, right: Tensor) -> Tensor:
        """By how much each number breaks the comparison, 0 where it holds."""
        difference = left - right
        if self.compare == "==":
            return difference.abs()
        return (difference if self.compare == "<=" else -difference).clamp(min=0)


def laws(interface: Interface) -> tuple[Condition, ...]:
    """The laws of a package."""
    lowering = _Lowering(interface, interface.package)
    return tuple(
        lowering.condition(law.name, law.params, law.comparison, span=law.span)
        for law in interface.laws
        if law.comparison is not None
    )


def softs(interface: Interface, op: CallModule) -> tuple[Condition, ...]:
    """The soft constraints on what a module gives: its own, and those of its result's types."""
    symbol = interface.signatures[op.key]
    signature = symbol.signature
    bound = {formal: Size.of(actual) for formal, actual in op.dims}
    result = signature.result.substitute(bound)
    params = tuple(evolve(param, type=param.type.substitute(bound)) for param in signature.params)
    family = tuple(param for param in signature.family if param.kind == "word")
    own = (*params, Param(symbol.result, result)) if symbol.result else params
    made = list(
        _Lowering(interface, signature.name, family, bound).softs(symbol.softs, own, symbol.result, inputs=True)
    )
    for name in result.names:
        type_ = interface.types.get((name.package, name.name))
        if type_ is not None and type_.softs:
            given = dict(zip(type_.params, name.args, strict=True))
            value = (Param(type_.name, type_.type.substitute(given)),)
            made.extend(_Lowering(interface, type_.name, (), given).softs(type_.softs, value, type_.name, inputs=False))
    return tuple(made)


@frozen
class _Lowering:
    """Makes conditions of one module, type or package; `dims` are what its rigid dims are bound to."""

    interface: Interface
    of: str
    words: tuple[FamilyParam, ...] = ()
    dims: Mapping[Dim, Size] = field(factory=dict)

    def softs(
        self, symbols: Iterable[SoftSymbol], params: tuple[Param, ...], result: str, *, inputs: bool
    ) -> Iterator[Condition]:
        for soft in symbols:
            if soft.comparison is not None:
                yield self.condition(
                    soft.name, params, soft.comparison, inputs=inputs, result=result, weight=soft.weight, span=soft.span
                )

    def condition(
        self,
        name: str,
        params: tuple[Param, ...],
        comparison: typed.Comparison,
        *,
        inputs: bool = False,
        result: str = "",
        weight: float = 1.0,
        span: Span = NOWHERE,
    ) -> Condition:
        sides = comparison.left, comparison.right
        apart = read_by_ops(self.interface, *sides)
        left, right = (lowered(self.interface, side, params, self.words, self.dims, apart) for side in sides)
        names = tuple(read_name(param.name, apart) for param in params)
        return Condition(
            name,
            self.of,
            params,
            self.words,
            left,
            comparison.compare,
            right,
            inputs=names if inputs else (),
            result=read_name(result, apart),
            weight=weight,
            span=span,
        )


def read_by_ops(interface: Interface, *exprs: typed.Expr) -> frozenset[str]:
    """The sources that expressions read through the ops that they call: parameters of these names are told apart."""
    found: set[str] = set()
    seen: set[typed.Key] = set()
    waiting = [key for expr in exprs for key in typed.ops(expr)]
    while waiting:
        key = waiting.pop()
        body = interface.bodies[key].body
        if key not in seen and body is not None:
            seen.add(key)
            found |= typed.sources(body)
            waiting.extend(typed.ops(body))
    return frozenset(found)


def read_name(name: str, apart: frozenset[str]) -> str:
    """Under which name a parameter is read: its own, unless a source of that name is read as well."""
    return f"{name}'" if name in apart else name


def lowered(
    interface: Interface,
    expr: typed.Expr,
    params: tuple[Param, ...],
    words: tuple[FamilyParam, ...] = (),
    dims: Mapping[Dim, Size] = _NONE,
    apart: frozenset[str] | None = None,
) -> Graph:
    """An expression as a graph that reads its parameters by `read_name`; `dims` are what rigid dims are bound to.

    `words` are family parameters, whose instances the graph takes as the words number 0, 1, ... of its program;
    `apart` are sources that parameters of the same name do not hide, by default those that its ops read.
    """
    apart = read_by_ops(interface, expr) if apart is None else apart
    nodes = [Node(Read(read_name(param.name, apart)), (), (), param.type) for param in params]
    places = {param.name: place for place, param in enumerate(params)}
    slots = {param.name: Slot(place, param.of) for place, param in enumerate(words)}
    output = Inliner(nodes, params=places, words=slots, dims=dims, bodies=interface.bodies).expression(expr)
    return optimize(Graph(tuple(nodes), output), interface.bodies)
