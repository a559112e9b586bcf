"""Every primitive, in random bodies: what passes make of it, and what `batched` computes, equals the reference."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nmt.compiler.backends import batched, reference
from nmt.compiler.bodies import HEADER, PARAMS, SIZES, bodies, params, shape_of, used
from nmt.compiler.check import check
from nmt.compiler.encode import encode
from nmt.compiler.lower import Lowering
from nmt.compiler.network import Network
from nmt.compiler.passes import inline
from nmt.compiler.plan import make_plan
from nmt.compiler.programs import Checker
from nmt.compiler.source import Source
from nmt.compiler.terms import Skeleton, Term
from nmt.ntypes import Dim, Simplex

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
PICTURES, HEIGHT = 4, 2
TERM = Term(Skeleton(("body",), ((),), (0,)), ())


def interface_of(text):
    """An interface whose program is one op with this body; its parameters are sources."""
    sources = [f"source {name} : {PARAMS[name]}" for name in used(text)]
    dims = f"[{', '.join(shape_of(text))}]" if shape_of(text) else ""
    rest = [f"type outcome = real{dims}", f"op body() -> outcome = {text}", "layout q : outcome", "model m = q"]
    interface, findings = check(Source("bodies.nmt", "\n".join([HEADER, *sources, *rest])), ())
    assert interface is not None, [finding.message for finding in findings]
    return interface


def network_of(interface, dtype, device):
    """A network without modules."""
    sizes = {Dim(name, interface.package): size for name, size in {**SIZES, "H": HEIGHT}.items()}
    return Network(interface, sizes, {}).to(device, dtype)


def tables(names, seed, dtype, device):
    """A row for each picture, well inside the domains: where rounding decides, nothing is to be compared."""
    generator, made = torch.Generator().manual_seed(seed), {}
    for name in names:
        type_ = params()[name]
        shape = (PICTURES, *({**SIZES, "H": HEIGHT}[str(size)] for size in type_.shape))
        value = 0.55 + 0.4 * torch.rand(shape, generator=generator, dtype=torch.float64)
        if isinstance(type_.domain, Simplex):
            value = value / value.sum(1 + [size.dim for size in type_.shape].index(type_.domain.over), keepdim=True)
        elif name.startswith(("bit", "three")):
            value = value.gt(0.75).double()
        made[name] = value.to(device, dtype).requires_grad_()
    return made


def both(text, pictures, seed, dtype, device, fill=None):
    """What the two backends say, each with its gradients."""
    interface = interface_of(text)
    net, names = network_of(interface, dtype, device), list(interface.sources)
    checked = Checker(interface, interface.model()).check(TERM)
    count = len(pictures)
    encoded = encode([(TERM, checked)] * count, Lowering(interface.bodies))
    plan = make_plan(encoded, np.arange(count), {name: np.array(pictures) for name in names})
    found = []
    for fast in (True, False):
        sources = tables(names, seed, dtype, device)
        if fill is not None:
            sources = {name: torch.full_like(value, fill).requires_grad_() for name, value in sources.items()}
        if fast:
            out = batched.run(net, encoded.schedule, plan, sources)
        else:
            graph = inline(checked.graph, interface.bodies)
            one = (reference.run(net, graph, TERM, checked, sources, dict.fromkeys(names, row)) for row in pictures)
            out = torch.cat(list(one))
        if out.requires_grad:
            out.sum().backward()
        found.append((out.detach(), [value.grad for value in sources.values()]))
    return found


@pytest.mark.parametrize("device", DEVICES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(text=bodies(), pictures=st.lists(st.integers(0, PICTURES - 1), min_size=1, max_size=4), seed=st.integers(0, 9))
def test_batched_equals_reference(device, text, pictures, seed):
    (fast, ours), (slow, theirs) = both(text, pictures, seed, torch.float64, device)
    assert fast.shape == slow.shape == (len(pictures), *({**SIZES, "H": HEIGHT}[dim] for dim in shape_of(text)))
    torch.testing.assert_close(fast, slow, rtol=1e-9, atol=1e-9)
    for one, other in zip(ours, theirs, strict=True):
        one, other = (torch.zeros(()) if grad is None else grad for grad in (one, other))  # noqa: PLW2901
        one, other = torch.broadcast_tensors(one.double(), other.double())  # noqa: PLW2901
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-6, equal_nan=True)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("clip(sym_v, -0.5, 0.25)", lambda x: x.clamp(-0.5, 0.25)),
        ("(sym_v >= 0.7)", lambda x: (x >= 0.7).to(x.dtype)),
        ("(0.7 >= sym_v)", lambda x: (x <= 0.7).to(x.dtype)),
        ("(sym_v == sym_v)", torch.ones_like),
        ("where(sym_v <= 0.7, 1, 0)", lambda x: (x <= 0.7).to(x.dtype)),
        ("where(1, sym_v, 0)", lambda x: x),
        ("where(0, 2, sym_v)", lambda x: x),
        ("where(sym_v >= 0.7, sym_v, -sym_v)", lambda x: torch.where(x >= 0.7, x, -x)),
    ],
)
def test_choices_compute_what_they_say(device, dtype, text, expected):
    (fast, _), (slow, _) = both(text, [0, 2], 3, dtype, device)
    x = tables(["sym_v"], 3, dtype, device)["sym_v"][[0, 2]]
    assert fast.dtype == slow.dtype == dtype
    torch.testing.assert_close(fast, expected(x).detach(), rtol=0, atol=0)
    torch.testing.assert_close(slow, fast, rtol=0, atol=0)


@pytest.mark.parametrize(
    "text", ["1 - max(0.25, 1 / 8)", "bernoulli[K](0.25)", "clip(2, 0, 1)", "(1 >= 2)", "pow(3, 2)"]
)
def test_numbers_alone_are_computed(text):
    (fast, _), (slow, _) = both(text, [0, 1], 0, torch.float32, "cpu")
    known = {"1": [0.75] * 2, "b": [[0.75, 0.25]] * 2, "c": [1.0] * 2, "(": [0.0] * 2, "p": [9.0] * 2}[text[0]]
    assert fast.tolist() == slow.tolist() == known


def gradient(text):
    (fast, ours), _ = both(text, [1], 5, torch.float64, "cpu")
    del fast
    return ours[0]


def test_gradients_of_choices():
    """That of a comparison is 0; that of `where` flows to the branch that is taken; `clip` passes it inside alone."""
    x = tables(["sym_v"], 5, torch.float64, "cpu")["sym_v"][1]
    assert gradient("(sym_v >= 0.7)") is None
    above = (x >= 0.7).double()
    assert torch.equal(gradient("where(sym_v >= 0.7, 2 * sym_v, 3 * sym_v)")[1], 2 * above + 3 * (1 - above))
    assert torch.equal(gradient("clip(sym_v, 0, 0.7)")[1], (x <= 0.7).double())


SHARES = "(0.33 * unit_hw + 0.6 * unit_hw + 0.07 * unit_hw)"  # of 1, in float32 they come to more


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"1 - {SHARES}", -1.2e-7),
        (f"sqrt(1 - {SHARES})", 0.0),
        (f"pow(1 - {SHARES}, 1.5)", 0.0),
        (f"log(1 - {SHARES} + 1e-30)", -69.0776),
        (f"1 / (1 - {SHARES} + 0.0001)", 1e4),
        (f"pow(1 - {SHARES} + 1e-20, -1)", 1e20),
        (f"average[H, W](3 * unit_hw, 1 - {SHARES})", 0.0),
        (f"normalize[V](unit_v * (mean[H, W](1 - {SHARES})))", 1 / 3),
    ],
)
def test_rounding_over_a_bound_is_put_back(text, expected):
    """Where the outcome hangs on it; else the float32 root of 1 less a mix would be no number."""
    (fast, ours), (slow, _) = both(text, [0, 1], 0, torch.float32, "cpu", fill=1.0)
    torch.testing.assert_close(fast, torch.full_like(fast, expected), rtol=2e-3, atol=1e-8)
    torch.testing.assert_close(slow, fast)
    assert not any(grad is not None and grad.isnan().any() for grad in ours)
