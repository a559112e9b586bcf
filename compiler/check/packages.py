"""Packages: find the files that `use` names, check each once, and join them to an interface."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from attrs import Factory, define, field

from .. import ast, typed
from ..build import DEEPEST
from ..diagnostics import CompileError, Diagnostic, Note, Report
from ..parse import KEYWORDS, File, parse, read
from ..source import Source, Span
from .declarations import check_declarations
from .hints import did_you_mean
from .interface import Interface, ModuleSymbol, OpSymbol, TypeSymbol
from .scope import SPOILED, Package, Scope, circle

LIBRARY = "std"  # the folder of the standard library's packages, below a folder of the search path
NO_VERSION = ""  # of a package that does not say one
NAME = re.compile(r"[a-z][a-z0-9_]*")


@define(eq=False)
class Loader:
    """Reads packages from a search path; `swaps` puts one package in another's place (`--use a=b`)."""

    search: tuple[Path, ...]
    swaps: Mapping[str, str] = field(default=Factory(dict))
    texts: Mapping[str, Source] | None = None  # packages at hand, by name: they come before the search path
    files: Mapping[str, tuple[str, ...]] = field(default=Factory(dict))
    report: Report = field(default=Factory(Report))
    packages: dict[str, Package | None] = field(default=Factory(dict))
    scopes: dict[str, Scope] = field(default=Factory(dict))
    sources: dict[str, Source] = field(default=Factory(dict))
    parsing: Callable[[Source, Report], File] = parse  # an editor has read most of a file before,
    checking: Callable[[Scope], None] = check_declarations  # and checked most of it
    _library: dict[tuple[str, str], set[str]] | None = None  # what the standard library has by role and name, and where
    _open: list[str] = field(default=Factory(list))

    def check(self, source: Source) -> Package:
        """Check the file of a package; every finding goes to the report."""
        file = self.parsing(source, self.report)
        head = self._header(file, source)
        scope = Scope(file, self.report, head.name.text, files=self.files, offered=self._has)
        self._open.append(scope.package)
        scope.declare()
        for decl in file.decls:
            if isinstance(decl, ast.Use):
                self._use(scope, decl)
        self.checking(scope)
        self._open.pop()
        self.scopes[scope.package] = scope
        self.sources[scope.package] = source
        known = {key: value for key, value in scope.names.items() if value is not SPOILED}
        spoiled = file.spoiled.union(text for (_, text), value in scope.names.items() if value is SPOILED)
        package = Package(
            scope.package, head.version, known, scope.spans, spoiled, scope.costs, headed=head.version != NO_VERSION
        )
        self.packages[scope.package] = package
        return package

    def _header(self, file: File, source: Source) -> ast.Package:
        """The package line; the order of the first lines is checked along the way, and that there is one."""
        rank = {ast.Package: 0, ast.Use: 1}
        last = 0
        head = None
        for decl in file.decls:
            here = rank.get(type(decl), 2)
            if here < last or (here == 0 and head is not None):
                self.report.add("NMT004", "`package` comes first and once, then every `use`, then the rest", decl.span)
            last = max(last, here)
            if isinstance(decl, ast.Package) and head is None:
                head = decl
        stem = Path(source.path).stem.encode(errors="replace").decode()  # the name of a file may be no text
        if head is None and "package" not in file.spoiled:
            span = file.decls[0].span if file.decls else Span(source, 0, 1)
            name = stem if NAME.fullmatch(stem) and stem not in KEYWORDS else "NAME"
            message, help_ = "a file begins with its name and version", f"begin with `package {name} @ 1.0.0`"
            self.report.add("NMT004", message, span, label="`package` is missing", help=help_)
        return head or ast.Package(ast.Name(stem), NO_VERSION)

    def _use(self, scope: Scope, decl: ast.Use) -> None:
        name = self.swaps.get(decl.package.text, decl.package.text)
        package = self._package(name, decl)
        for imported in decl.names:
            if package is None:
                scope.spoil(imported.text)
            else:
                scope.take(package, imported, _swapped(name, decl))
        if package and package.headed and name == decl.package.text and not compatible(decl.version, package.version):
            message = f"{name} is at version {package.version}, which does not serve {decl.version}"
            self.report.add(
                "NMT104", message, decl.span, label="asked for here", help=f"use {name} @ {package.version}"
            )

    def _package(self, name: str, decl: ast.Use) -> Package | None:
        if name in self._open:
            cycle = circle([*self._open[self._open.index(name) :], name])
            self.report.add("NMT107", f"packages use each other: {cycle}", decl.package.span)
            return None
        if name not in self.packages and len(self._open) > DEEPEST:
            self.report.add("NMT005", f"packages use each other more than {DEEPEST} deep", decl.package.span)
            return None
        if name not in self.packages:
            source = self._find(name, decl)
            self.packages[name] = None
            if source is not None:
                package = self.check(source)
                if package.headed and package.name != name:
                    self.report.add(
                        "NMT103", f"{source.path} is the package {package.name}, not {name}", decl.package.span
                    )
                self.packages[name] = package
        return self.packages[name]

    def _has(self, role: str, name: str) -> str:
        """A hint where one package of the standard library alone has a name of a role."""
        if self._library is None:
            self._library = {}
            for path in (path for folder in self.search for path in sorted(_files(folder / LIBRARY))):
                text = _text(path)
                package = re.search(r"^package (\S+ @ \S+)", text, re.MULTILINE)
                for keyword, known in re.findall(r"^(dim|vocab|type|op|module) (\w+)", text, re.MULTILINE):
                    key = ({"vocab": "dim", "module": "op"}.get(keyword, keyword), known)
                    self._library.setdefault(key, set()).update([package[1]] if package else [])
        found = self._library.get((role, name), ())
        return f"`use {next(iter(found))} {{ {name} }}` has it" if len(found) == 1 else ""

    def _find(self, name: str, decl: ast.Use) -> Source | None:
        if self.texts is not None and name in self.texts:
            return self.texts[name]
        parts = name.split(".")
        relative = Path(*parts[:-1], f"{parts[-1]}.nmt")
        for folder in self.search if all(map(str.isidentifier, parts)) else ():  # `--use a=../b` names no package
            if _is_file(folder / relative):
                try:
                    return read(folder / relative, _shown(folder, relative))
                except CompileError as fault:
                    self.report.extend(fault.diagnostics)
                    return None
        known = {
            ".".join(path.relative_to(folder).with_suffix("").parts)
            for folder in self.search
            for path in _files(folder)
        }
        looked = ", ".join(map(str, dict.fromkeys(self.search))) or "nowhere"
        hint = did_you_mean(name, known)
        self.report.add(
            "NMT103",
            f"no package is called {name}",
            decl.package.span,
            label=f"looked in {looked}",
            notes=_swapped(name, decl),
            help=hint,
        )
        return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long for the system
        return False


