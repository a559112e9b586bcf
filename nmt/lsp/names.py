"""What a name stands for, where it was declared, where else it stands, and giving it another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from attrs import frozen

from nmt.compiler import ast
from nmt.compiler.check.primitives import NAMED
from nmt.compiler.check.scope import SPOILED
from nmt.compiler.edits import Reading, whole
from nmt.compiler.parse import lex
from nmt.compiler.source import Span
from nmt.ntypes import Dim

from .checks import Checked, Document
from .places import Mark

LOCAL = {"parameter": "value", "word parameter": "word", "dim parameter": "dim", "soft": "soft"}
ROLES = {
    "dim": "dim",
    "vocab": "dim",
    "type": "type",
    "source": "source",
    "target": "target",
    "module": "op",
    "op": "op",
    "call": "op",
    "layout": "layout",
    "model": "model",
    "law": "law",
}


class CannotRename(Exception):  # noqa: N818 -- an answer to the user
    """Says why a name cannot be given another."""


@frozen(eq=False)
class Here:
    """A name under the cursor."""

    reading: Reading
    mark: Mark
    span: Span


@frozen
class Symbol:
    """What a name stands for: `role` and text, and for a name of one declaration alone that declaration."""

    role: str
    text: str
    owner: Reading | None = None
    callee: str = ""  # of a word: whose brackets it stands in


def here(document: Document, offset: int) -> Here | None:
    """The name at a place."""
    for reading, found in document.marks().items():
        if reading.piece.start <= offset <= reading.piece.end:
            for mark in found:
                if mark.start <= offset - reading.piece.start <= mark.end:
                    return Here(reading, mark, _span(document, reading, mark))
    return None


def _span(document: Document, reading: Reading, mark: Mark) -> Span:
    return Span(document.source, reading.piece.start + mark.start, reading.piece.start + mark.end)


def symbol(document: Document, checked: Checked, reading: Reading, mark: Mark) -> Symbol:
    """What a name stands for."""
    group = LOCAL.get(mark.kind, mark.kind)
    for other in document.marks()[reading]:
        if other.declares and other.text == mark.text and LOCAL.get(other.kind) == group:
            return Symbol(group, mark.text, reading)
    if mark.kind == "call" and mark.text in NAMED:
        return Symbol("primitive", mark.text)
    if mark.kind == "word":
        return Symbol("word", mark.text, callee=mark.callee)
    if mark.kind == "predicted":
        return Symbol("type" if _known(document, checked, "type", mark.text) else "op", mark.text)
    if mark.kind == "value":
        return Symbol(_role_of_value(document, checked, reading, mark), mark.text)
    return Symbol(ROLES.get(mark.kind, mark.kind), mark.text)


def _role_of_value(document: Document, checked: Checked, reading: Reading, mark: Mark) -> str:
    own = document.marks()[reading][0]
    if own.kind == "type" and own.text == mark.text:
        return "type"  # in the soft constraints of a type its name stands for the value
    if own.kind == "model" and _known(document, checked, "layout", mark.text):
        return "layout"
    return "source"


def _known(document: Document, checked: Checked, role: str, text: str) -> bool:
    if checked.scope is not None and (role, text) in checked.scope.spans:
        return True
    return any(ROLES.get(mark.kind) == role and mark.text == text for _, mark in _declared(document))


def _declared(document: Document) -> Iterator[tuple[Reading, Mark]]:
    for reading, found in document.marks().items():
        yield from ((reading, mark) for mark in found if mark.declares and mark.kind not in {*LOCAL, "word"})


# -- where it was declared


def definitions(document: Document, checked: Checked, at: Here) -> list[Span]:
    """Where what a name stands for is declared; nothing for what is built in."""
    found = symbol(document, checked, at.reading, at.mark)
    if found.owner is not None:
        marks = document.marks()[found.owner]
        return [
            _span(document, found.owner, mark)
            for mark in marks
            if mark.declares and mark.text == found.text and LOCAL.get(mark.kind) == found.role
        ]
    match found.role:
        case "word":
            return list(_words(checked, found, at))
        case "use":
            scope = checked.scopes.get(found.text)
            return [Span(scope.file.source, 0, 0)] if scope else []
        case "import":
            package = checked.packages.get(document.marks()[at.reading][0].text)
            spans = package.spans.items() if package else ()
            return [whole(span) for (_, text), span in spans if text == found.text]
    own = [
        _span(document, reading, mark)
        for reading, mark in _declared(document)
        if ROLES.get(mark.kind, mark.kind) == found.role and mark.text == found.text
    ]
    imported = checked.scope.spans.get((found.role, found.text)) if checked.scope else None
    return own or ([whole(imported)] if imported else [])


def vocabulary(checked: Checked, callee: str, at: int | None = None) -> Dim | None:
    """The vocabulary whose words a module or an op takes in its brackets, at a place of them or anywhere."""
    known = checked.scope.names.get(("op", callee)) if checked.scope else None
    if known is None or known is SPOILED:
        return None
    family = known.signature.family if at is None else known.signature.family[at : at + 1]
    return next((param.of for param in family if param.kind == "word"), None)


def _words(checked: Checked, found: Symbol, at: Here) -> Iterator[Span]:
    if at.mark.declares:
        yield at.span
        return
    vocab = vocabulary(checked, found.callee)
    for scope in checked.scopes.values():
        for decl in scope.file.decls:
            if not (isinstance(decl, ast.VocabDecl) and isinstance(decl.of, tuple)):
                continue
            dim = Dim(decl.name.text, scope.package)
            if vocab is None or (dim != vocab and vocab.offset(dim) is None):
                continue
            words = [word for part in decl.of if isinstance(part, tuple) for word in part]
            yield from (whole(word.span) for word in words if word.text == found.text)


# -- where else it stands


def references(document: Document, checked: Checked, found: Symbol) -> list[Span]:
    """Every place of the file where a name stands for the same, in order."""
    return [
        _span(document, reading, mark)
        for reading, marks in document.marks().items()
        if found.owner in {None, reading}
        for mark in marks
        if mark.text == found.text
        and (
            symbol(document, checked, reading, mark) == found
            or (mark.kind == "import" and found.owner is None and found.role in ROLES.values())
        )
    ]


RENAMED = frozenset([*ROLES.values(), "value", "surrogate", "soft"])


def renameable(document: Document, checked: Checked, at: Here) -> Symbol:
    """What a name stands for, where it can be given another; raises CannotRename."""
    found = symbol(document, checked, at.reading, at.mark)
    if found.role == "primitive":
        raise CannotRename(f"`{found.text}` is a primitive of the language")
    if found.owner is None and found.role == "word":
        raise CannotRename("words of vocabularies come from data and programs: they are not renamed here")
    if found.owner is None and found.role not in RENAMED:
        raise CannotRename(f"`{found.text}` is not declared in this file")
    where = definitions(document, checked, at)
    if not where or any(span.source is not document.source for span in where):
        raise CannotRename(f"`{found.text}` is not declared in this file")
    if any(reading.decl is None for reading in document.readings):
        raise CannotRename("a declaration cannot be read: mend the syntax errors of the file first")
    return found


def rename(document: Document, checked: Checked, at: Here, new: str) -> list[Span]:
    """The places where a new name has to be written; raises CannotRename where that would change what is meant."""
    found = renameable(document, checked, at)
    upper = found.role == "dim"
    tokens = list(lex(new))
    if len(tokens) != 1 or tokens[0].type != ("DIM" if upper else "NAME") or re.search(r"\s|#", new):
        case = "upper" if upper else "lower"
        raise CannotRename(f"`{new}` is no such name: here one is in {case} case, and no keyword")
    if found.role == "op" and new in NAMED:
        raise CannotRename(f"`{new}` is a primitive of the language")
    places = references(document, checked, found)
    if new == found.text:
        return []
    _proved(document, at, places, new)
    return places


def replaced(text: str, places: list[Span], new: str) -> str:
    """A text with a new name at every place."""
    for span in reversed(places):
        text = text[: span.start] + new + text[span.end :]
    return text


def _proved(document: Document, at: Here, places: list[Span], new: str) -> None:
    """Try it: nothing new is wrong, and the new name stands for the same at the same places."""
    trial = Document.of(document.path, replaced(document.source.text, places, new))
    after = trial.check()
    before = Counter(finding.code for finding in Document.of(document.path, document.source.text).check().findings)
    shift = len(new) - len(at.mark.text)
    moved = [span.start + number * shift for number, span in enumerate(places)]
    new_at = here(trial, moved[[span.start for span in places].index(at.span.start)])
    same = (
        new_at is not None
        and [span.start for span in references(trial, after, symbol(trial, after, new_at.reading, new_at.mark))]
        == moved
    )
    if Counter(finding.code for finding in after.findings) != before or not same:
        raise CannotRename(f"`{new}` stands for something else in this file already")
