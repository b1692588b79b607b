"""Twenty-one keypoints: where they lie, and what ARKit weights their motion looks like."""

import numpy as np
import pytest
from scipy.spatial import KDTree

from ksdiff.face.head import load_head
from ksdiff.face.keypoints import CAMERA_DISTANCE, REACH, arkit_head, arkit_rest, as_arkit, keypoint_basis, keypoints
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, KEYPOINTS, NUM_KEYPOINTS

NEUTRAL, SHAPES = load_head().landmark_basis()


def moved(**weights: float) -> np.ndarray:
    """How far the keypoints of the open head move with these weights, cm."""
    expression = np.zeros(52)
    for name, weight in weights.items():
        expression[ARKIT.index(name)] = weight
    return keypoints(NEUTRAL + np.einsum("s,slx->lx", expression, SHAPES)) - keypoints(NEUTRAL)


def test_keypoints_are_sparse_means_and_symmetric() -> None:
    weights = keypoint_basis().weights
    assert weights.shape == (NUM_KEYPOINTS, 478)
    assert np.allclose(weights.sum(axis=1), 1)
    assert (weights >= 0).all()
    assert (weights > 0).sum(axis=1).max() < 60
    centres = weights @ NEUTRAL
    away = np.linalg.norm(NEUTRAL[None] - centres[:, None], axis=2)
    assert away[weights > 0].max() < 3 * REACH
    mirror = KDTree(centres).query(centres * [-1, 1, 1])
    assert mirror[0].max() < 0.003  # m: each has a counterpart, or lies in the middle
    assert (mirror[1][mirror[1]] == np.arange(NUM_KEYPOINTS)).all()
    assert (np.diff(centres[:, 1]) < 0.001).all()  # from above downwards
    assert centres[10, 1] < centres[9, 1] - 0.005  # the last eleven are the mouth's


def test_the_mouth_opens_by_the_channel_that_says_so() -> None:
    channel = KEYPOINTS.index(KEYPOINTS.opening[1])
    opened = moved(jawOpen=1.0)
    assert opened[channel] < -1.0  # cm, downwards
    assert abs(opened[channel]) > 5 * abs(opened[[KEYPOINTS.index("kp00Y"), KEYPOINTS.index("kp01Y")]]).max()
    assert channel in KEYPOINTS.mouth_indices


def test_keypoints_look_like_the_shapes_that_moved_them() -> None:
    cases = {"jawOpen": {"jawOpen": 0.6}, "eyeBlinkLeft": {"eyeBlinkLeft": 1.0}, "browInnerUp": {"browInnerUp": 0.8}}
    head = np.zeros((1, 6))
    for name, weights in cases.items():
        made = as_arkit({EXPRESSION: moved(**weights)[None], HEAD: head})[EXPRESSION][0]
        assert made[ARKIT.index(name)] > 0.25
        assert ARKIT.expression[int(np.argmax(made))] == name
    still = as_arkit({EXPRESSION: np.zeros((1, 63)), HEAD: head})[EXPRESSION]
    assert np.array_equal(still, np.zeros_like(still))
    assert arkit_rest().max() < 0.2


def test_a_greater_face_is_a_nearer_one() -> None:
    head = np.array([[0.1, 0.2, 0.3, 0.01, 0.02, 0.5], [0, 0, 0, 0, 0, -0.5]])
    made = arkit_head(head)
    assert np.array_equal(made[:, :5], head[:, :5])
    assert made[0, 5] == pytest.approx(CAMERA_DISTANCE - CAMERA_DISTANCE / 1.5)
    assert made[1, 5] == pytest.approx(CAMERA_DISTANCE - CAMERA_DISTANCE / 0.5)
