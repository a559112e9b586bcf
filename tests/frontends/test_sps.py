"""Lines of `.sps2` and `.sps` files: what they mean, policies, what is wrong to the column, and back again."""

from __future__ import annotations

import re
import time

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.check import check
from nmt.compiler.diagnostics import CompileError, Diagnostic, render
from nmt.compiler.frontends.files import Input
from nmt.compiler.frontends.format import Options
from nmt.compiler.frontends.lines_trees import read_line
from nmt.compiler.frontends.sps import BARE, FORMATS, HEADED, alternatives, as_read
from nmt.compiler.frontends.terms_text import read_term
from nmt.compiler.source import Source
from nmt.compiler.strategies import from_interface
from nmt.compiler.terms import Record

SPS2, SPS = FORMATS
GRAMMARS = {SPS2.name: HEADED, SPS.name: BARE}
INTERFACE, FOUND = check(
    Source(
        "lines.nmt",
        """package lines @ 1.0.0
dim H
vocab WORD = { "t", "'s", "1,000", "??", "%", "=", "and", "_thing", "zebra\u00e9s", "dark blue", "a(b", "1;2", red }
vocab RELATION = { left_of, "in", "next to", and }
vocab YES = { is, exists }
vocab HEAD = { how_many, "what's", "no;ne" }
type mask = real[H] in 0..1 by sigmoid
type truth = real in 0..1 by sigmoid
module leaf[w: WORD]() -> mask
module and(a: mask, b: mask) -> mask
module rel[r: RELATION](x: mask) -> mask
module yesno[h: YES](x: mask) -> truth
module other[h: HEAD](x: mask) -> truth
layout question : truth
""",
    ),
    (),
)
assert INTERFACE is not None, FOUND


def lines(tmp_path, text: str | bytes, kind=SPS2, policy="cvpr"):
    path = tmp_path / "a.sps"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(kind.read(Input.of(path), Options(policy)))


def terms(text: str, kind=SPS2) -> list[str]:
    return [str(term) for term in alternatives(text, GRAMMARS[kind.name])]


# -- what lines mean


def test_lines_of_vqa(tmp_path):
    one, three = lines(tmp_path, "(where fork)\n(is car);(is show);(is (and car show))\n")
    assert str(one.term) == "other[where](leaf[fork]())"
    assert one.alternatives == (one.term,)
    assert str(three.term) == "yesno[is](and(leaf[car](), leaf[show]()))"
    assert list(map(str, three.alternatives)) == ["yesno[is](leaf[car]())", "yesno[is](leaf[show]())", str(three.term)]
    assert (three.number, three.line, three.place) == (1, 2, f"{three.file}:2")


def test_lines_of_geo(tmp_path):
    (record,) = lines(
        tmp_path, "state;(exists state);(and state (border texas));(exists (and state (border texas)))", SPS
    )
    assert list(map(str, record.alternatives)) == [
        "leaf[state]()",
        "yesno[exists](leaf[state]())",
        "and(leaf[state](), rel[border](leaf[texas]()))",
        "yesno[exists](and(leaf[state](), rel[border](leaf[texas]())))",
    ]
    assert record.term == record.alternatives[0]
    assert terms("(in (of (near sea)));(and a b (in c) d)", SPS) == [
        "rel[in](rel[of](rel[near](leaf[sea]())))",
        "and(and(and(leaf[a](), leaf[b]()), rel[in](leaf[c]())), leaf[d]())",
    ]
    assert terms("(exists (exists a))", SPS) == ["yesno[exists](rel[exists](leaf[a]()))"]


@pytest.mark.parametrize(
    "word", ["t", "nil", "'s", "'", "1,000", "42", "1.5", "??", "%", "=", "#", '"', "[a]", "\\", "and"]
)
def test_words_are_words(word):
    (term,) = alternatives(f"(what {word})")
    assert term.words == (word, "what")
    (_, _, both) = alternatives(f"(is {word});(is x);(is (and {word} x))")
    assert both.words == (word, "x", "is")
    assert alternatives(f"(is (in {word}))")[0].words == (word, "in", "is")


