"""Files that are either whole or not there."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


@contextmanager
def atomic(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that takes its place at `path` when the block ends well, and leaves nothing otherwise."""
    # The name is always the same, so what a killed run left is written over by the next one.
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            yield file
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def json_list(path: Path, info: Mapping[str, Any], key: str) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Write `{"info": ..., key: [...]}`, entry by entry, so that a large file never lies in memory."""
    with atomic(path) as file:
        file.write(f'{{"info": {json.dumps(info)}, {json.dumps(key)}: ['.encode())
        before = b"\n"

        def write(entry: Mapping[str, Any]) -> None:
            nonlocal before
            file.write(before + json.dumps(entry).encode())
            before = b",\n"

        yield write
        file.write(b"\n]}\n")
