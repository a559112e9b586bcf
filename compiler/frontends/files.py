"""Where programs are read from: files (plain, gzip, Zstandard), folders, standard input; as bytes or as lines."""

from __future__ import annotations

import io
import re
import sys
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

import zstandard
from attrs import define, field

from ..diagnostics import CompileError, Diagnostic, error

HEAD = 1 << 16  # bytes that a format is told by
BLOCK = 1 << 20
LONGEST = 1 << 20  # bytes of a line: anything longer is no program
STDIN = "-"
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
MARK, UTF16 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
PACKED = 512  # bytes that are unpacked at once: Zstandard makes up to 16 MB of them, gzip half a megabyte
START = 16  # bytes that tell how a file is packed
OTHERS = {rb"PK\x03\x04": "a zip archive", rb"BZh[1-9]1AY&SY": "packed by bzip2", rb"\xfd7zXZ\0": "packed by xz"}


class _Decompressor(Protocol):
    """What zlib and zstandard have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


class _Reader(io.RawIOBase):
    """The bytes of a file, decompressed where its first bytes say so, whatever its name.

    What can be read before a fault is given first, the fault is raised when it comes next, and whenever one reads on.
    """

    def __init__(self, raw: IO[bytes], name: str, *, closing: bool) -> None:
        self.raw, self.name, self.closing = raw, name, closing
        self.fault: CompileError | None = None
        self.inside: _Decompressor | None = None
        self.packed = self._raw(START)
        self.kind = GZIP if self.packed.startswith(GZIP) else ZSTD if _zstd(self.packed) else b""
        self.front, self.packed = (b"", self.packed) if self.kind else (self.packed, b"")
        for start, what in OTHERS.items():
            if re.match(start, self.front):
                raise error(
                    "NMT402", f"is {what}", place=name, help="unpack it first; .gz and .zst are read as they are"
                )

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        found = self.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer at the end and before a fault; or all, where there is none."""
        parts, count = [self.front], len(self.front)
        self.front = b""
        while count < size or size < 0:
            try:
                more = self._more()
            except CompileError as fault:
                self.fault = fault
                if not count or size < 0:
                    raise
                break
            if more is None:
                break
            parts.append(more)
            count += len(more)
        whole = b"".join(parts)
        if 0 <= size < count:
            whole, self.front = whole[:size], whole[size:]
        return whole

    def put_back(self, data: bytes) -> None:
        """Give these bytes again, before all others."""
        self.front = data + self.front

    def _more(self) -> bytes | None:
        """Some more bytes, or none for now; None at the end."""
        if self.fault is not None:
            raise self.fault
        if not self.kind:
            return self._raw(BLOCK) or None
        if self.inside is None and not self._begun():
            return None
        assert self.inside is not None
        packed, self.packed = self.packed or self._raw(PACKED), b""
        if not packed:
            raise self._broken("the compressed file ends too early")
        try:
            made = self.inside.decompress(packed)
        except (zlib.error, zstandard.ZstdError) as fault:
            raise self._broken(f"the compressed file is damaged ({fault})") from None
        if self.inside.eof:
            self.packed, self.inside = self.inside.unused_data, None
        return made

    def _begun(self) -> bool:
        """Whether another member (frame) begins here; zeros that fill the file up are passed over."""
        self.packed = self.packed.lstrip(b"\0")
        while len(self.packed) < len(ZSTD) and (more := self._raw(PACKED)):
            self.packed = (self.packed + more).lstrip(b"\0")
        if not self.packed:
            return False
        if self.kind == GZIP and self.packed.startswith(GZIP):
            self.inside = zlib.decompressobj(wbits=31)
        elif self.kind == ZSTD and _zstd(self.packed):
            self.inside = zstandard.ZstdDecompressor().decompressobj()
        else:
            raise self._broken("something else stands behind the compressed data")
        return True

    def _raw(self, size: int) -> bytes:
        try:
            return self.raw.read(size)
        except OSError as fault:
            raise self._broken(f"cannot be read on: {fault.strerror}") from None

    def _broken(self, message: str) -> CompileError:
        return error("NMT402", message, place=self.name, help="what came before was read; fetch or make the file again")

    def close(self) -> None:
        if self.closing:
            self.raw.close()
        super().close()


def _zstd(start: bytes) -> bool:
    """Whether a frame of Zstandard begins so, with data or one that is passed over."""
    return start.startswith(ZSTD) or (start[1:4] == b"\x2a\x4d\x18" and start[0] >> 4 == 5)


