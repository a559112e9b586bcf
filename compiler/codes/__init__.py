"""The table of diagnostics. It is imported where one is rendered or explained, and so imports nothing heavy.

To add a code: a row in the module of its hundred, a case in `tests/cases`, and `python -m nmt.compiler.codes`, which
writes docs/diagnostics.md.
"""

from collections.abc import Mapping

from . import (
    clevr_files,
    datasets,
    dims,
    files,
    layouts,
    lines,
    names,
    parses,
    programs,
    running,
    soft,
    syntax,
    types,
    versions,
)
from .code import PRELUDE, Code
from .rules import RULES

# The hundreds, by their first digit.
HUNDREDS = {
    "0": ("Syntax", syntax.CODES),
    "1": ("Names", names.CODES),
    "2": ("Dims", dims.CODES),
    "3": ("Types and bounds", types.CODES),
    "4": (
        "Programs",
        (*programs.CODES, *files.CODES, *lines.CODES, *clevr_files.CODES, *parses.CODES, *layouts.CODES),
    ),
    "5": ("Soft constraints and laws", soft.CODES),
    "6": ("Data, training and running", (*running.CODES, *datasets.CODES)),
    "7": ("Versions", versions.CODES),
}
TABLE: Mapping[str, Code] = {row.code: row for _, rows in HUNDREDS.values() for row in rows}

__all__ = ["HUNDREDS", "PRELUDE", "RULES", "TABLE", "Code"]
