"""One open file: its text, its declarations, and what a check says of them, brought up to date with little work.

Packages that it uses are read and checked again only when one of their files has changed. A package that is open in
the editor too is taken as it stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import Factory, define, evolve, field, frozen

from nmt.compiler import ast
from nmt.compiler.check.declarations import check_declarations
from nmt.compiler.check.packages import Loader
from nmt.compiler.check.scope import Package, Scope
from nmt.compiler.diagnostics import CompileError, Diagnostic, Report
from nmt.compiler.edits import Edited, Piece, Reading, placed
from nmt.compiler.parse import File, lex
from nmt.compiler.source import Source
from nmt.stdlib import FOLDER

from .places import Mark, marks
from .unchanged import Inferred, Known, Unchanged


@frozen(eq=False)
class Checked:
    """What is known of a file. `scope` is None for a text of which nothing can be read."""

    findings: tuple[Diagnostic, ...]
    scope: Scope | None
    packages: Mapping[str, Package | None]
    scopes: Mapping[str, Scope]
    inferred: Mapping[Piece, Inferred]


@frozen(eq=False)
class Used:
    """The packages that a file uses, all found and read, and what is said of them."""

    packages: dict[str, Package | None]
    findings: tuple[Diagnostic, ...]
    scopes: dict[str, Scope]
    asked: tuple[str, ...] = ()  # the file's own name, and the packages that it uses
    state: object = None  # of their files


@define(eq=False)
class Document:
    """A file that is open in an editor."""

    path: Path
    edited: Edited
    search: tuple[Path, ...]
    _marks: dict[Reading, list[Mark]] = field(default=Factory(dict))
    _checked: Checked | None = None
    _state: object = None
    _used: Used | None = None
    _unchanged: Unchanged = field(default=Factory(Unchanged))

    @classmethod
    def of(cls, path: Path, text: str) -> Document:
        """A file that has been opened; packages are looked for where `nmt check` looks."""
        folder = path.resolve().parent
        return cls(path, Edited(Source(str(path), text)), (folder, folder.parent, FOLDER))

    @property
    def source(self) -> Source:
        """Its text."""
        return self.edited.source

    @property
    def readings(self) -> list[Reading]:
        """Its declarations."""
        return self.edited.readings

    def edit(self, text: str) -> None:
        """Take the text as it is now."""
        if text != self.source.text:
            self.edited.edit(Source(self.source.path, text))
            self._checked = None

    def marks(self) -> dict[Reading, list[Mark]]:
        """The names of every declaration."""
        known = self._marks
        self._marks = {
            reading: known[reading] if reading in known else marks(list(lex(reading.piece.text)))
            for reading in self.readings
        }
        return self._marks

    def check(self, others: Iterable[Document] = ()) -> Checked:
        """What is known of it; `others` are open too."""
        opened = {other.path.resolve(): other.source for other in others if other is not self}
        if self._checked is not None and self._state == self._files(opened):
            return self._checked
        loader = Loader(self.search, texts=dict(self._at_hand(opened)), parsing=self._parse)
        inferred: dict[Piece, Inferred] = {}
        kept: dict[Reading, Known] = {}

        def checking(scope: Scope) -> None:
            if scope.file.source is self.source:
                scope.inferred = []
                around = (scope.package, list(loader.packages.values()), self._words(scope))
                kept.update(self._unchanged.leave_out(scope, self.readings, around))
            check_declarations(scope)

        loader.checking = checking
        used = self._used
        if used is not None and used.asked == self._asks() and used.state == self._files(opened, used):
            loader.packages.update(used.packages)
            loader.scopes.update(used.scopes)
            loader.report.extend(used.findings)
        else:
            used = None
        try:
            package = loader.check(self.source)
        except CompileError as fault:
            self._checked = Checked(placed(fault.diagnostics), None, {}, {}, {})
            self._used = None
        else:
            scope = loader.scopes[package.name]
            for at, type_ in scope.inferred or ():
                if isinstance(at.source, Piece):
                    inferred.setdefault(at.source, []).append((at, type_))
            inferred.update((reading.piece, known.inferred) for reading, known in kept.items())
            self._unchanged.learn(scope, kept, inferred)
            self._used = used or self._use(loader, scope, opened)
            self._checked = Checked(placed(scope.report), scope, loader.packages, loader.scopes, inferred)
        self._state = self._files(opened)
        return self._checked

    def _parse(self, source: Source, report: Report) -> File:
        return self.edited.parse(source, report)

    # -- packages

    def _use(self, loader: Loader, scope: Scope, opened: Mapping[Path, Source]) -> Used | None:
        """The packages that were loaded, to be used again; None where one is missing."""
        packages = {name: package for name, package in loader.packages.items() if name != scope.package}
        scopes = {name: other for name, other in loader.scopes.items() if name != scope.package}
        if any(package is None or package.name != name for name, package in packages.items()):
            return None
        sources = {other.file.source for other in scopes.values()}
        findings = tuple(finding for finding in loader.report if finding.span and finding.span.source in sources)
        used = Used(packages, findings, scopes)
        return evolve(used, asked=self._asks(), state=self._files(opened, used))

    def _asks(self) -> tuple[str, ...]:
        decls = [reading.decl for reading in self.readings]
        name = next((decl.name.text for decl in decls if isinstance(decl, ast.Package)), "")
        return (name, *(decl.package.text for decl in decls if isinstance(decl, ast.Use)))

    def _files(self, opened: Mapping[Path, Source], used: Used | None = None) -> object:
        """The state of all files on which the packages in use depend: equal as long as none of them changes."""
        used = used or self._used
        if used is None:
            return object()
        state: list[object] = []
        for name, scope in used.scopes.items():
            path = next((path for path in self._places(name) if path.resolve() in opened or path.is_file()), None)
            state.append((name, path, opened.get(path.resolve()) if path else None, path and _stamp(path)))
            state.append(self._words(scope))
        return state

    def _words(self, scope: Scope) -> object:
        """The state of the files whose words a package takes."""
        folder = Path(scope.file.source.path).parent
        return [
            _stamp(folder / decl.of.path)
            for decl in scope.file.decls
            if isinstance(decl, ast.VocabDecl) and isinstance(decl.of, ast.VocabFile)
        ]

    def _places(self, name: str) -> Iterator[Path]:
        relative = Path(*name.split(".")).with_suffix(".nmt")
        return (folder / relative for folder in self.search)

    def _at_hand(self, opened: Mapping[Path, Source]) -> Iterator[tuple[str, Source]]:
        """Open files by the names under which this one would find them."""
        for path, source in opened.items():
            for folder in self.search:
                if path.is_relative_to(folder):
                    name = ".".join(path.relative_to(folder).with_suffix("").parts)
                    first = next(at for at in self._places(name) if at.resolve() in opened or at.is_file())
                    if first.resolve() == path:
                        yield name, source


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
