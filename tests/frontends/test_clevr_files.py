"""Files of CLEVR questions as people have them: variants, large files, and all that breaks them."""

from __future__ import annotations

import gc
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.diagnostics import CompileError, Diagnostic
from nmt.compiler.frontends import read_programs
from nmt.compiler.frontends.clevr_skeletons import Skeletons
from nmt.compiler.frontends.records import CHUNK, keys

LARGEST = 1 << 14
PROGRAM = [
    {"inputs": [], "function": "scene", "value_inputs": []},
    {"inputs": [0], "function": "filter_color", "value_inputs": ["red"]},
    {"inputs": [1], "function": "exist", "value_inputs": []},
]
QUESTION = {"question_index": 7, "question": "Is there a red thing?", "answer": "yes", "program": PROGRAM}
TEXT = json.dumps(QUESTION)
TERM = "exist(filter_color[red](scene()))"


def of(*texts):
    return '{"info": {}, "questions": [' + ", ".join(texts) + "]}"


def read(tmp_path, text, name=None):
    path = tmp_path / "q.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_programs(path, name))


def codes(found):
    return [one.code if isinstance(one, Diagnostic) else str(one.term) for one in found]


# -- what is read


@pytest.mark.parametrize("between", ["\n", "\r\n", "", "\n\n", " "])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_questions_one_behind_the_other(tmp_path, between, count):
    found = read(tmp_path, between.join([TEXT] * count))
    assert codes(found) == [TERM] * count
    assert [one.number for one in found] == list(range(count))
    assert found[0].id == 7


def test_programs_alone(tmp_path):
    assert codes(read(tmp_path, json.dumps([PROGRAM, PROGRAM[:1]]))) == [TERM, "scene()"]
    assert codes(read(tmp_path, json.dumps(PROGRAM))) == [TERM]
    assert codes(read(tmp_path, json.dumps([*PROGRAM, {"inputs": 0, "function": "x"}]))) == ["NMT403"]


@pytest.mark.parametrize("count", [1, 3, 4000])
@pytest.mark.parametrize("indent", [None, 1])
def test_large_and_small_files_in_any_layout(tmp_path, count, indent):
    found = read(tmp_path, json.dumps({"questions": [QUESTION | {"number": at} for at in range(count)]}, indent=indent))
    assert codes(found) == [TERM] * count


def test_questions_of_other_keys_and_spaces_each(tmp_path):
    texts = [json.dumps({f"key {at}": "x" * 100, **QUESTION}, indent=at % 3) for at in range(3000)]
    assert codes(read(tmp_path, of(*texts))) == [TERM] * 3000


NULLS = [
    ([None, PROGRAM[0], None, {"inputs": [1], "function": "exist"}], "exist(scene())"),
    ([PROGRAM[0], None, {"inputs": [0, 0], "type": "union", "side_inputs": []}], "union(scene(), scene())"),
    ([PROGRAM[0], {"inputs": [0], "function": "relate", "value_inputs": ["left"]}, None], "relate[left](scene())"),
    ([PROGRAM[0], None, {"inputs": [1], "function": "exist"}], "NMT403"),
    ([None, None], "NMT403"),
    ([None, {"inputs": []}], "NMT403"),
]


@pytest.mark.parametrize(("program", "expected"), NULLS)
def test_nulls_are_left_out(tmp_path, program, expected):
    assert codes(read(tmp_path, json.dumps([{"program": program}, QUESTION]))) == [expected, TERM]


def test_what_reads_a_null_is_told(tmp_path):
    (fault,) = read(tmp_path, json.dumps([{"program": [PROGRAM[0], None, {"inputs": [1], "function": "exist"}]}]))
    assert fault.message == "node 2 (exist) reads node 1, which is null"


@pytest.mark.parametrize("wrong", [9, -1])
def test_an_index_of_no_node_stays_one_when_nulls_are_left_out(tmp_path, wrong):
    (found,) = read(tmp_path, json.dumps([{"program": [None, {"inputs": [wrong], "function": "exist"}]}]))
    (inputs,) = found.term.skeleton.inputs
    assert not 0 <= inputs[0] < 1


def test_all_kinds_of_nodes_in_one_file(tmp_path):
    generated = [{"type": "scene", "inputs": [], "_output": [1]}, {"type": "exist", "inputs": [0], "_output": True}]
    found = read(tmp_path, json.dumps([QUESTION, {"program": generated}, {"program": [None, PROGRAM[0]]}, QUESTION]))
    assert codes(found) == [TERM, "exist(scene())", "scene()", TERM]


# -- questions without programs


def test_a_file_without_programs_is_told_once(tmp_path):
    (fault,) = read(tmp_path, of(*['{"question": "a"}'] * 3000))
    assert fault.code == "NMT430"
    assert "3,000" in fault.message


@pytest.mark.parametrize("before", [0, 1, 3])
@pytest.mark.parametrize("after", [0, 2])
def test_questions_without_programs_among_others_are_told_each(tmp_path, before, after):
    found = read(tmp_path, of(*['{"question": "a"}'] * before, TEXT, *['{"question": "a"}'] * after))
    assert sorted(codes(found)) == ["NMT403"] * (before + after) + [TERM]
    places = [one.place.rpartition(" ")[2] for one in found if isinstance(one, Diagnostic)]
    assert places == [str(at) for at in range(before + 1 + after) if at != before]


