"""4xx: from parses to layouts."""

from .code import Code

CODES: tuple[Code, ...] = ()
