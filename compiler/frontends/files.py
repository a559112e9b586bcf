"""Where programs are read from: files (plain, gzip, Zstandard), folders, standard input; as bytes or as lines."""

from __future__ import annotations

import io
import sys
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

import zstandard
from attrs import define, field

from ..diagnostics import Diagnostic, error

HEAD = 1 << 16  # bytes that a format is told by
BLOCK = 1 << 20
LONGEST = 1 << 20  # bytes of a line: anything longer is no program
STDIN = "-"
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


class _Decompressor(Protocol):
    """What zlib and zstandard have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


class _Reader(io.RawIOBase):
    """The bytes of a file, decompressed where its first bytes say so, whatever its name."""

    def __init__(self, raw: IO[bytes], name: str, *, closing: bool) -> None:
        self.raw, self.name, self.closing = raw, name, closing
        self.front = self.raw.read(BLOCK)
        self.kind = next((kind for kind in (GZIP, ZSTD) if self.front.startswith(kind)), b"")
        self.packed, self.front = (self.front, b"") if self.kind else (b"", self.front)
        self.inside = self._new() if self.kind else None

    def _new(self) -> _Decompressor:
        return zlib.decompressobj(wbits=31) if self.kind == GZIP else zstandard.ZstdDecompressor().decompressobj()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self.front:
            self.front = self._more() or b""
            if not self.front and self.inside is None:
                return 0
        count = min(len(buffer), len(self.front))
        buffer[:count], self.front = self.front[:count], self.front[count:]
        return count

    def _more(self) -> bytes | None:
        """Some more bytes; none, and nothing left inside, at the end."""
        if self.inside is None:
            return None if self.kind else self.raw.read(BLOCK)
        packed, self.packed = self.packed or self.raw.read(BLOCK), b""
        try:
            made = self.inside.decompress(packed) if packed else b""
        except (zlib.error, zstandard.ZstdError) as fault:
            raise self._fault(f"the compressed file is damaged ({fault})") from None
        if self.inside.eof:
            self.packed = self.inside.unused_data or self.raw.read(BLOCK)
            self.inside = self._new() if self.packed.startswith(self.kind) else None
        elif not packed:
            raise self._fault("the compressed file ends too early")
        return made

    def _fault(self, message: str) -> Exception:
        return error("NMT402", message, place=self.name, help="what came before was read; fetch or make the file again")

    def close(self) -> None:
        if self.closing:
            self.raw.close()
        super().close()


@define(eq=False, slots=False)
class Input:
    """One file, or standard input (`path` is None). `name` is how it is told to people."""

    name: str
    path: Path | None
    _opened: _Reader | None = field(default=None, init=False, repr=False)

    @classmethod
    def of(cls, path: Path | str) -> Input:
        """A file by its path; `-` is standard input."""
        return cls("standard input", None) if str(path) == STDIN else cls(str(path), Path(path))

    @cached_property
    def head(self) -> bytes:
        """The first bytes, decompressed; raises CompileError (NMT401, NMT402)."""
        reader = self._reader()
        head = b""
        while len(head) < HEAD and (more := reader.read(HEAD - len(head))):
            head += more
        if self.path is None:  # it can be read once: what was read is put in front of the rest
            reader.front = head + reader.front
            self._opened = reader
        else:
            reader.close()
        return head

    def open(self) -> BinaryIO:
        """The bytes, decompressed; raises CompileError: NMT401 here, NMT402 while a damaged file is read."""
        return cast("BinaryIO", io.BufferedReader(self._reader(), BLOCK))

    def _reader(self) -> _Reader:
        if self._opened is not None:
            opened, self._opened = self._opened, None
            return opened
        try:
            raw: IO[bytes] = sys.stdin.buffer if self.path is None else self.path.open("rb")
            return _Reader(raw, self.name, closing=self.path is not None)
        except OSError as fault:
            raise error("NMT401", f"cannot be read: {fault.strerror}", place=self.name) from None


def inputs(path: Path | str) -> list[Input]:
    """A file, standard input (`-`), or all files of a folder in the order of their names, hidden ones left out.

    Raises CompileError (NMT401) for a folder without files.
    """
    if str(path) == STDIN or not Path(path).is_dir():
        return [Input.of(path)]
    files = sorted(one for one in Path(path).iterdir() if one.is_file() and not one.name.startswith("."))
    if not files:
        raise error("NMT401", "the folder holds no files", place=str(path))
    return [Input.of(one) for one in files]


def lines(source: Input) -> Iterator[tuple[int, str | Diagnostic]]:
    """The lines of a text with their numbers from 1, ends cut off (LF or CRLF), a byte-order mark left out.

    A line that is no UTF-8 (NMT413), or too long (NMT414), is a diagnostic, and the rest goes on. Memory is bounded
    whatever the lines are. Raises CompileError (NMT401, NMT402) where the file cannot be read on.
    """
    with source.open() as stream:
        rest, number, skipping = b"", 0, False
        first = True
        while block := stream.read(BLOCK):
            if first:
                block, first = _without_mark(block, source.name), False
            *whole, last = (rest + block).split(b"\n")
            if skipping and whole:
                del whole[0]
                skipping = False
            elif skipping:
                last = b""
            yield from _decoded(whole, number, source.name)
            number += len(whole)
            rest = last
            if len(rest) > LONGEST:
                number += 1
                yield number, _too_long(source.name, number)
                rest, skipping = b"", True
        if rest:
            yield from _decoded([rest], number, source.name)


def _without_mark(block: bytes, name: str) -> bytes:
    if block[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise error("NMT402", "is UTF-16 text", place=name, help="save it as UTF-8")
    return block.removeprefix(b"\xef\xbb\xbf")


def _decoded(whole: list[bytes], number: int, name: str) -> Iterator[tuple[int, str | Diagnostic]]:
    for line in whole:
        number += 1
        if len(line) > LONGEST:
            yield number, _too_long(name, number)
            continue
        try:
            yield number, line.decode().removesuffix("\r")
        except UnicodeDecodeError as fault:
            message = f"is no UTF-8 text (byte {fault.start + 1} of the line)"
            yield number, Diagnostic("NMT413", message, place=f"{name}:{number}", help="save the file as UTF-8")


def _too_long(name: str, number: int) -> Diagnostic:
    message = f"the line is longer than {LONGEST:,} bytes"
    return Diagnostic("NMT414", message, place=f"{name}:{number}", help="a program stands on a line of its own")
