"""4xx: programs written as lines."""

from .code import Code

CODES: tuple[Code, ...] = ()
