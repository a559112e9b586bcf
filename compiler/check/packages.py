"""Packages: find the files that `use` names, check each once, and join them to an interface."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import Factory, define, field

from .. import ast, typed
from ..diagnostics import CompileError, Diagnostic, Note, Report
from ..parse import parse, read
from ..source import Source
from .declarations import check_declarations
from .interface import Interface, ModuleSymbol, OpSymbol
from .scope import SPOILED, Package, Scope, did_you_mean


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
    _open: list[str] = field(default=Factory(list))

    def check(self, source: Source) -> Package:
        """Check the file of a package; every finding goes to the report."""
        file = parse(source, self.report)
        head = self._header(file.decls, source)
        scope = Scope(file, self.report, head.name.text, files=self.files)
        self._open.append(scope.package)
        scope.declare()
        for decl in file.decls:
            if isinstance(decl, ast.Use):
                self._use(scope, decl)
        check_declarations(scope)
        self._open.pop()
        self.scopes[scope.package] = scope
        self.sources[scope.package] = source
        known = {key: value for key, value in scope.names.items() if value is not SPOILED}
        spoiled = file.spoiled.union(text for (_, text), value in scope.names.items() if value is SPOILED)
        package = Package(scope.package, head.version, known, scope.spans, spoiled)
        self.packages[scope.package] = package
        return package

    def _header(self, decls: tuple[ast.Decl, ...], source: Source) -> ast.Package:
        """The package line; the order of the first lines is checked along the way."""
        rank = {ast.Package: 0, ast.Use: 1}
        last = 0
        head = None
        for decl in decls:
            here = rank.get(type(decl), 2)
            if here < last or (here == 0 and head is not None):
                self.report.add("NMT004", "`package` comes first and once, then every `use`, then the rest", decl.span)
            last = max(last, here)
            if isinstance(decl, ast.Package) and head is None:
                head = decl
        return head or ast.Package(ast.Name(Path(source.path).stem), "0.0.0")

    def _use(self, scope: Scope, decl: ast.Use) -> None:
        name = self.swaps.get(decl.package.text, decl.package.text)
        package = self._package(name, decl)
        for imported in decl.names:
            if package is None:
                scope.spoil(imported.text)
            else:
                scope.take(package, imported, _swapped(name, decl))
        if package and name == decl.package.text and not compatible(decl.version, package.version):
            message = f"{name} is at version {package.version}, which does not serve {decl.version}"
            self.report.add(
                "NMT104", message, decl.span, label="asked for here", help=f"use {name} @ {package.version}"
            )

    def _package(self, name: str, decl: ast.Use) -> Package | None:
        if name in self._open:
            cycle = " -> ".join([*self._open[self._open.index(name) :], name])
            self.report.add("NMT107", f"packages use each other: {cycle}", decl.package.span)
            return None
        if name not in self.packages:
            source = self._find(name, decl)
            self.packages[name] = None
            if source is not None:
                package = self.check(source)
                if package.name != name:
                    self.report.add(
                        "NMT103", f"{source.path} is the package {package.name}, not {name}", decl.package.span
                    )
                    self.packages[name] = package
        return self.packages[name]

    def _find(self, name: str, decl: ast.Use) -> Source | None:
        if self.texts is not None and name in self.texts:
            return self.texts[name]
        relative = Path(*name.split(".")).with_suffix(".nmt")
        for folder in self.search:
            if (folder / relative).is_file():
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


def _swapped(name: str, decl: ast.Use) -> tuple[Note, ...]:
    return () if name == decl.package.text else (Note(f"`--use` puts {name} in the place of {decl.package}"),)


def _shown(folder: Path, relative: Path) -> str:
    try:
        return str((folder / relative).relative_to(Path.cwd()))
    except ValueError:
        return str(folder / relative)


def _files(folder: Path) -> list[Path]:
    """The packages of a folder, and of the folders in it; no deeper, since a folder may be anybody's home."""
    return [*folder.glob("*.nmt"), *folder.glob("*/*.nmt")]


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
    """Check a file with all that it uses: the interface, or None, and every finding in order.

    `texts` are packages at hand, `files` the words of vocabularies that stand in files (`Interface.files`).
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
    return (None if findings else _interface(loader, package)), findings


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
    for scope in loader.scopes.values():
        for (role, _), value in scope.names.items():
            if role == "op" and isinstance(value, OpSymbol):
                bodies[value.signature.package, value.signature.name] = value
            elif role == "op" and isinstance(value, ModuleSymbol):
                signatures[value.signature.package, value.signature.name] = value
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
        expects=tuple(decl for decl in decls if isinstance(decl, ast.ExpectDecl)),
        laws=tuple(decl for decl in decls if isinstance(decl, ast.LawDecl)),
        surrogates=tuple(decl for decl in decls if isinstance(decl, ast.SurrogateDecl)),
        texts=dict(loader.sources),
        swaps=tuple(loader.swaps.items()),
        files=tuple(
            (f"{scope.package}.{decl.name}", scope.names["dim", decl.name.text].words)
            for scope in loader.scopes.values()
            for decl in scope.decls.values()
            if isinstance(decl, ast.VocabDecl) and isinstance(decl.of, ast.VocabFile)
        ),
    )
