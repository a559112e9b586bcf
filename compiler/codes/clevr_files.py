"""4xx: programs of CLEVR and GQA."""

from .code import Code

CODES: tuple[Code, ...] = ()