# -- what is broken


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ('{"program": 5}', "`$.program`"),
        ('{"program": [], "program": []}', "'program' twice"),
        ('{"program": [{"function": "scene", "function": "exist"}]}', "'function' twice"),
        ('{"program": [{"function": "scene", "inputs": [], "inputs": []}]}', "'inputs' twice"),
        ('{"image_index": 1' + "0" * 5000 + ', "program": []}', "out of range"),
        ('{"program": [{"function": "scene", "inputs": [1e999]}]}', "out of range"),
        ('{"question": "\0"}', "invalid character"),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "too deep"),
        ('{"a": ' * 100_000 + "1" + "}" * 100_000, "too deep"),
        ('{"a": nul}', "malformed"),
        ('{"program": [], "answer": "yes", "answer": "no"}', "'answer' twice"),
        ("-5.5e3", "got `float`"),
        ('"}, {"', "got `str`"),
        ("null", "got `null`"),
        ("true", "got `bool`"),
    ],
    ids=range(15),
)
@pytest.mark.parametrize("count", [0, 1, 3000])
def test_a_broken_record_is_told_and_the_others_are_read(tmp_path, record, said, count):
    found = read(tmp_path, of(*[TEXT] * count, record, TEXT))
    assert codes(found) == [TERM] * count + ["NMT403", TERM]
    assert said in found[count].message
    assert found[count].place.endswith(f"question {count}")


@pytest.mark.parametrize(("name", "words"), [("function", "value_inputs"), ("type", "side_inputs")])
@pytest.mark.parametrize("count", [0, 3000])
def test_words_that_stand_twice_are_told(tmp_path, name, words, count):
    """Among nodes that all have words, or none, as files have them."""
    right = json.dumps({"program": [{name: "scene", "inputs": [], words: []}]})
    wrong = right.replace(f'"{words}"', f'"{words}": ["red"], "{words}"')
    found = read(tmp_path, of(*[right] * count, wrong, right))
    assert codes(found) == ["scene()"] * count + ["NMT403", "scene()"]
    assert f"'{words}' twice" in found[count].message


def test_a_record_that_is_too_large_is_left_out_in_bounded_memory(tmp_path, monkeypatch):
    for name, size in (("LARGEST", LARGEST), ("PART", LARGEST // 16), ("CHUNK", LARGEST // 4)):
        monkeypatch.setattr(f"nmt.compiler.frontends.records_scan.{name}", size)
    large = [
        '{"question": "' + "x}{" * (LARGEST // 2) + '"}',
        '{"question": "' + '\\"' * LARGEST + '"}',
        '{"a": [' + '["]", {}], ' * (LARGEST // 8) + "1]}",
    ]
    for record in large:
        for after in (1, 300):
            found = read(tmp_path, of(TEXT, record, *[TEXT] * after))
            assert codes(found) == [TERM, "NMT403", *[TERM] * after]
    with pytest.raises(CompileError, match="the file ends inside record 1"):
        read(tmp_path, of(TEXT, large[2])[:-9])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"questions": []}'.encode("utf-16-le"), "UTF-16"),
        ('{"questions": []}'.encode("utf-16"), "UTF-16"),
        (b"[" * 100_000, "the file ends inside record 0"),
        (of(TEXT, TEXT).replace("}, {", "} {").encode(), "something else stands after 1 records"),
        (of(TEXT).encode() * 2, "several files"),
        (f"{TEXT}\n{TEXT[:30]}".encode(), "the file ends inside record 1"),
        (of(TEXT, "truth").encode(), "something else stands inside record 1: 'truth"),
        (f"{TEXT}\nfive".encode(), "something else stands inside record 1"),
        (of(TEXT, "\0").encode(), "something else stands inside record 1"),
        (b'{"questions": [' + b",", "something else"),
        (b'{"info": ' + b"9" * (CHUNK * 2), "the file ends"),
    ],
    ids=range(11),
)
def test_where_a_file_cannot_be_read_on_it_is_said(tmp_path, content, said):
    with pytest.raises(CompileError, match=said):
        read(tmp_path, content, "clevr")


@settings(max_examples=60)
@given(st.data())
def test_records_are_cut_where_they_end_whatever_strings_hold(tmp_path_factory, data):
    """Texts that look like the place between two records are the trap."""
    texts = st.lists(
        st.sampled_from(['"', "\\", "}, {", '"question"', "]", "[", ", ", "x", "\u00e9", ": "]), max_size=6
    )
    questions = [{"question": "".join(text), "program": PROGRAM} for text in data.draw(st.lists(texts, max_size=12))]
    path = tmp_path_factory.mktemp("q") / "q.json"
    path.write_text(json.dumps({"questions": questions}, ensure_ascii=data.draw(st.booleans())), "utf-8")
    assert [one.columns["question"] for one in read_programs(path)] == [one["question"] for one in questions]


# -- memory


def test_the_collector_is_left_as_it_was(tmp_path):
    for running in (True, False):
        (gc.enable if running else gc.disable)()
        try:
            read(tmp_path, of(*[TEXT] * 3000))
            assert gc.isenabled() is running
        finally:
            gc.enable()


def test_equal_skeletons_are_one_and_are_forgotten_in_time(monkeypatch):
    monkeypatch.setattr("nmt.compiler.frontends.clevr_skeletons.MOST", 2)
    known = Skeletons()
    first = known.of(("scene", "exist"), ((), (0,)), (0, 0))
    assert known.of(("scene", "exist"), ((), (0,)), (0, 0)) is first
    for name in ("a", "b", "c"):
        known.of((name,), ((),), (0,))
    assert known.of(("scene", "exist"), ((), (0,)), (0, 0)) == first


def test_the_keys_of_a_file_are_seen_as_far_as_it_was_read():
    assert keys(b'{"info": {"a": 1}, "questions": [{"b":') == ["info", "questions"]
    assert keys(b'[[{"inputs": [], "function": "sc') == ["inputs", "function"]
    assert keys(b"[]") == keys(b"5") == keys(b"") == keys(b'{"a') == []
