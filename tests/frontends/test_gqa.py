"""GQA questions: the language of arguments, large files, and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.diagnostics import CompileError, Diagnostic
from nmt.compiler.frontends import read_programs
from nmt.compiler.frontends.gqa import FORMATS
from nmt.compiler.frontends.gqa_arguments import Step, Steps, written
from nmt.compiler.programs_file.write import Writer
from nmt.compiler.terms import Record, Skeleton, Term
from nmt.loading import load_checked

(GQA,) = FORMATS
STEPS = [
    ("select", "sky (2486325)", "select[sky]", ("2486325",)),
    ("select", "scene", "select[scene]", None),
    ("select", "baseball bat (-)", 'select["baseball bat"]', ("-",)),
    ("select", "animal (757652,757650)", "select[animal]", ("757652", "757650")),
    ("relate", "cart,near,s (1039872)", "relate[cart, near, s]", ("1039872",)),
    ("relate", "_,to the left of,o (8)", 'relate[_, "to the left of", o]', ("8",)),
    ("relate", "_,same color,_ (8)", 'relate[_, "same color", _]', ("8",)),
    ("verify rel", "book,on,s (-)", "verify_rel[book, on, s]", ("-",)),
    ("choose rel", "cup,left of|right of,s (78)", 'choose_rel[cup, "left of", "right of", s]', ("78",)),
    ("filter color", "red", "filter_color[red]", None),
    ("filter material", "not(metal)", "filter_material_not[metal]", None),
    ("filter", "not(in the air)", 'filter_not["in the air"]', None),
    ("filter sportActivity", "skiing", "filter_sport_activity[skiing]", None),
    ("verify hposition", "left", "verify_hposition[left]", None),
    ("choose color", "black|silver", "choose_color[black, silver]", None),
    ("choose less healthy", "", "choose_less_healthy", None),
    ("query", "color", "query_color", None),
    ("query", "face expression", "query_face_expression", None),
    ("exist", "?", "exist", None),
    ("and", "", "and", None),
    ("same", "color", "same[color]", None),
    ("different shape", "", "different_shape", None),
    ("common", "", "common", None),
]
QUESTION = {
    "semantic": [
        {"operation": "select", "dependencies": [], "argument": "sky (2486325)"},
        {"operation": "verify color", "dependencies": [0], "argument": "dark"},
    ],
    "entailed": [],
    "equivalent": ["02930152"],
    "question": "Is the sky dark?",
    "imageId": "2354786",
    "isBalanced": True,
    "groups": {"global": None, "local": "06-sky_dark"},
    "answer": "yes",
    "types": {"detailed": "verifyAttr", "semantic": "attr", "structural": "verify"},
}
TERM = "verify_color[dark](select[sky]())"


def read(tmp_path, text, name=None):
    path = tmp_path / "gqa.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_programs(path, name))


@pytest.mark.parametrize(("operation", "argument", "shown", "objects"), STEPS, ids=[f"{a} {b}" for a, b, *_ in STEPS])
def test_a_step_and_back(operation, argument, shown, objects):
    step, ids = Steps().of(operation, argument)
    term = Term(Skeleton((step.op,), ((),), (len(step.words),)), step.words)
    assert str(term) == f"{shown}()"
    assert ids == objects
    assert written(step, ids) == (operation, argument)


@pytest.mark.parametrize(
    ("operation", "argument"),
    [
        ("relate", "cart,near"),
        ("relate", ""),
        ("verify rel", ",on,s"),
        ("query", ""),
        ("", "x"),
        ("a-b", ""),
        ("a ", ""),
    ],
)
def test_a_step_that_is_none(operation, argument):
    step, _ = Steps().of(operation, argument)
    assert isinstance(step, str)


def test_a_question(tmp_path):
    (record,) = read(tmp_path, json.dumps({"02930152": QUESTION}))
    assert str(record.term) == TERM
    assert record.id == "02930152"
    assert record.columns == {
        "question": "Is the sky dark?",
        "answer": "yes",
        "image": "2354786",
        "balanced": True,
        "objects": (("2486325",), None),
    }


@pytest.mark.parametrize("indent", [None, 1])
def test_a_large_file(tmp_path, indent):
    made = {f"{at:08}": QUESTION | {"question": f'"{at}": {{"semantic"' * (at % 3)} for at in range(4000)}
    found = read(tmp_path, json.dumps(made, indent=indent))
    assert [one.id for one in found] == list(made)
    assert [one.columns["question"] for one in found] == [one["question"] for one in made.values()]


def test_a_key_that_stands_twice_costs_no_question(tmp_path):
    for record, count in ((json.dumps(QUESTION), 4000), ('{"imageId": "1"}', 1)):
        text = ", ".join(f'"{at % 1000}": {record}' for at in range(4000))
        found = read(tmp_path, f"{{{text}}}")
        assert len(found) == count
    assert "4,000" in found[0].message


@pytest.mark.parametrize("count", [0, 2000])
@pytest.mark.parametrize(
    ("record", "code"),
    [
        ('{"semantic": 5}', "NMT403"),
        ('{"semantic": [{"operation": "relate", "argument": "cart"}]}', "NMT433"),
        ('{"semantic": [{"operation": "select", "operation": "exist", "argument": "x"}]}', "NMT403"),
        ("{}", "NMT403"),
        ("5", "NMT403"),
        ('"x"', "NMT403"),
        ('{"semantic": [], "answer": "yes", "answer": "no"}', "NMT403"),
        ('{"semantic": [], "semantic": []}', "NMT403"),
        ('{"semantic": [{"operation": "exist", "dependencies": [], "dependencies": [0]}]}', "NMT403"),
    ],
)
def test_a_broken_question_is_told_and_the_others_are_read(tmp_path, record, code, count):
    texts = [json.dumps(QUESTION)] * count + [record, json.dumps(QUESTION)]
    found = read(tmp_path, "{" + ", ".join(f'"{at}": {text}' for at, text in enumerate(texts)) + "}", "gqa")
    faults = [one for one in found if isinstance(one, Diagnostic)]
    assert [one.code for one in faults] == [code]
    assert f"question {count}" in faults[0].place
    assert len(found) == count + 2


def test_a_split_without_programs_is_told_once(tmp_path):
    (fault,) = read(tmp_path, json.dumps({str(at): {"imageId": "n1", "question": "x"} for at in range(30)}))
    assert fault.code == "NMT430"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "holds no JSON object"),
        ('{"1": {"semantic": [], "imageId": "2"}, "2": {"sem', "the file ends inside record 1"),
        ('{"1": {"imageId": "2"}, "2": five}', "something else stands inside record 1"),
        ('{"1": {"imageId": "2"}} {}', "several files"),
    ],
)
def test_where_a_file_cannot_be_read_on_it_is_said(tmp_path, text, said):
    with pytest.raises(CompileError, match=said):
        read(tmp_path, text, "gqa")


@st.composite
def records(draw):
    """Programs of any steps, each reading steps before it."""
    chosen = draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=6))
    steps = [Steps().of(operation, argument) for operation, argument, *_ in chosen]
    inputs = tuple(tuple(draw(st.lists(st.integers(0, at - 1), max_size=2))) if at else () for at in range(len(steps)))
    skeleton = Skeleton(tuple(step.op for step, _ in steps), inputs, tuple(len(step.words) for step, _ in steps))
    term = Term(skeleton, tuple(word for step, _ in steps for word in step.words))
    columns = {"question": draw(st.text(max_size=9)), "answer": "yes", "image": "n1", "balanced": draw(st.booleans())}
    return Record(0, term, columns | {"objects": tuple(ids for _, ids in steps)}, id=str(draw(st.integers(0, 10**9))))


@settings(max_examples=60)
@given(st.lists(records(), min_size=1, max_size=4))
def test_any_program_reads_back_equal_with_its_columns(tmp_path_factory, made):
    path = tmp_path_factory.mktemp("gqa") / "q.json"
    path.write_text("".join(GQA.write(made)), "utf-8")
    found = list(read_programs(path, "gqa"))
    assert [(one.term, one.id, one.columns) for one in found] == [(one.term, one.id, one.columns) for one in made]


@pytest.mark.parametrize(
    "step",
    [
        Step("relate", ("a,b", "on", "s")),
        Step("select", ("dog", "cat")),
        Step("choose_color", ("a|b", "c")),
        Step("select", ("dog (5)",)),
        Step("exist_not", ()),
        Step("query_color", ("red",)),
    ],
)
def test_what_a_step_cannot_hold_is_told(step):
    assert written(step, None) is None
    term = Term(Skeleton((step.op,), ((),), (len(step.words),)), step.words)
    with pytest.raises(CompileError, match="NMT415"):
        list(GQA.write([Record(0, term)]))


def test_a_compiled_file_writes_the_same_questions(tmp_path):
    """The objects that steps name are tuples in a tuple, or None: they come back as they were."""
    before = read(tmp_path, json.dumps({"02930152": QUESTION, "5": QUESTION | {"isBalanced": False}}))
    interface = load_checked("gqa")
    with Writer(tmp_path / "q.nmtp", interface) as writer:
        for record in before:
            writer.add(record)
        writer.finish({})
    after = list(read_programs(tmp_path / "q.nmtp", interface=interface))
    assert [one.columns for one in after] == [one.columns for one in before]
    assert "".join(GQA.write(after)) == "".join(GQA.write(before))
    assert {"question", "answer", "image", "objects", "id"} <= GQA.columns
