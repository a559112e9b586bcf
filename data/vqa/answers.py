"""Answers of people, brought to one form before they are compared, by the rules of the official evaluation of VQA.

Lower case; punctuation out, periods and commas of numbers kept; number words to ten as digits; articles left out; the
apostrophes of contractions put in. Only what stands on both sides of a comparison matters, so a rule that both have
missed loses nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

TEN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NUMBERS = {word: str(number) for number, word in enumerate(TEN)} | {"none": "0"}
ARTICLES = frozenset(["a", "an", "the"])

# What people write with an apostrophe or without. Those that are another word without it (we'll, she'll, I'd, he'll,
# it's, let's, she'd, we're) are left as they are written.
CONTRACTIONS = """
ain't aren't can't could've couldn't couldn't've didn't doesn't don't hadn't hadn't've hasn't haven't he'd've he's how'd
how'll how's I'd've I'm I've isn't it'd it'd've it'll ma'am mightn't mightn't've might've mustn't must've needn't
not've o'clock oughtn't shan't she's should've shouldn't shouldn't've somebody'd somebody'll somebody's someone'd
someone'll someone's something'd something'll that'd that'll that's there'd there're there's they'd they'll they're
they've 'twas wasn't we've weren't what'd what'll what're what's what've when's where'd where's where've who'd who'd've
who'll who's who've why'll why're why's won't would've wouldn't wouldn't've y'all you'd you'd've you'll you're you've
""".lower().split()
APOSTROPHES = {word.replace("'", ""): word for word in CONTRACTIONS}

# Beside a space these go, and so they do everywhere in an answer with a number such as 1,000; else each is a space.
PUNCTUATION = ';/[]"{}()=+\\_-><@`,?!'

_COMMA = re.compile(r"\d,\d")
_PERIOD = re.compile(r"\.(?!\d)")


@lru_cache(maxsize=1 << 16)
def normal(answer: str) -> str:
    """The one form of an answer.

    >>> normal("The two DOGS."), normal("dont know"), normal("1,000"), normal("black/white")
    ('2 dogs', "don't know", '1000', 'black white')
    """
    text = given = " ".join(answer.lower().split())
    grouped = _COMMA.search(given) is not None
    for sign in PUNCTUATION:
        if sign in given:
            beside = f"{sign} " in given or f" {sign}" in given
            text = text.replace(sign, "" if beside or grouped else " ")
    words = (NUMBERS.get(word, word) for word in _PERIOD.sub("", text).split())
    return " ".join(APOSTROPHES.get(word, word) for word in words if word not in ARTICLES)
