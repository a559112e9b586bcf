"""Neural data types: networks of typed neural modules.

    import nmt
    iface = nmt.load("clevr")                            # raises nmt.CompileError with all findings
    net = iface.network(dims={"C": 352, "H": 10, "W": 15})
    out = net({"image": features, "cells": cells}, programs)

torch is imported when the first network is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nmt.compiler.diagnostics import CompileError, Diagnostic

from .facade import Interface, load

if TYPE_CHECKING:
    from .model import Model

__all__ = ["CompileError", "Diagnostic", "Interface", "Model", "load"]


def __getattr__(name: str) -> Any:
    if name == "Model":
        from .model import Model

        return Model
    raise AttributeError(f"module 'nmt' has no attribute {name!r}")
