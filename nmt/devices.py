"""Where tensors live."""

from __future__ import annotations

import torch

from nmt.compiler.diagnostics import error


def device(name: str) -> torch.device:
    """`cpu`, `cuda`, `cuda:1`; `auto` takes CUDA where it is there. Raises CompileError for one that is not."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        made = torch.device(name)
    except RuntimeError:
        raise error("NMT611", f"`--device {name}` names no device", help="there are cpu, cuda and auto") from None
    if made.type == "cuda" and not torch.cuda.is_available():
        raise error("NMT611", "no CUDA device can be used", help="--device cpu, or a build of torch with CUDA")
    return made
