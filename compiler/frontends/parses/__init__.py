"""Readers of parsed sentences: what parsers write -> words, tags and typed dependencies."""
