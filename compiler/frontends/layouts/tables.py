"""The tables beside this file: what relations mean, closed lists of words, endings of words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from attrs import frozen

FOLDER = Path(__file__).parent
TREE = "penn"  # the labels of edges that were made from a tree: they are roles


@cache
def table(name: str) -> Mapping[str, Any]:
    """A table by the name of its file."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


# -- relations


@frozen
class Relation:
    """What a relation comes to: its role, and the preposition or conjunction in its name.

    `known` is False where no table has it.
    """

    role: str
    preposition: str = ""
    joint: str = ""
    known: bool = True


@lru_cache(maxsize=4096)
def relation(labels: str, name: str) -> Relation:
    """A relation of a set of labels, such as `nmod:behind`. One that no table has is a `dep`."""
    if labels == TREE:
        return Relation(name)
    roles: Mapping[str, str] = table("roles").get(labels, {})
    shown = name.lower()
    if shown in roles:
        role, _, preposition = roles[shown].partition(" ")
        return Relation(role, preposition)
    first, _, rest = shown.partition("_" if labels == "sd" else ":")
    if labels == "sd" and first == "prep" and rest:  # collapsed: the noun hangs where its preposition did
        return Relation("mod", rest)
    if first in roles:
        role = roles[first]
        return Relation(role, rest if role == "mod" else "", rest if role == "conj" else "")
    return Relation("dep", known=False)


# -- words


@lru_cache(maxsize=1)
def lists() -> Mapping[str, frozenset[str]]:
    """The closed lists of words."""
    return {name: frozenset(words) for name, words in table("words").items() if isinstance(words, list)}


@cache
def categories() -> frozenset[str]:
    """All categories that a word may have; `sign` is what has no letters and figures."""
    words = table("words")
    listed = {"wh", "modal", "adverb", "pronoun", "verb"}  # by closed lists, whatever their tags
    return frozenset({*words["tags"].values(), *words["roles"].values(), *listed, "sign", "other"})


@cache
def roles() -> frozenset[str]:
    """All roles that a word may have, from relations of any labels or from trees."""
    of_relations = {role.partition(" ")[0] for labels in table("roles").values() for role in labels.values()}
    of_trees = {role for row in table("penn")["roles"].values() for role in row}
    return frozenset({*of_relations, *of_trees, "root", "mod", "conj", "dep", "punct"} - {"extra"})


@lru_cache(maxsize=4096)
def category(tag: str) -> str:
    """What a tag of Penn's says of a word: noun, verb, adjective, number, wh, pronoun, ...; `other` for the rest."""
    tags: Mapping[str, str] = table("words")["tags"]
    for length in range(len(tag), 1, -1):
        found = tags.get(tag[:length])
        if found:
            return found
    return "other"


def category_of_role(lemma: str, role: str) -> str:
    """The same, of a word without a tag: from closed lists and what it does in its sentence."""
    known = lists()
    for name in ("wh", "modal", "adverb"):
        if lemma in known[name]:
            return name
    if lemma in known["be"]:
        return "verb"
    roles: Mapping[str, str] = table("words")["roles"]
    return roles.get(role, "other")


# -- lemmas

_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")


@frozen
class _Ending:
    cut: str
    put: str
    before: re.Pattern[str] | None
    least: int


@cache
def _endings(kind: str) -> tuple[_Ending, ...]:
    return tuple(
        _Ending(cut, put, re.compile(f"(?:.*{before})") if before else None, least)
        for cut, put, before, least in table("lemmas")[kind]["endings"]
    )


def irregular(word: str, kind: str) -> str:
    """The lemma of a word that is listed, empty for others: parsers err about some (`riding` is no form of `rid`)."""
    words: Mapping[str, str] = table("lemmas").get("verb" if kind == "modal" else kind, {}).get("words", {})
    return words.get(plain(word), "")


@lru_cache(maxsize=65536)
def lemma(word: str, kind: str) -> str:
    """The lemma of a word by rule: irregular ones from a list, then endings. `kind` is its category."""
    known = irregular(word, kind)
    if known:
        return known
    word = plain(word)
    kind = "verb" if kind == "modal" else kind
    for one in _endings(kind) if kind in table("lemmas") else ():
        stem = word.removesuffix(one.cut)
        if stem != word and len(stem) >= one.least and (one.before is None or one.before.fullmatch(stem)):
            return stem + one.put
    return word


@lru_cache(maxsize=65536)
def plain(word: str) -> str:
    """A word in lower case; a number without commas, as some parsers write its lemma."""
    word = word.lower()
    return word.replace(",", "") if _THOUSANDS.fullmatch(word) else word