def test_and_as_a_word():
    assert terms("(is (and and and))") == ["yesno[is](and(leaf[and](), leaf[and]()))"]
    assert terms("(and x)") == ["other[and](leaf[x]())"]
    assert terms("(is (and x x))") == ["yesno[is](and(leaf[x](), leaf[x]()))"]


def test_blanks_are_free():
    spaced = "  ( is\t(and  car show ) ) ; (is a)  "
    assert terms(spaced) == terms("(is (and car show));(is a)")


POLICIES = [
    ("(is a);(is b);(is (and a b))", {"cvpr": [2], "first": [0], "all": [0, 1, 2]}),
    ("(what a);(what b);(what (and a b))", {"cvpr": [0], "first": [0], "all": [0, 1, 2]}),
    ("(is a)", {"cvpr": [0], "first": [0], "all": [0]}),
    ("(exists a);(exists b);(exists (and a b))", {"cvpr": [0], "first": [0], "all": [0, 1, 2]}),
]


@pytest.mark.parametrize(("text", "expected"), POLICIES)
@pytest.mark.parametrize("policy", ["cvpr", "first", "all"])
def test_policies(tmp_path, text, expected, policy):
    found = lines(tmp_path, f"{text}\n{text}\n", policy=policy)
    assert [record.number for record in found] == list(range(2 * len(expected[policy])))
    mine = [record for record in found if record.line == 2]
    assert [record.alternatives.index(record.term) for record in mine] == expected[policy]
    assert {record.alternatives for record in found} == {alternatives(text)}
    if policy == "all":
        assert [record.columns["alternative"] for record in mine] == expected[policy]


def test_lines_that_fell_back(tmp_path):
    found = lines(
        tmp_path, "(_what _thing)\n(is car)\n(what _thing)\n(is a);(is _thing);(is (and a _thing))", policy="all"
    )
    assert [bool(record.columns.get("fallback")) for record in found] == [True, False, True, False, True, True]


def test_skeletons_are_shared(tmp_path):
    text = "(is car)\n(is show)\n(is (in a))\n(is (in b))\n(is (and a (in b)))\n(is (and c (in d)))\n"
    assert len({id(record.term.skeleton) for record in lines(tmp_path, text)}) == 3


def test_equal_lines_stay_as_many(tmp_path):
    text = "(is a)\n" * 2 + "(is a);(is b);(is (and a b))\n" * 2
    found = [evolve(record, line=0) for record in lines(tmp_path, text, policy="all")]
    assert "".join(SPS2.write(found)) == text
    assert "".join(SPS2.write(found[:3])) == "(is a)\n(is a)\n(is a);(is b);(is (and a b))\n"


@pytest.mark.parametrize(
    ("term", "read"),
    [
        ("other[is](leaf[red]())", "yesno[is](leaf[red]())"),
        ("yesno[_what](leaf[red]())", "other[_what](leaf[red]())"),
        ("yesno[is](leaf[red]())", "yesno[is](leaf[red]())"),
        ("describe[is](leaf[red]())", "describe[is](leaf[red]())"),
        ("scene()", "scene()"),
    ],
)
def test_as_read(term, read):
    given, wanted = read_term(term)[0], read_term(read)[0]
    made = as_read(Record(0, given, alternatives=(given, given)))
    assert (made.term, made.alternatives) == (wanted, (wanted, wanted))
    if wanted.skeleton.ops[-1] in {"yesno", "other"}:
        assert terms("".join(SPS2.write([made])).split(";")[0]) == [read]


# -- what is wrong


