"""Questions: well formed, well posed, worded, and not to be guessed."""

from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.data.micro_clevr import FUNCTIONS, World, depth, execute
from nmt.data.micro_clevr.draw import draw_scene
from nmt.data.micro_clevr.phrases import Link, Phrase
from nmt.data.micro_clevr.questions import DEEPEST, Balance, draw_questions
from nmt.data.micro_clevr.templates import FAMILIES
from nmt.data.micro_clevr.wording import Speaker

SCENES = 80


def draw_set(seed: int, scenes: int, count: int = 10) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Scenes and their questions, without pictures."""
    balance, drawn = Balance(), []
    for index in range(scenes):
        rng = np.random.default_rng((seed, index))
        scene = draw_scene(rng).to_json(split="train", index=index, filename=f"{index}.png", size=(120, 80))
        drawn.append((scene, draw_questions(scene, rng, balance, count=count)))
    return drawn


@pytest.fixture(scope="module")
def asked() -> list[dict[str, Any]]:
    return [question for _, questions in draw_set(1, SCENES) for question in questions]


def last(question: dict[str, Any]) -> str:
    return str(question["program"][-1]["function"])


def test_all_functions_and_families_occur(asked: list[dict[str, Any]]) -> None:
    assert len(asked) == 10 * SCENES
    assert {node["function"] for q in asked for node in q["program"]} == set(FUNCTIONS)
    assert {q["question_family_index"] for q in asked} == set(range(len(FAMILIES)))


def test_depths_are_spread_as_in_the_released_data(asked: list[dict[str, Any]]) -> None:
    depths = Counter(depth(q["program"]) for q in asked)
    assert max(depths) <= DEEPEST
    assert min(depths) <= 2
    assert sum(n for d, n in depths.items() if 3 <= d <= 12) > 0.8 * len(asked)
    assert sum(n for d, n in depths.items() if d > 12) > 0.04 * len(asked)


def test_answers_cannot_be_guessed(asked: list[dict[str, Any]]) -> None:
    answers: dict[str, Counter[str]] = defaultdict(Counter)
    for question in asked:
        answers[last(question)][question["answer"]] += 1
    guessed = sum(counts.most_common(1)[0][1] for counts in answers.values()) / len(asked)
    assert guessed <= 0.43
    for function, counts in answers.items():
        share = counts.most_common(1)[0][1] / counts.total()
        if set(counts) == {"yes", "no"}:
            assert share <= 0.56, function
        elif function.startswith("query_"):
            assert share <= 1.4 / len(counts), function
    assert answers["count"].most_common(1)[0][1] <= 0.3 * answers["count"].total()
    assert len(answers["count"]) >= 8


def test_every_question_asks_something(asked: list[dict[str, Any]]) -> None:
    """Where a program asks for an attribute of a thing, the words of that thing do not name it."""
    for question in asked:
        program = question["program"]
        for node in program:
            if node["function"].startswith("query_"):
                at = program[program[node["inputs"][0]]["inputs"][0]]
                while at["function"].startswith("filter_"):
                    assert at["function"].removeprefix("filter_") != node["function"].removeprefix("query_")
                    at = program[at["inputs"][0]]


def test_wording(asked: list[dict[str, Any]]) -> None:
    for question in asked:
        text = question["question"]
        assert text[0].isupper()
        assert text.endswith("?")
        assert "  " not in text
        assert "{" not in text
        assert " a o" not in text
    assert len({q["question"] for q in asked}) > 0.9 * len(asked)
    assert len({q["question"].split()[0] for q in asked}) >= 6


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_every_program_is_well_formed_and_answers_agree(seed: int) -> None:
    for scene, questions in draw_set(seed, 2, 20):
        assert len(questions) == 20
        assert len({q["question"] for q in questions}) == 20
        world = World.from_json(scene)
        for question in questions:
            assert question["answer"] == execute(question["program"], world)
            used = {i for node in question["program"] for i in node["inputs"]}
            assert used == set(range(len(question["program"]) - 1))  # no dead node, and the last is the answer


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 2**32))
def test_same_seed_same_questions(seed: int) -> None:
    assert draw_set(seed, 2) == draw_set(seed, 2)


def test_more_questions_than_a_scene_has() -> None:
    scene = draw_scene(np.random.default_rng(0)).to_json(split="train", index=0, filename="", size=(120, 80))
    questions = draw_questions(scene, np.random.default_rng(0), Balance(), count=150)
    assert len({q["question"] for q in questions}) == len(questions) == 150


def test_fields_of_templates() -> None:
    ball = Phrase({"shape": "sphere"})
    cubes = Phrase({"shape": "cube", "color": "red"}, (Link("behind", ball),))
    for seed in range(20):
        speaker = Speaker(np.random.default_rng(seed))
        text = speaker.say("There is {toa}; how many {bare} are {it}?", (cubes,))
        assert text in {
            f"There is a {one}; how many red {many} are behind it?"
            for one in ("ball", "sphere")
            for many in ("cubes", "blocks")
        }
    with pytest.raises(KeyError, match="them"):
        speaker.say("Count {them}!", (cubes,))
