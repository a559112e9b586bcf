"""Pictures of scenes: one bounce of light, soft shadows, two materials.

Colors are linear inside and sRGB at the end. Everything is computed for 2 x 2 rays a pixel at once, so the cost is some
dozen array operations over all rays, and more only over the rays that meet a thing.
"""

from typing import Final

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from .camera import Floats
from .geometry import MISS, Ints, dot, normals, trace
from .things import COLORS, Scene, Thing

SAMPLES: Final = 2
"""Rays a pixel along each axis."""

NOISE: Final = 0.004
"""Standard deviation of the noise of a channel, of 1."""


@frozen
class Light:
    """A square lamp that looks at the origin; `power` is its irradiance there."""

    position: tuple[float, float, float]
    power: float
    spread: float  # distance between the samples of the lamp, which makes its shadows soft
    shadow: bool


LIGHTS: Final = (
    Light((6.4, -2.9, 5.6), 0.50, 0.55, shadow=True),
    Light((-4.6, -5.6, 5.2), 0.20, 0.8, shadow=False),
    Light((-1.1, 3.6, 6.2), 0.34, 0.7, shadow=True),
)
"""Key, fill and back, about where CLEVR has them."""

JITTER: Final = 1.0
"""Each lamp moves by up to this along each axis."""

GAMMA: Final = 2.2

GROUND: Final = 0.34
AMBIENT: Final = 0.13
"""Albedo of the ground, and light that comes from everywhere."""


@frozen
class Surface:
    """What N rays meet: where, how it is turned and how it is lit."""

    rays: Floats  # (3, N), unit vectors
    points: Floats  # (3, N)
    outward: Floats  # (3, N), unit vectors
    diffuse: Floats  # (N,)

    @property
    def reflected(self) -> Floats:
        """Directions (3, N) in which a mirror would send the rays."""
        return self.rays - 2 * dot(self.rays, self.outward) * self.outward

    def __getitem__(self, rays: Ints) -> "Surface":
        """Return what some of the rays meet, given by number."""
        return Surface(self.rays[:, rays], self.points[:, rays], self.outward[:, rays], self.diffuse[rays])


def render(scene: Scene, rng: np.random.Generator, *, size: tuple[int, int] = (120, 80)) -> NDArray[np.uint8]:
    """Render a scene.

    Args:
        scene: what to show.
        rng: moves the lamps and draws the noise.
        size: (width, height) in pixels.

    Returns:
        sRGB values, (height, width, 3).
    """
    lamps = tuple(evolve(lamp, position=_moved(lamp.position, rng)) for lamp in LIGHTS)
    width, height = size
    origin = np.array(scene.camera.position, np.float32)[:, None]
    rays = scene.camera.rays(size, SAMPLES)
    distance, number = trace(scene.things, origin, rays)
    # No ray of the camera reaches the horizon unless the image is very tall; one that does ends far away.
    down = np.minimum(rays[2], np.float32(-1e-3))
    points = origin + np.where(number < 0, -origin[2] / down, distance) * rays
    outward = np.zeros_like(points)
    outward[2] = 1
    for i, thing in enumerate(scene.things):
        here = np.flatnonzero(number == i)
        outward[:, here] = normals(thing, points[:, here])

    diffuse = np.float32(AMBIENT) * occlusion(scene.things, points, outward, number)
    for lamp in lamps:
        diffuse += shade(scene, lamp, points, outward, size)
    surface = Surface(rays, points, outward, diffuse)
    color = np.repeat(np.float32(GROUND) * diffuse[None], 3, axis=0)
    for i, thing in enumerate(scene.things):
        here = np.flatnonzero(number == i)
        if thing.material == "metal":
            color[:, here] = metal(thing, surface[here], lamps, tuple(t for t in scene.things if t is not thing))
        else:
            color[:, here] = rubber(thing, surface[here], lamps)

    pixels = color.reshape(3, height, SAMPLES, width, SAMPLES).mean((2, 4)).transpose(1, 2, 0)
    # What is brighter than white is cut off before the noise, so that white is noisy as well.
    encoded = np.clip(pixels, 0, 1) ** np.float32(1 / GAMMA) + rng.normal(0, NOISE, pixels.shape)
    image: NDArray[np.uint8] = np.round(255 * np.clip(encoded, 0, 1)).astype(np.uint8)
    return image


def _moved(position: tuple[float, float, float], rng: np.random.Generator) -> tuple[float, float, float]:
    x, y, z = (np.array(position) + rng.uniform(-JITTER, JITTER, 3)).tolist()
    return x, y, z


