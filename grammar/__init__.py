"""Grammar files and the parse tables made from them."""

from .tables import load

__all__ = ["load"]
