"""Files of parses as files of programs: records, their columns and places."""

import pytest

from nmt.compiler.diagnostics import CompileError, Diagnostic
from nmt.compiler.frontends.format import Options
from nmt.compiler.frontends.formats import FORMATS, read_programs
from nmt.compiler.frontends.layouts.formats import records_of
from nmt.compiler.frontends.parses.parse import Parse
from nmt.compiler.frontends.sps import alternatives, as_read, chosen

TEXT = """\
Is the Dog on the bed ?

root(ROOT-0, Is-1)
det(Dog-3, the-2)
nsubj(Is-1, Dog-3)
case(bed-6, on-4)
det(bed-6, the-5)
obl(Is-1, bed-6)

What color is it ?

det(color-2, What-1)
obj(is-3, color-2)
root(ROOT-0, is-3)
nsubj(is-3, it-4)

"""


@pytest.fixture
def read(tmp_path):
    path = tmp_path / "parses.txt"

    def reading(text=TEXT, **options):
        path.write_text(text, encoding="utf-8")
        return list(read_programs(path, "stanford", Options(**options)))

    return reading


def test_columns(read):
    first, second = read()
    assert first.columns == {
        "question": "Is the Dog on the bed ?",
        "words": ("is", "the", "dog", "on", "the", "bed"),
        "fallback": (),
    }
    assert second.columns["fallback"] == ("leaf _thing",)
    assert (first.number, first.line, second.number, second.line) == (0, 1, 1, 10)


def test_places(read):
    first, second = read(profile="n2nmn")
    assert str(first.term) == "yesno[is](and(leaf[dog](), leaf[bed]()))"
    assert [first.text[start:end] for start, end in first.places(first)] == ["Dog", "bed", first.text, first.text]
    assert first.span(1).text == "bed"
    assert str(first.span(1)).endswith("parses.txt:1:19")
    first, second = read()
    assert [first.text[start:end] for start, end in first.places(first)][-1] == "Is"
    assert second.span(1).text == "color"


@pytest.mark.parametrize(
    ("policy", "terms"),
    [
        ("cvpr", ["yesno[is](and(leaf[dog](), leaf[bed]()))", "other[color](leaf[_thing]())"]),
        ("first", ["yesno[is](leaf[dog]())", "other[color](leaf[_thing]())"]),
        (
            "all",
            [
                "yesno[is](leaf[dog]())",
                "yesno[is](leaf[bed]())",
                "yesno[is](and(leaf[dog](), leaf[bed]()))",
                "other[color](leaf[_thing]())",
            ],
        ),
    ],
)
def test_policies(policy, terms, read):
    records = read(profile="nmn-2016", policy=policy)
    assert [str(record.term) for record in records] == terms
    assert [record.number for record in records] == list(range(len(terms)))
    assert len(records[0].alternatives) == 3
    assert records[-1].alternatives == ()


def test_policies_choose_as_those_of_lines_do(read):
    """One rule: what is written as `.sps2` and read again is the same program."""
    for policy in ("cvpr", "first"):
        made = list(map(as_read, read(profile="nmn-2016", policy=policy)))
        again = ["".join(FORMATS["sps2"].write([record])).strip() for record in made]
        assert [alternatives(text)[chosen(alternatives(text), policy)] for text in again] == [one.term for one in made]


def test_alternatives_are_written_on_one_line(read):
    every = read(profile="nmn-2016", policy="all")
    assert [record.columns["alternative"] for record in every] == [0, 1, 2, 0]
    lines = "".join(FORMATS["sps2"].write(every))
    assert lines == "(is dog);(is bed);(is (and dog bed))\n(color _thing)\n"
    assert "alternative" not in read(profile="nmn-2016")[0].columns


def test_words_without_dependencies_are_told(read):
    made = read(f"Just some words\n\n{TEXT}")
    assert [isinstance(one, Diagnostic) for one in made] == [True, False, False]
    assert len(made) == 3


def test_a_profile_that_is_not_there(read):
    with pytest.raises(CompileError, match="NMT450"):
        read(profile="nmn-2061")


def test_a_sentence_of_a_whole_text_is_told():
    words = ("dog",) * 1001
    long = Parse(words, tuple(("dep" if at else "root", at, at + 1) for at in range(1001)), line=3)
    found = records_of(long, Options(), file="f.txt")
    assert (found.code, found.place) == ("NMT453", "f.txt:3")
    assert "1,001 words" in found.message
