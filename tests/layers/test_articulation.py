"""Jaw and lips scaled in ranges of speech: a real voice's motion, whose lips still close where they did."""

from dataclasses import replace

import numpy as np
import pytest
from support.files import REPOSITORY

from ksdiff.errors import InputError
from ksdiff.face.lips import lip_gaps
from ksdiff.layers.articulation import BLEND, CLOSING, JAW, LIPS, Articulation, articulate, articulation_gains
from ksdiff.layers.limits import limit
from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT, FLAME

NEUTRAL = np.zeros(51, dtype=np.float32)
JAWS, LIP = ([ARKIT.index(name) for name in names] for names in (JAW, LIPS))
OTHERS = [index for index in range(51) if index not in (*JAWS, *LIP)]


@pytest.fixture(scope="module")
def speech() -> Motion:
    """What the packaged weights make of a real voice."""
    with np.load(REPOSITORY / "tests/golden/motion.npz") as data:
        expression, head = (data[name].astype(np.float32) for name in ("expression", "head"))
    still = np.zeros(len(head), dtype=np.float32)
    return Motion(expression, head, still, still)


def scaled(speech: Motion, *ranges: Articulation) -> np.ndarray:
    return articulate(speech, NEUTRAL, ranges)


def test_weights_of_neighbours_sum_to_one_and_are_smooth() -> None:
    times = np.linspace(0, 2, 20_001)
    ranges = [Articulation(*edges) for edges in ((0.5, 0.57), (0.57, 0.7), (0.7, 1.2))]
    weights = sum(one.weight(times) for one in ranges)
    np.testing.assert_allclose(weights[(times > 0.5 + BLEND) & (times < 1.2 - BLEND)], 1)
    assert not weights[(times < 0.5 - BLEND) | (times > 1.2 + BLEND)].any()
    assert np.abs(np.diff(weights)).max() < 1.51 * 1e-4 / (2 * BLEND)


def test_jaw_and_lips_are_scaled_apart_and_nowhere_else(speech: Motion) -> None:
    one = Articulation(2.0, 3.0, jaw=1.6, lips=0.5)
    after = scaled(speech, one)
    outside = (speech.times <= 2.0 - BLEND) | (speech.times >= 3.0 + BLEND)
    assert after[outside].tobytes() == speech.expression[outside].tobytes()
    np.testing.assert_array_equal(after[:, OTHERS], speech.expression[:, OTHERS])
    inside = (speech.times > 2.0 + BLEND) & (speech.times < 3.0 - BLEND)
    open_ = inside & (lip_gaps(speech.expression).max(axis=1) > CLOSING)
    assert open_.sum() > 8
    np.testing.assert_allclose(after[open_][:, JAWS], 1.6 * speech.expression[open_][:, JAWS], rtol=1e-5)
    np.testing.assert_allclose(after[open_][:, LIP], 0.5 * speech.expression[open_][:, LIP], rtol=1e-5)


@pytest.mark.parametrize(("jaw", "lips"), [(2.0, 1.0), (1.0, 2.0), (1.0, 0.2), (2.0, 0.0), (0.3, 2.0)])
def test_lips_that_speech_closes_stay_closed(speech: Motion, jaw: float, lips: float) -> None:
    before = lip_gaps(speech.expression).max(axis=1)
    closed = before < 0.0005
    assert closed.sum() > 30
    after = limit(replace(speech, expression=scaled(speech, Articulation(0.0, 99.0, jaw, lips)))).expression
    assert (lip_gaps(after).max(axis=1) - before)[closed].max() < 0.0003  # m
    assert np.abs(after - speech.expression).max() > 0.1
    # Nor does a hold on the lips make the mouth jump.
    most = max(jaw, lips, 1.0)
    steps = [np.abs(np.diff(each, axis=0)).max() for each in (speech.expression, after)]
    assert steps[1] < most * steps[0] + 0.05


def test_nothing_is_done_by_one_or_to_another_space(speech: Motion) -> None:
    assert scaled(speech, Articulation(1.0, 3.0)).tobytes() == speech.expression.tobytes()
    assert articulate(speech, NEUTRAL, ()) is speech.expression
    still = np.zeros(5, dtype=np.float32)
    flame = Motion(
        np.ones((5, len(FLAME.expression)), np.float32), np.zeros((5, len(FLAME.head)), np.float32), still, still,
        space=FLAME,
    )  # fmt: skip
    assert articulate(flame, flame.expression[0], (Articulation(0.0, 1.0, 2.0),)) is flame.expression
    gains = articulation_gains(
        (Articulation(1.0, 2.0, 1.5, 0.5),), ("jawOpen", "mouthPucker", "browInnerUp"), np.array([1.5])
    )
    np.testing.assert_allclose(gains, [[1.5, 0.5, 1.0]])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((1.0, 1.0), "the end must be after the start"),
        ((1.0, 2.0, 4.0), "jaw of an articulation is 4.0"),
        ((1.0, 2.0, 1.0, float("nan")), "lips of an articulation is nan"),
    ],
)
def test_articulations_that_are_none_are_told(values: tuple[float, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Articulation(*values)
