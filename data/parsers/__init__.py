"""Parsers of English: a server, spaCy, stanza."""

from .parser import PARSERS, Parser, parser_of

__all__ = ["PARSERS", "Parser", "parser_of"]
