"""Changes of dims and vocabularies."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from nmt.ntypes import Dim, Simplex, Type

from .. import ast, typed
from ..check.interface import ModuleSymbol, OpSymbol
from ..source import Span
from .changes import CACHE, CALL, MEANING, REFIT, SAFE, WEIGHTS, Change
from .reach import key_of, parts
from .view import View

SHOWN = 5


def compare_dims(old: View, new: View) -> Iterator[Change]:
    """What has become of every dim and vocabulary that both interfaces draw on."""
    left, right = old.reached("dim"), new.reached("dim")
    for key, dim in right.items():
        if key in left:
            yield from _Pair(old, new, left[key], dim).changes()


def kind_of(dim: Dim) -> str:
    """How a dim is declared."""
    return "vocab" if dim.vocabulary else "dim"


@frozen
class _Pair:
    """One dim before and after."""

    old: View
    new: View
    before: Dim
    after: Dim

    def _change(self, kind: str, message: str, breaks: tuple[str, ...], was: str = "") -> Change:
        at = self.new.span("dim", *key_of("dim", self.after))
        return Change(kind, kind_of(self.after), self.name, message, breaks, was, at, self.was)

    @property
    def name(self) -> str:
        return self.new.said(self.new.key("dim", *key_of("dim", self.after)))

    @property
    def was(self) -> Span:
        return self.old.span("dim", *key_of("dim", self.before))

    def changes(self) -> Iterator[Change]:
        before, after = self.before, self.after
        if before.vocabulary != after.vocabulary:
            message = f"{self.name} is a {_said(after)} now, and was a {_said(before)}"
            yield self._change("resized", message, (CALL, WEIGHTS, CACHE))
        elif after.vocabulary:
            yield from self._words()
            yield from self._parts()
            yield from self._data()
        else:
            yield from self._size()

    def _size(self) -> Iterator[Change]:
        before, after = self.before, self.after
        if before.varies != after.varies:
            what = "varies by sample now" if after.varies else "is one size for all samples now"
            yield self._change("resized", f"{self.name} {what}", (CALL, WEIGHTS, CACHE))
        elif before.size != after.size:
            if after.size is None:
                message, breaks = f"{self.name} has the size that the data gives, and had {before.size}", SAFE
            else:
                had = "what the data gave" if before.size is None else str(before.size)
                message, breaks = f"{self.name} has the size {after.size}, and had {had}", REFIT
            yield self._change("resized", message, breaks, f"it was {_size(before)}")

    # -- words

    def _words(self) -> Iterator[Change]:
        before, after = self.before.words, self.after.words
        if before == after:
            return
        if before is None or after is None:
            message = f"the words of {self.name} come from {'data' if after is None else 'the text'} now"
            yield self._change("words reordered", message, REFIT if after is None else (CALL, WEIGHTS, CACHE))
            return
        there, known = set(after), set(before)
        gone = [word for word in before if word not in there]
        come = [word for word in after if word not in known]
        kept = [word for word in after if word in known]
        was = f"it had {_list(before)}"
        if gone:
            message = f"{self.name} lost {_list(gone)}" + (f" and gained {_list(come)}" if come else "")
            yield self._change("words removed", message, (CALL, WEIGHTS, CACHE), was)
        elif kept != list(before):
            moved = next(word for word, other in zip(kept, before, strict=True) if word != other)
            message = f"the words of {self.name} stand in another order, from `{moved}` on"
            yield self._change("words reordered", message, (WEIGHTS, CACHE, MEANING), was)
        elif after[: len(before)] != before:
            message = f"{self.name} gained {_list(come)}, and not at its end: the words behind have moved"
            yield self._change("words reordered", message, (WEIGHTS, CACHE, MEANING), f"it had {len(before)} words")
        else:
            yield self._appended(come, f"it had {len(before)} words")

    def _appended(self, come: list[str], was: str) -> Change:
        """Words at the end: what was learned of the others stays where it was, but nothing was of the new ones."""
        roles = _roles(self.new, self.after)
        message = f"{self.name} gained {_list(come)} at its end"
        if not roles:  # who uses it elsewhere is not known here
            return self._change("words appended", message, REFIT, was)
        breaks = tuple(what for what in REFIT if what in roles)
        if roles.get(WEIGHTS):
            message += f": {_names(roles[WEIGHTS])} {_verb(roles[WEIGHTS])} more weights, the others stay"
        return self._change("words appended", message, breaks, was)

    def _parts(self) -> Iterator[Change]:
        """Distributions over a part widen to the whole."""
        before = [self.old.dim(part) for part in self.before.parts if "#" not in part.name]
        after = self.new.dim(self.after)
        lost = [part for part in before if after.offset(part) is None]
        if lost:
            names = ", ".join(part.name for part in lost)
            message = f"{names} is no part of {self.name} any more: what speaks of it does not widen"
            yield self._change("words removed", message, (CALL,))

    def _data(self) -> Iterator[Change]:
        before, after = (
            view.declared.declaration("dim", dim.package, dim.name)
            for view, dim in ((self.old, self.before), (self.new, self.after))
        )
        if isinstance(before, ast.VocabDecl) and isinstance(after, ast.VocabDecl):
            first, then = before.of, after.of
            if isinstance(first, ast.VocabData) and isinstance(then, ast.VocabData) and first != then:
                message = f"the words of {self.name} are counted otherwise: `{_counted(after)}`"
                yield self._change("words reordered", message, REFIT, f"it was `{_counted(before)}`")


def _counted(decl: ast.VocabDecl) -> str:
    return " ".join(decl.of.span.text.split()) if isinstance(decl.of, ast.VocabData) else ""


def _roles(view: View, dim: Dim) -> dict[str, list[str]]:
    """What holds a place for each word of a vocabulary: modules (WEIGHTS) and values (CACHE); empty where unused."""
    roles: dict[str, list[str]] = {}
    for symbol in view.reached("op").values():
        signature, module = symbol.signature, isinstance(symbol, ModuleSymbol)
        types = [*(param.type for param in signature.params), signature.result]
        shaped = any(_holds(type_, dim) for type_ in types)
        if any(param.of == dim for param in signature.family):
            roles.setdefault(WEIGHTS if module else CALL, []).append(signature.name)
        elif shaped and module:
            roles.setdefault(WEIGHTS, []).append(signature.name)
        if shaped:
            roles.setdefault(CACHE, []).append(signature.name)
        if isinstance(symbol, OpSymbol) and symbol.body is not None:
            for expr in parts(symbol.body):
                if _holds(expr.type, dim):
                    roles.setdefault(CACHE, []).append(signature.name)
                if isinstance(expr, typed.Use) and expr.module and any(actual == dim for _, actual in expr.dims):
                    roles.setdefault(WEIGHTS, []).append(expr.key[1])
    return roles


def _holds(type_: Type, dim: Dim) -> bool:
    inside = any(dim == one for size in type_.shape for one in size.dims())
    return inside or (isinstance(type_.domain, Simplex) and type_.domain.over == dim) or type_.words == dim


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names))


def _verb(names: list[str]) -> str:
    return "needs" if len(set(names)) == 1 else "need"


def _said(dim: Dim) -> str:
    return "vocabulary" if dim.vocabulary else "dim without words"


def _size(dim: Dim) -> str:
    return "left to the data" if dim.size is None else str(dim.size)


def _list(words: tuple[str, ...] | list[str]) -> str:
    shown = ", ".join(f"`{word}`" for word in words[:SHOWN])
    return shown + (f", ... ({len(words)} in all)" if len(words) > SHOWN else "")
