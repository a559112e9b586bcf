"""Terms -> CLEVR's files -> terms: what any file of CLEVR holds comes back equal."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.diagnostics import CompileError
from nmt.compiler.frontends.clevr import FORMATS
from nmt.compiler.frontends.clevr_functions import FUNCTIONS
from nmt.compiler.frontends.files import Input
from nmt.compiler.frontends.format import Options
from nmt.compiler.frontends.terms_text import read_term
from nmt.compiler.strategies import from_interface
from nmt.compiler.terms import Record, Skeleton, Term
from nmt.loading import load_checked

CLEVR = load_checked("clevr")
COLUMNS = {"question": "How many?", "answer": "3", "image_index": 4, "image": "a.png", "family": 80, "split": "val"}


def again(path, fmt, records):
    path.write_text("".join(fmt.write(records)), "utf-8")
    return list(fmt.read(Input.of(path), Options()))


def record(text, **columns):
    return Record(0, read_term(text)[0], COLUMNS | columns)


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda one: one.name)
@settings(max_examples=60)
@given(terms=st.lists(from_interface(CLEVR), max_size=4))
def test_any_program_reads_back_equal_with_its_columns(tmp_path_factory, fmt, terms):
    records = [Record(at, term, COLUMNS | {"question": f'"{at}" \u00e9'}) for at, term in enumerate(terms)]
    found = again(tmp_path_factory.mktemp("w") / "q.json", fmt, records)
    assert [one.term for one in found] == terms
    assert [one.columns for one in found] == [one.columns for one in records]
    assert [one.number for one in found] == [one.id for one in found] == list(range(len(terms)))


def test_shared_and_dead_nodes_stay_as_they_are(tmp_path):
    term = Term(Skeleton(("scene", "scene", "union", "exist"), ((), (), (1, 1), (2,)), (0, 0, 0, 0)), ())
    (found,) = again(tmp_path / "q.json", FORMATS[0], [Record(0, term)])
    assert found.term == term


@pytest.mark.parametrize(
    ("answer", "written"), [("yes", True), ("no", False), ("0", 0), ("12", 12), ("red", "red"), ("012", "012")]
)
def test_answers_are_written_as_each_kind_of_file_has_them(answer, written):
    for fmt, expected in zip(FORMATS, (answer, written), strict=True):
        made = json.loads("".join(fmt.write([record("exist(scene())", answer=answer)])))["questions"][0]
        assert made["answer"] == expected
        assert type(made["answer"]) is type(expected)


def test_nodes_are_written_under_the_names_of_each_kind_of_file():
    shapes = []
    for fmt in FORMATS:
        made = json.loads("".join(fmt.write([record("filter_color[red](scene())")])))["questions"][0]
        shapes.append(made["program"][1])
    assert shapes == [
        {"inputs": [0], "function": "filter_color", "value_inputs": ["red"]},
        {"inputs": [0], "type": "filter_color", "side_inputs": ["red"]},
    ]


@pytest.mark.parametrize("text", ["count[red](scene())", "scene(scene())", "filter_color(scene())", "union(scene())"])
def test_what_clevr_has_not_is_not_written(text):
    with pytest.raises(CompileError, match="NMT415"):
        list(FORMATS[0].write([record(text)]))


def test_answers_of_annotators_are_not_lost_silently():
    with pytest.raises(CompileError, match="NMT415"):
        list(FORMATS[0].write([record("exist(scene())", answer=None, answers=("a", "b"))]))


def test_the_table_of_functions_is_that_of_the_interface():
    """Every function of questions is an op, with as many inputs and words."""
    for name, function in FUNCTIONS.items():
        if not function.template:
            signature = CLEVR.ops[name].signature
            assert (len(signature.params), len(signature.family)) == (function.inputs, function.words), name
    assert sum(one.template for one in FUNCTIONS.values()) == 9
    assert len(FUNCTIONS) == 35
