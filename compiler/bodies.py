"""Hypothesis strategies for bodies of ops: expressions over every primitive that the checker takes, as text.

They grow piece by piece over the parameters of one package, and the checker says of each piece whether it may be
written and what is proved of it. For tests of proofs, backends and printers.
"""

from __future__ import annotations

import functools
import re

from attrs import Factory, define, field
from hypothesis import assume
from hypothesis import strategies as st

from nmt.ntypes import Type

from . import ast
from .check.expressions import Environment
from .check.scope import Scope
from .check.types import resolve
from .diagnostics import Report
from .parse import parse
from .source import Source

SHAPES: dict[str, tuple[str, ...]] = {"s": (), "k": ("K",), "v": ("V",), "hw": ("H", "W"), "kv": ("K", "V")}
SIZES = {"W": 3, "V": 3, "K": 2}  # H is left to the data
DOMAINS = {
    "unit": "in 0..1",
    "sym": "in -1..1",
    "pos": "in 0..",
    "mid": "in 0.5..3",
    "any": "",
    "bit": "in {0, 1}",
    "three": "in {-1, 0, 2}",
    "dist": "in simplex[@]",
}
ENFORCED = {
    "sigmoid": "in 0..1",
    "tanh": "in -1..1",
    "relu": "in 0..",
    "softplus": "in 0..",
    "step": "in {0, 1}",
    "clip": "in -1..2",
    "softmax": "in simplex[@]",
}
NUMBERS = ("0", "1", "2", "0.5", "0.3", "0.1", "-1", "1.5", "10", "0.001")
CHANCES = ("unit_s", "unit_s2", "bit_s", "unit_s * unit_s2", "0.3", "exp(-pos_s)", "(1 - unit_s)")
MIXES = (
    "{p} * ({a}) + (1 - {p}) * ({b})",
    "({b}) * (1 - {p}) + ({a}) * {p}",
    "0.3 * ({a}) + 0.7 * ({b})",
    "(({a}) + ({b})) / 2",
    "0.2 * ({a}) + ({b}) / 2 + ({c}) * 0.3",
    "{p} * ({q} * ({a}) + (1 - {q}) * ({b})) + (1 - {p}) * ({c})",
    "{p} * {q} * ({a}) + {p} * (1 - {q}) * ({b}) + (1 - {p}) * ({c})",
    "({a}) + (1 - ({a})) * ({b})",
    "({a}) * ({b}) + (1 - ({a})) * ({c})",
    "{p} * ({a}) + {q} * ({b})",  # no mix
)
# Shares that come to more than 1 by rounding, in float32 and in float64.
OVER_ONE = ("0.33 * {0} + 0.6 * {0}2 + 0.07 * {0}", "0.33 * {0} + 0.56 * {0}2 + 0.11 * {0}")
LONGEST = 1_000


def _types(kinds: dict[str, str], form: str) -> list[str]:
    """A form for each kind of domain and each shape, where a distribution has a vocabulary to be over."""
    made = []
    for kind, domain in kinds.items():
        for name, dims in SHAPES.items():
            if "simplex" not in domain or name in {"k", "v", "kv"}:
                size = f"[{', '.join(dims)}]" if dims else ""
                made.append(form.format(kind, name, f"real{size} {domain.replace('@', dims[-1] if dims else '')}"))
    return made


PARAMS = dict(
    line.split(": ") for form in ("{}_{}: {}", "{}_{}2: {}") for line in _types(DOMAINS, form)
)  # what bodies are made of: `unit_hw` is a parameter of real[H, W] in 0..1, `unit_hw2` another
HEADER = "\n".join(
    [
        "package bodies @ 1.0.0",
        "dim H",
        "dim W = 3",
        "vocab V = { a, b, c }",
        "vocab K = { on, off }",
        *(f"{line} by {line.split('_')[0].removeprefix('type ')}" for line in _types(ENFORCED, "type {}_{} = {}")),
    ]
)


@functools.cache
def _scope() -> Scope:
    report = Report()
    made = Scope(parse(Source("bodies", HEADER), report), report, "bodies")
    made.declare()
    return made


