"""Programs against an interface: each skeleton is checked once, then the words of each program.

Skeletons that differ only in ops of one class share a typed graph (`classes.py`); a checked one then holds no more than
the vocabularies of its own words. What does not fit is checked by itself, so that messages name the op that was called.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import chain

from attrs import define, field, frozen

from nmt.ntypes import Dim, Type
from nmt.ntypes.domains import Simplex

from .check import Interface, ModelSymbol
from .check.hints import did_you_mean
from .classes import Classes
from .graph import Graph
from .skeletons import Fault, Typed, Typing, answer_target, listed, target_type
from .terms import Skeleton, Term

REMEMBERED = 10_000  # faults and hints, so that a file in which all is wrong takes no more memory than another

__all__ = ["Checked", "Checker", "Fault", "listed", "predicted"]


class _Anything:
    """The words of a vocabulary that takes any."""

    def __contains__(self, word: object) -> bool:
        return True


ANYTHING: Container[object] = _Anything()


@frozen(eq=False)
class Checked:
    """A skeleton that fits: its graph, the vocabulary of each word, and the type before it widens to the layout.

    `known` are the words that may stand in each slot, `loose` the slots whose other words count as `unknown`. `vocab`
    is what the program answers with, where that is words, and `answers` are those that it can give. `open` says
    whether other words may count as `unknown` at all.
    """

    graph: Graph
    slots: tuple[tuple[Dim, int], ...]  # vocabulary of the word, and the node that takes it
    type: Type
    known: tuple[Container[object], ...]
    loose: tuple[tuple[int, Dim], ...]
    vocab: Dim | None
    answers: Container[object]
    open: bool

    def strays(self, term: Term) -> Iterator[tuple[Dim, str]]:
        """The words of a program that count as `unknown`, with their vocabularies."""
        for place, vocab in self.loose:
            if term.words[place] not in vocab.places:
                yield vocab, term.words[place]


@define(eq=False)
class Checker:
    """Checks terms against one layout and model of an interface, and remembers skeletons."""

    interface: Interface
    model: ModelSymbol | None = None
    skeletons: dict[Skeleton, Checked | Fault] = field(factory=dict)
    _typing: Typing = field(init=False)
    _classes: Classes = field(init=False)
    _slots: _Slots = field(init=False)
    _known: _Known = field(init=False)
    _shared: dict[Skeleton, Typed] = field(factory=dict, init=False)
    _answers: dict[int, tuple[Dim | None, Container[object], bool]] = field(factory=dict, init=False)
    _faults: int = field(default=0, init=False)
    _hints: dict[tuple[Dim, str], str] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self._typing = Typing(self.interface, self.model)
        self._classes, self._slots = Classes(self.interface), _Slots(self.interface)
        self._known = _Known(self.interface)

    def check(self, term: Term) -> Checked | Fault:
        """The checked skeleton of a term, or why the term is rejected."""
        found = self.skeletons.get(term.skeleton) or self._new(term.skeleton)
        if isinstance(found, Fault):
            return found
        for known, word in zip(found.known, term.words, strict=True):
            if word not in known:
                return self._no_word(found, term)
        return found

    def answer(self, checked: Checked, answer: str) -> Fault | None:
        """Whether an answer can be given at all by a program of this type."""
        if answer in checked.answers:
            return None
        assert checked.vocab is not None
        message = f"the answer `{answer}` is no word of {checked.vocab}, which the program speaks of"
        return Fault("NMT410", message, None, _among(checked.vocab))

    def _no_word(self, checked: Checked, term: Term) -> Fault:
        """The first word that is none of its vocabulary."""
        vocab, node, word = next(
            (vocab, node, word)
            for (vocab, node), known, word in zip(checked.slots, checked.known, term.words, strict=True)
            if word not in known
        )
        hint = self._hints.get((vocab, word))
        if hint is None:
            many = len(self._hints) >= REMEMBERED
            hint = _among(vocab) if many else did_you_mean(word, vocab.places) or _among(vocab)
            if not many:
                self._hints[vocab, word] = hint
        return Fault("NMT407", f"`{word}` is no word of {vocab}", node, hint)

    # -- skeletons

    def skeleton(self, skeleton: Skeleton) -> Checked | Fault:
        """A checked skeleton, whatever words its programs have."""
        return self.skeletons.get(skeleton) or self._new(skeleton)

    def _new(self, skeleton: Skeleton) -> Checked | Fault:
        classes = self._classes
        shared = Skeleton(tuple([classes[op] for op in skeleton.ops]), skeleton.inputs, skeleton.counts)
        typed = self._shared.get(shared)
        if typed is None:
            made = self._typing.typed(shared)
            if isinstance(made, Fault):
                return self._remembered(skeleton, made if shared == skeleton else self._typing.typed(skeleton))
            typed = self._shared[shared] = made
        return self._remembered(skeleton, self._checked(skeleton, typed))

    def _remembered(self, skeleton: Skeleton, outcome: Checked | Fault | Typed) -> Checked | Fault:
        assert not isinstance(outcome, Typed), "what is of one class fits alike"
        if isinstance(outcome, Checked):
            self.skeletons[skeleton] = outcome
        elif self._faults < REMEMBERED:
            self._faults += 1
            self.skeletons[skeleton] = outcome
        return outcome

    def _checked(self, skeleton: Skeleton, typed: Typed) -> Checked:
        slots, known = self._slots, self._known
        calls = [
            (op, call) for call, (op, count) in enumerate(zip(skeleton.ops, skeleton.counts, strict=True)) if count
        ]
        taken = tuple(chain.from_iterable([slots[call] for call in calls]))
        words = tuple(chain.from_iterable([known[op] for op, _ in calls]))
        loose: tuple[tuple[int, Dim], ...] = ()
        if ANYTHING in words:
            loose = tuple((place, vocab) for place, (vocab, _) in enumerate(taken) if _open(vocab))
        vocab, answers, open_ = self._answers.get(id(typed.type)) or self._new_answers(typed.type)
        return Checked(typed.graph, taken, typed.type, words, loose, vocab, answers, open_ or bool(loose))

    def _new_answers(self, type_: Type) -> tuple[Dim | None, Container[object], bool]:
        """What programs of a type answer with, which answers they can give, and whether others count as `unknown`."""
        target = answer_target(self.interface)
        vocab = None if target is None else target.vocab
        if isinstance(type_.domain, Simplex):
            vocab = type_.domain.over
        found = vocab, ANYTHING if vocab is None else _words(vocab), vocab is not None and _open(vocab)
        self._answers[id(type_)] = found  # a type lives as long as the graphs that have it
        return found


class _Slots(dict[tuple[str, int], tuple[tuple[Dim, int], ...]]):
    """The words of an op that is called at a node: shared by all skeletons."""

    def __init__(self, interface: Interface) -> None:
        super().__init__()
        self.interface = interface

    def __missing__(self, call: tuple[str, int]) -> tuple[tuple[Dim, int], ...]:
        found = self[call] = tuple((vocab, call[1]) for vocab in _vocabs(self.interface, call[0]))
        return found


class _Known(dict[str, tuple[Container[object], ...]]):
    """The words that an op can be called with."""

    def __init__(self, interface: Interface) -> None:
        super().__init__()
        self.interface = interface

    def __missing__(self, op: str) -> tuple[Container[object], ...]:
        found = self[op] = tuple(map(_words, _vocabs(self.interface, op)))
        return found


def _vocabs(interface: Interface, op: str) -> list[Dim]:
    symbol = interface.ops.get(op) or interface.modules[op]
    return [param.of for param in symbol.signature.family if param.kind == "word"]


def predicted(interface: Interface) -> Type:
    """The type of what a network answers; raises LookupError where neither a target nor a layout says so."""
    return target_type(interface) or interface.layout.type


def _words(vocab: Dim) -> Container[object]:
    """The words that may stand for one of a vocabulary."""
    return ANYTHING if vocab.words is None or vocab.unknown is not None else vocab.places


def _open(vocab: Dim) -> bool:
    """Whether words that are not listed count as `unknown`."""
    return vocab.words is not None and vocab.unknown is not None


def _among(vocab: Dim) -> str:
    return f"{vocab} has {listed(vocab.words or ())}"
