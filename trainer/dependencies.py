"""Dependencies of modules, read off the interface or off programs: what each reads, and how it is supervised.

A *use* is one call of a module in a program whose ops are inlined. A module is *decoupled* if no module stands above
any of its uses, that is, between it and the data; else it is *dependent* on the nearest modules above. It is *direct*
if a trace target exists, or if at least a third of its uses reach the loss through ops alone; else *indirect*.
(Section 3.1 of the paper.)

Without programs, every program that types allow is considered at once: what may stand where is then a set, and whether
a third of the uses reach the loss cannot be said, only whether some do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import Factory, define, field, frozen

from nmt.compiler import ast, typed
from nmt.compiler.check import Interface, OpSymbol
from nmt.compiler.graph import Apply, CallModule, Graph
from nmt.ntypes import Misfit, fit

LATER = frozenset(["surrogate", "codependent"])  # claims that the schedule will judge
DIRECT = 1 / 3  # share of uses that must reach the loss through ops alone


@frozen
class Dependency:
    """A row of the paper's Table 1. `share` of the uses reach the loss through ops alone; None: it is not known."""

    module: str
    on: tuple[str, ...]
    direct: bool
    share: float | None
    uses: int | None
    traced: bool = False

    @property
    def input(self) -> str:
        """`decoupled`, or on whom it depends."""
        return f"dependent({', '.join(self.on)})" if self.on else "decoupled"

    @property
    def supervision(self) -> str:
        """`direct` or `indirect`."""
        return "direct" if self.direct else "indirect"


@define
class _Tally:
    on: set[str] = field(default=Factory(set))
    uses: int = 0
    reach: int = 0


def of_programs(interface: Interface, graphs: Iterable[tuple[Graph, int]]) -> list[Dependency]:
    """Dependencies over inlined graphs, each with how many programs come to it."""
    tallies: dict[str, _Tally] = {}
    for graph, count in graphs:
        above: list[frozenset[str]] = []  # the nearest modules above each node
        for node in graph.nodes:
            reads = frozenset(name for arg in node.args for name in above[arg])
            if isinstance(node.op, CallModule):
                tally = tallies.setdefault(node.op.key[1], _Tally())
                tally.on |= reads
                tally.uses += count
                reads = frozenset([node.op.key[1]])
            above.append(reads)
        for at in _reach_loss(graph):
            node = graph.nodes[at]
            if isinstance(node.op, CallModule):
                tallies[node.op.key[1]].reach += count
    return [_row(interface, name, tallies.get(name, _Tally())) for name in _modules(interface)]


def _reach_loss(graph: Graph) -> set[int]:
    """Nodes from which a path leads to the result without passing another module."""
    reached = {graph.output}
    for at in range(len(graph.nodes) - 1, -1, -1):
        node = graph.nodes[at]
        if at in reached and not isinstance(node.op, CallModule):
            reached.update(node.args[_without_gradient(node.op.name) :] if isinstance(node.op, Apply) else node.args)
    return reached


def _without_gradient(primitive: str) -> int:
    """How many of the first arguments get no gradient: both sides of a comparison, the condition of `where`."""
    return {"at_most": 2, "at_least": 2, "equal": 2, "where": 1}.get(primitive, 0)


def _row(interface: Interface, name: str, tally: _Tally) -> Dependency:
    share = tally.reach / tally.uses if tally.uses else 0.0
    traced = _traced(interface, name)
    return Dependency(name, _ordered(interface, tally.on), traced or share >= DIRECT, share, tally.uses, traced)


def _traced(interface: Interface, name: str) -> bool:
    return any(target.traces == name for target in interface.targets.values())


def _modules(interface: Interface) -> list[str]:
    return [name for name, symbol in interface.modules.items() if symbol.signature.package == interface.package]


def _ordered(interface: Interface, names: Iterable[str]) -> tuple[str, ...]:
    order = {name: place for place, name in enumerate(_modules(interface))}
    return tuple(sorted(names, key=lambda name: (order.get(name, len(order)), name)))


# -- without programs


def of_interface(interface: Interface) -> list[Dependency]:
    """Dependencies over all programs that the interface's own ops can form."""
    ops = [op for op in interface.ops.values() if op.body is not None and op.signature.package == interface.package]
    above: dict[str, frozenset[str]] = {op.signature.name: frozenset() for op in ops}
    on: dict[str, set[str]] = {name: set() for name in _modules(interface)}
    while True:
        before = dict(above)
        for op in ops:
            params = {param.name: _feeding(param.type, ops, above) for param in op.signature.params}
            assert op.body is not None
            above[op.signature.name] = _above(interface, op.body, params, on)
        if above == before:
            break
    layouts = {
        name: frozenset(n for op in ops if _fits(symbol.type, op) for n in above[op.signature.name])
        for name, symbol in interface.layouts.items()
    }
    reach = _reaching(interface, ops)
    for model in interface.models.values():
        if model.body is not None:
            _above(interface, model.body, layouts, on)
    rows = []
    for name in _modules(interface):
        traced = _traced(interface, name)
        rows.append(Dependency(name, _ordered(interface, on[name]), traced or name in reach, None, None, traced))
    return rows


