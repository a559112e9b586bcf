"""CoNLL-U and its relatives: comments, ranges, empty nodes, enhanced dependencies, and what is told of broken rows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.diagnostics import CompileError, Diagnostic, render
from nmt.compiler.frontends.parses import Given, Parse, kind_of, read_parses
from nmt.compiler.frontends.parses.conllu import read_conllu


def rows(text):
    return text.replace(" | ", "\t")


PLAIN = rows("""\
# sent_id = 7
# text = Is it raining?
1 | Is | be | AUX | VBZ | _ | 3 | aux | 3:aux | _
2 | it | it | PRON | PRP | _ | 3 | nsubj | 3:nsubj | _
3 | raining | rain | VERB | VBG | _ | 0 | root | 0:root | SpaceAfter=No
4 | ? | ? | PUNCT | . | _ | 3 | punct | 3:punct | _

""")
COPIED = rows("""\
1 | It | it | PRON | PRP | _ | 2 | nsubj | 2:nsubj|2.1:nsubj | _
2 | goes | go | VERB | VBZ | _ | 0 | root | 0:root | _
2.1 | goes | go | VERB | VBZ | _ | _ | _ | 2:conj:and | _
3 | up | up | ADV | RB | _ | 2 | advmod | 2:advmod | _
4 | and | and | CCONJ | CC | _ | 5 | cc | 2.1:cc | _
5 | down | down | ADV | RB | _ | 3 | conj | 2.1:advmod | _

""")
RANGES = rows("""\
1-2 | can't | _ | _ | _ | _ | _ | _ | _ | _
1 | ca | _ | _ | _ | _ | 3 | aux | _ | _
2 | n't | _ | _ | _ | _ | 3 | advmod | _ | _
3 | -LRB- | _ | _ | _ | _ | 0 | root | _ | SpaceAfter=No
4 | _ | _ | _ | _ | _ | 3 | dep | _ | SpacesAfter=\\s\\s

