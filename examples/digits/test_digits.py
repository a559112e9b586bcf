"""Tests of one's own: values are drawn from types, so that the edges (zeros, one-hot, uniform) are among them."""

from pathlib import Path

import torch
from hypothesis import given

import nmt
from nmt.ntypes.strategies import from_type

IFACE = nmt.load(Path(__file__).with_name("digits.nmt"))
TYPES = {source.name: source.type for source in IFACE.checked.sources.values()}
SIZES = {"ROW": 9, "COLUMN": 6}


@given(from_type(TYPES["first"], SIZES, batch=3), from_type(TYPES["second"], SIZES, batch=3))
def test_answers_are_distributions(first: torch.Tensor, second: torch.Tensor) -> None:
    net = IFACE.network(SIZES, impl="digits_modules", contracts="all").eval()
    with torch.inference_mode():
        out = net({"first": first, "second": second}, ["ask(same(left(), right()))"] * 3)
    assert out.shape == (3, 12)
    assert torch.allclose(out.sum(1), torch.ones(3), atol=1e-5)
    assert torch.all(out[:, :10] == 0)  # the program speaks of no and yes alone
