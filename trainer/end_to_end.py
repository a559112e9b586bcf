"""End-to-end training: all modules at once, from answers alone."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from attrs import define, field
from torch.nn.utils import clip_grad_norm_

from nmt.compiler.backends import batched
from nmt.compiler.contracts import Contracts, Violation
from nmt.compiler.diagnostics import error
from nmt.compiler.network import Network
from nmt.compiler.schedule import Ints

from .batches import Batch, batches, images_of
from .columns import cells
from .runs import Run
from .settings import Settings
from .softs import Softs
from .splits import Split
from .truth import Bools, Floats, choose, nll

Step = Callable[[int, int, int, float], None]  # epoch, steps done, steps in all, loss
Epoch = Callable[[dict[str, Any]], None]


def forward(
    net: Network,
    split: Split,
    batch: Batch,
    device: torch.device,
    contracts: str = "off",
    observers: Sequence[batched.Observer] = (),
) -> torch.Tensor:
    """log(p) of every answer for the questions of a batch, (B, answers).

    Raises CompileError where a value leaves its domain that `contracts` look at.
    """
    sources = {name: table.to(device, non_blocking=True) for name, table in batch.sources.items()}
    sources["cells"] = cells(*split.grid).to(device)
    schedule = split.encoded.schedule
    if contracts != "off":
        observers = (*observers, Contracts(contracts, net.interface, schedule, batch.plan))
    try:
        return batched.run(net, schedule, batch.plan, sources, observers)
    except Violation as fault:
        question = int(split.number[batch.which[fault.program]])
        raise fault.worded(f"{split.name}: question {question}, node {fault.call}") from None


def hold_out(images: Ints, settings: Settings) -> tuple[Ints, Ints]:
    """Pictures to train on, and pictures to select by: whole pictures, so that no question leaks."""
    order = np.random.default_rng([settings.seed, 0]).permutation(images)
    count = max(1, round(len(images) * settings.hold_out))
    return np.sort(order[count:]), np.sort(order[:count])


@define
class Trainer:
    """Trains a network on a split, epoch by epoch; `run` keeps what it makes.

    The best epoch is the one that answers most of `selection` right; without one, of pictures of the split held out.
    """

    net: Network
    split: Split
    run: Run
    settings: Settings
    device: torch.device
    selection: Split | None = None
    on_step: Step = field(default=lambda *_: None)
    on_epoch: Epoch = field(default=lambda _: None)

    softs: Softs = field(init=False)
    last: dict[str, Any] = field(init=False, factory=dict)  # what was logged of the last epoch

    def __attrs_post_init__(self) -> None:
        self.softs = Softs(self.net)

    def train(self, deadline: float | None = None) -> dict[str, Any]:
        """Train until the last epoch, until patience ends, or until `deadline` (seconds from now); return the state.

        A run that was stopped goes on after its last whole epoch, with the weights that it would have had: all that
        is random is drawn anew at the start of each epoch, from the seed and its number.
        """
        begin = time.monotonic()
        optimizer = torch.optim.AdamW(
            self.net.parameters(), lr=self.settings.lr, weight_decay=self.settings.weight_decay
        )
        train, chosen = images_of(self.split), self.selection
        if chosen is None:
            chosen = self.split
            train, select = hold_out(train, self.settings)
            if not len(train):
                message = "all questions are about one picture: it cannot be trained on and held out to select with"
                raise error("NMT605", message, place=self.split.name, help="give questions about two pictures or more")
        else:
            select = images_of(chosen)
        state = self.run.resume(self.net, optimizer) or {"epoch": 0, "best": -1.0, "best_epoch": 0, "seconds": 0.0}
        spent = float(state["seconds"])
        while state["epoch"] < self.settings.epochs:
            if state["epoch"] - state["best_epoch"] >= self.settings.patience:
                break
            epoch = state["epoch"] + 1
            loss = self._epoch(epoch, train, optimizer)
            right = predict(self.net, chosen, select, self.device)[1]
            assert right is not None, "a split to select with has answers"
            accuracy = float(np.mean(right))
            best = accuracy > state["best"]
            seconds = spent + time.monotonic() - begin
            state = {
                "epoch": epoch,
                "best": accuracy if best else state["best"],
                "best_epoch": epoch if best else state["best_epoch"],
                "seconds": round(seconds, 2),
            }
            self.run.save(state, self.net, optimizer, best=best)
            line = {
                "epoch": epoch,
                "loss": round(loss, 5),
                "selection": round(accuracy, 5),
                "seconds": round(seconds, 2),
                **({"soft": self.softs.take()} if self.softs else {}),
            }
            self.run.log(line)
            self.last = line
            self.on_epoch(line)
            if deadline is not None and time.monotonic() - begin > deadline:
                break
        return state

    def _epoch(self, epoch: int, images: Ints, optimizer: torch.optim.Optimizer) -> float:
        settings = self.settings
        order = np.random.default_rng([settings.seed, epoch]).permutation(images)
        torch.manual_seed(settings.seed * 100_003 + epoch)
        steps = math.ceil(len(images) / settings.images)
        self.net.train()
        total, count = 0.0, 0
        sources = tuple(self.net.interface.sources)
        for done, batch in enumerate(
            batches(self.split, order, settings.images, sources=sources, depth=settings.depth)
        ):
            step = (epoch - 1) * steps + done
            for group in optimizer.param_groups:
                group["lr"] = settings.lr * rate(step, steps * settings.epochs, settings)
            self.softs.begin()
            watching = (self.softs,) if self.softs else ()
            log = forward(self.net, self.split, batch, self.device, settings.contracts, watching)
            assert batch.target is not None, "a split to train on has answers"
            loss = nll(log, batch.target.to(self.device))
            soft = self.softs.loss()
            if soft is not None:
                loss = loss + soft
            value = float(loss.detach())
            if not math.isfinite(value):
                message = f"the loss is {value} in epoch {epoch}, step {done + 1}"
                help_ = "try a smaller --lr; what was kept is the last whole epoch"
                raise error("NMT615", message, place=str(self.run.path), help=help_)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            clip_grad_norm_(self.net.parameters(), settings.clip)
            optimizer.step()
            total += value * len(batch.which)
            count += len(batch.which)
            self.on_step(epoch, done + 1, steps, total / count)
        if not count:
            least = int(self.split.depth.min())
            raise error("NMT614", f"no program is as shallow as --depth {settings.depth}", help=f"the least is {least}")
        return total / count


def rate(step: int, steps: int, settings: Settings) -> float:
    """The part of the learning rate at a step: warm-up, then a cosine down to `last`."""
    warm = min(1.0, (step + 1) / max(settings.warmup, 1))
    return warm * (settings.last + (1 - settings.last) * 0.5 * (1 + math.cos(math.pi * step / max(steps, 1))))


def predict(
    net: Network,
    split: Split,
    images: Ints,
    device: torch.device,
    size: int = 32,
    on_batch: Callable[[int], None] | None = None,
) -> tuple[Ints, Bools | Floats | None, Ints]:
    """Questions about some pictures, what each answer counts (None where nobody knows), and the answers given."""
    net.eval()
    which: list[Ints] = []
    given: list[Ints] = []
    with torch.inference_mode():
        for batch in batches(split, images, size, sources=tuple(net.interface.sources)):
            log = forward(net, split, batch, device)
            which.append(batch.which)
            given.append(choose(log, split.silent))
            if on_batch is not None:
                on_batch(len(batch.which))
    asked, said = np.concatenate(which), np.concatenate(given)
    return asked, None if split.truth is None else split.truth.credit(asked, said), said
