"""Pictures -> what stands in each cell, by matching it with every shape in every size.

A cell is compared by how bright each pixel is, as a part of the brightest; so hue and brightness do not matter. Cost:
one matrix product, some 10,000 pictures a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from attrs import frozen

from .things import (
    CELL,
    COLORS,
    GRID,
    NOTHING,
    SHAPES,
    SIDE,
    STRANGE,
    Array,
    Codes,
    Pictures,
    cells_of,
    coverage,
)

SIZES: Final = tuple(float(size) for size in np.arange(1.5, 5.01, 0.05))
FAINT: Final = 16  # a cell whose brightest channel is darker holds nothing
FAR: Final = 0.15  # a pixel that differs by more of the brightest is no part of this shape (real cells: up to 0.08)
BLOCK: Final = 500  # pictures at once
PURE: Final = 0.5  # the second channel, as a part of the first, above which a colour is none of the three


@frozen(eq=False)
class Things:
    """What stands where: numbers of `SHAPES` and `COLORS`, (N, 3, 3); NOTHING for none, STRANGE for what is unknown."""

    shape: Codes
    color: Codes

    def __len__(self) -> int:
        return len(self.shape)

    def of(self, pictures: Sequence[int]) -> Things:
        """What stands in some of the pictures."""
        return Things(self.shape[pictures], self.color[pictures])

    @property
    def strange(self) -> list[tuple[int, int, int]]:
        """Picture, row and column of every cell that matches nothing."""
        return [(int(n), int(row), int(column)) for n, row, column in np.argwhere(self.shape == STRANGE)]

    def mask(self, word: str) -> Array:
        """Where a word such as `red` or `square` holds: (N, 3, 3) of bool; raises KeyError for another word."""
        codes, words = (self.shape, SHAPES) if word in SHAPES else (self.color, COLORS)
        if word not in words:
            raise KeyError(word)
        found: Array = codes == words.index(word)
        return found


def decode(pictures: Pictures) -> Things:
    """What stands in each cell of pictures (N, 30, 30, 3) uint8, blue first. Raises ValueError for another form."""
    if pictures.shape[1:] != (SIDE, SIDE, 3) or pictures.dtype != np.uint8:
        raise ValueError(f"pictures are (N, 30, 30, 3) of uint8, not {pictures.shape} of {pictures.dtype}")
    parts = [_decode(pictures[at : at + BLOCK]) for at in range(0, max(len(pictures), 1), BLOCK)]
    return Things(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("shape", "color")))


def _decode(pictures: Pictures) -> Things:
    cells = cells_of(pictures).reshape(-1, CELL * CELL, 3)
    bright = cells.max(2)
    peak = bright.max(1)
    part = bright / np.maximum(peak, 1).astype(np.float32)[:, None]
    known, templates = _templates()
    # |a - b|^2 without the part that all templates share
    nearest = ((templates**2).sum(1) - 2 * part @ templates.T).argmin(1)
    apart = abs(part - templates[nearest]).max(1)
    hue = cells[np.arange(len(cells)), bright.argmax(1)]
    second, first = np.sort(hue, axis=1)[:, 1:].T.astype(np.float32)
    fits = (apart <= FAR) & (second <= PURE * first)
    empty = peak < FAINT
    shape = np.where(empty, NOTHING, np.where(fits, known[nearest], STRANGE)).astype(np.int8)
    color = np.where(empty, NOTHING, np.where(fits, hue.argmax(1), STRANGE)).astype(np.int8)
    return Things(shape.reshape(-1, GRID, GRID), color.reshape(-1, GRID, GRID))


@cache
def _templates() -> tuple[Array, Array]:
    """The number of a shape, and its cell (100,), for all shapes and sizes."""
    known = [(number, coverage(shape, size).ravel()) for number, shape in enumerate(SHAPES) for size in SIZES]
    cells = np.stack([cell for _, cell in known])
    cells /= cells.max(1, keepdims=True)
    return np.array([number for number, _ in known]), cells.astype(np.float32)
