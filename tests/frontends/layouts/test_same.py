"""The same sentences give the same layouts, whatever labels, release, variant or format they were parsed in.

`same/` holds six sentences of ours as parsers write them: Stanford's typed dependencies of releases 2, 3 and 4, basic,
collapsed and with copies, with and without tags, lemmas and lines of words; CoreNLP's JSON; CoNLL-U with spaCy's
labels, and as the guidelines of UD have it (content words above `be`); Penn trees alone.

What cannot agree: a parser that attaches a phrase elsewhere, or takes a verb for a noun, says another thing about the
sentence. And where a file has no line of words, a word that is in no edge is known only if a relation names it.
"""

from pathlib import Path

import pytest

from nmt.compiler.frontends.files import Input
from nmt.compiler.frontends.format import Options
from nmt.compiler.frontends.formats import read_programs
from nmt.compiler.frontends.layouts import layout_of
from nmt.compiler.frontends.layouts.sentence import normal
from nmt.compiler.frontends.parses.readers import read_parses

FILES = sorted((Path(__file__).parent / "same").iterdir())
EXPECTED = {
    "nmn": [
        "other[what](and(leaf[boat](), leaf[make]()))",
        "other[how_many](and(leaf[sheep](), leaf[fence]()))",
        "yesno[is](and(leaf[boy](), leaf[play]()))",
        "other[is](and(leaf[woman](), leaf[run]()))",
        "yesno[is](and(leaf[dog](), leaf[black]()))",
        "other[color](and(leaf[roof](), leaf[door]()))",
    ],
    "nmn-2016 compat": [
        "other[what](and(leaf[boat](), leaf[make]()))",
        "other[how_many](and(leaf[sheep](), leaf[fence]()))",
        "yesno[is](and(leaf[boy](), leaf[play]()))",
        "other[is](and(leaf[woman](), leaf[run]()))",
        "yesno[is](and(leaf[big](), leaf[black]()))",
        "other[color](and(leaf[roof](), leaf[barn]()))",
    ],
    "n2nmn": [
        "other[describe](and(leaf[boat](), leaf[make]()))",
        "other[describe](rel[behind](leaf[fence]()))",
        "yesno[is](and(leaf[boy](), leaf[play]()))",
        "other[is](and(leaf[woman](), leaf[run]()))",
        "yesno[is](and(leaf[dog](), leaf[black]()))",
        "other[describe](leaf[roof]())",
    ],
}


def test_all_files_are_there():
    assert len(FILES) == 10
    labels = {next(iter(read_parses(Input.of(file)))).labels for file in FILES}
    assert labels == {"sd", "ud1", "ud2", "clear"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
@pytest.mark.parametrize("profile", EXPECTED)
def test_layouts(file, profile):
    name, _, compat = profile.partition(" ")
    layouts = [layout_of(parse, name, compat=bool(compat)) for parse in read_parses(Input.of(file))]
    assert [str(layout.term) for layout in layouts] == EXPECTED[profile]
    assert not any(layout.fallback for layout in layouts)
    assert not any(step.rule == "labels" for layout in layouts for step in layout.steps)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_trees(file):
    nodes = normal(list(read_parses(Input.of(file)))[3]).nodes
    assert (nodes[7].role, nodes[7].head, nodes[7].preposition) == ("mod", 4, "to")
    assert (nodes[11].role, nodes[11].head, nodes[11].preposition) == ("mod", 4, "from")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_original_takes_the_first_word_where_the_head_is_not_is(file):
    boat, _, boys, *_ = read_programs(file, options=Options("cvpr", "nmn-2016"))
    assert str(boat.term) == "other[what](leaf[boat]())"
    assert str(boys.term) == "yesno[is](and(leaf[boy](), leaf[play]()))"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_records(file):
    records = list(read_programs(file, options=Options(profile="nmn")))
    assert [str(record.term) for record in records] == EXPECTED["nmn"]
    known = "no-words" not in file.name
    assert not known or " ".join(records[2].columns["words"]) == "are the boys and girls playing on the beach"
