"""The search for a counterexample: hypothesis draws, and shrinks what fails, without a word of its own."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import TypeVar

import torch
from attrs import frozen
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

from .property import Violation

T = TypeVar("T")
PATIENCE = 10.0  # seconds of shrinking


@frozen
class Search:
    """How hard to try: `examples` a search, the same ones for the same `seed`."""

    examples: int = 20
    seed: int = 0

    def every(
        self, strategy: st.SearchStrategy[T], holds: Callable[[T], object], *, examples: int | None = None
    ) -> None:
        """Call `holds` with many examples; raises the `Violation` of the smallest that was found.

        Random numbers of torch begin anew with each example, so that one that fails fails again.
        """
        found: list[Violation] = []
        until = [float("inf")]

        def run(example: T) -> None:
            if time.monotonic() > until[0]:
                return
            torch.manual_seed(self.seed)
            try:
                holds(example)
            except Violation as violation:
                violation.example = violation.example or _shown(example)
                if not found:
                    until[0] = time.monotonic() + PATIENCE
                found.append(violation)
                raise

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                _hypothesis(run, strategy, examples or self.examples, self.seed)
        except Exception:
            # Also where hypothesis finds that a module fails only now and then: that it did is what counts.
            if not found:
                raise
        if found:
            raise found[-1] from None  # shrinking goes down: the last that failed is the smallest


def _shown(example: object) -> str:
    """An example in words; several that belong together one below the other."""
    return "\nand\n".join(map(str, example)) if isinstance(example, tuple) else str(example)


def _hypothesis(run: Callable[[T], None], strategy: st.SearchStrategy[T], examples: int, number: int) -> None:
    quiet = settings(
        max_examples=examples,
        database=None,
        deadline=None,
        print_blob=False,
        derandomize=False,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    seed(number)(quiet(given(strategy)(run)))()
