"""How much an answer counts, by how many annotators gave it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

ENOUGH = 3  # annotators that make an answer right

Floats = npt.NDArray[np.float64]


def plain(annotators: int) -> Floats:
    """min(agreeing / 3, 1) for 0 .. `annotators` that agree: (annotators + 1,)."""
    return np.minimum(np.arange(annotators + 1) / ENOUGH, 1.0)


def official(annotators: int) -> Floats:
    """The same, as the official server has it: the mean over each annotator left out in turn; (annotators + 1,).

    Of `n` annotators `k` agree. Without one of those k - 1 are left, without another k. A single annotator is not left
    out of itself.
    """
    if annotators < 2:
        return plain(annotators)
    agreeing = np.arange(annotators + 1)
    without = np.minimum(np.maximum(agreeing - 1, 0) / ENOUGH, 1.0)
    part = agreeing / annotators
    made: Floats = part * without + (1 - part) * plain(annotators)
    return made


METRICS = {"vqa": plain, "official": official}
