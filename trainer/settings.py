"""What can be chosen about training, with values that were found good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import Factory, asdict, field, frozen


@frozen
class Settings:
    """Settings of end-to-end training. The learning rate warms up, then follows a cosine down to `last` of itself.

    `hold_out` of the training pictures select the best epoch; the evaluation split is never looked at. `contracts` says
    which values are looked at while it trains (`compiler/contracts.py`).
    """

    epochs: int = 16
    images: int = 24  # pictures a batch, each with all of its questions
    lr: float = 2e-3
    warmup: int = 50  # steps
    last: float = 0.02
    clip: float = 5.0  # of the norm of all gradients
    weight_decay: float = 0.0
    patience: int = 10  # epochs without a better selection accuracy
    hold_out: float = 0.05
    depth: int | None = None  # deeper programs are left out of training
    contracts: str = "boundary"
    seed: int = 0
    impl: str | None = None
    modules: Mapping[str, Mapping[str, int | float]] = field(default=Factory(dict))

    def plain(self) -> dict[str, Any]:
        """As values that JSON can hold."""
        return asdict(self)
