"""Vocabularies from data: counted, chosen by threshold or rank, bound; words that are not listed count as unknown."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nmt.compiler.ast import Name, VocabData
from nmt.compiler.diagnostics import CompileError
from nmt.compiler.vocabularies import chosen, unbound
from nmt.facade import load

TEXT = """
package seen @ 1.0.0
use std.attention @ 1.0.0 {{ C, H, W, features, mask }}
use std.answer @ 1.0.0 {{ dist }}
vocab COLOR from program at least 2 else unknown
vocab THING = COLOR + {{ all }}
vocab ANSWER from answer {rule}
source image : features
target answer : ANSWER from dist[ANSWER] by nll
module find[t: THING](image: features) -> mask
module name(x: mask) -> dist[ANSWER]
op filter_color[c: COLOR]() -> mask = find[c](image)
op everything() -> mask = find[all](image)
op what(x: mask) -> dist[ANSWER] = name(x)
layout question : dist[ANSWER]
model m = question
"""


def write(folder: Path, rule: str = "top 2 else other") -> tuple[Path, Path]:
    (folder / "seen.nmt").write_text(TEXT.format(rule=rule), encoding="utf-8")
    asked = [("red", "yes"), ("red", "no"), ("blue", "yes"), ("blue", "seldom"), ("green", "no"), ("red", "never")]
    questions = [
        {
            "question": "?",
            "answer": answer,
            "image_index": 0,
            "question_index": number,
            "program": [
                {"function": "filter_color", "inputs": [], "value_inputs": [color]},
                {"function": "what", "inputs": [0], "value_inputs": []},
            ],
        }
        for number, (color, answer) in enumerate(asked)
    ]
    (folder / "questions.json").write_text(json.dumps({"questions": questions}), encoding="utf-8")
    return folder / "seen.nmt", folder / "questions.json"


def test_words_are_counted_and_chosen(tmp_path):
    path, questions = write(tmp_path)
    iface = load(path)
    assert unbound(iface.checked) == ["seen.COLOR", "seen.ANSWER"]
    made = iface.bind(questions)
    assert not unbound(made.checked)
    assert made.checked.dims["COLOR"].words == ("red", "blue", "unknown")
    assert made.checked.dims["THING"].words == ("red", "blue", "unknown", "all")
    assert made.checked.dims["ANSWER"].words == ("no", "yes", "other")
    assert made.hash != iface.hash


def test_other_words_count_as_unknown(tmp_path):
    path, questions = write(tmp_path)
    made = load(path).bind(questions)
    compiled = made.compile(questions)
    assert (compiled.count, compiled.rejected) == (6, [])
    torch.manual_seed(0)
    net = made.network({"C": 4, "H": 2, "W": 3}).eval()
    image = torch.randn(1, 4, 2, 3)

    def ask(color: str) -> torch.Tensor:
        call = {"function": "filter_color", "inputs": [], "value_inputs": [color]}
        return net({"image": image}, [[call, {"function": "what", "inputs": [0]}]])

    assert ask("red").shape == (1, 3)
    assert torch.equal(ask("green"), ask("unknown"))
    assert torch.equal(ask("green"), ask("never heard of"))
    assert not torch.equal(ask("green"), ask("red"))


def test_without_else_a_strange_word_is_an_error(tmp_path):
    path, questions = write(tmp_path, rule="at least 2")
    made = load(path).bind(questions)
    assert made.checked.dims["ANSWER"].words == ("no", "yes")
    rejected = made.compile(questions).rejected
    assert [one.code for one in rejected] == ["NMT410", "NMT410"]


def test_words_by_hand(tmp_path):
    path, _ = write(tmp_path)
    made = load(path).bind({"COLOR": ["red", "unknown"], "seen.ANSWER": ["yes", "no", "other"]})
    assert made.checked.dims["THING"].words == ("red", "unknown", "all")
    with pytest.raises(CompileError, match=r"vocabularies from data: seen\.COLOR, seen\.ANSWER"):
        load(path).bind({"NUMBER": ["one"]})


def test_a_word_that_clashes_with_another_part(tmp_path):
    path, _ = write(tmp_path)
    with pytest.raises(CompileError, match="NMT108"):
        load(path).bind({"COLOR": ["red", "all"]})


def test_a_network_needs_the_words(tmp_path):
    path, _ = write(tmp_path)
    with pytest.raises(CompileError, match=r"THING|ANSWER|COLOR"):
        load(path).network({"C": 4, "H": 2, "W": 3})


counters = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 30)).map(Counter)


@given(counters, counters, st.none() | st.integers(1, 30), st.none() | st.integers(1, 5))
def test_chosen(programs, answers, least, top):
    of = VocabData(Name("data"), least, top, None)
    words = chosen({"program": programs, "answer": answers}, of)
    total = programs + answers
    assert len(set(words)) == len(words)
    assert set(words) <= set(total)
    left = set(total) - set(words)
    assert all(least is None or total[word] >= least for word in words)
    assert all((least is not None and total[word] < least) or len(words) == top for word in left)
    assert all(total[a] >= total[b] for a, b in pairwise(words))
    if top is not None:
        assert len(words) <= top
        assert all(total[a] >= total[b] for a in words for b in left if least is None or total[b] >= least)
    assert chosen({"program": programs, "answer": answers}, VocabData(Name("answer"), None, None, Name("z")))[-1] == "z"