BROKEN = [
    ("(is (and car show)", 1, "NMT420", "this parenthesis is never closed"),
    ("(is (and car show", 5, "NMT420", "this parenthesis is never closed"),
    ("(is car))", 9, "NMT420", "this parenthesis closes nothing"),
    (")", 1, "NMT420", "this parenthesis closes nothing"),
    ("(is car;(is show)", 8, "NMT420", "the parenthesis is not closed before `;`"),
    ("", 1, "NMT421", "a program was expected, and nothing stands here"),
    ("   ", 1, "NMT421", "a program was expected, and nothing stands here"),
    ("(is car);", 10, "NMT421", "an alternative was expected, and nothing stands here"),
    (";(is car)", 1, "NMT421", "a program was expected, and nothing stands here"),
    ("(is a);;(is b)", 8, "NMT421", "an alternative was expected, and nothing stands here"),
    ("car", 1, "NMT422", "a head was expected: `(is car)`"),
    ("is red", 1, "NMT422", "the line is not in parentheses"),
    ("(and car show)", 2, "NMT422", "a head was expected: `(is (and ...))`"),
    ("((and a b))", 2, "NMT422", "a name was expected behind the parenthesis, found `(`"),
    ("(is ())", 5, "NMT422", "a name was expected between the parentheses"),
    ("(is car) (is show)", 10, "NMT423", "the program ends before `(`"),
    ("(is car) show", 10, "NMT423", "the program ends before `show`"),
    ("(is)", 1, "NMT424", "`is` takes one input, found none"),
    ("(is car show)", 1, "NMT424", "`is` takes one input, found 2"),
    ("(is (and car))", 5, "NMT424", "`and` takes two inputs or more, found 1"),
    ("(is (in a b))", 5, "NMT424", "`in` takes one input, found 2"),
]


@pytest.mark.parametrize(("text", "column", "code", "message"), BROKEN)
def test_what_is_wrong_is_told_to_the_column(tmp_path, text, column, code, message):
    _, fault, after = lines(tmp_path, f"(is a)\n{text}\n(is b)\n")
    assert isinstance(fault, Diagnostic)
    assert (fault.code, fault.message) == (code, message)
    assert str(fault.span).endswith(f"a.sps:2:{column}")
    assert render(fault)
    assert after.number == 2


def test_only_geo_has_programs_without_heads(tmp_path):
    for text in ("state", "(and a b)", "(and a b c)"):
        assert isinstance(lines(tmp_path, text)[0], Diagnostic)
        assert isinstance(lines(tmp_path, text, SPS)[0], Record)


def test_marks_and_other_ends_of_lines(tmp_path):
    found = lines(tmp_path, b"\xef\xbb\xbf(is a)\r\n(is caf\xe9)\r\n(is b)")
    assert [record.code if isinstance(record, Diagnostic) else str(record.term) for record in found] == [
        "yesno[is](leaf[a]())",
        "NMT413",
        "yesno[is](leaf[b]())",
    ]


# -- places


@pytest.mark.parametrize("kind", FORMATS)
def test_each_call_knows_where_it_stands(tmp_path, kind):
    text = "(exists a);(exists (and (in b) c d))"
    for record in lines(tmp_path, text, kind, "all"):
        found = [record.span(node).text for node in range(len(record.term.skeleton.ops))]
        assert found == (
            ["a", "(exists a)"]
            if record.columns["alternative"] == 0
            else ["b", "(in b)", "c", "(and (in b) c d)", "d", "(and (in b) c d)", "(exists (and (in b) c d))"]
        )


def test_quick_and_general_readers_agree():
    for text in ("(is car)", "(what t)", "(and x)", "(is a);(is b);(is (and a b))", "(x and);(x b);(x (and and b))"):
        assert alternatives(text) == tuple(calls.term({}) for calls in read_line(text, HEADED))


# -- back again


def written(kind, records) -> str:
    return "".join(kind.write(records))


