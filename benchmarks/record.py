"""How a benchmark writes down what it found: figures with the command, the versions and the machine."""

from __future__ import annotations

import json
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any


def record(out: Path | None, figures: dict[str, Any]) -> None:
    """Write figures with their provenance, where a file is asked for."""
    if out is None:
        return
    about = {
        "command": sys.argv,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("ntypes", "torch", "numpy", "lark", "attrs")},
        "machine": platform.machine(),
    }
    out.write_text(json.dumps({**about, **figures}, indent=2) + "\n", encoding="utf-8")


def verdict(value: float, limit: float, *, least: bool) -> str:
    """`pass` or `miss`."""
    return "pass" if (value >= limit if least else value <= limit) else "miss"
