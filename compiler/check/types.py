"""Type expressions -> types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from attrs import evolve

from nmt.ntypes import REALS, UNKNOWN, Dim, Domain, Interval, Simplex, Size, Type, TypeName, Values
from nmt.ntypes.dims import show
from nmt.ntypes.domains import ENFORCERS, INF, RANGES, hull, why_not_enforced

from .. import ast
from ..build import DEEPEST, MOST_DIGITS
from ..diagnostics import Note
from .hints import did_you_mean
from .interface import TypeSymbol
from .scope import Scope

MOST_TERMS = 1_000  # of a size, multiplied out

ELSEWHERE = frozenset(["bool", "double", "float", "int", "number", "tensor"])  # types of other languages

Local: TypeAlias = dict[str, Dim]  # family parameters in scope


def resolve(scope: Scope, expr: ast.TypeExpr, local: Local) -> Type:
    """The type that an expression names; UNKNOWN after an error."""
    match expr:
        case ast.Ref():
            return _ref(scope, expr, local)
        case ast.Words(vocab):
            dim, shape = scope.vocab(vocab, local), sizes(scope, expr.dims, local)
            return UNKNOWN if dim is None or shape is None else Type(shape, words=dim)
        case ast.Fresh():
            return _fresh(scope, expr, local)


def sizes(scope: Scope, exprs: tuple[ast.Size, ...], local: Local) -> tuple[Size, ...] | None:
    """The shape that sizes spell; None after an error."""
    made = [_size(scope, expr, local) for expr in exprs]
    return None if None in made else tuple(size for size in made if size is not None)


def _size(scope: Scope, expr: ast.Size, local: Local) -> Size | None:
    total = Size(())
    for product in expr.products:
        value = Size.of(1)
        for factor in product.factors:
            if isinstance(factor, int):
                value = value * Size.of(factor)
                continue
            dim = scope.dim(factor, local)
            if dim is None:
                return None
            value = value * Size.of(dim)
        total = total + value
    if any(count >= 10**MOST_DIGITS for _, count in total.terms):
        scope.report.add("NMT007", f"a size has more than {MOST_DIGITS} digits", expr.span)
        return None
    return total


def domain_of(scope: Scope, expr: ast.DomainExpr | None, shape: tuple[Size, ...], local: Local) -> Domain | None:
    """The domain that an expression spells, all reals where there is none; None after an error."""
    match expr:
        case None:
            return REALS
        case ast.Numbers(values):
            return Values(tuple(sorted(set(values))))
        case ast.Range(low, high):
            interval = Interval(-INF if low is None else low, INF if high is None else high)
            if interval.low > interval.high:
                scope.report.add(
                    "NMT312", "a range runs from its lower to its upper end", expr.span, label="nothing lies inside"
                )
                return None
            return interval
        case ast.SimplexOf(dims):
            over = sizes(scope, dims, local)
            if over is None:
                return None
            dim = over[0].dim if len(over) == 1 else None
            if dim is None:
                scope.report.add("NMT204", "a simplex is over one dim", expr.span)
                return None
            count = sum(size.dim == dim for size in shape)
            if count != 1:
                where = f"which {'stands twice' if count else 'is not'} in the shape {show(shape)}"
                message = f"the simplex is over {dim}, {where if shape else 'and a scalar has no dims'}"
                scope.report.add("NMT202", message, expr.span)
                return None
            return Simplex(dim)


def _fresh(scope: Scope, expr: ast.Fresh, local: Local) -> Type:
    shape = sizes(scope, expr.dims, local)
    if shape is None:
        return UNKNOWN
    domain = domain_of(scope, expr.domain, shape, local)
    return UNKNOWN if domain is None else Type(shape, domain)


def _ref(scope: Scope, expr: ast.Ref, local: Local) -> Type:
    hint = "did you mean `real`?" if expr.name.text in ELSEWHERE else ""
    symbol = scope.find("type", expr.name, lambda decl: declared(scope, decl), hint=hint)
    if symbol is None:
        return UNKNOWN
    args = sizes(scope, expr.dims, local)
    if args is None:
        return UNKNOWN
    if len(args) != len(symbol.params):
        wanted = len(symbol.params)
        form = f"{symbol.name}[{', '.join(dim.name for dim in symbol.params)}]" if wanted else symbol.name
        notes = (Note(f"it is declared as `{form}`", symbol.span),)
        scope.report.add(
            "NMT204", f"`{symbol.name}` takes {wanted or 'no'} dim{'s' if wanted != 1 else ''}", expr.span, notes=notes
        )
        return UNKNOWN
    if isinstance(symbol.type.domain, Simplex) and any(
        size.dim is None for dim, size in zip(symbol.params, args, strict=True) if dim == symbol.type.domain.over
    ):
        scope.report.add(
            "NMT204", f"`{symbol.name}` sums to 1 over one dim, not over a product or sum of dims", expr.span
        )
        return UNKNOWN
    bound = dict(zip(symbol.params, args, strict=True))
    if too_large(symbol.type, bound):
        scope.report.add("NMT005", f"a size of `{expr.name}` is too large, multiplied out", expr.span)
        return UNKNOWN
    return symbol.type.substitute(bound)


def too_large(type_: Type, bound: Mapping[Dim, Size]) -> bool:
    """Whether a size would have too many terms, factors or digits, were sizes put in the place of dims.

    `type t[N] = s[N * N]` doubles what `s` doubled before, and so on: without an end, no machine could hold it.
    """
    sizes = [*type_.shape, *(size for name in type_.names for size in name.args)]
    return any(_too_large(size, bound) for size in sizes)


def _too_large(size: Size, bound: Mapping[Dim, Size]) -> bool:
    terms = 0
    for product, count in size.terms:
        grown, degree, number = 1, 0, count
        for dim in product:
            value = bound.get(dim, Size.of(dim))
            grown *= len(value.terms)
            degree += max((len(factors) for factors, _ in value.terms), default=0)
            number *= sum(factor for _, factor in value.terms)
            if grown > MOST_TERMS or degree > DEEPEST or number >= 10**MOST_DIGITS:
                return True
        terms += grown
    return terms > MOST_TERMS


def declared(scope: Scope, decl: ast.TypeDecl) -> TypeSymbol | None:
    """A declared type, its domain and enforcer checked against each other."""
    local: Local = {}
    for param in decl.params:
        single = _single(param)
        if single is None or single.text in local:
            scope.report.add("NMT204", "the parameters of a type are dims, each once", param.span)
            return None
        local[single.text] = Dim(single.text, f"{scope.package}:{decl.name}", rigid=True)
    base = resolve(scope, decl.of if isinstance(decl.of, ast.Fresh) else decl.of.base, local)
    if base.unknown:
        return None
    if len(base.names) > DEEPEST:
        scope.too_deep(decl.name)
        return None
    if isinstance(decl.of, ast.Refine):
        narrowed = _narrow(scope, decl.of, base, local)
        if narrowed is None:
            return None
        base = narrowed
    enforcer = enforcer_of(scope, decl, base)
    if decl.enforcer is not None and enforcer is None:
        return None
    params = tuple(local.values())
    named = TypeName(scope.package, decl.name.text, tuple(Size.of(dim) for dim in params))
    made = evolve(base, names=(named, *base.names), enforcer=enforcer)
    return TypeSymbol(decl.name.text, scope.package, params, made, span=decl.name.span)


def _single(size: ast.Size) -> ast.Name | None:
    match size.products:
        case (ast.Product((ast.Name() as name,)),):
            return name
    return None


def _narrow(scope: Scope, expr: ast.Refine, base: Type, local: Local) -> Type | None:
    """A refinement: its domain lies inside the base's. The enforcer is inherited unless the domain narrows."""
    if expr.domain is None:
        return base
    domain = domain_of(scope, expr.domain, base.shape, local)
    if domain is None:
        return None
    reason = base.domain.why_not(domain)
    if reason:
        scope.report.add("NMT302", f"a refinement of {base} stays inside it: {reason}", expr.domain.span)
        return None
    return evolve(base, domain=domain, enforcer=base.enforcer if domain == base.domain else None)


