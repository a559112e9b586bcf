"""Words and tags as parsers print them."""

from __future__ import annotations

import re
from functools import lru_cache

# Releases differ: brackets are escaped in trees, and by the older ones everywhere; so are slashes and asterisks.
ESCAPED = {
    "-LRB-": "(",
    "-RRB-": ")",
    "-LSB-": "[",
    "-RSB-": "]",
    "-LCB-": "{",
    "-RCB-": "}",
}
_ESCAPED = {**ESCAPED, **{escaped.lower(): word for escaped, word in ESCAPED.items()}}
_TAGS = (
    "CC CD DT EX FW IN JJ JJR JJS LS MD NN NNS NNP NNPS PDT POS PRP PRP$ RB RBR RBS RP SYM TO UH VB VBD VBG VBN VBP VBZ"
    " WDT WP WP$ WRB . , : `` '' # $ -LRB- -RRB- -LSB- -RSB- -LCB- -RCB- HYPH NFP ADD AFX GW XX BES HVS"
)
PENN = frozenset(_TAGS.split())
# Universal tags, for files that have no others: rules look at Penn's.
NEAREST = {
    "ADJ": "JJ",
    "ADP": "IN",
    "ADV": "RB",
    "AUX": "VB",
    "CCONJ": "CC",
    "CONJ": "CC",
    "DET": "DT",
    "INTJ": "UH",
    "NOUN": "NN",
    "NUM": "CD",
    "PART": "RP",
    "PRON": "PRP",
    "PROPN": "NNP",
    "PUNCT": ".",
    "SCONJ": "IN",
    "SYM": "SYM",
    "VERB": "VB",
    "X": "FW",
}
_TAGGED = re.compile(r"(.+)/([^/]+)", re.DOTALL)


def plain(word: str) -> str:
    """A word as it was asked: `-LRB-` is `(`, and a slash in it stands without the backslash before it."""
    if word[:1] == "-" and word in _ESCAPED:
        return _ESCAPED[word]
    return word.replace("\\/", "/").replace("\\*", "*") if "\\" in word else word


def words_of(line: str) -> tuple[str, ...]:
    """The words of a line that blanks part; other spaces may stand inside a word."""
    words = line.split(" ")
    if "" in words:
        words = [word for word in words if word]
    return tuple(map(plain, words)) if "B-" in line or "b-" in line or "\\" in line else tuple(words)


def tagged(text: str) -> tuple[str, str]:
    """A word and its tag, from `walk/VBG`; the tag is empty where what follows the last slash is none of Penn's."""
    found = _TAGGED.fullmatch(text)
    return (found[1], found[2]) if found and found[2] in PENN else (text, "")


def tagged_words(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words and tags, where every word has one: `1/2` alone is no word with a tag. Else the words, and no tags."""
    if "/" not in words[0]:
        return words, ()
    texts, tags = zip(*map(_plainly, words), strict=True)
    return (texts, tags) if all(tags) else (words, ())


@lru_cache(maxsize=1 << 16)
def _plainly(text: str) -> tuple[str, str]:
    """A word as it was asked, and its tag."""
    word, tag = tagged(text)
    return plain(word), tag
