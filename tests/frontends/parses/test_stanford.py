"""Stanford dependencies as text: every form of block, the traps of real files, and what is told of broken ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.diagnostics import CompileError, Diagnostic, render
from nmt.compiler.frontends.parses import Given, Parse, kind_of, read_parses

UD = """\
Is the duck sitting near a pond ?

aux(sitting-4, Is-1)
det(duck-3, the-2)
nsubj(sitting-4, duck-3)
root(ROOT-0, sitting-4)
case(pond-7, near-5)
det(pond-7, a-6)
obl:near(sitting-4, pond-7)

"""
STEMS = """\
Was the boat seen ?

aux:pass(see/VBN-4, be/VBD-1)
det(boat/NN-3, the/DT-2)
nsubj:pass(see/VBN-4, boat/NN-3)
root(ROOT-0, see/VBN-4)

"""
TREES = """\
Is/VBZ -LRB-/-LRB- it/PRP -RRB-/-RRB- wet/JJ ?/.

(ROOT
  (SQ (VBZ Is)
    (NP (-LRB- -LRB-) (PRP it) (-RRB- -RRB-))
    (ADJP (JJ wet))
    (. ?)))

cop(wet-5, Is-1)
nsubj(wet-5, it-3)
root(ROOT-0, wet-5)

"""


def read(text, kind="stanford"):
    return list(read_parses(Given(text, "out.txt"), kind))


def one(text):
    (parse,) = read(text)
    assert isinstance(parse, Parse), render(parse)
    return parse


def told(text):
    return [(found.code, render(found).split(": ")[0]) for found in read(text) if isinstance(found, Diagnostic)]


def test_words_and_edges():
    parse = one(UD)
    assert parse.words == ("Is", "the", "duck", "sitting", "near", "a", "pond", "?")
    assert parse.edges[0] == ("aux", 4, 1)
    assert parse.edges[-1] == ("obl:near", 4, 7)
    assert (parse.tags, parse.lemmas, parse.copies, parse.labels, parse.line) == ((), (), {}, "ud2", 1)
    assert kind_of(Given(UD)) == "stanford"


def test_tags_and_lemmas_of_edges():
    parse = one(STEMS)
    assert parse.words == ("Was", "the", "boat", "seen", "?")
    assert parse.lemmas == ("be", "the", "boat", "see", "")
    assert parse.tags == ("VBD", "DT", "NN", "VBN", "")


def test_tags_trees_and_escaped_brackets():
    parse = one(TREES)
    assert parse.words == ("Is", "(", "it", ")", "wet", "?")
    assert parse.tags == ("VBZ", "-LRB-", "PRP", "-RRB-", "JJ", ".")
    assert parse.tree.startswith("(ROOT (SQ (VBZ Is) (NP (-LRB- -LRB-)")
    assert "\n" not in parse.tree
    assert parse.lemmas == ()


def test_a_tree_on_one_line_between_words_and_edges():
    tree = "(ROOT (NP (NN rain)))"
    parse = one(f"rain\n\n{tree}\n\nroot(ROOT-0, rain-1)\n")
    assert (parse.tree, parse.tags, parse.words) == (tree, ("NN",), ("rain",))
    assert one(f"rain\n{tree}\nroot(ROOT-0, rain-1)\n").tree == tree  # no empty lines between


def test_words_twice_with_and_without_tags():
    parse = one("rain falls\n\nrain/NN falls/VBZ\n\nnsubj(falls-2, rain-1)\nroot(ROOT-0, falls-2)\n")
    assert (parse.words, parse.tags) == (("rain", "falls"), ("NN", "VBZ"))


def test_without_words_the_edges_give_them():
    text = UD.split("\n\n", 1)[1].replace("case(pond-7, near-5)\n", "")
    parse = one(text)
    assert parse.words == ("Is", "the", "duck", "sitting", "", "a", "pond")
    first, second = read(text + text)
    assert (first.number, second.number, second.line) == (0, 1, 8)


def test_copies_are_numbered_behind_the_words():
    text = """\
Is it going up or down ?

