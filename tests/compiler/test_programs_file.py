"""Compiled files: what is written reads back equal, whatever is broken is told, arrays are those of the records."""

from __future__ import annotations

import gzip
import json
import struct
import sys
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file

from nmt.compiler.compiled import compile_programs
from nmt.compiler.diagnostics import CompileError
from nmt.compiler.encode import encode, encode_file
from nmt.compiler.frontends import files
from nmt.compiler.frontends.compiled import FORMATS, read_compiled
from nmt.compiler.frontends.files import Input
from nmt.compiler.frontends.format import Options
from nmt.compiler.frontends.terms_text import read_term
from nmt.compiler.lower import Lowering
from nmt.compiler.programs import Checker
from nmt.compiler.programs_file import file as programs_file
from nmt.compiler.programs_file import spooled as programs_file_spooled
from nmt.compiler.programs_file import write as programs_file_write
from nmt.compiler.programs_file.arrays import START
from nmt.compiler.programs_file.file import ProgramsFile
from nmt.compiler.programs_file.write import Writer
from nmt.compiler.strategies import from_interface
from nmt.compiler.terms import Record, Skeleton, Term
from nmt.compiler.vocabularies import bind
from nmt.facade import load
from nmt.loading import load_checked

CLEVR = load_checked("clevr")
TERMS = [
    read_term(text)[0]
    for text in (
        "exist(filter_color[red](scene()))",
        "query_color(unique(filter_shape[cube](scene())))",
        "query_shape(unique(filter_color[blue](scene())))",
        "count(scene())",
    )
]


def write(path, records, interface=CLEVR, without=()):
    with Writer(path, interface, without) as writer:
        for record in records:
            writer.add(record)
        writer.finish({"files": []})
    return path


def some(count=10, **columns):
    return [
        Record(number, TERMS[number % 4], {"answer": "yes", "question": f"q{number}?", **columns}, "q.json", number)
        for number in range(count)
    ]


def fault(code, path, interface=None):
    """Read everything; the diagnostic that comes of it."""
    with pytest.raises(CompileError) as caught:
        list(ProgramsFile.open(path, interface))
    (found,) = caught.value.diagnostics
    assert found.code == code
    return found


def everything(record):
    """All that is kept of a record, as no two records share it that differ."""
    about = (record.number, record.term, record.alternatives, record.file, record.id, record.line)
    return repr((*about, sorted(record.columns.items())))


texts = st.text(st.characters(codec=None), max_size=6)
words = st.lists(st.sampled_from(["red", "", "'s", "\u00e9", "\ud800"]), max_size=3).map(tuple)
nested = st.lists(words | st.none() | st.dictionaries(texts, words, max_size=2), max_size=3).map(tuple)
values = st.none() | st.booleans() | st.integers(-3, 1 << 40) | texts | st.floats(allow_nan=False) | nested
columns = st.fixed_dictionaries(
    {},
    optional={
        "question": st.none() | texts,
        "words": st.none() | words,
        "answers": words,
        "image": st.none() | texts | words | st.floats(-1, 1),
        "answer": texts,
        "family": st.none() | st.integers(0, 3) | st.booleans() | texts,
        "image_index": st.integers(-1, 300),
        "other": values,
        "group/id": values,
    },
)


@st.composite
def terms(draw):
    """Any term: readers hand on what they read."""
    count = draw(st.integers(0, 3))
    ops = tuple(draw(st.text(max_size=3)) for _ in range(count))
    inputs = tuple(tuple(draw(st.lists(st.integers(0, 5), max_size=2))) for _ in range(count))
    counts = tuple(draw(st.integers(0, 2)) for _ in range(count))
    return Term(Skeleton(ops, inputs, counts), tuple(draw(texts) for _ in range(sum(counts))))


records = st.builds(
    Record,
    st.integers(0, 1 << 33),
    terms(),
    columns,
    texts,
    st.none() | st.integers(-5, 1 << 40) | texts,
    st.lists(terms(), max_size=3).map(tuple),
    line=st.integers(0, 300),
)


