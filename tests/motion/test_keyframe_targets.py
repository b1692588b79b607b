"""Keyframes of eq. 3, on curves made by hand."""

import numpy as np
import pytest

from ksdiff.motion.keyframe_targets import keyframe_targets, motion_variation
from ksdiff.motion.space import ARKIT

STILL = np.zeros((50, 51)), np.zeros((50, 6))


def bumps(*places: tuple[int, float], count: int = 200) -> np.ndarray:
    frames = np.arange(count)
    return sum((h * np.exp(-(((frames - at) / 2) ** 2)) for at, h in places), np.zeros(count))


def test_keyframes_are_the_high_maxima_and_strength_is_their_height() -> None:
    found = keyframe_targets(bumps((40, 1.0), (90, 0.05), (150, 0.5)), 25, 0.04)
    assert np.flatnonzero(found).tolist() == [40, 150]
    assert found[40] <= 1
    assert found[150] / found[40] == pytest.approx(0.55, abs=0.06)


def test_the_threshold_is_relative_to_the_motion_itself() -> None:
    curve = bumps((40, 1.0), (150, 0.5))
    assert np.array_equal(keyframe_targets(curve, 25, 0.04) > 0, keyframe_targets(100 * curve, 25, 0.04) > 0)
    assert np.flatnonzero(keyframe_targets(curve, 25, 0.04, threshold=4.0)).tolist() == [40]


def test_the_filter_joins_neighbours() -> None:
    curve = bumps((60, 1.0), (64, 0.9), (120, 1.0))
    assert len(np.flatnonzero(keyframe_targets(curve, 25, 0.0001))) == 3
    assert len(np.flatnonzero(keyframe_targets(curve, 25, 0.12))) == 2


def test_nothing_is_found_where_nothing_is_known() -> None:
    mask = np.ones(200, dtype=bool)
    mask[140:160] = False
    curve = bumps((40, 1.0), (150, 5.0))
    assert np.flatnonzero(keyframe_targets(curve, 25, 0.04, mask=mask)).tolist() == [40]
    assert not keyframe_targets(curve, 25, 0.04, mask=np.zeros(200, dtype=bool)).any()
    assert not keyframe_targets(np.zeros(200), 25, 0.04).any()
    assert not keyframe_targets(np.ones(1), 25, 0.04).any()


def test_head_variation_is_angle_plus_distance() -> None:
    expression, head = STILL[0], STILL[1].copy()
    head[20:, 1] = 0.3  # turned by 0.3 rad ...
    head[30:, 3:] = (0.03, 0.0, 0.04)  # ... and moved by 0.05 m
    variation, _ = motion_variation(head, expression, ARKIT)
    expected = np.zeros(50)
    expected[20], expected[30] = 0.3, 0.05
    np.testing.assert_allclose(variation, expected, atol=1e-9)


def test_rotation_is_compared_as_rotation() -> None:
    head = STILL[1].copy()
    head[:25, 0], head[25:, 0] = np.pi - 0.05, -np.pi + 0.05  # nearly the same, written differently
    variation, _ = motion_variation(head, STILL[0], ARKIT)
    assert variation[25] == pytest.approx(0.1)


def test_blinks_are_no_expression_keyframes() -> None:
    expression = STILL[0].copy()
    expression[10:14, ARKIT.index("eyeBlinkLeft")] = 1.0
    expression[30:, ARKIT.index("jawOpen")] = 0.4
    expression[30:, ARKIT.index("browInnerUp")] = 0.3
    _, variation = motion_variation(STILL[1], expression, ARKIT)
    assert np.flatnonzero(variation).tolist() == [30]
    assert variation[30] == pytest.approx(0.5)
