"""What a check hands on: an interface, whole and proved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import TypeVar

from attrs import field, frozen

from nmt.ntypes import Dim, Param, Signature, Type

from .. import ast, typed
from ..parse import words
from ..source import NOWHERE, Source, Span

T = TypeVar("T")


@frozen
class SoftSymbol:
    """A condition that training brings about. Of a type, the value has the type's name.

    `comparison` is None where it has an error.
    """

    name: str
    comparison: typed.Comparison | None
    weight: float
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class LawSymbol:
    """What holds for all values of `params`; `comparison` is None where it has an error."""

    name: str
    params: tuple[Param, ...]
    comparison: typed.Comparison | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class TypeSymbol:
    """A declared type; `params` are the rigid dims that its arguments replace."""

    name: str
    package: str
    params: tuple[Dim, ...]
    type: Type
    softs: tuple[SoftSymbol, ...] = field(default=(), eq=False, repr=False)
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class SourceSymbol:
    """A data column that comes in."""

    name: str
    type: Type
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class TargetSymbol:
    """A data column that training compares with: words of `vocab`, or a trace of the module `traces`."""

    name: str
    type: Type
    predicted: Type
    loss: str
    traces: str | None = None
    span: Span = field(default=NOWHERE, eq=False, repr=False)

    @property
    def vocab(self) -> Dim | None:
        """The vocabulary of the answers."""
        return self.type.words


@frozen
class ModuleSymbol:
    """A module. Its soft constraints see its parameters and words, and its result under the name `result`."""

    signature: Signature
    softs: tuple[SoftSymbol, ...] = field(default=(), eq=False, repr=False)
    span: Span = field(default=NOWHERE, eq=False, repr=False)

    @property
    def result(self) -> str:
        """What its result is called; empty where it has no name."""
        return self.signature.result_name


@frozen
class OpSymbol:
    """An op; `body` is None where it has an error."""

    signature: Signature
    body: typed.Expr | None = field(default=None, eq=False, repr=False)
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class LayoutSymbol:
    """The type of a whole program."""

    name: str
    type: Type
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class ModelSymbol:
    """How a program becomes a prediction."""

    name: str
    body: typed.Expr | None = field(default=None, eq=False, repr=False)
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen(slots=False)
class Interface:
    """A checked package with all that it draws on.

    `ops` and `modules` hold what the package can name, imports included; `bodies` every op, `signatures` every module
    and `types` every type that may be reached, by package and name. `laws` are the package's own.
    """

    package: str
    version: str
    dims: Mapping[str, Dim]
    sources: Mapping[str, SourceSymbol]
    targets: Mapping[str, TargetSymbol]
    modules: Mapping[str, ModuleSymbol]
    ops: Mapping[str, OpSymbol]
    layouts: Mapping[str, LayoutSymbol]
    models: Mapping[str, ModelSymbol]
    bodies: Mapping[typed.Key, OpSymbol] = field(repr=False)
    signatures: Mapping[typed.Key, ModuleSymbol] = field(repr=False)
    types: Mapping[typed.Key, TypeSymbol] = field(repr=False)
    expects: tuple[ast.ExpectDecl, ...] = field(repr=False)
    laws: tuple[LawSymbol, ...] = field(repr=False)
    surrogates: tuple[ast.SurrogateDecl, ...] = field(repr=False)
    texts: Mapping[str, Source] = field(repr=False, eq=False)
    swaps: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, tuple[str, ...]], ...] = field(default=(), repr=False)  # words from files and from data
    columns: Mapping[str, ast.VocabData] = field(factory=dict, repr=False)  # vocabularies whose words data brings

    @cached_property
    def hash(self) -> str:
        """A digest of the tokens of all packages (comments and spaces do not count), and words from files and data."""
        digest = hashlib.sha256()
        for name in sorted(self.texts):
            digest.update(f"{name}\n{' '.join(words(self.texts[name]))}\n".encode())
        digest.update(repr((sorted(self.swaps), self.files)).encode())
        return digest.hexdigest()[:16]

    @property
    def layout(self) -> LayoutSymbol:
        """The one layout; raises LookupError where the interface has none."""
        return _first(self.layouts)

    def model(self, name: str | None = None) -> ModelSymbol:
        """A model by name, or the first; raises LookupError where there is none."""
        return self.models[name] if name else _first(self.models)


def _first(named: Mapping[str, T]) -> T:
    """Raises LookupError where there is none."""
    return named[next(iter(named), "")]
