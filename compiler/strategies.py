"""Hypothesis strategies for programs: well-typed terms of an interface, for tests of backends, readers and printers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import Factory, define, field
from hypothesis import strategies as st

from nmt.ntypes import Misfit, Signature, Type, fit

from .check import Interface, ModuleSymbol, OpSymbol
from .terms import Skeleton, Term

FAR = 1_000


@define
class _Growing:
    """A program under way."""

    ops: list[str] = field(default=Factory(list))
    inputs: list[tuple[int, ...]] = field(default=Factory(list))
    counts: list[int] = field(default=Factory(list))
    words: list[tuple[str, ...]] = field(default=Factory(list))
    types: list[Type] = field(default=Factory(list))


def from_interface(interface: Interface, *, max_depth: int = 8, sharing: bool = True) -> st.SearchStrategy[Term]:
    """Well-typed programs of the interface's layout.

    `max_depth` bounds the longest path where types allow it; with `sharing` an input may be an earlier node, as in real
    programs. Ops with family parameters that are dims are left out: no front end writes them.
    """
    symbols: list[OpSymbol | ModuleSymbol] = [*interface.ops.values(), *interface.modules.values()]
    callable_ = [one.signature for one in symbols if all(param.kind == "word" for param in one.signature.family)]
    heights = _heights(callable_)

    def fitting(formal: Type) -> list[Signature]:
        """What may stand there, the lowest first, so that examples shrink to short programs."""
        found = [
            one for one in callable_ if not isinstance(fit(formal, one.result), Misfit) and heights[one.name] < FAR
        ]
        return sorted(found, key=lambda one: (heights[one.name], one.name))

    wanted = interface.layout.type

    @st.composite
    def programs(draw: st.DrawFn) -> Term:
        made = _Growing()
        _grow(draw, made, wanted, max_depth, fitting, heights, sharing=sharing)
        skeleton = Skeleton(tuple(made.ops), tuple(made.inputs), tuple(made.counts))
        return Term(skeleton, tuple(word for words in made.words for word in words))

    return programs()


def _grow(
    draw: st.DrawFn,
    made: _Growing,
    formal: Type,
    depth: int,
    fitting: Callable[[Type], list[Signature]],
    heights: dict[str, int],
    *,
    sharing: bool,
) -> int:
    earlier = [at for at, type_ in enumerate(made.types) if not isinstance(fit(formal, type_), Misfit)]
    if sharing and earlier and draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(earlier))
    options = fitting(formal)
    low = [one for one in options if heights[one.name] <= depth] or options[:1]
    chosen = draw(st.sampled_from(low))
    inputs = tuple(
        _grow(draw, made, param.type, depth - 1, fitting, heights, sharing=sharing) for param in chosen.params
    )
    vocabs = [param.of for param in chosen.family]
    words = tuple(draw(st.sampled_from(vocab.words or ("any",))) for vocab in vocabs)
    made.ops.append(chosen.name)
    made.inputs.append(inputs)
    made.counts.append(len(words))
    made.words.append(words)
    made.types.append(chosen.result)
    return len(made.ops) - 1


def _heights(signatures: Iterable[Signature]) -> dict[str, int]:
    """The depth of the lowest program that ends in each op; FAR where there is none."""
    signatures = list(signatures)
    heights = dict.fromkeys((one.name for one in signatures), FAR)
    for _ in signatures:
        for one in signatures:
            below = [
                min(
                    (
                        heights[other.name]
                        for other in signatures
                        if not isinstance(fit(param.type, other.result), Misfit)
                    ),
                    default=FAR,
                )
                for param in one.params
            ]
            heights[one.name] = min(FAR, 1 + max(below)) if below else 0
    return heights
