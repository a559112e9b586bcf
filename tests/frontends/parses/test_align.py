"""Questions beside their parses: by the words, whatever was cut, joined, respelt or lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.diagnostics import Diagnostic, render
from nmt.compiler.frontends.parses import Asked, Given, Parse, align
from nmt.compiler.frontends.parses.overlap import likeness


def parses(sentences):
    """A parse for each sentence, its words parted by blanks; `!` is one that failed, `_` a word that is not known."""
    return [
        Diagnostic("NMT444", "the parser gave no dependencies", place=f"p.txt:{number}")
        if sentence == "!"
        else Parse(tuple("" if word == "_" else word for word in sentence.split(" ")), number=number, line=number + 1)
        for number, sentence in enumerate(sentences)
    ]


def aligned(questions, sentences):
    """By question, the numbers of its parses; and the diagnostics."""
    found = list(align(parses(sentences), Given("\n".join(questions), "q.txt")))
    numbers = [(one.number, [parse.number for parse in one.parses]) for one in found if isinstance(one, Asked)]
    return numbers, [one for one in found if isinstance(one, Diagnostic)]


SAME = [
    ("What's on it?", "What 's on it ?"),
    ("Can't it (the dog) sit?", "Ca n't it ( the dog ) sit ?"),
    ('Is it "red"?', "Is it `` red '' ?"),
    ("I cannot see 1/2 of it", "I can not see 1/2 of it"),
    ("Zebra\u2019s caf\u00e9\u2026 1,000\u00bd", "zebra 's cafe ... 1,000 1/2"),
    ("???", "? ? ?"),
    ("  Is   it ?", "Is it ?"),
]


@pytest.mark.parametrize(("question", "sentence"), SAME)
def test_the_same_words_written_otherwise(question, sentence):
    numbers, told = aligned(["Is it?", question, "Is it?"], ["Is it ?", sentence, "Is it ?"])
    assert numbers == [(0, [0]), (1, [1]), (2, [2])]
    assert not told


LIKE = [
    ("What colour is the harbour?", "What color is the harbor ?"),
    ("Is the zebr\u00e4 there?", "Is the zebr? there ?"),
    ("What is the table made of?", "what be the table make"),
    ("Is the dog on the man's bed?", "be the dog _ the man _ bed"),
]


@pytest.mark.parametrize(("question", "sentence"), LIKE)
def test_what_is_respelt_or_missing_still_fits(question, sentence):
    numbers, told = aligned(["Is it?", question, "Are they?"], ["Is it ?", sentence, "Are they ?"])
    assert numbers == [(0, [0]), (1, [1]), (2, [2])]
    assert not told


def test_other_words_do_not_fit():
    def alike(question, parse):
        return likeness(tuple(question.split()), tuple(parse.split()), 0)

    assert alike("what color is the car", "what color is the car") == 5
    assert not alike("what color is the car", "what color is the bus")
    assert not alike("is it black", "is it blue")
    assert not alike("how many dogs", "where are the cats")


def test_several_sentences_and_empty_lines():
    numbers, told = aligned(
        ["How many cats? Are they big?", "", "Is it? ??", "   ", "?", "Is it?"],
        ["How many cats ?", "Are they big ?", "Is it ?", "??", "?", "Is it ?"],
    )
    assert numbers == [(0, [0, 1]), (1, []), (2, [2, 3]), (3, []), (4, [4]), (5, [5])]
    assert not told


def test_what_is_lost_is_told_on_both_sides_and_the_rest_goes_on():
    numbers, told = aligned(
        ["Is it red?", "Is it blue?", "Who sits?", "Where is it?", "Why?"],
        ["Is it red ?", "Who sits ?", "When was that ?", "Where is it ?", "Why ?", "The end"],
    )
    assert numbers == [(0, [0]), (2, [1]), (3, [3]), (4, [4])]
    assert [(one.code, one.place) for one in told] == [
        ("NMT448", "q.txt:2"),
        ("NMT449", "sentence 2 (line 3)"),
        ("NMT449", "sentence 5 (line 6)"),
    ]


def test_a_failed_parse_is_told_with_its_question():
    numbers, told = aligned(["Is it red?", "Of the of?", "Who sits?"], ["Is it red ?", "!", "Who sits ?"])
    assert numbers == [(0, [0]), (2, [2])]
    (one,) = told
    assert one.code == "NMT448"
    assert one.place == "q.txt:2"
    assert "NMT444" in one.notes[0].text
    assert "p.txt:1" in render(one)


def test_other_files_are_told_and_end():
    numbers, told = aligned([f"is it number {n}?" for n in range(120)], [f"where was thing {n} ?" for n in range(130)])
    assert not numbers
    assert len(told) == 250


def test_no_parses_and_no_questions():
    assert [one.code for one in aligned(["Is it?"], [])[1]] == ["NMT448"]
    assert [one.code for one in aligned([], ["Is it ?"])[1]] == ["NMT449"]


def test_a_wrong_byte_costs_its_question():
    found = list(align(parses(["Is it ?", "Is caf?", "Why ?"]), Given(b"Is it?\nIs caf\xe9?\nWhy?", "q.txt")))
    assert [one.number for one in found if isinstance(one, Asked)] == [0, 2]
    assert {one.code for one in found if isinstance(one, Diagnostic)} == {"NMT413", "NMT449"}


NOUN_LIST = "dog cat bird boat tree house river stone cloud horse table window garden street school"
NOUNS = NOUN_LIST.split()


@settings(max_examples=15)
@given(
    st.lists(st.tuples(st.sampled_from(NOUNS), st.sampled_from(NOUNS), st.sampled_from("kkkkkkkkkklfx")), max_size=140)
)
def test_everything_finds_its_place_or_is_told(rows):
    """k: kept; l: the parse was lost; f: it failed; x: the question was lost. Every question is another."""
    questions, sentences, expected = [], [], []
    for number, (one, two, fate) in enumerate(rows):
        text = f"Is the {one} number {number} near a {two}"
        if fate != "x":
            questions.append(f"{text}?")
        if fate != "l":
            sentences.append("!" if fate == "f" else f"{text} ?")
        if fate == "k":
            expected.append((len(questions) - 1, [len(sentences) - 1]))
    numbers, told = aligned(questions, sentences)
    assert numbers == expected
    lost = [fate for *_, fate in rows if fate != "k"]
    assert len(lost) - lost.count("f") <= len(told) <= len(lost) + lost.count("f")