@settings(max_examples=60)
@given(st.lists(records, max_size=12))
def test_what_is_written_reads_back_equal(tmp_path_factory, given):
    path = tmp_path_factory.mktemp("f") / "p.nmtp"
    with pytest.MonkeyPatch.context() as patch:
        for module in (programs_file_write, programs_file_spooled):
            patch.setattr(module, "BLOCK", 4)  # several blocks, also in little files
        patch.setattr(programs_file, "BLOCK", 5)
        write(path, given)
        read = list(ProgramsFile.open(path))
    assert read == given
    for one, other in zip(read, given, strict=True):
        kept = {name: value for name, value in other.columns.items() if value is not None}
        assert one.columns == kept
        assert {name: type(value) for name, value in one.columns.items()} == {
            name: type(value) for name, value in kept.items()
        }
        assert (one.file, one.id, type(one.id), one.line) == (other.file, other.id, type(other.id), other.line)


def test_other_programs_read_the_container(tmp_path):
    arrays = load_file(write(tmp_path / "p.nmtp", some()))
    assert arrays["program.skeleton"].tolist() == [0, 1, 2, 3] * 2 + [0, 1]
    assert arrays["program.skeleton"].dtype == np.uint8


def test_alternatives_of_a_part_of_a_file(tmp_path):
    given = [evolve(one, alternatives=tuple(TERMS[: at % 3])) for at, one in enumerate(some(10))]
    file = ProgramsFile.open(write(tmp_path / "p.nmtp", given))
    assert list(file) == given
    assert list(file.records(4, 7)) == given[4:7]
    assert list(file.records(10, 10)) == []


@pytest.mark.parametrize(
    "columns",
    [
        {"question": 5},
        {"words": 5},
        {"words": "a b"},
        {"words": ("a", 5)},
        {"answers": (None,)},
        {"image": {1, 2}},
        {"other": b"x"},
        {"image": Path("a.png")},
    ],
    ids=str,
)
def test_a_column_that_cannot_be_kept_is_told(tmp_path, columns):
    with pytest.raises(CompileError, match="NMT415") as caught:
        write(tmp_path / "p.nmtp", [Record(0, TERMS[0], columns, "q.json")])
    (found,) = caught.value.diagnostics
    assert f"`{next(iter(columns))}`" in found.message
    assert found.place == "q.json: question 0"
    assert not list(tmp_path.iterdir())


def test_columns_that_are_not_wanted(tmp_path):
    first = next(iter(ProgramsFile.open(write(tmp_path / "p.nmtp", some(), without=("question",)))))
    assert first.columns == {"answer": "yes"}


def test_numbers_take_as_few_bytes_as_they_may(tmp_path):
    many = [Record(number * 100, TERMS[0], {"image": f"{number}.png"}) for number in range(1000)]
    file = ProgramsFile.open(write(tmp_path / "p.nmtp", many))
    assert file.columns["image"].numbers.dtype == np.uint16
    assert file.arrays["program.number"].dtype == np.int32
    assert [one.columns["image"] for one in file.records(998, 1000)] == ["998.png", "999.png"]


def test_a_file_says_how_it_was_made(tmp_path):
    about = ProgramsFile.open(write(tmp_path / "p.nmtp", some())).about
    assert about["interface"]["package"] == "clevr"
    assert about["programs"] == 10
    assert {"command", "time", "versions"} <= about.keys()


def test_a_writer_that_stops_leaves_what_was_there(tmp_path):
    path = write(tmp_path / "p.nmtp", some(3))
    with suppress(KeyboardInterrupt), Writer(path, CLEVR) as writer:
        writer.add(some()[0])
        raise KeyboardInterrupt
    assert len(ProgramsFile.open(path)) == 3
    assert [one.name for one in tmp_path.iterdir()] == ["p.nmtp"]


# -- what is broken


def test_any_byte_that_is_changed_is_told(tmp_path):
    path = write(tmp_path / "p.nmtp", some(words=("a", "b"), image="x.png", more=[1]))
    whole = path.read_bytes()
    length = struct.unpack("<Q", whole[:8])[0]
    for at in range(8 + length, len(whole), 3):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert "check sum" in fault("NMT417", path).message


