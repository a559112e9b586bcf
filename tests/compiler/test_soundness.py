"""What is proved of an op's body holds: random bodies, random numbers of the domains, float32 and float64.

Bodies grow piece by piece, and the checker says of each piece whether it may be written and where it lies. The backend
then computes them, and every value on the way must lie where it was proved to be, but for rounding. Three things are no
rounding and no fault: a number past the largest float where its bound lies there too (`exp` of any real), what is
computed from such a number, and the loss of digits in a chain of unlucky operations, for which the bounds are also
tested one operation at a time.
"""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest
import torch
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from nmt.compiler.backends.primitives import apply
from nmt.compiler.backends.reference import convert
from nmt.compiler.bodies import SIZES, bodies, file, params, type_of, used
from nmt.compiler.check import check
from nmt.compiler.graph import Apply, Node, Read
from nmt.compiler.inline import Inliner
from nmt.compiler.source import Source
from nmt.ntypes import Interval, Simplex, Type, Values
from nmt.ntypes.domains import hull
from nmt.ntypes.tolerance import magnitude, rounding

ROWS = 10
CHAIN = 300.0  # how many times more a whole body may lose than one operation: digits go where large numbers cancel

# -- numbers


def numbers(type_: Type, sizes: dict[str, int], generator: torch.Generator) -> torch.Tensor:
    """Rows of a type, float64: at one end, at the other, at both, and between."""
    shape = (ROWS, *(sizes[str(size)] for size in type_.shape))
    pick = torch.rand(shape, generator=generator, dtype=torch.float64)
    match type_.domain:
        case Simplex(over):
            axis = 1 + [size.dim for size in type_.shape].index(over)
            sharp = torch.tensor([0.0, 1.0, 30.0, 1e3, 1e3], dtype=torch.float64)
            by = sharp[torch.randint(5, (ROWS,), generator=generator)].reshape(ROWS, *[1] * (len(shape) - 1))
            return torch.softmax(pick * by, axis)
        case Values(values):
            options = torch.tensor(values, dtype=torch.float64)
        case Interval(low, high):
            wide = torch.tensor([0.0, 1e-6, 0.3, 1.0, 30.0, 1e3], dtype=torch.float64)
            if math.isinf(low):
                options = torch.cat([wide, -wide])
            elif math.isinf(high):
                options = low + wide
            else:
                options = torch.tensor([low, high, low, high, 0.5 * (low + high)], dtype=torch.float64)
                inside = torch.rand(shape, generator=generator, dtype=torch.float64) * (high - low) + low
                at = torch.randint(5, shape, generator=generator)
                return both_ends(torch.where(pick < 0.5, options[at], inside), options)
    return both_ends(options[(pick * len(options)).long()], options)


def both_ends(drawn: torch.Tensor, options: torch.Tensor) -> torch.Tensor:
    drawn[0], drawn[1] = options[0], options[-1]
    drawn[2] = options[1 % len(options)]
    return drawn


def projected(value: torch.Tensor, type_: Type) -> torch.Tensor:
    """The nearest numbers inside the domain, as good as a dtype can say."""
    match type_.domain:
        case Values(values):
            options = torch.tensor(values, dtype=value.dtype)
            return options[(value.unsqueeze(-1) - options).abs().argmin(-1)]
        case Simplex(over):
            value = value.clamp_min(0)
            return value / value.sum(1 + [size.dim for size in type_.shape].index(over), keepdim=True)
    return value.clamp(type_.domain.low, type_.domain.high)


# -- the test


def ends(value: torch.Tensor, type_: Type) -> list[tuple[float, float]]:
    """By how much values lie outside of each end of a domain, and the size of that end."""
    value = value.double()
    match type_.domain:
        case Values(values):
            options = torch.tensor(values, dtype=torch.float64)
            return [((value.unsqueeze(-1) - options).abs().amin(-1).max().item(), magnitude(type_.domain))]
        case Simplex(over):
            total = value.sum(1 + [size.dim for size in type_.shape].index(over))
            return [((total - 1).abs().max().item(), 1.0), ((-value).max().item(), 1.0)]
        case Interval(low, high):
            outside = ((low - value).max().item(), abs(low)), ((value - high).max().item(), abs(high))
            return [(far, end) for far, end in outside if math.isfinite(end)]


