"""What a package promises and compares with: targets, soft constraints, laws, and what it expects of its modules."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from attrs import evolve

from nmt.ntypes import Param, Type
from nmt.ntypes.dims import show
from nmt.ntypes.domains import UNIT, hull, number
from nmt.ntypes.tolerance import rounding

from .. import ast, typed
from ..diagnostics import Note
from .expressions import Environment, environment
from .hints import did_you_mean
from .interface import LawSymbol, ModuleSymbol, OpSymbol, SoftSymbol, TargetSymbol, TypeSymbol
from .outcomes import shaped
from .scope import Scope
from .types import resolve

LOSSES = ("nll", "bce", "mse")
CLAIMS = ("decoupled", "dependent", "codependent", "direct", "indirect", "surrogate")


def check_target(scope: Scope, decl: ast.TargetDecl) -> TargetSymbol:
    """A target: its loss suits its type, and it can be compared with what is predicted."""
    type_ = resolve(scope, decl.type, {})
    traces = None
    if not decl.predicted.dims and _is_module(scope, decl.predicted.name):
        traces = decl.predicted.name.text
        predicted = scope.names["op", traces].signature.result
    else:
        predicted = resolve(scope, decl.predicted, {})
    if decl.loss.text not in LOSSES:
        label, hint = f"there are {', '.join(LOSSES)}", did_you_mean(decl.loss.text, LOSSES)
        scope.report.add("NMT109", f"no loss is called `{decl.loss}`", decl.loss.span, label=label, help=hint)
    elif not (type_.unknown or predicted.unknown) and _suits(scope, decl, type_):
        _comparable(scope, decl, type_, predicted)
    return TargetSymbol(decl.name.text, type_, predicted, decl.loss.text, traces, decl.name.span)


def _is_module(scope: Scope, name: ast.Name) -> bool:
    return ("type", name.text) not in scope.names and isinstance(scope.names.get(("op", name.text)), ModuleSymbol)


def _suits(scope: Scope, decl: ast.TargetDecl, type_: Type) -> bool:
    """Whether a loss can work on values of the target's type."""
    words, span, label = type_.words is not None, decl.loss.span, f"the target is {type_}"
    if words != (decl.loss.text == "nll"):
        what, help_ = ("numbers", "`nll` compares words") if words else ("words", "`bce` and `mse` compare numbers")
        scope.report.add("NMT310", f"`{decl.loss}` compares {what}", span, label=label, help=help_)
        return False
    if decl.loss.text == "bce" and UNIT.why_not(type_.domain):
        scope.report.add("NMT309", "`bce` compares numbers in 0..1", span, label=label)
        return False
    return True


def _comparable(scope: Scope, decl: ast.TargetDecl, type_: Type, predicted: Type) -> None:
    if type_.words is not None:
        last = predicted.shape[-1].dim if predicted.shape else None
        if last != type_.words:
            message = f"the target `{decl.name}` is of {type_.words}, but {predicted} speaks of other words"
            scope.report.add("NMT301", message, decl.predicted.span)
    elif type_.shape != predicted.shape:
        message = f"the target `{decl.name}` {shaped(type_.shape)}, and {predicted} {shaped(predicted.shape)}"
        scope.report.add("NMT201", message, decl.predicted.span, label=f"this is {predicted}")
    elif decl.loss.text == "bce" and UNIT.why_not(predicted.domain):
        message = f"`bce` compares numbers in 0..1, and {UNIT.why_not(predicted.domain)}"
        scope.report.add("NMT309", message, decl.predicted.span, label=f"this is {predicted}")


# -- soft constraints and laws


def soft_of_module(scope: Scope, decl: ast.ModuleDecl) -> None:
    """The soft constraints of a module see its parameters, its words and its result; no sources."""
    symbol = scope.names.get(("op", decl.name.text))
    if not isinstance(symbol, ModuleSymbol) or not decl.softs:
        return
    env = environment(scope, symbol.signature)
    env.asked = "a parameter"
    if decl.result.name:
        env.params[decl.result.name.text] = symbol.signature.result
    else:
        env.hint = f"name the result: `-> {{}}: {decl.result.span.text}`"
    softs = _softs(env, decl.softs)
    scope.names["op", decl.name.text] = evolve(symbol, softs=softs)


def soft_of_type(scope: Scope, decl: ast.TypeDecl) -> None:
    """In the soft constraints of a type, the type's own name stands for the value."""
    symbol = scope.names.get(("type", decl.name.text))
    if not isinstance(symbol, TypeSymbol) or not decl.softs:
        return
    env = Environment(scope, dims={dim.name: dim for dim in symbol.params}, params={decl.name.text: symbol.type})
    env.asked, env.hint = "a parameter", f"the value is called `{decl.name}` here"
    softs = _softs(env, decl.softs)
    scope.names["type", decl.name.text] = evolve(symbol, softs=softs)


def _softs(env: Environment, decls: tuple[ast.Soft, ...]) -> tuple[SoftSymbol, ...]:
    first: dict[str, ast.Soft] = {}
    for decl in decls:
        if first.setdefault(decl.name.text, decl) is not decl:
            notes = (Note("it was first declared here", first[decl.name.text].name.span),)
            env.scope.report.add("NMT102", f"`{decl.name}` is declared twice", decl.name.span, notes=notes)
    return tuple(_soft(env, decl) for decl in decls)