ROUND = {
    SPS2: "(is a)\n(is a);(is b);(is (and a b))\n(and x);(what (and and and and))\n(is (in (and a (in b) c)))\n",
    SPS: "a;(exists a)\n(in a)\n(and a b c (in d));(exists (and (and and and) b))\nand\n",
}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("policy", ["cvpr", "all", "first"])
def test_lines_come_back_token_for_token(tmp_path, kind, policy):
    text = ROUND[kind]
    if kind is SPS:
        text = text.replace("(and (and and and) b)", "(and and (and and b))")
    found = lines(tmp_path, text, kind, policy)
    assert not [one for one in found if isinstance(one, Diagnostic)]
    assert written(kind, found) == text


def test_an_and_of_ands_comes_back_flat(tmp_path):
    (record,) = lines(tmp_path, "(is (and (and a b) c))")
    assert written(SPS2, [record]) == "(is (and a b c))\n"
    assert lines(tmp_path, "(is (and a b c))")[0].term == record.term


def holds(term, kind) -> bool:
    """Whether all words of a term can stand there, and no relation is called `and`."""
    words = [*term.words]
    for op, count in zip(term.skeleton.ops, term.skeleton.counts, strict=True):
        taken = [words.pop(0) for _ in range(count)]
        if any(re.search(r"[\s();]", word) for word in taken) or (op == "rel" and taken == ["and"]):
            return False
    return kind is SPS2 or term.words[-1] == "exists"


@pytest.mark.parametrize("kind", FORMATS)
@settings(max_examples=80)
@given(term=from_interface(INTERFACE, max_depth=5, sharing=False))
def test_what_can_be_held_reads_back_equal(kind, term):
    if holds(term, kind):
        assert alternatives(written(kind, [Record(0, term)]), GRAMMARS[kind.name]) == (term,)
    else:
        with pytest.raises(CompileError, match="NMT415"):
            written(kind, [Record(0, term)])


@pytest.mark.parametrize(
    "text",
    [
        "yesno[color](leaf[a]())",
        "other[is](leaf[a]())",
        "leaf[a]()",
        "yesno[is](find())",
        "yesno[is](and(leaf[a](), leaf[b](), leaf[c]()))",
        "yesno[is](leaf[a, b]())",
        "yesno(leaf[a]())",
        'yesno[is](leaf[""]())',
        'yesno["\ufeffis"](leaf[a]())',
    ],
)
def test_what_cannot_be_held_is_told(text):
    with pytest.raises(CompileError, match="NMT415 `sps2` cannot hold the program: "):
        written(SPS2, [Record(0, read_term(text)[0])])


# -- great and small


def test_nesting_of_any_depth(tmp_path):
    depth = 30_000
    text = f"(is {'(in ' * depth}a{')' * depth})\n"
    start = time.monotonic()
    (record,) = lines(tmp_path, text)
    assert len(record.term.skeleton.ops) == depth + 2
    assert written(SPS2, [record]) == text
    assert time.monotonic() - start < 10
    (fault,) = lines(tmp_path, text[: depth * 2])
    assert fault.code == "NMT420"


@settings(max_examples=80)
@given(
    st.lists(st.sampled_from(["(", ")", ";", " ", "is", "and", "exists", "in", "'s", "\u00e9", "\t", "\0", "\u2028"]))
)
def test_any_line_is_read_or_told(tmp_path_factory, parts):
    folder = tmp_path_factory.mktemp("s")
    for kind in FORMATS:
        for policy in ("cvpr", "all"):
            for one in lines(folder, "(is a)\n" + "".join(parts), kind, policy):
                assert (
                    render(one) if isinstance(one, Diagnostic) else len(one.places(one)) == len(one.term.skeleton.ops)
                )


@settings(max_examples=80)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_told(tmp_path_factory, data):
    for kind in FORMATS:
        found = lines(tmp_path_factory.mktemp("s"), b"(is a)\n" + data, kind)
        assert all(isinstance(one, Record) or one.code[:5] in {"NMT41", "NMT42"} for one in found)
