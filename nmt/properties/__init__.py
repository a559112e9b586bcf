"""Property tests of modules against their types: `nmt test`, and `check_module` from pytest."""

from .checking import check_module
from .property import NotApplicable, Outcome, Property, Violation
from .search import Search
from .subject import Bench, Subject
from .suite import PROPERTIES, check

__all__ = [
    "PROPERTIES",
    "Bench",
    "NotApplicable",
    "Outcome",
    "Property",
    "Search",
    "Subject",
    "Violation",
    "check",
    "check_module",
]
