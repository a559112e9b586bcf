"""A profile: rules that lead from a sentence to a layout, read from a table."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from attrs import frozen

from ...check.hints import did_you_mean
from ...diagnostics import CompileError, error
from .tables import FOLDER, categories, lists, roles

PROFILES = ("nmn", "nmn-2016", "n2nmn")
DEFAULT = "nmn"
TAKES = ("leaf", "rel", "skip")
GOVERNORS = ("root", "be", "verb")  # what `under` may say beside a role


@frozen
class HeadRule:
    """Where the words of a sentence fit `match`, its head is `head`, or the word that the group `head` holds."""

    name: str
    match: re.Pattern[str]
    head: str
    compat: bool | None  # None: always; else only with, or without, the switch


@frozen
class WordRule:
    """What is done with a word of these categories, roles and lemmas; an empty set asks for nothing.

    `under` asks for the governor: `root`, `be` (the root, and be), `verb` (the root, and any other verb), or one of
    these roles. `deepest` is the greatest depth, `asking` says whether a question word hangs on it, `spelled` is a
    pattern for the word as it is written, and `question` one for the whole question. `side` is where the word stands
    of its governor, `left` or `right`. With `only` the word is taken where no other is.
    """

    name: str
    take: str
    category: frozenset[str]
    role: frozenset[str]
    lemma: frozenset[str]
    without: frozenset[str]
    under: frozenset[str]
    deepest: int
    asking: bool | None
    spelled: re.Pattern[str] | None
    question: re.Pattern[str] | None
    side: str
    only: bool
    compat: bool | None


@frozen
class Profile:
    """All rules, in their order: the first that fits counts.

    `most` words are taken, those `nearest` to the root, to the beginning (`start`), or by the order of the rules.
    `alternatives`: each word alone counts as a layout of its own, too, as lines of `.sps2` have it. `nothing` are the
    head and the leaf where no rule gives one; with `alone` there are no leaves either where there is no head.
    """

    name: str
    title: str
    heads: tuple[HeadRule, ...]
    words: tuple[WordRule, ...]
    most: int
    nearest: str
    alternatives: bool
    alone: bool
    nothing: tuple[str, str]


@lru_cache(maxsize=64)
def profile_of(name: str | None = None) -> Profile:
    """A profile by its name, or from a file of one's own (`rules.toml`).

    Raises CompileError: NMT450 where there is none of that name, NMT451 where its table cannot be used.
    """
    name = name or DEFAULT
    own = name.endswith(".toml")
    if not own and name not in PROFILES:
        help_ = did_you_mean(name, PROFILES) or f"there are {', '.join(PROFILES)}; or give a file of your own, .toml"
        raise error("NMT450", f"no profile is called `{name}`", help=help_)
    path = Path(name) if own else FOLDER / f"{name}.toml"
    try:
        with path.open("rb") as file:
            read = tomllib.load(file)
    except OSError as fault:
        raise error("NMT450", f"cannot be read: {fault.strerror}", place=name) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise error("NMT451", f"is no table of rules: {fault}", place=name, help="it is TOML") from None
    return _Table(name, read).profile()


@frozen
class _Table:
    """A table that is read with care: it may be a user's."""

    place: str
    values: Mapping[str, Any]

    def profile(self) -> Profile:
        """The whole."""
        self.only("most", "nearest", "title", "alternatives", "alone", "nothing", "head", "word")
        nothing = self.get("nothing", list, ["_what", "_thing"])
        if len(nothing) != 2 or not all(isinstance(word, str) for word in nothing):
            self.fail("`nothing` is two words: a head and a leaf")
        heads = tuple(one.head_rule() for one in self.tables("head"))
        words = tuple(one.word_rule() for one in self.tables("word"))
        if not words:
            self.fail("there is no rule for words", "write [[word]] with name, take and what it asks for")
        most = self.get("most", int, 2)
        if most < 1:
            self.fail("`most` is at least 1")
        return Profile(
            self.place,
            self.get("title", str, ""),
            heads,
            words,
            most,
            self.choice("nearest", ("root", "start", "rule")),
            self.get("alternatives", bool, default=False),
            self.get("alone", bool, default=False),
            (nothing[0], nothing[1]),
        )

    def head_rule(self) -> HeadRule:
        """A rule for the head."""
        self.only("name", "match", "head", "compat")
        pattern = self.pattern("match")
        if pattern is None:
            self.fail("a rule for the head has a pattern, `match`")
        head = self.get("head", str, "")
        if not head and "head" not in pattern.groupindex:
            self.fail("neither `head` nor a group (?P<head>...) says what the head is")
        return HeadRule(self.get("name", str, pattern.pattern), pattern, head, self.maybe("compat"))

    def word_rule(self) -> WordRule:
        """A rule for words."""
        self.only(
            "name",
            "take",
            "category",
            "role",
            "lemma",
            "not",
            "under",
            "deepest",
            "asking",
            "spelled",
            "question",
            "side",
            "only",
            "compat",
        )
        return WordRule(
            self.get("name", str, ""),
            self.choice("take", TAKES),
            self.words("category", categories()),
            self.words("role", roles()),
            self.words("lemma"),
            self.words("not"),
            self.words("under", {*roles(), *GOVERNORS}),
            self.get("deepest", int, 1000),
            self.maybe("asking"),
            self.pattern("spelled"),
            self.pattern("question"),
            self.choice("side", ("", "left", "right")),
            self.get("only", bool, default=False),
            self.maybe("compat"),
        )

    def only(self, *keys: str) -> None:
        """Refuse what is not known: it is misspelt."""
        for key in self.values:
            if key not in keys:
                self.fail(f"`{key}` is not known here", did_you_mean(key, keys) or f"there are {', '.join(keys)}")

    def get(self, key: str, kind: type, default: Any) -> Any:
        """A value of a type."""
        value = self.values.get(key, default)
        if type(value) is not kind:
            self.fail(f"`{key}` is {value!r}, where a {kind.__name__} was expected")
        return value

    def maybe(self, key: str) -> bool | None:
        """A truth value, or None."""
        return self.get(key, bool, default=False) if key in self.values else None

    def choice(self, key: str, known: tuple[str, ...]) -> str:
        """One of some words; the first where nothing is said."""
        value: str = self.get(key, str, known[0])
        if value not in known:
            shown = ", ".join(word for word in known if word)
            self.fail(f"`{key}` is `{value}`", did_you_mean(value, known) or f"it may be {shown}")
        return value

    def words(self, key: str, known: Collection[str] = ()) -> frozenset[str]:
        """A list of words, of those that are known where not all are; `$be` stands for a closed list."""
        found: set[str] = set()
        for word in self.get(key, list, []):
            if not isinstance(word, str):
                self.fail(f"`{key}` holds {word!r}, where a word was expected")
            if word.startswith("$"):
                found |= self.closed(word[1:])
            else:
                found.add(word)
        for word in sorted(found - set(known) if known else ()):
            help_ = did_you_mean(word, known) or f"there are {', '.join(sorted(known))}"
            self.fail(f"`{key}` holds `{word}`, which is not known", help_)
        return frozenset(found)

    def closed(self, name: str) -> frozenset[str]:
        """A closed list by its name."""
        known = lists()
        if name not in known:
            self.fail(f"no list is called `${name}`", f"there are {', '.join(f'${one}' for one in known)}")
        return known[name]

    def pattern(self, key: str) -> re.Pattern[str] | None:
        """A regular expression."""
        text = self.get(key, str, "")
        try:
            return re.compile(text) if key in self.values else None
        except re.error as fault:
            self.fail(f"`{key}` is no regular expression: {fault}")

    def tables(self, key: str) -> list[_Table]:
        """The tables of a list."""
        found = self.get(key, list, [])
        if not all(isinstance(one, dict) for one in found):
            self.fail(f"`{key}` is a list of tables", f"write [[{key}]]")
        return [_Table(f"{self.place}: {key} {number}", one) for number, one in enumerate(found, 1)]

    def fail(self, message: str, help_: str = "") -> NoReturn:
        """Say what is wrong with the table."""
        fault: CompileError = error("NMT451", message, place=self.place, help=help_)
        raise fault
