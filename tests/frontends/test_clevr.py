"""The reader of CLEVR questions: both variants, streaming, and every way in which a file can be broken."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.compiled import compile_programs
from nmt.compiler.diagnostics import CompileError, Diagnostic
from nmt.compiler.frontends import read_programs
from nmt.compiler.frontends.files import Input
from nmt.compiler.frontends.records import CHUNK, Records, batches
from nmt.compiler.programs import Checker
from nmt.compiler.strategies import from_interface
from nmt.loading import load_checked

CLEVR = load_checked("clevr")
PROGRAM = [
    {"inputs": [], "function": "scene", "value_inputs": []},
    {"inputs": [0], "function": "filter_color", "value_inputs": ["red"]},
    {"inputs": [1], "function": "exist", "value_inputs": []},
]


def question(program=PROGRAM, **more):
    return {
        "image_index": 0,
        "image_filename": "a.png",
        "question": "Is there a red thing?",
        "answer": "yes",
        "program": program,
    } | more


def write(path, questions, text=None):
    path.write_text(text if text is not None else json.dumps({"info": {"license": "{[x]}"}, "questions": questions}))
    return path


def compiled(path):
    return compile_programs(read_programs(path), Checker(CLEVR, CLEVR.model()), "q.json")


def test_the_released_form(tmp_path):
    (record,) = read_programs(write(tmp_path / "q.json", [question()]))
    assert str(record.term) == "exist(filter_color[red](scene()))"
    assert record.columns["answer"] == "yes"
    assert record.columns["image"] == "a.png"
    assert record.term.skeleton.depth == 2


def test_the_form_of_the_generator(tmp_path):
    program = [
        {"type" if key == "function" else key: value for key, value in node.items()} | {"_output": [1, [2]]}
        for node in PROGRAM
    ]
    (record,) = read_programs(write(tmp_path / "q.json", [question(program, answer=True, template_filename="x.json")]))
    assert str(record.term) == "exist(filter_color[red](scene()))"
    assert record.columns["answer"] == "yes"


@pytest.mark.parametrize(
    ("answer", "expected"), [(True, "yes"), (False, "no"), (0, "0"), (3, "3"), ("red", "red"), (None, None)]
)
def test_answers_are_written_as_released(tmp_path, answer, expected):
    (record,) = read_programs(write(tmp_path / "q.json", [question(answer=answer)]))
    assert record.columns["answer"] == expected


def test_a_bare_list_a_mark_and_other_keys_first(tmp_path):
    text = json.dumps([question()])
    assert len(list(read_programs(write(tmp_path / "a.json", None, text)))) == 1
    marked = tmp_path / "b.json"
    marked.write_bytes(
        b"\xef\xbb\xbf" + json.dumps({"n": 1, "x": [{"questions": [1]}], "t": "a", "questions": [question()]}).encode()
    )
    assert len(list(read_programs(marked))) == 1


@pytest.mark.parametrize("end", ['}{"questions": []}', "} x", ', "more": }', ""])
def test_what_comes_after_the_list_is_checked_too(tmp_path, end):
    path = write(tmp_path / "q.json", None, '{"questions": [' + json.dumps(question()) + '], "info": {}' + end)
    with pytest.raises(CompileError, match="NMT402"):
        list(read_programs(path))


def test_an_empty_list_has_no_programs(tmp_path):
    assert list(read_programs(write(tmp_path / "q.json", []))) == []


def test_records_across_chunks(tmp_path):
    questions = [question(question="x" * (CHUNK // 3), number=number) for number in range(10)]
    path = write(tmp_path / "q.json", questions)
    kind = Records(json.loads, json.loads, "a list", "questions")
    found = [record["number"] for batch in batches(Input.of(path), kind) for record in batch.records]
    assert found == list(range(10))


@settings(max_examples=40, deadline=None)
@given(from_interface(CLEVR))
def test_any_program_reads_back_equal(tmp_path_factory, term):
    words = iter(term.words)
    nodes = [
        {"function": op, "inputs": list(inputs), "value_inputs": [next(words) for _ in range(count)]}
        for op, inputs, count in zip(term.skeleton.ops, term.skeleton.inputs, term.skeleton.counts, strict=True)
    ]
    path = write(tmp_path_factory.mktemp("q") / "q.json", [question(nodes)])
    (record,) = read_programs(path)
    assert record.term == term


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_file_cut_anywhere_is_read_up_to_there(tmp_path_factory, data):
    whole = json.dumps(
        {"info": {}, "questions": [question(question=f'quote " brace {{ {number}') for number in range(3)]}
    )
    cut = data.draw(st.integers(0, len(whole) - 1))
    path = write(tmp_path_factory.mktemp("q") / "q.json", None, whole[:cut])
    read = []
    with pytest.raises(CompileError) as caught:
        read.extend(read_programs(path))
    assert caught.value.diagnostics[0].code == "NMT402"
    assert all(not isinstance(record, Diagnostic) for record in read)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_records_or_a_diagnostic(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("q") / "q.json"
    path.write_bytes(content)
    found = "NMT402"
    try:
        list(read_programs(path, "clevr"))
    except CompileError as fault:
        found = fault.diagnostics[0].code
    assert found == "NMT402"


BROKEN = [
    ("NMT404", [{"function": "filter_colour", "inputs": [0], "value_inputs": ["red"]}], "did you mean `filter_color`?"),
    ("NMT405", [{"function": "union", "inputs": [0], "value_inputs": []}], ""),
    ("NMT406", [{"function": "unique", "inputs": [1], "value_inputs": []}], ""),
    ("NMT406", [{"function": "unique", "inputs": [7], "value_inputs": []}], ""),
    ("NMT406", [{"function": "unique", "inputs": [-1], "value_inputs": []}], ""),
    (
        "NMT407",
        [{"function": "filter_color", "inputs": [0], "value_inputs": ["cube"]}, PROGRAM[2]],
        "COLOR has gray, red",
    ),
    ("NMT408", [{"function": "query_size", "inputs": [0], "value_inputs": []}], ""),
    ("NMT409", [{"function": "filter_color", "inputs": [0], "value_inputs": ["red"]}], ""),
    ("NMT411", [{"function": "filter_color", "inputs": [0], "value_inputs": []}], ""),
]


@pytest.mark.parametrize(("code", "rest", "help_"), BROKEN)
def test_what_does_not_fit_is_named(tmp_path, code, rest, help_):
    made = compiled(write(tmp_path / "q.json", [question([PROGRAM[0], *rest], answer=None), question()]))
    (fault,) = made.rejected
    assert fault.code == code
    assert fault.help.startswith(help_)
    assert fault.place.startswith("q.json: question 0, node 1")
    assert made.count == 1


def test_an_answer_that_the_program_cannot_give(tmp_path):
    (fault,) = compiled(write(tmp_path / "q.json", [question(answer="red")])).rejected
    assert fault.code == "NMT410"


def test_an_empty_program_and_a_missing_one(tmp_path):
    made = compiled(
        write(tmp_path / "q.json", [question([]), question(None), question("x"), question([{"inputs": []}])])
    )
    assert [fault.code for fault in made.rejected] == ["NMT412", "NMT403", "NMT403", "NMT403"]
    assert made.read == 4


def test_a_missing_file_and_one_without_questions(tmp_path):
    with pytest.raises(CompileError, match="NMT401"):
        list(read_programs(tmp_path / "none.json"))
    with pytest.raises(CompileError, match='holds no list under "questions"'):
        list(read_programs(write(tmp_path / "q.json", None, '{"info": {}}')))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        ("[]".encode("utf-16"), "is UTF-16"),
        (b"5", "holds no JSON list or object"),
        (b'{"questions": [{}, five]}', "something else stands inside record 1"),
        (b'{"questions": []} {}', "behind the records"),
        (b'{"questions": [{"a": ', "the file ends inside record 0"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path, content, said):
    (tmp_path / "q.json").write_bytes(content)
    with pytest.raises(CompileError, match=said):
        list(read_programs(tmp_path / "q.json", "clevr"))


def test_a_bad_byte_costs_one_record(tmp_path):
    text = json.dumps({"questions": [question(question="x\u00e9"), question()]}, ensure_ascii=False)
    (tmp_path / "q.json").write_bytes(text.encode("latin-1"))
    first, second = read_programs(tmp_path / "q.json")
    assert isinstance(first, Diagnostic)
    assert not isinstance(second, Diagnostic)
