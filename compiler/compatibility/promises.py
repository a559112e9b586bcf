"""Changes of what stands around the calls: columns, layouts, models, laws, expectations, surrogates."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import attrs

from nmt.ntypes import Signature, Type

from .. import ast
from ..check.interface import SourceSymbol, TargetSymbol
from ..declared import written
from .changes import CALL, MEANING, SAFE, Change
from .fits import wider
from .forms import Forms
from .view import View

NOTHING = Signature("", "", (), (), Type())  # what has no parameters of a family
Pair = tuple[Forms, Forms]


def compare_promises(old: View, new: View, forms: Pair, deep: Pair) -> Iterator[Change]:
    """What has become of everything that is not called."""
    before, after = old.interface, new.interface
    for name, source in after.sources.items():
        if name in before.sources:
            yield from _source(old, new, before.sources[name], source)
    for name, layout in after.layouts.items():
        if name in before.layouts:
            yield from _layout(old, new, before.layouts[name], layout)
    yield from _first(before.layouts, after.layouts, "layout", CALL)
    for name, target in after.targets.items():
        if name in before.targets:
            yield from _target(forms, (before.targets[name], target))
    yield from _models(old, new, forms, deep)
    yield from _first(before.models, after.models, "model", MEANING)
    yield from _laws(old, new, forms)
    yield from _training(old, new)


def _source(old: View, new: View, before: SourceSymbol, after: SourceSymbol) -> Iterator[Change]:
    first, then = old.type(before.type), new.type(after.type)
    if first == then or (first.name is not None and first.name == then.name):
        return
    message = f"the source `{after.name}` is {after.type}, and was {before.type}"
    breaks = SAFE if wider(then, first) else (CALL,)
    yield Change("column", "source", after.name, message, breaks, f"it was {before.type}", after.span, before.span)


def _layout(old: View, new: View, before: Any, after: Any) -> Iterator[Change]:
    first, then = old.type(before.type), new.type(after.type)
    if first == then or (first.name is not None and first.name == then.name):
        return
    fits = wider(then, first)
    message = f"the layout `{after.name}` {'widens' if fits else 'changes'} from {before.type} to {after.type}"
    yield Change("result", "layout", after.name, message, SAFE if fits else (CALL,), "", after.span, before.span)


def _first(before: Any, after: Any, role: str, breaks: str) -> Iterator[Change]:
    """The first is what one gets unasked."""
    first, then = next(iter(before), None), next(iter(after), None)
    if then is not None and first != then and (first is not None or breaks == CALL):
        was = f"`{first}`" if first else "none: any program would do"
        message = f"the default {role} is `{then}`, and was {was}"
        place = before[first].span if first else None
        yield Change("default", role, then, message, (breaks,), at=after[then].span, was=place)


def _target(forms: Pair, pair: tuple[TargetSymbol, TargetSymbol]) -> Iterator[Change]:
    before, after = pair
    said = [_said(target) for target in pair]
    views = [
        (form.type(target.type), form.type(target.predicted), target.loss, target.traces)
        for form, target in zip(forms, pair, strict=True)
    ]
    if views[0] != views[1]:
        message = f"the target `{after.name}` is {said[1]}, and was {said[0]}"
        yield Change("loss", "target", after.name, message, (MEANING,), f"it was {said[0]}", after.span, before.span)


def _said(target: TargetSymbol) -> str:
    return f"{target.type} from {target.traces or target.predicted} by {target.loss}"


def _models(old: View, new: View, forms: Pair, deep: Pair) -> Iterator[Change]:
    before = old.interface.models
    for name, model in new.interface.models.items():
        if name not in before:
            continue
        differ = [
            first.body(NOTHING, before[name].body) != then.body(NOTHING, model.body) for first, then in (forms, deep)
        ]
        if all(differ):
            message = f"the model `{name}` computes something else"
            was = f"it was `{old.declared.body('model', old.interface.package, name)}`"
            yield Change("body", "model", name, message, (MEANING,), was, model.span, before[name].span)


def _laws(old: View, new: View, forms: Pair) -> Iterator[Change]:
    before, after = ({law.name: law for law in view.interface.laws} for view in (old, new))
    for name, law in after.items():
        if name not in before:
            continue
        made = [
            (
                form.comparison({param.name: f"#{at}" for at, param in enumerate(one.params)}, one.comparison, NOTHING),
                [form.type(param.type) for param in one.params],
            )
            for form, one in zip(forms, (before[name], law), strict=True)
        ]
        if made[0] != made[1]:
            message = f"the law `{name}` says another thing"
            was = f"it was `{written(before[name].span)}`"
            yield Change("promise", "law", name, message, (MEANING,), was, law.span, before[name].span)


def _training(old: View, new: View) -> Iterator[Change]:
    """Expectations and surrogates say how training goes: what was trained is as good as before."""
    pairs = (
        ("expect", old.interface.expects, new.interface.expects),
        ("surrogate", old.interface.surrogates, new.interface.surrogates),
    )
    for role, left, right in pairs:
        before, after = ({decl.name.text: decl for decl in side} for side in (left, right))
        for name, decl in after.items():
            if name in before and _plain(before[name]) != _plain(decl):
                message = f"what is expected of `{name}` has changed" if role == "expect" else f"`{name}` has changed"
                yield Change("promise", role, name, message, SAFE, at=decl.span, was=before[name].span)


def _plain(tree: Any) -> Hashable:
    """A declaration without its places."""
    if isinstance(tree, ast.Name):
        return tree.text
    if isinstance(tree, tuple):
        return tuple(map(_plain, tree))
    if attrs.has(type(tree)):
        return tuple(_plain(getattr(tree, one.name)) for one in attrs.fields(type(tree)) if one.name != "span")
    plain: Hashable = tree
    return plain