def shade(scene: Scene, lamp: Light, points: Floats, outward: Floats, size: tuple[int, int]) -> Floats:
    """Light (N,) that a lamp throws on surfaces at points (3, N), with its shadows.

    The rays of a pixel aim at different corners of the lamp: their mean gives soft shadows at no cost.
    """
    middle = np.array(lamp.position, np.float32)[:, None]
    corner = np.array([-0.5, 0.5], np.float32) * np.float32(lamp.spread)
    aim = np.repeat(middle, points.shape[1], axis=1)
    aim[0] += np.tile(corner, size[0] * size[1] * SAMPLES)
    aim[1] += np.tile(np.repeat(corner, size[0] * SAMPLES), size[1])
    toward = aim - points
    far = dot(toward, toward)
    toward /= np.sqrt(far)
    facing = np.maximum(dot(toward, outward), 0)
    received: Floats = np.float32(lamp.power) * facing * (middle**2).sum() / far
    if lamp.shadow:
        lit = np.flatnonzero(facing > 0)
        distance, _ = trace(scene.things, points[:, lit], toward[:, lit])
        received[lit[distance < MISS]] = 0
    return received


def occlusion(things: tuple[Thing, ...], points: Floats, outward: Floats, number: Ints) -> Floats:
    """Part (N,) of the ambient light that reaches points (3, N): less close to things and on what looks down."""
    open_: Floats = 0.65 + 0.35 * outward[2]
    for i, thing in enumerate(things):
        r = np.float32(thing.radius)
        x, y, z = points - thing.center.astype(np.float32)[:, None]
        near = r * r / np.maximum(x * x + y * y + z * z, r * r)
        open_ *= np.where(number == i, np.float32(1), 1 - np.float32(0.55) * near * near)
    return open_


def rubber(thing: Thing, surface: Surface, lamps: tuple[Light, ...]) -> Floats:
    """Colors (3, N): Lambert's law, and the faint wide sheen of rubber."""
    albedo = np.float32(0.04) + np.float32(1.1) * linear(thing)[:, None]
    sheen: Floats = np.float32(0.03) * gloss(lamps, surface.points, surface.reflected, 12)
    return albedo * surface.diffuse + sheen


def metal(thing: Thing, surface: Surface, lamps: tuple[Light, ...], others: tuple[Thing, ...]) -> Floats:
    """Colors (3, N): a mirror in the color of the metal, in which the ground, other things and the lamps are seen."""
    tint = linear(thing)[:, None]
    points, reflected = surface.points, surface.reflected
    seen = surroundings(points, reflected)
    _, number = trace(others, points, reflected)
    for i, other in enumerate(others):
        seen[:, number == i] = (np.float32(0.3) * linear(other))[:, None]
    # At a grazing angle every metal reflects white.
    grazing = (1 - np.clip(-dot(surface.rays, surface.outward), 0, 1)) ** 5
    mirrored = (tint + (1 - tint) * np.float32(0.4) * grazing) * seen * np.float32(2.2)
    # A narrow highlight inside of a wide one, as of a lamp and its glow.
    highlight = np.float32(2.5) * gloss(lamps, points, reflected, 160) + gloss(lamps, points, reflected, 14) / 4
    color: Floats = np.float32(0.1) * tint * surface.diffuse + mirrored
    return color + (np.float32(0.3) + np.float32(0.7) * tint) * highlight


def surroundings(points: Floats, direction: Floats) -> Floats:
    """Colors (3, N) of the empty scene as seen from points (3, N): ground that darkens away from the lamps, dim sky."""
    fall = points[2] / np.maximum(-direction[2], np.float32(1e-3))
    x, y = points[:2] + fall * direction[:2]
    ground = np.float32(0.22) / (1 + (x**2 + y**2) / 40)
    sky = np.float32(0.01) + np.float32(0.12) * np.maximum(direction[2], 0) ** 2
    return np.repeat(np.where(direction[2] < 0, ground, sky)[None], 3, axis=0)


def gloss(lamps: tuple[Light, ...], points: Floats, reflected: Floats, sharpness: float) -> Floats:
    """Highlights (N,) of the lamps in directions (3, N), by Phong's law."""
    total = np.zeros(points.shape[1], np.float32)
    for lamp in lamps:
        toward = np.array(lamp.position, np.float32)[:, None] - points
        toward /= np.sqrt(dot(toward, toward))
        along = np.maximum(dot(toward, reflected), 0)
        total += np.float32(2 * lamp.power) * along ** np.float32(sharpness)
    return total


def linear(thing: Thing) -> Floats:
    """Color (3,) of a thing as the part of each channel's light that it returns."""
    encoded: Floats = np.array(COLORS[thing.color], np.float32) / 255
    return encoded ** np.float32(GAMMA)
