"""Batches by image: some pictures with all of their questions, so that what questions share is computed once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from attrs import frozen
from torch import Tensor

from nmt.compiler.plan import Plan, make_plan
from nmt.compiler.schedule import Ints

from .columns import Split


@frozen(eq=False)
class Batch:
    """A planned batch: `which` questions, the features of their pictures (images, C, H, W), and the answers (B,)."""

    which: Ints
    plan: Plan
    images: Tensor
    answers: Tensor


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
        plan = make_plan(split.encoded, which, {name: rows[name] for name in sources})
        table = torch.from_numpy(split.table[images[at : at + size]])
        return Batch(which, plan, table.float(), torch.from_numpy(split.answer[which]))

    with ThreadPoolExecutor(max_workers=1) as pool:
        ahead = None
        for at in range(0, len(images), size):
            mine = ahead or pool.submit(make, at)
            ahead = pool.submit(make, at + size) if at + size < len(images) else None
            batch = mine.result()
            if batch is not None:
                yield batch
