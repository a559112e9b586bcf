"""What a property is, what breaks it, and what came of trying it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Protocol

from attrs import frozen

from nmt.compiler.diagnostics import CompileError


class Violation(AssertionError):  # noqa: N818 -- pytest prints the name: it is what happened
    """A property that does not hold: in words, and by the smallest example that was found.

    `sizes` says what dims were bound to, where those are others than all over; `code` is that of the diagnostic where
    another fault came in between.
    """

    def __init__(self, message: str, example: object = "", sizes: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.example = str(example)
        self.sizes = sizes
        self.code = code


class NotApplicable(Exception):  # noqa: N818 -- it is an answer, not an error
    """A property that says nothing of this module, and why."""


def said(fault: CompileError) -> str:
    """A finding in one line, with its place in somebody's own file."""
    first = fault.diagnostics[0]
    return f"{first.message} ({first.place})" if first.place else first.message


class Tried(Protocol):
    """What properties are tried of: a module, an op, a law or a soft constraint."""

    @property
    def kind(self) -> str:
        """`module`, `op`, `law` or `soft`."""

    @property
    def name(self) -> str:
        """Its own name: `find`, `relate`, `find.sparse`."""

    @property
    def calls(self) -> tuple[str, ...]:
        """The modules that it is computed with, beside itself."""

    def sized(self) -> str:
        """What its dims are bound to, in words."""


@frozen
class Property:
    """Something that holds for every correct implementation.

    `check` is called with a subject, which is a `Tried`, and a `Search`; it raises `Violation` or `NotApplicable`, and
    may return a measure in words. What it guards against is the first paragraph of its docstring. `needs` are
    properties without which it would only say the same again, of the same subject; `relies` those of the modules that
    the subject calls.
    """

    name: str
    check: Callable[[Any, Any], str | None]
    needs: tuple[str, ...] = ()
    relies: tuple[str, ...] = ()

    @property
    def guards(self) -> str:
        """What it guards against."""
        first = (inspect.getdoc(self.check) or "").split("\n\n")[0]
        return " ".join(first.split())


@frozen
class Outcome:
    """What came of a property of one subject: `ok`, `failed`, or `left out`.

    `reason` says why, or what was measured; where a property was left out for want of another, `lost` is that one.
    `code` is set where it is not the property's own.
    """

    subject: str
    property: Property
    status: str
    reason: str = ""
    example: str = ""
    sizes: str = ""
    lost: str = ""
    kind: str = "module"
    code: str = ""

    def title(self) -> str:
        """Whose it is: `find`, `op relate`."""
        return self.subject if self.kind == "module" else f"{self.kind} {self.subject}"
