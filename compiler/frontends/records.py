"""A JSON file of many records, cut into records without reading the whole.

Both `{"info": ..., "questions": [record, ...]}` and a bare `[record, ...]` are read. A regular expression finds the end
of each record, at the speed of C and in constant memory; what is inside is decoded elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

from ..diagnostics import error
from .files import Input

CHUNK = 1 << 20
LARGEST = 1 << 26  # of one record: anything larger is no program

_STRING = rb'"(?:[^"\\]|\\.)*+"'


def _balanced(depth: int) -> bytes:
    """Pattern of an object or array nested at most so deep; possessive, so that it never backtracks."""
    inner = rb"(?:[^\[\]{}\"]|" + _STRING + (b"|" + _balanced(depth - 1) if depth else b"") + rb")*+"
    return rb"(?:\{" + inner + rb"\}|\[" + inner + rb"\])"


_RECORD = re.compile(rb"\s*(?:,\s*)?(" + _balanced(4) + rb")", re.DOTALL)
_HEAD, _LIST, _END, _TAIL, _BLANK = (
    re.compile(pattern) for pattern in (rb"\s*([\[{])", rb"\[", rb"\s*,?\s*\]", rb"\s*\}", rb"\s*")
)
_KEY = re.compile(rb'\s*,?\s*"((?:[^"\\]|\\.)*+)"\s*:\s*', re.DOTALL)
_VALUE = re.compile(_STRING + rb"|" + _balanced(4) + rb"|[^\s,\[\]{}\"]+(?=[\s,}])", re.DOTALL)


class _Window:
    """The part of a file that is being looked at."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.file, self.name = file, name
        self.text, self.at, self.read, self.done = b"", 0, 0, False

    def more(self) -> bool:
        """Read on; False at the end of the file."""
        chunk = b"" if self.done else self.file.read(CHUNK)
        if not chunk:
            self.done = True
            return False
        self.text = self.text[self.at :] + chunk
        self.at = 0
        self.read += len(chunk)
        return True

    def match(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Match here, reading on while the match might still come."""
        while True:
            found = pattern.match(self.text, self.at)
            if found and (found.end() < len(self.text) or self.done):
                self.at = found.end()
                return found
            if len(self.text) - self.at > LARGEST or not self.more():
                if found:
                    self.at = found.end()
                return found

    @property
    def offset(self) -> int:
        """Where in the file this is, in bytes."""
        return self.read - len(self.text) + self.at


def records(source: Input, key: str = "questions") -> Iterator[bytes]:
    """The JSON text of each record. Raises CompileError where the file cannot be read on."""
    with source.open() as file:
        window = _Window(file, source.name)
        inside = _open(window, key)
        count = 0
        while True:
            if window.match(_END):
                _close(window, inside)
                return
            found = window.match(_RECORD)
            if found is None:
                _broken(
                    window,
                    f"inside record {count}" if window.text[window.at :].strip() else f"after {count} records",
                )
            else:
                yield found.group(1)
            count += 1


def _open(window: _Window, key: str) -> bool:
    """Go to the first record; whether the list stands inside an object."""
    window.more()
    if window.text.startswith(b"\xef\xbb\xbf"):
        window.at = 3
    head = window.match(_HEAD)
    if head is None:
        _broken(window, "at its start")
    elif head.group(1) == b"[":
        return False
    while name := window.match(_KEY):
        found = name.group(1).decode("utf-8", "replace")
        if found == key and window.match(_LIST):
            return True
        if window.match(_VALUE) is None:
            _broken(window, f"behind the key {found!r}")
    raise error(
        "NMT402",
        f'holds no list under "{key}"',
        place=window.name,
        help='a file of CLEVR questions is {"info": ..., "questions": [...]}',
    )


def _close(window: _Window, inside: bool) -> None:
    """Read what comes behind the list: a file that is cut there was not copied whole."""
    while inside and window.match(_KEY):
        if window.match(_VALUE) is None:
            _broken(window, "behind the records")
    if inside and window.match(_TAIL) is None:
        _broken(window, "behind the records")
    window.match(_BLANK)
    if window.text[window.at :]:
        _broken(window, "behind the records")


def _broken(window: _Window, where: str) -> NoReturn:
    rest = window.text[window.at : window.at + 80].strip()
    message, help_ = f"the file ends {where}", "what came before was read; fetch or make the file again"
    if window.offset <= 3 and not rest:
        message, help_ = "is empty", "a file of CLEVR questions was expected"
    elif window.text[:2] in {b"\xff\xfe", b"\xfe\xff"} and window.offset < 3:
        message, help_ = "is UTF-16 text", "save it as UTF-8"
    elif window.offset <= 3 and rest[:1] not in {b"[", b"{"}:
        message, help_ = (
            "holds no JSON list or object",
            'a file of CLEVR questions is {"info": ..., "questions": [...]}',
        )
    elif rest and rest.lstrip(b", \r\n\t")[:1] not in {b"[", b"{", b""}:
        message = f"something else stands {where}: {rest[:20].decode('utf-8', 'replace')!r}"
    elif (rest and not window.done) or len(window.text) - window.at > LARGEST:
        message = f"the JSON is broken {where}"
    raise error("NMT402", f"{message} (byte {window.offset})", place=window.name, help=help_)