def test_a_header_that_is_changed_is_told_or_means_the_same(tmp_path):
    path = write(tmp_path / "p.nmtp", some(1))
    whole = path.read_bytes()
    length = struct.unpack("<Q", whole[:8])[0]
    found, before = set(), [everything(one) for one in ProgramsFile.open(path)]
    for at in range(8 + length):
        flip = (1, 2, 4, 8, 0x10, 0x20, 0x40)[at % 7]
        path.write_bytes(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
        try:
            assert [everything(one) for one in ProgramsFile.open(path)] == before, at
        except CompileError as caught:
            found.update(one.code for one in caught.diagnostics)
    assert "NMT417" in found <= {"NMT417", "NMT419"}


def test_a_file_that_is_cut_is_told(tmp_path):
    path = write(tmp_path / "p.nmtp", some(4))
    whole = path.read_bytes()
    for end in [*range(0, len(whole) - 1, 37), len(whole) - 1]:
        path.write_bytes(whole[:end])
        fault("NMT417", path)


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_told(tmp_path_factory, content, front):
    path = tmp_path_factory.mktemp("f") / "p.nmtp"
    head = struct.pack("<Q", 64) + b'{"__metadata__":{"format":"nmt-programs"'
    path.write_bytes((head if front else b"") + content)
    fault("NMT417", path)


def tampered(path, change):
    """The file with another header."""
    whole = path.read_bytes()
    length = struct.unpack("<Q", whole[:8])[0]
    header = json.loads(whole[8 : 8 + length])
    change(header)
    arrays = {name: place for name, place in header.items() if name != "__metadata__"}
    plain = header["__metadata__"]
    own = zlib.crc32((plain["about"] + json.dumps(arrays, separators=(",", ":"))).encode())
    plain["crc32"] = f"{own:08x}{plain['crc32'][8:]}"
    text = json.dumps(header, separators=(",", ":")).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + whole[8 + length :])


def set_about(header, **more):
    header["__metadata__"]["about"] = json.dumps(json.loads(header["__metadata__"]["about"]) | more)


def test_a_newer_form_and_a_foreign_header(tmp_path):
    path = write(tmp_path / "p.nmtp", some())
    tampered(path, lambda header: header["__metadata__"].update(version="3"))
    assert "newer release" in fault("NMT419", path).message
    tampered(write(path, some()), lambda header: header["__metadata__"].update(version="1"))
    assert "older release" in fault("NMT417", path).message
    for change in (
        lambda header: header.pop("op.text"),
        lambda header: header["program.skeleton"].update(data_offsets=[0, 3]),
        lambda header: header["program.skeleton"].update(data_offsets=[0]),
        lambda header: header["program.skeleton"].update(shape=[]),
        lambda header: set_about(header, columns={"answer": "value", "question": "tezt"}),
        lambda header: header["program.skeleton"].update(dtype="F32"),
        lambda header: set_about(header, columns={"answer": "list"}),
        lambda header: set_about(header, columns=5),
        lambda header: set_about(header, columns={"answer": {}}),
    ):
        tampered(write(path, some()), change)
        fault("NMT417", path)
    fault("NMT401", tmp_path / "none")


def test_another_interface(tmp_path):
    path = write(tmp_path / "p.nmtp", some())
    assert len(ProgramsFile.open(path, CLEVR)) == 10
    assert "compiled for clevr @ 1.0.0" in fault("NMT418", path, load_checked("clevr_paper")).message
    (tmp_path / "clevr.nmt").write_text(
        (CLEVR.texts["clevr"].text).replace("weight 0.01", "weight 0.02"), encoding="utf-8"
    )
    assert "as it was before" in fault("NMT418", path, load_checked(str(tmp_path / "clevr.nmt"))).message


# -- as any other file


def test_it_is_a_format(tmp_path, monkeypatch):
    path = write(tmp_path / "p.nmtp", some())
    (format_,) = FORMATS
    source = Input.of(path)
    assert format_.fits(source.head, source.name)
    assert START.match(source.head)
    assert list(format_.read(source, Options())) == some()
    (tmp_path / "p.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert list(read_compiled(Input.of(tmp_path / "p.gz"), Options())) == some()
    with path.open("rb") as stream:
        monkeypatch.setattr(files.sys, "stdin", type(sys)("stdin"))
        files.sys.stdin.buffer = stream
        assert list(read_compiled(Input.of("-"), Options())) == some()


# -- arrays


@settings(max_examples=25)
@given(st.lists(from_interface(CLEVR, max_depth=4), min_size=1, max_size=8))
def test_arrays_are_those_of_the_records(tmp_path_factory, given):
    path = write(tmp_path_factory.mktemp("f") / "p.nmtp", [Record(at, term) for at, term in enumerate(given)])
    checker = Checker(CLEVR, CLEVR.model())
    lowering = Lowering(CLEVR.bodies)
    made, which = encode_file(ProgramsFile.open(path), checker, lowering)
    expected = encode([(term, checker.check(term)) for term in given], lowering)
    assert which.tolist() == list(range(len(given)))
    same(made, expected)


def same(made, expected):
    assert made.graph.tolist() == expected.graph.tolist()
    assert made.starts.tolist() == expected.starts.tolist()
    assert made.words.tolist() == expected.words.tolist()
    pairs = set(zip(made.part.tolist(), expected.part.tolist(), strict=True))
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})  # in whatever order they are numbered
    for a, b in pairs:
        assert made.offsets[:, a].tolist() == expected.offsets[:, b].tolist()


