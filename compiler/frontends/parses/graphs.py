"""What must hold of the edges of a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from ...diagnostics import Diagnostic
from ...source import Source, Span
from .parse import Edge


@frozen
class Fault:
    """What is wrong, as a diagnostic says it, and at which edge, or line of a sentence, from 0."""

    code: str
    message: str
    help: str = ""
    row: int = 0

    def told(self, name: str, text: str, line: int) -> Diagnostic:
        """The diagnostic; `text` are the lines of the sentence, the first of them `line` of the file `name`."""
        rows = text.split("\n")
        start = sum(len(row) + 1 for row in rows[: self.row])
        span = Span(Source(name, text, line), start, start + len(rows[self.row]))
        return Diagnostic(self.code, self.message, span, help=self.help)


_ROOT = "one word hangs on 0, all others on words"


def fault_of(edges: Sequence[Edge], size: int, copies: Mapping[int, int]) -> Fault | None:
    """What is wrong with edges among `size` words, or None: numbers, the root, circles.

    A graph may have circles (`the man who walks`, where dependencies are collapsed), a word several governors or none,
    and the root may be one of them (`sits and sleeps`, both on the root, where coordination is spread). But two words
    that hang on nothing else are two sentences, and what goes round and is not reached from the root is no analysis.
    """
    last = size + len(copies)
    roots = []
    for place, (relation, governor, dependent) in enumerate(edges):
        if not (0 <= governor <= last and 1 <= dependent <= last):
            number = governor if not 0 <= governor <= last else dependent
            message = f"`{relation}` names word {number}, where the sentence has {_count(size)}"
            return Fault("NMT441", message, "words count from 1; a line of words may be lost", place)
        if not governor:
            roots.append(place)
    if len(roots) > 1:
        below = {dependent for _, governor, dependent in edges if governor}
        alone = [place for place in roots if edges[place][2] not in below]
        if len(alone) > 1:
            words = ", ".join(str(edges[place][2]) for place in alone[:5])
            return Fault("NMT442", f"the sentence has {len(alone)} roots: words {words}", _ROOT, alone[1])
    if edges and not roots:
        return Fault("NMT442", "the sentence has no root", _ROOT)
    circle = circle_of(edges)
    if circle:
        shown = " -> ".join(map(str, circle[:10]))
        place = next(place for place, edge in enumerate(edges) if edge[2] == circle[0])
        return Fault("NMT443", f"words hang on each other in a circle, none of them on the root: {shown}", "", place)
    return None


def _count(size: int) -> str:
    return f"{size} word{'s' if size != 1 else ''}"


def reached(edges: Sequence[Edge]) -> set[int]:
    """The words that a way leads to from the root, and 0."""
    below: dict[int, list[int]] = {}
    for _, governor, dependent in edges:
        below.setdefault(governor, []).append(dependent)
    found, waiting = {0}, [0]
    while waiting:
        fresh = [word for word in below.get(waiting.pop(), ()) if word not in found]
        found.update(fresh)
        waiting.extend(fresh)
    return found


def circle_of(edges: Sequence[Edge]) -> list[int]:
    """Words in a circle that the root does not reach, the first again at the end; empty where there is none."""
    found = reached(edges)
    above: dict[int, set[int]] = {}
    for _, governor, dependent in edges:
        if dependent not in found:
            above.setdefault(dependent, set()).add(governor)
    if not above:
        return []
    below: dict[int, list[int]] = {}
    for dependent, governors in above.items():
        for governor in governors:
            below.setdefault(governor, []).append(dependent)
    waiting = [word for word in below if word not in above]  # what hangs on nothing: parts, no circles
    while waiting:
        done = waiting.pop()
        for dependent in below.get(done, ()):
            above[dependent].discard(done)
            if not above[dependent]:
                del above[dependent]
                waiting.append(dependent)
    path: dict[int, None] = {}
    at = next(iter(above), 0)
    while at and at not in path:
        path[at] = None
        at = min(above[at])
    words = list(path)
    return [*words[words.index(at) :], at][::-1] if at else []
