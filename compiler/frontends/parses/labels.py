"""Which set of relations a parser used: Stanford's (2.x), universal 1 (3.5 to 3.9) and 2 (4.x), or spaCy's (CLEAR).

Each relation is known by the sets that have it; a file is of a set that has all that its head shows. Few sentences tell
by themselves: `nsubj`, `det` and `root` are in all. So the head of the file decides, and what comes later is of the
same set, until a sentence shows a relation that the set has not: from there on it is of the set that fits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from attrs import define, field

# The sets, the likeliest first: of those that fit, it is taken.
SETS = ("ud2", "sd", "ud1", "clear")
ALL = frozenset(SETS)
_KNOWN = {
    "sd": "nn num number possessive partmod infmod rcmod abbrev complm purpcl measure vmod tmod rel",
    "sd clear": "prep pobj attr poss pcomp quantmod predet preconj npadvmod prt agent",
    "sd ud1": "mwe",
    "sd ud1 clear": "nsubjpass auxpass csubjpass dobj neg",
    "ud1 ud2": "list remnant reparandum vocative dislocated",
    "ud1 ud2 clear": "nmod case compound nummod acl",
    "ud2": "obj obl flat fixed orphan clf",
    "clear": "relcl oprd dative intj meta ROOT",
}
_SETS_OF = {name: frozenset(sets.split()) for sets, names in _KNOWN.items() for name in names.split()}
_UD, _UD2, _SD = frozenset({"ud1", "ud2"}), frozenset({"ud2"}), frozenset({"sd"})


@lru_cache(maxsize=10_000)
def sets_of(relation: str) -> frozenset[str]:
    """The sets that have a relation; all, where it tells nothing."""
    known = _SETS_OF.get(relation)
    if known is not None:
        return known
    name, colon, kind = relation.partition(":")
    if colon:
        return _UD2 if kind in {"pass", "outer", "unmarked"} or name in {"obl", "flat", "advmod"} else _UD
    return _SD if re.match(r"(?:prepc?|conj)_", relation) else ALL


def labels_of(relations: Iterable[str], before: str = "") -> str:
    """The set that has these relations; where several have them, `before` if it is one of them.

    Where none has all of them, the one that has most.
    """
    found = set(relations)
    counts = {name: sum(name in sets_of(relation) for relation in found) for name in SETS}
    best = max(counts.values())
    fitting = [name for name in SETS if counts[name] == best]
    return before if before in fitting else fitting[0]


MOST = 10_000  # relations that are remembered


@define
class Labels:
    """The set of a file: what its head told, until a sentence shows what that set has not."""

    name: str
    _seen: set[str] = field(factory=set)
    _others: set[str] = field(factory=set)  # seen, and not of the set

    def note(self, relation: str) -> None:
        """Take notice of a relation, before it is asked about."""
        if relation not in self._seen and len(self._seen) < MOST:
            self._seen.add(relation)
            if self.name not in sets_of(relation):
                self._others.add(relation)

    def of(self, relations: Collection[str]) -> str:
        """The set of a sentence; all its relations were noted."""
        if self._others and not self._others.isdisjoint(relations):
            self.name = labels_of(relations, self.name)
            self._others = {relation for relation in self._seen if self.name not in sets_of(relation)}
        return self.name
