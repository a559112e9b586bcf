"""A sentence in normal form: one tree over its words, the same whatever labels, release or variant it was parsed with.

Before: typed dependencies of any set of labels: collapsed or not, with copies, with edges said twice.
After:  each word has one governor, a role that all sets share, and a category. Nouns hold their prepositions; `be`
        stands above its predicate; a second prepositional phrase stands beside the first.
Cost:   a few passes over the words.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import Factory, define, field

from ..parses.parse import Parse
from . import trees
from .tables import TREE, Relation, category, category_of_role, irregular, lemma, lists, plain, relation

MOVED = {"subj", "aux", "punct", "expl", "mark", "conj", "cc", "cop"}  # from a predicate to the `be` above it


@define(eq=False)
class Node:
    """A word in its tree: `head` is the number of its governor, 0 above the root; `depth` counts from the root, 0."""

    number: int
    word: str
    lemma: str
    category: str
    role: str
    head: int
    preposition: str = ""
    depth: int = 0


@define(eq=False)
class Sentence:
    """The words that have a place in the tree, by number.

    `words` are all, as written. `joints` are conjunctions that relations name, `unknown` relations that no table has.
    """

    parse: Parse
    words: list[str]
    nodes: dict[int, Node] = field(default=Factory(dict))
    joints: set[str] = field(default=Factory(set))
    unknown: list[str] = field(default=Factory(list))

    @property
    def root(self) -> Node | None:
        """The word that the sentence hangs on."""
        return next((node for node in self.nodes.values() if not node.head), None)

    def under(self, number: int) -> list[Node]:
        """The words that hang on one, in order."""
        return [node for node in self.nodes.values() if node.head == number]

    def parent(self, node: Node) -> Node | None:
        """The governor of a word."""
        return self.nodes.get(node.head)


def normal(parse: Parse) -> Sentence:
    """The normal form of a sentence. It takes any parse, however broken, and raises nothing."""
    sentence = Sentence(parse, list(parse.words))
    edges = parse.edges or trees.edges_of(parse.tree)
    labels = parse.labels if parse.edges else TREE
    _grow(sentence, edges, labels)
    for change in (_nouns_above, _prepositions, _beside, _be_above):
        change(sentence)
    _measure(sentence)
    return sentence


# -- the tree


def _grow(sentence: Sentence, edges: Iterable[tuple[str, int, int]], labels: str) -> None:
    """Choose one edge for each word: the nearest to the root; what is joined hangs on what it is joined to."""
    parse = sentence.parse
    count = len(parse.words)
    above: dict[int, list[tuple[int, Relation]]] = {}
    for name, governor, dependent in edges:
        head, number = parse.original(governor), parse.original(dependent)
        found = relation(labels, name)
        if found.joint:
            sentence.joints.add(found.joint)
        if head == number or not (1 <= number <= count and 0 <= head <= count):
            continue
        if not found.known:
            sentence.unknown.append(name)
        if found.role != "extra":
            above.setdefault(number, []).append((head, found))
    for number, ways in above.items():
        joined = [way for way in ways if way[1].role == "conj"]
        above[number] = joined or ways
    _fill(sentence, above)
    tree = _shallowest(above, count)
    for number in sorted(tree):
        head, found = tree[number]
        sentence.nodes[number] = _node(sentence, number, head, found)


def _shallowest(above: dict[int, list[tuple[int, Relation]]], count: int) -> dict[int, tuple[int, Relation]]:
    """A tree over the words that have edges. What the root does not reach hangs on the root."""
    below: dict[int, list[tuple[int, Relation]]] = {}
    for number, ways in above.items():
        for head, found in ways:
            below.setdefault(head, []).append((number, found))
    heads = set(below) - {0}
    roots = [number for number, found in below.get(0, ()) if number <= count]
    root = roots[0] if roots else min(heads - above.keys(), default=min(heads, default=0))
    if not root:
        return {}
    tree = {root: (0, Relation("root"))}
    waiting = [root, *roots[1:]]
    tree |= {number: (root, Relation("dep")) for number in roots[1:] if number != root}
    loose = sorted((above.keys() | heads) - {root})
    while waiting:
        fresh = []
        for at in waiting:
            for number, found in below.get(at, ()):
                if number not in tree:
                    tree[number] = (at, found)
                    fresh.append(number)
        waiting = fresh
        if not waiting:
            while loose and loose[-1] in tree:
                loose.pop()
            if loose:
                waiting = [loose.pop()]
                tree[waiting[0]] = (root, Relation("dep"))
    return tree


def _fill(sentence: Sentence, above: dict[int, list[tuple[int, Relation]]]) -> None:
    """Words that the text does not show: a preposition stands before its noun."""
    words = sentence.words
    for number, ways in sorted(above.items()):
        for head, found in ways:
            if found.preposition and not (found.preposition == "by" and head > number):
                at = number - 1
                while at > max(head, 0) and words[at - 1]:
                    at -= 1
                if at > head and at >= 1 and not words[at - 1]:
                    words[at - 1] = found.preposition.replace("_", " ")


def _node(sentence: Sentence, number: int, head: int, found: Relation) -> Node:
    parse = sentence.parse
    word = parse.words[number - 1]
    given = parse.lemmas[number - 1] if number <= len(parse.lemmas) else ""
    tag = parse.tags[number - 1] if number <= len(parse.tags) else ""
    kind = category(tag) if tag else category_of_role(plain(given) if given else lemma(word, "verb"), found.role)
    if plain(word) in lists()["pronoun"] and found.role != "det":  # `this` is one where nothing follows it
        kind = "pronoun"
    if not any(char.isalnum() for char in word):
        kind = "sign"
    base = irregular(word, kind) or (plain(given) if given and given != "_" else lemma(word, kind))
    return Node(number, word, base, kind, found.role, head, found.preposition)


# -- its normal form


def _nouns_above(sentence: Sentence) -> None:
    """`prep` above `pobj`: the noun takes the place of its preposition, and holds it."""
    for node in list(sentence.nodes.values()):
        if node.role == "prep":
            _noun_above(sentence, node)


def _noun_above(sentence: Sentence, node: Node) -> None:
    place = node.head
    chain = [node]
    below = sentence.under(node.number)
    while not any(one.role == "pobj" for one in below) and any(one.role == "prep" for one in below):
        chain.append(next(one for one in below if one.role == "prep"))  # out of
        below = sentence.under(chain[-1].number)
    nouns = [one for one in below if one.role == "pobj"]
    if not nouns:
        return
    for one in nouns:
        one.role, one.head, one.preposition = "mod", place, "_".join(part.lemma for part in chain)
    for part in chain:
        part.role, part.head = "case", nouns[0].number
    for one in below:
        if one.role in {"prep", "conj"} and any(two.role == "pobj" for two in sentence.under(one.number)):
            one.role, one.head = "prep", place  # to the bus or from the train
        elif one.role != "mod":
            one.head = nouns[0].number


def _prepositions(sentence: Sentence) -> None:
    """`case` below a noun: the noun holds its preposition."""
    for node in sentence.nodes.values():
        if node.role != "case" or node.preposition:
            continue
        noun = sentence.parent(node)
        if noun is None or node.lemma in {"'s", "'", "s"} or noun.preposition:
            continue
        parts = [one for one in sentence.under(noun.number) if one.role == "case" and one.number >= node.number]
        parts += [two for one in parts for two in sentence.under(one.number) if two.role == "fixed"]
        parts.sort(key=lambda one: one.number)
        noun.preposition = "_".join(one.lemma for one in parts if one.lemma not in {"'s", "'"})


def _beside(sentence: Sentence) -> None:
    """What is joined, but has a preposition of its own, stands beside: to the bus or from the train."""
    for node in sentence.nodes.values():
        first = sentence.parent(node)
        if node.role == "conj" and node.preposition and first is not None and first.head:
            node.role, node.head = "mod", first.head


def _be_above(sentence: Sentence) -> None:
    """`cop` below a predicate: `be` takes its place, as where it is the root."""
    nodes = sentence.nodes
    for node in list(nodes.values()):
        predicate = nodes.get(node.head)
        if node.role != "cop" or predicate is None or node.lemma not in lists()["copula"]:
            continue
        node.role, node.head = predicate.role, predicate.head
        predicate.role, predicate.head = "mod" if predicate.preposition else "attr", node.number
        for one in sentence.under(predicate.number):
            if one.role in MOVED and not (one.role in {"conj", "cc"} and one.category != "verb"):
                one.head = node.number


def _measure(sentence: Sentence) -> None:
    """Depths. A change above cannot make a circle; if one were there, its words would hang on the root."""
    root = sentence.root
    if root is None:
        return
    root.depth, done = 0, {root.number}
    waiting = [root]
    while waiting:
        fresh = [one for node in waiting for one in sentence.under(node.number) if one.number not in done]
        for one in fresh:
            one.depth = sentence.nodes[one.head].depth + 1
        done.update(one.number for one in fresh)
        waiting = fresh
        if not waiting and (rest := sentence.nodes.keys() - done):
            lost = sentence.nodes[min(rest)]
            lost.head, lost.depth, waiting = root.number, 1, [lost]
            done.add(lost.number)