def _fits(formal: object, op: OpSymbol) -> bool:
    return not isinstance(fit(formal, op.signature.result), Misfit)  # type: ignore[arg-type]


def _feeding(formal: object, ops: list[OpSymbol], above: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The nearest modules of whatever may stand at a parameter."""
    return frozenset(name for op in ops if _fits(formal, op) for name in above[op.signature.name])


def _above(
    interface: Interface, expr: typed.Expr, params: Mapping[str, frozenset[str]], on: dict[str, set[str]]
) -> frozenset[str]:
    """The nearest modules above the value of an expression; what modules in it read is added to `on`."""

    def visit(inner: typed.Expr, names: Mapping[str, frozenset[str]]) -> frozenset[str]:
        match inner:
            case typed.Param(name) | typed.LayoutHole(name):
                return names.get(name, frozenset())
            case typed.Prim(args=args):
                return frozenset().union(*(visit(arg, names) for arg in args))
            case typed.Convert(value=value):
                return visit(value, names)
            case typed.Use(key=key, module=module, args=args):
                read = [visit(arg, names) for arg in args]
                if module:
                    on.setdefault(key[1], set()).update(*read)
                    return frozenset([key[1]])
                symbol = interface.bodies[key]
                assert symbol.body is not None
                return visit(
                    symbol.body, {param.name: part for param, part in zip(symbol.signature.params, read, strict=True)}
                )
        return frozenset()

    return visit(expr, params)


def _reaching(interface: Interface, ops: list[OpSymbol]) -> set[str]:
    """Modules of which some use can reach the loss through ops alone."""
    open_ops = {op.signature.name for op in ops if any(_fits(layout.type, op) for layout in interface.layouts.values())}
    found: set[str] = set()
    while True:
        before = len(open_ops), len(found)
        for op in ops:
            if op.signature.name not in open_ops or op.body is None:
                continue
            modules, params = _open(interface, op.body)
            found |= modules
            for param in op.signature.params:
                if param.name in params:
                    open_ops |= {other.signature.name for other in ops if _fits(param.type, other)}
        for model in interface.models.values():
            if model.body is not None:
                found |= _open(interface, model.body)[0]
        if (len(open_ops), len(found)) == before:
            return found


def _open(interface: Interface, expr: typed.Expr) -> tuple[set[str], set[str]]:
    """Modules and parameters from which an expression's value is reached through ops alone."""
    match expr:
        case typed.Param(name) | typed.LayoutHole(name):
            return set(), {name}
        case typed.Use(key=key, module=True):
            return {key[1]}, set()
        case typed.Use(key=key, args=args):
            symbol = interface.bodies[key]
            assert symbol.body is not None
            modules, params = _open(interface, symbol.body)
            taken = [arg for param, arg in zip(symbol.signature.params, args, strict=True) if param.name in params]
        case typed.Prim(args=args):
            modules, taken = set(), list(args[_without_gradient(expr.name) :])
        case typed.Convert(value=value):
            modules, taken = set(), [value]
        case _:
            return set(), set()
    inner = [_open(interface, arg) for arg in taken]
    return modules.union(*(part[0] for part in inner)), set().union(*(part[1] for part in inner))


# -- what the interface expects


def unmet(interface: Interface, rows: list[Dependency]) -> list[str]:
    """Claims of `expect` that do not hold, worded."""
    found = []
    by_name = {row.module: row for row in rows}
    for expect in interface.expects:
        row = by_name.get(expect.name.text)
        for claim in expect.claims:
            name = claim.name.text
            if row is None or name in LATER:
                continue
            said = f"{name}({', '.join(of.text for of in claim.of)})" if claim.of else name
            if name in {"direct", "indirect"} and name != row.supervision:
                found.append(f"{row.module} is {row.supervision}, `expect` says {said}")
            elif (name == "decoupled" and row.on) or (
                name == "dependent" and set(row.on) - {of.text for of in claim.of}
            ):
                found.append(f"{row.module} is {row.input}, `expect` says {said}")
    return found


def _more(row: Dependency, claim: ast.Claim) -> set[str]:
    """Modules above that a claim leaves out."""
    return set(row.on) - {of.text for of in claim.of}
