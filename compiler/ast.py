"""The declarations of a file as frozen nodes. Spans lie outside equality."""

from __future__ import annotations

from typing import TypeAlias

from attrs import field, frozen

from .source import NOWHERE, Span


def _span() -> Span:
    return field(default=NOWHERE, eq=False, repr=False)


@frozen
class Name:
    """A name where it stands."""

    text: str
    span: Span = _span()

    def __str__(self) -> str:
        return self.text


# -- sizes and types


@frozen
class Product:
    """`2 * H * W`: factors, names of dims or whole numbers."""

    factors: tuple[Name | int, ...]


@frozen
class Size:
    """`H + 2 * W`: a sum of products."""

    products: tuple[Product, ...]
    span: Span = _span()


@frozen
class Range:
    """`0..1`; an end may be missing."""

    low: float | None
    high: float | None
    span: Span = _span()


@frozen
class SimplexOf:
    """`simplex[V]`."""

    dims: tuple[Size, ...]
    span: Span = _span()


@frozen
class Numbers:
    """`{0, 1}`."""

    values: tuple[float, ...]
    span: Span = _span()


DomainExpr: TypeAlias = Range | SimplexOf | Numbers


@frozen
class Fresh:
    """`real[H, W] in 0..1`."""

    dims: tuple[Size, ...]
    domain: DomainExpr | None
    span: Span = _span()


@frozen
class Ref:
    """`mask`, `dist[COLOR]`."""

    name: Name
    dims: tuple[Size, ...]
    span: Span = _span()


@frozen
class Refine:
    """`mask in {0, 1}`."""

    base: Ref
    domain: DomainExpr | None
    span: Span = _span()


@frozen
class Words:
    """`WORD[T]`: words of a vocabulary."""

    vocab: Name
    dims: tuple[Size, ...]
    span: Span = _span()


TypeExpr: TypeAlias = Fresh | Ref | Words

# -- expressions


@frozen
class Number:
    """A number as written."""

    value: float
    depth: int = 1
    span: Span = _span()


@frozen
class Var:
    """A parameter, a source or a layout."""

    name: Name
    depth: int = 1
    span: Span = _span()


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
    span: Span = _span()


@frozen
class Binary:
    """`a + b`; `op` is one of `add sub mul div`."""

    op: str
    left: Expr
    right: Expr
    depth: int
    span: Span = _span()


@frozen
class Negative:
    """`-a`."""

    value: Expr
    depth: int
    span: Span = _span()


@frozen
class Cast:
    """`e as T`."""

    value: Expr
    to: Ref
    depth: int
    span: Span = _span()


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
    span: Span = _span()


@frozen
class Soft:
    """`soft sparse: mean[H, W](m) <= 0.3 weight 0.01`."""

    name: Name
    left: Expr
    compare: str
    right: Expr
    weight: float | None
    span: Span = _span()


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
    span: Span = _span()


@frozen
class Use:
    """`use std.answer @ 1.0.0 { BOOL, dist }`."""

    package: Name
    version: str
    names: tuple[Name, ...]
    span: Span = _span()


@frozen
class DimDecl:
    """`dim H`, `dim P = 2`, `dim T varies`."""

    name: Name
    size: int | None
    varies: bool
    span: Span = _span()


@frozen
class VocabFile:
    """`from "words.txt"`."""

    path: str
    span: Span = _span()


@frozen
class VocabData:
    """`from data at least 100 else unknown`."""

    column: Name
    at_least: int | None
    top: int | None
    unknown: Name | None
    span: Span = _span()


@frozen
class VocabDecl:
    """A vocabulary: parts (names of vocabularies or tuples of words), a file, or data."""

    name: Name
    of: tuple[Name | tuple[Name, ...], ...] | VocabFile | VocabData
    span: Span = _span()


@frozen
class TypeDecl:
    """`type dist[V] = real[V] in simplex[V] by softmax`."""

    name: Name
    params: tuple[Size, ...]
    of: Fresh | Refine
    enforcer: Name | None
    softs: tuple[Soft, ...]
    span: Span = _span()


@frozen
class SourceDecl:
    """`source image : features`."""

    name: Name
    type: TypeExpr
    span: Span = _span()


@frozen
class TargetDecl:
    """`target answer : ANSWER from dist[ANSWER] by nll`, or the trace of a module: `mask from find by bce`."""

    name: Name
    type: TypeExpr
    predicted: Ref
    loss: Name
    span: Span = _span()


@frozen
class ModuleDecl:
    """A signature with parameters to be trained behind it."""

    name: Name
    family: tuple[FamilyParam, ...]
    params: tuple[Param, ...]
    result: Param
    softs: tuple[Soft, ...]
    span: Span = _span()


@frozen
class OpDecl:
    """A signature with a body and no parameters of its own."""

    name: Name
    family: tuple[FamilyParam, ...]
    params: tuple[Param, ...]
    result: Param
    body: Expr
    span: Span = _span()


@frozen
class LayoutDecl:
    """`layout question : dist[ANSWER]`."""

    name: Name
    type: Ref
    span: Span = _span()


@frozen
class ModelDecl:
    """`model clevr = question`."""

    name: Name
    body: Expr
    span: Span = _span()


@frozen
class LawDecl:
    """`law de_morgan(a: mask): not(not(a)) == a`."""

    name: Name
    params: tuple[Param, ...]
    left: Expr
    compare: str
    right: Expr
    span: Span = _span()


@frozen
class ExpectDecl:
    """`expect find : decoupled, direct`."""

    name: Name
    claims: tuple[Claim, ...]
    span: Span = _span()


@frozen
class SurrogateDecl:
    """`surrogate gauge for find(at: descriptor) -> logits[ANSWER]`."""

    name: Name
    module: Name
    params: tuple[Param, ...]
    result: Ref
    span: Span = _span()


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
