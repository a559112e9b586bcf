"""English for phrases: synonyms, articles, clauses.

A template is a text with fields, each of which is one way to say the first phrase of a question or, with a 2 behind the
field, the second:

    a      a big cube left of the ball           The, the   the big cube left of the ball
    s      big cubes left of the ball            bare       big cubes (the links are left out)
    are    are left of the ball                  abare      a big cube
    toa    a ball (what the first link is to)    it         left of it (that link, when `toa` was said before)
    outer  small things (words that hold for both phrases)

Synonyms are thrown anew for each field.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from attrs import define

from .phrases import SAME, Link, Phrase, Words

SYNONYMS: Final = {
    "large": ("large", "big"),
    "small": ("small", "tiny"),
    "metal": ("metal", "metallic", "shiny"),
    "rubber": ("rubber", "matte"),
    "cube": ("cube", "block"),
    "sphere": ("sphere", "ball"),
    "cylinder": ("cylinder",),
    "": ("thing", "object"),
    "left": ("left of", "to the left of", "on the left side of"),
    "right": ("right of", "to the right of", "on the right side of"),
    "behind": ("behind",),
    "front": ("in front of",),
}
"""How each value and relation may be said; colors have one word each. The empty value is a thing of any shape."""


@define
class Speaker:
    """Words phrases; every choice comes from `rng`."""

    rng: np.random.Generator

    def say(self, template: str, phrases: Sequence[Phrase], outer: Words | None = None) -> str:
        """Fill the fields of a template. KeyError where it has a field that is not listed above."""
        return template.format_map(_Fields(self, phrases, outer or {}))

    def pick(self, choices: Sequence[str]) -> str:
        """Choose uniformly."""
        return choices[int(self.rng.random() * len(choices))]

    def noun(self, words: Words, *, plural: bool = False) -> str:
        """Say words without article: `big red metal cube`."""
        said = [self.pick(SYNONYMS.get(words[a], (words[a],))) for a in ("size", "color", "material") if a in words]
        last = self.pick(SYNONYMS[words.get("shape", "")])
        return " ".join([*said, last + "s" if plural else last])

    def the(self, phrase: Phrase) -> str:
        """`the big cube left of the ball`."""
        return f"the {self._other(phrase)}{self.noun(phrase.words)}{self.clause(phrase.links)}"

    def a(self, phrase: Phrase, *, whole: bool = True) -> str:
        """`a big cube left of the ball`, or with `whole` unset `a big cube`."""
        noun = self.noun(phrase.words)
        if whole and self._other(phrase):
            return f"another {noun}{self.clause(phrase.links)}"
        article = "an" if noun[0] in "aeiou" else "a"
        return f"{article} {noun}{self.clause(phrase.links) if whole else ''}"

    def many(self, phrase: Phrase) -> str:
        """`big cubes left of the ball`."""
        return f"{self._other(phrase)}{self.noun(phrase.words, plural=True)}{self.clause(phrase.links, plural=True)}"

    def clause(self, links: Sequence[Link], *, plural: bool = False) -> str:
        """The links of a phrase behind its noun, with a space before; nothing where there are none."""
        if not links:
            return ""
        if links[0].how.startswith(SAME) and self.rng.random() < 0.4:
            attribute = links[0].how.removeprefix(SAME)
            made = " made" if attribute == "material" else ""
            return f"{made} of the same {attribute} as {self.the(links[0].to)}"
        predicate = self.predicate(links, plural=plural)
        # "that is left of" may lose its "that is", but "that has the same color" may not.
        verb, _, rest = predicate.partition(" ")
        if verb in {"is", "are"} and not links[0].how.startswith(SAME) and self.rng.random() < 0.5:
            return f" {rest}"
        return f" that {predicate}"

    def predicate(self, links: Sequence[Link], *, plural: bool) -> str:
        """The links as what is said of things: `are left of the ball`."""
        verb = "are" if plural else "is"
        first = links[0]
        if first.how.startswith(SAME):
            attribute, other = first.how.removeprefix(SAME), self.the(first.to)
            made = " made of" if attribute == "material" else " of" if attribute == "shape" else ""
            return self.pick(
                (
                    f"{verb}{made} the same {attribute} as {other}",
                    f"{'have' if plural else 'has'} the same {attribute} as {other}",
                    f"{'share' if plural else 'shares'} the {attribute} of {other}",
                )
            )
        if len(links) == 1:
            return f"{verb} {self.relation(first)}"
        both = self.pick(("both ", "both ", ""))
        return f"{verb} {both}{self.relation(first)} and {self.relation(links[1])}"

    def relation(self, link: Link, to: str | None = None) -> str:
        """`left of the ball`, where `to` says otherwise what comes last."""
        return f"{self.pick(SYNONYMS[link.how])} {to or self.the(link.to)}"

    def _other(self, phrase: Phrase) -> str:
        """What shares an attribute with a thing is another thing; English may say so."""
        shared = any(link.how.startswith(SAME) for link in phrase.links)
        return "other " if shared and self.rng.random() < 0.5 else ""


class _Fields(dict[str, str]):
    """The fields of a template, worded when they are asked for, so that no throw is wasted."""

    def __init__(self, speaker: Speaker, phrases: Sequence[Phrase], outer: Words) -> None:
        super().__init__()
        self.speaker, self.phrases, self.outer = speaker, phrases, outer

    def __missing__(self, name: str) -> str:
        speaker, phrase = self.speaker, self.phrases[1 if name.endswith("2") else 0]
        match name.removesuffix("2"):
            case "a":
                return speaker.a(phrase)
            case "the":
                return speaker.the(phrase)
            case "The":
                return speaker.the(phrase).capitalize()
            case "s":
                return speaker.many(phrase)
            case "bare":
                return speaker.noun(phrase.words, plural=True)
            case "abare":
                return speaker.a(phrase, whole=False)
            case "are":
                return speaker.predicate(phrase.links, plural=True)
            case "toa":
                return speaker.a(phrase.links[0].to)
            case "it":
                return speaker.relation(phrase.links[0], "it")
            case "outer":
                return speaker.noun(self.outer, plural=True)
        raise KeyError(name)
