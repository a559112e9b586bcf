"""Normal forms of bodies: numbers that are equal where two bodies compute the same by the same steps.

Names of parameters do not count, nor do types, which are compared where they are declared. The order and the brackets
of `+`, `*`, min and max do not count either: over the reals they make no difference, and what they do to rounding is no
change of an interface. In a *deep* form the ops that a body calls are written out, so that an op that was split into
two is no change.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

import attrs
from attrs import Factory, define, field, frozen

from nmt.ntypes import Signature, Type

from .. import typed
from ..passes.flatten import ASSOCIATIVE, IDEMPOTENT
from .view import NO_DIMS, Local, View, local_of

Table = dict[Hashable, int]
INVERSES = {"sub": ("add", "neg"), "div": ("mul", "inverse")}  # a - b is a + (-b), and so a link of a chain
COMMUTATIVE = frozenset(["dot", "equal"])
TURNED = {"at_least": "at_most", ">=": "<="}  # the same from the other side


@frozen
class _Env:
    """What the names in a body stand for."""

    params: Mapping[str, int] = field(default=Factory(dict))
    words: Mapping[str, Hashable] = field(default=Factory(dict))
    dims: Local = NO_DIMS


@define(eq=False)
class Forms:
    """Numbers the forms of one interface; two that share a table can be compared."""

    view: View
    table: Table
    deep: bool = False
    _links: dict[tuple[str, int], tuple[int, ...]] = field(default=Factory(dict))  # what a chain is made of

    def body(self, signature: Signature, body: typed.Expr | None) -> int:
        """The form of a body, its parameters known by their places."""
        try:
            return self._expr(body, self._places(signature))
        except RecursionError:  # a very long chain of ops is not written out, so it is like nothing else
            return self._number("too long", id(self), signature.package, signature.name)

    def comparison(self, names: Mapping[str, str], comparison: typed.Comparison | None, signature: Signature) -> int:
        """The form of a soft constraint or a law; `names` says what stands for each name in it."""
        env = self._places(signature)
        env = attrs.evolve(env, params={name: self._number("param", as_) for name, as_ in names.items()})
        if comparison is None:
            return self._number("nothing")
        left, right = self._expr(comparison.left, env), self._expr(comparison.right, env)
        return self._compared(comparison.compare, left, right)

    def type(self, type_: Type, dims: Local = NO_DIMS) -> Hashable:
        """A type by its name where it has one, else by what it is."""
        made = self.view.type(type_, dims)
        return made.name or made

    def _places(self, signature: Signature) -> _Env:
        params = {param.name: self._number("param", place) for place, param in enumerate(signature.params)}
        words = {param.name: place for place, param in enumerate(signature.family) if param.kind == "word"}
        return _Env(params, words, local_of(signature))

    def _number(self, *form: Hashable) -> int:
        return self.table.setdefault(form, len(self.table))

    def _expr(self, expr: typed.Expr | None, env: _Env) -> int:
        match expr:
            case typed.Param(name):
                return env.params[name]
            case typed.Const(value):
                return self._number("number", value)
            case typed.SourceRead(name):
                return self._number("source", name)
            case typed.LayoutHole(name):
                return self._number("layout", name)
            case typed.Convert("enforce", value, type_):
                return self._number("enforce", self.type(type_, env.dims), self._expr(value, env))
            case typed.Convert(how, value, type_):  # zeros, or one number everywhere: the shape says it all
                return self._number(how, self.view.type(type_, env.dims).shape, self._expr(value, env))
            case typed.Prim():
                return self._prim(expr, env)
            case typed.Use():
                return self._use(expr, env)
        return self._number("nothing")

    def _prim(self, prim: typed.Prim, env: _Env) -> int:
        name, args = prim.name, [self._expr(arg, env) for arg in prim.args]
        over = frozenset(self.view.dim(dim, env.dims) for dim in prim.over)  # over H and W, or over W and H
        if name in INVERSES:
            name, inverse = INVERSES[name]
            args[1] = self._number(inverse, frozenset(), args[1])
        if name in ASSOCIATIVE and not over:
            return self._chain(name, args)
        if name in COMMUTATIVE:
            args.sort()
        if name in TURNED:
            return self._compared(name, *args)
        return self._number(name, over, *args)

    def _chain(self, name: str, args: Iterable[int]) -> int:
        """A chain of one primitive, whatever its brackets."""
        links = [link for arg in args for link in self._links.get((name, arg), (arg,))]
        form = tuple(sorted(set(links) if name in IDEMPOTENT else links))
        if len(form) == 1:
            return form[0]
        number = self._number(name, frozenset(), *form)
        self._links[name, number] = form
        return number

    def _compared(self, compare: str, left: int, right: int) -> int:
        if compare in TURNED:
            compare, left, right = TURNED[compare], right, left
        sides = sorted((left, right)) if compare == "==" else (left, right)
        return self._number(compare, frozenset(), *sides)

    def _use(self, expr: typed.Use, env: _Env) -> int:
        args = tuple(self._expr(arg, env) for arg in expr.args)
        interface = self.view.interface
        symbol = (interface.signatures if expr.module else interface.bodies)[expr.key]
        signature = symbol.signature
        words = {name: self._word(word, env) for name, word in expr.words}
        dims = {formal: self.view.dim(actual, env.dims) for formal, actual in expr.dims}
        if self.deep and not expr.module:
            params = {param.name: arg for param, arg in zip(signature.params, args, strict=True)}
            known = ("inlined", expr.key, self.view.key("op", *expr.key), args, tuple(words.items()), *dims.items())
            if (id(self), known) not in self.table:
                made = self._expr(interface.bodies[expr.key].body, _Env(params, words, dims))
                self.table[id(self), known] = made
            return self.table[id(self), known]
        places = [dims.get(param.of) for param in signature.family if param.kind != "word"]
        return self._number("use", self.view.key("op", *expr.key), args, tuple(words.values()), *places)

    def _word(self, word: typed.WordRef, env: _Env) -> Hashable:
        match word:
            case typed.FixedWord(text):
                return "word", text
            case typed.ParamWord(name):
                return env.words[name]
            case typed.EveryWord(part):
                return "every", self.view.dim(part, env.dims)
