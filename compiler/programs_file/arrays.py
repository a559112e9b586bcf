"""Arrays in one file that maps into memory: a safetensors file, written piece by piece in little memory.

The header is JSON: what the file is about (`__metadata__`), then where each array lies. Each array has a check sum,
which is compared when the array is first used, so that a damaged file is told wherever it is damaged.
"""

from __future__ import annotations

import json
import os
import re
import struct
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import define, field

from ..diagnostics import error

FORMAT, VERSION = "nmt-programs", 2
FRONT = b'{"__metadata__":{"format":"nmt-programs"'  # behind the eight bytes of a number
START = re.compile(rb".{8}" + re.escape(FRONT), re.DOTALL)
LARGEST = 1 << 26  # bytes of a header: anything longer is another kind of file
BLOCK = 1 << 20
DTYPES = {"U8": np.uint8, "U16": np.uint16, "I32": np.int32, "I64": np.int64}
REPAIR = "make it again with `nmt compile IFACE FILE --out`"

Array: TypeAlias = npt.NDArray[Any]


def cut(head: bytes) -> bool:
    """Whether a whole file ends so early that only a part of what tells a compiled file stands in it."""
    rest = head[8:]
    return len(head) > 8 and b"\0" in head[:8] and len(rest) < len(FRONT) and FRONT.startswith(rest)


@define(eq=False)
class Spool:
    """An array that grows on disk: bytes, or numbers from 0 on, which are kept in as few bytes as the largest needs."""

    folder: Path
    numbers: bool = True
    length: int = 0
    largest: int = 0
    _file: IO[bytes] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._file = tempfile.TemporaryFile(dir=self.folder)  # noqa: SIM115 -- it has no name, and goes when closed

    def extend(self, values: list[int] | bytes) -> None:
        """Add to the end."""
        self.length += len(values)
        if isinstance(values, bytes):
            self._file.write(values)
        elif values:
            self.largest = max(self.largest, *values)
            self._file.write(np.array(values, dtype=np.int64).tobytes())

    @property
    def dtype(self) -> str:
        """The type that it is written in."""
        if not self.numbers or self.largest < 1 << 8:
            return "U8"
        return "U16" if self.largest < 1 << 16 else "I32" if self.largest < 1 << 31 else "I64"

    def pieces(self) -> Iterator[bytes]:
        """The array as it is written."""
        self._file.seek(0)
        while piece := self._file.read(BLOCK):
            yield np.frombuffer(piece, dtype=np.int64).astype(DTYPES[self.dtype]).tobytes() if self.numbers else piece

    def close(self) -> None:
        """Let the disk go."""
        self._file.close()


def write_arrays(path: Path, arrays: Mapping[str, Spool], about: Mapping[str, Any]) -> None:
    """Write a file whole or not at all."""
    size = {name: np.dtype(DTYPES[spool.dtype]).itemsize for name, spool in arrays.items()}
    ordered = sorted(arrays, key=lambda name: -size[name])  # so that each begins where its type may
    sums = dict.fromkeys(ordered, 0)
    header, at = {}, 0
    for name in ordered:
        spool = arrays[name]
        end = at + spool.length * size[name]
        header[name] = {"dtype": spool.dtype, "shape": [spool.length], "data_offsets": [at, end]}
        at = end
    beside = path.with_name(path.name + ".partial")
    try:
        with beside.open("wb") as file:
            file.write(_header(about, sums, header))
            for name in ordered:
                for piece in arrays[name].pieces():
                    sums[name] = zlib.crc32(piece, sums[name])
                    file.write(piece)
            file.seek(0)
            file.write(_header(about, sums, header))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _header(about: Mapping[str, Any], sums: Mapping[str, int], arrays: Mapping[str, Any]) -> bytes:
    """What the file begins with: as long whatever the sums are. The first is of the header itself."""
    said = json.dumps(about, separators=(",", ":"))
    plain = {
        "format": FORMAT,
        "version": str(VERSION),
        "crc32": " ".join(f"{value:08x}" for value in (_sum(said, arrays), *sums.values())),
        "about": said,
    }
    text = json.dumps({"__metadata__": plain, **arrays}, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text


def _sum(about: str, arrays: Mapping[str, Any]) -> int:
    return zlib.crc32((about + json.dumps(arrays, separators=(",", ":"))).encode("utf-8", "surrogatepass"))


@define(eq=False)
class Arrays:
    """The arrays of a file, mapped into memory. Raises CompileError for what is damaged (NMT417) or newer (NMT419)."""

    name: str
    about: Mapping[str, Any]
    _data: Array
    _places: Mapping[str, Any]
    _sums: Mapping[str, int]
    _known: dict[str, Array] = field(factory=dict)

    @classmethod
    def open(cls, path: Path, name: str) -> Arrays:
        """Map a file; `name` is what it is called to people."""
        try:
            mapped: Array = np.memmap(path, dtype=np.uint8, mode="r")
        except OSError as fault:
            raise error("NMT401", f"cannot be read: {fault.strerror}", place=name) from None
        except ValueError:
            raise error("NMT417", "is empty", place=name, help=REPAIR) from None
        if not START.match(mapped[:100].tobytes()):
            raise error("NMT417", "is no compiled file of programs", place=name, help=REPAIR)
        (length,) = struct.unpack("<Q", mapped[:8].tobytes())
        if length > min(LARGEST, len(mapped) - 8):
            raise error("NMT417", "ends inside its header", place=name, help=REPAIR)
        try:
            header = json.loads(mapped[8 : 8 + length].tobytes())
            plain = header.pop("__metadata__")
            if int(plain["version"]) > VERSION:
                help_ = "install a newer release, or compile the programs again"
                raise error("NMT419", "was written by a newer release of nmt", place=name, help=help_)
            if int(plain["version"]) < VERSION:
                raise error("NMT417", "was written by an older release of nmt", place=name, help=REPAIR)
            own, *sums = [int(one, 16) for one in plain["crc32"].split()]
            if own != _sum(plain["about"], header):
                raise error("NMT417", "its header is damaged", place=name, help=REPAIR)
            made = cls(
                name, json.loads(plain["about"]), mapped[8 + length :], header, dict(zip(header, sums, strict=True))
            )
            made.check()
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            raise error("NMT417", "its header is damaged", place=name, help=REPAIR) from None
        return made

    def check(self) -> None:
        """Raise CompileError where an array lies outside the file, ValueError and its kin for a broken header."""
        end = max((place["data_offsets"][1] for place in self._places.values()), default=0)
        if end > len(self._data):
            lost = end - len(self._data)
            raise error("NMT417", f"ends too early: {lost:,} bytes are missing", place=self.name, help=REPAIR)
        for place in self._places.values():
            first, last = place["data_offsets"]
            (count,) = place["shape"]
            if last - first != count * np.dtype(DTYPES[place["dtype"]]).itemsize or first < 0 or count < 0:
                raise ValueError(place)

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def __getitem__(self, name: str) -> Array:
        """An array, which is read now to compare its check sum."""
        found = self._known.get(name)
        if found is None:
            place = self._places.get(name)
            if place is None:
                raise self.fault(f"has no array `{name}`")
            first, last = place["data_offsets"]
            raw = self._data[first:last]
            if zlib.crc32(raw.data) != self._sums[name]:
                raise self.fault(f"is damaged: the check sum of `{name}` differs")
            found = self._known[name] = raw.view(DTYPES[place["dtype"]]).view(np.ndarray)
        return found

    def fault(self, message: str) -> Exception:
        """What is wrong with the file, to be raised."""
        return error("NMT417", message, place=self.name, help=REPAIR)
