"""Names: what a package declares, what it imports, and what each name stands for.

Dims and types may stand in any order and refer to each other, so they are resolved when first asked for. A name that
cannot be resolved is reported once, and then stands for something that fits everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from attrs import Factory, define, evolve, field

from nmt.ntypes import Dim, Type

from .. import ast
from ..build import DEEPEST, MOST_WORDS
from ..diagnostics import Note, Report
from ..parse import File
from ..source import Span
from .hints import did_you_mean
from .interface import LawSymbol

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
    ast.LawDecl: "law",
}
WORDED = {
    "dim": "a dim or vocabulary",
    "type": "a type",
    "source": "a source",
    "target": "a target",
    "op": "an op or module",
    "layout": "a layout",
    "model": "a model",
    "law": "a law",
}
MOST_TOGETHER = 3 * MOST_WORDS  # words of all vocabularies of a package, those of unions counted again
MOST_BYTES = 100_000_000  # of a file of words


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
    costs: dict[str, tuple[int, int]] = field(default=Factory(dict))  # of ops, as `Scope` has them
    headed: bool = True  # it says its name and version itself


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
    offered: Callable[[str, str], str] | None = None  # a hint at a package that has a name of a role
    inferred: list[tuple[Span, Type]] | None = None  # with a list, the type of every expression goes there (editors)
    laws: list[LawSymbol] = field(default=Factory(list))
    costs: dict[str, tuple[int, int]] = field(default=Factory(dict))  # how deep and how long ops are, written out
    _words: int = 0  # of all vocabularies so far
    _listed: dict[str, tuple[str, ...]] = field(default=Factory(dict))  # names by role, for hints
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
        roles = [role for role in WORDED if (role, name.text) in package.names]
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
            if role == "op" and name.text in package.costs:
                self.costs[name.text] = package.costs[name.text]
            self.spans[key] = package.spans[key]

    def spoil(self, name: str) -> None:
        """Let a name fit everything, since what it stands for is not known."""
        for role in WORDED:
            self.names.setdefault((role, name), SPOILED)

    def find(
        self,
        role: str,
        name: ast.Name,
        make: Callable[[Any], T],
        extra: Collection[str] = (),
        asked: str = "",
        hint: str = "",
    ) -> T | None:
        """What a name stands for, made from its declaration when first asked for; None after an error.

        `extra` are names that would have done as well, and `asked` is what all of them are, in words; `hint` is the
        help where no name is close.
        """
        key = (role, name.text)
        if key in self.names:
            known = self.names[key]
            return None if known is SPOILED else known
        if key in self._open:
            cycle = circle([known for _, known in self._open[self._open.index(key) :]] + [name.text])
            self.report.add("NMT107", f"`{name}` is defined by itself: {cycle}", name.span)
            return None
        if key not in self.decls:
            if name.text not in self.file.spoiled:
                self._unknown(role, name, extra, asked or WORDED[role], hint)
            self.names[key] = SPOILED
            return None
        if len(self._open) > DEEPEST:
            self.too_deep(name)
            return None
        self._open.append(key)
        try:
            made = make(self.decls[key])
        finally:
            self._open.pop()
        self.names[key] = SPOILED if made is None else made
        return made

    def too_deep(self, name: ast.Name) -> None:
        """Say that a dim or a type is defined through more others than anybody could follow."""
        self.report.add("NMT005", f"`{name}` is defined through more than {DEEPEST} others", name.span)

    def _unknown(self, role: str, name: ast.Name, extra: Collection[str], asked: str, hint: str) -> None:
        text = name.text
        other = next((WORDED[known] for known in WORDED if self._there((known, text))), None)
        if other:
            self.report.add("NMT106", f"`{name}` is {other}, not {asked}", name.span)
            return
        if role not in self._listed:
            keys = dict.fromkeys([*self.names, *self.decls])
            self._listed[role] = tuple(known for of, known in keys if of == role and self._there((of, known)))
        help_ = did_you_mean(text, self._listed[role], extra) or hint
        if not help_ and self.offered is not None:
            help_ = self.offered(role, text)
        self.report.add("NMT101", f"no {asked.split(' ', 1)[1]} is called `{name}`", name.span, help=help_)

    def _there(self, key: tuple[str, str]) -> bool:
        """Whether a name stands for something, or may yet."""
        return (key in self.names or key in self.decls) and self.names.get(key) is not SPOILED

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
            return self._of_data(decl.name, decl.of)
        if isinstance(decl.of, ast.VocabFile):
            words = self.files.get(f"{self.package}.{decl.name}") or self._words_of_file(decl.of)
            return None if words is None else self._vocab(decl.name, words, ())
        return self._union(decl.name, decl.of)

    def _of_data(self, name: ast.Name, of: ast.VocabData) -> Dim | None:
        """A vocabulary whose words the data brings; they may be known by now."""
        columns = [text for role, text in self.decls if role in {"source", "target"}]
        if of.column.text not in {"data", "program", *columns}:
            message = f"no source or target is called `{of.column}`"
            label = "`data` is all of it, `program` the words of programs"
            self.report.add("NMT101", message, of.column.span, label=label, help=did_you_mean(of.column.text, columns))
            return None
        words = self.files.get(f"{self.package}.{name}")
        unknown = of.unknown.text if of.unknown else None
        made = Dim(name.text, self.package, vocabulary=True) if words is None else self._vocab(name, words, ())
        return None if made is None else evolve(made, unknown=unknown)

    def _words_of_file(self, of: ast.VocabFile) -> tuple[str, ...] | None:
        path = Path(of.span.source.path).parent / of.path
        try:
            lines = _text(path).splitlines()
        except (OSError, ValueError) as fault:
            reason = fault.strerror if isinstance(fault, OSError) else str(fault)
            if isinstance(fault, UnicodeDecodeError):
                reason = "it is not UTF-8 text"
            self.report.add("NMT111", f"the words of {path} cannot be read: {reason}", of.span)
            return None
        words = tuple(line.strip() for line in lines if line.strip())
        again = [word for word, count in Counter(words).items() if count > 1]
        if again:
            self.report.add("NMT108", f"{_words(again)} listed twice in {path}", of.span)
            return None
        return words

    def _union(self, name: ast.Name, parts: tuple[ast.Name | tuple[ast.Name, ...], ...]) -> Dim | None:
        words: list[str] = []
        dims: list[Dim] = []
        first: dict[str, str] = {}
        inside: set[Dim] = set()
        deepest = 0
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
            if self._too_many(name, len(words) + len(dim.words or ())):
                return None
            nested = dict(_nested(dim))
            again = [one for one in nested if one in inside and one.words is None]
            if again:  # nobody knows them yet, but they are the same
                message = f"the words of {again[0]} are in two parts of {name}"
                self.report.add("NMT108", message, part.span if isinstance(part, ast.Name) else name.span)
                broken = True
            inside.update(nested)
            deepest = max(deepest, *nested.values())
            mine = dim.words or ((dim.unknown,) if dim.unknown else ())
            both = [word for word in mine if word in first]
            if both:
                span = part.span if isinstance(part, ast.Name) else next(at.span for at in part if at.text == both[0])
                message = f"{_words(both)} in two parts of {name}"
                self.report.add("NMT108", message, span, label=f"`{both[0]}` is in {first[both[0]]} too")
                broken = True
            here = str(part) if isinstance(part, ast.Name) else "the words written here"
            first |= dict.fromkeys(mine, here)
            words.extend(dim.words or ())
            dims.append(dim)
        if deepest > DEEPEST:
            self.too_deep(name)
        if broken or deepest > DEEPEST:
            return None
        unknown = next((dim.unknown for dim in dims if dim.unknown is not None), None)
        if any(dim.words is None for dim in dims):  # data will bring them
            return Dim(name.text, self.package, parts=tuple(dims), vocabulary=True, unknown=unknown)
        made = self._vocab(name, tuple(words), tuple(dims) if len(parts) > 1 else ())
        return None if made is None else evolve(made, unknown=unknown)

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
        if not words:
            self.report.add("NMT110", f"the vocabulary {name} has no words", name.span)
            return None
        if self._too_many(name, len(words)):
            return None
        self._words += len(words)
        return Dim(name.text, self.package, len(words), words, parts, vocabulary=True)

    def _too_many(self, name: ast.Name, count: int) -> bool:
        """Whether so many words are more than a vocabulary has, or with the others more than a package."""
        if count <= min(MOST_WORDS, MOST_TOGETHER - self._words):
            return False
        what = f"the vocabulary {name} has more than {MOST_WORDS:,} words"
        if count <= MOST_WORDS:
            what = f"with {name}, the vocabularies of {self.package} have more than {MOST_TOGETHER:,} words"
        self.report.add("NMT110", what, name.span)
        return True


def _text(path: Path) -> str:
    """The text of a file of words; raises OSError or ValueError."""
    if path.exists() and not path.is_dir() and not path.is_file():  # a device may go on for ever
        raise ValueError("it is no file")
    with path.open(encoding="utf-8-sig") as file:
        text = file.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        raise ValueError("it is too large")
    return text


def _nested(dim: Dim) -> Iterator[tuple[Dim, int]]:
    """A vocabulary and all that it is made of, each with how deep it stands."""
    waiting = [(dim, 1)]
    while waiting:
        one, depth = waiting.pop()
        yield one, depth
        waiting.extend((part, depth + 1) for part in one.parts)


def circle(names: list[str]) -> str:
    """Names that lead back to the first; of many, some."""
    return " -> ".join(names if len(names) <= 10 else [*names[:5], f"{len(names) - 8} more", *names[-3:]])


def _words(words: list[str]) -> str:
    shown = ", ".join(f"`{word}`" for word in words[:5]) + (f" and {len(words) - 5} more" if len(words) > 5 else "")
    return f"the word {shown} is" if len(words) == 1 else f"the words {shown} are"
