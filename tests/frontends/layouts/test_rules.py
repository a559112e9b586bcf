"""Each rule of the profiles, on questions that a parser has parsed.

`questions/questions.conllu` are the questions; what each profile makes of them lies beside it, rule by rule
(`pytest --bless` writes it anew).
"""

from pathlib import Path

import pytest

from nmt.compiler.diagnostics import CompileError
from nmt.compiler.frontends.files import Input
from nmt.compiler.frontends.layouts import PROFILES, layout_of, profile_of
from nmt.compiler.frontends.parses.readers import read_parses

FOLDER = Path(__file__).parent / "questions"
PARSES = list(read_parses(Input.of(FOLDER / "questions.conllu")))
CASES = [*PROFILES, "nmn-2016 compat"]


def told(name):
    """What a profile makes of all questions, as text."""
    profile, _, compat = name.partition(" ")
    lines = []
    for parse in PARSES:
        layout = layout_of(parse, profile, compat=bool(compat))
        lines.append(parse.text)
        for step in layout.steps:
            word = parse.words[step.number - 1] if step.number else ""
            lines.append(f"    {step.rule}: {f'{word}: ' if word else ''}{step.outcome}")
        lines.extend(f"  {term}" for term, _ in layout.alternatives)
        lines.append(f"  {layout.skeleton}")
        lines.append("")
    return "\n".join(lines)


@pytest.mark.parametrize("name", CASES)
def test_layouts(name, request):
    path = FOLDER / f"{name.replace(' ', '-')}.txt"
    text = told(name)
    if request.config.getoption("--bless"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PROFILES)
def test_every_rule_has_an_example(name):
    profile = profile_of(name)
    compats = (False, True) if name == "nmn-2016" else (False,)
    fired = {
        step.rule for parse in PARSES for compat in compats for step in layout_of(parse, name, compat=compat).steps
    }
    names = [rule.name for rule in (*profile.heads, *profile.words)]
    assert len(set(names)) == len(names)
    assert not set(names) - fired


def by_text(text):
    return next(parse for parse in PARSES if parse.text == text)


@pytest.mark.parametrize(
    ("text", "plain", "compat"),
    [
        ("Where is the bear?", "other[where](leaf[bear]())", "other[where](leaf[_thing]())"),
        ("Is there a dog?", "yesno[is](leaf[dog]())", "yesno[is](leaf[_thing]())"),
        ("What is the name of the boat?", "other[name](leaf[boat]())", "other[is](leaf[boat]())"),
        ("Is the truck red?", "yesno[is](and(leaf[truck](), leaf[red]()))", None),
    ],
)
def test_the_two_faults_of_2016_only_with_compat(text, plain, compat):
    parse = by_text(text)
    fine = layout_of(parse, "nmn-2016")
    faulty = layout_of(parse, "nmn-2016", compat=True)
    assert str(fine.term) == plain
    assert str(faulty.term) == (compat or plain)


def test_alternatives_are_those_of_a_line_of_sps2():
    layout = layout_of(by_text("Is the truck red?"), "nmn-2016")
    assert [str(term) for term, _ in layout.alternatives] == [
        "yesno[is](leaf[truck]())",
        "yesno[is](leaf[red]())",
        "yesno[is](and(leaf[truck](), leaf[red]()))",
    ]
    assert len(layout_of(by_text("Is the truck red?"), "nmn").alternatives) == 1


def test_yesno_by_the_first_word_and_no_or():
    ops = {parse.text: layout_of(parse).term.skeleton.ops[-1] for parse in PARSES}
    assert ops["Is the truck red?"] == "yesno"
    assert ops["Does the girl have a hat?"] == "yesno"
    assert ops["Is the bench red or blue?"] == "other"
    assert ops["Was the photo taken at night?"] == "other"
    assert ops["What is shown?"] == "other"


def test_a_fallback_is_listed():
    layout = layout_of(by_text("Name the animal."), "nmn-2016")
    assert str(layout.term) == "other[_what](leaf[_thing]())"
    assert layout.fallback == ("head _what", "leaf _thing")
    assert [step.rule for step in layout.steps].count("fallback") == 2
    assert not layout_of(by_text("Is the truck red?"), "nmn-2016").fallback


def test_an_unknown_profile():
    with pytest.raises(CompileError, match=r"NMT450 no profile is called `n2nm`\n  help: did you mean `n2nmn`\?"):
        layout_of(PARSES[0], "n2nm")
    with pytest.raises(CompileError, match="NMT450 cannot be read"):
        layout_of(PARSES[0], "nowhere.toml")


RULE = '[[word]]\nname = "noun"\ncategory = ["noun"]\ntake = "leaf"\n'


def test_a_table_of_ones_own(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(f'most = 3\n[[head]]\nmatch = "(?P<head>[a-z]+ [a-z]+)"\n{RULE}', encoding="utf-8")
    layout = layout_of(by_text("What kind of dog is on the boat?"), str(path))
    assert str(layout.term) == "other[what_kind](and(leaf[dog](), leaf[boat]()))"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("most = ", "is no table of rules: Invalid value"),
        ("", "there is no rule for words"),
        (f"most = 0\n{RULE}", "`most` is at least 1"),
        (f"most = true\n{RULE}", "`most` is True, where a int was expected"),
        (f"mots = 2\n{RULE}", "`mots` is not known here\n  help: did you mean `most`?"),
        (f'nearest = "rot"\n{RULE}', "`nearest` is `rot`\n  help: did you mean `root`?"),
        (f'nothing = ["a"]\n{RULE}', "`nothing` is two words"),
        (f'[[head]]\nhead = "is"\n{RULE}', "own.toml: head 1: NMT451 a rule for the head has a pattern"),
        (f'[[head]]\nmatch = "is"\n{RULE}', "neither `head` nor a group"),
        (f'[[head]]\nmatch = "("\nhead = "x"\n{RULE}', "`match` is no regular expression"),
        (f"head = 3\n{RULE}", "`head` is 3, where a list was expected"),
        (f"head = [3]\n{RULE}", "`head` is a list of tables"),
        ('[[word]]\ntake = "leaff"', "word 1: NMT451 `take` is `leaff`\n  help: did you mean `leaf`?"),
        ('[[word]]\ntake = "leaf"\nlemma = [2]', "`lemma` holds 2, where a word was expected"),
        ('[[word]]\ntake = "leaf"\nlemma = ["$bee"]', "no list is called `$bee`"),
        (
            '[[word]]\ncategory = ["nouns"]',
            "`category` holds `nouns`, which is not known\n  help: did you mean `noun`?",
        ),
        (
            '[[word]]\nrole = ["subj", "nsubj"]',
            "`role` holds `nsubj`, which is not known\n  help: did you mean `subj`?",
        ),
        ('[[word]]\nrole = ["verb"]', "`role` holds `verb`, which is not known\n  help: there are adv, amod, appos,"),
        ('[[word]]\nunder = ["be", "subject"]', "`under` holds `subject`, which is not known"),
        ('[[word]]\ncategory = ["$wh"]', "`category` holds `how`, which is not known"),
        ('[[word]]\ntake = "leaf"\nroles = ["subj"]', "did you mean `role`?"),
    ],
)
def test_broken_tables(text, said, tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CompileError) as fault:
        profile_of(str(path))
    assert said in str(fault.value)
    assert "NMT451" in str(fault.value)
