"""Readers: files -> programs, streaming."""

from .clevr import read_questions

__all__ = ["read_questions"]
