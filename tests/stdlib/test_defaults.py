"""A `.nmt` file alone trains: implementations chosen by signature, of every form."""

from __future__ import annotations

import pytest
import torch

import nmt
from nmt.stdlib.implement import network

INTERFACE = """
package own @ 1.0.0
dim C
dim H
dim W
dim K = 5
dim T varies
vocab WORD   = { what, is, it, red, blue }
vocab ANSWER = { no, yes, maybe }
vocab TEST   = { small, large }
type features = real[C, H, W]
type mask     = real[H, W] in 0..1 by sigmoid
type code     = real[K] in 0..1 by sigmoid
type dist[V]  = real[V] in simplex[V] by softmax
source image  : features
source words  : WORD[T]
target answer : ANSWER from dist[ANSWER] by nll
module find[t: TEST](image: features) -> mask
module mark(image: features) -> mask
module shift[t: TEST](image: features, at: code) -> mask
module measure[t: TEST](m: mask) -> dist[ANSWER]
module read(words: WORD[T]) -> code
module decide(c: code) -> dist[ANSWER]
module count(a: real in 0.., b: real in 0..) -> dist[ANSWER]
op maps[t: TEST]() -> dist[ANSWER] = measure[t](min(find[t](image), mark(image)))
op moved[t: TEST]() -> dist[ANSWER] = measure[t](shift[t](image, read(words)))
op text() -> dist[ANSWER] = decide(read(words))
op sums[t: TEST]() -> dist[ANSWER] = count(sum[H, W](find[t](image)), sum[H, W](mark(image)))
layout question : dist[ANSWER]
model own = question
"""
PROGRAMS = [
    [{"function": "maps", "value_inputs": ["small"]}],
    [{"function": "moved", "value_inputs": ["large"]}],
    [{"function": "text"}],
    [{"function": "sums", "value_inputs": ["large"]}],
]


@pytest.fixture
def interface(tmp_path):
    (tmp_path / "own.nmt").write_text(INTERFACE)
    return nmt.load(tmp_path / "own.nmt")


def inputs():
    torch.manual_seed(1)
    words = torch.tensor([[0, 1, 2, -1], [3, 1, -1, -1], [2, -1, -1, -1], [4, 4, 4, 4]])
    return {"image": torch.randn(4, 6, 3, 4), "words": words}


def test_every_form_of_module_runs_and_learns(interface):
    torch.manual_seed(0)
    net = interface.network(dims={"C": 6, "H": 3, "W": 4})
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
    answers = torch.tensor([0, 1, 2, 1])
    losses = []
    for _ in range(60):
        out = net(inputs(), PROGRAMS)
        assert out.shape == (4, 3)
        torch.testing.assert_close(out.sum(1), torch.ones(4))
        loss = -out.gather(1, answers.unsqueeze(1)).log().mean()
        optimizer.zero_grad()
        loss.backward()
        assert all(parameter.grad is not None for parameter in net.parameters())
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.2 * losses[0]


def test_words_behind_the_end_do_not_count(interface):
    net = interface.network(dims={"C": 6, "H": 3, "W": 4}).eval()
    given = inputs()
    short = net(given, PROGRAMS)
    given["words"] = torch.nn.functional.pad(given["words"], (0, 3), value=-1)
    torch.testing.assert_close(net(given, PROGRAMS), short)


def test_what_is_wrong_is_said(interface):
    with pytest.raises(nmt.CompileError, match="nothing says how large C is"):
        interface.network(dims={"H": 3, "W": 4})
    with pytest.raises(nmt.CompileError, match="it has hidden"):
        interface.network(dims={"C": 6, "H": 3, "W": 4}, settings={"find": {"size": 1}})
    net = interface.network(dims={"C": 6, "H": 3, "W": 4})
    with pytest.raises(nmt.CompileError, match="the source `words` is not given"):
        net({"image": inputs()["image"]}, PROGRAMS)
    with pytest.raises(nmt.CompileError, match="NMT603 the source `image`"):
        net({**inputs(), "image": torch.randn(4, 5, 3, 4)}, PROGRAMS)
    with pytest.raises(nmt.CompileError, match="did you mean `text`"):
        net(inputs(), [*PROGRAMS[:3], [{"function": "texts"}]])


