"""Accuracy overall, by question type and by depth, with confidence intervals that know of pictures.

Questions about one picture share its errors, so they count for less than as many independent ones. Intervals are
Wilson's, of the effective number of questions: their number over the design effect of pictures as clusters (Kish).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen

from nmt.compiler.schedule import Ints

from .splits import Split
from .truth import Bools, Floats, baseline

Z = 1.959964  # of 95%
BANDS = ((0, 5), (6, 10), (11, None))  # depths that tables compare: shallow, middle, deep


@frozen
class Share:
    """How many of `count` are right, and an interval of 95% for the share, 0..1. An answer may be right in part."""

    right: float
    count: int
    low: float
    high: float

    @property
    def accuracy(self) -> float:
        """The share, 0..1."""
        return self.right / self.count if self.count else float("nan")

    def plain(self) -> dict[str, Any]:
        """As values that JSON can hold."""
        return {
            "accuracy": round(self.accuracy, 5),
            "right": round(self.right, 3),
            "count": self.count,
            "low": round(self.low, 5),
            "high": round(self.high, 5),
        }


def share(right: Bools | Floats, clusters: Ints) -> Share:
    """The share of right answers, or the mean of what they count; `clusters` says which picture each is about."""
    count, hits = len(right), right.sum().item()
    if count == 0:
        return Share(0, 0, 0.0, 1.0)
    effective = count / _design_effect(right, clusters)
    p = hits / count
    middle = (p + Z**2 / (2 * effective)) / (1 + Z**2 / effective)
    half = Z / (1 + Z**2 / effective) * np.sqrt(p * (1 - p) / effective + Z**2 / (4 * effective**2))
    return Share(hits, count, max(0.0, float(middle - half)), min(1.0, float(middle + half)))


def _design_effect(right: Bools | Floats, clusters: Ints) -> float:
    """The variance of the share with pictures as clusters, over that of independent questions; at least 1."""
    p, count = float(right.mean()), len(right)
    _, inverse = np.unique(clusters, return_inverse=True)
    pictures = int(inverse.max()) + 1
    if pictures < 2 or p in (0.0, 1.0):
        return 1.0
    residual = np.bincount(inverse, weights=right - p)
    clustered = pictures / (pictures - 1) * float((residual**2).sum()) / count**2
    return max(1.0, clustered / (p * (1 - p) / count))


@frozen
class Evaluation:
    """What a network does on a split; `others` is the overall share by other metrics.

    `by_family` is by type more finely, where the data tells families apart by words.
    """

    split: str
    overall: Share
    others: dict[str, Share]
    by_type: dict[str, Share]
    by_family: dict[str, Share]
    by_depth: dict[int, Share]
    by_band: dict[str, dict[str, Share]]  # question type, then band of depths
    baseline: float

    def plain(self) -> dict[str, Any]:
        """As values that JSON can hold."""
        return {
            "split": self.split,
            "overall": self.overall.plain(),
            **{name: part.plain() for name, part in self.others.items()},
            "baseline": round(self.baseline, 5),
            "by_type": {name: part.plain() for name, part in self.by_type.items()},
            **({"by_family": {name: one.plain() for name, one in self.by_family.items()}} if self.by_family else {}),
            "by_depth": {str(depth): part.plain() for depth, part in self.by_depth.items()},
            "by_type_and_depth": {
                name: {band: part.plain() for band, part in bands.items()} for name, bands in self.by_band.items()
            },
        }


def band_name(band: tuple[int, int | None]) -> str:
    """`6-10`, or `11+`."""
    low, high = band
    return f"{low}+" if high is None else f"{low}-{high}"


def evaluate(split: Split, which: Ints, right: Bools | Floats, said: Ints) -> Evaluation:
    """Break predictions down. `which` are the questions, `right` what each answer counts, `said` its number.

    The answers of the split must be known.
    """
    assert split.truth is not None, "what nobody knows cannot be compared"
    image, depth = split.image[which], split.depth[which]
    kind = np.array(split.kind)[which]

    def part(mask: Bools) -> Share:
        return share(right[mask], image[mask])

    kinds = sorted(set(kind.tolist()))
    family = np.array(split.family)[which] if split.family else np.array(())
    bands = {band: (depth >= band[0]) & (depth <= (band[1] if band[1] is not None else depth.max())) for band in BANDS}
    return Evaluation(
        split=split.name,
        overall=share(right, image),
        others={name: share(credit, image) for name, credit in split.truth.others(which, said).items()},
        by_type={name: part(kind == name) for name in kinds},
        by_family={name: part(family == name) for name in sorted(set(family.tolist()))},
        by_depth={int(at): part(depth == at) for at in np.unique(depth)},
        by_band={
            name: {band_name(band): part((kind == name) & mask) for band, mask in bands.items()} for name in kinds
        },
        baseline=baseline(split.truth, split.kind),
    )
