"""Checked expressions -> nodes: the bodies of ops, for the pass `inline`, and models."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import Factory, define, field

from nmt.ntypes import Dim, Size, Type
from nmt.ntypes.domains import Simplex, hull

from . import typed
from .check import OpSymbol
from .graph import (
    Apply,
    CallModule,
    CallOp,
    Enforce,
    Every,
    Fill,
    Fixed,
    Node,
    Operation,
    Read,
    Slot,
    Spread,
    Stack,
    Widen,
    Word,
)

# Primitives over an axis of their last argument; all others look at their first.
LAST = frozenset(["dot"])
# Which argument must keep its bounds to the bit.
GUARDED = {"div": 1, "log": 0, "sqrt": 0, "pow": 0}
SMALLEST = 1.2e-38  # that float32 can say; its inverse is a number, too


@define(eq=False)
class Inliner:
    """Adds the nodes of expressions to a list. With `bodies` calls of ops become their bodies, else they stay calls."""

    nodes: list[Node]
    hole: int | None = None
    call: int = -1
    params: Mapping[str, int] = field(default=Factory(dict))
    words: Mapping[str, Word] = field(default=Factory(dict))
    dims: Mapping[Dim, Size] = field(default=Factory(dict))
    bodies: Mapping[typed.Key, OpSymbol] | None = None

    def expression(self, expr: typed.Expr) -> int:
        """The node that computes an expression."""
        match expr:
            case typed.Const(value):
                return self._add(Fill(value, ()), (), (), expr.type)
            case typed.Param(name):
                return self.params[name]
            case typed.LayoutHole():
                assert self.hole is not None
                return self.hole
            case typed.SourceRead(name):
                return self._add(Read(name), (), (), expr.type)
            case typed.Convert("scalar", typed.Const(value)):
                return self._add(Fill(value, self._shape(expr.type)), (), (), expr.type)
            case typed.Convert(how, value):
                inner = self.expression(value)
                return self._add(self._conversion(how, value.type, expr.type), (inner,), (), expr.type)
            case typed.Prim():
                return self._primitive(expr)
            case typed.Use():
                return self._use(expr)

    def _add(self, op: Operation, args: tuple[int, ...], words: tuple[Word, ...], type_: Type) -> int:
        self.nodes.append(Node(op, args, words, type_.substitute(self.dims), self.call))
        return len(self.nodes) - 1

    def _shape(self, type_: Type) -> tuple[Size, ...]:
        return type_.substitute(self.dims).shape

    def _conversion(self, how: str, before: Type, after: Type) -> Operation:
        before, after = before.substitute(self.dims), after.substitute(self.dims)
        if how == "scalar":
            return Spread(after.shape)
        if how == "widen":
            assert isinstance(before.domain, Simplex)
            assert isinstance(after.domain, Simplex)
            return Widen(before.domain.over, after.domain.over, _axis(before, before.domain.over))
        assert after.enforcer is not None
        return Enforce(after.enforcer, after.domain, softmax_axis(after))

    def _primitive(self, expr: typed.Prim) -> int:
        plain = [arg.value if isinstance(arg, typed.Const) else None for arg in expr.args]
        if None not in plain:
            plain[0] = None  # something must say how many rows there are
        args = tuple(
            self._guarded(expr, place, self.expression(arg))
            for place, (arg, value) in enumerate(zip(expr.args, plain, strict=True))
            if value is None
        )
        looked = expr.args[-1 if expr.name in LAST else 0].type
        axes = tuple(_axis(looked, dim) for dim in expr.over) if expr.name != "bernoulli" else ()
        constants = tuple(plain) if any(value is not None for value in plain) else ()
        return self._add(Apply(expr.name, axes, constants), args, (), expr.type)

    def _guarded(self, expr: typed.Prim, place: int, arg: int) -> int:
        """An argument on whose bounds it hangs that there is an outcome at all: what rounding took over them, put back.

        Else `sqrt(1 - mix)` would be no number where the mix rounds above 1, and `log` and `/` as far off as one likes.
        """
        # Division and log count as exponents below 0, for which 0 itself would do harm.
        exponent = expr.args[1].value if expr.name == "pow" and isinstance(expr.args[1], typed.Const) else -1.0
        if GUARDED.get(expr.name) != place or (exponent >= 0.0 and exponent == int(exponent)):
            return arg
        type_ = expr.args[place].type
        low, high = hull(type_.domain).low, hull(type_.domain).high
        if low < 0.0 < high:  # -1 or 1, as a divisor
            return arg
        if expr.name != "sqrt" and exponent < 0.0:
            low, high = (max(low, SMALLEST), high) if high > 0.0 else (low, min(high, -SMALLEST))
        return self._add(Apply("clip", (), (None, low, high)), (arg,), (), type_)

    def _use(self, expr: typed.Use) -> int:
        args = tuple(self.expression(arg) for arg in expr.args)
        words = {name: self._word(word) for name, word in expr.words}
        bound = {formal: Size.of(actual).substitute(self.dims) for formal, actual in expr.dims}
        dims = tuple((formal, size.dim) for formal, size in bound.items() if size.dim is not None)
        if expr.module:
            return self._add(CallModule(expr.key, dims), args, tuple(words.values()), expr.type)
        if self.bodies is None:
            return self._add(CallOp(expr.key, dims), args, tuple(words.values()), expr.type)
        return self.body(expr.key, args, words, bound, expr.type)

    def body(
        self, key: typed.Key, args: tuple[int, ...], words: Mapping[str, Word], dims: Mapping[Dim, Size], type_: Type
    ) -> int:
        """The node that computes an op's body; for every word of a vocabulary, all of them side by side."""
        assert self.bodies is not None
        every = next(((name, word) for name, word in words.items() if isinstance(word, Every)), None)
        if every is not None:
            name, word = every
            assert isinstance(word, Every)
            fixed = [Fixed(text, word.vocab) for text in word.part.words or ()]
            parts = [self.body(key, args, {**words, name: one}, dims, type_) for one in fixed]
            return self._add(Stack(), tuple(parts), (), type_)
        symbol = self.bodies[key]
        assert symbol.body is not None
        params = {param.name: arg for param, arg in zip(symbol.signature.params, args, strict=True)}
        inner = Inliner(self.nodes, None, self.call, params, words, dims, self.bodies)
        return inner.expression(symbol.body)

    def _word(self, word: typed.WordRef) -> Word:
        match word:
            case typed.FixedWord(text, vocab):
                return Fixed(text, vocab)
            case typed.EveryWord(part, vocab):
                return Every(part, vocab)
            case typed.ParamWord(name, _, vocab):
                given = self.words[name]
                match given:
                    case Slot(place, _):
                        return Slot(place, vocab)
                    case Every(part, _):
                        return Every(part, vocab)
                    case Fixed(text, _):
                        return Fixed(text, vocab)


def _axis(type_: Type, dim: Dim) -> int:
    """Where a dim stands in a shape, counted from its end."""
    return next(at for at, size in enumerate(type_.shape) if size.dim == dim) - len(type_.shape)


def softmax_axis(type_: Type) -> int:
    """The axis over which the softmax of a type runs: its simplex, or the last."""
    return _axis(type_, type_.domain.over) if isinstance(type_.domain, Simplex) else -1
