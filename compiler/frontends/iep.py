"""clevr-iep's strings: CLEVR programs in prefix or postfix order."""

from __future__ import annotations

from .format import Format

FORMATS: tuple[Format, ...] = ()
