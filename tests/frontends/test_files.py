"""Where programs are read from: packed and plain, whole and broken, a file, a folder and standard input."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys
import threading
import tracemalloc
import zipfile
import zlib

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.diagnostics import CompileError, Diagnostic
from nmt.compiler.frontends import files
from nmt.compiler.frontends.files import HEAD, Input, inputs, lines
from nmt.compiler.frontends.formats import format_of, read_programs

TEXT = b"".join(b"(is word_%d)\n" % number for number in range(20_000))


def frame(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


PACK = {"plain": bytes, "gzip": gzip.compress, "zstd": frame}


@pytest.fixture(params=PACK)
def pack(request):
    return PACK[request.param]


def write(folder, data: bytes, name: str = "a.sps2"):
    path = folder / name
    path.write_bytes(data)
    return path


def read(path) -> bytes:
    with Input.of(path).open() as stream:
        return stream.read()


def numbered(path) -> list[tuple[int, str]]:
    """The lines of a file, and of what is told the code."""
    return [(number, line.code if isinstance(line, Diagnostic) else line) for number, line in lines(Input.of(path))]


def stdin(monkeypatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


# -- packed and plain


def test_files_are_unpacked_by_what_stands_in_them(tmp_path, pack):
    path = write(tmp_path, pack(TEXT), "name.says.nothing")
    source = Input.of(path)
    assert source.head == TEXT[:HEAD]
    assert read(path) == TEXT
    assert numbered(path)[-1] == (20_000, "(is word_19999)")


def test_members_and_frames_one_behind_the_other(tmp_path):
    parts = [b"(is a)\n", b"", TEXT, b"(is b)"]
    skipped = b"\x5e\x2a\x4d\x18\x03\x00\x00\x00xyz"
    assert read(write(tmp_path, b"".join(map(gzip.compress, parts)))) == b"".join(parts)
    assert read(write(tmp_path, b"".join(map(frame, parts)))) == b"".join(parts)
    assert read(write(tmp_path, skipped + frame(TEXT) + skipped + frame(b"x"))) == TEXT + b"x"
    assert read(write(tmp_path, gzip.compress(TEXT) + bytes(700))) == TEXT  # as tapes fill a block up


def test_reading_in_small_pieces(tmp_path, pack):
    with Input.of(write(tmp_path, pack(TEXT))).open() as stream:
        pieces = list(iter(lambda: stream.read(977), b""))
    assert b"".join(pieces) == TEXT
    assert {len(piece) for piece in pieces[:-1]} == {977}


def test_empty_files(tmp_path, pack):
    path = write(tmp_path, pack(b""))
    assert Input.of(path).head == b""
    assert numbered(path) == []


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
@pytest.mark.parametrize("end", [b"\x1f", b"\x28\xb5", b"(is a)", b"\x1f\x8b"])
def test_what_stands_behind_packed_data_is_told(tmp_path, kind, end):
    path = write(tmp_path, PACK[kind](TEXT) + end)
    found = []
    with pytest.raises(CompileError, match="NMT402"):
        found.extend(lines(Input.of(path)))
    assert len(found) == 20_000


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
@pytest.mark.parametrize("part", [0.6, 0.8, 0.99])
def test_what_came_before_the_end_of_a_truncated_file_is_given(tmp_path, kind, part):
    packed = PACK[kind](TEXT)
    path = write(tmp_path, packed[: int(len(packed) * part)])
    source = Input.of(path)
    assert TEXT.startswith(source.head)  # its format can be told
    found = []
    with pytest.raises(CompileError, match="ends too early"):
        found.extend(lines(source))
    assert len(found) > 20_000 * part / 2 - 5_000
    assert [line for _, line in found] == TEXT.decode().split("\n")[: len(found)]


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_a_file_that_is_cut_in_its_first_line(tmp_path, kind):
    with pytest.raises(CompileError, match="NMT402"):
        _ = Input.of(write(tmp_path, PACK[kind](b"(is a)")[:-3])).head


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_all_of_a_truncated_file_is_never_given_as_a_whole(tmp_path, kind):
    with pytest.raises(CompileError, match="NMT402"):
        read(write(tmp_path, PACK[kind](TEXT)[:-9]))


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_a_damaged_file_is_told_and_stays_damaged(tmp_path, kind):
    packed = bytearray(PACK[kind](TEXT))
    packed[len(packed) // 2 :] = bytes(len(packed) - len(packed) // 2)
    with Input.of(write(tmp_path, bytes(packed))).open() as stream:
        for _ in range(3):
            with pytest.raises(CompileError, match="NMT402"):
                list(iter(lambda: stream.read(1 << 20), b""))


@pytest.mark.parametrize(
    ("data", "said"),
    [(bz2.compress(TEXT), "packed by bzip2"), (lzma.compress(TEXT), "packed by xz"), (b"PK\3\4" + TEXT, "zip archive")],
)
def test_other_archives_are_named(tmp_path, data, said):
    with pytest.raises(CompileError, match=f"NMT402 is (a )?{said}"):
        list(lines(Input.of(write(tmp_path, data))))


def test_a_real_zip_archive_is_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a", TEXT)
    with pytest.raises(CompileError, match="unpack it first"):
        _ = Input.of(tmp_path / "a.zip").head


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_what_unpacks_to_much_is_read_in_little_memory(tmp_path, kind):
    path = tmp_path / "bomb"
    size = 1 << 26
    if kind == "gzip":
        packer = zlib.compressobj(wbits=31)
        pieces = (packer.compress(bytes(1 << 24)) for _ in range(size >> 24))
        path.write_bytes(b"".join(pieces) + packer.flush())
    else:
        maker = zstandard.ZstdCompressor().compressobj()
        path.write_bytes(b"".join(maker.compress(bytes(1 << 24)) for _ in range(size >> 24)) + maker.flush())
    tracemalloc.start()
    with Input.of(path).open() as stream:
        count = sum(len(stream.read(1 << 20)) for _ in range(32))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 32 << 20
    assert peak < 56 << 20


# -- lines


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("last", [True, False])
def test_ends_of_lines_and_marks(tmp_path, pack, end, mark, last):
    data = mark + end.join([b"(is a)", b"", "(is caf\u00e9)".encode(), b"(is b)"]) + (end if last else b"")
    assert numbered(write(tmp_path, pack(data))) == [(1, "(is a)"), (2, ""), (3, "(is caf\u00e9)"), (4, "(is b)")]


def test_ends_of_lines_as_cr_alone_are_told(tmp_path):
    with pytest.raises(CompileError, match="end in CR alone"):
        numbered(write(tmp_path, b"(is a)\r(is b)\r"))
    assert numbered(write(tmp_path, b"(is a)\r")) == [(1, "(is a)")]
    assert numbered(write(tmp_path, b"a\rb\nc")) == [(1, "a\rb"), (2, "c")]  # one that strays is a sign as others


def test_lines_that_are_no_text(tmp_path):
    path = write(tmp_path, b"(is a)\n(is caf\xe9)\n(is \0)\n(is b)\n")
    assert numbered(path) == [(1, "(is a)"), (2, "NMT413"), (3, "NMT413"), (4, "(is b)")]
    _, bad, zero, _ = (line for _, line in lines(Input.of(path)))
    assert (bad.message, bad.place) == ("is no UTF-8 text (byte 8 of the line)", f"{path}:2")
    assert zero.message == "has a zero byte (byte 5 of the line)"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_is_told(tmp_path, encoding):
    with pytest.raises(CompileError, match="NMT402 is UTF-16 text"):
        numbered(write(tmp_path, "(is a)\n(is b)\n".encode(encoding)))


@pytest.mark.parametrize("content", [b"\0\0\0\0\1\2\3\4", b"\x7fEL\0F\1\2\3", b"\0\1\2\3\4"])
def test_other_binaries_are_no_text(tmp_path, content):
    path = write(tmp_path, content)
    with pytest.raises(CompileError, match="NMT402 is no text"):
        numbered(path)
    with pytest.raises(CompileError, match="NMT402 is no text"):
        format_of(Input.of(path))
    with pytest.raises(CompileError, match="NMT402 is no text"):
        list(read_programs(path, "clevr"))


def test_the_beginning_of_a_compiled_file_is_told_as_one(tmp_path):
    whole = b"\x40\0\0\0\0\0\0\0" + b'{"__metadata__":{"format":"nmt-programs"'
    for end in range(9, len(whole)):
        with pytest.raises(CompileError, match="NMT417 ends inside its header"):
            format_of(Input.of(write(tmp_path, whole[:end])))
    assert format_of(Input.of(write(tmp_path, whole))).name == "compiled"


@settings(max_examples=80)
@given(st.lists(st.text("ab\u00e9 ", max_size=12), max_size=12), st.integers(1, 9), st.integers(3, 20))
def test_lines_are_the_same_whatever_the_blocks(tmp_path_factory, texts, block, longest):
    path = write(tmp_path_factory.mktemp("l"), "\n".join(texts).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "BLOCK", block)
        patch.setattr(files, "LONGEST", longest)
        found = numbered(path)
    if texts and not texts[-1]:
        texts = texts[:-1]
    long = [len(text.encode()) > longest for text in texts]
    assert found == [(at, "NMT414" if long[at - 1] else text) for at, text in enumerate(texts, 1)]


def test_a_line_of_any_length_is_passed_over_in_constant_memory(tmp_path):
    path = write(tmp_path, b"(is a)\n")
    with path.open("r+b") as file:
        file.seek(1 << 26)
        file.write(b"\n(is b)\n")
    tracemalloc.start()
    found = numbered(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == [(1, "(is a)"), (2, "NMT414"), (3, "(is b)")]
    assert peak < 8 << 20


@pytest.mark.slow
def test_a_line_of_a_gigabyte(tmp_path):
    path = write(tmp_path, b"(is a)\n")
    with path.open("r+b") as file:
        file.seek(1 << 30)
        file.write(b"\n(is b)\n")
    assert numbered(path) == [(1, "(is a)"), (2, "NMT414"), (3, "(is b)")]


# -- standard input, pipes, folders


def test_standard_input_is_looked_at_and_then_read_whole(monkeypatch, pack):
    stdin(monkeypatch, pack(TEXT))
    (source,) = inputs("-")
    assert source.head == TEXT[:HEAD]
    assert source.head == TEXT[:HEAD]
    assert b"".join(f"{line}\n".encode() for _, line in lines(source)) == TEXT
    with pytest.raises(CompileError, match="NMT401 can be read only once"):
        source.open()


def test_standard_input_that_is_damaged(monkeypatch):
    stdin(monkeypatch, gzip.compress(TEXT)[:-100])
    (source,) = inputs("-")
    assert source.head == TEXT[:HEAD]
    found = []
    with pytest.raises(CompileError, match="standard input: NMT402 the compressed file ends too early"):
        found.extend(lines(source))
    assert len(found) > 10_000


def test_standard_input_that_is_closed(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(CompileError, match="NMT401"):
        _ = Input.of("-").head


def test_a_pipe_is_read_like_standard_input(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(TEXT,))
    writer.start()
    source = Input.of(path)
    assert source.head == TEXT[:HEAD]
    assert len(list(lines(source))) == 20_000
    writer.join()


def test_folders(tmp_path):
    with pytest.raises(CompileError, match="NMT401 the folder holds no files"):
        inputs(tmp_path)
    for name in ("b.sps2", "a.sps2", ".hidden"):
        write(tmp_path, b"(is a)\n", name)
    (tmp_path / "folder").mkdir()
    assert [source.name for source in inputs(tmp_path)] == [str(tmp_path / "a.sps2"), str(tmp_path / "b.sps2")]


def test_what_cannot_be_opened(tmp_path):
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(CompileError, match="NMT401 cannot be read"):
            Input.of(path).open()
