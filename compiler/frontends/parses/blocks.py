"""A text in blocks: what stands between empty lines, as parsers part sentences.

Before: bytes of a file of any size.
After:  blocks with the line where each begins. A byte that is no UTF-8 costs its block alone.
Cost:   constant memory; a block of more than a million bytes is told and passed over.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, TypeAlias

from attrs import define

from ...diagnostics import Diagnostic, error
from ..files import BLOCK, HEAD, LONGEST, Input

Block: TypeAlias = tuple[int, "str | Diagnostic"]
MARK, UTF16 = b"\xef\xbb\xbf", {b"\xff\xfe", b"\xfe\xff"}


@define(eq=False, slots=False, init=False)
class Given(Input):
    """Text that is there already, such as the answer of a server, read like a file."""

    content: bytes

    def __init__(self, content: str | bytes, name: str = "given text") -> None:
        self.__attrs_init__(name, None, content.encode() if isinstance(content, str) else content)

    @property
    def head(self) -> bytes:
        """The first bytes."""
        return self.content[:HEAD]

    def open(self) -> BinaryIO:
        """The bytes."""
        return io.BytesIO(self.content)


def blocks(source: Input) -> Iterator[Block]:
    """The blocks of a text, ends of lines as LF, with the numbers of their first lines, from 1.

    A block that is no UTF-8 (NMT413) or too long (NMT414) is a diagnostic. Raises CompileError (NMT401, NMT402) where
    the file cannot be read on.
    """
    with source.open() as stream:
        rest, line, skipping = b"", 1, False
        while more := stream.read(BLOCK):
            if line == 1 and not rest and not skipping:
                more = _without_mark(more, source.name)
            text = rest + more
            if b"\r" in text:
                text = text.replace(b"\r\n", b"\n")
            if skipping:
                end = text.find(b"\n\n")
                if end < 0:
                    line += text[:-1].count(b"\n")  # the last byte may be half of an empty line
                    rest = text[-1:]
                    continue
                line += text[: end + 2].count(b"\n")
                text, skipping = text[end + 2 :], False
            cut = text.rfind(b"\n\n") + 2
            if cut > 1:
                yield from _decoded(text[: cut - 2], line, source.name)
                line += text.count(b"\n", 0, cut)
                text = text[cut:]
            rest = text
            if len(rest) > LONGEST:
                yield line, _too_long(source.name, line)
                line += rest[:-1].count(b"\n")
                rest, skipping = rest[-1:], True
        if not skipping:
            yield from _decoded(rest.rstrip(b"\r"), line, source.name)


def _without_mark(text: bytes, name: str) -> bytes:
    if text[:2] in UTF16:
        raise error("NMT402", "is UTF-16 text", place=name, help="save it as UTF-8")
    if b"\r" in text.rstrip() and b"\n" not in text:
        raise error("NMT402", "its lines end in CR alone", place=name, help="let them end in LF or CRLF")
    return text.removeprefix(MARK)


def _decoded(text: bytes, line: int, name: str) -> Iterator[Block]:
    """The blocks inside a part of a file that begins and ends with a block."""
    try:
        for block in text.decode().split("\n\n"):
            while block[:1] == "\n":  # an empty line more than needed
                block, line = block[1:], line + 1  # noqa: PLW2901
            if block:
                yield line, block
                line += block.count("\n")
            line += 2
    except UnicodeDecodeError:
        yield from _decoded_one_by_one(text, line, name)


def _decoded_one_by_one(text: bytes, line: int, name: str) -> Iterator[Block]:
    for block in text.split(b"\n\n"):
        try:
            shown = block.decode()
        except UnicodeDecodeError as fault:
            at = line + block.count(b"\n", 0, fault.start)
            byte = fault.start - block.rfind(b"\n", 0, fault.start)
            message = f"is no UTF-8 text (byte {byte} of the line)"
            yield line, Diagnostic("NMT413", message, place=f"{name}:{at}", help="save the file as UTF-8")
        else:
            if shown.strip("\n"):
                yield line + len(shown) - len(shown.lstrip("\n")), shown.strip("\n")
        line += block.count(b"\n") + 2


def _too_long(name: str, line: int) -> Diagnostic:
    message = f"no empty line follows within {LONGEST:,} bytes"
    return Diagnostic("NMT414", message, place=f"{name}:{line}", help="a sentence ends with an empty line")
