import numpy as np
import pytest
from PIL import Image
from support.portraits import PORTRAITS, drawing, painting, pixels_of

from ksdiff.errors import InputError
from ksdiff.photo.landmarks import check_frontal, find_face
from ksdiff.photo.resample import resample


def scaled(pixels, factor):
    size = round(pixels.shape[1] * factor), round(pixels.shape[0] * factor)
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def test_mirrored_face_has_mirrored_landmarks():
    pixels = pixels_of("collins")
    face, mirrored = find_face(pixels), find_face(np.ascontiguousarray(pixels[:, ::-1]))
    width = pixels.shape[1]
    assert abs(face.landmarks[263, 0] - (width - mirrored.landmarks[33, 0])) < 0.01 * face.width
    assert abs(face.width - mirrored.width) < 0.02 * face.width


@pytest.mark.parametrize("name", PORTRAITS)
def test_every_portrait_has_a_face(name):
    assert find_face(pixels_of(name)).width > 160


@pytest.mark.parametrize("make", [painting, drawing])
def test_paintings_and_drawings_have_faces(make):
    pixels = pixels_of("collins")
    assert np.abs(find_face(make(pixels)).landmarks - find_face(pixels).landmarks)[:, :2].max() < 0.06 * 273


def test_a_face_that_fills_the_picture_and_one_that_is_far_away_are_found():
    pixels = pixels_of("collins")
    whole = find_face(pixels)
    left, top, right, bottom = (round(side) for side in whole.box)
    tight = find_face(np.ascontiguousarray(pixels[top:bottom, left:right]))
    assert abs(tight.width - whole.width) < 0.08 * whole.width
    far = np.full((3200, 4200, 3), 200, np.uint8)
    far[2300:3100, 200:880] = pixels
    assert abs(find_face(far).width - whole.width) < 0.05 * whole.width


def test_no_face_is_refused():
    with pytest.raises(InputError, match="no face is seen"):
        find_face(np.full((600, 600, 3), 128, np.uint8))


def test_several_faces_are_refused_but_a_small_one_behind_is_not():
    one, other = pixels_of("collins"), pixels_of("render_1")
    height = max(one.shape[0], other.shape[0])
    both = np.full((height, one.shape[1] + other.shape[1], 3), 128, np.uint8)
    both[: one.shape[0], : one.shape[1]] = one
    both[: other.shape[0], one.shape[1] :] = other
    with pytest.raises(InputError, match="shows 2 faces: cut out the one"):
        find_face(both)
    small = scaled(other, 0.3)
    behind = np.full((1000, 1000, 3), 128, np.uint8)
    behind[: one.shape[0], : one.shape[1]] = one
    behind[: small.shape[0], -small.shape[1] :] = small
    assert find_face(behind).box[2] < 680


def test_a_small_face_is_refused_with_its_size():
    with pytest.raises(InputError, match=r"only 1\d\d pixels wide: it must be 200 or more"):
        find_face(scaled(pixels_of("collins"), 0.5))


def test_turned_faces_are_refused():
    check_frontal(29.0, -29.0)
    with pytest.raises(InputError, match="40 degrees to the side"):
        check_frontal(-40.0, 0.0)
    with pytest.raises(InputError, match="35 degrees up or down"):
        check_frontal(0.0, 35.0)


def test_resampling_to_the_same_size_changes_nothing():
    pixels = pixels_of("render_1")
    assert np.array_equal(resample(pixels, (10.0, 20.0, 210.0, 320.0), (200, 300)), pixels[20:320, 10:210])
