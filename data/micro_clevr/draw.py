"""Drawing scenes: things at random places that neither touch, nor hide each other, nor stand ambiguously."""

from typing import Final

import numpy as np

from .camera import BASE, Camera
from .geometry import trace
from .things import ATTRIBUTES, DIRECTIONS, SIZES, Scene, Thing

THINGS: Final = (3, 10)
"""Fewest and most things of a scene."""

REACH: Final = 3.0
"""Things lie within this of the origin along both axes."""

GAP: Final = 0.25
"""Least distance between two things, each taken as a disk of its radius."""

MARGIN: Final = 0.4
"""Least distance of two things along each direction, so that `left` and `behind` are never a matter of taste."""

VISIBLE: Final = 200 / (320 * 240)
"""Least part of the image in which each thing is seen: CLEVR's 200 pixels of 320 x 240."""

PROBE: Final = 120
"""Width of the image in which visible pixels are counted, so that a scene depends on the aspect of the image only."""

_TRIES: Final = 50
_ATTEMPTS: Final = 2_000
_AXES: Final = tuple(DIRECTIONS[name][:2] for name in ("right", "behind"))


def draw_scene(rng: np.random.Generator, *, size: tuple[int, int] = (120, 80)) -> Scene:
    """Draw a scene of 3 to 10 things for an image of (width, height).

    Raises:
        ValueError: no scene was found in which everything is seen, as in an image of extreme aspect.
    """
    count = int(rng.integers(THINGS[0], THINGS[1] + 1))
    for _ in range(_ATTEMPTS):
        x, y, z = np.array(BASE) + rng.uniform(-0.5, 0.5, 3)
        camera = Camera((float(x), float(y), float(z)))
        things = _place(rng, count)
        if things is not None and all_seen(scene := Scene(things=things, camera=camera), size=size):
            return scene
    raise ValueError(f"no scene of {count} things can be seen whole in an image of {size[0]} x {size[1]}")


def all_seen(scene: Scene, *, size: tuple[int, int]) -> bool:
    """Whether each thing shows in at least the part `VISIBLE` of an image with the aspect of `size`."""
    probe = (PROBE, max(1, round(PROBE * size[1] / size[0])))
    origin = np.array(scene.camera.position, np.float32)[:, None]
    _, number = trace(scene.things, origin, scene.camera.rays(probe))
    pixels = np.bincount(number + 1, minlength=len(scene.things) + 1)[1:]
    return bool(pixels.min() >= VISIBLE * number.size)


def _place(rng: np.random.Generator, count: int) -> tuple[Thing, ...] | None:
    """Put things down one after the other, or None where one finds no place."""
    spots: list[tuple[float, float, float]] = []
    sizes = rng.integers(2, size=count)
    for i in range(count):
        radius = tuple(SIZES.values())[sizes[i]]
        for x, y in rng.uniform(-REACH, REACH, (_TRIES, 2)).tolist():
            if all(_clear(x - ox, y - oy, radius + other) for ox, oy, other in spots):
                spots.append((x, y, radius))
                break
        else:
            return None
    return tuple(
        Thing(
            size=ATTRIBUTES["size"][sizes[i]],
            **{a: ATTRIBUTES[a][rng.integers(len(ATTRIBUTES[a]))] for a in ("color", "material", "shape")},
            x=x,
            y=y,
            rotation=float(rng.uniform(0, 360)),
        )
        for i, (x, y, _) in enumerate(spots)
    )


def _clear(dx: float, dy: float, radii: float) -> bool:
    """Whether two things that lie (dx, dy) apart neither touch nor stand ambiguously."""
    return dx * dx + dy * dy >= (radii + GAP) ** 2 and all(abs(dx * ax + dy * ay) >= MARGIN for ax, ay in _AXES)
