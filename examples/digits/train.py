"""Train `read` on one kind of question, then ask others: what was learned once is used anew, without training.

    python train.py [--steps 400] [--seed 0]

Pictures are drawn here: digits of seven segments, shifted, with noise. Training asks "which digit is it?" alone; "are
they the same?", "is the first less?" and "is it not more?" are asked of new pictures when training is over.
"""

import argparse
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor

import nmt

# Which segments of a digit are lit: top, upper left, upper right, middle, lower left, lower right, bottom.
SEGMENTS = [
    "1110111",
    "0010010",
    "1011101",
    "1011011",
    "0111010",
    "1101011",
    "1101111",
    "1010010",
    "1111111",
    "1111011",
]
# Rows and columns that each segment fills.
PLACES = [
    (slice(0, 1), slice(0, 4)),
    (slice(0, 4), slice(0, 1)),
    (slice(0, 4), slice(3, 4)),
    (slice(3, 4), slice(0, 4)),
    (slice(3, 7), slice(0, 1)),
    (slice(3, 7), slice(3, 4)),
    (slice(6, 7), slice(0, 4)),
]
HEIGHT, WIDTH, NOISE = 10, 7, 0.2


def draw(digits: list[int], rng: random.Random, generator: torch.Generator) -> Tensor:
    """Pictures of digits, (N, HEIGHT, WIDTH) in 0..1."""
    pictures = torch.zeros(len(digits), HEIGHT, WIDTH)
    for picture, digit in zip(pictures, digits, strict=True):
        row, column = rng.randrange(HEIGHT - 6), rng.randrange(WIDTH - 3)
        for lit, (rows, columns) in zip(SEGMENTS[digit], PLACES, strict=True):
            if lit == "1":
                picture[row:, column:][rows, columns] = 1.0
    noise = NOISE * torch.randn(pictures.shape, generator=generator)
    return (pictures + noise).clamp(0, 1)


# Questions that are never trained on, and what is true of two digits.
QUESTIONS: dict[str, tuple[str, Callable[[int, int], bool]]] = {
    "are they the same?": ("ask(same(left(), right()))", lambda a, b: a == b),
    "is the first less?": ("ask(less(left(), right()))", lambda a, b: a < b),
    "is it not more?": ("ask(or(less(left(), right()), same(left(), right())))", lambda a, b: a <= b),
}


def train(net: nmt.Model, words: Sequence[str], steps: int, rng: random.Random, generator: torch.Generator) -> None:
    """Ask which digit it is, of the left picture or of the right one."""
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    for step in range(1, steps + 1):
        digits = [[rng.randrange(10) for _ in range(64)] for _ in range(2)]
        sides = [rng.randrange(2) for _ in range(64)]
        pictures = {name: draw(of, rng, generator) for name, of in zip(["first", "second"], digits, strict=True)}
        chances = net(pictures, [["left()", "right()"][side] for side in sides])
        truth = torch.tensor([words.index(str(digits[side][row])) for row, side in enumerate(sides)])
        right = float((chances.argmax(1) == truth).double().mean())
        loss = -torch.log(chances.gather(1, truth.unsqueeze(1)) + 1e-6).mean() + net.soft_loss()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 100 == 0:
            unsure = net.softs.take()["read: certain"]["broken"]
            print(f"step {step}: {right:.0%} named rightly, {unsure:.0%} of them without certainty", flush=True)


def main() -> None:
    """Train, then ask what was never asked before."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    rng, generator = random.Random(given.seed), torch.Generator().manual_seed(given.seed)
    torch.manual_seed(given.seed)

    iface = nmt.load(Path(__file__).with_name("digits.nmt"))
    words = iface.checked.dims["ANSWER"].words
    assert words is not None
    net = iface.network({"ROW": HEIGHT, "COLUMN": WIDTH}, impl="digits_modules", contracts="boundary")
    train(net, words, given.steps, rng, generator)

    net.eval()
    first = [rng.randrange(10) for _ in range(1000)]
    second = [digit if rng.random() < 0.3 else rng.randrange(10) for digit in first]
    pictures = {"first": draw(first, rng, generator), "second": draw(second, rng, generator)}
    for question, (program, holds) in QUESTIONS.items():
        with torch.inference_mode():
            said = net(pictures, [program] * len(first)).argmax(1).tolist()
        right = sum(words[one] == ["no", "yes"][holds(a, b)] for one, a, b in zip(said, first, second, strict=True))
        print(f"{question:20} {right / len(first):.1%} right, never trained on")


if __name__ == "__main__":
    main()
