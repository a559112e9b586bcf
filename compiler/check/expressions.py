"""Expressions: what each means, of which type it is, and that it fits where it stands."""

from __future__ import annotations

from attrs import Factory, define, field

from nmt.ntypes import (
    UNKNOWN,
    Dim,
    FamilyParam,
    Fit,
    Interval,
    Misfit,
    Signature,
    Simplex,
    Size,
    Type,
    fit,
    fit_by_structure,
)
from nmt.ntypes.domains import UNIT, hull

from .. import ast, typed
from ..diagnostics import Note
from ..source import Span
from . import primitives
from .interface import LayoutSymbol, ModuleSymbol, OpSymbol
from .scope import Scope, did_you_mean
from .types import Local, resolve


@define
class Environment:
    """What an expression can see: family parameters (words and dims), parameters, and in models the layouts."""

    scope: Scope
    dims: Local = field(default=Factory(dict))
    words: dict[str, Dim] = field(default=Factory(dict))
    params: dict[str, Type] = field(default=Factory(dict))
    layouts: dict[str, LayoutSymbol] = field(default=Factory(dict))

    # -- the forms of expressions

    def infer(self, expr: ast.Expr) -> typed.Expr:
        """The checked form of an expression; of unknown type after an error."""
        match expr:
            case ast.Number(value):
                return typed.Const(value, Type((), Interval(value, value)))
            case ast.Var(name):
                return self._variable(name)
            case ast.Binary(op, left, right):
                return self._primitive(op, (), (left, right), expr.span)
            case ast.Negative(value):
                if isinstance(value, ast.Number):
                    return typed.Const(-value.value, Type((), Interval(-value.value, -value.value)))
                return self._primitive("neg", (), (value,), expr.span)
            case ast.Cast():
                return self._cast(expr)
            case ast.Call():
                if expr.name.text in primitives.NAMED:
                    over = self._over(expr)
                    if over is None:
                        for arg in expr.args:
                            self.infer(arg)
                        return typed.Const(0.0, UNKNOWN)
                    return self._primitive(expr.name.text, over, expr.args, expr.span)
                return self._use(expr)

    def _variable(self, name: ast.Name) -> typed.Expr:
        if name.text in self.params:
            return typed.Param(name.text, self.params[name.text])
        if name.text in self.layouts:
            return typed.LayoutHole(name.text, self.layouts[name.text].type)
        if name.text in self.words:
            self.scope.report.add(
                "NMT106",
                f"`{name}` is a word, not a value",
                name.span,
                help=f"a word stands in brackets, as in `find[{name}](...)`",
            )
            return typed.Const(0.0, UNKNOWN)
        source = self.scope.find("source", name, lambda _: None, [*self.params, *self.layouts])
        return typed.SourceRead(name.text, source.type) if source else typed.Const(0.0, UNKNOWN)

    def _cast(self, expr: ast.Cast) -> typed.Expr:
        value, to = self.infer(expr.value), resolve(self.scope, expr.to, self.dims)
        if value.type.unknown or to.unknown:
            return typed.Const(0.0, to)
        if value.type.shape != to.shape or value.type.words is not None:
            self._misfit(
                Misfit("NMT201", f"{value.type} has not the shape of {to}"),
                "a cast keeps the shape",
                expr.span,
                value.type,
            )
            return typed.Const(0.0, to)
        if to.domain.why_not(value.type.domain) is None:
            self.scope.report.add(
                "NMT307",
                f"this is inside {to} already: the cast would change it",
                expr.span,
                label=f"this is {value.type}",
            )
            return typed.Const(0.0, to)
        if to.enforcer is None:
            self.scope.report.add(
                "NMT306", f"`{to}` has no enforcer to cast with", expr.to.span, help="add `by ...` to the type"
            )
            return typed.Const(0.0, to)
        return typed.Convert("enforce", value, to)

    # -- primitives

    def _over(self, expr: ast.Call) -> tuple[Dim, ...] | None:
        """The dims in the brackets of a primitive; None after an error."""
        dims = []
        for at in expr.index:
            if not at.every:
                self.scope.report.add("NMT204", f"`{expr.name}` takes dims in brackets, not words", at.name.span)
                return None
            dim = self.scope.dim(at.name, self.dims)
            if dim is None:
                return None
            dims.append(dim)
        return tuple(dims)

    def _primitive(self, name: str, over: tuple[Dim, ...], args: tuple[ast.Expr, ...], span: Span) -> typed.Expr:
        made = tuple(self.infer(arg) for arg in args)
        values = tuple(arg.value if isinstance(arg, typed.Const) else None for arg in made)
        same = len(args) == 2 and args[0] == args[1]
        try:
            primitives.arity(name, over, len(made))
            type_ = primitives.infer(primitives.Given(name, over, tuple(arg.type for arg in made), same, values))
        except primitives.Fault as fault:
            at = span if fault.arg is None else args[fault.arg].span
            self.scope.report.add(fault.code, fault.message, at, label=fault.label, help=fault.hint)
            type_ = UNKNOWN
        return typed.Prim(name, over, made, type_)

    # -- ops and modules

    def _use(self, expr: ast.Call) -> typed.Expr:
        args = [self.infer(arg) for arg in expr.args]
        symbol: OpSymbol | ModuleSymbol | None = self.scope.find("op", expr.name, lambda _: None, primitives.NAMED)
        if symbol is None:
            return typed.Const(0.0, UNKNOWN)
        return self.apply(symbol, expr.index, args, expr.span, [arg.span for arg in expr.args])

    def apply(
        self,
        symbol: OpSymbol | ModuleSymbol,
        index: tuple[ast.Index, ...],
        args: list[typed.Expr],
        span: Span,
        spans: list[Span],
    ) -> typed.Expr:
        """An op or a module applied to arguments that are checked already."""
        signature = symbol.signature
        declared = (Note(f"it is declared as `{signature}`", symbol.span),)
        if len(args) != len(signature.params):
            wanted = len(signature.params)
            message = f"`{signature.name}` takes {wanted or 'no'} argument{'s' if wanted != 1 else ''}, not {len(args)}"
            self.scope.report.add("NMT308", message, span, notes=declared)
            return typed.Const(0.0, UNKNOWN)
        given = self._family(signature, index, span, declared)
        if given is None:
            return typed.Const(0.0, UNKNOWN)
        words, dims, every = given
        bound = {formal: Size.of(actual) for formal, actual in dims.items()}
        for param, arg in zip(signature.params, args, strict=True):
            infer_dims(param.type, arg.type, bound)
        missing = [param for param in signature.family if param.kind != "word" and param.of not in bound]
        if missing:
            if not any(arg.type.unknown for arg in args):
                self.scope.report.add(
                    "NMT203", f"nothing says what {missing[0].name} of `{signature.name}` is", span, notes=declared
                )
            return typed.Const(0.0, UNKNOWN)
        fitted = [
            self.fitted(arg, param.type.substitute(bound), f"`{param.name}` of `{signature.name}`", at, declared)
            for param, arg, at in zip(signature.params, args, spans, strict=True)
        ]
        type_ = signature.result.substitute(bound)
        if every is not None and not type_.unknown:
            type_ = Type((Size.of(every), *type_.shape), type_.domain, words=type_.words)
        key = (signature.package, signature.name)
        chosen = tuple((dim, size.dim) for dim, size in bound.items() if size.dim is not None)
        return typed.Use(key, isinstance(symbol, ModuleSymbol), words, chosen, tuple(fitted), type_)

    def _family(
        self, signature: Signature, index: tuple[ast.Index, ...], span: Span, declared: tuple[Note, ...]
    ) -> tuple[tuple[tuple[str, typed.WordRef], ...], dict[Dim, Dim], Dim | None] | None:
        """What the brackets give to the family parameters; None after an error."""
        needed = [param for param in signature.family if param.kind == "word"]
        if len(index) > len(signature.family) or (needed and not index):
            form = (
                f"`{signature.name}[{', '.join(param.name for param in signature.family)}]`"
                if signature.family
                else "no brackets"
            )
            self.scope.report.add("NMT204", f"`{signature.name}` is called with {form}", span, notes=declared)
            return None
        words: list[tuple[str, typed.WordRef]] = []
        dims: dict[Dim, Dim] = {}
        every = None
        for param, at in zip(signature.family, index, strict=False):
            if param.kind == "word":
                word = self._word(param, at, signature)
                if word is None:
                    return None
                words.append((param.name, word))
                every = word.part if isinstance(word, typed.EveryWord) else every
                continue
            if not at.every:
                self.scope.report.add(
                    "NMT204", f"`{signature.name}` takes a dim here, not a word", at.name.span, notes=declared
                )
                return None
            dim = self.scope.vocab(at.name, self.dims) if param.kind == "vocab" else self.scope.dim(at.name, self.dims)
            if dim is None:
                return None
            dims[param.of] = dim
        return tuple(words), dims, every

    def _word(self, param: FamilyParam, at: ast.Index, signature: Signature) -> typed.WordRef | None:
        """The instance that a bracket names: a word, a family parameter, or a vocabulary for every word of it."""
        report, vocab, name = self.scope.report, param.of, at.name
        if not at.every and name.text not in self.words:
            if vocab.words is not None and name.text not in vocab.places:
                hint = did_you_mean(name.text, vocab.words)
                report.add(
                    "NMT109", f"`{name}` is no word of {vocab}", name.span, notes=(_words_note(vocab),), help=hint
                )
                return None
            return typed.FixedWord(name.text, vocab)
        part = self.scope.vocab(name, self.dims) if at.every else self.words[name.text]
        if part is None:
            return None
        if vocab.offset(part) is None:
            report.add("NMT109", f"{part} is no part of {vocab}, whose words `{signature.name}` takes", name.span)
            return None
        return typed.EveryWord(part, vocab) if at.every else typed.ParamWord(name.text, part, vocab)

    # -- fitting

    def fitted(
        self, value: typed.Expr, formal: Type, what: str, span: Span, notes: tuple[Note, ...] = ()
    ) -> typed.Expr:
        """The value where `formal` is asked for, with the conversion that it needs."""
        outcome = fit(formal, value.type)
        if isinstance(outcome, Misfit):
            self._misfit(outcome, f"{what} is {_formal(formal)}", span, value.type, notes)
            return typed.Const(0.0, formal)
        return converted(value, formal, outcome)

    def returned(
        self, value: typed.Expr, formal: Type, what: str, span: Span, note: Note, hint: str = ""
    ) -> typed.Expr | None:
        """The body at `->`: checked by structure, then it takes the name. None where it does not fit."""
        outcome = fit_by_structure(formal, value.type)
        if isinstance(outcome, Misfit):
            leaves = outcome.code == "NMT302"
            code, message = (
                ("NMT303", f"the body of {what} can leave {formal.domain}")
                if leaves
                else (outcome.code, f"the body of {what} is no {formal}: {outcome.reason}")
            )
            label = f"this is {value.type.domain}" if leaves else f"this is {value.type}"
            self.scope.report.add(code, message, span, label=label, notes=(note,), help=hint)
            return None
        return converted(value, formal, outcome)

    def _misfit(self, misfit: Misfit, message: str, span: Span, actual: Type, notes: tuple[Note, ...] = ()) -> None:
        self.scope.report.add(
            misfit.code, f"{message}, but {misfit.reason}", span, label=f"this is {actual}", notes=notes
        )


