"""Sentences of one question as one parse."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from ..parses.parse import Edge, Parse


def join(parses: Sequence[Parse]) -> Parse:
    """Several sentences of one question as one parse: the roots of the others hang on the first."""
    first = parses[0]
    if len(parses) == 1:
        return first
    words = tuple(word for parse in parses for word in parse.words)
    edges: list[Edge] = []
    copies: dict[int, int] = {}
    root = next((word for _, head, word in first.edges if not head), 0)
    begin = 0
    for parse in parses:
        count = len(parse.words)
        places = {number: begin + number for number in range(1, count + 1)}
        for copy, word in parse.copies.items():
            places[copy] = len(words) + len(copies) + 1
            copies[places[copy]] = begin + word
        for relation, head, word in parse.edges:
            moved = places.get(word, word)
            if head:
                edges.append((relation, places.get(head, head), moved))
            elif parse is first:
                edges.append((relation, 0, moved))
            else:
                edges.append(("parataxis", root, moved))
        begin += count
    return evolve(
        first,
        words=words,
        edges=tuple(edges),
        copies=copies,
        tags=_all(parses, [parse.tags for parse in parses]),
        lemmas=_all(parses, [parse.lemmas for parse in parses]),
        text=" ".join(parse.text for parse in parses) if all(parse.text for parse in parses) else "",
        tree=f"(FRAG {' '.join(parse.tree for parse in parses)})" if all(parse.tree for parse in parses) else "",
    )


def _all(parses: Sequence[Parse], parts: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Tags or lemmas of all words, if all have some."""
    whole = all(len(part) == len(parse.words) for part, parse in zip(parts, parses, strict=True))
    return tuple(one for part in parts for one in part) if whole else ()
