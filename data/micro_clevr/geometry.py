"""Rays against things: where they enter, and which way the surface looks there.

All three shapes are convex, so a ray is inside one for a single interval, the intersection of the intervals in which
it is inside the pieces that bound it (a slab, an infinite cylinder, a ball).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .camera import Floats
from .things import Thing

Ints = NDArray[np.int64]

MISS: Final = np.float32(np.inf)
NUDGE: Final = np.float32(1e-3)
"""A ray that starts on a surface must not meet that surface again."""

ROUNDING: Final = 24
"""Edges are rounded in the normals only: the larger, the sharper. Metal then shows its bright edges."""


def trace(things: Sequence[Thing], origin: Floats, direction: Floats) -> tuple[Floats, Ints]:
    """Find the nearest thing on each ray.

    Args:
        things: what may be hit.
        origin: (3, N), or (3, 1) for rays from one point, outside of all things.
        direction: (3, N), unit vectors.

    Returns:
        Distances (N,), infinite where nothing is hit, and numbers of the things (N,), there -1.
    """
    distance = np.full(direction.shape[1], MISS)
    number = np.full(direction.shape[1], -1)
    # Most rays pass most things by: the test against the ball around a thing is cheap.
    along, away = dot(origin, direction), dot(origin, origin)
    for i, thing in enumerate(things):
        center = thing.center.astype(np.float32)
        ahead = center @ direction - along
        apart = away - 2 * center @ origin + center @ center
        reach = np.float32(thing.radius * _bound(thing.shape))
        rays = np.flatnonzero((ahead > 0) & (apart - ahead * ahead < reach * reach))
        if rays.size:
            entry = enter(thing, origin[:, rays] if origin.shape[1] > 1 else origin, direction[:, rays])
            closer = entry < distance[rays]
            distance[rays[closer]] = entry[closer]
            number[rays[closer]] = i
    return distance, number


def enter(thing: Thing, origin: Floats, direction: Floats) -> Floats:
    """Distances (N,) at which rays enter a thing, infinite where they miss it. Arguments as of `trace`."""
    start, way = to_local(thing, origin, shift=True), to_local(thing, direction)
    r = np.float32(thing.radius)
    with np.errstate(divide="ignore", invalid="ignore"):
        match thing.shape:
            case "sphere":
                near, far = _ball(start, way, r)
            case "cylinder":
                near, far = _both(_ball(start[:2], way[:2], r), _slab(start[2], way[2], r))
            case _:
                near, far = _slab(start[0], way[0], r)
                for axis in (1, 2):
                    near, far = _both((near, far), _slab(start[axis], way[axis], r))
    return np.where((near < far) & (near > NUDGE), near, MISS)


def normals(thing: Thing, points: Floats) -> Floats:
    """Unit vectors (3, N) that look outwards from points (3, N) on the surface of a thing."""
    local = to_local(thing, points, shift=True) / np.float32(thing.radius)
    match thing.shape:
        case "sphere":
            out = local
        case "cylinder":
            around = np.hypot(local[0], local[1])
            side = around ** (ROUNDING - 1) / np.maximum(around, NUDGE)
            out = np.stack([local[0] * side, local[1] * side, local[2] ** (ROUNDING - 1)])
        case _:
            out = local ** (ROUNDING - 1)
    out = out / np.maximum(np.sqrt(dot(out, out)), np.float32(1e-12))
    return _turn(out, thing.rotation)


def dot(a: Floats, b: Floats) -> Floats:
    """Inner products (N,) of vectors (K, N); faster than `sum(0)`, which numpy does in many short steps."""
    total: Floats = a[0] * b[0]
    for x, y in zip(a[1:], b[1:], strict=True):
        total = total + x * y
    return total


def to_local(thing: Thing, vectors: Floats, *, shift: bool = False) -> Floats:
    """Turn vectors (3, N) into the axes of a thing; with `shift` they are points, and its center becomes 0."""
    if shift:
        vectors = vectors - thing.center.astype(np.float32)[:, None]
    return _turn(vectors, -thing.rotation)


def _turn(vectors: Floats, degrees: float) -> Floats:
    c, s = np.float32(np.cos(np.radians(degrees))), np.float32(np.sin(np.radians(degrees)))
    return np.stack([c * vectors[0] - s * vectors[1], s * vectors[0] + c * vectors[1], vectors[2]])


def _bound(shape: str) -> float:
    """Radius of the ball around a shape of radius 1."""
    return {"sphere": 1.0, "cylinder": 2**0.5, "cube": 3**0.5}[shape]


def _ball(start: Floats, way: Floats, r: np.float32) -> tuple[Floats, Floats]:
    """The interval inside a ball (3 rows) or an infinite cylinder (2 rows); NaN, which compares false, where none."""
    a = dot(way, way)
    b = dot(start, way)
    root = np.sqrt(b * b - a * (dot(start, start) - r * r))
    return (-b - root) / a, (-b + root) / a


def _slab(start: Floats, way: Floats, r: np.float32) -> tuple[Floats, Floats]:
    """The interval between the planes at -r and r."""
    low, high = (-r - start) / way, (r - start) / way
    return np.minimum(low, high), np.maximum(low, high)


def _both(a: tuple[Floats, Floats], b: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    return np.maximum(a[0], b[0]), np.minimum(a[1], b[1])
