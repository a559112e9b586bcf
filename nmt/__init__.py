"""Neural data types: networks of typed neural modules.

    import nmt
    iface = nmt.load("clevr")                            # raises nmt.CompileError with all findings
    net = iface.network(dims={"C": 352, "H": 10, "W": 15})
    out = net({"image": features, "cells": cells}, programs)

Names are imported when they are asked for: checking an interface never waits for torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nmt.compiler.diagnostics import CompileError, Diagnostic
    from nmt.compiler.frontends import read_programs
    from nmt.compiler.terms import Record

    from .facade import Interface, load
    from .model import Model

__all__ = ["CompileError", "Diagnostic", "Interface", "Model", "Record", "load", "read_programs"]

_HOMES = {
    "CompileError": "nmt.compiler.diagnostics",
    "Diagnostic": "nmt.compiler.diagnostics",
    "Interface": "nmt.facade",
    "Model": "nmt.model",
    "Record": "nmt.compiler.terms",
    "load": "nmt.facade",
    "read_programs": "nmt.compiler.frontends",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'nmt' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
