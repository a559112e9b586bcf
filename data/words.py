"""The words of a question: one rule for all data sets."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+|[^\w\s]")


def words_of(question: str) -> tuple[str, ...]:
    """In lower case; runs of letters and digits are words, and so is each other sign that is no space.

    >>> words_of("What's on the cat's left?")
    ('what', "'", 's', 'on', 'the', 'cat', "'", 's', 'left', '?')
    """
    return tuple(_WORD.findall(question.lower()))
