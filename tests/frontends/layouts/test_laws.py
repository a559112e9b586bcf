"""Laws of layouts: nothing raises, labels agree, every layout is a well-typed term, and nothing is silent."""

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.check import check
from nmt.compiler.frontends.format import Options
from nmt.compiler.frontends.layouts import PROFILES, join, layout_of, profile_of
from nmt.compiler.frontends.layouts.formats import records_of
from nmt.compiler.frontends.layouts.sentence import normal
from nmt.compiler.frontends.layouts.tables import relation, table
from nmt.compiler.frontends.parses.parse import Parse
from nmt.compiler.programs import Checked, Checker
from nmt.compiler.source import Source

SMALL = """package small @ 1.0.0
dim H
vocab WORD from data else unknown
type mask = real[H] in 0..1 by sigmoid
source image : real[H]
module find[w: WORD](image: real[H]) -> mask
op leaf[w: WORD]() -> mask = find[w](image)
op and(x: mask, y: mask) -> mask = min(x, y)
op rel[r: WORD](x: mask) -> mask = min(x, find[r](image))
op yesno[r: WORD](x: mask) -> mask = x
op other[r: WORD](x: mask) -> mask = x
layout question : mask
"""
CHECKER = Checker(check(Source("small.nmt", SMALL), ())[0])
SETS = ("sd", "ud1", "ud2", "clear")
WORDS = ("Is", "What", "how", "many", "dog", "dogs", "red", "or", "'s", "(", "", "1,000", "of", "\U0001f600", "that")
TAGS = ("NN", "NNS", "VBZ", "VBN", "JJ", "WP", "IN", "DT", "CD", "", "?", "XX")
NAMES = (
    *{name for labels in SETS for name in table("roles")[labels]},
    "prep_on",
    "nmod:on",
    "conj_or",
    "odd",
    "x:y",
    "",
)


@st.composite
def parses(draw):
    """Any parse at all: circles, no root or several, edges to nowhere, copies, words missing, tags for some."""
    count = draw(st.integers(0, 7))
    number = st.integers(0, count + 2)
    return Parse(
        tuple(draw(st.lists(st.sampled_from(WORDS), min_size=count, max_size=count))),
        tuple(draw(st.lists(st.tuples(st.sampled_from(NAMES), number, number), max_size=10))),
        tuple(draw(st.lists(st.sampled_from(TAGS), max_size=count))),
        tuple(draw(st.lists(st.sampled_from(("dog", "be", "_", "")), max_size=count))),
        draw(st.dictionaries(st.integers(count + 1, count + 3), st.integers(0, count + 4), max_size=2)),
        draw(st.sampled_from((*SETS, "else"))),
        tree=draw(st.sampled_from(("", "(ROOT (NP (NN dog)))", "(", "((", "(NP (NN a) (CC and) (NN b) (. ?))"))),
    )


@given(parses(), st.sampled_from(PROFILES), st.booleans())
@settings(max_examples=80)
def test_any_parse_gives_a_well_typed_layout(parse, profile, compat):
    layout = layout_of(parse, profile, compat=compat)
    for term, numbers in layout.alternatives:
        assert isinstance(CHECKER.check(term), Checked)
        assert len(numbers) == len(term.skeleton.ops)
        assert all(0 <= number <= len(parse.words) for number in numbers)
    assert 1 <= len(layout.items) <= profile_of(profile).most
    # Nothing is silent: what no word of the sentence gave is listed.
    assert (not layout.items[0].number) == any(one.startswith("leaf") for one in layout.fallback)


@given(parses())
@settings(max_examples=50)
def test_the_normal_form_is_a_tree(parse):
    nodes = normal(parse).nodes
    assert sum(not node.head for node in nodes.values()) == bool(nodes)
    for node in nodes.values():
        seen = set()
        while node.head:
            assert node.number not in seen
            seen.add(node.number)
            node = nodes[node.head]  # noqa: PLW2901


@given(parses(), st.sampled_from(PROFILES), st.sampled_from(("cvpr", "all", "first")))
@settings(max_examples=30)
def test_records_know_their_places(parse, profile, policy):
    made = records_of(parse, Options(policy, profile), 5, "f")
    for record in made if isinstance(made, list) else ():
        places = record.places(record)
        assert len(places) == len(record.term.skeleton.ops)
        assert all(0 <= start <= end <= len(record.text) for start, end in places)


# One relation of each set for roles that all sets have.
COMMON = {
    role: tuple(next(name for name, its in table("roles")[labels].items() if its == role) for labels in SETS)
    for role in ("subj", "obj", "poss", "compound", "amod", "num", "adv", "aux", "det", "conj", "clause", "appos", "cc")
}


@st.composite
def trees(draw):
    """Words and a tree over them: a role and a governor for each."""
    count = draw(st.integers(1, 7))
    order = draw(st.permutations(range(1, count + 1)))
    roles, heads = st.sampled_from(sorted(COMMON)), [order[draw(st.integers(0, at - 1))] for at in range(1, count)]
    tree = [(order[0], 0, ""), *((order[at], head, draw(roles)) for at, head in enumerate(heads, 1))]
    words = draw(st.lists(st.sampled_from([word for word in WORDS if word]), min_size=count, max_size=count))
    return words, sorted(tree)


@given(trees(), st.sampled_from(PROFILES))
@settings(max_examples=40)
def test_label_sets_agree(made, profile):
    words, tree = made
    layouts = set()
    for at, labels in enumerate(SETS):
        edges = tuple((COMMON[role][at] if role else "root", head, number) for number, head, role in tree)
        layout = layout_of(Parse(tuple(words), edges, labels=labels), profile)
        layouts.add((layout.alternatives, layout.steps))
    assert len(layouts) == 1


@given(st.lists(parses(), min_size=1, max_size=3))
@settings(max_examples=30)
def test_joined_sentences_are_a_parse(several):
    several = [evolve(parse, copies={}) for parse in several]
    joined = join(several)
    assert joined.words == tuple(word for parse in several for word in parse.words)
    assert len(joined.edges) == sum(len(parse.edges) for parse in several)
    assert layout_of(joined).items


def test_every_relation_of_the_tables_has_a_known_role():
    roles = {line.split()[0] for line in ("mod by",)} | set(table("words")["roles"])
    roles |= {"root", "expl", "mark", "cc", "conj", "punct", "extra", "dep"}
    for labels in SETS:
        for name in table("roles")[labels]:
            assert relation(labels, name).role in roles, (labels, name)
    assert {role for found in table("penn")["roles"].values() for role in found} <= roles
