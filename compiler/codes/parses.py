"""4xx: what parsers write."""

from .code import Code

CODES: tuple[Code, ...] = ()
