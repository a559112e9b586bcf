"""Where tensors live, and how many cores work on them."""

from __future__ import annotations

import os

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
    if made.type == "meta":
        raise error("NMT611", f"`--device {name}` holds no numbers", help="there are cpu, cuda and auto")
    if made.type == "cuda" and not torch.cuda.is_available():
        raise error("NMT611", "no CUDA device can be used", help="--device cpu, or a build of torch with CUDA")
    try:
        torch.zeros(1, device=made)
    except (RuntimeError, NotImplementedError, AssertionError):
        raise error("NMT611", f"the device {name} cannot be used", help="there are cpu, cuda and auto") from None
    return made


def use_threads(count: int | None) -> None:
    """Let torch use so many cores; by default all but one.

    Batches are planned ahead on a core of their own: with threads on all cores the two wait for each other.
    """
    torch.set_num_threads(count or max(1, (os.cpu_count() or 1) - 1))
