"""Changes of ops and modules: what they take, what they give, and how ops compute it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from nmt.ntypes import Dim, Signature, Type

from ..check.interface import ModuleSymbol, OpSymbol
from .changes import CACHE, CALL, MEANING, RECOMPUTED, REFIT, SAFE, WEIGHTS, Change
from .fits import enforcement, narrower, same_values, wider
from .forms import Forms
from .reach import key_of
from .softs import compare_softs
from .view import View, local_of

Pair = tuple[Forms, Forms]


def compare_calls(old: View, new: View, forms: Pair, deep: Pair) -> Iterator[Change]:
    """What has become of every op and module that both interfaces draw on."""
    left, right = old.reached("op"), new.reached("op")
    for key, symbol in right.items():
        if key in left:
            call = _Call(old, new, left[key], symbol)
            yield from call.changes()
            yield from call.inside(forms, deep)


@frozen
class _Call:
    """One op or module before and after."""

    old: View
    new: View
    before: OpSymbol | ModuleSymbol
    after: OpSymbol | ModuleSymbol

    @property
    def name(self) -> str:
        return self.new.said(self.new.key("op", *key_of("op", self.after)))

    @property
    def module(self) -> bool:
        """Whether trained weights stand behind it, before or after."""
        return isinstance(self.before, ModuleSymbol) or isinstance(self.after, ModuleSymbol)

    def _change(self, kind: str, message: str, breaks: tuple[str, ...], was: str = "") -> Change:
        role = "module" if isinstance(self.after, ModuleSymbol) else "op"
        was = was or f"it was `{self.before.signature}`"
        return Change(kind, role, self.name, message, breaks, was, self.after.span, self.before.span)

    def changes(self) -> Iterator[Change]:
        """Of the signature."""
        if isinstance(self.before, ModuleSymbol) != isinstance(self.after, ModuleSymbol):
            now = (
                "a module now, and was an op" if isinstance(self.after, ModuleSymbol) else "an op now, and was a module"
            )
            yield self._change("body", f"`{self.name}` is {now}", (WEIGHTS, CACHE, MEANING))
        first, then = self.before.signature, self.after.signature
        if _brackets(first) != _brackets(then):
            yield self._other(f"takes {_said(then)} in brackets, and took {_said(first)}")
            return
        yield from self._instances()
        if len(first.params) != len(then.params):
            yield self._other(f"takes {_count(len(then.params))}, and took {len(first.params) or 'none'}")
        else:
            for place in range(len(then.params)):
                yield from self._param(place)
        yield from self._result()

    def _other(self, what: str) -> Change:
        return self._change("arguments", f"`{self.name}` {what}", (CALL, *REFIT) if self.module else (CALL,))

    def _instances(self) -> Iterator[Change]:
        for first, then in zip(self.before.signature.family, self.after.signature.family, strict=True):
            if first.kind != "word":
                continue
            before, after = self.old.dim(first.of), self.new.dim(then.of)
            if before == after:
                continue  # a change of the vocabulary itself is told there
            fits = _covers(after, before)
            breaks = (*(() if fits else (CALL,)), *(REFIT if self.module else ()))
            what = "has an instance for each word" if isinstance(self.after, ModuleSymbol) else "takes the words"
            yield self._change("instances", f"`{self.name}` {what} of {then.of}, and had those of {first.of}", breaks)

    def _types(self, before: Type, after: Type) -> tuple[Type, Type]:
        first, then = self.before.signature, self.after.signature
        return self.old.type(before, local_of(first)), self.new.type(after, local_of(then))

    def _param(self, place: int) -> Iterator[Change]:
        old, new = self.before.signature.params[place], self.after.signature.params[place]
        before, after = self._types(old.type, new.type)
        if _told(before, after):
            return
        name = f"parameter {place + 1}" if new.name.startswith("#") else f"`{new.name}`"
        if wider(after, before):
            message = f"{name} of `{self.name}` widens from {old.type} to {new.type}"
            yield self._change("parameter", message, self._refit(before, after))
            return
        verb = "narrows" if wider(before, after) else "changes"
        message = f"{name} of `{self.name}` {verb} from {old.type} to {new.type}"
        renamed = (MEANING,) if same_values(after, before) and _strangers(before, after) else ()
        yield self._change("parameter", message, (CALL, *self._refit(before, after), *renamed))

    def _result(self) -> Iterator[Change]:
        old, new = self.before.signature.result, self.after.signature.result
        before, after = self._types(old, new)
        if _told(before, after):
            return
        fits = narrower(after, before)
        verb = "narrows" if fits else "widens" if narrower(before, after) else "changes"
        message = f"the result of `{self.name}` {verb} from {old} to {new}"
        broken = set(() if fits else (CALL,)) | set(self._refit(before, after))
        if self.module and enforcement(before) != enforcement(after):
            broken |= set(RECOMPUTED)
        if _strangers(before, after):
            broken.add(MEANING)
        yield self._change("result", message, tuple(one for one in (CALL, WEIGHTS, CACHE, MEANING) if one in broken))

    def _refit(self, before: Type, after: Type) -> tuple[str, ...]:
        """Weights have the shapes of what goes in and out."""
        return REFIT if self.module and (before.shape, before.words) != (after.shape, after.words) else SAFE

    def inside(self, forms: Pair, deep: Pair) -> Iterator[Change]:
        """Of the body, or of the soft constraints."""
        before, after = self.before, self.after
        if isinstance(before, OpSymbol) and isinstance(after, OpSymbol):
            if _bodies(before, after, forms) and _bodies(before, after, deep):
                was = f"it was `{self.old.declared.body('op', *key_of('op', before))}`"
                yield self._change("body", f"the body of `{self.name}` computes something else", RECOMPUTED, was)
        elif isinstance(before, ModuleSymbol) and isinstance(after, ModuleSymbol):
            names = (_names(before), _names(after))
            signatures = (before.signature, after.signature)
            yield from compare_softs(self.name, (before.softs, after.softs), names, forms, signatures)


def _told(before: Type, after: Type) -> bool:
    """Equal, or of one name: what has changed behind a name is told where the name is declared."""
    return before == after or (before.name is not None and before.name == after.name)


def _strangers(before: Type, after: Type) -> bool:
    """Whether what had a name goes by another, which neither refines nor is refined by it.

    One that lost its name, or was given one, holds the numbers that it held: `chance` and `real in 0..1` mean the same.
    """
    first, then = ([(name.package, name.name) for name in type_.names] for type_ in (before, after))
    return bool(first and then) and first[0] not in then and then[0] not in first


def _bodies(before: OpSymbol, after: OpSymbol, forms: Pair) -> bool:
    """Whether two bodies differ."""
    return forms[0].body(before.signature, before.body) != forms[1].body(after.signature, after.body)


def _names(symbol: ModuleSymbol) -> dict[str, str]:
    names = {param.name: f"#{place}" for place, param in enumerate(symbol.signature.params)}
    return names | ({symbol.result: "result"} if symbol.result else {})


def _covers(after: Dim, before: Dim) -> bool:
    """Whether each word, and each part, of one vocabulary is one of the other."""
    if after.offset(before) is None:
        return False
    return after.words is None or (before.words is not None and set(before.words) <= set(after.words))


def _brackets(signature: Signature) -> list[str]:
    return [param.kind for param in signature.family]


def _said(signature: Signature) -> str:
    worded = {"word": "a word of {}", "vocab": "a vocabulary", "dim": "a dim"}
    return " and ".join(worded[param.kind].format(param.of) for param in signature.family) or "nothing"


def _count(number: int) -> str:
    return f"{number or 'no'} argument{'s' if number != 1 else ''}"
