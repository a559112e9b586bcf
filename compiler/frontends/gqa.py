"""GQA questions with their `semantic` programs."""

from __future__ import annotations

from .format import Format

FORMATS: tuple[Format, ...] = ()
