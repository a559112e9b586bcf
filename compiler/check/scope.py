"""Names: what a package declares, what it imports, and what each name stands for.

Dims and types may stand in any order and refer to each other, so they are resolved when first asked for. A name that
cannot be resolved is reported once, and then stands for something that fits everything.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from attrs import Factory, define, field

from nmt.ntypes import Dim

from .. import ast
from ..build import MOST_WORDS
from ..diagnostics import Note, Report
from ..parse import File
from ..source import Span

T = TypeVar("T")

# Which declarations give names of which role. Ops and modules share one namespace.
ROLES: dict[type, str] = {
    ast.DimDecl: "dim",
    ast.VocabDecl: "dim",
    ast.TypeDecl: "type",
    ast.SourceDecl: "source",
    ast.TargetDecl: "target",
    ast.ModuleDecl: "op",
    ast.OpDecl: "op",
    ast.LayoutDecl: "layout",
    ast.ModelDecl: "model",
}
WORDED = {
    "dim": "a dim or vocabulary",
    "type": "a type",
    "source": "a source",
    "target": "a target",
    "op": "an op or module",
    "layout": "a layout",
    "model": "a model",
}
MOST_KNOWN = 5_000  # names among which one looks for what was meant


class Spoiled:
    """Stands for a name whose declaration has an error."""


SPOILED = Spoiled()


@define(eq=False)
class Package:
    """A checked package: its names by role, with the place of each declaration."""

    name: str
    version: str
    names: dict[tuple[str, str], Any] = field(default=Factory(dict))
    spans: dict[tuple[str, str], Span] = field(default=Factory(dict))
    spoiled: frozenset[str] = frozenset()  # names whose declarations have errors


@define(eq=False)
class Scope:
    """The names of one package while it is checked."""

    file: File
    report: Report
    package: str
    names: dict[tuple[str, str], Any] = field(default=Factory(dict))
    decls: dict[tuple[str, str], ast.Decl] = field(default=Factory(dict))
    spans: dict[tuple[str, str], Span] = field(default=Factory(dict))
    files: Mapping[str, tuple[str, ...]] = field(default=Factory(dict))  # words of vocabularies, where known already
    _open: list[tuple[str, str]] = field(default=Factory(list))

    def declare(self) -> None:
        """Take every declaration of the file; a second one of the same name is reported and left out."""
        for decl in self.file.decls:
            role = ROLES.get(type(decl))
            if role is None:
                continue
            name = decl.name  # type: ignore[union-attr]
            key = (role, name.text)
            if key in self.spans:
                first = (Note("it was first declared here", self.spans[key]),)
                self.report.add("NMT102", f"`{name}` is declared twice", name.span, notes=first)
                continue
            self.decls[key] = decl
            self.spans[key] = name.span

    def take(self, package: Package, name: ast.Name, notes: tuple[Note, ...] = ()) -> None:
        """Import a name, in every role that it has there."""
        roles = [role for role, known in package.names if known == name.text]
        if not roles:
            if name.text not in package.spoiled:
                hint = did_you_mean(name.text, {known for _, known in package.names})
                message = f"package {package.name} has no `{name}`"
                self.report.add("NMT105", message, name.span, notes=notes, help=hint)
            self.spoil(name.text)
        for role in roles:
            key = (role, name.text)
            if key in self.spans:
                twice = "is imported and declared" if key in self.decls else "is imported twice"
                here = (Note("the other is declared here", self.spans[key]),)
                self.report.add("NMT102", f"`{name}` {twice}", name.span, notes=here)
                continue
            self.names[key] = package.names[key]
            self.spans[key] = package.spans[key]

    def spoil(self, name: str) -> None:
        """Let a name fit everything, since what it stands for is not known."""
        for role in WORDED:
            self.names.setdefault((role, name), SPOILED)

    def find(
        self, role: str, name: ast.Name, make: Callable[[Any], T], extra: Iterable[str] = (), asked: str = ""
    ) -> T | None:
        """What a name stands for, made from its declaration when first asked for; None after an error.

        `extra` are names that would have done as well, and `asked` is what all of them are, in words.
        """
        key = (role, name.text)
        if key in self.names:
            known = self.names[key]
            return None if known is SPOILED else known
        if key in self._open:
            cycle = " -> ".join([known for _, known in self._open[self._open.index(key) :]] + [name.text])
            self.report.add("NMT107", f"`{name}` is defined by itself: {cycle}", name.span)
            return None
        if key not in self.decls:
            if name.text not in self.file.spoiled:
                self._unknown(role, name, extra, asked or WORDED[role])
            self.names[key] = SPOILED
            return None
        self._open.append(key)
        try:
            made = make(self.decls[key])
        finally:
            self._open.pop()
        self.names[key] = SPOILED if made is None else made
        return made

    def _unknown(self, role: str, name: ast.Name, extra: Iterable[str], asked: str) -> None:
        there = [key for key in [*self.names, *self.decls] if self.names.get(key) is not SPOILED]
        other = next((WORDED[known] for known, text in there if text == name.text), None)
        if other:
            self.report.add("NMT106", f"`{name}` is {other}, not {asked}", name.span)
            return
        names = {text for known, text in there if known == role}.union(extra)
        self.report.add(
            "NMT101",
            f"no {asked.split(' ', 1)[1]} is called `{name}`",
            name.span,
            help=did_you_mean(name.text, names),
        )

    # -- dims and vocabularies

    def dim(self, name: ast.Name, local: dict[str, Dim] | None = None) -> Dim | None:
        """A dim or a vocabulary; `local` are the family parameters in scope."""
        if local and name.text in local:
            return local[name.text]
        return self.find("dim", name, self._make_dim, local or ())

    def vocab(self, name: ast.Name, local: dict[str, Dim] | None = None) -> Dim | None:
        """A vocabulary."""
        dim = self.dim(name, local)
        if dim is not None and not dim.vocabulary and not dim.rigid:
            notes = (Note(f"{name} is declared here", self.spans.get(("dim", name.text))),)
            self.report.add("NMT106", f"{name} is a dim without words, not a vocabulary", name.span, notes=notes)
            return None
        return dim

    def _make_dim(self, decl: ast.DimDecl | ast.VocabDecl) -> Dim | None:
        if isinstance(decl, ast.DimDecl):
            if decl.size == 0:
                self.report.add("NMT206", f"the dim {decl.name} has no places", decl.name.span, label="1 is the least")
                return None
            return Dim(decl.name.text, self.package, decl.size, varies=decl.varies)
        if isinstance(decl.of, ast.VocabData):
            return Dim(decl.name.text, self.package, vocabulary=True)
        if isinstance(decl.of, ast.VocabFile):
            words = self.files.get(f"{self.package}.{decl.name}") or self._words_of_file(decl.of)
            return None if words is None else self._vocab(decl.name, words, ())
        return self._union(decl.name, decl.of)

    def _words_of_file(self, of: ast.VocabFile) -> tuple[str, ...] | None:
        path = Path(of.span.source.path).parent / of.path
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as fault:
            reason = fault.strerror if isinstance(fault, OSError) else "it is not UTF-8 text"
            self.report.add("NMT111", f"the words of {path} cannot be read: {reason}", of.span)
            return None
        return tuple(line.strip() for line in lines if line.strip())

    def _union(self, name: ast.Name, parts: tuple[ast.Name | tuple[ast.Name, ...], ...]) -> Dim | None:
        words: list[str] = []
        dims: list[Dim] = []
        first: dict[str, str] = {}
        broken = False
        for part in parts:
            if isinstance(part, tuple):
                broken |= self._twice(part)
                dim: Dim | None = Dim(
                    f"{name}#{len(dims)}", self.package, words=tuple(dict.fromkeys(word.text for word in part))
                )
            else:
                dim = self.vocab(part)
            if dim is None:
                broken = True
                continue
            both = [word for word in dim.words or () if word in first]
            if both:
                span = part.span if isinstance(part, ast.Name) else next(at.span for at in part if at.text == both[0])
                message = f"{_words(both)} in two parts of {name}"
                self.report.add("NMT108", message, span, label=f"`{both[0]}` is in {first[both[0]]} too")
                broken = True
            here = str(part) if isinstance(part, ast.Name) else "the words written here"
            first |= dict.fromkeys(dim.words or (), here)
            words.extend(dim.words or ())
            dims.append(dim)
        if broken:
            return None
        if any(dim.words is None for dim in dims):  # data will bring them
            return Dim(name.text, self.package, parts=tuple(dims), vocabulary=True)
        return self._vocab(name, tuple(words), tuple(dims) if len(parts) > 1 else ())

    def _twice(self, words: tuple[ast.Name, ...]) -> bool:
        seen: dict[str, ast.Name] = {}
        again: dict[str, ast.Name] = {}
        for word in words:
            if seen.setdefault(word.text, word) is not word:
                again.setdefault(word.text, word)
        if not again:
            return False
        word = next(iter(again.values()))
        first = (Note(f"`{word}` stands here first", seen[word.text].span),)
        self.report.add("NMT108", f"{_words(list(again))} listed twice", word.span, notes=first)
        return True

    def _vocab(self, name: ast.Name, words: tuple[str, ...], parts: tuple[Dim, ...]) -> Dim | None:
        if not words or len(words) > MOST_WORDS:
            what = "no words" if not words else f"more than {MOST_WORDS} words"
            self.report.add("NMT110", f"the vocabulary {name} has {what}", name.span)
            return None
        return Dim(name.text, self.package, len(words), words, parts, vocabulary=True)


def _words(words: list[str]) -> str:
    shown = ", ".join(f"`{word}`" for word in words[:5]) + (f" and {len(words) - 5} more" if len(words) > 5 else "")
    return f"the word {shown} is" if len(words) == 1 else f"the words {shown} are"


def did_you_mean(name: str, known: Collection[str]) -> str:
    """A hint where one name alone is close to what was written; else nothing."""
    if len(known) > MOST_KNOWN:
        return ""  # comparing with each would take seconds
    close = difflib.get_close_matches(name, sorted(known), n=2, cutoff=0.75)
    if len(close) == 1:
        return f"did you mean `{close[0]}`?"
    if (
        len(close) == 2
        and difflib.SequenceMatcher(a=name, b=close[0]).ratio() - difflib.SequenceMatcher(a=name, b=close[1]).ratio()
        > 0.1
    ):
        return f"did you mean `{close[0]}`?"
    return ""
