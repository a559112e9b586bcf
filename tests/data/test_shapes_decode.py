"""Pictures of SHAPES: drawn, and read back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.data.shapes.decode import Things, decode
from nmt.data.shapes.draw import draw_things, paint
from nmt.data.shapes.things import COLORS, NOTHING, SHAPES, STRANGE, coverage

SEEDS = st.integers(0, 2**31)


def cell(shape: str, size: float, color=(0, 0, 255)):
    return np.rint(coverage(shape, size)[..., None] * color).astype(np.uint8)


def picture(**at):
    made = np.zeros((1, 30, 30, 3), np.uint8)
    for place, drawn in at.items():
        row, column = (10 * int(number) for number in place[1:])
        made[0, row : row + 10, column : column + 10] = drawn
    return made


@settings(max_examples=20)
@given(SEEDS)
def test_what_was_painted_is_read_back(seed):
    rng = np.random.default_rng(seed)
    things = draw_things(rng, 20)
    found = decode(paint(rng, things))
    assert not found.strange
    np.testing.assert_array_equal(found.shape, things.shape)
    np.testing.assert_array_equal(found.color, things.color)


@settings(max_examples=30)
@given(st.sampled_from(SHAPES), st.floats(2.0, 4.9), st.sampled_from(COLORS), st.integers(60, 255))
def test_size_and_brightness_do_not_matter(shape, size, color, bright):
    hue = np.zeros(3)
    hue[COLORS.index(color)] = bright
    found = decode(picture(c12=cell(shape, size, hue)))
    expected = np.full((3, 3), NOTHING)
    expected[1, 2] = SHAPES.index(shape)
    np.testing.assert_array_equal(found.shape[0], expected)
    assert found.mask(color)[0, 1, 2]
    assert found.mask(color).sum() == 1


def test_rows_and_columns_are_not_mixed_up():
    found = decode(
        picture(c02=cell("circle", 3), c10=cell("square", 3, (0, 255, 20)), c21=cell("triangle", 4, (250, 9, 9)))
    )
    for word, place in {"circle": (0, 2), "red": (0, 2), "square": (1, 0), "green": (1, 0), "triangle": (2, 1)}.items():
        assert np.argwhere(found.mask(word)).tolist() == [[0, *place]]
    with pytest.raises(KeyError, match="purple"):
        found.mask("purple")


@pytest.mark.parametrize(
    "drawn",
    [
        np.full((10, 10, 3), (0, 200, 255)),  # orange: between two colours
        cell("circle", 3)[::-1] // np.arange(1, 11)[:, None, None],  # half a circle
        np.eye(10)[..., None] * (0, 0, 255),
        np.roll(cell("square", 2.5), 2, axis=1),  # not in the middle
        np.random.default_rng(0).integers(256, size=(10, 10, 3)),
    ],
)
def test_what_is_unknown_is_said(drawn):
    found = decode(picture(c00=cell("circle", 3), c21=drawn.astype(np.uint8)))
    assert found.strange == [(0, 2, 1)]
    assert found.shape[0, 2, 1] == found.color[0, 2, 1] == STRANGE
    assert found.shape[0, 0, 0] == 0


def test_pictures_have_one_form():
    assert len(decode(np.zeros((0, 30, 30, 3), np.uint8))) == 0
    for wrong in (np.zeros((2, 30, 30), np.uint8), np.zeros((2, 28, 30, 3), np.uint8), np.zeros((2, 30, 30, 3))):
        with pytest.raises(ValueError, match="pictures are"):
            decode(wrong)


def test_noise_of_an_empty_cell_is_nothing():
    noise = np.random.default_rng(1).integers(8, size=(4, 30, 30, 3)).astype(np.uint8)
    assert isinstance(decode(noise), Things)
    assert (decode(noise).shape == NOTHING).all()
