"""`batched` equals `reference`, values and gradients, for random well-typed programs and batches."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.backends import batched, reference
from nmt.compiler.encode import encode
from nmt.compiler.lower import Lowering
from nmt.compiler.passes import inline, logarithm
from nmt.compiler.plan import make_plan
from nmt.compiler.programs import Checker
from nmt.compiler.strategies import from_interface
from nmt.loading import load_checked
from nmt.stdlib.implement import network
from nmt.trainer.columns import cells

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
ARMS = [("clevr", ()), ("clevr_describe", ()), ("clevr_paper", ()), ("clevr_paper", (("std.typed", "std.classic"),))]
PICTURES, H, W = 3, 2, 3


@functools.cache
def interface_of(name, swaps=()):
    return load_checked(name, dict(swaps))


@functools.cache
def network_of(name, swaps, device):
    torch.manual_seed(0)
    net = network(interface_of(name, swaps), {"C": 4, "H": H, "W": W})
    return net.double().to(device).eval()


def sources_of(device, dtype=torch.float64):
    generator = torch.Generator().manual_seed(1)
    image = torch.randn(PICTURES, 4, H, W, generator=generator, dtype=dtype)
    return {"image": image.to(device), "cells": cells(H, W).to(device, dtype)}


def run_batched(net, terms, pictures, device, *, log=True):
    checker = Checker(net.interface, net.interface.model())
    encoded = encode([(term, checker.check(term)) for term in terms], Lowering(net.interface.bodies, log=log))
    rows = {"image": np.array(pictures), "cells": np.zeros(len(terms), dtype=np.int64)}
    plan = make_plan(encoded, np.arange(len(terms)), {name: rows[name] for name in net.interface.sources})
    return batched.run(net, encoded.schedule, plan, sources_of(device)), plan


def run_reference(net, terms, pictures, device, *, log=True):
    checker = Checker(net.interface, net.interface.model())
    made = []
    for term, picture in zip(terms, pictures, strict=True):
        checked = checker.check(term)
        graph = inline(checked.graph, net.interface.bodies)
        graph = logarithm(graph) if log else graph
        made.append(reference.run(net, graph, term, checked, sources_of(device), {"image": picture, "cells": 0}))
    return torch.cat(made)


def gradients(net, out):
    net.zero_grad()
    weight = torch.linspace(0.5, 1.5, out.numel(), dtype=out.dtype, device=out.device).view_as(out)
    (out.exp() * weight).sum().backward()
    return {name: torch.zeros_like(p) if p.grad is None else p.grad.clone() for name, p in net.named_parameters()}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("name", "swaps"), ARMS)
def test_batched_equals_reference(name, swaps, device):
    interface = interface_of(name, swaps)
    net = network_of(name, swaps, device)
    programs = st.lists(
        st.tuples(from_interface(interface, max_depth=7), st.integers(0, PICTURES - 1)), min_size=1, max_size=6
    )

    @settings(max_examples=15, deadline=None)
    @given(programs)
    def check(drawn):
        terms, pictures = zip(*drawn, strict=True)
        fast, _ = run_batched(net, terms, pictures, device)
        slow = run_reference(net, terms, pictures, device)
        torch.testing.assert_close(fast, slow, rtol=1e-9, atol=1e-9)
        ours, theirs = gradients(net, fast), gradients(net, slow)
        for parameter, expected in theirs.items():
            torch.testing.assert_close(
                ours[parameter], expected, rtol=1e-7, atol=1e-9, msg=lambda text, p=parameter: f"{p}: {text}"
            )

    check()


@settings(max_examples=20, deadline=None)
@given(st.lists(from_interface(interface_of("clevr")), min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_a_permuted_batch_gives_permuted_answers(terms, random):
    net = network_of("clevr", (), "cpu")
    pictures = [number % PICTURES for number in range(len(terms))]
    order = list(range(len(terms)))
    random.shuffle(order)
    straight, _ = run_batched(net, terms, pictures, "cpu")
    shuffled, _ = run_batched(net, [terms[at] for at in order], [pictures[at] for at in order], "cpu")
    torch.testing.assert_close(shuffled, straight[order], rtol=1e-9, atol=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.lists(from_interface(interface_of("clevr")), min_size=1, max_size=4))
def test_answers_are_distributions(terms):
    net = network_of("clevr", (), "cpu")
    out, _ = run_batched(net, terms, [0] * len(terms), "cpu", log=False)
    assert (out >= 0).all()
    torch.testing.assert_close(out.sum(1), torch.ones(len(terms), dtype=out.dtype), rtol=1e-9, atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(from_interface(interface_of("clevr")))
def test_questions_of_one_picture_share_everything_equal(term):
    net = network_of("clevr", (), "cpu")
    _, one = run_batched(net, [term], [0], "cpu")
    _, many = run_batched(net, [term] * 5, [0] * 5, "cpu")
    assert str(one) == str(many)


@settings(max_examples=15, deadline=None)
@given(from_interface(interface_of("clevr")))
def test_the_logarithm_is_that_of_the_answer(term):
    net = network_of("clevr", (), "cpu")
    plain, _ = run_batched(net, [term], [1], "cpu", log=False)
    log, _ = run_batched(net, [term], [1], "cpu", log=True)
    torch.testing.assert_close(log.exp(), plain, rtol=1e-5, atol=3e-6)
