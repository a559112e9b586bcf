"""SHAPES: `.query` lines."""

from __future__ import annotations

from .format import Format

FORMATS: tuple[Format, ...] = ()
