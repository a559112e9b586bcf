"""Penn trees, for files that hold no dependencies: the same roles from constituents, by the tables of `penn.toml`.

Before: `(SQ (VBZ Is) (NP (DT the) (NN car)) (VP (VBN shown)) (. ?))`
After:  edges of roles between words: shown is the root, car its subject, Is an auxiliary.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from attrs import Factory, define, field

from ..parses.parse import Edge
from .tables import table

_TOKEN = re.compile(r"\(\s*([^\s()]*)|([^\s()]+)|(\))")
DEEPEST = 1000  # constituents inside each other; readers refuse deeper trees


@define(eq=False)
class _Part:
    """A constituent, or a word (`number` from 1)."""

    label: str
    number: int = 0
    parts: list[_Part] = field(default=Factory(list))
    head: int = 0


def edges_of(tree: str) -> tuple[Edge, ...]:
    """Edges of roles, of the set of labels `penn`, from a tree in one line; none where it is no tree."""
    order = _read(tree)
    if not order:
        return ()
    edges: list[Edge] = []
    for part in order:  # from the inside to the outside
        if part.parts:
            edges.extend(_joined(part))
    return (*edges, ("root", 0, order[-1].head))


def _read(tree: str) -> list[_Part]:
    """The constituents with at least one word, inner ones first."""
    opened: list[_Part] = []
    done: list[_Part] = []
    count = 0
    for match in _TOKEN.finditer(tree):
        label, word, close = match.groups()
        if label is not None:
            opened.append(_Part(re.split(r"(?<=.)[-=]", label)[0] or "ROOT"))
        elif word is not None and opened:
            if opened[-1].label != "-NONE-":
                count += 1
                opened[-1].number = opened[-1].head = count
        elif close and opened:
            part = opened.pop()
            part.parts = [one for one in part.parts if one.number or one.parts]
            if not part.number and not part.parts:
                continue
            done.append(part)
            if opened:
                opened[-1].parts.append(part)
    return done


def _joined(part: _Part) -> list[Edge]:
    """The edges inside a constituent, from its head to the heads of its other parts."""
    parts = part.parts
    first_joint = next((at for at, one in enumerate(parts) if one.label in {"CC", "CONJP"} and at), len(parts))
    head = _head(part.label, parts[:first_joint] or parts)
    part.head = head.head
    edges: list[Edge] = []
    seen: Counter[str] = Counter()
    for at, one in enumerate(parts):
        if one is head:
            continue
        role = "conj" if at > first_joint and _alike(one.label, head.label) else _role(part.label, one.label, seen)
        edges.append((role, head.head, one.head))
    return edges


def _head(label: str, parts: Sequence[_Part]) -> _Part:
    rules: Mapping[str, list[str]] = table("penn")["heads"]
    last = table("penn")["last"]["labels"]
    wanted = rules.get(label, ())
    nouns = [one for one in parts if one.label in last]
    for one in wanted:
        if one in last and nouns:
            return nouns[-1]
        for part in parts:
            if part.label == one:
                return part
    return next((one for one in parts if one.label[:1].isalpha()), parts[0])


def _alike(one: str, head: str) -> bool:
    """Whether two parts can be joined: both nouns, both verbs, or of one label."""
    return one == head or one[:2] == head[:2] or {one, head} <= {"NP", "NN", "NNS", "NNP", "NNPS", "PRP"}


def _role(label: str, part: str, seen: Counter[str]) -> str:
    roles: Mapping[str, list[str]] = table("penn")["roles"]
    found = roles.get(f"{label} {part}") or roles.get(f"* {part}") or (["dep"] if part[:1].isalpha() else ["punct"])
    seen[part] += 1
    return found[min(seen[part], len(found)) - 1]
