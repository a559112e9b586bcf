"""Primitives: what ops may compute, and where the outcome lies."""

from .given import SIGNS, Fault, Given
from .table import COMPARISONS, MEANT, NAMED, PRIMITIVES, Primitive, arity, infer

__all__ = ["COMPARISONS", "MEANT", "NAMED", "PRIMITIVES", "SIGNS", "Fault", "Given", "Primitive", "arity", "infer"]
