"""SHAPES: pictures of 3x3 cells with coloured shapes, questions of two places, and what is true of every node."""

from .folder import Shapes, recognise

__all__ = ["Shapes", "recognise"]
