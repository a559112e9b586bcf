"""The camera: a pinhole that looks at the origin, where CLEVR's stands."""

from typing import Any, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
"""Everything that is computed for each ray is of float32."""

BASE: Final = (7.48, -6.51, 5.34)
"""Where the camera of CLEVR's base scene stands, before its jitter."""

FOCAL: Final = 35 / 32
"""Focal length over the width of the image: a 35 mm lens on a 32 mm film."""


@frozen
class Camera:
    """A pinhole at `position` that looks at the origin and holds its rows level."""

    position: tuple[float, float, float]

    @property
    def axes(self) -> NDArray[np.float64]:
        """(3, 3): unit vectors to the right, down and forward, one a row."""
        forward = -np.array(self.position) / np.linalg.norm(self.position)
        right = np.cross(forward, (0.0, 0.0, 1.0))
        right /= np.linalg.norm(right)
        return np.stack([right, np.cross(forward, right), forward])

    def project(self, point: NDArray[np.float64], size: tuple[int, int]) -> tuple[float, float, float]:
        """Where a point (3,) is seen: column and row in pixels of an image of (width, height), and its depth."""
        right, down, depth = self.axes @ (point - np.array(self.position))
        scale = FOCAL * size[0] / depth
        return float(size[0] / 2 + scale * right), float(size[1] / 2 + scale * down), float(depth)

    def rays(self, size: tuple[int, int], samples: int = 1) -> Floats:
        """Unit directions (3, samples * height * samples * width), row by row, of samples x samples rays a pixel."""
        width, height = size
        columns = (np.arange(width * samples) + 0.5) / samples - width / 2
        rows = (np.arange(height * samples) + 0.5) / samples - height / 2
        right, down = np.meshgrid(columns, rows)
        film = np.stack([right.ravel(), down.ravel(), np.full(right.size, FOCAL * width)])
        rays: Floats = (self.axes.T @ (film / np.linalg.norm(film, axis=0))).astype(np.float32)
        return rays