aux(going-3, Is-1)
nsubj(going-3, it-2)
nsubj(going-3', it-2)
root(ROOT-0, going-3)
conj:or(going-3, going-3')
advmod(going-3, up-4)
advmod(going-3', down-6)
"""
    parse = one(text)
    assert parse.copies == {8: 3}
    assert ("conj:or", 3, 8) in parse.edges
    assert ("advmod", 8, 6) in parse.edges
    assert parse.original(8) == 3
    assert parse.lemmas == ()


TRAPS = [
    ("Is ( red ) ?", "case((-2, Is-1)\nroot(ROOT-0, (-2)\ndep((-2, )-4)\ndep()-4, red-3)", ("dep", 4, 3)),
    ("( red ) bed", "dep(bed-4, red-2)\nroot(ROOT-0, bed-4)", ("dep", 4, 2)),
    ("pay 1,000 , now", "num(pay-1, 1,000-2)\npunct(pay-1, ,-3)\nroot(ROOT-0, pay-1)", ("punct", 1, 3)),
    ("a - b-5 c", "dep(b-5-3, --2)\nroot(ROOT-0, b-5-3)\ndep(b-5-3, c-4)", ("dep", 3, 2)),
    ("1/2 and/or x", "conj:1/2(x-3, and/or-2)\nroot(ROOT-0, x-3)", ("conj:1/2", 3, 2)),
    ("1\u00a01/2 cups", "nummod(cups-2, 1\u00a01/2-1)\nroot(ROOT-0, cups-2)", ("nummod", 2, 1)),
    ("he/PRP ran", "nsubj(ran-2, he/PRP-1)\nroot(ROOT-0, ran-2)", ("nsubj", 2, 1)),
    ("O'Hara 's ' dog", "poss(dog-4, O'Hara-1)\nroot(ROOT-0, dog-4)\ndep(dog-4, '-3)", ("dep", 4, 3)),
]


@pytest.mark.parametrize(("words", "edges", "expected"), TRAPS, ids=[row[0] for row in TRAPS])
def test_traps(words, edges, expected):
    parse = one(f"{words}\n\n{edges}\n\n")
    assert parse.words == tuple(words.split(" "))
    assert expected in parse.edges
    assert (parse.tags, parse.lemmas) == ((), ())


def test_words_with_slashes_and_tags():
    parse = one("1/2 cup\n\ndep(cup/NN-2, 1/2/CD-1)\nroot(ROOT-0, cup/NN-2)\n")
    assert (parse.words, parse.tags, parse.lemmas) == (("1/2", "cup"), ("CD", "NN"), ())


def test_numbers_go_on_and_lines_are_counted():
    first, second, third = read(UD + "\n\n" + STEMS + TREES)
    assert [first.number, second.number, third.number] == [0, 1, 2]
    assert [first.line, second.line, third.line] == [1, 13, 20]


def test_other_ends_of_lines_and_a_mark():
    assert read("\ufeff" + (UD + STEMS).replace("\n", "\r\n")) == read(UD + STEMS)


def test_tagged_words_alone_are_sentences_without_edges():
    first, second = read("It/PRP rains/VBZ ./.\n\nIt/PRP snows/VBZ ./.\n")
    assert (first.words, first.edges, second.tags) == (("It", "rains", "."), (), ("PRP", "VBZ", "."))


@pytest.mark.parametrize(
    "failed",
    ["(())", "SENTENCE_SKIPPED_OR_UNPARSABLE", "Sentence skipped: no fallback.\nSENTENCE_SKIPPED_OR_UNPARSABLE"],
)
@pytest.mark.parametrize("words", ["Of the of ?\n\n", ""])
def test_a_failed_parse_is_told_and_counts(failed, words):
    first, second, third = read(UD + words + failed + "\n\n" + STEMS)
    assert isinstance(second, Diagnostic)
    assert second.code == "NMT444"
    assert (first.number, third.number) == (0, 2)
    assert third.words[0] == "Was"


def test_words_without_edges_were_not_parsed():
    assert told(UD + "Of the of ?\n\n" + STEMS + "The end\n") == [("NMT444", "out.txt:11"), ("NMT444", "out.txt:20")]


def test_messages_of_the_parser_are_passed_over():
    log = "Parsing file: q.txt\nParsing [sent. 1 len. 8]: Is the duck sitting near a pond ?\n"
    assert one(log + UD + "Parsed file: q.txt [1 sentences].\n").words[2] == "duck"


BROKEN = [
    ("NMT440", "det(duck-3, the-2)", "det(duck-3 the-2)", 4),
    ("NMT440", "det(duck-3, the-2)", "det(duck-3, the)", 4),
    ("NMT440", "obl:near(sitting-4, pond-7)", "obl:near(sitting-4, pond-7", 9),
    ("NMT440", "det(duck-3, the-2)", "det(duck-3, the-2) det(pond-7, a-6)", 4),
    ("NMT441", "pond-7)", "pond-70)", 9),
    ("NMT441", "det(duck-3,", "det(duck-9,", 4),
    ("NMT441", "the-2)", "the-0)", 4),
    ("NMT442", "nsubj(sitting-4,", "nsubj(ROOT-0,", 6),
    ("NMT442", "root(ROOT-0, sitting-4)\n", "", 3),
    ("NMT443", "nsubj(sitting-4, duck-3)\n", "nsubj(the-2, duck-3)\n", 4),
]


@pytest.mark.parametrize(("code", "old", "new", "line"), BROKEN)
def test_what_is_broken_is_told_with_its_line_and_the_rest_goes_on(code, old, new, line):
    found = read(UD.replace(old, new) + STEMS)
    assert [type(made) for made in found] == [Diagnostic, Parse]
    assert render(found[0]).startswith(f"out.txt:{line}:1: {code} ")
    assert found[1].number == 1


def test_circles_that_the_root_reaches_are_fine():
    text = """\
dogs that bark

root(ROOT-0, dogs-1)
nsubj(bark-3, dogs-1)
ref(dogs-1, that-2)
acl:relcl(dogs-1, bark-3)
"""
    assert len(one(text).edges) == 4


def test_parts_that_hang_on_nothing_are_kept():
    assert len(one("a b c\n\nroot(ROOT-0, a-1)\ndep(b-2, c-3)\n").edges) == 2


def test_lost_words_are_told_once():
    assert told(UD + STEMS.split("\n\n", 1)[1] + UD) == [("NMT440", "out.txt:11:1")]


def test_a_wrong_byte_costs_its_sentence():
    data = (UD + STEMS + UD).encode().replace(b"Was", b"W\xe9s")
    first, second, third = read(data)
    assert isinstance(second, Diagnostic)
    assert (second.code, second.place) == ("NMT413", "out.txt:11")
    assert (first.number, third.number, third.edges) == (0, 2, first.edges)


def test_a_broken_tree_costs_its_sentence():
    found = read(TREES.replace("(PRP it)", "(PRP it") + UD)
    assert [type(made) for made in found] == [Diagnostic, Parse]
    assert found[0].code == "NMT447"


def test_a_block_without_end_is_told_in_bounded_memory():
    found = read("x " * (1 << 20) + "\n\n" + "det(a-1, b-2)\n" * 200_000 + "\n" + UD)
    assert {made.code for made in found if isinstance(made, Diagnostic)} == {"NMT414"}
    assert isinstance(found[-1], Parse)


def test_deep_nesting_is_told():
    (found,) = read("(" * 100_000 + "\n\n", "penn")
    assert found.code == "NMT447"
    assert len(render(found)) < 1000


def test_utf16_is_refused():
    with pytest.raises(CompileError, match="UTF-16"):
        read(UD.encode("utf-16"))


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*UD.split("\n"), *TREES.split("\n"), "det(a-1, b-2)", "(())", "(", "x(", "a/b"])))
def test_any_lines_give_parses_or_diagnostics(lines):
    found = read("\n".join(lines))
    for parse in found:
        if isinstance(parse, Parse):
            size = len(parse.words) + len(parse.copies)
            assert all(0 <= above <= size and 1 <= below <= size for _, above, below in parse.edges)
            assert parse.tags == () or len(parse.tags) == len(parse.words)


@settings(max_examples=30)
@given(st.integers(0, len(UD + TREES + STEMS)))
def test_a_file_cut_anywhere_is_read_up_to_there(cut):
    whole = UD + TREES + STEMS
    before = [parse for parse in read(whole[:cut] + "\n\n") if isinstance(parse, Parse) and parse.edges]
    expected = read(whole)
    for parse, full in zip(before[:-1], expected, strict=False):
        assert parse == full


def test_other_texts_are_none():
    for text in ("Is it wet ?\nWhere ?\n", "det(a-1, b-2)\n", "exist(filter[red](scene()))\n", "is/was it ?\n"):
        assert kind_of(Given(text)) is None
    for text in (
        UD,
        STEMS,
        TREES,
        UD.split("\n\n", 1)[1],
        UD.replace("\n\n", "\n"),
        "(())\n\n" * 3 + UD,
        UD[:-20],
        TREES.split("\n\n", 1)[1],
    ):
        assert kind_of(Given(text)) == "stanford"
