"""Plain terms, one a line."""

from __future__ import annotations

from .format import Format

FORMATS: tuple[Format, ...] = ()
