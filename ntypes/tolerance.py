"""How far a computed number may lie outside a bound that was proved over the real numbers.

Run-time contracts and the tests of the proofs allow for the same.
"""

from __future__ import annotations

import math

from .domains import Domain, Simplex, hull

STEPS = 64  # roundings in a row that are allowed for: the longest bodies have some dozens of operations
SMALLEST = 1e-30  # float32 stores what is far smaller with fewer digits, or not at all


def rounding(eps: float, count: int = 1, magnitude: float = 1.0) -> float:
    """What rounding may add to a number; absolute, in the number's own unit.

    `eps` is the dtype's (`torch.finfo(dtype).eps`). `magnitude` is the largest number that took part, by default that
    of a chance: each operation rounds to so many digits, so its error grows with what it handles, and what was lost on
    large numbers stays lost when their difference is small. `count` is how many terms were summed. Added one after the
    other, as matrix products do, n equal numbers lose up to a quarter of n roundings, all in one direction; torch's
    own sums, in lanes and trees, lose far less.
    """
    return eps * max(magnitude, SMALLEST) * (STEPS + count / 4)


def magnitude(domain: Domain) -> float:
    """The largest number of a domain by size, or of its finite end; 0 where it has none."""
    if isinstance(domain, Simplex):
        return 1.0
    bound = hull(domain)
    return max((abs(end) for end in (bound.low, bound.high) if math.isfinite(end)), default=0.0)
