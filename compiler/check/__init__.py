"""Checks: names, types and bounds of interfaces."""

from .interface import (
    Interface,
    LayoutSymbol,
    ModelSymbol,
    ModuleSymbol,
    OpSymbol,
    SourceSymbol,
    TargetSymbol,
    TypeSymbol,
)
from .packages import check

__all__ = [
    "Interface",
    "LayoutSymbol",
    "ModelSymbol",
    "ModuleSymbol",
    "OpSymbol",
    "SourceSymbol",
    "TargetSymbol",
    "TypeSymbol",
    "check",
]
