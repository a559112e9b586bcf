"""Whether a question and a parse are the same, where their letters are not: words that differ a little, or are missing.

Parsers respell (`colour`), lose accents, and where they print no line of words, words that no edge names are missing
and others stand as lemmas. But `What color is the car?` is never `What color is the bus?`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

LONGEST = 200  # words; what is longer is no question
Words = tuple[str, ...]
_FORMS = {
    "be": ("am", "is", "are", "was", "were", "been", "being", "s", "m", "re"),
    "have": ("has", "had", "having", "ve", "d", "s"),
    "do": ("does", "did", "done", "doing"),
}


def likeness(question: Words, parse: Words, missing: int) -> int:
    """How many words both have, in order, or 0 if they are not the same. `missing` words of the parse are not known."""
    if max(len(question), len(parse)) > LONGEST or len(set(question) & set(parse)) * 4 < len(parse):
        return 0
    both = _in_order(question, parse)
    left, right = max(0, len(question) - both - missing), len(parse) - both
    more = 1 + both // 6
    same = left <= more if right == 0 else right <= more if left == 0 else missing > 0 and left <= 2 and right == 1
    return both if same else 0


def _in_order(first: Words, second: Words) -> int:
    """The longest row of words that both have, in order."""
    best = [0] * (len(second) + 1)
    for word in first:
        before = 0
        for at, other in enumerate(second, 1):
            kept = best[at]
            best[at] = before + 1 if _alike(word, other) else max(best[at], best[at - 1])
            before = kept
    return best[-1]


@lru_cache(maxsize=10_000)
def _alike(word: str, other: str) -> bool:
    """Whether two words may be one: spelt otherwise, or the lemma of the other."""
    if word == other or word in _FORMS.get(other, ()):
        return True
    short, long = sorted((word, other), key=len)
    if len(short) < 3 or len(long) > 30:
        return False
    return long.startswith(short) or (len(short) > 3 and _one_apart(short, long))


def _one_apart(short: str, long: str) -> bool:
    """Whether one letter more, or another letter, makes the difference."""
    at = next((at for at, (one, two) in enumerate(zip(short, long, strict=False)) if one != two), len(short))
    return short[at:] == long[at + 1 :] or short[at + 1 :] == long[at + 1 :]


def pairs_of(questions: Sequence[Words], parses: Sequence[tuple[Words, int]]) -> list[tuple[int, int]]:
    """Which questions and parses are the same, both in order, so that most words find each other."""
    rows = [[likeness(question, *parse) for parse in parses] for question in questions]
    best = [[0] * (len(parses) + 1) for _ in range(len(questions) + 1)]
    for at in range(len(questions) - 1, -1, -1):
        for to in range(len(parses) - 1, -1, -1):
            taken = rows[at][to] + best[at + 1][to + 1] if rows[at][to] else 0
            best[at][to] = max(taken, best[at + 1][to], best[at][to + 1])
    found: list[tuple[int, int]] = []
    at = to = 0
    while at < len(questions) and to < len(parses):
        if rows[at][to] and best[at][to] == rows[at][to] + best[at + 1][to + 1]:
            found.append((at, to))
            at, to = at + 1, to + 1
        elif best[at][to] == best[at + 1][to]:
            at += 1
        else:
            to += 1
    return found
