"""What stands in a cell of a picture: nothing, or a circle, square or triangle in red, green or blue.

A picture is (30, 30, 3) uint8, blue first, and has 3x3 cells of 10x10. A shape lies in the middle of its cell, drawn
with smooth edges; its size and hue vary, its colour is the largest channel.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

GRID: Final = 3
CELL: Final = 10
SIDE: Final = GRID * CELL
SHAPES: Final = ("circle", "square", "triangle")
COLORS: Final = ("blue", "green", "red")  # in the order of the channels
RELATIONS: Final = {"left_of": (0, -1), "right_of": (0, 1), "above": (-1, 0), "below": (1, 0)}  # rows, columns
NOTHING: Final = -1
STRANGE: Final = -2  # something, but nothing that is known

Floats: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int8]
Pictures: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
Array: TypeAlias = npt.NDArray[Any]

_FINE = 16  # points a pixel and side that say how much of it a shape covers


@cache
def _points() -> tuple[Floats, Floats]:
    """Rows and columns of many points of a cell, from its middle."""
    line = (np.arange(CELL * _FINE) + 0.5) / _FINE - CELL / 2
    return line[:, None], line[None, :]


@cache
def coverage(shape: str, size: float) -> Floats:
    """How much of each pixel of a cell a shape covers, (10, 10) in 0..1; it reaches `size` pixels from the middle."""
    rows, columns = _points()
    if shape == "circle":
        inside = rows**2 + columns**2 <= size**2
    elif shape == "square":
        inside = (abs(rows) <= size) & (abs(columns) <= size)
    else:  # as wide at its foot as it is high
        inside = (rows <= size) & (abs(columns) <= (rows + size) / 2)
    made: Floats = inside.reshape(CELL, _FINE, CELL, _FINE).mean((1, 3))
    made.setflags(write=False)  # it is kept
    return made


def cells_of(pictures: Pictures) -> Pictures:
    """The cells of pictures: (N, 30, 30, 3) -> (N, 3, 3, 10, 10, 3)."""
    return pictures.reshape(-1, GRID, CELL, GRID, CELL, 3).swapaxes(2, 3)
