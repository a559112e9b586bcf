"""JSON gone through value by value: in one pass, in memory that does not grow with the file or a value, at any depth.

Only brackets and strings are looked at, by regular expressions at the speed of C. Whether a value is right inside is
for the decoder to say.
"""

from __future__ import annotations

import re
from typing import BinaryIO

CHUNK = 1 << 20
PART = 1 << 18  # of a larger one, gone through at once
LARGEST = 1 << 22  # bytes of one value: anything larger is no record

_INSIDE = rb'[^"\\]*+(?:\\.[^"\\]*+)*+'  # of a string
# All the way to the next bracket outside strings.
_BRACKET = re.compile(rb'[^"\[\]{}]*+(?:"' + _INSIDE + rb'"[^"\[\]{}]*+)*+[\[\]{}]', re.DOTALL)
_STRING = re.compile(rb'"(' + _INSIDE + rb')"', re.DOTALL)
_QUOTED = re.compile(_INSIDE, re.DOTALL)
_STRINGS = re.compile(rb'"' + _INSIDE + rb'"|(".*)', re.DOTALL)  # all, and one that does not end, with what follows
_OTHERS = bytes(set(range(256)) - set(b"[]{}"))
_PAIRS = 8  # how often pairs of brackets are taken out
_SCALAR = re.compile(rb'[^\s,:\[\]{}"]++')
_BLANK = re.compile(rb"[ \t\r\n]*+")


class Scan:
    """A place in a JSON file: `text[at:]` is what is in memory of the rest, `done` says that nothing follows it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.text, self.at, self.read, self.done = b"", 0, 0, False

    @property
    def offset(self) -> int:
        """Where in the file this is, in bytes."""
        return self.read - len(self.text) + self.at

    def more(self) -> bool:
        """Read on; False at the end of the file. As much is read as was kept, so that all work stays linear."""
        kept = self.text[self.at :]
        chunk = b"" if self.done else self.file.read(max(CHUNK, len(kept)))
        if not chunk:
            self.done = True
            return False
        self.text, self.at = kept + chunk, 0
        self.read += len(chunk)
        return True

    def next(self) -> bytes:
        """Go to the next sign that is no blank, and give it; nothing at the end."""
        while True:
            blank = _BLANK.match(self.text, self.at)
            self.at = blank.end() if blank else self.at
            if self.at < len(self.text):
                return self.text[self.at : self.at + 1]
            if not self.more():
                return b""

    def take(self, sign: bytes) -> bool:
        """Whether this sign comes next; then it is passed."""
        found = self.next() == sign
        self.at += found
        return found

    def string(self) -> bytes | None:
        """What a string here holds, escapes as they are written; None where there is none that ends."""
        value = self.value() if self.next() == b'"' else None
        return None if value is None else value[1:-1]

    def value(self) -> bytes | None:
        """The text of the value that begins here, and go behind it; None where it does not end, or is none.

        One that is larger than LARGEST comes back empty: it is gone through, and not kept.
        """
        sign = self.next()
        if sign in {b"{", b"["} and sign:
            return self._nested()
        return self._matched(_STRING if sign == b'"' else _SCALAR)

    def _matched(self, pattern: re.Pattern[bytes]) -> bytes | None:
        """A string or a number."""
        while True:
            found = pattern.match(self.text, self.at)
            if found and (found.end() < len(self.text) or self.done or pattern is _STRING):
                self.at = found.end()
                return found.group()
            if len(self.text) - self.at > LARGEST:
                return (b"" if self._string_skipped() else None) if pattern is _STRING else None
            if not self.more():
                return self._matched(pattern) if found else None

    def _nested(self) -> bytes | None:
        depth, length = 0, 0  # brackets that are open, and bytes that lie behind
        while True:
            match, start = _BRACKET.match, self.at
            text, at = self.text, self.at + length
            while found := match(text, at):
                at = found.end()
                if text[at - 1] in b"[{":
                    depth += 1
                else:
                    depth -= 1
                    if not depth:
                        self.at = at
                        return text[start:at] if at - start <= LARGEST else b""
            length = at - start
            if len(text) - start > LARGEST:
                return self._skipped(at, depth)
            if not self.more():
                return None

    def _skipped(self, at: int, depth: int) -> bytes | None:
        """Go to the end of a value that is too large to be kept, from a place in it outside strings."""
        self.at = at
        while depth:
            end = min(len(self.text), self.at + PART)
            bare = _STRINGS.sub(rb"\1", self.text[self.at : end])
            plain, quote, rest = bare.partition(b'"')
            unfinished = len(quote) + len(rest)  # of a string that does not end here
            plain = plain.translate(None, _OTHERS)
            for _ in range(_PAIRS):
                plain = plain.replace(b"[]", b"").replace(b"{}", b"")
            closing = plain.count(b"]") + plain.count(b"}")
            if closing < depth:  # the value does not end here, in whatever order they stand
                depth += plain.count(b"[") + plain.count(b"{") - closing
                at, self.at = self.at, end - unfinished
                within = unfinished > 0 and self.at == at  # a string that is longer than a part
                if not (self._string_skipped() if within else end < len(self.text) or self.more()):
                    return None
            else:
                depth = self._closed(depth, end - unfinished)
        return b""

    def _closed(self, depth: int, end: int) -> int:
        """Go from bracket to bracket until the last is closed; how many are open where none is left before `end`."""
        while depth and (found := _BRACKET.match(self.text, self.at, end)):
            self.at = found.end()
            depth += 1 if self.text[self.at - 1] in b"[{" else -1
        self.at = end if depth else self.at
        return depth

    def _string_skipped(self) -> bool:
        """Go behind a string that may be larger than memory; False where it does not end."""
        self.at = self.text.index(b'"', self.at) + 1
        while True:
            found = _QUOTED.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.text[self.at : self.at + 1] == b'"':
                self.at += 1
                return True
            if not self.more():  # what is left may be a backslash without what it escapes
                return False
