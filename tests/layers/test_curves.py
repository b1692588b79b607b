"""Curves: they go through their keys as their tangents say, and put nothing over other frames."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.interpolate import PchipInterpolator

from ksdiff.errors import InputError
from ksdiff.layers.curves import Curve, CurveKey, add_curves_to_face, add_curves_to_head
from ksdiff.motion import Motion
from ksdiff.motion.rotation import from_yaw_pitch_roll, yaw_pitch_roll
from ksdiff.motion.space import ARKIT

# Curves and their values, which the studio's own evaluation is compared with too.
TABLE = Path(__file__).parents[1] / "golden/curves.json"


def curve(*keys: tuple, channel: str = "jawOpen", **more) -> Curve:
    return Curve(channel, tuple(CurveKey(float(time), float(value), *rest) for time, value, *rest in keys), **more)


def moving(frames: int = 150) -> Motion:
    random = np.random.default_rng(0)
    times = np.arange(frames) / 25
    angles = 0.2 * np.sin(times[:, None] * [2.0, 3.0, 1.0] + random.uniform(0, 6, 3))
    head = np.concatenate([from_yaw_pitch_roll(angles), np.zeros((frames, 3))], axis=1).astype(np.float32)
    still = np.zeros(frames, dtype=np.float32)
    return Motion(random.uniform(0, 0.5, (frames, 51)).astype(np.float32), head, still, still)


def test_every_key_is_met_and_auto_goes_beyond_none() -> None:
    made = curve((1, 0.0), (1.5, 0.8), (1.6, 0.9), (2.5, 0.9), (3, 0.1))
    times = np.linspace(1, 3, 4001)
    values = made.values(times)
    for key in made.keys:
        assert made.values(np.array([key.time]))[0] == pytest.approx(key.value)
    assert values.min() >= 0.0
    assert values.max() <= 0.9 + 1e-12
    rising = (times > 1) & (times < 1.6)
    assert (np.diff(values[rising]) >= -1e-12).all()
    # Between the ends, whose slopes are level, it is the usual monotone interpolation.
    at, heights = (np.array([getattr(key, name) for key in made.keys]) for name in ("time", "value"))
    inner = (times > 1.5) & (times < 2.5)
    np.testing.assert_allclose(values[inner], PchipInterpolator(at, heights)(times[inner]), atol=1e-12)
    slopes = np.gradient(values, times)
    assert np.abs(np.diff(slopes)).max() < 0.05  # smooth


def test_tangents() -> None:
    linear = curve((0, 0, "linear"), (1, 1, "linear"), (2, 0, "linear"))
    np.testing.assert_allclose(linear.values(np.array([0.25, 0.5, 1.75])), [0.25, 0.5, 0.25])
    step = curve((0, 0.2, "step"), (1, 0.7, "step"), (2, 0.4))
    np.testing.assert_allclose(step.values(np.array([0.0, 0.99, 1.0, 1.5, 2.0])), [0.2, 0.2, 0.7, 0.7, 0.4])
    free = curve((0, 0, "free", 0.0, 3.0), (1, 0, "free", 3.0, 0.0))
    slope = np.diff(free.values(np.array([0.0, 1e-6, 1 - 1e-6, 1.0])))[[0, 2]] / 1e-6
    np.testing.assert_allclose(slope, 3.0, rtol=1e-4)
    flat = curve((0, 0), (1, 0.5, "flat"), (2, 1))
    assert flat.slopes[0][1] == 0
    assert curve((0, 0), (1, 0.5), (2, 1)).slopes[0][1] == pytest.approx(0.5)
    np.testing.assert_array_equal(curve((1, 0.3)).values(np.array([0.0, 1.0, 9.0])), 0.3)


def test_it_is_as_the_page_draws_it() -> None:
    for entry in json.loads(TABLE.read_text(encoding="utf-8")):
        made = Curve("jawOpen", tuple(CurveKey(**key) for key in entry["keys"]))
        np.testing.assert_allclose(made.values(np.array(entry["times"], float)), entry["values"], atol=1e-9)


@pytest.mark.parametrize("mode", ["add", "replace"])
def test_a_channel_follows_its_curve_and_no_other_frame_moves(mode: str) -> None:
    motion, made = moving(), curve((2, 0.2), (3, 0.5), (4, 0.3), mode=mode, fade_in=0.4, fade_out=0.0)
    after = add_curves_to_face(motion, (made,))
    column = ARKIT.index("jawOpen")
    inside = (motion.times >= 2) & (motion.times <= 4)
    outside = (motion.times <= 1.6) | (motion.times > 4)
    assert after.expression[outside].tobytes() == motion.expression[outside].tobytes()
    others = np.arange(51) != column
    np.testing.assert_array_equal(after.expression[:, others], motion.expression[:, others])
    drawn = made.values(motion.times[inside])
    below = motion.expression[inside, column] if mode == "add" else 0
    np.testing.assert_allclose(after.expression[inside, column], below + drawn, atol=1e-6)


@pytest.mark.parametrize(("index", "name"), list(enumerate(("yaw", "pitch", "roll"))))
def test_an_angle_of_the_head(index: int, name: str) -> None:
    motion = moving()
    replacing = curve((2, 0.3), (4, -0.4), channel=name, mode="replace")
    after = add_curves_to_head(motion, (replacing, curve((1, 0.01), channel="translationY")))
    angles, before = (yaw_pitch_roll(each.head[:, :3].astype(float)) for each in (after, motion))
    inside = (motion.times >= 2) & (motion.times <= 4)
    np.testing.assert_allclose(angles[inside, index], replacing.values(motion.times[inside]), atol=1e-6)
    others = [other for other in range(3) if other != index]
    np.testing.assert_allclose(angles[:, others], before[:, others], atol=1e-6)
    outside = (motion.times < 1.75) | (motion.times > 4.25)
    np.testing.assert_array_equal(after.head[outside, :3], motion.head[outside, :3])
    assert after.head[25, 4] == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: curve(), "has no key"),
        (lambda: curve((2, 0), (1, 0)), "must be in order"),
        (lambda: curve((1, 0), (1.0001, 0)), "0.001 s apart"),
        (lambda: CurveKey(-1.0, 0.0), "at -1.0 s"),
        (lambda: CurveKey(1.0, 0.0, "free", float("nan")), "slope_in of a key is nan"),
        (lambda: curve((1, 0), fade_in=-1.0), "fade_in of the curve of jawOpen is -1.0"),
        (lambda: curve((1, 0), channel="jawOpn").check(ARKIT), "did you mean 'jawOpen'"),
        (lambda: curve((1, 0), channel="rotationX").check(ARKIT), "there is no curve of 'rotationX'"),
        (lambda: curve((1, -0.5), mode="replace").check(ARKIT), "jawOpen is -0.5 at 1 s; it must be 0 to 1"),
        (lambda: curve((1, -1.5)).check(ARKIT), "it must be -1 to 1"),
        (lambda: curve((1, 30), channel="yaw").check(ARKIT), "must be -1.5 to 1.5"),
        (lambda: curve((1, float("nan"))).check(ARKIT), "jawOpen is nan"),
    ],
)
def test_curves_that_are_none_are_told(make, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make()
