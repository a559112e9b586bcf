"""What is right: the answers of a split as numbers, what each prediction counts, and what a guess would reach."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from attrs import Factory, define, field, frozen
from torch import Tensor

from nmt.compiler.schedule import Ints
from nmt.data.vqa.answers import normal
from nmt.data.vqa.metric import official, plain
from nmt.ntypes import Dim

Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]


class Truth(Protocol):
    """The answers of N questions."""

    @property
    def target(self) -> Ints:
        """What the loss looks at: (N,), or (N, annotators); -1 for what it leaves out."""

    def credit(self, which: Ints, said: Ints) -> Bools | Floats:
        """What answers to some questions count, 0..1: (B,)."""

    def others(self, which: Ints, said: Ints) -> dict[str, Floats]:
        """The same by other metrics, by their names."""

    @property
    def unlisted(self) -> int:
        """How many questions no word of the vocabulary is right for."""

    def guess(self, members: Ints) -> float:
        """What the best single answer to some questions counts in all."""


@define(eq=False)
class Answers:
    """Answers of questions while they are read: each text once, and numbers of texts, question after question."""

    texts: dict[str, int] = field(default=Factory(dict))
    numbers: array[int] = field(default=Factory(lambda: array("i")))
    ends: array[int] = field(default=Factory(lambda: array("q", [0])))

    def add(self, given: str | Iterable[str | None]) -> None:
        """The answer to one more question, or one of each annotator; None is an annotator who gave none."""
        texts = self.texts
        for text in (given,) if isinstance(given, str) else given:
            if text is not None:
                self.numbers.append(texts.setdefault(text, len(texts)))
        self.ends.append(len(self.numbers))

    def table(self, of_texts: Ints) -> Ints:
        """What texts come to, given a number each (texts,), by question and annotator; -1 behind the last."""
        ends = np.array(self.ends, dtype=np.int64)
        counts = np.diff(ends)
        made = np.full((len(counts), max(int(counts.max(initial=1)), 1)), -1, dtype=np.int64)
        row = np.repeat(np.arange(len(counts)), counts)
        made[row, np.arange(len(row)) - ends[row]] = of_texts[np.array(self.numbers, dtype=np.int64)]
        return made


@frozen(eq=False)
class Exact:
    """One right answer each: a word of the vocabulary, or -1 where the answer is none and counts as `unknown`.

    To say `unknown` for it is not right: nobody has learned anything from it.
    """

    target: Ints

    @classmethod
    def of(cls, vocab: Dim, answers: Answers) -> Exact:
        """From answers as texts, whether words of the vocabulary or not; of several the first."""
        known = _known(vocab)
        return cls(answers.table(np.array([known.get(text, -1) for text in answers.texts], dtype=np.int64))[:, 0])

    def credit(self, which: Ints, said: Ints) -> Bools:
        """Whether they are right."""
        right: Bools = said == self.target[which]
        return right

    def others(self, which: Ints, said: Ints) -> dict[str, Floats]:
        """No other metric."""
        del which, said
        return {}

    @property
    def unlisted(self) -> int:
        """How many answers are no words of the vocabulary."""
        return int((self.target < 0).sum())

    def guess(self, members: Ints) -> float:
        """How often the most frequent answer is right."""
        listed = self.target[members]
        return float(np.bincount(listed[listed >= 0]).max(initial=0))


@frozen(eq=False)
class Agreed:
    """Answers of several annotators: one counts by how many of them gave it, both brought to one form.

    `forms` (N, annotators) is the form of each annotator's answer (-1 behind the last), `form` (words,) that of each
    word; the word `unknown` has one that nobody gave.
    """

    target: Ints
    forms: Ints
    form: Ints

    @classmethod
    def of(cls, vocab: Dim, answers: Answers) -> Agreed:
        """From answers as texts, whether words of the vocabulary or not."""
        forms: dict[str, int] = {}
        known = _known(vocab)
        form = np.full(len(vocab.words or ()), -2, dtype=np.int64)
        for word, number in known.items():
            form[number] = forms.setdefault(normal(word), len(forms))
        target = np.array([known.get(text, -1) for text in answers.texts], dtype=np.int64)
        given = np.array([forms.setdefault(normal(text), len(forms)) for text in answers.texts], dtype=np.int64)
        return cls(answers.table(target), answers.table(given), form)

    def agreeing(self, which: Ints, said: Ints) -> Ints:
        """How many annotators gave each answer: (B,)."""
        made: Ints = (self.forms[which] == self.form[said][:, None]).sum(1)
        return made

    def credit(self, which: Ints, said: Ints) -> Floats:
        """min(agreeing / 3, 1)."""
        made: Floats = plain(self.forms.shape[1])[self.agreeing(which, said)]
        return made

    def others(self, which: Ints, said: Ints) -> dict[str, Floats]:
        """The official mean over annotators left out in turn."""
        counts = (self.forms[which] >= 0).sum(1)
        tables = np.zeros((self.forms.shape[1] + 1, self.forms.shape[1] + 1))
        for count in np.unique(counts):
            tables[count, : count + 1] = official(int(count))
        return {"official": tables[counts, self.agreeing(which, said)]}

    @property
    def unlisted(self) -> int:
        """How many questions nobody gave a word of the vocabulary for."""
        return int((~np.isin(self.forms, self.form[self.form >= 0]).any(axis=1)).sum())

    def guess(self, members: Ints) -> float:
        """What the answer counts that is best for all: each annotator brings his share of what his answer counts."""
        forms = self.forms[members]
        counts = (forms[:, :, None] == forms[:, None, :]).sum(2)
        shares = plain(forms.shape[1])[counts] / counts
        said = np.isin(forms, self.form[self.form >= 0])
        totals = np.bincount(forms[said], weights=shares[said])
        return float(totals.max(initial=0.0))


def _known(vocab: Dim) -> dict[str, int]:
    """The words that may be right, with their numbers: `unknown` is none of them."""
    return {word: number for number, word in enumerate(vocab.words or ()) if word != vocab.unknown}


def choose(log: Tensor, silent: int | None) -> Ints:
    """The most likely answers, (B,), where `log` (B, words) has the logarithm of each one's chance.

    The word of number `silent`, which is `unknown` where the vocabulary has it, is never said.
    """
    if silent is not None:
        log = log.index_fill(1, torch.tensor([silent], device=log.device), -torch.inf)
    made: Ints = log.argmax(1).cpu().numpy()
    return made


def baseline(truth: Truth, kind: Sequence[str]) -> float:
    """What the most frequent answer of each kind of question would count, on average."""
    kinds, of = np.unique(np.array(kind), return_inverse=True)
    return sum(truth.guess(np.flatnonzero(of == number)) for number in range(len(kinds))) / len(of)


def nll(log: Tensor, target: Tensor) -> Tensor:
    """The loss: of each question -log of its answer's chance, summed over annotators, -1 left out; the mean of all.

    `log` (B, words), `target` (B,) or (B, annotators).
    """
    targets = target.unsqueeze(1) if target.dim() == 1 else target
    given = log.gather(1, targets.clamp(min=0)).masked_fill(targets < 0, 0.0)
    return -given.mean() if target.dim() == 1 else -given.sum() / len(target)
