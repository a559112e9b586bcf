"""Batches by image: some pictures with all of their questions, so that what questions share is computed once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from attrs import frozen
from torch import Tensor

from nmt.compiler.plan import Plan, make_plan
from nmt.compiler.schedule import Ints

from .splits import Split


@frozen(eq=False)
class Batch:
    """A planned batch: `which` questions, the tables of their sources, and the answers that the loss looks at.

    `sources` has `image` (images, C, H, W) and, where the interface asks, `words` (texts, T); `target` is (B,), or (B,
    annotators), and None where answers are not known.
    """

    which: Ints
    plan: Plan
    sources: Mapping[str, Tensor]
    target: Tensor | None


def images_of(split: Split) -> Ints:
    """The pictures that questions ask about, in order."""
    return np.unique(split.image)


def batches(
    split: Split, images: Ints, size: int, *, sources: tuple[str, ...], depth: int | None = None
) -> Iterator[Batch]:
    """Batches of `size` pictures, in the order given, planned ahead by one. `depth` leaves deeper programs out."""
    order = np.argsort(split.image, kind="stable")
    first = np.searchsorted(split.image[order], images, side="left")
    last = np.searchsorted(split.image[order], images, side="right")

    def make(at: int) -> Batch | None:
        chosen = range(at, min(at + size, len(images)))
        which = np.concatenate([order[first[image] : last[image]] for image in chosen])
        row = np.concatenate([np.full(last[image] - first[image], image - at) for image in chosen])
        if depth is not None:
            shallow = split.depth[which] <= depth
            which, row = which[shallow], row[shallow]
        if not len(which):
            return None
        rows = {"image": row.astype(np.int64), "cells": np.zeros(len(which), dtype=np.int64)}
        tables = {"image": _maps(split, images[at : at + size])}
        if split.words is not None:
            texts, rows["words"] = np.unique(split.words.row[which], return_inverse=True)
            tables["words"] = _texts(split.words.table[texts])
        plan = make_plan(split.encoded, which, {name: rows[name] for name in sources})
        target = None if split.truth is None else torch.from_numpy(split.truth.target[which])
        return Batch(which, plan, tables, target)

    with ThreadPoolExecutor(max_workers=1) as pool:
        ahead = None
        for at in range(0, len(images), size):
            mine = ahead or pool.submit(make, at)
            ahead = pool.submit(make, at + size) if at + size < len(images) else None
            batch = mine.result()
            if batch is not None:
                yield batch


def _maps(split: Split, rows: Ints) -> Tensor:
    """Feature maps of some pictures, (images, C, H, W), as numbers of full size."""
    table = torch.from_numpy(split.maps.table[rows]).float()
    if split.rectified and split.maps.zero is not None:
        table += torch.from_numpy(split.maps.zero).view(-1, 1, 1)
    return table.clamp_(min=0) if split.rectified else table


def _texts(table: Ints) -> Tensor:
    """Words of some texts, (texts, T), cut behind the longest."""
    longest = max(int((table >= 0).sum(1).max(initial=0)), 1)
    return torch.from_numpy(np.ascontiguousarray(table[:, :longest]))
