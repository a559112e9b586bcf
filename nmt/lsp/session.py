"""The files that are open in an editor, and what is asked about them: offsets here, the protocol's places outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from attrs import Factory, define, field
from pygls.uris import from_fs_path, to_fs_path

from nmt.compiler.diagnostics import Diagnostic
from nmt.compiler.source import Source

from .checks import Checked, Document
from .positions import Lines


class NotOpen(Exception):  # noqa: N818 -- no fault: editors ask late
    """A file that is asked about is not open."""


@define(eq=False)
class Opened:
    """An open file. `uri` is its name in the protocol."""

    uri: str
    document: Document
    lines: Lines
    version: int | None = None


@define(eq=False)
class Session:
    """All open files."""

    encoding: str = "utf-16"
    opened: dict[str, Opened] = field(default=Factory(dict))

    def file(self, uri: str) -> Opened:
        """An open file; raises NotOpen."""
        if uri not in self.opened:
            raise NotOpen(uri)
        return self.opened[uri]

    def open(self, uri: str, text: str, version: int | None) -> None:
        """Take a file that was opened."""
        document = Document.of(_path(uri), text)
        self.opened[uri] = Opened(uri, document, Lines(text, self.encoding), version)

    def change(self, uri: str, changes: list[tuple[tuple[int, int, int, int] | None, str]], version: int) -> None:
        """Apply changes in turn: a new text for a range (line, column, line, column), or for the whole file."""
        known = self.file(uri)
        for place, new in changes:
            text = known.lines.text
            if place is not None:
                start, end = known.lines.offset(*place[:2]), known.lines.offset(*place[2:])
                new = text[:start] + new + text[max(start, end) :]  # noqa: PLW2901 -- the whole text from here on
            known.lines = Lines(new, self.encoding)
        known.version = version
        known.document.edit(known.lines.text)

    def checked(self, known: Opened) -> Checked:
        """What is known of an open file."""
        return known.document.check(other.document for other in self.opened.values())

    def uri(self, source: Source) -> str:
        """The name of a file in the protocol."""
        for known in self.opened.values():
            if known.document.source is source or known.document.source.path == source.path:
                return known.uri
        return from_fs_path(str(Path(source.path).resolve())) or ""

    def lines(self, source: Source) -> Lines:
        """The lines of a file."""
        known = next((known for known in self.opened.values() if known.document.source is source), None)
        return known.lines if known else Lines(source.text, self.encoding)

    def findings(self) -> dict[str, list[Diagnostic]]:
        """Findings by file. What is said of a file that is open is said by its own check."""
        found: dict[str, list[Diagnostic]] = {uri: [] for uri in self.opened}
        for known in self.opened.values():
            for finding in self.checked(known).findings:
                uri = self.uri(finding.span.source) if finding.span else known.uri
                if uri == known.uri or (uri not in self.opened and finding not in found.get(uri, ())):
                    found.setdefault(uri, []).append(finding)
        return found


def _path(uri: str) -> Path:
    """The path of a file; one that was never saved stands in the working folder."""
    path = to_fs_path(uri)
    return Path(path) if path else Path.cwd() / f"{re.sub('[^a-z0-9_]', '_', uri.lower())}.nmt"


def different(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    """The one stretch of whole lines in which two texts differ, as a replacement in the old one."""
    if old == new:
        return
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    shorter = min(len(before), len(after))
    top = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    rest = shorter - top
    bottom = next((at for at in range(rest) if before[-1 - at] != after[-1 - at]), rest)
    start = len("".join(before[:top]))
    end = len(old) - len("".join(before[len(before) - bottom :]))
    yield start, end, "".join(after[top : len(after) - bottom])