def _soft(env: Environment, decl: ast.Soft) -> SoftSymbol:
    weight = 1.0 if decl.weight is None else decl.weight
    comparison = compared(env, decl)
    if comparison is not None:
        _can_matter(env.scope, decl, comparison)
    if weight == 0.0:
        env.scope.report.add(
            "NMT505", f"`{decl.name}` has the weight 0: it does nothing", decl.span, help="leave it out, or weigh it"
        )
    return SoftSymbol(decl.name.text, comparison, weight, decl.span)


def _can_matter(scope: Scope, decl: ast.Soft, comparison: typed.Comparison) -> None:
    """A warning where what is proved of the sides settles a soft constraint."""
    outcome = settled(comparison)
    sides = f"{_range(comparison.left)} {decl.compare} {_range(comparison.right)}"
    if outcome is True:
        message = f"`{decl.name}` can never be broken: it does nothing"
        scope.report.add("NMT501", message, decl.span, label=f"this is {sides}")
    elif outcome is False:
        scope.report.add("NMT502", f"`{decl.name}` can never be met", decl.span, label=f"this is {sides}")


def check_law(scope: Scope, decl: ast.LawDecl, params: dict[str, Type]) -> LawSymbol:
    """A law holds for all values of its parameters; here, that it is not refuted by what is proved of its sides."""
    comparison = compared(Environment(scope, params=params), decl)
    if comparison is not None and settled(comparison) is False:
        label = f"this is {_range(comparison.left)} {decl.compare} {_range(comparison.right)}"
        scope.report.add("NMT503", f"the law `{decl.name}` never holds", decl.span, label=label)
    made = tuple(Param(*param) for param in params.items())
    return LawSymbol(decl.name.text, made, comparison, decl.span)


def settled(comparison: typed.Comparison) -> bool | None:
    """Whether a comparison holds for all values (True) or for none (False), by the bounds of its sides alone."""
    left, right = hull(comparison.left.type.domain), hull(comparison.right.type.domain)
    if comparison.compare == "==":
        if left.low == left.high == right.low == right.high:
            return True
        return False if _apart(left.high, right.low) or _apart(right.high, left.low) else None
    low, high = (left, right) if comparison.compare == "<=" else (right, left)
    if low.high <= high.low:
        return True
    return False if _apart(high.high, low.low) else None


def _apart(end: float, begin: float) -> bool:
    """Whether a range ends before another begins, by more than what computing the ends has rounded."""
    return begin - end > rounding(sys.float_info.epsilon, magnitude=max(abs(end), abs(begin), 1.0))


def _range(expr: typed.Expr) -> str:
    bound = hull(expr.type.domain)
    return number(bound.low) if bound.low == bound.high else str(bound)


def compared(env: Environment, decl: ast.Soft | ast.LawDecl) -> typed.Comparison | None:
    """Both sides of a comparison, checked, of equal shapes; None after an error."""
    before = len(env.scope.report)
    left, right = env.infer(decl.left), env.infer(decl.right)
    if left.type.unknown or right.type.unknown or len(env.scope.report) > before:
        return None
    for side, at in ((left, decl.left), (right, decl.right)):
        if side.type.words is not None:
            env.scope.report.add("NMT310", "words are not compared by size", at.span, label=f"this is {side.type}")
            return None
        source = next(_reads(env.scope, side, set()), None) if isinstance(decl, ast.Soft) else None
        if source is not None:
            message = f"`{source}` is a source: a soft constraint sees parameters, words and the result alone"
            env.scope.report.add("NMT504", message, at.span, help=f"make `{source}` a parameter of the module")
            return None
    if not (left.type.scalar or right.type.scalar or left.type.shape == right.type.shape):
        shapes = show(left.type.shape), show(right.type.shape)
        message = f"`{decl.compare}` compares equal shapes, here {shapes[0]} and {shapes[1]}"
        env.scope.report.add("NMT201", message, decl.right.span, label=f"this is {shapes[1]}")
        return None
    return typed.Comparison(left, decl.compare, right)


def _reads(scope: Scope, expr: typed.Expr, seen: set[str]) -> Iterator[str]:
    """The sources that an expression reads, itself or through ops that it calls."""
    yield from typed.sources(expr)
    for name in {name for _, name in typed.ops(expr)} - seen:
        seen.add(name)
        symbol = scope.names.get(("op", name))
        if isinstance(symbol, OpSymbol) and symbol.body is not None:
            yield from _reads(scope, symbol.body, seen)


# -- expectations


def check_expect(scope: Scope, decl: ast.ExpectDecl) -> None:
    """A claim is one of those that the plan can answer, about modules."""
    module_named(scope, decl.name)
    for claim in decl.claims:
        name = claim.name
        if name.text not in CLAIMS:
            label, hint = f"there are {', '.join(CLAIMS)}", did_you_mean(name.text, CLAIMS)
            scope.report.add("NMT109", f"no claim is called `{name}`", name.span, label=label, help=hint)
        for of in claim.of:
            module_named(scope, of)


def module_named(scope: Scope, name: ast.Name) -> None:
    """Check that a name is a module's."""
    symbol = scope.find("op", name, lambda _: None)
    if isinstance(symbol, OpSymbol):
        scope.report.add("NMT106", f"`{name}` is an op, not a module", name.span)
