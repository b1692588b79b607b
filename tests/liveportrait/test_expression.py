"""How ARKit weights move LivePortrait's keypoints. Its y goes down, its x to the right of the picture."""

import numpy as np
import pytest
from support.portraits import look

from ksdiff.face.head import load_head
from ksdiff.liveportrait.expression import OPEN, SHAPES, arkit_map, displacement
from ksdiff.motion.space import ARKIT, ARKIT_SHAPES

LOWER_LIP, MOUTH_MIDDLE, MOUTH_CORNER = 19, 20, 14
LEFT_EYE, LEFT_LOWER_LID, RIGHT_EYE, RIGHT_LOWER_LID = 15, 16, 11, 13  # the face's own
LEFT_BROW, RIGHT_BROW = 2, 1
X, Y, Z = range(3)
NOT_KNOWN = {"cheekPuff", "jawForward", "noseSneerLeft", "noseSneerRight"}


def moved(**weights):
    return displacement(look(**weights)[None])[0]


def published(smile=0.0, opening=0.0, grin=0.0, pursing=0.0, eyebrow=0.0, gaze_y=0.0):
    """LivePortrait's own sliders in their own units."""
    d = np.zeros((21, 3))
    d[[20, 14, 13, 16, 3, 7], Y] += smile * np.array([-0.01, -0.02, -0.00275, -0.00275, -0.0035, -0.0035])
    d[17] += smile * np.array([0, 0.0065, 0.003])
    d[19] += opening * np.array([0, 0.001, 0.0001])
    d[17, Y] -= opening * 0.0001
    d[20] -= grin * np.array([0, 0.001, 0.001])
    d[14, Y] += -0.001 * grin + 0.001 * pursing
    d[[3, 7], Y] -= 0.0005 * pursing
    d[17, Z] -= 0.0005 * pursing
    if eyebrow > 0:
        d[1, Y], d[2, Y] = 0.001 * eyebrow, -0.001 * eyebrow
    else:
        d[1], d[2] = eyebrow * np.array([-0.001, 0.0003, 0]), eyebrow * np.array([0.001, -0.0003, 0])
    d[[11, 15], Y] += -0.001 * gaze_y + 0.0005 * gaze_y
    d[[13, 16], Y] += -0.00015 * gaze_y
    return d


@pytest.mark.parametrize(
    ("weights", "sliders"),
    [
        ({"jawOpen": 1}, {"opening": 120}),
        ({"mouthSmile": 1}, {"smile": 1.3}),
        ({"mouthFrown": 1}, {"smile": -0.3}),
        ({"mouthStretch": 1}, {"grin": 15}),
        ({"mouthPucker": 1}, {"pursing": 15}),
        ({"browInnerUp": 1, "browOuterUp": 1}, {"eyebrow": 15}),
        ({"browDown": 1}, {"eyebrow": -10}),
        ({"eyeLookUp": 1}, {"gaze_y": 63}),
        ({"eyeLookDown": 1}, {"gaze_y": -63}),
    ],
)
def test_both_sides_together_are_a_slider_of_liveportrait(weights, sliders):
    assert np.allclose(moved(**weights), published(**sliders), atol=2e-4)


def test_jaw_open_lowers_the_lower_lip_and_mouth_close_brings_it_back():
    assert moved(jawOpen=1)[LOWER_LIP, Y] > 0.1
    assert np.allclose(moved(jawOpen=0.4, mouthClose=0.4), 0)
    assert moved(mouthLowerDown=1)[LOWER_LIP, Y] > 0
    for shape in ("mouthPress", "mouthRollLower", "mouthShrugLower"):
        assert moved(**{shape: 1})[LOWER_LIP, Y] < 0


def test_smiles_raise_the_corners_and_frowns_lower_them():
    assert moved(mouthSmile=1)[MOUTH_CORNER, Y] < 0 < moved(mouthFrown=1)[MOUTH_CORNER, Y]


def test_blinks_close_the_lids_of_their_own_side():
    left, right = moved(eyeBlinkLeft=1), moved(eyeBlinkRight=1)
    assert left[LEFT_EYE, Y] > 0 > left[LEFT_LOWER_LID, Y]
    assert right[RIGHT_EYE, Y] > 0 > right[RIGHT_LOWER_LID, Y]
    assert np.count_nonzero(left) == np.count_nonzero(right) == 2
    assert moved(eyeWideLeft=1)[LEFT_EYE, Y] < 0
    assert 0 < moved(eyeSquintLeft=1)[LEFT_EYE, Y] < left[LEFT_EYE, Y]


def test_eyes_look_to_where_the_face_looks():
    """Its own left is the right of the picture."""
    to_the_left = moved(eyeLookOutLeft=1, eyeLookInRight=1)
    assert to_the_left[LEFT_EYE, X] > 0
    assert to_the_left[RIGHT_EYE, X] > 0
    assert moved(eyeLookUp=1)[[LEFT_EYE, RIGHT_EYE], Y].max() < 0
    assert moved(jawLeft=1)[LOWER_LIP, X] > 0 > moved(jawRight=1)[LOWER_LIP, X]


def test_brows_move_by_themselves():
    assert np.flatnonzero(np.abs(moved(browOuterUpLeft=1)).sum(axis=1)).tolist() == [LEFT_BROW]
    assert np.flatnonzero(np.abs(moved(browDownRight=1)).sum(axis=1)).tolist() == [RIGHT_BROW]
    assert set(np.flatnonzero(np.abs(moved(browInnerUp=1)).sum(axis=1))) == {LEFT_BROW, RIGHT_BROW}


def test_the_map_is_sparse_and_the_same_for_left_and_right():
    rows = arkit_map().reshape(51, 21, 3)
    assert np.count_nonzero(rows) < 0.08 * rows.size
    assert {ARKIT.expression[i] for i in range(51) if not rows[i].any()} == NOT_KNOWN
    mirror = np.arange(21)
    mirror[[1, 2, 3, 7, 11, 15, 13, 16]] = [2, 1, 7, 3, 15, 11, 16, 13]
    for left, right in ARKIT.pairs:
        if ARKIT.expression[left] in ("jawLeft", "mouthLeft"):
            assert np.allclose(rows[left], -rows[right])
            continue
        swapped = rows[left][mirror]
        swapped[:, X] *= -1
        swapped[[1, 2], Y] *= -1  # keypoints 1 and 2 raise their brows by opposite signs
        assert np.allclose(swapped, rows[right])


def test_lips_open_as_far_as_those_of_the_open_head():
    neutral, deltas = load_head().landmark_basis()[:2]

    def opening(shape):
        delta = deltas[ARKIT_SHAPES.index(shape)]
        return delta[13, 1] - delta[14, 1]

    for shape, parts in SHAPES.items():
        share = sum(share for share, slider in parts if slider is OPEN)
        if share and shape != "jawOpen":
            name = shape if shape in ARKIT_SHAPES else f"{shape}Left"
            assert share == pytest.approx(opening(name) / opening("jawOpen"), abs=0.02), shape
    assert len(neutral) == 478
