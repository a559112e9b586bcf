"""A layout: what a question asks of a picture, as a term, with the way that led there."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ...terms import Skeleton, Term


@frozen
class Item:
    """A word of a layout, as `leaf[word]()` or, with a relation, `rel[relation](leaf[word]())`.

    `number` is the word of the sentence that it comes from, 0 where none is.
    """

    word: str
    number: int = 0
    relation: str = ""


@frozen
class Step:
    """A rule that fired: on which word (0: on the whole), and what came of it."""

    rule: str
    number: int
    outcome: str


@frozen
class Layout:
    """What rules made of a sentence.

    `head` stands at the root, below `yesno` or `other`; `numbers` are the words of the sentence that it was read from.
    `alternatives` are all terms, the whole one last. `fallback` says what no rule could tell, in a few words each.
    """

    profile: str
    head: str
    yesno: bool
    items: tuple[Item, ...]
    alternatives: tuple[tuple[Term, tuple[int, ...]], ...]  # with the word of each node, 0 where there is none
    numbers: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()
    fallback: tuple[str, ...] = ()

    @property
    def term(self) -> Term:
        """The whole layout."""
        return self.alternatives[-1][0]

    @property
    def skeleton(self) -> str:
        """Its form as n2nmn writes it: `(describe (and find (relate find)))`."""
        parts = ["(relate find)" if item.relation else "find" for item in self.items]
        shown = parts[-1]
        for part in reversed(parts[:-1]):
            shown = f"(and {part} {shown})"
        return f"({'is' if self.head == 'is' else 'describe'} {shown})"


def alternatives_of(
    head: str, asked: int, items: Sequence[Item], *, yesno: bool, all_: bool
) -> tuple[tuple[Term, tuple[int, ...]], ...]:
    """The terms of a layout: each word alone where all are wanted, and the whole last."""
    whole = term_of(head, asked, items, yesno=yesno)
    if not all_ or len(items) == 1:
        return (whole,)
    return (*(term_of(head, asked, [item], yesno=yesno) for item in items), whole)


def term_of(head: str, asked: int, items: Sequence[Item], *, yesno: bool) -> tuple[Term, tuple[int, ...]]:
    """A term, and the word of the sentence that each of its nodes comes from."""
    ops: list[str] = []
    inputs: list[tuple[int, ...]] = []
    words: list[str] = []
    places: list[int] = []
    counts: list[int] = []

    def add(op: str, below: tuple[int, ...], word: str | None, place: int) -> int:
        ops.append(op)
        inputs.append(below)
        counts.append(int(word is not None))
        words.extend([] if word is None else [word])
        places.append(place)
        return len(ops) - 1

    made = None
    for item in items:
        node = add("leaf", (), item.word, item.number)
        if item.relation:
            node = add("rel", (node,), item.relation, item.number)
        made = node if made is None else add("and", (made, node), None, 0)
    assert made is not None
    add("yesno" if yesno else "other", (made,), head, asked)
    return Term(Skeleton(tuple(ops), tuple(inputs), tuple(counts)), tuple(words)), tuple(places)
