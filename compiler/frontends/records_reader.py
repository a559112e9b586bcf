"""The records of a JSON file: found, cut apart and decoded, in order."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, NoReturn, TypeVar

import msgspec
from attrs import define, frozen

from ..diagnostics import error
from .files import check_text
from .records_scan import CHUNK, LARGEST, Scan

T = TypeVar("T")
MARK = b"\xef\xbb\xbf"
FAULTS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_PLAIN = re.compile(rb"-?\d[\d.eE+-]*|true|false|null")
_START = re.compile(rb'[{\[]\s*[{\[]?\s*"[^"\\]{1,64}"')  # of a record, with its first key


@frozen
class Bad:
    """A record that cannot be decoded, and why."""

    reason: str


@frozen
class Batch(Generic[T]):
    """Some records of a file, the first of which has this number; `names` are their keys, where they have some."""

    first: int
    records: list[T | Bad]
    names: list[str] | None = None


@frozen
class Records(Generic[T]):
    """How the records of a kind of file are found and decoded.

    They stand in a list under `key`, or, where there is none, in an object under their names. An object with the key
    `mark` is a record itself. `one` decodes the JSON text of a record, `many` that of a list or an object of records.
    `regular` says whether what was decoded at once is surely all that stands in its text: a key that stands twice
    leaves no other trace. `expected` is what the file should have been, for people.
    """

    one: Callable[[bytes], T]
    many: Callable[[bytes], list[T] | dict[str, T]]
    expected: str
    key: str | None = None
    mark: str | None = None
    regular: Callable[[bytes, list[T]], bool] = lambda _text, _records: True


@contextmanager
def collector_paused() -> Iterator[None]:
    """Without the search for cycles, which would go through all that is being decoded again and again."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


