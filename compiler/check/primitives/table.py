"""The table of primitives: how each is called, and the rule of its result.

A rule is given the types of the arguments and proves where the result lies, over the real numbers. To add a primitive:
a rule and a line here, and its torch form in `compiler/backends/primitives.py`.
"""

from __future__ import annotations

from attrs import frozen

from nmt.ntypes import UNKNOWN, Dim, Type

from . import arithmetic, choices, dims
from .given import SIGNS, Fault, Given, Rule


@frozen
class Primitive:
    """How a primitive is called: how many arguments, and how many dims in brackets."""

    rule: Rule
    args: tuple[int, int]
    dims: tuple[int, int] = (0, 0)


MANY = 10_000
PRIMITIVES: dict[str, Primitive] = {
    "add": Primitive(arithmetic.add, (2, 2)),
    "sub": Primitive(arithmetic.sub, (2, 2)),
    "mul": Primitive(arithmetic.mul, (2, 2)),
    "div": Primitive(arithmetic.div, (2, 2)),
    "neg": Primitive(arithmetic.neg, (1, 1)),
    "abs": Primitive(arithmetic.absolute, (1, 1)),
    "exp": Primitive(arithmetic.exp, (1, 1)),
    "log": Primitive(arithmetic.log, (1, 1)),
    "sqrt": Primitive(arithmetic.sqrt, (1, 1)),
    "pow": Primitive(arithmetic.power, (2, 2)),
    "min": Primitive(choices.least, (1, MANY), (0, MANY)),
    "max": Primitive(choices.most, (1, MANY), (0, MANY)),
    "clip": Primitive(choices.clip, (3, 3)),
    "at_most": Primitive(choices.at_most, (2, 2)),
    "at_least": Primitive(choices.at_least, (2, 2)),
    "equal": Primitive(choices.equal, (2, 2)),
    "where": Primitive(choices.where, (3, 3)),
    "sum": Primitive(dims.total, (1, 1), (1, MANY)),
    "mean": Primitive(dims.mean, (1, 1), (1, MANY)),
    "average": Primitive(dims.average, (2, 2), (1, MANY)),
    "dot": Primitive(dims.dot, (2, 2), (1, 1)),
    "below": Primitive(dims.below, (1, 1), (1, 1)),
    "normalize": Primitive(dims.normalize, (1, 1), (1, 1)),
    "softmax": Primitive(dims.softmax, (1, 1), (1, MANY)),
    "bernoulli": Primitive(dims.bernoulli, (1, 1), (1, 1)),
}
NAMED = frozenset(PRIMITIVES) - frozenset(SIGNS)
COMPARISONS = frozenset(["at_most", "at_least", "equal"])
# What people write who come from elsewhere.
MEANT = {
    "maks": "max",
    "maximum": "max",
    "minimum": "min",
    "clamp": "clip",
    "ln": "log",
    "power": "pow",
    "absolute": "abs",
    "avg": "mean",
    "total": "sum",
    "select": "where",
    "ifelse": "where",
}


def infer(given: Given) -> Type:
    """The type of a primitive's result; raises Fault where it has none."""
    for place, arg in enumerate(given.args):
        if arg.words is not None:
            raise Fault("NMT310", f"`{given.said}` takes numbers, not words", arg=place, label=f"this is {arg}")
    if any(arg.unknown for arg in given.args):
        return UNKNOWN
    return PRIMITIVES[given.name].rule(given)


def arity(name: str, over: tuple[Dim, ...], count: int) -> None:
    """Check numbers of arguments and dims; raises Fault."""
    primitive = PRIMITIVES[name]
    least, most = primitive.args
    if name in {"min", "max"}:
        least, most = (1, 1) if over else (2, MANY)
    if not least <= count <= most:
        wanted = str(least) if least == most else f"{least} or more"
        raise Fault("NMT308", f"`{name}` takes {wanted} argument{'s' if wanted != '1' else ''}, not {count}")
    low, high = primitive.dims
    if not low <= len(over) <= high:
        form = "no dims" if high == 0 else "one dim" if high == 1 else "one or more dims"
        raise Fault("NMT204", f"`{name}` takes {form} in brackets, not {len(over)}")
    twice = next((dim for place, dim in enumerate(over) if dim in over[:place]), None)
    if twice is not None:
        raise Fault("NMT202", f"{twice} stands twice in the brackets of `{name}`")
