"""CoreNLP's JSON: graphs of choice, many documents, text from offsets, and every way in which a file can be broken."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.diagnostics import CompileError, Diagnostic
from nmt.compiler.frontends.parses import Given, Parse, kind_of, read_parses
from nmt.compiler.frontends.parses.corenlp import read_corenlp


def edge(dep, governor, dependent):
    return {"dep": dep, "governor": governor, "governorGloss": "g", "dependent": dependent, "dependentGloss": "d"}


def token(index, word, pos, begin, lemma=None):
    made = {"index": index, "word": word, "originalText": word, "pos": pos, "lemma": lemma or word.lower()}
    return {**made, "characterOffsetBegin": begin, "characterOffsetEnd": begin + len(word), "before": "", "after": " "}


BASIC = [edge("ROOT", 0, 3), edge("aux", 3, 1), edge("nsubj", 3, 2), edge("obl", 3, 4), edge("punct", 3, 5)]
SENTENCE = {
    "index": 0,
    "parse": "(ROOT\n  (SQ (VBZ Is) (NP (PRP it)) (VP (VBG raining) (ADVP (RB there))) (. ?)))",
    "basicDependencies": BASIC,
    "enhancedDependencies": [edge("obl:in", 3, 4) if one["dep"] == "obl" else one for one in BASIC],
    "enhancedPlusPlusDependencies": [edge("obl:on", 3, 4) if one["dep"] == "obl" else one for one in BASIC],
    "tokens": [
        token(1, "Is", "VBZ", 10, "be"),
        token(2, "it", "PRP", 13),
        token(3, "raining", "VBG", 16, "rain"),
        token(4, "there", "RB", 24),
        token(5, "?", ".", 29),
    ],
    "entitymentions": [{"text": "x", "nerConfidences": {"NUMBER": [{"a": {}}]}}],
}
DOCUMENT = {"docId": 'a "b" {', "sentences": [SENTENCE, SENTENCE], "corefs": {"1": [{"position": [1, 2]}]}}


def read(text, **options):
    return list(read_corenlp(Given(text, "a.json"), **options))


def test_a_document():
    first, second = read(json.dumps(DOCUMENT))
    assert first == Parse(
        ("Is", "it", "raining", "there", "?"),
        (("root", 0, 3), ("aux", 3, 1), ("nsubj", 3, 2), ("obl:on", 3, 4), ("punct", 3, 5)),
        ("VBZ", "PRP", "VBG", "RB", "."),
        ("be", "it", "rain", "there", "?"),
        {},
        "ud2",
        "Is it raining there?",
        "(ROOT (SQ (VBZ Is) (NP (PRP it)) (VP (VBG raining) (ADVP (RB there))) (. ?)))",
        line=1,
    )
    assert second.number == 1
    assert kind_of(Given(json.dumps(DOCUMENT, indent=2))) == "corenlp"


@pytest.mark.parametrize(("choice", "relation"), [("basic", "obl"), ("enhanced", "obl:in"), ("enhanced++", "obl:on")])
def test_which_dependencies_is_a_choice(choice, relation):
    parse = read(json.dumps(DOCUMENT), dependencies=choice)[0]
    assert (relation, 3, 4) in parse.edges
    assert next(read_parses(Given(json.dumps(DOCUMENT), "a.json"), None, choice)) == parse


def test_the_nearest_plainer_graph_is_taken_and_old_names_are_known():
    bare = {key: value for key, value in SENTENCE.items() if not key.startswith("enhanced")}
    assert ("obl", 3, 4) in read(json.dumps({"sentences": [bare]}))[0].edges
    old = {"tokens": SENTENCE["tokens"], "collapsed-ccprocessed-dependencies": [edge("root", 0, 3)]}
    assert read(json.dumps({"sentences": [old]}))[0].edges == (("root", 0, 3),)


def test_trees_alone_give_tags_and_no_edges():
    bare = {"tokens": SENTENCE["tokens"], "parse": SENTENCE["parse"]}
    (parse,) = read(json.dumps({"sentences": [bare]}))
    assert parse.edges == ()
    assert parse.tree


def test_a_word_that_hangs_on_itself_has_a_copy():
    more = {**SENTENCE, "enhancedPlusPlusDependencies": [*BASIC, edge("conj:or", 3, 3)]}
    (parse,) = read(json.dumps({"sentences": [more]}))
    assert parse.copies == {6: 3}
    assert parse.edges[-1] == ("conj:or", 3, 6)


@pytest.mark.parametrize("indent", [None, 2])
def test_lists_and_lines_of_documents(indent):
    documents = [DOCUMENT, {"sentences": []}, DOCUMENT]
    whole = read(json.dumps(documents, indent=indent))
    assert [parse.number for parse in whole] == [0, 1, 2, 3]
    assert [parse.edges for parse in read("\n".join(json.dumps(one, indent=indent) for one in documents))] == [
        parse.edges for parse in whole
    ]
    assert kind_of(Given(json.dumps(documents, indent=indent))) == "corenlp"


def test_lines_are_counted_across_chunks():
    text = json.dumps([DOCUMENT] * 170, indent=1)
    assert len(text) > 1 << 20
    for parse in read(text)[::29]:
        assert text.split("\n")[parse.line - 1].strip() == "{"


def test_a_broken_line_costs_its_document():
    line = json.dumps(DOCUMENT)
    found = read("\n".join([line, line.replace('"tokens": [', '"tokens": [[', 1), line[: len(line) // 3], line]))
    assert [type(made) for made in found] == [Parse, Parse, Diagnostic, Diagnostic, Parse, Parse]
    assert [made.place for made in found if isinstance(made, Diagnostic)] == ["a.json:2", "a.json:3"]
    assert {made.code for made in found if isinstance(made, Diagnostic)} == {"NMT446"}


BROKEN = [
    ("NMT446", {"tokens": [{"word": 5}]}),
    ("NMT446", {"tokens": SENTENCE["tokens"]}),
    ("NMT446", {"basicDependencies": BASIC}),
    ("NMT444", {**SENTENCE, "enhancedPlusPlusDependencies": []}),
    ("NMT441", {**SENTENCE, "enhancedPlusPlusDependencies": [edge("ROOT", 0, 3), edge("x", 3, 9)]}),
    ("NMT441", {**SENTENCE, "enhancedPlusPlusDependencies": [edge("ROOT", 0, 3), edge("x", -1, 2)]}),
    ("NMT442", {**SENTENCE, "enhancedPlusPlusDependencies": [edge("x", 1, 2)]}),
    ("NMT442", {**SENTENCE, "enhancedPlusPlusDependencies": [edge("ROOT", 0, 3), edge("ROOT", 0, 2)]}),
    ("NMT443", {**SENTENCE, "enhancedPlusPlusDependencies": [edge("ROOT", 0, 3), edge("x", 1, 2), edge("y", 2, 1)]}),
]


@pytest.mark.parametrize(("code", "sentence"), BROKEN)
def test_what_is_wrong_with_a_sentence_is_told_and_the_rest_goes_on(code, sentence):
    found = read(json.dumps({"sentences": [sentence, SENTENCE]}))
    assert [type(made) for made in found] == [Diagnostic, Parse]
    assert found[0].code == code
    assert found[0].place == "a.json:1 (sentence 0)"


def test_deep_nesting_and_wrong_bytes():
    for start in ('{"sentences": [{"tokens": ', ""):
        (found,) = read(start + "[" * 100_000)
        assert found.code == "NMT446"
    data = json.dumps({"sentences": [SENTENCE, SENTENCE]}).encode().replace(b"raining", b"rain\xe9ng", 1)
    broken, whole = read(data)
    assert isinstance(broken, Diagnostic)
    assert isinstance(whole, Parse)
    with pytest.raises(CompileError, match="UTF-16"):
        read(json.dumps(DOCUMENT).encode("utf-16"))


@settings(max_examples=40)
@given(st.integers(0, len(json.dumps([DOCUMENT])) - 1))
def test_a_file_cut_anywhere_is_read_up_to_there(cut):
    found = read(json.dumps([DOCUMENT])[:cut])
    whole = read(json.dumps([DOCUMENT]))
    assert found[:-1] == whole[: len(found) - 1] if found else cut == 0
    assert not found or found[-1].code == "NMT446"


def test_other_json_is_none():
    for text in ("{}", '{"questions": []}', '{"sentences": 5}', '{"sentences": [{"a": 1}]}', "[1]", '"sentences": [{'):
        assert kind_of(Given(text)) is None