@define
class Reader(Generic[T]):
    """Goes through a file: `open`, all `batches`, `close`. Each raises CompileError (NMT402) where it cannot go on."""

    scan: Scan
    name: str
    kind: Records[T]
    alone: bool  # whether records stand one behind the other, in nothing
    wrapped: bool = False  # whether the list stands in an object with other keys
    count: int = 0
    behind: int = 0  # where the last record ends, in bytes of the file
    by_one: int = 0  # up to here records are taken one by one
    # What tells records apart: the last sign of one and what follows it, and how the next begins, with its first key.
    gap: bytes = b""
    start: bytes = b""

    @property
    def named(self) -> bool:
        """Whether records stand under their names."""
        return self.kind.key is None

    # -- around the records

    def open(self) -> None:
        """Go to the first record."""
        scan, expected = self.scan, self.kind.expected
        scan.more()
        check_text(scan.text, self.name)
        scan.at = len(MARK) if scan.text.startswith(MARK) else 0
        sign = scan.next()
        if not sign:
            self._fail("is empty", f"{expected} was expected")
        if sign != b"{" and (sign != b"[" or self.named):
            self._fail(f"holds no JSON {'object' if self.named else 'list or object'}", f"{expected} was expected")
        if not self.alone:
            scan.at += 1
            if sign == b"{" and self.kind.key is not None:
                self._find(self.kind.key)

    def _find(self, key: str) -> None:
        """Go into the list under the key."""
        scan, where = self.scan, "at its start"
        while not scan.take(b"}"):
            name = scan.string() if where == "at its start" or scan.take(b",") else None
            if name is None:
                self._broken(where, value=True)
            where = f"behind the key {name.decode('utf-8', 'replace')!r}"
            if not scan.take(b":"):
                self._broken(where)
            if name == key.encode() and scan.take(b"["):
                self.wrapped = True
                return
            if scan.value() is None:
                self._broken(where, value=True)
        self._fail(f'holds no list under "{key}"', f"{self.kind.expected} was expected")

    def close(self) -> None:
        """Read what comes behind the records: a file that is cut there was not copied whole."""
        scan = self.scan
        while self.wrapped and not scan.take(b"}"):
            if not (scan.take(b",") and scan.string() is not None and scan.take(b":") and scan.value() is not None):
                self._broken("behind the records", value=True)
        if scan.next():
            self._broken("behind the records")

    # -- records

    def batches(self) -> Iterator[Batch[T]]:
        """All records."""
        while self._another():
            batch = self._many() if self.start and self.scan.offset >= self.by_one else None
            yield batch or self._one()

    def _another(self) -> bool:
        """Go to the next record; False behind the last."""
        scan = self.scan
        if self.alone:
            return bool(scan.next())
        if scan.take(b"}" if self.named else b"]"):
            return False
        if (self.count and not scan.take(b",")) or not scan.next():
            self._broken(f"after {self.count:,} records")
        return True

    def _many(self) -> Batch[T] | None:
        """All whole records that are in memory, at once; None where they have to be gone through one by one."""
        scan = self.scan
        if len(scan.text) - scan.at < CHUNK:
            scan.more()
        cut = self._cut()
        batch = self._decoded(scan.text[scan.at : cut]) if cut else None
        if batch is None:
            self.by_one = scan.read - len(scan.text) + (cut or len(scan.text))
        else:
            self._passed(cut, len(batch.records))
        return batch

    def _cut(self) -> int:
        """Where the last record ends behind which another is known to begin; 0 where there is none."""
        text, at = self.scan.text, self.scan.at
        if not self.named:
            return text.rfind(self.gap + self.start, at) + 1
        head = text.rfind(self.start, at)
        return text.rfind(self.gap, at, head) + 1 if head > 0 else 0

    def _decoded(self, text: bytes) -> Batch[T] | None:
        if self.alone:
            text = text.replace(self.gap + self.start, self.gap + b"," + self.start)
        try:
            with collector_paused():
                found = self.kind.many(b"{" + text + b"}" if self.named else b"[" + text + b"]")
        except FAULTS:
            return None
        values = list(found.values()) if isinstance(found, dict) else found
        if not self.kind.regular(text, values) or (self.named and text.count(self.start) != len(values)):
            return None
        return Batch(self.count, [*values], list(found) if isinstance(found, dict) else None)

    def _one(self) -> Batch[T]:
        """The next record alone."""
        scan, where = self.scan, f"inside record {self.count}"
        base = scan.read - len(scan.text)
        gap = scan.text[self.behind - base : scan.at] if self.count and self.behind >= base else b""
        colon, names = b"", None
        if self.named:
            name = scan.string()
            at, read = scan.at, scan.read
            if name is None or not scan.take(b":"):
                self._broken(where, value=name is None)
            names = [_string(name)]
            scan.next()
            gap, colon = gap + b'"', b'"' + scan.text[at : scan.at] if scan.read == read else b""
        scan.next()
        text = scan.value()
        if text and text[0] not in b'{["' and not _PLAIN.fullmatch(text):
            scan.at -= len(text)
            text = None
        if text is None:
            self._broken(where, value=True)
        self._learn(gap, colon, text)
        self._passed(scan.at, 1)
        return Batch(self.count - 1, [self._record(text)], names)

    def _learn(self, gap: bytes, colon: bytes, text: bytes) -> None:
        """See how records are told apart, from one that was found for sure."""
        start = _START.match(text)
        if start and len(gap) > self.named and (colon or not self.named):
            self.gap, self.start = text[-1:] + gap, colon + start.group()

    def _passed(self, at: int, count: int) -> None:
        self.scan.at = at
        self.behind = self.scan.offset
        self.count += count

    def _record(self, text: bytes) -> T | Bad:
        if not text:
            return Bad(f"is larger than {LARGEST:,} bytes")
        try:
            record = self.kind.one(text)
            return (
                record if self.kind.regular(text, [record]) or not (key := _twice(text)) else Bad(f"has {key!r} twice")
            )
        except UnicodeDecodeError:
            return Bad("is no UTF-8 text")
        except RecursionError:
            return Bad("is nested too deep")
        except msgspec.DecodeError as fault:
            return Bad(str(fault))

    # -- faults

    def _broken(self, where: str, *, value: bool = False) -> NoReturn:
        """Tell that the file cannot be read on here; with `value`, that a value was expected, and none ends."""
        rest = self.scan.text[self.scan.at : self.scan.at + 80].strip()
        if not rest or (value and self.scan.done and rest[:1] in {b"[", b"{", b'"'}):
            message = f"the file ends {where}"
        else:
            message = f"something else stands {where}: {rest[:20].decode('utf-8', 'replace')!r}"
        whole = where == "behind the records" and rest[:1] in {b"[", b"{"}
        help_ = (
            "are these several files? give them one by one, or in a folder" if whole else "fetch or make the file again"
        )
        self._fail(f"{message} (byte {self.scan.offset})", f"what came before was read; {help_}")

    def _fail(self, message: str, help_: str) -> NoReturn:
        raise error("NMT402", message, place=self.name, help=help_)


def _twice(text: bytes) -> str:
    """A key that stands twice in one object of a record; nothing where there is none."""
    found: list[str] = []

    def keep(pairs: list[tuple[str, object]]) -> None:
        names = [name for name, _ in pairs]
        found.extend(name for at, name in enumerate(names) if name in names[:at])

    json.loads(text, object_pairs_hook=keep)
    return found[0] if found else ""


def _string(text: bytes) -> str:
    """What a JSON string means, given what stands between its quotes."""
    try:
        return msgspec.json.decode(b'"' + text + b'"', type=str)
    except FAULTS:
        return text.decode("utf-8", "replace")
