"""The sentences of CoreNLP's JSON, cut out without reading the whole.

Before: one document `{"sentences": [{...}, ...]}`, a list of documents, or documents one after the other.
After:  the text of each sentence, with the line where it begins.
Cost:   constant memory; a regular expression finds the end of a sentence at the speed of C. Where a document is broken
        it is told, and reading goes on with the next line that begins with `{`.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import BinaryIO, TypeAlias

from ...diagnostics import Diagnostic, error
from ..files import BLOCK, Input
from .blocks import MARK, UTF16

DEEPEST = 100  # lists around documents
LARGEST = 1 << 24  # bytes of a sentence
_STRING = rb'"(?:[^"\\]++|\\.)*+"'


def _balanced(depth: int) -> bytes:
    """Pattern of an object or array nested at most so deep; possessive, so that it never backtracks."""
    inner = rb"(?:[^\[\]{}\"]++|" + _STRING + (b"|" + _balanced(depth - 1) if depth else b"") + rb")*+"
    return rb"(?:\{" + inner + rb"\}|\[" + inner + rb"\])"


_OBJECT = re.compile(_balanced(6), re.DOTALL)
_VALUE = re.compile(_STRING + rb"|" + _balanced(8) + rb"|[^\s,\[\]{}\"]++(?=[\s,}\]])", re.DOTALL)
_KEY = re.compile(rb'"((?:[^"\\]|\\.)*+)"\s*+:', re.DOTALL)
_SPACE = re.compile(rb"[\s,]*+")
_HELP = 'CoreNLP\'s -outputFormat json gives {"sentences": [...]}; make the file again'


class _Window:
    """The part of a file that is being looked at."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.text, self.at, self.done = file, b"", 0, False
        self.line, self.counted = 1, 0  # the line at a place of the text

    def more(self) -> bool:
        """Read on; False at the end of the file."""
        chunk = self.file.read(BLOCK)
        _ = self.here
        self.text = self.text[self.at :] + chunk
        self.at = self.counted = 0
        self.done = not chunk
        return bool(chunk)

    def next(self) -> bytes:
        """The next byte that is no space and no comma; none at the end of the file."""
        while True:
            found = _SPACE.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text) or self.done or not self.more():
                return self.text[self.at : self.at + 1]

    def match(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Match here, reading on while the match might still come."""
        self.next()
        while True:
            found = pattern.match(self.text, self.at)
            if found and (found.end() < len(self.text) or self.done):
                self.at = found.end()
                return found
            if len(self.text) - self.at > LARGEST or self.done or not self.more():
                if found:
                    self.at = found.end()
                return found

    def skip_document(self) -> bool:
        """Go to the next line that begins with `{`; False where there is none."""
        while True:
            found = self.text.find(b"\n{", self.at)
            if found >= 0:
                self.at = found
                return True
            self.at = max(self.at, len(self.text) - 1)
            if self.done or not self.more():
                return False

    @property
    def here(self) -> int:
        """The line of this place, from 1."""
        self.line += self.text.count(b"\n", self.counted, self.at)
        self.counted = max(self.counted, self.at)
        return self.line


Sentences: TypeAlias = Generator[tuple[int, bytes | Diagnostic], None, str | None]


def sentences(source: Input) -> Iterator[tuple[int, bytes | Diagnostic]]:
    """The JSON of each sentence with its line; a diagnostic (NMT446) where a document is broken or cut.

    Raises CompileError (NMT401, NMT402) where the file cannot be read on.
    """
    with source.open() as file:
        window = _Window(file)
        window.more()
        if window.text[:2] in UTF16:
            raise error("NMT402", "is UTF-16 text", place=source.name, help="save it as UTF-8")
        window.text = window.text.removeprefix(MARK)
        fault: str | None = ""
        while fault is not None:
            fault = yield from _documents(window)
            if fault:
                line = window.here
                yield line, Diagnostic("NMT446", fault, place=f"{source.name}:{line}", help=_HELP)
                if not window.skip_document():
                    return


def _documents(window: _Window) -> Sentences:
    """Documents up to the end of the file, or what is wrong."""
    lists = 0
    while char := window.next():
        if char == b"{":
            fault = yield from _document(window)
            if fault:
                return fault
        elif char in b"[]":
            lists += 1 if char == b"[" else -1
            window.at += 1
            if lists > DEEPEST:
                return f"lists are nested more than {DEEPEST} deep"
        else:
            shown = window.text[window.at : window.at + 20].decode("utf-8", "replace")
            return f"something else stands where a document was expected: {shown!r}"
    return "the file ends inside a list of documents" if lists > 0 else None


def _document(window: _Window) -> Sentences:
    """The sentences of one document, or what is wrong with it."""
    window.at += 1
    while (char := window.next()) != b"}":
        key = window.match(_KEY) if char == b'"' else None
        if key is None:
            return _broken(window, "a key")
        if key[1] == b"sentences" and window.next() == b"[":
            window.at += 1
            while window.next() == b"{":
                line = window.here
                found = window.match(_OBJECT)
                if found is None:
                    return _broken(window, "a whole sentence")
                yield line, found[0]
            if window.next() != b"]":
                return _broken(window, "a sentence")
            window.at += 1
        elif window.match(_VALUE) is None:
            return _broken(window, f"a value for {key[1][:40].decode('utf-8', 'replace')!r}")
    window.at += 1
    return None


def _broken(window: _Window, expected: str) -> str:
    if not window.next():
        return f"the file ends where {expected} was expected"
    if len(window.text) - window.at > LARGEST:
        return f"{expected} was expected, and does not end within {LARGEST:,} bytes"
    cut = " (the file ends, or it is nested too deep)" if window.text[window.at : window.at + 1] in b"{[" else ""
    shown = window.text[window.at : window.at + 20].decode("utf-8", "replace")
    return f"{expected} was expected{cut}, and {shown!r} stands here"
