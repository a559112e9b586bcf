"""`nmt fmt`."""

from __future__ import annotations

import difflib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
from attrs import frozen

from nmt.compiler.diagnostics import CompileError, Diagnostic, error, to_json
from nmt.compiler.format import format_source
from nmt.compiler.parse import read
from nmt.compiler.source import Source
from nmt.terminal import show

STDIN = "<stdin>"
COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@frozen
class Formatted:
    """A file as it is and as it would be."""

    name: str
    before: bytes
    after: bytes

    @property
    def changed(self) -> bool:
        """Whether anything is to be written."""
        return self.before != self.after

    def diff(self) -> Iterator[str]:
        """The lines of a unified diff, which `patch` takes."""
        before, after = (list(_lines(text.decode())) for text in (self.before, self.after))
        for line in difflib.unified_diff(before, after, self.name, self.name):
            yield line.removesuffix("\n")
            if not line.endswith("\n"):
                yield "\\ No newline at end of file"


@click.command("fmt")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--check", is_flag=True, help="Write nothing; list the files that would change, exit status 1 if any.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change, exit status 1 if anything.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def command(files: tuple[str, ...], check: bool, diff: bool, as_json: bool) -> int:
    """Format files in place. There is one style: no options, and every comment is kept.

    A folder stands for the .nmt files below it, `-` for standard input, which is written to standard output.
    A file with syntax errors is left as it is.

    Example: nmt fmt --diff my_interface.nmt
    """
    keep = check or diff
    if "-" in files:
        if len(files) > 1:
            raise click.UsageError("`-` reads standard input: give no files with it")
        if as_json and not keep:
            raise click.UsageError("`-` writes the text to standard output: give --check or --diff with --json")
    done: list[Formatted] = []
    findings: list[Diagnostic] = []
    for name in files:
        for path in _named(name, findings):
            try:
                one = _formatted(path)
                if one.changed and path and not keep:
                    _replace(path, one.after)
            except CompileError as fault:
                findings.extend(fault.diagnostics)
            else:
                done.append(one)
    if as_json:
        _report(done, findings, diff)
    else:
        _tell(done, keep, diff, piped="-" in files)
        show(findings)
    return 1 if findings or (keep and any(one.changed for one in done)) else 0


def _named(name: str, findings: list[Diagnostic]) -> Iterable[Path | None]:
    """The files that a name stands for, None for standard input; hidden folders are passed over."""
    path = Path(name)
    if name == "-":
        return [None]
    if not path.is_dir():
        return [path]
    found: list[Path] = []

    def unreadable(fault: OSError) -> None:
        findings.extend(error("NMT006", f"cannot be read: {fault.strerror}", place=str(fault.filename)).diagnostics)

    for folder, below, names in os.walk(path, onerror=unreadable):
        below[:] = sorted(one for one in below if not one.startswith("."))
        found.extend(Path(folder, one) for one in sorted(names) if one.endswith(".nmt"))
    if not found:
        findings.extend(error("NMT006", "holds no .nmt file", place=name).diagnostics)
    return found


def _formatted(path: Path | None) -> Formatted:
    """Read and format a file, or standard input."""
    if path is not None:
        source, raw = read(path), path.read_bytes()
    else:
        raw = sys.stdin.buffer.read()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            raise error("NMT006", f"is not UTF-8 text (byte {fault.start})", place=STDIN, help="send UTF-8") from None
        source = Source(STDIN, text.replace("\r\n", "\n").replace("\r", "\n"))
    return Formatted(source.path, raw, format_source(source).encode())


def _replace(path: Path, content: bytes) -> None:
    """Put new content in a file's place, whole or not at all; its mode stays, and a link stays a link."""
    real = path.resolve()
    try:
        mode = stat.S_IMODE(real.stat().st_mode)
        # Where the folder can be written, a read-only file could be replaced: it was made so on purpose.
        if not mode & 0o222 or not os.access(real, os.W_OK):
            raise error("NMT610", "is read-only", place=str(path), help="make it writable, or see --diff")
        handle, beside = tempfile.mkstemp(prefix=f".{real.name}.", suffix=".part", dir=real.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(beside).chmod(mode)
            Path(beside).replace(real)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as fault:
        raise error("NMT610", f"cannot be written: {fault.strerror}", place=str(path)) from None


def _tell(done: list[Formatted], keep: bool, diff: bool, *, piped: bool) -> None:
    """What people read: the text itself, the changes, or which files changed."""
    for one in done:
        if diff:
            for line in one.diff():
                click.secho(line, fg=COLOURS.get(line[:1]))
        elif piped and not keep:
            sys.stdout.buffer.write(one.after)
        elif one.changed:
            click.echo(f"{one.name}: {'would change' if keep else 'formatted'}")


def _report(done: list[Formatted], findings: list[Diagnostic], diff: bool) -> None:
    """What machines read."""
    files: list[dict[str, Any]] = [{"file": one.name, "changed": one.changed} for one in done]
    if diff:
        for entry, one in zip(files, done, strict=True):
            entry["diff"] = "".join(f"{line}\n" for line in one.diff())
    click.echo(json.dumps({"files": files, "diagnostics": [to_json(one) for one in findings]}, indent=2))


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends; only a line feed ends one, so that a carriage return shows as a change."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end
