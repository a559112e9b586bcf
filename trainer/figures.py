"""Figures: accuracy by type and depth, and the course of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from .evaluation import Evaluation, Share

mpl.use("Agg")
BLUE, GRAY, ORANGE = "#2c6fbb", "#888888", "#d1703c"


def draw_evaluation(evaluation: Evaluation, path: Path, title: str) -> None:
    """Accuracy by question type and by depth, with intervals, as a PNG."""
    figure = Figure(figsize=(11, 5.2), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
    overall = evaluation.overall
    figure.suptitle(f"{title}: {overall.accuracy:.1%} of {overall.count:,} questions", fontsize=13)
    names = sorted(evaluation.by_type, key=lambda name: evaluation.by_type[name].accuracy)
    parts = [evaluation.by_type[name] for name in names]
    left.errorbar(
        [100 * part.accuracy for part in parts],
        range(len(names)),
        xerr=_spread(parts),
        fmt="o",
        color=BLUE,
        ecolor=GRAY,
        capsize=2,
        markersize=5,
    )
    left.set_yticks(range(len(names)), [f"{name}  ({evaluation.by_type[name].count:,})" for name in names])
    left.set_xlim(min(60, 95 * min((part.low for part in parts), default=0)), 101)
    left.set_xlabel("accuracy, %")
    left.set_title("by question type (and how many)", fontsize=11)
    depths = list(evaluation.by_depth)
    shares = [evaluation.by_depth[depth] for depth in depths]
    right.errorbar(
        depths,
        [100 * part.accuracy for part in shares],
        yerr=_spread(shares),
        fmt="o-",
        color=BLUE,
        ecolor=GRAY,
        capsize=2,
        markersize=4,
    )
    right.axhline(100 * evaluation.baseline, color=ORANGE, linestyle="--", linewidth=1)
    right.annotate(
        "most frequent answer of the type",
        (depths[-1], 100 * evaluation.baseline),
        ha="right",
        va="bottom",
        color=ORANGE,
        fontsize=9,
    )
    right.set_xticks(depths)
    right.set_ylim(0, 102)
    right.set_xlabel("depth of the program (scene = 0)")
    right.set_ylabel("accuracy, %")
    right.set_title("by depth, with intervals of 95%", fontsize=11)
    for axes in (left, right):
        axes.grid(axis="x" if axes is left else "y", alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)


def _spread(parts: list[Share]) -> list[list[float]]:
    return [
        [100 * max(0.0, part.accuracy - part.low) for part in parts],
        [100 * max(0.0, part.high - part.accuracy) for part in parts],
    ]


def draw_history(history: list[dict[str, Any]], path: Path, title: str) -> None:
    """Loss and selection accuracy over the minutes of a run, as a PNG."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    minutes = [line["seconds"] / 60 for line in history]
    axes.plot(minutes, [100 * line["selection"] for line in history], "o-", color=BLUE, markersize=4)
    axes.set_xlabel("minutes of training")
    axes.set_ylabel("accuracy on held-out training pictures, %", color=BLUE)
    axes.set_ylim(0, 102)
    other = axes.twinx()
    other.plot(minutes, [line["loss"] for line in history], "s--", color=ORANGE, markersize=3)
    other.set_ylabel("training loss (nats)", color=ORANGE)
    other.set_ylim(bottom=0)
    axes.set_title(title, fontsize=11)
    axes.grid(alpha=0.3)
    figure.savefig(path, dpi=110)
