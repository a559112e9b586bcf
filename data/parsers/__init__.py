"""Parsers of English: a server, spaCy, stanza."""
