"""Neural data types: dims, domains, types and signatures."""

from .dims import Dim, Size
from .domains import REALS, UNIT, Domain, Interval, Simplex, Values
from .signatures import FamilyParam, Param, Signature
from .types import UNKNOWN, Fit, Misfit, Type, TypeName, fit, fit_by_structure

__all__ = [
    "REALS",
    "UNIT",
    "UNKNOWN",
    "Dim",
    "Domain",
    "FamilyParam",
    "Fit",
    "Interval",
    "Misfit",
    "Param",
    "Signature",
    "Simplex",
    "Size",
    "Type",
    "TypeName",
    "Values",
    "fit",
    "fit_by_structure",
]
