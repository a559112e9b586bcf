"""n2nmn's layouts: `.sp` lines, prefix and postfix tokens."""

from __future__ import annotations

from .format import Format

FORMATS: tuple[Format, ...] = ()
