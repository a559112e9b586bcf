"""Words for a test, in vocabularies that wait for data: those that the interface names, and made ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count, islice

from nmt.compiler import typed
from nmt.compiler.check import Interface
from nmt.compiler.network import uses
from nmt.compiler.vocabularies import bind, unbound
from nmt.ntypes import Dim

from .binding import leaves


def named(interface: Interface) -> dict[str, list[str]]:
    """The words that each waiting vocabulary (`package.NAME`) must have, since ops, laws and the like name them."""
    words: dict[str, list[str]] = {name: [] for name in unbound(interface)}
    for expr in _expressions(interface) if words else ():
        for use in uses(expr):
            for _, word in use.words:
                if isinstance(word, typed.FixedWord):
                    _name(words, word)
    return words


def filled(interface: Interface, sizes: Mapping[Dim, int]) -> tuple[Interface, dict[Dim, int]]:
    """The interface with so many words in each vocabulary that waits for data, or more where it names more.

    Also all sizes, those of the vocabularies as they are then. Raises CompileError where no words suit it.
    """
    must = named(interface)
    if not must:
        return interface, dict(sizes)
    wanted = {_full(dim): size for dim, size in sizes.items()}
    taken = {word for dim in interface.dims.values() for word in dim.words or ()}
    made: dict[str, list[str]] = {}
    for name, words in must.items():
        of = interface.columns[name].unknown
        last = [] if of is None or of.text in words else [of.text]
        missing = max(0 if words or last else 1, wanted.get(name, 1) - len(words) - len(last))
        short = name.rpartition(".")[2].lower()
        others = (word for word in (f"{short}{at}" for at in count()) if word not in {*taken, *words})
        made[name] = [*words, *islice(others, missing), *last]
        taken.update(made[name])
    return bind(interface, made), {dim: len(made.get(_full(dim), range(size))) for dim, size in sizes.items()}


def _full(dim: Dim) -> str:
    return f"{dim.package}.{dim.name}"


def _name(words: Mapping[str, list[str]], word: typed.FixedWord) -> None:
    """Note a word for its vocabulary; of a union, for the first part that waits, unless another has it."""
    parts = list(leaves(word.vocab))
    if any(word.word in (part.words or ()) or word.word in words.get(_full(part), ()) for part in parts):
        return
    waiting = next((_full(part) for part in parts if _full(part) in words), None)
    if waiting is not None:
        words[waiting].append(word.word)


def _expressions(interface: Interface) -> Iterator[typed.Expr]:
    """Every expression of an interface and of what it draws on."""
    bodies = [*(op.body for op in interface.bodies.values()), *(model.body for model in interface.models.values())]
    yield from (body for body in bodies if body is not None)
    softs = [soft for module in interface.signatures.values() for soft in module.softs]
    softs += [soft for type_ in interface.types.values() for soft in type_.softs]
    comparisons = [*(law.comparison for law in interface.laws), *(soft.comparison for soft in softs)]
    for comparison in comparisons:
        if comparison is not None:
            yield from (comparison.left, comparison.right)
