"""Properties of what has no parameters: bodies of ops, laws, and how far soft constraints are from met."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import torch
from attrs import evolve, frozen
from torch import Tensor

from nmt.compiler.conditions import Condition, laws, softs
from nmt.compiler.graph import CallModule
from nmt.compiler.network import implementation_name, reachable
from nmt.ntypes import Param, Size, Values
from nmt.ntypes.checks import allowance, why_not
from nmt.ntypes.domains import hull, number
from nmt.ntypes.strategies import Recipe, Row

from .formulas import Formula, Given, Ground, computing
from .property import Property, Tried, Violation
from .search import Search
from .subject import Bench

NEAR = 1e-6  # how far inputs are moved to see how much a formula makes of rounding
ALLOWED = 1e-4  # of single against double precision, beside what rounding of the inputs does
EXACT = 1e-5  # of laws, in double precision: `average` and `normalize` hold to 1e-6 by their definition
ROWS = 256  # over which soft constraints are measured
# What must hold of the modules that a formula calls, so that it is not blamed for them.
RELIED = ("shape", "dtype", "unchanged", "determinism", "state", "finite", "edges", "domain", "batch", "small")


@frozen(eq=False)
class Body:
    """An op with its body."""

    kind: ClassVar = "op"
    name: str
    formula: Formula

    @property
    def calls(self) -> tuple[str, ...]:
        """The modules that it calls."""
        return self.formula.calls

    def sized(self) -> str:
        """What the dims of what it reads are bound to."""
        return self.formula.sized()


def proved(body: Body, search: Search) -> None:
    """A value outside what the checker proved of the body, by more than rounding."""
    formula = body.formula
    network = formula.network(torch.float32)

    def holds(values: Given) -> None:
        made = formula(network, values.tensors(torch.float32, formula.device), values.count)
        allowed = allowance(formula.result, made)
        reason = next((why for row in made if (why := why_not(formula.result, row, allowed))), None)
        if reason:
            raise Violation(reason)

    search.every(formula.given(), holds)


def float64(body: Body, search: Search) -> None:
    """A formula that float32 cannot compute: its value is far from that in float64.

    Inputs are moved by a millionth, too: what that changes in float64, rounding may change in float32.
    """
    formula = body.formula
    narrow, wide = formula.network(torch.float32), formula.network(torch.float64)

    def holds(values: Given) -> None:
        single = formula(narrow, values.tensors(torch.float32, formula.device), values.count).double()
        exact = values.tensors(torch.float64, formula.device)
        double = formula(wide, exact, values.count)
        moved = [formula(wide, _moved(values, exact, step), values.count) for step in (-NEAR, NEAR)]
        changes = torch.stack([(one - double).abs() for one in moved]).nan_to_num().amax(0)
        slack = ALLOWED * (1 + double.abs()) + 8 * changes
        beyond = double.abs() > torch.finfo(torch.float32).max
        wrong = ~beyond & ~((single - double).abs() <= slack) & ~(single.isnan() & double.isnan())
        if bool(wrong.any()):
            at = int(wrong.flatten().int().argmax())
            raise Violation(f"gives {_number(single, at)} in float32, {_number(double, at)} in float64")

    search.every(formula.given(), holds)


def _moved(values: Given, exact: dict[str, Tensor], step: float) -> dict[str, Tensor]:
    """Values moved by a little, inside their types."""
    made = dict(exact)
    for name, recipe in values.recipes.items():
        if recipe.type.words is None and not isinstance(recipe.type.domain, Values):
            bound = hull(recipe.type.domain)
            made[name] = (exact[name] * (1 + step) + step).clamp(bound.low, bound.high)
    return made


def _number(values: Tensor, at: int) -> str:
    return number(float(values.flatten()[at]))


@frozen(eq=False)
class Law:
    """A law of the package."""

    kind: ClassVar = "law"
    condition: Condition
    formula: Formula

    @property
    def name(self) -> str:
        """`de_morgan`."""
        return self.condition.name

    @property
    def calls(self) -> tuple[str, ...]:
        """The modules that its sides call."""
        return self.formula.calls

    def sized(self) -> str:
        """What the dims of what it reads are bound to."""
        return self.formula.sized()


def law(subject: Law, search: Search) -> None:
    """Values of its types for which a law does not hold, in float64 and by more than rounding."""
    condition, formula = subject.condition, subject.formula
    network = formula.network(torch.float64)

    def holds(values: Given) -> None:
        with computing():
            given = values.tensors(torch.float64, formula.device)
            left, right = condition.sides(network, given, None, values.count)
        excess = condition.excess(left, right)
        left, right = left.expand_as(excess), right.expand_as(excess)
        wrong = ~(excess <= EXACT * (1 + torch.maximum(left.abs(), right.abs())))
        if bool(wrong.any()):
            at = int(wrong.flatten().int().argmax())
            raise Violation(f"it comes to {_number(left, at)} {condition.compare} {_number(right, at)}")

    search.every(formula.given(), holds)


@frozen(eq=False)
class Soft:
    """A soft constraint on what a module gives; `formula` has its sides, and the parameters of the module."""

    kind: ClassVar = "soft"
    call: CallModule
    condition: Condition
    formula: Formula

    @property
    def module(self) -> str:
        """Whose it is."""
        return implementation_name(self.call)

    @property
    def name(self) -> str:
        """`find.sparse`; with the name of a type where that says it: `find.mask.sparse`."""
        of = "" if self.condition.of == self.call.key[1] else f"{self.condition.of}."
        return f"{self.module}.{of}{self.condition.name}"

    @property
    def calls(self) -> tuple[str, ...]:
        """Its module, and those that its sides call."""
        return tuple(dict.fromkeys((self.module, *self.formula.calls)))

    def sized(self) -> str:
        """What the dims of its module are bound to."""
        return self.formula.sized(*(param.type for param in self.formula.params))


def soft(subject: Soft, search: Search) -> str:
    """A soft constraint that cannot be computed. How far it is from met, over ordinary inputs, is measured.

    It never fails by what is measured: training brings it about.
    """
    ground, call, condition = subject.formula.ground, subject.call, subject.condition
    network = ground.network(torch.float32, subject.calls)
    params = {param.name: param.type for param in subject.formula.params}
    inputs = {}
    for at, (name, type_) in enumerate((params | subject.formula.reads).items()):
        rows = tuple(Row("random", search.seed + at * ROWS + row) for row in range(ROWS))
        inputs[name] = Recipe(type_, ground.sizes, rows).tensor().to(ground.bench.device)
    vocab = ground.interface.signatures[call.key].signature.words
    instances = torch.arange(ROWS, device=ground.bench.device) % (1 if vocab is None else len(vocab.words or (0,)))
    with computing():
        value = network.call(call, instances, [inputs[name] for name in params])
        given = {**inputs, **condition.values([inputs[name] for name in params], value)}
        left, right = condition.sides(network, given, instances, ROWS)
        excess = condition.excess(left, right)
    broken = float((excess > EXACT).double().mean())
    return f"broken by {broken:.1%} of values, on average by {float(excess.mean()):.3g}"


OF_OPS = (
    Property("proved", proved, relies=RELIED),
    Property("float64", float64, needs=("proved",), relies=RELIED),
)
LAW = Property("law", law, relies=RELIED)
SOFT = Property("soft", soft, relies=RELIED)
PROMISES = (*OF_OPS, LAW, SOFT)


def promises(bench: Bench) -> Iterator[tuple[Tried, tuple[Property, ...]]]:
    """Every op, law and soft constraint of the bench's package, each with the properties that it is tried for."""
    ground = Ground(bench)
    interface = ground.interface
    for name, symbol in interface.ops.items():
        if symbol.body is not None and symbol.signature.package == interface.package:
            yield Body(name, Formula.of_op(ground, symbol.signature, symbol.body)), OF_OPS
    for condition in laws(interface):
        yield Law(condition, Formula(ground, (condition.left, condition.right), condition.params)), (LAW,)
    for call in reachable(interface):
        params = _params(interface.signatures[call.key].signature.params, call)
        for condition in softs(interface, call):
            yield Soft(call, condition, Formula(ground, (condition.left, condition.right), params)), (SOFT,)


def _params(params: tuple[Param, ...], call: CallModule) -> tuple[Param, ...]:
    """Parameters as one call has them."""
    dims = {formal: Size.of(actual) for formal, actual in call.dims}
    return tuple(evolve(param, type=param.type.substitute(dims)) for param in params)
