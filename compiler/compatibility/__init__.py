"""What a new version of an interface breaks: CALL, WEIGHTS, CACHE or MEANING."""

from .changes import BREAKS, CACHE, CALL, CODES, MEANING, WEIGHTS, Change
from .compare import compare
from .version import least_version, version_fault

__all__ = [
    "BREAKS",
    "CACHE",
    "CALL",
    "CODES",
    "MEANING",
    "WEIGHTS",
    "Change",
    "compare",
    "least_version",
    "version_fault",
]
