"""Scenes and their pictures."""

from itertools import combinations

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.data.micro_clevr.camera import BASE, Camera
from nmt.data.micro_clevr.draw import GAP, MARGIN, REACH, all_seen, draw_scene
from nmt.data.micro_clevr.geometry import enter, normals, trace
from nmt.data.micro_clevr.render import render
from nmt.data.micro_clevr.things import ATTRIBUTES, COLORS, DIRECTIONS, SIZES, Scene, Thing

SIZE = (120, 80)


def alone(**attributes: str) -> Scene:
    """One large thing in the middle, a gray rubber sphere unless said otherwise."""
    given_ = {"size": "large", "color": "gray", "material": "rubber", "shape": "sphere", **attributes}
    return Scene(things=(Thing(**given_, x=0.0, y=0.0, rotation=20.0),), camera=Camera(BASE))


def picture(scene: Scene, seed: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return render(scene, np.random.default_rng(seed), size=SIZE)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_things_stand_apart_and_are_seen(seed: int) -> None:
    scene = draw_scene(np.random.default_rng(seed), size=SIZE)
    assert scene == draw_scene(np.random.default_rng(seed), size=SIZE)
    assert 3 <= len(scene.things) <= 10
    assert all_seen(scene, size=SIZE)
    for thing in scene.things:
        assert max(abs(thing.x), abs(thing.y)) <= REACH
    for a, b in combinations(scene.things, 2):
        apart = np.array([a.x - b.x, a.y - b.y])
        assert np.hypot(*apart) >= SIZES[a.size] + SIZES[b.size] + GAP
        for name in ("left", "behind"):
            assert abs(apart @ DIRECTIONS[name][:2]) >= MARGIN


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_relations_agree_with_what_the_camera_sees(seed: int) -> None:
    scene = draw_scene(np.random.default_rng(seed))
    entry = scene.to_json(split="val", index=7, filename="x.png", size=SIZE)
    for thing in entry["objects"]:
        column, row, depth = thing["pixel_coords"]
        assert 0 <= column < SIZE[0]
        assert 0 <= row < SIZE[1]
        assert depth > 0
    for i, behind in enumerate(entry["relationships"]["behind"]):
        for j in behind:
            # Behind means farther along the ground; the jitter of the camera turns that by no more than this.
            away = np.array(entry["objects"][j]["3d_coords"]) - entry["objects"][i]["3d_coords"]
            assert away @ DIRECTIONS["behind"] >= MARGIN - 1e-5
    assert {len(r) for r in entry["relationships"].values()} == {len(scene.things)}


def test_the_camera_looks_at_the_origin() -> None:
    column, row, depth = Camera(BASE).project(np.zeros(3), SIZE)
    assert (column, row) == pytest.approx((60, 40))
    assert depth == pytest.approx(np.linalg.norm(BASE))
    assert Camera(BASE).project(np.array(DIRECTIONS["right"]), SIZE)[0] > 65
    assert Camera(BASE).project(np.array(DIRECTIONS["left"]), SIZE)[0] < 55
    assert Camera(BASE).project(np.array(DIRECTIONS["front"]), SIZE)[1] > 43
    assert Camera(BASE).project(np.array(DIRECTIONS["behind"]), SIZE)[1] < 37
    assert Camera(BASE).project(np.array(DIRECTIONS["above"]), SIZE)[1] < 35


@pytest.mark.parametrize("shape", ATTRIBUTES["shape"])
def test_rays_enter_on_the_surface_and_normals_face_them(shape: str) -> None:
    scene = alone(shape=shape)
    (thing,) = scene.things
    origin = np.array(BASE, np.float32)[:, None]
    rays = scene.camera.rays(SIZE)
    distance = enter(thing, origin, rays)
    hit = np.isfinite(distance)
    assert 150 < hit.sum() < 500
    points = origin + distance[hit] * rays[:, hit]
    beside = (points - thing.center[:, None]) / thing.radius
    around = np.hypot(beside[0], beside[1])
    match shape:
        case "sphere":
            assert np.allclose(np.hypot(around, beside[2]), 1, atol=1e-3)
        case "cylinder":
            assert np.allclose(np.maximum(around, abs(beside[2])), 1, atol=1e-3)
        case _:
            assert abs(beside).max() <= 2**0.5 + 1e-3
    outward = normals(thing, points)
    assert np.allclose((outward**2).sum(0), 1, atol=1e-3)
    # Rounded edges look away by a little.
    assert np.mean((outward * rays[:, hit]).sum(0) < 0) > 0.98


def test_the_nearer_thing_hides_the_other() -> None:
    front, behind = (evolve(alone().things[0], x=x, y=y) for x, y in ((2.0, -1.7), (-2.0, 1.7)))
    origin = np.array(BASE, np.float32)[:, None]
    rays = Camera(BASE).rays(SIZE)
    for order in ((front, behind), (behind, front)):
        _, number = trace(order, origin, rays)
        seen = {thing: int((number == i).sum()) for i, thing in enumerate(order)}
        _, by_itself = trace((front,), origin, rays)
        assert seen[front] == (by_itself == 0).sum()
    assert not all_seen(Scene(things=(evolve(front, x=7.0, y=-6.0), behind), camera=Camera(BASE)), size=SIZE)


def test_a_picture_is_deterministic_and_neither_dark_nor_burnt() -> None:
    scene = draw_scene(np.random.default_rng(3))
    one = picture(scene)
    assert one.shape == (80, 120, 3)
    assert one.dtype == np.uint8
    assert np.array_equal(one, picture(scene))
    assert not np.array_equal(one, picture(scene, seed=1))
    assert 60 < one.mean() < 180
    assert (one == 255).mean() < 0.05


@pytest.mark.parametrize("material", ATTRIBUTES["material"])
@pytest.mark.parametrize("shape", ATTRIBUTES["shape"])
def test_colors_can_be_told_apart(shape: str, material: str) -> None:
    """The mean color of a thing, up to its brightness, is nearest to that of its name; gray has none."""
    origin = np.array(BASE, np.float32)[:, None]
    _, number = trace(alone(shape=shape).things, origin, Camera(BASE).rays(SIZE))
    here = (number == 0).reshape(SIZE[::-1])
    means = {c: picture(alone(shape=shape, material=material, color=c))[here].mean(0) for c in COLORS}
    for name, mean in means.items():
        apart = [np.linalg.norm(mean - other) for color, other in means.items() if color != name]
        assert min(apart) > 20, name
    assert np.ptp(means["gray"]) < 15
    assert means["red"].argmax() == 0
    assert means["green"].argmax() == 1
    assert means["blue"].argmax() == 2


@pytest.mark.parametrize("shape", ATTRIBUTES["shape"])
@pytest.mark.parametrize("color", ["gray", "red", "yellow"])
def test_metal_has_more_contrast_than_rubber(shape: str, color: str) -> None:
    origin = np.array(BASE, np.float32)[:, None]
    _, number = trace(alone(shape=shape).things, origin, Camera(BASE).rays(SIZE))
    here = (number == 0).reshape(SIZE[::-1])
    metal, rubber = (picture(alone(shape=shape, color=color, material=m))[here].mean(1) for m in ("metal", "rubber"))
    assert metal.std() / metal.mean() > 1.2 * rubber.std() / rubber.mean()


def test_things_throw_shadows() -> None:
    empty = Scene(things=(evolve(alone().things[0], x=50.0),), camera=Camera(BASE))
    origin = np.array(BASE, np.float32)[:, None]
    _, number = trace(alone().things, origin, Camera(BASE).rays(SIZE))
    ground = (number < 0).reshape(SIZE[::-1])
    darker = picture(empty)[ground].mean(1) - picture(alone())[ground].mean(1)
    assert darker.max() > 30
    assert (darker > 15).mean() > 0.01


def test_no_scene_fits_a_sliver() -> None:
    with pytest.raises(ValueError, match="seen whole"):
        draw_scene(np.random.default_rng(0), size=(400, 8))
