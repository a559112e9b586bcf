"""Changes of an interface as data, and how each is worded."""

from __future__ import annotations

from attrs import field, frozen

from ..diagnostics import Diagnostic, Note
from ..source import Span

CALL, WEIGHTS, CACHE, MEANING = "CALL", "WEIGHTS", "CACHE", "MEANING"
# What a change can break, the worst first.
BREAKS = {
    CALL: "programs and bodies that fitted no longer do",
    WEIGHTS: "trained weights no longer fit",
    CACHE: "values that were computed and kept are stale",
    MEANING: "everything still runs, and the numbers mean something else",
}
LONGEST = 120  # characters of what stood before, in a note
SAFE: tuple[str, ...] = ()
REFIT = (WEIGHTS, CACHE)
RECOMPUTED = (CACHE, MEANING)

# kind of change -> its code
CODES = {
    "removed": "NMT701",
    "arguments": "NMT702",
    "parameter": "NMT703",
    "result": "NMT704",
    "instances": "NMT705",
    "words removed": "NMT706",
    "words reordered": "NMT707",
    "words appended": "NMT708",
    "resized": "NMT709",
    "type": "NMT710",
    "enforcer": "NMT711",
    "body": "NMT712",
    "moved": "NMT713",
    "column": "NMT714",
    "default": "NMT715",
    "loss": "NMT716",
    "promise": "NMT717",
    "added": "NMT718",
    "safe": "NMT719",
    "version": "NMT720",
}


@frozen
class Change:
    """One difference between two interfaces.

    `breaks` is empty where it is safe. `at` is its place in the new interface, `was` that in the old one; one of them
    is None where the declaration is there alone.
    """

    kind: str
    role: str  # of the declaration: `op`, `vocab`, `type`, ...
    name: str
    message: str
    breaks: tuple[str, ...] = SAFE
    before: str = ""  # what stood in the old interface, in words
    at: Span | None = field(default=None, eq=False, repr=False)
    was: Span | None = field(default=None, eq=False, repr=False)

    @property
    def code(self) -> str:
        """The code of its kind; a change that breaks nothing is `safe`, whatever it is."""
        return CODES[self.kind if self.breaks or self.kind == "added" else "safe"]

    def diagnostic(self) -> Diagnostic:
        """The change as a finding: at its place in the new interface, or in the old one where it is gone."""
        span = self.at or self.was
        notes: tuple[Note, ...] = ()
        if self.at is not None and self.was is not None:
            notes = (Note(self.before if 0 < len(self.before) <= LONGEST else "the old one", self.was),)
        return Diagnostic(self.code, self.message, span, notes=notes)