@functools.cache
def params() -> dict[str, Type]:
    """The parameters of which bodies are made."""
    listed = ", ".join(f"{name}: {type_}" for name, type_ in PARAMS.items())
    (op,) = parse(Source("params", f"op all({listed}) -> real = 0"), Report()).decls
    assert isinstance(op, ast.OpDecl)
    return {param.name.text: resolve(_scope(), param.type, {}) for param in op.params if param.name}


@functools.lru_cache(maxsize=10_000)
def type_of(text: str) -> Type | None:
    """What the checker says of a body; None where it may not be written."""
    here, here.report = _scope(), Report()
    (model,) = parse(Source("body", f"model m = {text}"), here.report).decls
    assert isinstance(model, ast.ModelDecl)
    made = Environment(here, params=params()).infer(model.body)
    return None if len(here.report) or made.type.unknown else made.type


def shape_of(text: str) -> tuple[str, ...]:
    """The names of the dims of a body that may be written."""
    type_ = type_of(text)
    assert type_ is not None
    return tuple(map(str, type_.shape))


def used(text: str) -> list[str]:
    """The parameters that a body names."""
    names = set(re.findall(r"\w+", text))
    return [name for name in PARAMS if name in names]


def file(text: str) -> str:
    """A whole file whose op `body` has this body."""
    listed = ", ".join(f"{name}: {PARAMS[name]}" for name in used(text))
    dims = f"[{', '.join(shape_of(text))}]" if shape_of(text) else ""
    return f"{HEADER}\nop body({listed}) -> real{dims} = {text}\n"


@st.composite
def bodies(draw: st.DrawFn, max_steps: int = 5) -> str:
    """A body that the checker takes, of so many steps at most; each step may use the ones before."""
    growing = _Growing(draw)
    for _ in range(draw(st.integers(1, max_steps))):
        text = getattr(growing, draw(st.sampled_from(FORMS)))()
        if len(text) < LONGEST and type_of(text) is not None and shape_of(text) in SHAPES.values():
            growing.made.append(text)
    assume(growing.made)
    return growing.made[-1]


