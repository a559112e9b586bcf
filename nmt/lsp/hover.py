"""What is told about the place under the cursor: names, the types and bounds of expressions, codes of findings."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from nmt.compiler.check.interface import LayoutSymbol, ModelSymbol, ModuleSymbol, OpSymbol, SourceSymbol, TypeSymbol
from nmt.compiler.check.scope import SPOILED
from nmt.compiler.codes import TABLE
from nmt.compiler.edits import whole
from nmt.compiler.parse import lex
from nmt.compiler.source import Span
from nmt.ntypes import Dim, Type

from . import lore
from .checks import Checked, Document
from .names import Here, Symbol, definitions, here, symbol, vocabulary

SHOWN_WORDS = 12


@frozen
class Told:
    """Markdown, and the characters that it speaks of."""

    text: str
    span: Span


def hover(document: Document, checked: Checked, offset: int) -> Told | None:
    """What is known of a place; None where there is nothing to tell."""
    parts: list[str] = []
    at = here(document, offset)
    span = at.span if at else None
    if at is not None:
        parts.extend(about(document, checked, at))
    expression = _expression(document, checked, offset)
    if expression is not None and (at is None or at.mark.kind in {"call", "value"}):
        parts.append(f"`{_short(expression[0].text)}` is {worded(expression[1])}")
        span = span or whole(expression[0])
    if not parts:
        word = _keyword(document, offset)
        if word is not None:
            parts.append(f"**{word.text}**: {lore.KEYWORDS[word.text]}")
            span = word
    for finding in checked.findings:
        if finding.span and finding.span.source is document.source and finding.span.start <= offset < finding.span.end:
            row = TABLE.get(finding.code)
            title = f": {row.title}" if row else ""
            parts.append(f"**{finding.code}**{title}. `nmt explain {finding.code}` tells more.")
            span = span or finding.span
    return Told("\n\n".join(parts), span) if parts and span else None


def worded(type_: Type) -> str:
    """A type with what its values may be: `mask`, `real[H, W] in 0..1`."""
    if type_.unknown:
        return "not known, after an error"
    shape = str(type_.bare())
    return f"`{type_}`: `{shape}`" if type_.name else f"`{shape}`"


# -- names


def about(document: Document, checked: Checked, at: Here) -> Iterator[str]:
    """What a name stands for, in a few paragraphs."""
    found = symbol(document, checked, at.reading, at.mark)
    builtin = _builtin(found)
    if builtin:
        yield builtin
        return
    if found.role == "word":
        yield from _word(checked, found)
    if found.role in {"use", "package"}:
        yield _package(checked, found.text)
        return
    lines = list(filter(None, map(_written, definitions(document, checked, at)[:2])))
    yield from lines
    for role in [found.role] if found.role != "import" else ["dim", "type", "op", "source", "layout", "model", "law"]:
        known = checked.scope.names.get((role, found.text)) if checked.scope and found.owner is None else None
        if known is not None and known is not SPOILED:
            yield from (told for told in _symbol(known) if told.strip("`") not in "".join(lines))


def _package(checked: Checked, name: str) -> str:
    known, scope = checked.packages.get(name), checked.scopes.get(name)
    if known is None or scope is None:
        return f"no package is called {name}"
    return f"package `{name} @ {known.version}`, {len(scope.decls)} names, in `{scope.file.source.path}`"


def _builtin(found: Symbol) -> str:
    if found.role == "primitive":
        form, told = lore.PRIMITIVES.get(found.text, (found.text, ""))
        return f"```nmt\n{form}\n```\n\n{told}"
    for role, table in (("enforcer", lore.ENFORCERS), ("loss", lore.LOSSES), ("claim", lore.CLAIMS)):
        if found.role == role and found.text in table:
            return f"**{found.text}**: {table[found.text]}"
    return ""


def _written(span: Span) -> str:
    """The line of a declaration, with the comment behind it, and where it is when that is elsewhere."""
    if not span.source.text or span.start == span.end:
        return ""
    line = span.source.line(span.line).strip()
    return f"```nmt\n{_short(line, 200)}\n```"


def _symbol(known: object) -> Iterator[str]:
    match known:
        case TypeSymbol(type=type_):
            kept = f", kept there by {type_.enforcer}" if type_.enforcer else ""
            yield f"`{type_.bare()}`{kept}"
        case SourceSymbol(type=type_) | LayoutSymbol(type=type_):
            yield worded(type_)
        case OpSymbol(signature=signature) | ModuleSymbol(signature=signature):
            yield f"`{signature}`"
            body = known.body.type if isinstance(known, OpSymbol) and known.body is not None else None
            if body is not None:
                yield f"proved to be `{body.bare()}`"
        case ModelSymbol(body=body) if body is not None:
            yield worded(body.type)
        case Dim():
            yield _dim(known)


def _dim(dim: Dim) -> str:
    if dim.vocabulary:
        return f"{len(dim.words)} words: {_listed(dim.words)}" if dim.words else "its words come from data"
    return "varies by sample" if dim.varies else f"size {dim.size}" if dim.size else "its size comes from the data"


def _word(checked: Checked, found: Symbol) -> Iterator[str]:
    vocab = vocabulary(checked, found.callee)
    if vocab is not None and found.text in vocab.places:
        yield f"word {vocab.places[found.text] + 1} of {len(vocab.words or ())} of `{vocab}`"


def _listed(words: tuple[str, ...]) -> str:
    more = f", and {len(words) - SHOWN_WORDS} more" if len(words) > SHOWN_WORDS else ""
    return ", ".join(words[:SHOWN_WORDS]) + more


# -- expressions and keywords


def _expression(document: Document, checked: Checked, offset: int) -> tuple[Span, Type] | None:
    """The smallest expression around a place, with its type."""
    for reading in document.readings:
        piece = reading.piece
        if piece.start <= offset <= piece.end:
            at = offset - piece.start
            around = [known for known in checked.inferred.get(piece, ()) if known[0].start <= at <= known[0].end]
            return min(around, key=lambda known: known[0].end - known[0].start, default=None)
    return None


def _keyword(document: Document, offset: int) -> Span | None:
    for reading in document.readings:
        piece = reading.piece
        if piece.start <= offset <= piece.end:
            for token in lex(piece.text):
                start, end = token.start_pos or 0, token.end_pos or 0
                if start <= offset - piece.start <= end and str(token) in lore.KEYWORDS:
                    return Span(document.source, piece.start + start, piece.start + end)
    return None


def _short(text: str, most: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 3] + "..."
