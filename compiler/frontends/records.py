"""A JSON file of many records, read without reading the whole.

Records stand in a list under a key (`{"info": ..., "questions": [record, ...]}`), in a bare list, in an object under
their names (`{"15000": record, ...}`), or one behind the other (a record a line, for instance).

What stands between two records, with the first key of the later one, tells where others end: about a megabyte is cut
there and decoded at once. Such a cut cannot be wrong and go unnoticed: inside a string a quote is escaped, and inside
brackets the part does not decode. What does not decode, or holds no such place, is gone through record by record, so
that only the faulty ones are lost.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from .files import Input
from .records_reader import FAULTS, MARK, Bad, Batch, Reader, Records, T
from .records_scan import CHUNK, LARGEST, Scan

__all__ = ["CHUNK", "FAULTS", "LARGEST", "MARK", "Bad", "Batch", "Records", "batches", "keys", "opening"]


def batches(source: Input, kind: Records[T]) -> Iterator[Batch[T]]:
    """The records of a file. Raises CompileError (NMT401, NMT402) where it cannot be read on."""
    found = keys(source.head) if opening(source.head) == b"{" else []
    alone = kind.mark in found and kind.key not in found
    with source.open() as file:
        reader = Reader(Scan(file), source.name, kind, alone=alone)
        reader.open()
        yield from reader.batches()
        reader.close()


def opening(head: bytes) -> bytes:
    """The brackets that a file begins with."""
    found = re.match(rb"[\s\[{]*", head.removeprefix(MARK))
    return b"".join(found.group().split()) if found else b""


def keys(head: bytes) -> list[str]:
    """The keys of the object that a file begins with, or of the first in a list, as far as its first bytes show."""
    scan, found = Scan(io.BytesIO(head.removeprefix(MARK))), []
    while scan.take(b"["):
        pass
    if scan.take(b"{"):
        while (name := scan.string()) is not None and scan.take(b":"):
            found.append(name.decode("utf-8", "replace"))
            if scan.value() is None or not scan.take(b","):
                break
    return found
