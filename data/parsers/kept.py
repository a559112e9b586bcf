"""Answers kept on disk, by the hash of what they answer."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from attrs import frozen


@frozen
class Kept:
    """A folder of answers. Several may write to it at once: a file is there whole, or not at all."""

    folder: Path

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self.folder / name[:2] / f"{name[2:]}.json"

    def get(self, key: str) -> bytes | None:
        """What was kept, or None. The first line is a hash of the rest: what is damaged counts as not there."""
        try:
            first, _, answer = self._path(key).read_bytes().partition(b"\n")
        except OSError:
            return None
        return answer if first == _sum(answer) else None

    def put(self, key: str, answer: bytes) -> None:
        """Keep an answer; raises OSError where the folder cannot be written."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:
            try:
                file.write(_sum(answer) + b"\n" + answer)
                file.close()
                os.replace(file.name, path)  # noqa: PTH105 -- the file has a name, not a path
            except OSError:  # the disk is full
                Path(file.name).unlink(missing_ok=True)
                raise


def _sum(answer: bytes) -> bytes:
    return hashlib.sha256(answer).hexdigest().encode()
