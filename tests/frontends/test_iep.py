"""clevr-iep's strings: both orders, what is wrong with a line and where, and back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from nmt.compiler.diagnostics import CompileError, Diagnostic
from nmt.compiler.frontends import read_programs
from nmt.compiler.frontends.iep import FORMATS
from nmt.compiler.frontends.terms_text import read_term
from nmt.compiler.strategies import from_interface
from nmt.compiler.terms import Record, Skeleton, Term
from nmt.loading import load_checked

CLEVR = load_checked("clevr")
PREFIX, POSTFIX = FORMATS
LINES = [
    ("exist filter_color[red] scene", "scene filter_color[red] exist", "exist(filter_color[red](scene()))"),
    (
        "equal_integer count scene count filter_size[large] scene",
        "scene count scene filter_size[large] count equal_integer",
        "equal_integer(count(scene()), count(filter_size[large](scene())))",
    ),
    (
        "count filter[small,red,metal,cube] scene",
        "scene filter[small,red,metal,cube] count",
        "count(filter[small, red, metal, cube](scene()))",
    ),
]


def read(tmp_path, text, name=None):
    path = tmp_path / "programs.txt"
    path.write_text(text)
    return list(read_programs(path, name))


def trees(term):
    """The term with every shared node written out and dead ones left out, inputs first."""
    return read_term(str(term))[0]


@pytest.mark.parametrize(("prefix", "postfix", "shown"), LINES)
def test_both_orders_are_told_apart_and_read(tmp_path, prefix, postfix, shown):
    for text in (prefix, postfix):
        found = read(tmp_path, f"\ufeff{text}\r\n\r\n  {text}\n")
        assert [str(one.term) for one in found] == [shown] * 2
        assert [(one.number, one.line) for one in found] == [(0, 1), (1, 3)]


@pytest.mark.parametrize(("prefix", "postfix", "shown"), LINES)
def test_each_order_is_written(prefix, postfix, shown):
    record = Record(0, read_term(shown)[0])
    assert "".join(PREFIX.write([record])) == f"{prefix}\n"
    assert "".join(POSTFIX.write([record, record])) == f"{postfix}\n" * 2


def test_a_node_is_found_in_its_line(tmp_path):
    for order, text in (("prefix", LINES[1][0]), ("postfix", LINES[1][1])):
        (record,) = read(tmp_path, text, f"iep-{order}")
        ops = [record.span(node).text.partition("[")[0] for node in range(6)]
        assert ops == list(record.term.skeleton.ops)
        assert str(record.span(1)) == f"{tmp_path}/programs.txt:1:{15 if order == 'prefix' else 7}"


WRONG = [
    ("prefix", "exsit scene", "NMT431", "exsit", "did you mean `exist`?"),
    ("prefix", "exist union scene", "NMT432", "union", ""),
    ("prefix", "exist scene scene", "NMT432", "scene", ""),
    ("prefix", "scene exist", "NMT432", "exist", "this line is in postfix order: say --format iep-postfix"),
    ("prefix", "exist filter_color[red scene", "NMT432", "filter_color[red", ""),
    ("postfix", "scene union", "NMT432", "union", ""),
    ("postfix", "scene scene exist", "NMT432", "scene", ""),
    ("postfix", "exist scene", "NMT432", "exist", "this line is in prefix order: say --format iep-prefix"),
    ("postfix", "scene filter_colour[red]", "NMT431", "filter_colour[red]", "did you mean `filter_color`?"),
]


@pytest.mark.parametrize(("order", "text", "code", "where", "help_"), WRONG)
def test_what_is_wrong_with_a_line_is_pointed_at(tmp_path, order, text, code, where, help_):
    good = LINES[0][order == "postfix"]
    first, fault, last = read(tmp_path, f"{good}\n{text}\n{good}\n", f"iep-{order}")
    assert isinstance(fault, Diagnostic)
    assert (fault.code, fault.span.text, fault.help) == (code, where, help_)
    assert fault.span.line == 2
    assert first.term == last.term
    assert (first.number, last.number) == (0, 2)


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda one: one.name)
@settings(max_examples=60)
@given(term=from_interface(CLEVR, sharing=False))
def test_any_tree_of_functions_reads_back_equal(tmp_path_factory, fmt, term):
    if any(op not in CLEVR.ops or op in {"others", "where_is"} or "std" in op for op in term.skeleton.ops):
        return
    path = tmp_path_factory.mktemp("iep") / "p.txt"
    try:
        path.write_text("".join(fmt.write([Record(0, term)])))
    except CompileError as fault:
        assert "is no function of CLEVR" in str(fault)  # noqa: PT017 -- ops that files have not
        return
    (found,) = read_programs(path, fmt.name)
    assert found.term == term


def test_a_shared_node_is_written_twice(tmp_path):
    shared = Term(Skeleton(("scene", "union", "exist"), ((), (0, 0), (1,)), (0, 0, 0)), ())
    for fmt in FORMATS:
        (found,) = read(tmp_path, "".join(fmt.write([Record(0, shared)])), fmt.name)
        assert found.term == trees(shared)


def doubled(depth):
    ops = ("scene", *["union"] * depth, "exist")
    return Term(Skeleton(ops, ((), *[(at, at) for at in range(depth)], (depth,)), (0,) * len(ops)), ())


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (Term(Skeleton(("scene", "scene", "exist"), ((), (), (1,)), (0, 0, 0)), ()), "nothing reads node 0"),
        (Term(Skeleton(("leaf",), ((),), (1,)), ("dog",)), "`leaf` is no function of CLEVR"),
        (Term(Skeleton(("scene", "union"), ((), (0,)), (0, 0)), ()), "`union` takes 2 inputs"),
        (Term(Skeleton(("scene", "filter_color"), ((), (0,)), (0, 1)), ("a,b",)), "cannot stand in brackets"),
        (Term(Skeleton(("exist",), ((0,),), (0,)), ()), "does not come before it"),
        (Term(Skeleton((), (), ()), ()), "an empty program"),
        (doubled(200), "written as a tree it has"),
    ],
)
def test_what_strings_cannot_hold_is_told(term, said):
    for fmt in FORMATS:
        with pytest.raises(CompileError, match="NMT415") as caught:
            list(fmt.write([Record(0, term)]))
        assert said in str(caught.value)


def test_a_long_line_takes_no_long_time(tmp_path):
    long = " ".join(["exist"] * 100_000)
    assert [one.code for one in read(tmp_path, f"{long}\n{'[' * 200_000}\n{'a[' * 100_000}", "iep-prefix")] == [
        "NMT432",
        "NMT432",
        "NMT432",
    ]
