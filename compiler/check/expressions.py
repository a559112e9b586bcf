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
    Size,
    Type,
    fit,
    fit_by_structure,
)
from nmt.ntypes.domains import ENFORCERS, UNIT

from .. import ast, typed
from ..diagnostics import Note
from ..source import Span
from . import primitives
from .advice import enforced, tight
from .hints import did_you_mean
from .interface import LayoutSymbol, ModuleSymbol, OpSymbol
from .mixes import refined
from .outcomes import expected, folded, largest, point, said, shaped, words_note
from .scope import Scope
from .types import Local, enforcer_hint, resolve


@define
class Environment:
    """What an expression can see: family parameters (words and dims), parameters, and in models the layouts."""

    scope: Scope
    dims: Local = field(default=Factory(dict))
    words: dict[str, Dim] = field(default=Factory(dict))
    params: dict[str, Type] = field(default=Factory(dict))
    layouts: dict[str, LayoutSymbol] = field(default=Factory(dict))
    asked: str = "a parameter or source"  # what a name stands for,
    hint: str = ""  # and the help for one that stands for nothing; `{}` is the name
    _left: tuple[ast.Expr, ast.Expr, Type] | None = None  # a cast that stands behind a sign, and what stands before

    # -- the forms of expressions

    def infer(self, expr: ast.Expr) -> typed.Expr:
        """The checked form of an expression; of unknown type after an error."""
        made = self._form(expr)
        if self.scope.inferred is not None:
            self.scope.inferred.append((expr.span, made.type))
        return made

    def _form(self, expr: ast.Expr) -> typed.Expr:
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
        known, hint = [*self.params, *self.layouts], self.hint.replace("{}", name.text)
        source = self.scope.find("source", name, lambda _: None, known, self.asked, hint)
        return typed.SourceRead(name.text, source.type) if source else typed.Const(0.0, UNKNOWN)

    def _cast(self, expr: ast.Cast) -> typed.Expr:
        value, to = self.infer(expr.value), resolve(self.scope, expr.to, self.dims)
        if value.type.unknown or to.unknown:
            return typed.Const(0.0, to)
        span, label = expr.value.span, f"this is {said(value.type)}"
        if value.type.words is not None:
            self.scope.report.add("NMT310", "a cast takes numbers, not words", span, label=label)
            return typed.Const(0.0, to)
        if value.type.shape != to.shape:
            message = f"a cast keeps the shape, and `{to}` {shaped(to.shape)}"
            self.scope.report.add("NMT201", message, span, label=label, help=self._whole(expr, to))
            return typed.Const(0.0, to)
        if to.domain.why_not(value.type.domain) is None:
            message = f"this lies inside `{to}` already: the cast would change it"
            self.scope.report.add("NMT307", message, span, label=label)
            return typed.Const(0.0, to)
        if to.enforcer is None:
            notes, hint = enforcer_hint(self.scope, to)
            message, help_ = f"`{to}` has no enforcer to cast with", hint or "add `by ...` to the type"
            self.scope.report.add("NMT306", message, expr.to.span, notes=notes, help=help_)
            return typed.Const(0.0, to)
        return typed.Convert("enforce", value, to)

    def _whole(self, expr: ast.Cast, to: Type) -> str:
        """`a + 0.1 as mask` casts 0.1, where the sum was meant."""
        if self._left is None or self._left[0] is not expr or self._left[2].shape != to.shape:
            return ""
        between = Span(expr.span.source, self._left[1].span.start, expr.value.span.end).text
        return "" if set(between) & set("()#") else f"write `({' '.join(between.split())}) as {expr.to.span.text}`"

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
        made: tuple[typed.Expr, ...] = ()
        for arg in args:
            if made and name in primitives.SIGNS:
                self._left = arg, args[0], made[0].type
            made = (*made, self.infer(arg))
        values = tuple(arg.value if isinstance(arg, typed.Const) else None for arg in made)
        same = len(args) == 2 and args[0] == args[1]
        try:
            primitives.arity(name, over, len(made))
            type_ = primitives.infer(primitives.Given(name, over, tuple(arg.type for arg in made), same, values))
        except primitives.Fault as fault:
            at = span if fault.arg is None else args[fault.arg].span
            hint = fault.hint
            for place, arg in enumerate(args[:2]):
                hint = hint.replace(f"{{{place}}}", tight(arg, tighter=place == 0))
            self.scope.report.add(fault.code, fault.message, at, label=fault.label, help=hint)
            return typed.Prim(name, over, made, UNKNOWN)
        return folded(refined(typed.Prim(name, over, made, type_)))

    # -- ops and modules

    def _use(self, expr: ast.Call) -> typed.Expr:
        args = [self.infer(arg) for arg in expr.args]
        if self._elsewhere(expr, args):
            return typed.Const(0.0, UNKNOWN)
        symbol: OpSymbol | ModuleSymbol | None = self.scope.find("op", expr.name, lambda _: None, primitives.NAMED)
        if symbol is None:
            return typed.Const(0.0, UNKNOWN)
        return self.apply(symbol, expr.index, args, expr.span, [arg.span for arg in expr.args])

    def _elsewhere(self, expr: ast.Call, args: list[typed.Expr]) -> bool:
        """Whether a name is that of a primitive in other languages, and of nothing in this file; it is reported."""
        name, scope = expr.name, self.scope
        meant, key = primitives.MEANT.get(name.text), ("op", name.text)
        if key in scope.names or key in scope.decls or name.text in scope.file.spoiled:
            return False
        help_ = f"did you mean `{meant}`?" if meant else ""
        if name.text in ENFORCERS and name.text not in primitives.NAMED:
            help_ = f"an enforcer is applied by a cast: `{enforced(scope, expr, args)}`"
        if help_:
            scope.report.add("NMT101", f"no op or module is called `{name}`", name.span, help=help_)
        return bool(help_)

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
        fault = unbound(signature, bound)
        if fault:
            if not any(arg.type.unknown for arg in args):
                self.scope.report.add(fault.code, fault.reason, span, notes=declared)
            return typed.Const(0.0, UNKNOWN)
        fitted = []
        for place, (param, arg, at) in enumerate(zip(signature.params, args, spans, strict=True)):
            inferred = (
                param.type.substitute({dim: size for dim, size in bound.items() if dim not in dims}) != param.type
            )
            name = f"argument {place + 1}" if param.name.startswith("#") else f"`{param.name}`"
            formal, what = param.type.substitute(bound), f"{name} of `{signature.name}`"
            fitted.append(self.fitted(arg, formal, what, at, declared, widens=not inferred))
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
        # Dims may be left to the arguments; words, and what stands before them, may not.
        needed = max((place for place, param in enumerate(signature.family, 1) if param.kind == "word"), default=0)
        if not needed <= len(index) <= len(signature.family):
            form = f"is called as `{signature.name}[{', '.join(param.name for param in signature.family)}](...)`"
            message = f"`{signature.name}` {form if signature.family else 'takes no brackets'}"
            self.scope.report.add("NMT204", message, span, notes=declared)
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
                if isinstance(word, typed.EveryWord):
                    if every is not None:
                        message = f"one vocabulary at a time: `{signature.name}` is called for every word of {every}"
                        self.scope.report.add("NMT204", message, at.name.span, notes=declared)
                        return None
                    every = word.part
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
                    "NMT109", f"`{name}` is no word of {vocab}", name.span, notes=(words_note(vocab),), help=hint
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
        self,
        value: typed.Expr,
        formal: Type,
        what: str,
        span: Span,
        notes: tuple[Note, ...] = (),
        *,
        widens: bool = True,
    ) -> typed.Expr:
        """The value where `formal` is asked for, with the conversion that it needs."""
        outcome = fit(formal, value.type)
        if isinstance(outcome, Fit) and outcome.how == "widen" and not widens:
            outcome = Misfit("NMT301", f"{value.type} widens only where a size is written, never to infer one")
        if isinstance(outcome, Misfit):
            self._misfit(outcome, f"{what} is {expected(formal)}", span, value.type, notes)
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
            domain = value.type.domain
            label = f"this is {domain}" if leaves and point(domain) is None else f"this is {said(value.type)}"
            whole = largest(value).domain if hint.startswith("max(") else UNIT  # what the hint comes to
            help_ = hint if leaves and formal.domain.why_not(whole) is None else ""
            self.scope.report.add(code, message, span, label=label, notes=(note,), help=help_)
            return None
        return converted(value, formal, outcome)

    def _misfit(self, misfit: Misfit, message: str, span: Span, actual: Type, notes: tuple[Note, ...] = ()) -> None:
        self.scope.report.add(
            misfit.code, f"{message}, but {misfit.reason}", span, label=f"this is {said(actual)}", notes=notes
        )


def environment(scope: Scope, signature: Signature) -> Environment:
    """What the body of an op sees, and the soft constraints of a module."""
    return Environment(
        scope,
        dims={param.name: param.of for param in signature.family if param.kind != "word"},
        words={param.name: param.of for param in signature.family if param.kind == "word"},
        params={param.name: param.type for param in signature.params},
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


def unbound(signature: Signature, bound: dict[Dim, Size]) -> Misfit | None:
    """Why the dims of a signature are not all known, or cannot be what they are bound to."""
    for param in signature.family:
        if param.kind == "word":
            continue
        size = bound.get(param.of)
        if size is None:
            return Misfit("NMT203", f"nothing says what {param.name} of `{signature.name}` is")
        if size.dim is None:
            return Misfit("NMT204", f"{param.name} of `{signature.name}` is one dim, not {size}")
    return None
