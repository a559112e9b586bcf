"""What a scene is made of: CLEVR's vocabulary, things on a plane and how they stand to each other.

Units are those of the released scenes: the ground is z = 0, a large sphere has radius 0.7, things lie within 3 of the
origin. Directions are the same in all scenes, since CLEVR takes them before it jitters the camera.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from .camera import BASE, Camera

COLORS: Final[Mapping[str, tuple[int, int, int]]] = {
    "gray": (87, 87, 87),
    "red": (173, 35, 35),
    "blue": (42, 75, 215),
    "green": (29, 105, 20),
    "brown": (129, 74, 25),
    "purple": (129, 38, 192),
    "cyan": (41, 208, 208),
    "yellow": (255, 238, 51),
}
"""Name of each color and its sRGB value."""

SIZES: Final[Mapping[str, float]] = {"small": 0.35, "large": 0.7}
"""Name of each size and the radius of its spheres."""

ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "size": tuple(SIZES),
    "color": tuple(COLORS),
    "material": ("rubber", "metal"),
    "shape": ("cube", "sphere", "cylinder"),
}
"""Attributes in the order in which programs filter by them and English names them."""

RELATIONS: Final = ("left", "right", "behind", "front")

CUBE_SIDE: Final = 0.8
"""Half of a cube's side over the radius of a sphere of its size: its diagonal is then little wider than the sphere."""

NEAR: Final = 0.2
"""How much farther along a direction a thing must stand to count as related by it (CLEVR's eps)."""


@frozen(kw_only=True)
class Thing:
    """A shape that stands on the ground at (x, y), turned by `rotation` degrees about the vertical."""

    size: str
    color: str
    material: str
    shape: str
    x: float
    y: float
    rotation: float

    @property
    def radius(self) -> float:
        """Radius of a sphere or cylinder, half of the side of a cube."""
        return SIZES[self.size] * (CUBE_SIDE if self.shape == "cube" else 1.0)

    @property
    def center(self) -> NDArray[np.float64]:
        """(3,): the middle of the thing, which is its radius above the ground."""
        return np.array([self.x, self.y, self.radius])


@frozen(kw_only=True)
class Scene:
    """Things and the camera that looks at them."""

    things: tuple[Thing, ...]
    camera: Camera

    def to_json(self, *, split: str, index: int, filename: str, size: tuple[int, int]) -> dict[str, Any]:
        """Write an entry of a scenes file; `size` is (width, height) of the image in pixels."""
        objects = []
        for thing in self.things:
            column, row, depth = self.camera.project(thing.center, size)
            objects.append(
                {
                    "shape": thing.shape,
                    "size": thing.size,
                    "material": thing.material,
                    "3d_coords": [round(float(c), 6) for c in thing.center],
                    "rotation": round(thing.rotation, 6),
                    "pixel_coords": [round(column), round(row), round(depth, 6)],
                    "color": thing.color,
                }
            )
        return {
            "split": split,
            "image_index": index,
            "image_filename": filename,
            "objects": objects,
            "directions": {name: list(vector) for name, vector in DIRECTIONS.items()},
            "relationships": relationships(self.things),
        }


def _directions() -> dict[str, tuple[float, float, float]]:
    """Directions on the ground as the camera sees them before its jitter."""
    away = -np.array([BASE[0], BASE[1], 0.0]) / np.hypot(BASE[0], BASE[1])
    right = np.cross(away, (0.0, 0.0, 1.0))
    vectors = {"behind": away, "front": -away, "left": -right, "right": right}
    flat = {name: (round(float(v[0]), 12), round(float(v[1]), 12), 0.0) for name, v in vectors.items()}
    return {**flat, "above": (0.0, 0.0, 1.0), "below": (0.0, 0.0, -1.0)}


DIRECTIONS: Final[Mapping[str, tuple[float, float, float]]] = _directions()
"""Unit vectors, by the names of the released scenes."""


def relationships(things: tuple[Thing, ...]) -> dict[str, list[list[int]]]:
    """For each relation and each thing, the numbers of the things that stand so to it."""
    spots = np.array([(t.x, t.y) for t in things])
    found: dict[str, list[list[int]]] = {}
    for name in RELATIONS:
        along = spots @ np.array(DIRECTIONS[name][:2])
        found[name] = [[j for j in range(len(things)) if along[j] > along[i] + NEAR] for i in range(len(things))]
    return found