def _swapped(name: str, decl: ast.Use) -> tuple[Note, ...]:
    return () if name == decl.package.text else (Note(f"`--use` puts {name} in the place of {decl.package}"),)


def _shown(folder: Path, relative: Path) -> str:
    try:
        return str((folder / relative).relative_to(Path.cwd()))
    except ValueError:
        return str(folder / relative)


def _files(folder: Path) -> list[Path]:
    """The packages of a folder, and of the folders in it; no deeper, since a folder may be anybody's home."""
    try:
        return [*folder.glob("*.nmt"), *folder.glob("*/*.nmt")]
    except OSError:  # somebody takes a folder away meanwhile
        return []


def _text(path: Path) -> str:
    """What stands in a file that is only looked through; nothing where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def compatible(asked: str, given: str) -> bool:
    """The same major version, and none older than asked for."""
    wanted, there = (tuple(map(int, version.split("."))) for version in (asked, given))
    return wanted[0] == there[0] and there >= wanted


def check(
    source: Source,
    search: tuple[Path, ...],
    swaps: Mapping[str, str] | None = None,
    texts: Mapping[str, Source] | None = None,
    files: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[Interface | None, tuple[Diagnostic, ...]]:
    """Check a file with all that it uses: the interface, or None after an error, and every finding in order.

    `texts` are packages at hand, `files` the words of vocabularies that stand in files or that data has brought
    (`Interface.files`).
    """
    loader = Loader(search, dict(swaps or {}), texts, files or {})
    package = loader.check(source)
    used = {
        decl.package.text for scope in loader.scopes.values() for decl in scope.file.decls if isinstance(decl, ast.Use)
    }
    for old in loader.swaps:
        if old not in used:
            loader.report.add(
                "NMT103", f"`--use` swaps {old}, which {package.name} does not use", help=did_you_mean(old, used)
            )
    findings = tuple(loader.report)
    broken = any(finding.severity == "error" for finding in findings)
    return (None if broken else _interface(loader, package)), findings


def _interface(loader: Loader, package: Package) -> Interface:
    def named(role: str, kind: type | None = None) -> dict[str, Any]:
        own = loader.scopes[package.name].names.items()
        return {
            name: value
            for (known, name), value in own
            if known == role and value is not SPOILED and (kind is None or isinstance(value, kind))
        }

    bodies: dict[typed.Key, OpSymbol] = {}
    signatures: dict[typed.Key, ModuleSymbol] = {}
    types: dict[typed.Key, TypeSymbol] = {}
    for scope in loader.scopes.values():
        for (role, _), value in scope.names.items():
            if role == "op" and isinstance(value, OpSymbol):
                bodies[value.signature.package, value.signature.name] = value
            elif role == "op" and isinstance(value, ModuleSymbol):
                signatures[value.signature.package, value.signature.name] = value
            elif isinstance(value, TypeSymbol):
                types[value.package, value.name] = value
    decls = loader.scopes[package.name].file.decls
    return Interface(
        package=package.name,
        version=package.version,
        dims=named("dim"),
        sources=named("source"),
        targets=named("target"),
        modules=named("op", ModuleSymbol),
        ops=named("op", OpSymbol),
        layouts=named("layout"),
        models=named("model"),
        bodies=bodies,
        signatures=signatures,
        types=types,
        expects=tuple(decl for decl in decls if isinstance(decl, ast.ExpectDecl)),
        laws=tuple(loader.scopes[package.name].laws),
        surrogates=tuple(decl for decl in decls if isinstance(decl, ast.SurrogateDecl)),
        texts=dict(loader.sources),
        swaps=tuple(loader.swaps.items()),
        files=tuple(
            (f"{scope.package}.{decl.name}", scope.names["dim", decl.name.text].words)
            for scope in loader.scopes.values()
            for decl in scope.decls.values()
            if isinstance(decl, ast.VocabDecl)
            and isinstance(decl.of, ast.VocabFile | ast.VocabData)
            and scope.names["dim", decl.name.text].words is not None
        ),
        columns={
            f"{scope.package}.{decl.name}": decl.of
            for scope in loader.scopes.values()
            for decl in scope.decls.values()
            if isinstance(decl, ast.VocabDecl) and isinstance(decl.of, ast.VocabData)
        },
    )
