"""The declarations of a file, for an outline."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from nmt.compiler.source import Span

from .checks import Document


@frozen
class Entry:
    """A declaration: its name, keyword and places. `detail` is what it says behind its name."""

    name: str
    keyword: str
    detail: str
    span: Span
    name_span: Span


def outline(document: Document) -> Iterator[Entry]:
    """Every declaration that gives a name, in order; also those with errors, as far as they can be told."""
    for reading, marks in document.marks().items():
        first = next(iter(marks), None)
        keyword = reading.piece.text.split(None, 1)[0]
        if first is None or not (first.declares or keyword == "package"):
            continue
        piece = reading.piece
        span = Span(document.source, piece.start, piece.end)
        name_span = Span(document.source, piece.start + first.start, piece.start + first.end)
        detail = " ".join(piece.text[first.end :].split())
        yield Entry(first.text, keyword, detail[:100], span, name_span)
