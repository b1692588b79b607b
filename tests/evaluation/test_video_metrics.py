import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, shift
from support.portraits import pixels_of

from ksdiff.errors import InputError
from ksdiff.evaluation.metrics.video import background_change, background_flicker, cpbd, identity_difference
from ksdiff.photo.landmarks import find_face


def test_a_background_that_keeps_every_bit_has_no_change_and_no_flicker():
    rng = np.random.default_rng(0)
    photo = rng.integers(0, 256, (40, 60, 3), dtype=np.uint8)
    frames = np.stack([photo] * 3)
    frames[1, 20:, 30:] += 7
    background = np.zeros((40, 60), bool)
    background[:20] = True
    assert background_change(frames, photo, background) == 0
    assert background_flicker(frames, background) == 0
    frames[1, 3] = np.where(frames[1, 3] > 127, frames[1, 3] - 20, frames[1, 3] + 20)
    assert np.isclose(background_change(frames, photo, background), 20 / 20 / 3)
    assert np.isclose(background_flicker(frames, background), 20 / 20)
    with pytest.raises(InputError, match="empty"):
        background_change(frames, photo, np.zeros((40, 60), bool))
    with pytest.raises(InputError, match="single frame"):
        background_flicker(frames[:1], background)


def test_identity_survives_motion_and_not_other_skin():
    photo = pixels_of("collins")
    landmarks = find_face(photo).landmarks[:, :2]
    assert identity_difference(photo, landmarks, photo, landmarks) == 0
    moved = np.stack([shift(photo[..., c].astype(float), (6, -9), mode="nearest") for c in range(3)], axis=-1)
    moved = moved.round().astype(np.uint8)
    assert identity_difference(moved, landmarks + np.array([-9, 6]), photo, landmarks) < 1
    assert identity_difference(moved, landmarks, photo, landmarks) > 3
    tanned = (photo * 0.8).astype(np.uint8)
    assert identity_difference(tanned, landmarks, photo, landmarks) > 25


def test_the_more_a_picture_is_blurred_the_fewer_edges_look_sharp():
    picture = pixels_of("hopper")
    values = [
        cpbd(gaussian_filter(picture.astype(float), (sigma, sigma, 0)).astype(np.uint8)) for sigma in (0, 0.5, 1.0, 2.0)
    ]
    assert (np.diff(values) < 0).all()
    assert values[0] > 5 * values[-1]
    assert np.isnan(cpbd(np.full((200, 200, 3), 90, np.uint8)))


def test_the_width_of_an_edge_is_that_of_its_ramp():
    ramp = np.interp(np.arange(128), [60, 60 + 2], [40, 220])
    sharp = np.repeat(np.tile(ramp, (128, 1))[..., None], 3, axis=2).astype(np.uint8)
    ramp = np.interp(np.arange(128), [50, 50 + 12], [40, 220])
    soft = np.repeat(np.tile(ramp, (128, 1))[..., None], 3, axis=2).astype(np.uint8)
    assert cpbd(sharp) == 1
    assert cpbd(soft) == 0
