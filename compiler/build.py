"""Parse tree -> ast, without recursion: input may be nested as deep as it likes until `Refused` says no."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from lark import Token, Tree
from lark.tree import Meta

from . import ast
from .source import Source, Span

DEEPEST = 100  # nesting of an expression; what walks the ast may recurse
MOST_WORDS = 1_000_000  # of a vocabulary
MOST_NUMBERS = 100_000  # of a text, that its ranges of words spell out: `{0..9}` is ten
MOST_DIGITS = 15  # of a whole number: a float holds it exactly
COMPARISONS = {"<=": "at_most", ">=": "at_least", "==": "equal"}


# How many words the ranges of a text spell out, by where they stand: a text may be read more than once.
_spelt: WeakKeyDictionary[Source, dict[int, int]] = WeakKeyDictionary()


class Refused(Exception):  # noqa: N818 -- a finding on its way to the report
    """What the grammar allows and no machine should take."""

    def __init__(self, code: str, message: str, span: Span, label: str = "", hint: str = "") -> None:
        self.code, self.message, self.span, self.label, self.hint = code, message, span, label, hint
        super().__init__(message)


def too_deep(span: Span) -> Refused:
    """An expression is nested deeper than `DEEPEST`."""
    return Refused("NMT005", f"an expression is nested deeper than {DEEPEST}", span, "from here")


def _too_many(expr: ast.Binary) -> Refused | None:
    """Whether it is its terms, not brackets, by which a sum or a product is too deep."""
    for what, parts, ops in (("sum", "terms", {"add", "sub"}), ("product", "factors", {"mul", "div"})):
        count, rest = 1, expr
        while isinstance(rest, ast.Binary) and rest.op in ops:
            count, rest = count + 1, rest.left  # type: ignore[assignment]
        if count > DEEPEST:
            message = f"a {what} has more than {DEEPEST} {parts}"
            return Refused("NMT005", message, expr.span, "from here", "give a part of it a name: an op of its own")
    return None


def check_depth(source: Source, tokens: Iterable[Token]) -> None:
    """Refuse brackets that are nested too deep, before they are parsed."""
    depth = 0
    for token in tokens:
        depth += (token.value in {"(", "[", "{"}) - (token.value in {")", "]", "}"})
        if depth > DEEPEST:
            start, end = token.start_pos, token.end_pos
            assert start is not None
            assert end is not None
            raise too_deep(Span(source, start, end))


class Builder:
    """Makes the ast of one file: a method a grammar rule, given where the rule matched and its built parts."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def build(self, tree: Tree[Token]) -> Any:
        """The ast node of a tree; children are built before their parents."""
        built: dict[int, Any] = {}
        for part in tree.iter_subtrees():
            children = [built[id(child)] if isinstance(child, Tree) else child for child in part.children]
            built[id(part)] = getattr(self, part.data)(part.meta, children)
        return built[id(tree)]

    def start(self, _meta: Meta, parts: list[ast.Decl]) -> ast.Decl:
        """A whole declaration."""
        return parts[0]

    def _at(self, meta: Meta) -> Span:
        return Span(self._source, meta.start_pos, meta.end_pos) if not meta.empty else Span(self._source, 0, 0)

    def _name(self, token: Token) -> ast.Name:
        text = str(token)[1:-1] if token.type == "STRING" else str(token)
        start, end = token.start_pos, token.end_pos
        assert start is not None
        assert end is not None
        return ast.Name(text, Span(self._source, start, end))

    def _deeper(self, meta: Meta, *parts: ast.Expr) -> int:
        depth = 1 + max((part.depth for part in parts), default=0)
        if depth > DEEPEST:
            raise too_deep(self._at(meta))
        return depth

    # -- names and numbers

    def path(self, meta: Meta, parts: list[Token]) -> ast.Name:
        return ast.Name(".".join(parts), self._at(meta))

    def word(self, _meta: Meta, parts: list[Token]) -> ast.Name:
        return self._name(parts[0])

    name = word

    def number(self, meta: Meta, parts: list[Token]) -> float:
        return self._float(str(parts[0]), meta)

    def signed(self, meta: Meta, parts: list[Token | None]) -> float:
        return self._float("".join(part for part in parts if part is not None), meta)

    def _float(self, text: str, meta: Meta) -> float:
        value = float(text)
        if math.isinf(value):
            raise Refused("NMT007", "the number is larger than a float can be", self._at(meta))
        return value

    def _int(self, token: Token) -> int:
        if len(token) > MOST_DIGITS:
            raise Refused("NMT007", f"a whole number has at most {MOST_DIGITS} digits", self._name(token).span)
        return int(token)

    def _version(self, token: Token) -> str:
        if any(len(part) > MOST_DIGITS for part in token.split(".")):
            message = f"a number of a version has at most {MOST_DIGITS} digits"
            raise Refused("NMT007", message, self._name(token).span)
        return str(token)

    # -- sizes and types

    def factor(self, _meta: Meta, parts: list[Token]) -> ast.Name | int:
        return self._int(parts[0]) if parts[0].type == "INT" else self._name(parts[0])

    def product(self, meta: Meta, parts: list[Any]) -> ast.Product:
        if len(parts) > DEEPEST:
            raise Refused("NMT005", f"a size has more than {DEEPEST} factors", self._at(meta))
        return ast.Product(tuple(parts))

    def size(self, meta: Meta, parts: list[Any]) -> ast.Size:
        if len(parts) > DEEPEST:
            raise Refused("NMT005", f"a size has more than {DEEPEST} terms", self._at(meta))
        return ast.Size(tuple(parts), self._at(meta))

    def dims(self, _meta: Meta, parts: list[Any]) -> tuple[ast.Size, ...]:
        return tuple(parts)

    def from_low(self, meta: Meta, parts: list[Any]) -> ast.Range:
        return ast.Range(parts[0], parts[-1] if len(parts) > 1 else None, self._at(meta))

    def to_high(self, meta: Meta, parts: list[Any]) -> ast.Range:
        return ast.Range(None, parts[-1], self._at(meta))

    def simplex(self, meta: Meta, parts: list[Any]) -> ast.SimplexOf:
        return ast.SimplexOf(parts[-1], self._at(meta))

    def values(self, meta: Meta, parts: list[Any]) -> ast.Numbers:
        return ast.Numbers(tuple(parts), self._at(meta))

    def domain(self, _meta: Meta, parts: list[Any]) -> ast.DomainExpr:
        return parts[0]  # type: ignore[no-any-return]

    def fresh(self, meta: Meta, parts: list[Any]) -> ast.Fresh:
        dims: tuple[ast.Size, ...] = next((part for part in parts if isinstance(part, tuple)), ())
        domain = parts[-1] if isinstance(parts[-1], ast.Range | ast.SimplexOf | ast.Numbers) else None
        return ast.Fresh(dims, domain, self._at(meta))

    def refine(self, meta: Meta, parts: list[Any]) -> ast.Refine:
        return ast.Refine(parts[0], parts[1] if len(parts) > 1 else None, self._at(meta))

    def ref(self, meta: Meta, parts: list[Any]) -> ast.Ref:
        return ast.Ref(self._name(parts[0]), parts[1] if len(parts) > 1 else (), self._at(meta))

    def words(self, meta: Meta, parts: list[Any]) -> ast.Words:
        return ast.Words(self._name(parts[0]), parts[1] if len(parts) > 1 else (), self._at(meta))

    def enforcer(self, _meta: Meta, parts: list[Any]) -> ast.Name:
        return self._name(parts[0])

    # -- expressions

    def literal(self, meta: Meta, parts: list[Any]) -> ast.Number:
        return ast.Number(parts[0], span=self._at(meta))

    def var(self, meta: Meta, parts: list[Any]) -> ast.Var:
        return ast.Var(self._name(parts[0]), span=self._at(meta))

    def at_word(self, _meta: Meta, parts: list[Any]) -> ast.Index:
        return ast.Index(parts[0], every=False)

    def at_all(self, _meta: Meta, parts: list[Any]) -> ast.Index:
        return ast.Index(self._name(parts[0]), every=True)

    def index(self, _meta: Meta, parts: list[Any]) -> tuple[ast.Index, ...]:
        return tuple(parts)

    def call(self, meta: Meta, parts: list[Any]) -> ast.Call:
        name, *rest = (part for part in parts if part is not None)
        index: tuple[ast.Index, ...] = rest.pop(0) if rest and isinstance(rest[0], tuple) else ()
        return ast.Call(self._name(name), index, tuple(rest), self._deeper(meta, *rest), self._at(meta))

    def _binary(self, op: str, meta: Meta, parts: list[Any]) -> ast.Binary:
        left, right = parts[0], parts[-1]
        made = ast.Binary(op, left, right, 1 + max(left.depth, right.depth), self._at(meta))
        if made.depth > DEEPEST:
            raise _too_many(made) or too_deep(made.span)
        return made

    def add(self, meta: Meta, parts: list[Any]) -> ast.Binary:
        return self._binary("add", meta, parts)

    def sub(self, meta: Meta, parts: list[Any]) -> ast.Binary:
        return self._binary("sub", meta, parts)

    def mul(self, meta: Meta, parts: list[Any]) -> ast.Binary:
        return self._binary("mul", meta, parts)

    def div(self, meta: Meta, parts: list[Any]) -> ast.Binary:
        return self._binary("div", meta, parts)

    def compare(self, meta: Meta, parts: list[Any]) -> ast.Binary:
        return self._binary(COMPARISONS[parts[1]], meta, parts)

    def neg(self, meta: Meta, parts: list[Any]) -> ast.Negative:
        return ast.Negative(parts[-1], self._deeper(meta, parts[-1]), self._at(meta))

    def cast(self, meta: Meta, parts: list[Any]) -> ast.Cast:
        return ast.Cast(parts[0], parts[-1], self._deeper(meta, parts[0]), self._at(meta))

    # -- parts of declarations

    def of_words(self, _meta: Meta, parts: list[Token]) -> ast.FamilyParam:
        return ast.FamilyParam("word", self._name(parts[0]), self._name(parts[1]))

    def of_vocabs(self, _meta: Meta, parts: list[Token]) -> ast.FamilyParam:
        return ast.FamilyParam("vocab", self._name(parts[0]))

    def of_dims(self, _meta: Meta, parts: list[Token]) -> ast.FamilyParam:
        return ast.FamilyParam("dim", self._name(parts[0]))

    def family(self, _meta: Meta, parts: list[Any]) -> list[ast.FamilyParam]:
        return list(parts)

    def param(self, meta: Meta, parts: list[Any]) -> ast.Param:
        return ast.Param(self._name(parts[0]) if parts[0] is not None else None, parts[1], self._at(meta))

    result = param

    def params(self, _meta: Meta, parts: list[Any]) -> tuple[ast.Param, ...]:
        return tuple(part for part in parts if part is not None)

    def soft(self, meta: Meta, parts: list[Any]) -> ast.Soft:
        name, left, compare, right, weight = parts
        return ast.Soft(self._name(name), left, str(compare), right, weight, self._at(meta))

    def claim(self, _meta: Meta, parts: list[Token | None]) -> ast.Claim:
        name, *of = [self._name(part) for part in parts if part is not None]
        return ast.Claim(name, tuple(of))

    # -- declarations

    def package(self, meta: Meta, parts: list[Any]) -> ast.Package:
        return ast.Package(parts[0], self._version(parts[1]), self._at(meta))

    def use(self, meta: Meta, parts: list[Any]) -> ast.Use:
        path, version, *names = (part for part in parts if part is not None)
        return ast.Use(path, self._version(version), tuple(names), self._at(meta))

    def dim(self, meta: Meta, parts: list[Any]) -> ast.DimDecl:
        given: Token | None = parts[1]
        size = self._int(given) if given is not None and given.type == "INT" else None
        varies = given is not None and given.type == "VARIES"
        return ast.DimDecl(self._name(parts[0]), size, varies, self._at(meta))

    def item(self, meta: Meta, parts: list[Any]) -> tuple[ast.Name, ...]:
        if len(parts) == 1:
            return (parts[0],)
        low, high = self._int(parts[0]), self._int(parts[-1])
        span = self._at(meta)
        if high - low >= MOST_WORDS:
            raise Refused("NMT110", f"a vocabulary has at most {MOST_WORDS:,} words", span)
        # A declaration of an edited text is a source of its own, and counts with the whole that it stands in.
        whole, start = getattr(self._source, "whole", self._source), getattr(self._source, "start", 0) + span.start
        spelt = _spelt.setdefault(whole, {})
        spelt[start] = 0
        if sum(spelt.values()) + high - low >= MOST_NUMBERS:
            message = f"the ranges of a file have at most {MOST_NUMBERS:,} words together"
            raise Refused("NMT110", message, span, "put them into a file, and write `from`")
        # A range that runs backwards has no words; the check says so where the vocabulary stands.
        numbers = tuple(ast.Name(str(number), span) for number in range(low, high + 1))
        spelt[start] = len(numbers)
        return numbers

    def part(self, _meta: Meta, parts: list[Any]) -> ast.Name | tuple[ast.Name, ...]:
        if isinstance(parts[0], Token):
            return self._name(parts[0])
        return tuple(word for item in parts for word in item)

    def column(self, meta: Meta, parts: list[Any]) -> ast.VocabData:
        column, *rest = parts
        unknown = rest.pop() if rest and isinstance(rest[-1], ast.Name) else None
        at_least = self._int(rest[1]) if rest and rest[0].type == "AT_LEAST" else None
        top = self._int(rest[1]) if rest and rest[0].type == "TOP" else None
        return ast.VocabData(self._name(column), at_least, top, unknown, self._at(meta))

    def file(self, meta: Meta, parts: list[Token]) -> ast.VocabFile:
        return ast.VocabFile(str(parts[0])[1:-1], self._at(meta))

    def vocab(self, meta: Meta, parts: list[Any]) -> ast.VocabDecl:
        name, first, *rest = parts
        of = first if isinstance(first, ast.VocabFile | ast.VocabData) else (first, *rest)
        return ast.VocabDecl(self._name(name), of, self._at(meta))

    def type(self, meta: Meta, parts: list[Any]) -> ast.TypeDecl:
        name, *rest = parts
        params: tuple[ast.Size, ...] = rest.pop(0) if isinstance(rest[0], tuple) else ()
        of = rest.pop(0)
        enforcer = rest.pop(0) if rest and isinstance(rest[0], ast.Name) else None
        return ast.TypeDecl(self._name(name), params, of, enforcer, tuple(rest), self._at(meta))

    def source(self, meta: Meta, parts: list[Any]) -> ast.SourceDecl:
        return ast.SourceDecl(self._name(parts[0]), parts[1], self._at(meta))

    def target(self, meta: Meta, parts: list[Any]) -> ast.TargetDecl:
        name, type_, predicted, loss = parts
        return ast.TargetDecl(self._name(name), type_, predicted, self._name(loss), self._at(meta))

    def module(self, meta: Meta, parts: list[Any]) -> ast.ModuleDecl:
        name, family, params, result, softs = _signature(parts)
        return ast.ModuleDecl(self._name(name), family, params, result, tuple(softs), self._at(meta))

    def op(self, meta: Meta, parts: list[Any]) -> ast.OpDecl:
        name, family, params, result, (body,) = _signature(parts)
        return ast.OpDecl(self._name(name), family, params, result, body, self._at(meta))

    def layout(self, meta: Meta, parts: list[Any]) -> ast.LayoutDecl:
        return ast.LayoutDecl(self._name(parts[0]), parts[1], self._at(meta))

    def model(self, meta: Meta, parts: list[Any]) -> ast.ModelDecl:
        return ast.ModelDecl(self._name(parts[0]), parts[1], self._at(meta))

    def law(self, meta: Meta, parts: list[Any]) -> ast.LawDecl:
        name, params, left, compare, right = parts
        return ast.LawDecl(self._name(name), params, left, str(compare), right, self._at(meta))

    def expect(self, meta: Meta, parts: list[Any]) -> ast.ExpectDecl:
        return ast.ExpectDecl(self._name(parts[0]), tuple(parts[1:]), self._at(meta))

    def surrogate(self, meta: Meta, parts: list[Any]) -> ast.SurrogateDecl:
        _, name, module, params, result = parts
        return ast.SurrogateDecl(self._name(name), self._name(module), params, result, self._at(meta))


def _signature(
    parts: list[Any],
) -> tuple[Token, tuple[ast.FamilyParam, ...], tuple[ast.Param, ...], ast.Param, list[Any]]:
    name, *rest = (part for part in parts if not (isinstance(part, Token) and part.type == "ARROW"))
    family = tuple(rest.pop(0)) if isinstance(rest[0], list) else ()
    params, result, *rest = rest
    return name, family, params, result, rest