def past_floats(value: torch.Tensor, type_: Type) -> bool:
    """Whether numbers are not finite because their bound is past what the dtype holds, or nearly."""
    bound, most = hull(type_.domain), torch.finfo(value.dtype).max / 16
    up, down = (value == math.inf).any().item(), (value == -math.inf).any().item()
    return not value.isnan().any().item() and (not up or bound.high > most) and (not down or bound.low < -most)


def body_of(text: str) -> list[Node]:
    """The nodes of an op with this body, as the compiler makes them of a file."""
    interface, findings = check(Source("bodies.nmt", file(text)), ())
    assert interface is not None, [finding.message for finding in findings]
    body, names = interface.ops["body"].body, used(text)
    assert body.type.domain == type_of(text).domain
    nodes = [Node(Read(name), (), (), params()[name]) for name in names]
    Inliner(nodes, params={name: at for at, name in enumerate(names)}).expression(body)
    return nodes


def compute(node: Node, args: list[torch.Tensor], dtype: torch.dtype, sizes: dict[str, int]) -> torch.Tensor:
    if isinstance(node.op, Apply):
        return apply(node.op, args)
    like = torch.zeros((), dtype=dtype)
    network = SimpleNamespace(like=like, shape=lambda shape: tuple(sizes[str(size)] for size in shape))
    return convert(network, node.op, args, ROWS)


def run(nodes: list[Node], sizes: dict[str, int], seed: int, dtype: torch.dtype, *, whole: bool) -> None:
    """Compute a body and look at every value. With `whole` errors add up; else each operation starts anew."""
    generator, eps = torch.Generator().manual_seed(seed), torch.finfo(dtype).eps
    values, scales, broken = [], [], set()
    for at, node in enumerate(nodes):
        if isinstance(node.op, Read):
            values.append(numbers(node.type, sizes, generator).to(dtype))
            scales.append(values[-1].abs().max().item())
            continue
        args = [values[arg] if whole else projected(values[arg], nodes[arg].type) for arg in node.args]
        value = compute(node, args, dtype, sizes)
        values.append(value)
        assert value.shape == (ROWS, *(sizes[str(size)] for size in node.type.shape)), node.op
        constants = [abs(number) for number in getattr(node.op, "constants", ()) if number is not None]
        scale = max([value.abs().max().item(), *constants, *(scales[arg] for arg in node.args)])
        scales.append(scale if whole else value.abs().max().item())
        if broken.intersection(node.args) or not value.isfinite().all():
            assert broken.intersection(node.args) or past_floats(value, node.type), f"{value} of {node.op}"
            broken.add(at)
            continue
        count = max([1, *(arg[0].numel() for arg in args)])
        for far, end in ends(value, node.type):
            allowed = rounding(eps, count, max(scale, end)) * (CHAIN if whole else 1.0)
            assert far <= allowed, f"{node.op} leaves {node.type.domain} by {far:g}, {allowed:g} allowed: {value}"


def holds(text: str, seed: int, height: int) -> None:
    note(f"{text}  is  {type_of(text)}")
    nodes, sizes = body_of(text), {"H": height, **SIZES}
    for dtype in (torch.float64, torch.float32):
        for whole in (False, True):
            run(nodes, sizes, seed, dtype, whole=whole)


CHECKS = [HealthCheck.filter_too_much, HealthCheck.too_slow]


@settings(max_examples=150, suppress_health_check=CHECKS)
@given(bodies(), st.integers(0, 9), st.integers(1, 3))
def test_values_lie_where_they_were_proved_to_be(text: str, seed: int, height: int) -> None:
    holds(text, seed, height)


@pytest.mark.slow
@settings(max_examples=4_000, suppress_health_check=CHECKS)
@given(bodies(), st.integers(0, 10_000), st.integers(1, 3))
def test_values_of_many_bodies_lie_where_they_were_proved_to_be(text: str, seed: int, height: int) -> None:
    holds(text, seed, height)
