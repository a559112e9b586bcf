"""What a package promises and compares with: targets, soft constraints, laws, and what it expects of its modules."""

from __future__ import annotations

from nmt.ntypes import Type
from nmt.ntypes.dims import show
from nmt.ntypes.domains import UNIT

from .. import ast
from .expressions import Environment, environment
from .interface import ModuleSymbol, OpSymbol, TargetSymbol
from .scope import SPOILED, Scope, did_you_mean
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
        message = f"the target `{decl.name}` has the shape {show(type_.shape)}, not {show(predicted.shape)}"
        scope.report.add("NMT201", message, decl.predicted.span, label=f"this is {predicted}")
    elif decl.loss.text == "bce" and UNIT.why_not(predicted.domain):
        message = f"`bce` compares numbers in 0..1, and {UNIT.why_not(predicted.domain)}"
        scope.report.add("NMT309", message, decl.predicted.span, label=f"this is {predicted}")


# -- soft constraints and laws


def soft_of_module(scope: Scope, decl: ast.ModuleDecl) -> None:
    """The soft constraints of a module see its parameters and its result."""
    symbol = scope.names.get(("op", decl.name.text))
    if not isinstance(symbol, ModuleSymbol):
        return
    env = environment(scope, symbol.signature)
    if decl.result.name:
        env.params[decl.result.name.text] = symbol.signature.result
    for soft in decl.softs:
        compared(env, soft)


def soft_of_type(scope: Scope, decl: ast.TypeDecl, softs: tuple[ast.Soft, ...]) -> None:
    """In the soft constraints of a type, the type's own name stands for the value."""
    symbol = scope.names.get(("type", decl.name.text))
    if symbol is None or symbol is SPOILED or not softs:
        return
    env = Environment(scope, dims={dim.name: dim for dim in symbol.params}, params={decl.name.text: symbol.type})
    for soft in softs:
        compared(env, soft)


def compared(env: Environment, decl: ast.Soft | ast.LawDecl) -> None:
    """Check both sides of a comparison, and that their shapes are equal."""
    left, right = env.infer(decl.left).type, env.infer(decl.right).type
    if left.unknown or right.unknown or left.scalar or right.scalar or left.shape == right.shape:
        return
    message = f"`{decl.compare}` compares equal shapes, here {show(left.shape)} and {show(right.shape)}"
    env.scope.report.add("NMT201", message, decl.right.span, label=f"this is {show(right.shape)}")


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
