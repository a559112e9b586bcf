"""Train `clevr` on a data set in CLEVR's layout by its commands, and hold the outcome against what it must reach.

    python benchmarks/clevr.py DATA OUT [--minutes 25] [--seeds 0 1] [--out FILE]

DATA holds images and questions of the splits train and val; OUT gets features and runs. Printed for each seed: minutes
of features and of training, accuracy on val, and the error of each question type at depths 6 to 10 and beyond 10, with
their ratio and its interval of 95% (bootstrap over pictures).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from record import record, verdict

from nmt.compiler.compiled import compile_programs
from nmt.compiler.frontends import read_programs
from nmt.compiler.programs import Checker
from nmt.loading import load_checked

ACCURACY, RATIO = 0.90, 1.3
# Types as CLEVR's authors group them.
GROUPS = {"equal_integer": "compare integer", "less_than": "compare integer", "greater_than": "compare integer"}


def group(function: str) -> str:
    """The question type of a program's last function."""
    if function.startswith("query"):
        return "query attribute"
    return GROUPS.get(function, "compare attribute" if function.startswith("equal") else function)


def nmt(*args: str) -> float:
    """Run a command and return its minutes by the clock."""
    start = time.monotonic()
    subprocess.run([sys.executable, "-m", "nmt", *args], check=True)
    return (time.monotonic() - start) / 60


def breakdown(questions: Path, answers: Path) -> list[dict[str, Any]]:
    """Errors by type at middle and great depth, and their ratio with an interval."""
    interface = load_checked("clevr")
    made = compile_programs(read_programs(questions), Checker(interface, interface.model()), str(questions))
    given = {one["question"]: one["answer"] for one in json.loads(answers.read_text(encoding="utf-8"))}
    records = [item.record for item in made.accepted if item.record.number in given]
    wrong = np.array([given[one.number] != one.columns["answer"] for one in records])
    depth = np.array([one.term.skeleton.depth for one in records])
    kind = np.array([group(one.term.skeleton.ops[-1]) for one in records])
    _, picture = np.unique([one.columns["image"] for one in records], return_inverse=True)
    found = []
    for name in ["all", *sorted(set(kind.tolist()))]:
        mine = np.ones(len(kind), dtype=bool) if name == "all" else kind == name
        middle, deep = mine & (depth >= 6) & (depth <= 10), mine & (depth > 10)
        low, high = _interval(wrong, middle, deep, picture)
        errors = float(wrong[middle].mean()), float(wrong[deep].mean())
        counts = int(middle.sum()), int(deep.sum())
        ratio = errors[1] / max(errors[0], 1e-9)
        found.append({"type": name, "counts": counts, "errors": errors, "ratio": ratio, "low": low, "high": high})
    return found


def _interval(wrong: Any, middle: Any, deep: Any, picture: Any, rounds: int = 2000) -> tuple[float, float]:
    """Of the ratio of errors, when pictures are drawn anew."""
    sums = np.stack([np.bincount(picture, weights=part) for part in (wrong & middle, middle, wrong & deep, deep)])
    draws = np.random.default_rng(0).integers(0, sums.shape[1], (rounds, sums.shape[1]))
    a, n, b, m = (column[draws].sum(1) for column in sums)
    ratios = (b / np.maximum(m, 1)) / np.maximum(a / np.maximum(n, 1), 1e-9)
    low, high = np.quantile(ratios, (0.025, 0.975))
    return float(low), float(high)


def main() -> None:
    """Run, print, record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("results", type=Path, metavar="OUT")
    parser.add_argument("--minutes", type=float, default=25.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    data, features = str(given.data), str(given.results / "features")
    extracted = nmt("data", "features", data, "--out", features)
    runs = []
    for seed in given.seeds:
        run = given.results / f"run-{seed}"
        options = ["--out", str(run), "--seed", str(seed), "--minutes", str(given.minutes)]
        trained = nmt("train", "clevr", data, "--features", features, *options)
        nmt("eval", str(run), data, "--features", features)
        accuracy = json.loads((run / "eval-val.json").read_text(encoding="utf-8"))["overall"]["accuracy"]
        table = breakdown(given.data / "questions" / "CLEVR_val_questions.json", run / "answers-val.json")
        runs.append({"seed": seed, "minutes": trained, "accuracy": accuracy, "depth": table})
        print(
            f"\nseed {seed}: {accuracy:.1%} on val (at least {ACCURACY:.0%}): {verdict(accuracy, ACCURACY, least=True)}"
        )
        print(f"features {extracted:.1f} minutes, training {trained:.1f} minutes (at most {given.minutes:.0f})")
        print("question type        6 to 10         beyond 10       ratio  95%           at most 1.3")
        for row in table:
            (n, m), (a, b) = row["counts"], row["errors"]
            print(
                f"{row['type']:18}  {a:6.1%} of {n:4}  {b:6.1%} of {m:4}  {row['ratio']:5.2f}"
                f"  {row['low']:.2f} to {row['high']:.2f}  {verdict(row['ratio'], RATIO, least=False)}"
            )
    record(given.out, {"features_minutes": extracted, "runs": runs})


if __name__ == "__main__":
    main()
