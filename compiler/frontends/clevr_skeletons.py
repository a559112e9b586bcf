"""Skeletons as readers make them: equal ones as one object, in bounded memory."""

from __future__ import annotations

from sys import intern

from attrs import Factory, define, field

from ..terms import Skeleton

MOST = 1 << 16


@define
class Skeletons:
    """Gives equal skeletons as one, and shares what they are made of.

    It forgets all when it knows MOST of them: those that are given then are equal to earlier ones, not the same.
    """

    _known: dict[tuple[object, ...], Skeleton] = field(default=Factory(dict))
    _parts: dict[tuple[int, ...], tuple[int, ...]] = field(default=Factory(dict))

    def of(self, ops: tuple[str, ...], inputs: tuple[tuple[int, ...], ...], counts: tuple[int, ...]) -> Skeleton:
        """The skeleton of these calls."""
        found = self._known.get((ops, inputs, counts))
        if found is None:
            if len(self._known) >= MOST:
                self._known.clear()
                self._parts.clear()
            part = self._parts.setdefault
            found = Skeleton(tuple(map(intern, ops)), tuple([part(one, one) for one in inputs]), part(counts, counts))
            self._known[found.ops, found.inputs, found.counts] = found
        return found