def test_arrays_leave_out_what_does_not_fit(tmp_path):
    odd = [
        ("exist(filter_color[red](scene()))", {"answer": "yes"}),
        ("exist(filter_color[cube](scene()))", {"answer": "yes"}),  # a word of another vocabulary
        ("exits(scene())", {}),  # no op
        ("exist(filter_shape[cube](scene()))", {"answer": "red"}),  # an answer of another vocabulary
        ("query_color(unique(scene()))", {"answers": ("cube", "red")}),
        ("query_color(unique(scene()))", {"answers": ("cube", "yes")}),
        ("query_color(unique(scene()))", {"answers": ()}),
        ("count(scene())", {}),
    ]
    given = [Record(at, read_term(text)[0], columns) for at, (text, columns) in enumerate(odd)]
    checker = Checker(CLEVR, CLEVR.model())
    lowering = Lowering(CLEVR.bodies)
    made, which = encode_file(ProgramsFile.open(write(tmp_path / "p.nmtp", given)), checker, lowering)
    accepted = compile_programs(given, checker).accepted
    assert which.tolist() == [item.record.number for item in accepted] == [0, 4, 6, 7]
    same(made, encode([(item.record.term, item.checked) for item in accepted], lowering))


def test_words_that_data_brings_later(tmp_path):
    text = (
        "package seen @ 1.0.0\ndim H\nvocab LEAF from program at least 1 else unknown\n"
        "type m = real[H] in 0..1 by sigmoid\n"
        "source image : real[H]\nmodule find[w: LEAF](image: real[H]) -> m\nop leaf[w: LEAF]() -> m = find[w](image)\n"
        "layout question : m\n"
    )
    (tmp_path / "seen.nmt").write_text(text, encoding="utf-8")
    waiting = load(tmp_path / "seen.nmt").checked
    given = [Record(at, read_term(f"leaf[{word}]()")[0]) for at, word in enumerate(("dog", "cat", "dog"))]
    path = write(tmp_path / "p.nmtp", given, waiting)
    bound = bind(waiting, {"LEAF": ["dog"]})
    assert bound.hash != waiting.hash
    with pytest.raises(CompileError, match="NMT605 the words of LEAF are not known yet"):
        encode_file(ProgramsFile.open(path, waiting), Checker(waiting), Lowering(waiting.bodies))
    made, which = encode_file(ProgramsFile.open(path, bound), Checker(bound), Lowering(bound.bodies))
    assert (which.tolist(), made.words.tolist()) == ([0, 1, 2], [0, 1, 0])


def test_no_programs(tmp_path):
    path = write(tmp_path / "p.nmtp", [])
    assert list(ProgramsFile.open(path)) == []
    with pytest.raises(CompileError, match="NMT605 holds no programs"):
        encode_file(ProgramsFile.open(path), Checker(CLEVR, CLEVR.model()), Lowering(CLEVR.bodies))


def test_alternatives_make_no_graphs(tmp_path):
    given = [Record(0, TERMS[0], alternatives=(TERMS[0], Term(Skeleton(("strange",), ((),), (1,)), ("x",)), TERMS[3]))]
    lowering = Lowering(CLEVR.bodies)
    path = write(tmp_path / "p.nmtp", given)
    assert list(ProgramsFile.open(path)) == given
    _, which = encode_file(ProgramsFile.open(path), Checker(CLEVR, CLEVR.model()), lowering)
    assert (which.tolist(), len(lowering.graphs)) == ([0], 1)
