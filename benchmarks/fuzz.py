"""No input, however broken, ends in a traceback, hangs, or eats memory.

Every input is checked as a file, its findings are worded for people and for machines, and it is formatted, and edited
from the input before it, as in an editor. A `CompileError` is the one exception that may come out. One input has a
second of processor time, a long one more in proportion, and may not make the process grow much.

python benchmarks/fuzz.py [--count 200000] [--seed 0] [--kind grammar|mutated|bytes|nested|files]... [--out FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import Factory, define
from broken import any_bytes, drawn, mutated
from extreme import arranged, nested
from record import record

from nmt.compiler.diagnostics import CompileError, Diagnostic, Report, render, to_json
from nmt.compiler.edits import Edited
from nmt.compiler.format import format_source
from nmt.compiler.parse import read
from nmt.compiler.source import Source, Span
from nmt.loading import check_file

KINDS = {"grammar": drawn, "mutated": mutated, "bytes": any_bytes, "nested": nested}
SECONDS = 1.0  # of processor time; twenty times that by the clock, for what waits instead
CHARACTERS = 10_000  # that one second is for: a text is read five times here, and 10,000 lines have 8 for one
GROWTH = 300  # MiB that one input may make the process grow by
MOST = 6_000  # MiB that the process may ever take


class TooLong(BaseException):
    """Time is up. No `except Exception` may swallow it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises TooLong after some time of the processor, or twenty times that of the clock."""
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.2)
    signal.setitimer(signal.ITIMER_REAL, 20 * seconds, 0.2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def late(*_: object) -> None:
    """What the alarm does."""
    raise TooLong


def placed(span: Span) -> None:
    """Check that a span lies in its text, and that its line and column are right."""
    text = span.source.text
    assert 0 <= span.start <= span.end <= len(text) + 1, "a span lies outside of its text"
    line, column = span.source.position(span.start)
    assert line == text.count("\n", 0, span.start) + 1, "a line is wrong"
    assert column == span.start - text.rfind("\n", 0, span.start), "a column is wrong"


def said(findings: tuple[Diagnostic, ...]) -> None:
    """Check that findings can be shown, to people and to machines."""
    for at, finding in enumerate(findings):
        shown = render(finding)
        plain = json.dumps(to_json(finding))
        assert len(shown) < 20_000, "a finding takes more than some pages"
        assert plain
        shown.encode()
        for span in (finding.span, *(note.span for note in finding.notes)) if at < 50 else ():
            if span is not None:
                placed(span)


def tried(path: Path, swaps: Mapping[str, str], edited: Edited | None) -> tuple[str, Edited | None]:
    """Do all that is done with a file; how it ended."""
    try:
        source = read(path)
    except CompileError as fault:
        said(fault.diagnostics)
        return "unreadable", edited
    try:
        interface, findings = check_file(path, swaps)
    except CompileError as fault:  # too much that is no token
        interface, findings = None, fault.diagnostics
    said(findings)
    if interface is not None:
        assert len(interface.hash) == 16
    broken = any(finding.code.startswith("NMT00") for finding in findings)
    try:
        formatted = format_source(source)
    except CompileError as fault:
        codes = {finding.code for finding in findings}
        said_anew = [finding.code for finding in fault.diagnostics if finding.code not in codes]
        assert not said_anew, "what parses is not formatted"
        said(fault.diagnostics)
    else:
        assert format_source(Source(source.path, formatted)) == formatted, "what is formatted is formatted anew"
    if len(source.text) < CHARACTERS:
        edited = _edit(source, edited)
    return ("fine" if interface is not None else "syntax" if broken else "error"), edited


def _edit(source: Source, edited: Edited | None) -> Edited:
    if edited is None:
        edited = Edited(source)
    else:
        edited.edit(source)
    try:
        edited.parse(source, Report())
    except CompileError as fault:
        said(fault.diagnostics)
    return edited


@define
class Fuzz:
    """What has come out so far."""

    folder: Path
    counts: Counter[str] = Factory(Counter)
    slowest: list[tuple[float, str]] = Factory(list)
    faults: dict[str, tuple[str, int]] = Factory(dict)  # by where they were raised: an input, and how often
    edited: Edited | None = None

    def input(self, name: str, data: bytes) -> None:
        """Put one text to the test."""
        path = self.folder / "input.nmt"
        path.write_bytes(data)
        self.file(name, path, {}, len(data))

    def file(self, name: str, path: Path, swaps: Mapping[str, str], size: int = 0) -> None:
        """Put one file to the test."""
        before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        ended = "fault"
        try:
            with limited(SECONDS * max(1.0, size / CHARACTERS)):
                ended, self.edited = tried(path, swaps, self.edited)
        except TooLong as fault:
            self._fault("too long", name, path, fault)
        except (Exception, MemoryError, RecursionError) as fault:  # noqa: BLE001 -- which there are is the question
            self._fault(repr(fault)[:200], name, path, fault)
        seconds = time.process_time() - start
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        if grown > GROWTH and self.counts.total() > 50:
            self._fault(f"grew by more than {GROWTH} MiB", name, path, None)
        self.counts[ended] += 1
        self.slowest = sorted([*self.slowest, (seconds, name)], reverse=True)[:5]

    def _fault(self, what: str, name: str, path: Path, fault: BaseException | None) -> None:
        self.edited = None
        frames = traceback.extract_tb(fault.__traceback__ if fault else None)
        own = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        own = [frame for frame in own if not frame.startswith("fuzz.py")][-4 if what != "too long" else -8 :]
        key = type(fault).__name__ + " " + " < ".join(reversed(own[-3:] if what != "too long" else own[:3]))
        known, count = self.faults.get(key, (None, 0))
        if known is None:
            known = f"{what}, {name}\n    {' < '.join(reversed(own))}\n    {path.read_bytes()[:300]!r}"
            print(f"FAULT {key}\n    {known}", flush=True)
        self.faults[key] = (known, count + 1)


def run(kind: str, count: int, seed: int, folder: Path) -> Fuzz:
    """Try many inputs of one kind, each of a chance of its own, so that any can be had again."""
    fuzz = Fuzz(folder)
    if kind == "files":
        for at, (path, swaps) in enumerate(arranged(random.Random(seed), folder)):
            fuzz.file(f"files {at} {swaps}", path, swaps)
        return fuzz
    for at in range(seed, seed + count):
        fuzz.input(f"--kind {kind} --seed {at} --count 1", KINDS[kind](random.Random(f"{kind} {at}")))
    return fuzz


def main() -> int:
    """Run, print, and say by the exit status whether there were faults."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2_000, help="inputs of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", action="append", choices=[*KINDS, "files"])
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    signal.signal(signal.SIGPROF, late)
    signal.signal(signal.SIGALRM, late)
    resource.setrlimit(resource.RLIMIT_AS, (MOST << 20, MOST << 20))
    figures: dict[str, Any] = {}
    for kind in given.kind or [*KINDS, "files"]:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            start = time.process_time()
            fuzz = run(kind, given.count, given.seed, Path(folder))
            seconds = time.process_time() - start
            os.chdir("/")
        total = fuzz.counts.total()
        print(f"{kind}: {total:,} inputs in {seconds:.0f} s, {total / seconds:.0f} a second; {dict(fuzz.counts)}")
        for slow, name in fuzz.slowest:
            print(f"  {slow:.3f} s  {name}")
        for known, often in fuzz.faults.values():
            print(f"  FAULT, {often} times: {known}")
        figures[kind] = {
            "inputs": total,
            "seconds": seconds,
            "outcomes": dict(fuzz.counts),
            "slowest": fuzz.slowest[0],
            "faults": [{"what": known, "times": often} for known, often in fuzz.faults.values()],
        }
    figures["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"at most {figures['peak_mib']:.0f} MiB")
    record(given.out and Path(given.out), figures)
    return 1 if any(figures[kind]["faults"] for kind in given.kind or [*KINDS, "files"]) else 0


if __name__ == "__main__":
    sys.exit(main())
