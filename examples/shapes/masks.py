"""What each node of a program sees, beside what is there: a figure, and how many cells are right.

Training has seen answers alone. The truth comes from the pictures themselves: each cell holds a shape that is known.

    python masks.py results/run results/data --out masks.png
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

import attrs
import matplotlib as mpl
import numpy as np
import torch
from matplotlib import pyplot as plt

import nmt
from nmt.compiler.network import Network
from nmt.compiler.terms import Record, Skeleton, Term
from nmt.data.shapes import Shapes
from nmt.data.shapes.truth import truth


def seeing(model: nmt.Model) -> nmt.Model:
    """The same modules, where a program may end in a mask: there is no layout that asks for an answer."""
    net = model.net
    interface = attrs.evolve(net.interface, layouts={}, models={}, targets={})
    return nmt.Model(Network(interface, net.sizes, dict(net.implementations)), None).eval()


def part(term: Term, node: int) -> Term:
    """The program that ends in a node."""
    whole, end = term.skeleton, node + 1
    skeleton = Skeleton(whole.ops[:end], whole.inputs[:end], whole.counts[:end])
    return Term(skeleton, term.words[: sum(skeleton.counts)])


def masks(model: nmt.Model, term: Term, images: torch.Tensor) -> np.ndarray:
    """The mask of every node but the last, which gives the answer: (N, nodes - 1, 3, 3)."""
    with torch.inference_mode():
        nodes = [
            model({"image": images}, [part(term, node)] * len(images)) for node in range(len(term.skeleton.ops) - 1)
        ]
    return torch.stack(nodes, dim=1).numpy()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--split", help="default: the one that is evaluated")
    parser.add_argument("--out", type=Path, default=Path("masks.png"))
    asked = parser.parse_args()
    data = Shapes(asked.data)
    split = asked.split or data.evaluation
    model = seeing(nmt.Model.load(asked.run))
    things, table = data.things(split), data.maps(split)
    about: dict[Term, list[int]] = defaultdict(list)
    for record in data.records(split):
        assert isinstance(record, Record), record
        about[record.term].append(table.rows[record.columns["image"]])
    right: dict[str, list[np.ndarray]] = defaultdict(list)
    shown = []
    for term, rows in about.items():
        seen = masks(model, term, torch.from_numpy(table.table[rows]).float())
        there = truth(term, things)[rows]
        for node in range(seen.shape[1]):
            right[term.skeleton.ops[node]].append((seen[:, node] > 0.5) == there[:, node])
        first = int(there[:, -1, 0, 0].argmax())  # one that is answered yes, where there is any
        shown.append((term, data.pictures(split)[rows[first]], seen[first], there[first]))
    for op, cells in right.items():
        share = np.mean(np.concatenate([one.ravel() for one in cells]))
        print(f"{op}: {share:.2%} of cells are right")
    longest = sorted(shown, key=lambda one: -len(one[0].skeleton.ops))
    draw(asked.out, longest[:2] + longest[-2:])
    print(f"written: {asked.out}")


def draw(path: Path, shown: list[tuple[Term, np.ndarray, np.ndarray, np.ndarray]]) -> None:
    """A row a question: the picture, then what each node sees; a frame is where it is true."""
    mpl.use("agg")
    columns = 1 + max(len(seen) for _, _, seen, _ in shown)
    figure, axes = plt.subplots(len(shown), columns, figsize=(1.9 * columns, 2.5 * len(shown)), squeeze=False)
    for row, (term, picture, seen, there) in zip(axes, shown, strict=True):
        for axis in row:
            axis.set_axis_off()
        row[0].imshow(picture[..., ::-1])
        row[0].set_title("yes" if there[-1, 0, 0] else "no")
        for node, axis in enumerate(row[1 : 1 + len(seen)]):
            axis.set_axis_on()
            axis.set(xticks=[], yticks=[])
            axis.imshow(seen[node], vmin=0, vmax=1, cmap="Greys")
            axis.set_title(named(term, node), fontsize=7)
            for y, x in np.argwhere(there[node]):
                axis.add_patch(
                    plt.Rectangle((x - 0.44, y - 0.44), 0.88, 0.88, fill=False, edgecolor="tab:red", linewidth=2)
                )
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def named(term: Term, node: int) -> str:
    """A node as people write it, over two lines where it is long."""
    text = str(part(term, node)).replace("()", "")
    return text if len(text) < 24 else text.replace(", ", ",\n", 1).replace("](", "](\n", 1)


if __name__ == "__main__":
    main()