@define
class _Growing:
    """A body under way: a method a form."""

    draw: st.DrawFn
    made: list[str] = field(default=Factory(list))

    def one(self, *options: str) -> str:
        return self.draw(st.sampled_from(options))

    def half(self) -> bool:
        return self.draw(st.booleans())

    def shape(self, *options: tuple[str, ...]) -> tuple[str, ...]:
        return self.draw(st.sampled_from(options))

    def piece(self, shape: tuple[str, ...] | None = None, kind: str = "") -> str:
        """Something of a shape; scalars may be numbers. What was made last is drawn most."""
        known = [text for text in self.made if shape is None or shape_of(text) == shape]
        if known and self.draw(st.integers(0, 3)) > 0:
            back: int = self.draw(st.integers(1, min(3, len(known))))
            return known[-back]
        if shape == () and not kind and self.draw(st.integers(0, 2)) == 0:
            return self.one(*NUMBERS)
        return self.one(*(name for name in PARAMS if name.startswith(kind) and shape in {None, shape_of(name)}))

    def like(self, text: str) -> str:
        """Something to stand beside a piece: of its shape, or a scalar; distributions beside a distribution."""
        alike = [name for name in PARAMS if name.startswith("dist") and type_of(name) == type_of(text)]
        if alike and self.half():
            return self.one(*alike)
        return self.piece(self.shape((), shape_of(text), shape_of(text)))

    def condition(self, shape: tuple[str, ...]) -> str:
        if self.half():
            return self.piece(shape, "bit")
        return f"({self.piece(shape)} {self.one('<=', '>=', '==')} {self.piece(self.shape((), shape))})"

    def with_dims(self) -> tuple[str, tuple[str, ...]]:
        """A piece that has dims, and some of them."""
        shape = self.shape(*(dims for dims in SHAPES.values() if dims))
        text = self.piece(shape, self.one("", "dist") if shape != ("H", "W") else "")
        dims = tuple(self.draw(st.permutations(shape_of(text))))
        count: int = self.draw(st.integers(1, len(dims)))
        return text, dims[:count]

    # -- forms

    def arithmetic(self) -> str:
        left = self.piece()
        left, right = self.draw(st.permutations([left, self.like(left)]))
        return f"({left}) {self.one('+', '-', '*', '/')} ({right})"

    def alone(self) -> str:
        form = self.one("-({})", "abs({})", "exp({})", "log({})", "sqrt({})", "({0}) * ({0})", "({0}) - ({0})")
        return form.format(self.piece())

    def safe(self) -> str:
        """What needs its domain proved, given it."""
        if self.draw(st.integers(0, 5)) == 0:
            share = self.one(*OVER_ONE).format(self.one("unit_s", "unit_v", "unit_hw"))
            return self.one("sqrt(1 - {})", "pow(1 - {}, 0.5)", "log(1 - {} + 1e-30)").format(f"({share})")
        form = self.one("log({} + 0.1)", "sqrt({})", "1 / ({} + 0.5)", "log(exp(-{}) + 1e-30)", "sqrt(1 - exp(-{}))")
        return form.format(f"abs({self.piece()})")

    def power(self) -> str:
        return f"pow({self.piece()}, {self.one('2', '3', '0', '0.5', '-1', '-2', '1.5', '-0.5', '1')})"

    def extreme(self) -> str:
        first = self.piece()
        others = [self.like(first) for _ in range(self.draw(st.integers(1, 2)))]
        return f"{self.one('min', 'max')}({', '.join([first, *others])})"

    def clip(self) -> str:
        low, high = sorted([self.one(*NUMBERS), self.one(*NUMBERS)], key=float)
        return f"clip({self.piece()}, {low}, {high})"

    def compare(self) -> str:
        left = self.piece()
        return f"({left} {self.one('<=', '>=', '==')} {self.one(left, self.like(left))})"

    def where(self) -> str:
        first = self.piece(None, self.one("", "dist"))
        return f"where({self.condition(self.shape((), shape_of(first)))}, {first}, {self.like(first)})"

    def over(self) -> str:
        text, dims = self.with_dims()
        return f"{self.one('sum', 'mean', 'min', 'max', 'softmax')}[{', '.join(dims)}]({text})"

    def average(self) -> str:
        text, dims = self.with_dims()
        if dims not in SHAPES.values():  # the weights stand in the order of the brackets
            return text
        weights = self.one("abs({})", "{}", "1 - {}", "1 - (0.33 * {0} + 0.6 * {1} + 0.07 * {0})")
        return f"average[{', '.join(dims)}]({text}, {weights.format(self.piece(dims), self.piece(dims))})"

    def dot(self) -> str:
        text = self.piece(self.shape(("V",), ("K", "V"), ("K",)))
        dim = self.one(*shape_of(text))
        return f"dot[{dim}]({self.piece((dim,), self.one('', 'dist'))}, {text})"

    def dist(self) -> str:
        shape = self.shape(("V",), ("K", "V"), ("K",))
        form = self.one("below[{0}]({1})", "normalize[{0}](abs({1}))", "normalize[{0}]({1})", "softmax[{0}]({1})")
        return form.format(self.one(*shape), self.piece(shape, self.one("", "dist")))

    def bernoulli(self) -> str:
        return f"bernoulli[K]({self.one(*CHANCES)})"

    def mix(self) -> str:
        a = self.piece(None, self.one("", "dist"))
        p, q, b, c = self.one(*CHANCES), self.one(*CHANCES), self.like(a), self.like(a)
        if self.draw(st.integers(0, 3)) == 0:
            p = self.one(*(name for name in PARAMS if name.startswith("unit") and shape_of(name) == shape_of(a)))
        return self.one(*MIXES).format(p=p, q=q, a=a, b=b, c=c)

    def cast(self) -> str:
        text = self.piece()
        shape = next(name for name, dims in SHAPES.items() if dims == shape_of(text))
        return f"({text}) as {self.one(*ENFORCED)}_{shape}"


FORMS = (
    *("arithmetic", "alone", "safe", "power", "extreme", "clip", "compare", "where", "over", "average", "dot", "dist"),
    *("bernoulli", "mix", "mix", "cast"),
)