@define(eq=False, slots=False)
class Input:
    """One file, or standard input (`path` is None). `name` is how it is told to people."""

    name: str
    path: Path | None
    _opened: _Reader | None = field(default=None, init=False, repr=False)
    _used: bool = field(default=False, init=False, repr=False)

    @classmethod
    def of(cls, path: Path | str) -> Input:
        """A file by its path; `-` is standard input."""
        return cls("standard input", None) if str(path) == STDIN else cls(str(path), Path(path))

    @cached_property
    def head(self) -> bytes:
        """The first bytes, decompressed; raises CompileError (NMT401, NMT402) where there are none."""
        reader = self._reader()
        try:
            head = reader.read(HEAD)
            if reader.fault and b"\n" not in head:  # too little to tell a format by
                raise reader.fault
        except CompileError:
            reader.close()
            raise
        if self._once:
            reader.put_back(head)
            self._opened = reader
        else:
            reader.close()
        return head

    def open(self) -> BinaryIO:
        """The bytes, decompressed; raises CompileError: NMT401 here, NMT402 while a damaged file is read.

        `read` gives as many bytes as are asked for, but at the end, and before a fault.
        """
        reader, self._opened = self._opened or self._reader(), None
        return cast("BinaryIO", reader)

    @property
    def _once(self) -> bool:
        """Whether the bytes come once, from standard input or a pipe."""
        return self.path is None or not self.path.is_file()

    def _reader(self) -> _Reader:
        if self._used and self._once:
            raise error("NMT401", "can be read only once", place=self.name, help="write it to a file first")
        self._used = True
        try:
            raw = self.path.open("rb") if self.path else getattr(sys.stdin, "buffer", None)
        except OSError as fault:
            raise error("NMT401", f"cannot be read: {fault.strerror}", place=self.name) from None
        if raw is None:
            raise error("NMT401", "cannot be read: it is closed", place=self.name)
        return _Reader(raw, self.name, closing=self.path is not None)


def inputs(path: Path | str) -> list[Input]:
    """A file, standard input (`-`), or all files of a folder in the order of their names, hidden ones left out.

    Raises CompileError (NMT401) for a folder without files, or one that may not be read.
    """
    if str(path) == STDIN or not Path(path).is_dir():
        return [Input.of(path)]
    try:
        files = sorted(one for one in Path(path).iterdir() if one.is_file() and not one.name.startswith("."))
    except OSError as fault:
        raise error("NMT401", f"cannot be read: {fault.strerror}", place=str(path)) from None
    if not files:
        raise error("NMT401", "the folder holds no files", place=str(path))
    return [Input.of(one) for one in files]


def lines(source: Input) -> Iterator[tuple[int, str | Diagnostic]]:
    """The lines of a text with their numbers from 1, ends cut off (LF or CRLF), a byte-order mark left out.

    A line that is no UTF-8 or has a zero byte (NMT413), or is too long (NMT414), is a diagnostic, and the rest goes on.
    Memory is bounded whatever the lines are. Raises CompileError (NMT401, NMT402) where the file cannot be read on.
    """
    with source.open() as stream:
        rest, number, skipping = _checked(stream.read(BLOCK), source.name), 0, False
        while True:
            *whole, rest = rest.split(b"\n")
            if skipping and whole:  # the end of the line that was too long
                del whole[0]
                skipping = False
            elif skipping:
                rest = b""
            yield from _decoded(whole, number, source.name)
            number += len(whole)
            if len(rest) > LONGEST:
                number += 1
                yield number, _too_long(source.name, number)
                rest, skipping = b"", True
            more = stream.read(BLOCK)
            if not more:
                break
            rest += more
        if rest:
            yield from _decoded([rest], number, source.name)


def check_text(head: bytes, name: str) -> None:
    """Raise CompileError (NMT402) where the first bytes of a file are of no text, or of one in UTF-16."""
    start = head[:64]
    even, odd = start[::2], start[1::2]
    if start.startswith(UTF16) or (len(start) > 1 and any(even) != any(odd)):
        raise error("NMT402", "is UTF-16 text", place=name, help="save it as UTF-8")
    if b"\0" in start[:4]:
        raise error("NMT402", "is no text", place=name, help="a file of programs was expected")


def _checked(block: bytes, name: str) -> bytes:
    """The first block of a text without its mark; raises CompileError (NMT402) for what is no text of lines."""
    check_text(block, name)
    if b"\r" in block.rstrip() and b"\n" not in block:
        raise error("NMT402", "its lines end in CR alone", place=name, help="let them end in LF or CRLF")
    return block.removeprefix(MARK)


def _decoded(whole: list[bytes], number: int, name: str) -> Iterator[tuple[int, str | Diagnostic]]:
    for line in whole:
        number += 1
        if len(line) > LONGEST:
            yield number, _too_long(name, number)
            continue
        try:
            text = line.decode().removesuffix("\r")
        except UnicodeDecodeError as fault:
            yield number, _no_text(name, number, f"is no UTF-8 text (byte {fault.start + 1} of the line)")
        else:
            if "\0" in text:
                yield number, _no_text(name, number, f"has a zero byte (byte {line.index(0) + 1} of the line)")
            else:
                yield number, text


def _no_text(name: str, number: int, message: str) -> Diagnostic:
    return Diagnostic("NMT413", message, place=f"{name}:{number}", help="save the file as UTF-8")


def _too_long(name: str, number: int) -> Diagnostic:
    message = f"the line is longer than {LONGEST:,} bytes"
    return Diagnostic("NMT414", message, place=f"{name}:{number}", help="a program stands on a line of its own")
