"""Lines of `.sps` and `.sps2` files: alternatives of heads, leaves and relations."""

from __future__ import annotations

from .format import Format

FORMATS: tuple[Format, ...] = ()
