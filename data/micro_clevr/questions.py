"""Drawing questions so that the answer cannot be guessed from the kind of question.

Each question is the best of some throws of one family: the throw whose answer has been rarest so far among questions of
its last function, of its family and of its length. Families take turns, so each is as frequent as scenes allow.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from attrs import define, field

from .execute import World, depth, execute, spell
from .phrases import Drawer
from .templates import FAMILIES, Draft, Family
from .wording import Speaker

THROWS: Final = 10
"""Throws that fit the scene, of which the best is taken."""

MISSES: Final = 25
"""Throws of one family that do not fit before it is given up on a scene."""

WEIGHTS: Final = (2.0, 1.0, 0.5)
"""How much it matters that an answer is rare for its last function, its family and its length."""

DEEPEST: Final = 20
"""Longest path of a program, about that of the released data."""


@define
class Balance:
    """How often each answer was given so far, by kinds of question."""

    _given: dict[object, Counter[str]] = field(factory=lambda: defaultdict(Counter), init=False)
    _asked: Counter[int] = field(factory=Counter, init=False)

    def turn(self, rng: np.random.Generator) -> list[int]:
        """Numbers of all families, the least asked first, ties in random order."""
        order = rng.permutation(len(FAMILIES)).tolist()
        return sorted(order, key=lambda index: self._asked[index])

    def excess(self, index: int, draft: Draft) -> float:
        """How frequent a draft's answer is among its kinds: the weighted sum of its share in each."""
        answer = spell(draft.program.values[-1])
        counts = (self._given[kind] for kind in _kinds(index, draft))
        shares = ((count[answer] + 1) / (count.total() + 1) for count in counts)
        return sum(weight * share for weight, share in zip(WEIGHTS, shares, strict=True))

    def add(self, index: int, draft: Draft) -> None:
        """Count a question that is asked."""
        self._asked[index] += 1
        for kind in _kinds(index, draft):
            self._given[kind][spell(draft.program.values[-1])] += 1


def _kinds(index: int, draft: Draft) -> tuple[object, ...]:
    last = draft.program.nodes[-1]["function"]
    return last, index, (last, tuple(len(phrase.words) for phrase in draft.phrases))


def draw_questions(
    scene: Mapping[str, Any], rng: np.random.Generator, balance: Balance, *, count: int = 10
) -> list[dict[str, Any]]:
    """Draw questions about a scene; no picture is needed.

    Args:
        scene: an entry of a scenes file.
        rng: every choice comes from it.
        balance: what was asked before, which is brought up to date.
        count: how many to draw; there are fewer where a scene has no more, as if thousands are asked of three things.

    Returns:
        Entries of a questions file, less `question_index`.
    """
    world = World.from_json(scene)
    drawer, speaker = Drawer(world, rng), Speaker(rng)
    drawn: dict[str, dict[str, Any]] = {}
    progress = True
    while progress and len(drawn) < count:
        progress = False
        for index in balance.turn(rng):
            family = FAMILIES[index]
            draft = _best(family, index, drawer, balance)
            if draft is None:
                continue
            template = speaker.pick(family.texts)
            text = speaker.say(template, draft.phrases, draft.outer)
            if text in drawn:
                continue
            balance.add(index, draft)
            drawn[text] = {
                "question_family_index": index,
                "image_index": scene["image_index"],
                "image_filename": scene["image_filename"],
                "split": scene["split"],
                "question": text,
                "answer": execute(draft.program.nodes, world),
                "program": draft.program.nodes,
            }
            progress = True
            if len(drawn) == count:
                break
    return list(drawn.values())


def _best(family: Family, index: int, drawer: Drawer, balance: Balance) -> Draft | None:
    """Throw drafts of a family and return the one whose answer is rarest, or None where none fits the scene."""
    best: Draft | None = None
    least = float("inf")
    hits = misses = 0
    while hits < THROWS and misses < MISSES:
        draft = family.draw(drawer)
        if draft is None or depth(draft.program.nodes) > DEEPEST:
            misses += 1
            continue
        hits += 1
        if (excess := balance.excess(index, draft)) < least:
            best, least = draft, excess
    return best
