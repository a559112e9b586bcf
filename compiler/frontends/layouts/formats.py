"""Files of parses as files of programs: what parsers write, turned into layouts by rules."""

from __future__ import annotations

from ..format import Format

FORMATS: tuple[Format, ...] = ()
