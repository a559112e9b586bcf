"""The rule of versions: the major number rises when something breaks, the minor when something is added or eased."""

from __future__ import annotations

from collections.abc import Sequence

from ..check import Interface
from ..declared import header
from ..diagnostics import Diagnostic, Note
from ..source import Span
from .changes import CODES, Change


def version_fault(old: Interface, new: Interface, changes: Sequence[Change]) -> Diagnostic | None:
    """What the new version fails to say of the changes; None where it says enough."""
    needed = least_version(old, changes)
    if needed is None:
        return None
    before, after = _numbers(old.version), _numbers(new.version)
    wanted = _numbers(needed)
    if after >= wanted:
        return None
    if after < before:
        message = f"the version falls from {old.version} to {new.version}"
    elif any(change.breaks for change in changes):
        message = f"the version says compatible, the change is not: {old.version} to {new.version}"
    else:
        message = f"the version does not say that something is new: {old.version} to {new.version}"
    note = Note(f"it was {old.version}", _place(old))
    return Diagnostic(CODES["version"], message, _place(new), notes=(note,), help=f"make it {needed}")


def least_version(old: Interface, changes: Sequence[Change]) -> str | None:
    """The least version that owns up to the changes; None for another package, whose versions are its own."""
    if any(change.role == "package" for change in changes):
        return None
    major, minor, _ = _numbers(old.version)
    if any(change.breaks for change in changes):
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if changes else old.version


def _numbers(version: str) -> tuple[int, int, int]:
    major, minor, patch = map(int, version.split("."))
    return major, minor, patch


def _place(interface: Interface) -> Span:
    """The version where it is written, or the top of the file."""
    source = interface.texts[interface.package]
    line = header(source)
    return Span(source, line.span.end - len(line.version), line.span.end) if line else Span(source, 0, 1)