IMPL = """
import torch
from torch import nn
class Mark(nn.Module):
    def __init__(self, spec, gain=1.0):
        super().__init__()
        self.gain, self.weight = gain, nn.Parameter(torch.zeros(spec.inputs[0][0]))
    def forward(self, image):
        {body}
MODULES = {{"mark": Mark}}
"""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return self.gain + torch.einsum('nchw,c->nhw', image, self.weight)", ""),
        ("return image", r"returned \[2, 6, 3, 4\], not \[2, 3, 4\]"),
        ("return image @ self.weight", "raised RuntimeError"),
        ("return None", "returned NoneType"),
    ],
)
def test_modules_of_ones_own(interface, tmp_path, monkeypatch, body, said):
    name = f"own_{abs(hash(body))}"
    (tmp_path / f"{name}.py").write_text(IMPL.format(body=body))
    monkeypatch.chdir(tmp_path)
    net = interface.network(dims={"C": 6, "H": 3, "W": 4}, impl=name, settings={"mark": {"gain": 2.0}})
    assert type(net.net.implementations["mark"]).__name__ == "Mark"
    given = {"image": torch.randn(2, 6, 3, 4), "words": inputs()["words"][:2]}
    if said:
        with pytest.raises(nmt.CompileError, match=said):
            net(given, [PROGRAMS[0]] * 2)
    else:
        assert net(given, [PROGRAMS[0]] * 2).shape == (2, 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1", "has no dict MODULES"),
        ("1 / 0", "ZeroDivisionError"),
        ("import no_such", "no_such"),
        ("MODULES = {'fnd': int}", "no module of own"),
        ("MODULES = {'find': 3}", r"MODULES\['find'\] of `broken_\d+` is no class"),
        ("from torch import nn; MODULES = {'find': nn.ReLU()}", "is a module that was made already"),
        ("MODULES = {'find': lambda spec: spec}", "`find` in MODULES gives no nn.Module, but Spec"),
        ("MODULES = {'find': int}", "`find` cannot be made: TypeError"),
    ],
)
def test_implementations_that_cannot_be_used(interface, tmp_path, monkeypatch, text, said):
    name = f"broken_{abs(hash(text))}"
    (tmp_path / f"{name}.py").write_text(text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(nmt.CompileError, match=said):
        interface.network(dims={"C": 6, "H": 3, "W": 4}, impl=name)


def test_implementations_may_be_given_as_they_are(interface):
    class Mark(torch.nn.Linear):
        def __init__(self, spec, bias=1):
            super().__init__(spec.inputs[0][0], 1, bias=bool(bias))

    sizes = {"C": 6, "H": 3, "W": 4}
    net = network(interface.checked, sizes, impl={"mark": Mark}, settings={"mark": {"bias": 0}})
    assert net.implementations["mark"].bias is None
    with pytest.raises(nmt.CompileError, match="MODULES implements `marc`, which is no module of own"):
        network(interface.checked, sizes, impl={"marc": Mark})
    with pytest.raises(nmt.CompileError, match="`mark` has no setting `size`\n  help: it has bias"):
        network(interface.checked, sizes, impl={"mark": Mark}, settings={"mark": {"size": 1}})


def test_packages_of_packages_have_defaults_too(tmp_path):
    (tmp_path / "own").mkdir()
    text = INTERFACE.replace("package own", "package own.parts")
    (tmp_path / "own" / "parts.nmt").write_text(text)
    made = nmt.load(tmp_path / "own" / "parts.nmt").network(dims={"C": 6, "H": 3, "W": 4})
    assert "mark" in made.net.implementations
