"""6xx: data sets, and parsers that are asked."""

from .code import Code

CODES: tuple[Code, ...] = ()
