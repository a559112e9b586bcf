"""A table of source rows, and which of them a call reads: a feature map is never copied for a node that need not."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import torch
from attrs import define
from torch import Tensor

from ..schedule import Ints


@define(eq=False, slots=False)
class Rows:
    """`table` is (T, ...), `index` (N,) says which row each of N calls reads, sorted; `host` is the same on the CPU."""

    table: Tensor
    index: Tensor
    host: Ints

    def __len__(self) -> int:
        return len(self.host)

    def gather(self) -> Tensor:
        """The rows themselves, (N, ...). A copy, unless one row serves all or each is read once and in order."""
        if len(self.table) == 1:
            return self.table.expand(len(self), *self.table.shape[1:])
        if len(self) == len(self.table) and np.array_equal(self.host, np.arange(len(self))):
            return self.table
        return self.table.index_select(0, self.index)

    @cached_property
    def bands(self) -> tuple[Ints, Ints, Ints]:
        """The distinct rows, and for each call which of them it reads, and as the how-manieth."""
        distinct, band, counts = np.unique(self.host, return_inverse=True, return_counts=True)
        order = np.argsort(band, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
        return distinct, band, place

    def weighted(self, weights: Tensor) -> Tensor:
        """Sum of each row's positions by weights: `table` (T, C, D), `weights` (N, D) -> (N, C).

        Calls of the same row share one matrix product; rows that are read less often are padded, not copied.
        """
        table = self.table
        if len(table) == 1:
            return weights @ table[0].T
        distinct, band, place = self.bands
        most = int(place.max()) + 1
        if len(distinct) < len(table):
            table = table.index_select(0, torch.from_numpy(distinct).to(table.device))
        at = torch.from_numpy(band * most + place).to(weights.device)
        padded = weights.new_zeros(len(distinct) * most, weights.shape[1]).index_copy(0, at, weights)
        product = torch.bmm(padded.view(len(distinct), most, -1), table.transpose(1, 2))
        return product.flatten(0, 1).index_select(0, at)
