"""What predictions count: one right answer, or as many as agree."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.data.vqa.answers import normal
from nmt.ntypes import Dim
from nmt.trainer.truth import Agreed, Answers, Exact, baseline, choose, nll

WORDS = ("red", "2", "two", "blue", "unknown")
VOCAB = Dim("ANSWER", words=WORDS, vocabulary=True, unknown="unknown")
GIVEN = st.lists(
    st.lists(st.sampled_from(["red", "Red", "2", "two", "blue", "green", "unknown"]), min_size=1, max_size=10),
    min_size=1,
    max_size=12,
)


def read(rows: list[list[str]]) -> Answers:
    made = Answers()
    for row in rows:
        made.add(row)
    return made


@settings(max_examples=40)
@given(GIVEN, st.data())
def test_an_answer_counts_by_how_many_gave_it(rows, data):
    truth = Agreed.of(VOCAB, read(rows))
    said = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows))))
    which = np.arange(len(rows))
    agreeing = [sum(normal(one) == normal(WORDS[word]) for one in row) for row, word in zip(rows, said, strict=True)]
    assert truth.agreeing(which, said).tolist() == agreeing
    assert truth.credit(which, said) == pytest.approx([min(count / 3, 1) for count in agreeing])
    official = truth.others(which, said)["official"]
    for row, count, score in zip(rows, agreeing, official, strict=True):
        if len(row) > 1:
            without = min(max(count - 1, 0) / 3, 1)
            expected = (count * without + (len(row) - count) * min(count / 3, 1)) / len(row)
            assert score == pytest.approx(expected)
    assert truth.unlisted == sum(not {normal(one) for one in row} & {"red", "2", "blue"} for row in rows)


@settings(max_examples=40)
@given(GIVEN)
def test_the_loss_looks_at_words_of_the_vocabulary_alone(rows):
    truth = Agreed.of(VOCAB, read(rows))
    log = torch.log_softmax(torch.randn(len(rows), len(WORDS), dtype=torch.float64), 1)
    expected = -sum(
        log[at, WORDS.index(one)] for at, row in enumerate(rows) for one in row if one in WORDS and one != "unknown"
    ) / len(rows)
    assert float(nll(log, torch.from_numpy(truth.target))) == pytest.approx(float(expected))


@settings(max_examples=40)
@given(GIVEN)
def test_unknown_is_never_said(rows):
    log = torch.zeros(len(rows), len(WORDS))
    log[:, WORDS.index("unknown")] = 5
    log[:, 3] = 1
    assert choose(log, WORDS.index("unknown")).tolist() == [3] * len(rows)
    assert choose(log, None).tolist() == [WORDS.index("unknown")] * len(rows)
    assert float(log[0, 4]) == 5


@settings(max_examples=40)
@given(GIVEN)
def test_no_single_answer_guesses_better(rows):
    truth = Agreed.of(VOCAB, read(rows))
    which = np.arange(len(rows))
    best = max(truth.credit(which, np.full(len(rows), word)).sum() for word in range(4))
    assert truth.guess(which) == pytest.approx(best)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["red", "blue", "green"])), min_size=1))
def test_the_baseline_is_the_most_frequent_answer_of_each_kind(drawn):
    kinds, given_ = zip(*drawn, strict=True)
    truth = Exact.of(VOCAB, read([[one] for one in given_]))
    counts = {kind: Counter(one for of, one in drawn if of == kind and one != "green") for kind in set(kinds)}
    expected = sum(max(counter.values(), default=0) for counter in counts.values()) / len(drawn)
    assert baseline(truth, kinds) == pytest.approx(expected)


def test_one_answer_is_right_or_wrong_and_unknown_is_wrong():
    truth = Exact.of(VOCAB, read([["red"], ["green"], ["blue"]]))
    assert truth.target.tolist() == [0, -1, 3]
    assert truth.credit(np.arange(3), np.array([0, 4, 0])).tolist() == [True, False, False]
    assert truth.unlisted == 1
    assert Exact.of(VOCAB, read([["unknown"]])).target.tolist() == [-1]  # no word that anybody learns from


@settings(max_examples=40)
@given(st.lists(st.sampled_from([*WORDS, "green"]), min_size=1, max_size=12))
def test_the_loss_leaves_out_what_no_word_is_right_for(given_):
    truth = Exact.of(VOCAB, read([[one] for one in given_]))
    log = torch.log_softmax(torch.randn(len(given_), len(WORDS), dtype=torch.float64), 1).requires_grad_()
    loss = nll(log, torch.from_numpy(truth.target))
    listed = {at: WORDS.index(one) for at, one in enumerate(given_) if one in WORDS[:-1]}
    expected = -sum(float(log[at, word].detach()) for at, word in listed.items()) / len(given_)
    assert float(loss.detach()) == pytest.approx(expected)
    loss.backward()
    assert {(int(at), int(word)) for at, word in log.grad.nonzero()} == set(listed.items())


def test_where_all_are_words_the_loss_is_the_plain_mean():
    log = torch.log_softmax(torch.randn(50, 5), 1)
    target = torch.randint(0, 5, (50,))
    assert torch.equal(nll(log, target), -log.gather(1, target.unsqueeze(1)).mean())


def test_annotators_that_gave_nothing_are_left_out():
    answers = Answers()
    answers.add([None, "red", None])
    answers.add([None])
    truth = Agreed.of(VOCAB, answers)
    assert truth.target.tolist() == [[0], [-1]]
    assert float(nll(torch.zeros(2, 5), torch.from_numpy(truth.target))) == 0.0
