"""Small pictures of flat shapes, and questions in English about them, with layouts and ten annotators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from attrs import frozen
from PIL import Image, ImageDraw, ImageFilter

COLORS: Final[Mapping[str, tuple[int, int, int]]] = {
    "red": (205, 45, 40),
    "green": (45, 150, 60),
    "blue": (45, 75, 200),
    "yellow": (235, 205, 50),
}
SHAPES: Final = ("circle", "square", "triangle")
GROUNDS: Final = ((225, 222, 214), (120, 130, 140), (60, 58, 66))
GRID: Final = (3, 2)  # places, across and down
ANNOTATORS: Final = 10
SLIPS: Final = 0.08  # of an annotator: another answer, and not a sure one
SPELLINGS: Final = 0.1  # of an annotator: the same answer, written otherwise
DIGITS: Final = {"0": "none", "1": "one", "2": "two", "3": "three", "4": "four"}


@frozen
class Thing:
    """One shape: its place counts from the left of the upper row, `size` is a part of the place."""

    shape: str
    color: str
    place: int
    size: float


@frozen
class Question:
    """A question, its right answer, layouts as a line of `.sps2`, and the kinds that VQA tells apart."""

    text: str
    answer: str
    layouts: str
    family: str
    kind: str
    others: tuple[str, ...]  # answers that one might give instead


def things(rng: np.random.Generator) -> list[Thing]:
    """One to four shapes, each in a place of its own."""
    places = rng.permutation(GRID[0] * GRID[1])[: int(rng.integers(1, 5))]
    return [
        Thing(str(rng.choice(SHAPES)), str(rng.choice(list(COLORS))), int(place), float(rng.uniform(0.5, 0.85)))
        for place in places
    ]


def picture(rng: np.random.Generator, shown: list[Thing], size: tuple[int, int]) -> Image.Image:
    """The shapes on a plain ground, (width, height) of 8 bits with a little noise."""
    width, height = (4 * side for side in size)  # drawn larger, so that edges are smooth
    image = Image.new("RGB", (width, height), GROUNDS[int(rng.integers(len(GROUNDS)))])
    pen = ImageDraw.Draw(image)
    for thing in shown:
        column, row = thing.place % GRID[0], thing.place // GRID[0]
        x, y = (column + 0.5) * width / GRID[0], (row + 0.5) * height / GRID[1]
        r = thing.size * min(width / GRID[0], height / GRID[1]) / 2
        color = tuple(int(np.clip(value + rng.integers(-15, 16), 0, 255)) for value in COLORS[thing.color])
        if thing.shape == "circle":
            pen.ellipse((x - r, y - r, x + r, y + r), fill=color)
        elif thing.shape == "square":
            pen.rectangle((x - 0.9 * r, y - 0.9 * r, x + 0.9 * r, y + 0.9 * r), fill=color)
        else:
            pen.polygon([(x, y - r), (x - r, y + 0.8 * r), (x + r, y + 0.8 * r)], fill=color)
    small = image.filter(ImageFilter.GaussianBlur(1)).resize(size, Image.Resampling.BOX)
    noise = rng.normal(0, 3, (size[1], size[0], 3))
    return Image.fromarray(np.clip(np.asarray(small) + noise, 0, 255).astype(np.uint8))


def questions(rng: np.random.Generator, shown: list[Thing], count: int) -> Iterator[Question]:
    """Questions about a picture, of kinds in turn; each half of those of yes or no has either answer where it can."""
    for number in rng.permutation(max(count, 5))[:count]:
        yield (_there, _count, _color, _shape, _choice)[int(number) % 5](rng, shown)


def _there(rng: np.random.Generator, shown: list[Thing]) -> Question:
    color, shape = str(rng.choice(list(COLORS))), str(rng.choice(SHAPES))
    if rng.random() < 0.5:
        color, shape = shown[0].color, shown[0].shape
    answer = "yes" if any((thing.color, thing.shape) == (color, shape) for thing in shown) else "no"
    start = str(rng.choice(["Is there a", "Do you see a", "Does the picture show a"]))
    text, layouts = f"{start} {color} {shape}?", f"(is {color});(is {shape});(is (and {color} {shape}))"
    return Question(text, answer, layouts, start.lower(), "yes/no", ("yes", "no"))


def _count(rng: np.random.Generator, shown: list[Thing]) -> Question:
    shape = str(rng.choice(SHAPES))
    answer = str(sum(thing.shape == shape for thing in shown))
    return Question(f"How many {shape}s are there?", answer, f"(how_many {shape})", "how many", "number", tuple(DIGITS))


def _only(shown: list[Thing], key: str, rng: np.random.Generator) -> Thing | None:
    """A thing that is the only one of its shape, or color."""
    values = [getattr(thing, key) for thing in shown]
    alone = [thing for thing in shown if values.count(getattr(thing, key)) == 1]
    return alone[int(rng.integers(len(alone)))] if alone else None


def _color(rng: np.random.Generator, shown: list[Thing]) -> Question:
    thing = _only(shown, "shape", rng)
    if thing is None:
        return _there(rng, shown)
    text = f"What color is the {thing.shape}?"
    return Question(text, thing.color, f"(color {thing.shape})", "what color is the", "other", tuple(COLORS))


def _shape(rng: np.random.Generator, shown: list[Thing]) -> Question:
    thing = _only(shown, "color", rng)
    if thing is None:
        return _there(rng, shown)
    text = f"What is the {thing.color} thing's shape?"
    layouts = f"(shape {thing.color});(shape thing);(shape (and {thing.color} thing))"
    return Question(text, thing.shape, layouts, "what is the", "other", SHAPES)


def _choice(rng: np.random.Generator, shown: list[Thing]) -> Question:
    """Begins like a question of yes or no, and is none."""
    thing = _only(shown, "shape", rng)
    if thing is None:
        return _count(rng, shown)
    other = str(rng.choice([color for color in COLORS if color != thing.color]))
    first, second = (thing.color, other) if rng.random() < 0.5 else (other, thing.color)
    text = f"Is the {thing.shape} {first} or {second}?"
    return Question(text, thing.color, f"(is {thing.shape})", "is the", "other", (first, second))


def annotators(rng: np.random.Generator, question: Question) -> list[dict[str, Any]]:
    """Ten answers: most are right, some are written otherwise, a few are wrong and not sure."""
    given = []
    for number in range(1, ANNOTATORS + 1):
        answer, sure, chance = question.answer, "yes", rng.random()
        if chance < SLIPS:
            answer, sure = str(rng.choice(question.others)), "maybe"
        elif chance < SLIPS + SPELLINGS:
            answer = str(rng.choice([DIGITS.get(answer, f"a {answer}"), answer.capitalize(), f"{answer}!"]))
        given.append({"answer": answer, "answer_confidence": sure, "answer_id": number})
    return given
