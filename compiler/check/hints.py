"""Hints: which name was meant, where that is certain. Thousands of wrong names take no longer than they must."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Collection

MOST_KNOWN = 100_000  # names among which one looks for what was meant,
MOST_ALIKE = 100  # and how many of them may look like it
MOST_SWAPPED = 100  # letters of a name of which two may be in the wrong order
CLOSE = 0.75  # how much of two names is the same, at the least


def did_you_mean(name: str, known: Collection[str], more: Collection[str] = ()) -> str:
    """A hint where one name alone is close to what was written; else nothing."""
    if len(known) > MOST_KNOWN:
        return ""
    alike = _alike(name, [*_letters(tuple(known)), *_letters(tuple(more))])
    if len(alike) > MOST_ALIKE:  # then no one of them is meant for certain, and comparing takes long
        return ""
    close = difflib.get_close_matches(name, alike, n=2, cutoff=CLOSE)
    if len(close) == 1:
        return f"did you mean `{close[0]}`?"
    if (
        len(close) == 2
        and difflib.SequenceMatcher(a=name, b=close[0]).ratio() - difflib.SequenceMatcher(a=name, b=close[1]).ratio()
        > 0.1
    ):
        return f"did you mean `{close[0]}`?"
    swapped = _swapped(name, known, more) if not close else ""
    return f"did you mean `{swapped}`?" if swapped else ""


def _swapped(name: str, *known: Collection[str]) -> str:
    """The one name that differs by two letters in the other order, where none differs by a single letter."""
    if not 2 < len(name) <= MOST_SWAPPED:
        return ""
    swaps = {f"{name[:at]}{name[at + 1]}{name[at]}{name[at + 2 :]}" for at in range(len(name) - 1)} - {name}
    found = {one for names in known for one in swaps.intersection(names)}
    if len(found) != 1 or any(_by_one(name, one) for names in known for one in names if len(one) == len(name)):
        return ""
    return found.pop()


def _by_one(name: str, other: str) -> bool:
    return sum(a != b for a, b in zip(name, other, strict=True)) == 1


def _alike(name: str, known: Collection[tuple[str, int]]) -> list[str]:
    """Names that may be close: a quick look at their letters leaves out nearly all that are not, and no others."""
    (_, own), length = _letters((name,))[0], len(name)
    return sorted(
        {
            other
            for other, letters in known
            if (letters & ~own).bit_count() <= len(other) - CLOSE / 2 * (length + len(other))
            and (own & ~letters).bit_count() <= length - CLOSE / 2 * (length + len(other))
        }
    )


@functools.lru_cache(maxsize=8)
def _letters(names: tuple[str, ...]) -> list[tuple[str, int]]:
    """Which letters each name has: a bit for each of 64, one for those that it has twice, and so on up to four."""
    found = []
    for name in names:
        letters = 0
        for char in name[:200]:
            bit = 1 << (ord(char) % 64)
            while letters & bit and bit < 1 << 192:
                bit <<= 64
            letters |= bit
        found.append((name, letters))
    return found
