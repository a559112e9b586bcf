"""What may be written at the cursor. The declaration may be broken there: its tokens before the cursor decide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen
from lark import Token
from lark.exceptions import UnexpectedToken

from nmt.compiler.build import Refused
from nmt.compiler.check.interface import ModuleSymbol, OpSymbol
from nmt.compiler.check.primitives import NAMED, PRIMITIVES
from nmt.compiler.check.scope import SPOILED
from nmt.compiler.parse import BAD, KEYWORDS, accepted, cut, lex, literal
from nmt.ntypes import Dim

from . import lore
from .checks import Checked, Document
from .places import Mark, Place, marks, place

DIM_WORD = re.compile(r"[a-z][a-z0-9_]*|\d+")
MOST = 500  # words of a vocabulary that are offered


@frozen
class Item:
    """Something that may be written. `kind` is its role; `insert` is written where that is not its name."""

    label: str
    kind: str
    detail: str = ""
    insert: str = ""


def complete(document: Document, checked: Checked, offset: int) -> list[Item]:
    """What may be written at a place, each once."""
    text = document.source.text
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    tokens = _before(document, offset)
    if _in_comment(line, tokens):
        return []
    if tokens and tokens[-1].end_pos == offset and (tokens[-1].type in {"NAME", "DIM"} or str(tokens[-1]).isalpha()):
        line = line[: len(line) - len(tokens.pop())]  # what is being written
    if not line and _closed(tokens):
        tokens = []
    if any(token.type == BAD for token in tokens):
        return []
    at = place(tokens)
    if at.section == "keyword":
        return [Item(word, "keyword", lore.KEYWORDS[word]) for word in sorted(KEYWORDS)]
    if at.section == "params" and at.keyword in {"op", "law"}:
        return []  # a new name
    found = dict.fromkeys([*_names(document, checked, at, tokens), *_literals(tokens)])
    return list({item.label: item for item in reversed(found)}.values())[::-1]


def _before(document: Document, offset: int) -> list[Token]:
    """The tokens of the declaration in which a place lies, up to it."""
    start = max((reading.piece.start for reading in document.readings if reading.piece.start < offset), default=0)
    pieces = list(cut(lex(document.source.text[:offset], start), document.source.text[:offset]))
    return pieces[-1] if pieces else []


def _in_comment(line: str, tokens: Sequence[Token]) -> bool:
    """Whether the cursor is behind a `#`, or inside of an open quote."""
    if tokens and tokens[-1].type == BAD and str(tokens[-1]).startswith('"'):
        return True
    return "#" in re.sub(r'"[^"]*"', "", line)


def _closed(tokens: Sequence[Token]) -> bool:
    return sum((str(token) in "([{") - (str(token) in ")]}") for token in tokens if str(token) in "()[]{}") <= 0


def _literals(tokens: Sequence[Token]) -> Iterator[Item]:
    """Keywords that the grammar allows here."""
    for name in sorted(_accepted(tokens)):
        word = "at least" if name == "AT_LEAST" else literal(name)
        if word in lore.KEYWORDS:
            yield Item(word, "keyword", lore.KEYWORDS[word])


def _accepted(tokens: Sequence[Token]) -> set[str]:
    try:
        return accepted(tokens)
    except (UnexpectedToken, Refused):
        return set()


# -- names, by what may stand at the place


def _names(document: Document, checked: Checked, at: Place, tokens: Sequence[Token]) -> Iterator[Item]:
    allowed = _accepted(tokens)
    for item in _of_section(document, checked, at, marks(tokens)):
        kind = "DIM" if item.label[:1].isupper() else "NAME"
        if not allowed or kind in allowed or item.kind == "word":
            yield item


def _of_section(document: Document, checked: Checked, at: Place, written: list[Mark]) -> Iterator[Item]:
    own = [mark for mark in written if mark.declares]
    dims = [Item(mark.text, "dim", "family parameter") for mark in own if mark.kind == "dim parameter"]
    match at.section:
        case "use":
            yield from _packages(document)
        case "import":
            yield from _exports(document, checked, written)
        case "type" | "params" | "result" | "cast" | "predicted":
            yield from _of_role(checked, "type")
            if at.section == "predicted":
                yield from _ops(checked, modules=True)
            if at.section in {"type", "params"}:
                yield from _dims(checked, vocabularies=True)
        case "vocab" | "vocabulary":
            yield from _dims(checked, vocabularies=True)
        case "dims" | "simplex":
            yield from [*dims, *_dims(checked)]
        case "enforcer":
            yield from (Item(name, "enforcer", told) for name, told in lore.ENFORCERS.items())
        case "loss":
            yield from (Item(name, "enforcer", told) for name, told in lore.LOSSES.items())
        case "claim":
            yield from (Item(name, "enforcer", told) for name, told in lore.CLAIMS.items() if name != "surrogate")
        case "module":
            yield from _ops(checked, modules=True)
        case "column":
            yield Item("data", "source", "the words that stand in the data")
        case "expression":
            yield from (Item(mark.text, "parameter", "parameter") for mark in own if mark.kind == "parameter")
            if at.keyword == "type":
                yield from (Item(mark.text, "parameter", "the value") for mark in own if mark.kind == "type")
            if at.keyword == "model":
                yield from _of_role(checked, "layout")
            yield from [*_of_role(checked, "source"), *_ops(checked), *_primitives()]
        case "index":
            yield from [*dims, *_index(checked, at, own)]


def _of_role(checked: Checked, role: str) -> Iterator[Item]:
    """Known names of a role."""
    for (known, text), value in checked.scope.names.items() if checked.scope else ():
        if known == role and value is not SPOILED:
            yield Item(text, role, str(value.type.bare()))


def _dims(checked: Checked, *, vocabularies: bool = False) -> Iterator[Item]:
    for (role, text), value in checked.scope.names.items() if checked.scope else ():
        if role == "dim" and isinstance(value, Dim) and (value.vocabulary or not vocabularies):
            told = f"{len(value.words)} words" if value.words else "words from data" if value.vocabulary else ""
            yield Item(text, "dim", told)


def _ops(checked: Checked, *, modules: bool = False) -> Iterator[Item]:
    for (role, text), value in checked.scope.names.items() if checked.scope else ():
        if role == "op" and isinstance(value, ModuleSymbol if modules else ModuleSymbol | OpSymbol):
            yield Item(text, "module" if isinstance(value, ModuleSymbol) else "op", str(value.signature))


def _primitives() -> Iterator[Item]:
    for name in sorted(NAMED):
        if name not in {"at_most", "at_least", "equal"}:
            yield Item(name, "primitive", lore.PRIMITIVES.get(name, (name, ""))[0])


def _index(checked: Checked, at: Place, own: Iterable[Mark]) -> Iterator[Item]:
    """What the brackets of a call take at this place of them."""
    if at.callee in PRIMITIVES:
        yield from _dims(checked)
        return
    known = checked.scope.names.get(("op", at.callee)) if checked.scope else None
    if not isinstance(known, ModuleSymbol | OpSymbol) or at.at >= len(known.signature.family):
        return
    param = known.signature.family[at.at]
    if param.kind != "word":
        yield from _dims(checked, vocabularies=param.kind == "vocab")
        return
    yield from (Item(mark.text, "parameter", "family parameter") for mark in own if mark.kind == "word parameter")
    for word in (param.of.words or ())[:MOST]:
        plain = DIM_WORD.fullmatch(word) and len(list(lex(word))) == 1 and next(lex(word)).type in {"NAME", "INT"}
        yield Item(word, "word", f"word of {param.of}", "" if plain else f'"{word}"')
    for item in _dims(checked, vocabularies=True):
        dim = checked.scope.names["dim", item.label] if checked.scope else None
        if isinstance(dim, Dim) and param.of.offset(dim) is not None:
            yield Item(item.label, "dim", "every word of it")


# -- packages


def _packages(document: Document) -> Iterator[Item]:
    for folder in dict.fromkeys(document.search):
        for path in sorted([*folder.glob("*.nmt"), *folder.glob("*/*.nmt")]):
            if path != document.path:
                yield Item(".".join(path.relative_to(folder).with_suffix("").parts), "package", str(path))


def _exports(document: Document, checked: Checked, written: list[Mark]) -> Iterator[Item]:
    name = written[0].text if written else ""
    package = checked.packages.get(name)
    there = {mark.text for mark in written if mark.kind == "import"}
    for role, text in package.names if package else _elsewhere(document, name):
        if text not in there:
            yield Item(text, role, f"{role} of {name}")


def _elsewhere(document: Document, name: str) -> Iterable[tuple[str, str]]:
    """The names of a package that no declaration which can be read uses yet."""
    for folder in document.search:
        path = folder.joinpath(*name.split(".")).with_suffix(".nmt")
        if name and path.is_file():
            other = Document.of(path, path.read_text(encoding="utf-8-sig", errors="replace"))
            scope = other.check().scope
            return scope.decls if scope else ()
    return ()
