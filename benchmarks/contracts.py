"""What contracts cost: a training step with them against one without, in turn, planning included.

    python benchmarks/contracts.py [QUESTIONS.json] [--device cpu] [--rounds 60] [--threads 1] [--out FILE]

The limit is 3 % for `boundary`, the default of training; `all` looks at every value and has none. The cost is the
median of the ratios of neighbouring steps, so that what else the machine does falls on both.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from execute import SIZES, Case, made_questions
from record import record, verdict

from nmt.compiler.backends import batched
from nmt.compiler.compiled import compile_programs
from nmt.compiler.contracts import Contracts
from nmt.compiler.frontends import read_programs
from nmt.compiler.plan import make_plan
from nmt.compiler.programs import Checker
from nmt.loading import load_checked
from nmt.stdlib.implement import network

LIMIT = 1.03


def step(case: Case, optimizer: torch.optim.Optimizer, level: str) -> float:
    """Seconds of one training step."""
    start = time.perf_counter()
    rows = {"image": case.picture, "cells": np.zeros(len(case.picture), dtype=np.int64)}
    names = case.net.interface.sources
    plan = make_plan(case.encoded, np.arange(len(case.chosen)), {name: rows[name] for name in names})
    schedule = case.encoded.schedule
    watching = () if level == "off" else (Contracts(level, case.net.interface, schedule, plan),)
    log = batched.run(case.net, schedule, plan, case.sources, watching)
    loss = -log[:, 0].mean()
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(case.net.parameters(), 5.0)
    optimizer.step()
    if case.device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", nargs="?", type=Path)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    device = torch.device(given.device)
    found: list[dict[str, Any]] = []
    print("interface     step, ms  boundary  all    at most")
    with tempfile.TemporaryDirectory() as folder:
        path = given.questions or made_questions(Path(folder))
        for name in ("clevr", "clevr_paper"):
            interface = load_checked(name)
            compiled = compile_programs(read_programs(path), Checker(interface, interface.model()), str(path))
            net = network(interface, SIZES).to(device).train()
            case = Case(interface, net, compiled.accepted, 240, 10, device)
            optimizer = torch.optim.AdamW(net.parameters(), lr=1e-4)
            found.append({"interface": name, **measure(case, optimizer, given.rounds)})
    record(given.out, {"figures": found, "threads": given.threads, "device": given.device})


def measure(case: Case, optimizer: torch.optim.Optimizer, rounds: int) -> dict[str, float]:
    """Time the levels in turn, and print a line."""
    levels = ("off", "boundary", "all")
    for level in levels:
        step(case, optimizer, level)
    times: dict[str, list[float]] = {level: [] for level in levels}
    for number in range(rounds):
        for level in levels if number % 2 else levels[::-1]:
            times[level].append(step(case, optimizer, level))
    cost = {
        level: statistics.median(a / b for a, b in zip(times[level], times["off"], strict=True)) for level in levels
    }
    name, off = case.net.interface.package, statistics.median(times["off"])
    print(
        f"{name:12}  {1000 * off:8.1f}  {100 * (cost['boundary'] - 1):7.1f}%  {100 * (cost['all'] - 1):4.1f}%"
        f"  {100 * (LIMIT - 1):.0f}%: {verdict(cost['boundary'], LIMIT, least=False)}",
        flush=True,
    )
    return {"off_seconds": off, "boundary": cost["boundary"], "all": cost["all"], "limit": LIMIT}


if __name__ == "__main__":
    main()
