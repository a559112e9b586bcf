"""The library's network for SHAPES: moves are exact, `some` is an or, and it learns."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import nmt
from nmt.data.shapes.draw import choose_queries, draw
from nmt.data.shapes.things import RELATIONS, cells_of
from nmt.data.shapes.truth import moved

SIZES = {"C": 300, "H": 3, "W": 3}


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return nmt.load("shapes").network(dims=SIZES)


def sharp(move, reach=1):
    """Offsets as a trained module has them: all but certain."""
    side = 2 * reach + 1
    with torch.no_grad():
        move.offsets.zero_()
        for number, (down, right) in enumerate(RELATIONS.values()):
            move.offsets[number, (reach - down) * side + reach - right] = 10.0
    return move


@settings(max_examples=20)
@given(st.integers(0, 2**31), st.sampled_from([1, 2]))
def test_a_learned_move_can_be_exact(seed, reach):
    made = nmt.load("shapes").network(dims=SIZES, settings={"move": {"reach": reach}})
    move = sharp(made.net.implementations["move"], reach)
    masks = np.random.default_rng(seed).integers(2, size=(4, 3, 3)).astype(bool)
    words = list(made.net.interface.modules["move"].signature.words.words)
    for relation in RELATIONS:
        instances = torch.full((4,), words.index(relation))
        got = move(instances, torch.from_numpy(masks).float())
        np.testing.assert_allclose(got.detach().numpy(), moved(masks, relation), atol=1e-6)


def test_what_moves_never_grows(net):
    move = net.net.implementations["move"]
    x = torch.rand(40, 3, 3)
    got = move(torch.arange(40) % 4, x)
    assert (got.sum((1, 2)) <= x.sum((1, 2)) + 1e-5).all()
    assert got.max() <= 1
    assert (move(torch.arange(4), torch.ones(4, 3, 3)) <= 1).all()


def images(count):
    return torch.rand(count, 300, 3, 3, generator=torch.Generator().manual_seed(1))


def test_an_answer_looks_at_every_cell(net):
    given = images(5).requires_grad_()
    out = net({"image": given}, ["yesno[is](leaf[red])"] * 5)
    torch.testing.assert_close(out.sum(1), torch.ones(5))
    out[:, 1].sum().backward()
    assert (given.grad.abs().amax(1) > 0).all()


def test_no_cell_sees_its_neighbour(net):
    find = net.net.implementations["find"]
    one, other = images(2), images(2)
    other[:, :, 0, 0] += 1
    same = find(torch.tensor([0, 3]), one) == find(torch.tensor([0, 3]), other)
    assert same.flatten(1).sum(1).tolist() == [8, 8]


@pytest.mark.slow
def test_it_learns_from_answers_alone():
    rng = np.random.default_rng(0)
    asked = choose_queries(rng, {"train": 40, "test": 10})
    drawn = {split: [(query.term, *draw(rng, query, 16)) for query in queries] for split, queries in asked.items()}

    def tables(split):
        pictures = np.concatenate([pictures for _, pictures, _ in drawn[split]])
        cells = cells_of(pictures).reshape(-1, 3, 3, 300).transpose(0, 3, 1, 2)
        answers = np.concatenate([answers for _, _, answers in drawn[split]])
        return torch.from_numpy(cells / np.float32(255)).float(), torch.from_numpy(answers).long()

    torch.manual_seed(0)
    net = nmt.load("shapes").network(dims=SIZES)
    optimizer = torch.optim.Adam(net.parameters(), lr=5e-3)
    (x, y), terms = tables("train"), [term for term, pictures, _ in drawn["train"] for _ in pictures]
    for _ in range(25):
        for which in torch.randperm(len(x)).split(32):
            log = net({"image": x[which]}, [terms[at] for at in which.tolist()]).clamp(min=1e-6).log()
            loss = -log.gather(1, y[which].unsqueeze(1)).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    x, y = tables("test")
    with torch.no_grad():
        said = net({"image": x}, [term for term, pictures, _ in drawn["test"] for _ in pictures]).argmax(1)
    assert (said == y).float().mean() > 0.95


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        "shapes",
        "vqa --set measure.hidden=9 --set encode.embedding=8 --set encode.hidden=7 --set find.bias=1",
        "vqa --use std.typed=std.classic --set measure.hidden=9 --set encode.embedding=8 --set encode.hidden=7",
        "geo",
        "gqa --module has --module spell_name --module even --module turn",
    ],
)
def test_modules_hold_what_their_types_promise(line):
    command = [sys.executable, "-m", "nmt", "test", *line.split(), "--examples", "8"]
    made = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert made.returncode == 0, made.stdout + made.stderr
    assert " 0 do not" in made.stdout
