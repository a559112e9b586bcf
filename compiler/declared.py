"""What the packages of an interface declare, with the place of each declaration.

An interface keeps what programs need. Tools that speak of declarations (`nmt diff`, `nmt show`) want more: where a dim
stands, which types a package can name. It is read again from the texts that the interface keeps.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from attrs import define

from . import ast
from .check import Interface
from .check.packages import Loader
from .check.scope import SPOILED, Scope
from .diagnostics import Report
from .parse import cut, lex, parse_one
from .source import Source, Span

COMMENT = re.compile(r'("[^"\n]*")|#.*')


def header(source: Source) -> ast.Package | None:
    """The line that names a package, read without the rest of the file."""
    piece = next(cut(lex(source.text), source.text), [])
    decl = parse_one(piece, source, Report()) if piece else None
    return decl if isinstance(decl, ast.Package) else None


def written(span: Span) -> str:
    """What stands in a text, in one line and without comments."""
    return " ".join(COMMENT.sub(r"\1", span.text).split())


@define(eq=False)
class Declared:
    """An interface, and the scopes of its packages by name."""

    interface: Interface
    scopes: Mapping[str, Scope]

    @classmethod
    def of(cls, interface: Interface) -> Declared:
        """Read the texts of an interface again; no file is touched."""
        loader = Loader(search=(), swaps=dict(interface.swaps), texts=interface.texts, files=dict(interface.files))
        loader.check(interface.texts[interface.package])
        return cls(interface, loader.scopes)

    @property
    def own(self) -> Scope:
        """The scope of the interface's own package."""
        return self.scopes[self.interface.package]

    def named(self, role: str) -> dict[str, Any]:
        """Everything of a role (`dim`, `type`, `op`, ...) that the package can name: its own, then what it imports."""
        known = {name: value for (of, name), value in self.own.names.items() if of == role and value is not SPOILED}
        own = {name: known[name] for of, name in self.own.decls if of == role and name in known}
        return own | {name: value for name, value in known.items() if name not in own}

    def declaration(self, role: str, package: str, name: str) -> ast.Decl | None:
        """The declaration of a name in the package that it comes from."""
        scope = self.scopes.get(package)
        return None if scope is None else scope.decls.get((role, name))

    def body(self, role: str, package: str, name: str) -> str:
        """The body of an op or a model as it is written; nothing for what has none."""
        decl = self.declaration(role, package, name)
        return written(decl.body.span) if isinstance(decl, ast.OpDecl | ast.ModelDecl) else ""

    def span(self, role: str, package: str, name: str) -> Span | None:
        """Where a name is declared."""
        scope = self.scopes.get(package)
        return None if scope is None else scope.spans.get((role, name))