def converted(value: typed.Expr, formal: Type, how: Fit) -> typed.Expr:
    """A value that fits, with the conversion that it needs written out."""
    if how.how == "as it is" or value.type.unknown:
        return value
    return typed.Convert(how.how, value, formal)


def infer_dims(formal: Type, actual: Type, bound: dict[Dim, Size]) -> None:
    """Bind the rigid dims of a formal type by the actual one; a mismatch shows when the two are fitted."""
    if actual.unknown or formal.unknown:
        return
    if formal.words is not None and formal.words.rigid and actual.words is not None:
        bound.setdefault(formal.words, Size.of(actual.words))
    for wanted, given in zip(formal.shape, actual.shape, strict=False):
        if wanted.dim is not None and wanted.dim.rigid:
            bound.setdefault(wanted.dim, given)


def or_hint(body: ast.Expr, value: typed.Expr) -> str:
    """`a + b` of two masks is what people write for `or`."""
    match body, value:
        case ast.Binary("add", left, right), typed.Prim("add", _, (a, b)):
            if all(
                UNIT.why_not(hull(side.type.domain)) is None and not isinstance(side.type.domain, Simplex)
                for side in (a, b)
            ):
                return f"max({left.span.text}, {right.span.text}) stays inside"
    return ""


def _formal(formal: Type) -> str:
    return f"`{formal}`" if formal.name else str(formal)


def _words_note(vocab: Dim) -> Note:
    words = list(vocab.words or ())
    shown = ", ".join(words[:12]) + (f", ... ({len(words)} in all)" if len(words) > 12 else "")
    return Note(f"{vocab} has {shown}")
