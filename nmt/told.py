"""Rejected programs on their way to people: the first of many are told, the rest are counted."""

from __future__ import annotations

from attrs import define, field

from nmt.compiler.diagnostics import Diagnostic

from .terminal import show

SHOWN = 20  # that are told in full, unless all are asked for
KEPT = 1000  # that are kept for JSON, unless all are asked for


@define
class Told:
    """Tells of what is wrong as it comes: of the first `most`, or of all (None). With `keep` it is kept instead."""

    most: int | None = SHOWN
    keep: bool = False
    kept: list[Diagnostic] = field(factory=list)
    shown: int = 0
    left: int = 0

    @classmethod
    def of(cls, *, all_: bool, as_json: bool) -> Told:
        """As a command was asked for it."""
        return cls(None if all_ else KEPT if as_json else SHOWN, as_json)

    def __call__(self, found: Diagnostic) -> None:
        """Take one more."""
        if self.most is not None and self.shown >= self.most:
            self.left += 1
            return
        self.shown += 1
        if self.keep:
            self.kept.append(found)
        else:
            show([found])
