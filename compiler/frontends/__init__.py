"""Readers: files -> programs, streaming."""

from .formats import read_programs

__all__ = ["read_programs"]