def enforcer_of(scope: Scope, decl: ast.TypeDecl, base: Type) -> str | None:
    """The enforcer of a declared type: its own, or the inherited one."""
    if decl.enforcer is None:
        return base.enforcer
    name = decl.enforcer.text
    if name not in ENFORCERS:
        scope.report.add(
            "NMT109",
            f"no enforcer is called `{name}`",
            decl.enforcer.span,
            label=f"there are {', '.join(sorted(ENFORCERS))}",
            help=did_you_mean(name, ENFORCERS),
        )
        return None
    reason = why_not_enforced(name, base.domain)
    if name == "softmax" and not base.shape:
        reason = "one number has nothing to share with"
    if reason:
        help_ = next(
            (
                f"`{other}` stays inside"
                for other in ("sigmoid", "tanh", "softplus", "step")
                if not base.domain.why_not(RANGES[other])
            ),
            "",
        )
        if isinstance(base.domain, Simplex):
            help_ = "`softmax` stays inside"
        elif base.domain == REALS:
            help_ = "give the type a range, as in `in 0..1`"
        message = f"`{name}` does not keep numbers in {base.domain}: {reason}"
        scope.report.add("NMT305", message, decl.enforcer.span, help=help_)
        return None
    return name


def enforcer_hint(scope: Scope, type_: Type) -> tuple[tuple[Note, ...], str]:
    """Where a type without enforcer is declared, and how it would have the one that fits it; help may be empty."""
    if type_.name is None:
        return (), ""
    name, package, domain = type_.name.name, type_.name.package, type_.domain
    symbol = scope.names.get(("type", name))
    span = symbol.span if isinstance(symbol, TypeSymbol) and symbol.package == package else None
    fits = [other for other in ("sigmoid", "tanh", "softplus", "step") if RANGES[other] == domain]
    if isinstance(domain, Simplex):
        fits = ["softmax"]
    elif not fits and isinstance(domain, Interval) and domain != REALS:
        fits = ["clip"]
    notes = (Note(f"`{name}` has no enforcer", span),)
    if not fits:
        return notes, ""
    if package == scope.package:
        return notes, f"write `type {name} = ... by {fits[0]}`"
    return notes, f"refine it, as in `type my_{name} = {name} by {fits[0]}`"


def bounded(type_: Type) -> bool:
    """Whether not every real number is allowed."""
    return hull(type_.domain) != REALS
