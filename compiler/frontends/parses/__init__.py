"""Readers of parsed sentences: what parsers write -> words, tags and typed dependencies."""

from .align import Asked, align
from .blocks import Given
from .parse import Edge, Parse
from .readers import KINDS, kind_of, read_parses
from .write import write_conllu, write_stanford

__all__ = [
    "KINDS",
    "Asked",
    "Edge",
    "Given",
    "Parse",
    "align",
    "kind_of",
    "read_parses",
    "write_conllu",
    "write_stanford",
]
