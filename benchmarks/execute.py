"""`batched` against `reference`, forward and backward, planning included: ratios within one run, one thread.

    python benchmarks/execute.py [QUESTIONS.json] [--device cpu] [--rounds 5] [--out FILE]

Programs are those of a file of CLEVR questions, ten of each picture in a row; without a file they are made. Features
are random, of the sizes of the paper (514x10x15). `reference` runs the same modules on one sample and one node at a
time; every node of a program is run once, and nothing is made slow on purpose.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from record import record, verdict
from torch import Tensor

from nmt.compiler.backends import batched, reference
from nmt.compiler.check import Interface
from nmt.compiler.compiled import Accepted, compile_programs
from nmt.compiler.encode import encode
from nmt.compiler.frontends import read_programs
from nmt.compiler.lower import Lowering
from nmt.compiler.network import Network
from nmt.compiler.passes import inline, logarithm, prune, share
from nmt.compiler.plan import make_plan
from nmt.compiler.programs import Checker
from nmt.loading import load_checked
from nmt.stdlib.implement import network
from nmt.trainer.columns import cells

SIZES = {"C": 514, "H": 10, "W": 15}
CASES = ((250, 10, 4.0), (640, 10, 4.0), (64, 1, 1.5), (256, 1, 1.5))  # questions, questions a picture, least ratio
SIZE = (120, 80)  # of made pictures, in pixels
INTERFACES = ("clevr_paper", "clevr")


def made_questions(folder: Path) -> Path:
    """Questions of our own making, without pictures."""
    import json

    from nmt.data.micro_clevr.draw import draw_scene
    from nmt.data.micro_clevr.questions import Balance, draw_questions

    rng, balance = np.random.default_rng(0), Balance()
    questions: list[Any] = []
    for index in range(300):
        scene = draw_scene(rng, size=SIZE).to_json(index=index, filename=f"{index}.png", split="train", size=SIZE)
        questions.extend(draw_questions(scene, rng, balance, count=10))
    path = folder / "questions.json"
    path.write_text(json.dumps({"info": {}, "questions": questions}), encoding="utf-8")
    return path


class Case:
    """A batch of programs, and the two ways to run it."""

    def __init__(
        self, interface: Interface, net: Network, kept: list[Accepted], questions: int, each: int, device: torch.device
    ) -> None:
        self.net, self.device = net, device
        pictures = questions // each
        # Ten questions of a picture stand in a row: the first `each` of as many pictures as it takes.
        self.chosen = [
            kept[(picture * 10 + number) % len(kept)] for picture in range(pictures) for number in range(each)
        ]
        self.encoded = encode(
            ((item.record.term, item.checked) for item in self.chosen), Lowering(interface.bodies, log=True)
        )
        # One graph a program, as a straight loop would have: no node twice, none for nothing.
        self.graphs = [prune(share(logarithm(inline(item.checked.graph, interface.bodies)))) for item in self.chosen]
        torch.manual_seed(0)
        self.sources = {
            "image": torch.randn(pictures, *SIZES.values(), device=device),
            "cells": cells(SIZES["H"], SIZES["W"]).to(device),
        }
        self.picture = np.repeat(np.arange(pictures), each)

    def batched(self, *, backward: bool = True) -> Tensor:
        """Plan and run the batch."""
        rows = {"image": self.picture, "cells": np.zeros(len(self.picture), dtype=np.int64)}
        plan = make_plan(
            self.encoded, np.arange(len(self.chosen)), {name: rows[name] for name in self.net.interface.sources}
        )
        out = batched.run(self.net, self.encoded.schedule, plan, self.sources)
        if backward:
            out.exp().square().sum().backward()
        return out

    def reference(self, *, backward: bool = True) -> Tensor:
        """Run sample by sample."""
        made = []
        for item, graph, picture in zip(self.chosen, self.graphs, self.picture.tolist(), strict=True):
            out = reference.run(
                self.net, graph, item.record.term, item.checked, self.sources, {"image": picture, "cells": 0}
            )
            if backward:
                out.exp().square().sum().backward()
            made.append(out)
        return torch.cat(made)


def seconds(run: Callable[[], Tensor], net: Network, device: torch.device) -> float:
    """How long a run takes by the clock."""
    net.zero_grad()
    start = time.perf_counter()
    run()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", nargs="?", type=Path)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(1)
    device = torch.device(given.device)
    found: list[dict[str, Any]] = []
    print("interface     questions  a picture  reference q/s  batched q/s  forward  forward + backward  at least")
    with tempfile.TemporaryDirectory() as folder:
        path = given.questions or made_questions(Path(folder))
        for name in INTERFACES:
            interface = load_checked(name)
            compiled = compile_programs(read_programs(path), Checker(interface, interface.model()), str(path))
            net = network(interface, SIZES).to(device).eval()
            for questions, each, limit in CASES:
                case = Case(interface, net, compiled.accepted, questions, each, device)
                found.append(
                    {"interface": name, "questions": questions, "each": each, **measure(case, given.rounds, limit)}
                )
    record(given.out, {"figures": found, "threads": 1, "device": given.device})


def measure(case: Case, rounds: int, limit: float) -> dict[str, Any]:
    """Time both backends in turn, and print a line."""
    difference = float((case.batched(backward=False) - case.reference(backward=False)).detach().abs().max())
    assert difference < 1e-3, f"the backends differ by {difference}"
    both = [
        (seconds(case.reference, case.net, case.device), seconds(case.batched, case.net, case.device))
        for _ in range(rounds)
    ]
    with torch.inference_mode():
        ahead = [
            (
                seconds(lambda: case.reference(backward=False), case.net, case.device),
                seconds(lambda: case.batched(backward=False), case.net, case.device),
            )
            for _ in range(rounds)
        ]
    slow, fast = (statistics.median(side) for side in zip(*both, strict=True))
    forward = statistics.median(a for a, _ in ahead) / statistics.median(b for _, b in ahead)
    count = len(case.chosen)
    each, name = count // len(np.unique(case.picture)), case.net.interface.package
    print(
        f"{name:12}  {count:9}  {each:9}  {count / slow:13.0f}  {count / fast:11.0f}  {forward:6.1f}x"
        f"  {slow / fast:17.1f}x  {limit}x: {verdict(slow / fast, limit, least=True)}",
        flush=True,
    )
    found = {"reference_qps": count / slow, "batched_qps": count / fast, "forward": forward, "both": slow / fast}
    return {**found, "limit": limit}


if __name__ == "__main__":
    main()
