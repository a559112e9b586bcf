"""Read every program of a folder of real files, write it back, and compare.

    python benchmarks/roundtrip.py DATA [--out FILE]

Files of lines (.sps2, .sps, .sp, .query) come back token for token. Programs in JSON come back equal, through their own
format and through every other that can hold them. Queries of SHAPES with a file `NAME_layout_symbols.json` beside them
have these symbols. Printed for each file: its format, the programs that were read, what was told instead, how many
differ (0 is expected), and lines or records a second (best of three). The exit status says whether anything differs.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from record import record as write_down

from nmt.compiler.diagnostics import CompileError, Diagnostic
from nmt.compiler.frontends.files import Input
from nmt.compiler.frontends.format import Format, Options
from nmt.compiler.frontends.formats import FORMATS, format_of
from nmt.compiler.frontends.shapes_query import symbols
from nmt.compiler.terms import Record

LINES = (".sps2", ".sps", ".sp", ".query")
LAYOUTS = "_layout_symbols.json"


def tokens(text: str) -> list[str]:
    """What stands in a line, without its blanks."""
    return re.findall(r"[();]|[^\s();]+", text)


def read(path: Path, kind: Format) -> tuple[list[Record], list[Diagnostic]]:
    """The programs of a file, and what was told."""
    found = list(kind.read(Input.of(path), Options()))
    return [one for one in found if isinstance(one, Record)], [one for one in found if isinstance(one, Diagnostic)]


def rate(path: Path, kind: Format) -> float:
    """Records a second, the best of three."""
    seconds, count = [], 0
    for _ in range(3):
        start = time.perf_counter()
        count = sum(1 for _ in kind.read(Input.of(path), Options()))
        seconds.append(time.perf_counter() - start)
    return count / min(seconds)


def of_lines(path: Path, kind: Format, programs: Sequence[Record]) -> dict[str, int]:
    """How many lines do not come back token for token, and how many layouts are not those beside the file."""
    assert kind.write is not None
    lines = path.read_text(encoding="utf-8").splitlines()
    written = "".join(kind.write(programs)).splitlines()
    found = {kind.name: abs(len(lines) - len(written))}
    found[kind.name] += sum(tokens(old) != tokens(new) for old, new in zip(lines, written, strict=False))
    beside = path.with_name(path.name + LAYOUTS)
    if beside.is_file():
        given = json.loads(beside.read_text(encoding="utf-8"))
        layouts = [list(symbols(one.term)) for one in programs]
        found["layouts"] = abs(len(given) - len(layouts))
        found["layouts"] += sum(old != new for old, new in zip(given, layouts, strict=False))
    return found


def through(kind: Format, programs: Sequence[Record], folder: Path) -> tuple[int, int]:
    """How many programs are not the same when written in a format and read again, and how many it cannot hold."""
    assert kind.write is not None
    held = list(_held(kind, programs))
    path = folder / kind.name
    path.write_text("".join(kind.write(held)), encoding="utf-8")
    again, told = read(path, kind) if held else ([], [])
    pairs = zip(held, again, strict=False)
    differ = sum(old.term != new.term and str(old.term) != str(new.term) for old, new in pairs)
    return differ + len(told) + abs(len(held) - len(again)), len(programs) - len(held)


def _held(kind: Format, programs: Sequence[Record]) -> Iterator[Record]:
    assert kind.write is not None
    for one in programs:
        try:
            "".join(kind.write([one]))
        except CompileError:
            continue
        yield one


def of_file(path: Path) -> dict[str, Any]:
    """All that is found in one file."""
    kind = format_of(Input.of(path))
    programs, told = read(path, kind)
    differ = of_lines(path, kind, programs) if path.suffix in LINES else {}
    held = {}
    with tempfile.TemporaryDirectory() as folder:
        for other in FORMATS.values():
            if other.write is None or other.name == "shapes-symbols" or (other is kind and path.suffix in LINES):
                continue
            wrong, without = through(other, programs, Path(folder))
            if without < len(programs):
                differ[other.name], held[other.name] = wrong, len(programs) - without
    counts = {"read": len(programs), "told": len(told), "differ": differ, "held": held}
    return {"file": path.name, "format": kind.name, **counts, "per_second": rate(path, kind)}


def main() -> int:
    """Run, print, record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    names = ("*_questions.json", *(f"*{suffix}" for suffix in LINES), f"*{LAYOUTS}")
    paths = sorted(path for name in names for path in given.data.rglob(name) if not path.name.startswith("LICENSE"))
    rows = []
    for path in paths:
        row = of_file(path)
        rows.append(row)
        print(f"{row['file']:42} {row['format']:14} {row['read']:7,} read {row['told']:4,} told", end="  ")
        print(
            f"{sum(row['differ'].values()):4,} differ  {row['per_second']:9,.0f}/s  ({', '.join(row['differ'])})",
            flush=True,
        )
    read_, told, differ = (
        sum(row["read"] for row in rows),
        sum(row["told"] for row in rows),
        sum(sum(row["differ"].values()) for row in rows),
    )
    print(f"{len(rows)} files, {read_:,} programs, {told:,} told, {differ:,} differ")
    write_down(given.out, {"files": rows, "read": read_, "told": told, "differ": differ})
    return 1 if told or differ or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
