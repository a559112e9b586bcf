"""Declarations: each checked against its rules, all errors collected."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from nmt.ntypes import UNKNOWN, Dim, FamilyParam, Misfit, Param, Signature, Simplex, Type, fit

from .. import ast, typed
from ..diagnostics import Note
from ..source import Span
from . import primitives
from .advice import or_hint
from .calls import check_calls
from .expressions import Environment, environment
from .interface import LayoutSymbol, ModelSymbol, ModuleSymbol, OpSymbol, SourceSymbol
from .promises import check_expect, check_law, check_target, module_named, soft_of_module, soft_of_type
from .scope import SPOILED, Scope
from .types import bounded, declared, enforcer_hint, resolve


def check_declarations(scope: Scope) -> None:
    """Check everything that a package declares and keep its symbols in the scope."""
    for (role, _), decl in scope.decls.items():
        if role == "dim":
            scope.dim(decl.name)  # type: ignore[union-attr]
        elif isinstance(decl, ast.TypeDecl):
            scope.find("type", decl.name, lambda decl: declared(scope, decl))
    for key, decl in scope.decls.items():
        match decl:
            case ast.SourceDecl():
                scope.names[key] = _source(scope, decl)
            case ast.LayoutDecl():
                type_ = _same_for_all(scope, resolve(scope, decl.type, {}), decl.type.span, "a layout")
                scope.names[key] = LayoutSymbol(decl.name.text, type_, decl.name.span)
            case ast.ModuleDecl() | ast.OpDecl():
                scope.names[key] = _signature(scope, decl) or SPOILED
    check_calls(scope)
    for key, decl in scope.decls.items():
        match decl:
            case ast.OpDecl():
                if isinstance(scope.names[key], OpSymbol):
                    scope.names[key] = evolve(scope.names[key], body=_body(scope, decl, scope.names[key]))
            case ast.ModelDecl():
                scope.names[key] = _model(scope, decl)
            case ast.TargetDecl():
                scope.names[key] = check_target(scope, decl)
    for decl in scope.file.decls:
        match decl:
            case ast.TypeDecl():
                soft_of_type(scope, decl)
            case ast.ModuleDecl():
                soft_of_module(scope, decl)
            case ast.LawDecl():
                scope.laws.append(check_law(scope, decl, _params(scope, decl.params, {}, of="a law")))
            case ast.ExpectDecl():
                check_expect(scope, decl)
            case ast.SurrogateDecl():
                module_named(scope, decl.module)
                _params(scope, decl.params, {})
                resolve(scope, decl.result, {})
    _models_fit_targets(scope)


def _source(scope: Scope, decl: ast.SourceDecl) -> SourceSymbol:
    type_ = resolve(scope, decl.type, {})
    if type_.words is None:
        type_ = _same_for_all(scope, type_, decl.type.span, "a source of numbers")
    return SourceSymbol(decl.name.text, type_, decl.name.span)


# -- signatures


def _signature(scope: Scope, decl: ast.ModuleDecl | ast.OpDecl) -> ModuleSymbol | OpSymbol | None:
    name = decl.name
    if name.text in primitives.NAMED:
        scope.report.add("NMT102", f"`{name}` is a primitive of the language", name.span, help="give it another name")
        return None
    family = family_of(scope, decl)
    if family is None:
        return None
    dims = {param.name: param.of for param in family if param.kind != "word"}
    params = _params(scope, decl.params, dims, of="an op" if isinstance(decl, ast.OpDecl) else "")
    result = _same_for_all(scope, resolve(scope, decl.result.type, dims), decl.result.type.span, "a result")
    if isinstance(decl, ast.ModuleDecl):
        result = _module_result(scope, decl, result)
    named = decl.result.name.text if decl.result.name else ""
    made = tuple(Param(*item) for item in params.items())
    signature = Signature(name.text, scope.package, family, made, result, named)
    if isinstance(decl, ast.ModuleDecl):
        return ModuleSymbol(signature, span=name.span)
    return OpSymbol(signature, None, name.span)


def _same_for_all(scope: Scope, type_: Type, span: Span, what: str) -> Type:
    """A type of one size for all samples; UNKNOWN after an error."""
    dim = next((dim for size in type_.shape for dim in size.dims() if dim.varies), None)
    if dim is None:
        return type_
    message = f"{dim} varies by sample: it stands in sources of words and in parameters of modules, not in {what}"
    scope.report.add("NMT205", message, span)
    return UNKNOWN


def _module_result(scope: Scope, decl: ast.ModuleDecl, result: Type) -> Type:
    if not result.unknown and result.words is not None:
        scope.report.add("NMT310", "a module gives numbers, not words", decl.result.span)
        return UNKNOWN
    if not result.unknown and bounded(result) and result.enforcer is None:
        span = decl.result.type.span
        notes, hint = enforcer_hint(scope, result)
        message = f"`{decl.name}` gives {result.domain}, and nothing keeps it there"
        scope.report.add("NMT306", message, span, notes=notes, help=hint or "name the type, with `by ...`")
        return UNKNOWN
    return result


def family_of(scope: Scope, decl: ast.ModuleDecl | ast.OpDecl) -> tuple[FamilyParam, ...] | None:
    """The family parameters of a declaration; None after an error."""
    made: list[FamilyParam] = []
    for param in decl.family:
        if any(param.name.text == other.name for other in made):
            scope.report.add("NMT102", f"the family parameter `{param.name}` is declared twice", param.name.span)
            return None
        if param.kind == "word":
            assert param.of is not None
            vocab = scope.vocab(param.of)
            if vocab is None:
                return None
            made.append(FamilyParam("word", param.name.text, vocab))
        else:
            vocabulary = param.kind == "vocab"
            rigid = Dim(param.name.text, f"{scope.package}:{decl.name}", vocabulary=vocabulary, rigid=True)
            made.append(FamilyParam(param.kind, param.name.text, rigid))
    if isinstance(decl, ast.ModuleDecl) and sum(param.kind == "word" for param in made) > 1:
        scope.report.add("NMT204", f"a module has one vocabulary of instances, `{decl.name}` has more", decl.name.span)
        return None
    return tuple(made)


def _params(scope: Scope, params: Iterable[ast.Param], dims: dict[str, Dim], *, of: str = "") -> dict[str, Type]:
    """The types of parameters by name; `of` is "an op" or "a law", where each needs one."""
    made: dict[str, Type] = {}
    for place, param in enumerate(params):
        if param.name is None and of:
            scope.report.add("NMT112", f"a parameter of {of} needs a name", param.span, help="write `x: ...`")
        name = param.name.text if param.name else f"#{place}"
        if name in made and param.name:
            scope.report.add("NMT102", f"the parameter `{name}` is declared twice", param.name.span)
        made[name] = resolve(scope, param.type, dims)
        if of:
            made[name] = _same_for_all(scope, made[name], param.type.span, f"a parameter of {of}")
    return made


# -- bodies


def _body(scope: Scope, decl: ast.OpDecl, symbol: OpSymbol) -> typed.Expr | None:
    env = environment(scope, symbol.signature)
    before = len(scope.report)
    value = env.infer(decl.body)
    if len(scope.report) > before or value.type.unknown or symbol.signature.result.unknown:
        return None
    result = symbol.signature.result
    note = Note(f"`{decl.name}` gives {result}", decl.result.span)
    operands = _operands(scope, decl, symbol.signature)
    hint = or_hint(decl.body, value)
    return env.returned(value, result, f"`{decl.name}`", decl.body.span, operands or note, hint)


def _operands(scope: Scope, decl: ast.OpDecl, signature: Signature) -> Note | None:
    """Where a body of two parameters gets its bounds from."""
    match decl.body:
        case ast.Binary(left=ast.Var(a), right=ast.Var(b)):
            types = {param.name: param.type for param in signature.params}
            left, right = types.get(a.text), types.get(b.text)
            if left is not None and left == right and left.name and a.text != b.text:
                declared = scope.spans.get(("type", left.name.name), decl.params[0].span)
                return Note(f"`{a}` and `{b}` are `{left}`, {left.domain}", declared)
    return None


def _model(scope: Scope, decl: ast.ModelDecl) -> ModelSymbol:
    layouts = {name: scope.names[role, name] for role, name in scope.decls if role == "layout"}
    layouts |= {
        name: symbol for (role, name), symbol in scope.names.items() if role == "layout" and symbol is not SPOILED
    }
    env = Environment(scope, layouts=layouts, asked="a source or layout")
    if not layouts:
        env.hint = "no layout is declared: add `layout {} : TYPE`, TYPE that of a program"
    before = len(scope.report)
    value = env.infer(decl.body)
    holes = _holes(value)
    if len(scope.report) == before and holes != 1:
        what = "takes no layout" if holes == 0 else "takes its layout more than once"
        scope.report.add(
            "NMT113",
            f"the model `{decl.name}` {what}",
            decl.body.span,
            help="name the layout once, as in `model m = question`",
        )
    return ModelSymbol(decl.name.text, value if len(scope.report) == before else None, decl.name.span)


def _holes(expr: typed.Expr) -> int:
    match expr:
        case typed.LayoutHole():
            return 1
        case typed.Prim(args=args) | typed.Use(args=args):
            return sum(map(_holes, args))
        case typed.Convert(value=value):
            return _holes(value)
    return 0


def _models_fit_targets(scope: Scope) -> None:
    targets = [symbol for (role, _), symbol in scope.names.items() if role == "target" and symbol is not SPOILED]
    for decl in scope.file.decls:
        if not isinstance(decl, ast.ModelDecl):
            continue
        model = scope.names["model", decl.name.text]
        for target in targets:
            if model.body is None or target.traces or target.predicted.unknown:
                continue
            outcome = fit(target.predicted, model.body.type)
            if isinstance(outcome, Misfit) and not _softmaxed(target.predicted, model.body.type):
                notes = (Note(f"`{target.name}` is predicted from {target.predicted}", target.span),)
                message = f"the model `{decl.name}` is no {target.predicted}: {outcome.reason}"
                scope.report.add(outcome.code, message, decl.body.span, label=f"this is {model.body.type}", notes=notes)


def _softmaxed(wanted: Type, given: Type) -> bool:
    """Off a simplex, `nll` is the cross entropy of the softmax: raw scores over the same words will do."""
    return isinstance(wanted.domain, Simplex) and wanted.shape == given.shape and not given.name