""")


def read(text, **options):
    return list(read_conllu(Given(text, "a.conllu"), **options))


def test_a_plain_sentence():
    (parse,) = read(PLAIN)
    assert parse == Parse(
        ("Is", "it", "raining", "?"),
        (("aux", 3, 1), ("nsubj", 3, 2), ("root", 0, 3), ("punct", 3, 4)),
        ("VBZ", "PRP", "VBG", "."),
        ("be", "it", "rain", "?"),
        {},
        "ud2",
        "Is it raining?",
        line=1,
    )
    assert kind_of(Given(PLAIN)) == "conllu"


def test_empty_nodes_are_copies_and_column_9_is_a_choice():
    (enhanced,) = read(COPIED)
    assert enhanced.copies == {6: 2}
    assert enhanced.edges[:2] == (("nsubj", 2, 1), ("nsubj", 6, 1))
    assert ("conj:and", 2, 6) in enhanced.edges
    assert enhanced.words == ("It", "goes", "up", "and", "down")
    (basic,) = read(COPIED, dependencies="basic")
    assert basic.edges == (("nsubj", 2, 1), ("root", 0, 2), ("advmod", 2, 3), ("cc", 5, 4), ("conj", 3, 5))
    assert basic.copies == {}


def test_an_empty_node_stands_for_the_word_that_it_repeats():
    text = COPIED.replace("2.1\t", "0\t").split("\n")
    moved = [*text[:2], *text[3:6], text[2].replace("0\tgoes", "5.1\tgoes"), "", ""]
    (parse,) = read("\n".join(moved).replace("2.1:", "5.1:").replace("|0\t", "|5.1:"))
    assert parse.copies == {6: 2}


def test_a_second_root_that_hangs_on_a_word_too_is_fine():
    spread = PLAIN.replace("3:nsubj", "0:root|3:conj")
    (parse,) = read(spread)
    assert parse.edges[1:3] == (("root", 0, 2), ("conj", 3, 2))


def test_ranges_give_text_and_no_words():
    (parse,) = read(RANGES)
    assert parse.words == ("ca", "n't", "(", "_")
    assert parse.text == "can't (_"
    assert (parse.tags, parse.lemmas) == ((), ())


def test_an_underscore_is_a_word_with_a_lemma():
    (parse,) = read(RANGES.replace("4\t_\t_", "4\t_\t_").replace("1\tca\t_", "1\tca\tcan"))
    assert parse.lemmas == ("can", "", "", "_")


def test_universal_tags_where_there_are_no_others():
    text = "\n".join(
        "\t".join("_" if at == 4 else cell for at, cell in enumerate(row.split("\t"))) for row in PLAIN.split("\n")
    )
    (parse,) = read(text)
    assert parse.tags == ("VB", "PRP", "VB", ".")


def test_eight_and_seven_columns():
    eight = rows("1 | It | it | P | PRP | _ | 2 | nsubj\n2 | rains | rain | V | VBZ | _ | 0 | ROOT\n\n")
    seven = rows("1 | It | it | PRP | O | 2 | nsubj\n2 | rains | rain | VBZ | O | 0 | ROOT\n\n")
    ten = rows(
        "1 | It | it | P | PRP | _ | 2 | nsubj | 2 | nsubj\n2 | rains | rain | V | VBZ | _ | 0 | ROOT | 0 | x\n\n"
    )
    made = [parse for text in (eight, seven, ten) for parse in read(text)]
    assert all(kind_of(Given(text)) == "conllu" for text in (eight, seven, ten))
    assert {(parse.words, parse.edges, parse.tags, parse.lemmas) for parse in made} == {
        (("It", "rains"), (("nsubj", 2, 1), ("root", 0, 2)), ("PRP", "VBZ"), ("it", "rain"))
    }


def test_ends_of_lines_a_mark_and_comments_alone():
    text = "\ufeff# newdoc\n\n" + PLAIN + COPIED
    first, second = read(text.replace("\n", "\r\n"))
    assert [first, second] == read(text)
    assert (first.number, second.number) == (0, 1)
    assert first.line == 3
    assert read(PLAIN.rstrip("\n")) == read(PLAIN)


BROKEN = [
    ("NMT445", "2\tit\t", "2 it\t", 4),
    ("NMT445", "2\tit\t", "3\tit\t", 4),
    ("NMT445", "1\tIs\t", "x\tIs\t", 3),
    ("NMT445", "\tnsubj\t3:nsubj\t_", "\tnsubj", 4),
    ("NMT441", "3\tnsubj\t3:nsubj", "9\tnsubj\t9:nsubj", 4),
    ("NMT441", "3:nsubj", "7.1:nsubj", 4),
    ("NMT441", "3:nsubj", "nsubj", 4),
    ("NMT441", "3:nsubj", "3:", 4),
    ("NMT442", "0:root", "2:root", 3),
    ("NMT442", "3:nsubj", "0:root", 5),
    ("NMT443", "3:nsubj", "2:nsubj", 4),
]


@pytest.mark.parametrize(("code", "old", "new", "line"), BROKEN)
def test_what_is_broken_is_told_with_its_line_and_the_rest_goes_on(code, old, new, line):
    assert old in PLAIN
    found = read(PLAIN.replace(old, new) + COPIED)
    assert [type(made) for made in found] == [Diagnostic, Parse]
    assert render(found[0]).startswith(f"a.conllu:{line}:1: {code} ")
    assert found[1].number == 1


def test_blanks_in_place_of_tabs_are_told():
    (found,) = read(PLAIN.replace("\t", "  "))
    assert found.code == "NMT445"
    assert "tabs" in found.help


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*PLAIN.split("\n"), *COPIED.split("\n"), *RANGES.split("\n"), "1\t", "\t" * 9])))
def test_any_rows_give_parses_or_diagnostics(lines):
    for parse in read("\n".join(lines)):
        if isinstance(parse, Parse):
            size = len(parse.words) + len(parse.copies)
            assert all(0 <= above <= size and 1 <= below <= size for _, above, below in parse.edges)


def test_other_files_are_none():
    for text in ("1\t2\n", "Is it ?\n", "a\tb\tc\td\te\tf\tg\th\n", "# text\n", "1 Is be\n"):
        assert kind_of(Given(text)) is None
    assert len(list(read_parses(Given(PLAIN + PLAIN)))) == 2


def test_a_kind_that_is_not_known_is_refused():
    for source, kind in ((Given("Is it ?", "a.txt"), None), (Given(PLAIN, "a.txt"), "conll09")):
        with pytest.raises(CompileError, match="NMT416"):
            read_parses(source, kind)
