"""The declarations of a file as frozen nodes. Spans lie outside equality."""

from __future__ import annotations

from typing import TypeAlias

from attrs import frozen

from .ast_types import DomainExpr as DomainExpr
from .ast_types import Fresh as Fresh
from .ast_types import Name as Name
from .ast_types import Numbers as Numbers
from .ast_types import Product as Product
from .ast_types import Range as Range
from .ast_types import Ref as Ref
from .ast_types import Refine as Refine
from .ast_types import SimplexOf as SimplexOf
from .ast_types import Size as Size
from .ast_types import TypeExpr as TypeExpr
from .ast_types import Words as Words
from .ast_types import span_field
from .source import Span

# -- expressions


@frozen
class Number:
    """A number as written."""

    value: float
    depth: int = 1
    span: Span = span_field()


@frozen
class Var:
    """A parameter, a source or a layout."""

    name: Name
    depth: int = 1
    span: Span = span_field()


@frozen
class Index:
    """What stands in the brackets of a call: a word, or a dim (every word of it)."""

    name: Name
    every: bool


@frozen
class Call:
    """`find[red](image)`."""

    name: Name
    index: tuple[Index, ...]
    args: tuple[Expr, ...]
    depth: int
    span: Span = span_field()


@frozen
class Binary:
    """`a + b`; `op` is one of `add sub mul div`, and for a comparison of `at_most at_least equal`."""

    op: str
    left: Expr
    right: Expr
    depth: int
    span: Span = span_field()


@frozen
class Negative:
    """`-a`."""

    value: Expr
    depth: int
    span: Span = span_field()


@frozen
class Cast:
    """`e as T`."""

    value: Expr
    to: Ref
    depth: int
    span: Span = span_field()


Expr: TypeAlias = Number | Var | Call | Binary | Negative | Cast

# -- parts of declarations


@frozen
class FamilyParam:
    """`w: WORD` (kind `word`), `V: vocab` (kind `vocab`) or `V` (kind `dim`)."""

    kind: str
    name: Name
    of: Name | None = None


@frozen
class Param:
    """A parameter or a result; `name` may be missing."""

    name: Name | None
    type: TypeExpr
    span: Span = span_field()


@frozen
class Soft:
    """`soft sparse: mean[H, W](m) <= 0.3 weight 0.01`."""

    name: Name
    left: Expr
    compare: str
    right: Expr
    weight: float | None
    span: Span = span_field()


@frozen
class Claim:
    """`dependent(find, locate)`."""

    name: Name
    of: tuple[Name, ...]


# -- declarations


@frozen
class Package:
    """`package clevr @ 1.0.0`."""

    name: Name
    version: str
    span: Span = span_field()


@frozen
class Use:
    """`use std.answer @ 1.0.0 { BOOL, dist }`."""

    package: Name
    version: str
    names: tuple[Name, ...]
    span: Span = span_field()


@frozen
class DimDecl:
    """`dim H`, `dim P = 2`, `dim T varies`."""

    name: Name
    size: int | None
    varies: bool
    span: Span = span_field()


@frozen
class VocabFile:
    """`from "words.txt"`."""

    path: str
    span: Span = span_field()


@frozen
class VocabData:
    """`from data at least 100 else unknown`."""

    column: Name
    at_least: int | None
    top: int | None
    unknown: Name | None
    span: Span = span_field()


@frozen
class VocabDecl:
    """A vocabulary: parts (names of vocabularies or tuples of words), a file, or data."""

    name: Name
    of: tuple[Name | tuple[Name, ...], ...] | VocabFile | VocabData
    span: Span = span_field()


@frozen
class TypeDecl:
    """`type dist[V] = real[V] in simplex[V] by softmax`."""

    name: Name
    params: tuple[Size, ...]
    of: Fresh | Refine
    enforcer: Name | None
    softs: tuple[Soft, ...]
    span: Span = span_field()


@frozen
class SourceDecl:
    """`source image : features`."""

    name: Name
    type: TypeExpr
    span: Span = span_field()


@frozen
class TargetDecl:
    """`target answer : ANSWER from dist[ANSWER] by nll`, or the trace of a module: `mask from find by bce`."""

    name: Name
    type: TypeExpr
    predicted: Ref
    loss: Name
    span: Span = span_field()


@frozen
class ModuleDecl:
    """A signature with parameters to be trained behind it."""

    name: Name
    family: tuple[FamilyParam, ...]
    params: tuple[Param, ...]
    result: Param
    softs: tuple[Soft, ...]
    span: Span = span_field()


@frozen
class OpDecl:
    """A signature with a body and no parameters of its own."""

    name: Name
    family: tuple[FamilyParam, ...]
    params: tuple[Param, ...]
    result: Param
    body: Expr
    span: Span = span_field()


@frozen
class LayoutDecl:
    """`layout question : dist[ANSWER]`."""

    name: Name
    type: Ref
    span: Span = span_field()


@frozen
class ModelDecl:
    """`model clevr = question`."""

    name: Name
    body: Expr
    span: Span = span_field()


@frozen
class LawDecl:
    """`law de_morgan(a: mask): not(not(a)) == a`."""

    name: Name
    params: tuple[Param, ...]
    left: Expr
    compare: str
    right: Expr
    span: Span = span_field()


@frozen
class ExpectDecl:
    """`expect find : decoupled, direct`."""

    name: Name
    claims: tuple[Claim, ...]
    span: Span = span_field()


@frozen
class SurrogateDecl:
    """`surrogate gauge for find(at: descriptor) -> logits[ANSWER]`."""

    name: Name
    module: Name
    params: tuple[Param, ...]
    result: Ref
    span: Span = span_field()


Decl: TypeAlias = (
    Package
    | Use
    | DimDecl
    | VocabDecl
    | TypeDecl
    | SourceDecl
    | TargetDecl
    | ModuleDecl
    | OpDecl
    | LayoutDecl
    | ModelDecl
    | LawDecl
    | ExpectDecl
    | SurrogateDecl
)
