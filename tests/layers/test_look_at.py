"""Looking at something: gaze lands on it, eyes and head share the way, and nothing moves faster than it can."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ksdiff.errors import InputError
from ksdiff.layers.eyes import NATURAL, EyeBehaviour, add_blinks_and_gaze, gaze_angles
from ksdiff.layers.look_at import EYES, GazeTarget, from_gaze, head_share, head_turn, shifts, turn_head
from ksdiff.motion import Motion
from ksdiff.motion.rotation import relative_angles
from ksdiff.motion.space import ARKIT

FPS = 240.0
SECONDS = 6.0
ROUND = (1.0, 4.0)  # s at which somebody looks there, and back


def talking(seconds: float = SECONDS) -> Motion:
    """A head that nods and sways by some degrees, as it does in speech, at the model's rate."""
    times = np.arange(round(seconds * 25)) / 25
    head = np.zeros((len(times), 6), dtype=np.float32)
    head[:, 0] = np.radians(3) * np.sin(2 * np.pi * 0.7 * times)
    head[:, 1] = np.radians(3) * np.sin(2 * np.pi * 0.4 * times + 1)
    head[:, 4] = 0.004 * np.sin(2 * np.pi * 0.7 * times)
    still = np.zeros(len(times), dtype=np.float32)
    return Motion(np.zeros((len(times), 51), dtype=np.float32), head, still, still)


def looking(*targets: GazeTarget, behaviour: EyeBehaviour = NATURAL, seed: int = 0) -> Motion:
    before = talking()
    motion = turn_head(before, head_turn(targets, before.times, behaviour.viewer_distance)).resample(FPS)
    turn = head_turn(targets, motion.times, behaviour.viewer_distance)
    timing = before.resample(FPS)
    return add_blinks_and_gaze(motion, seed, behaviour, timing=timing, targets=targets, turn=turn)


def off_target(motion: Motion, point: np.ndarray) -> np.ndarray:
    """Angle between where both eyes look, on the mean, and a point, degrees, at each frame."""
    turned = Rotation.from_rotvec(motion.head[:, :3])
    means = []
    for eye, position in enumerate(EYES):
        yaw, pitch = gaze_angles(motion.expression.astype(float))[:, eye].T
        look = turned.apply(from_gaze(np.stack([yaw, pitch, np.ones(len(yaw))], axis=1)))
        way = point - motion.head[:, 3:] - turned.apply(position)
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        means.append(look - way)
    return np.degrees(np.linalg.norm(np.mean(means, axis=0), axis=1))


def speeds(motion: Motion) -> tuple[np.ndarray, np.ndarray]:
    """Of the head and of the eyes in it, degrees/s at each frame."""
    eyes = gaze_angles(motion.expression.astype(float)).mean(axis=1)
    moved = np.linalg.norm(np.diff(eyes, axis=0, prepend=eyes[:1]), axis=1)
    return np.degrees(relative_angles(motion.head[:, :3].astype(float))) * FPS, np.degrees(moved) * FPS


def between(motion: Motion, start: float, end: float) -> np.ndarray:
    return (motion.times >= start) & (motion.times < end)


@pytest.mark.parametrize(
    ("yaw", "pitch"), [(6, 0), (-12, 3), (25, 0), (-40, -10), (60, 5), (0, 25), (0, -30), (35, 20), (70, 0)]
)
def test_gaze_lands_on_a_direction_and_rests_there(yaw: float, pitch: float) -> None:
    target = GazeTarget(*ROUND, float(np.radians(yaw)), float(np.radians(pitch)), head=1.0)
    motion = looking(target)
    point = EYES.mean(axis=0) + from_gaze(target.gaze(NATURAL.viewer_distance)[None])[0]
    settled = between(motion, 2.2, 4.0)
    assert off_target(motion, point)[settled].max() < 1.0
    head, eyes = speeds(motion)
    assert head[between(motion, *ROUND)].max() < 250
    if abs(yaw) >= 25:
        assert head[between(motion, 1.0, 2.0)].max() > 30
        assert eyes[between(motion, 1.0, 1.3)].max() > 150  # a saccade
    assert eyes.max() < 900
    # No jump: what no eye and no head could do within a frame of 1/240 s.
    assert np.degrees(relative_angles(motion.head[:, :3].astype(float))).max() < 1.2
    assert np.abs(np.diff(motion.head[:, :3], n=2, axis=0)).max() < np.radians(0.5)


@pytest.mark.parametrize("position", [(0.5, 0.0, 0.6), (-0.2, 0.3, 0.4), (0.0, -0.25, 0.35), (-3.0, 1.0, 2.0)])
def test_gaze_lands_on_a_point_near_or_far(position: tuple[float, float, float]) -> None:
    motion = looking(GazeTarget(*ROUND, position=position, head=1.0))
    assert off_target(motion, np.array(position))[between(motion, 2.2, 4.0)].max() < 1.0
    eyes = np.degrees(gaze_angles(motion.expression.astype(float)))[between(motion, 2.2, 4.0)]
    converged = (eyes[:, 1, 0] - eyes[:, 0, 0]).mean()  # the right eye looks further to the left
    assert converged == pytest.approx(np.degrees(0.058 / np.linalg.norm(np.array(position) - EYES.mean(0))), rel=0.35)


def test_the_head_takes_more_of_a_larger_turn_and_none_of_a_small_one() -> None:
    shares = [np.degrees(head_share(np.radians([angle, 0.0])))[0] for angle in (5, 10, 15, 30, 60, 85)]
    assert shares[0] < 0.05
    assert shares[1] < 1.0  # the eyes alone
    assert 3 < shares[2] < 6
    assert shares == sorted(shares)
    assert shares[3] / 30 < shares[4] / 60
    assert shares[-1] == pytest.approx(60)  # the neck's end
    up, down = (np.degrees(head_share(np.radians([0.0, angle])))[1] for angle in (25, -25))
    assert (up, down) == (pytest.approx(17, abs=0.5), pytest.approx(-15, abs=0.5))
    half = head_turn((GazeTarget(0.0, 9.0, 1.0, head=0.5),), np.array([5.0]), 1.0)
    assert half[0, 1] == pytest.approx(0.5 * head_share(np.array([1.0, 0.0]))[0])


def test_the_head_follows_later_and_longer_and_the_eyes_turn_back() -> None:
    target = GazeTarget(*ROUND, 0.8, 0.0, head=1.0)
    motion, times = looking(target), looking(target).times
    plain = looking()
    turned = np.degrees(motion.head[:, 1] - plain.head[:, 1])
    eye = np.degrees(gaze_angles(motion.expression.astype(float)).mean(axis=1)[:, 0])
    began_eye = times[(times > 1.0) & (eye > eye[239] + 1)][0]
    began_head = times[(times > 1.0) & (turned > 1)][0]
    assert 0.03 < began_head - began_eye < 0.15
    peak = eye[between(motion, 1.0, 1.4)].max()
    assert 20 < peak <= 25  # to the end of its range
    assert eye[between(motion, 2.0, 4.0)].mean() < 17  # and back as the head comes
    nearer = GazeTarget(*ROUND, 0.5, 0.0, head=1.0)  # where the eyes need not wait at their end
    motion = looking(nearer)
    head, eyes = speeds(motion)
    point = EYES.mean(axis=0) + from_gaze(nearer.gaze(1.0)[None])[0]
    landed = between(motion, 1.2, 2.0) & (off_target(motion, point) < 0.8) & (head > 12)
    assert landed.sum() > 0.08 * FPS
    np.testing.assert_allclose(eyes[landed], head[landed], rtol=0.25)  # the reflex


def test_speech_goes_on_about_the_turned_direction() -> None:
    before, turn = talking(), head_turn((GazeTarget(*ROUND, 0.9, -0.2, head=1.0),), talking().times, 1.0)
    after = turn_head(before, turn)
    settled = (before.times > 2) & (before.times < 4)
    own = Rotation.from_rotvec(turn[settled]).inv() * Rotation.from_rotvec(after.head[settled, :3])
    np.testing.assert_allclose(own.as_rotvec(), before.head[settled, :3], atol=1e-6)
    outside = (before.times <= 1.0) | (before.times > 5.0)
    assert after.head[outside].tobytes() == before.head[outside].tobytes()
    np.testing.assert_array_equal(after.head[:, 3:], before.head[:, 3:])


def test_one_target_leads_to_the_next_without_the_viewer_between() -> None:
    left, right = GazeTarget(1.0, 2.0, 0.5, head=1.0), GazeTarget(2.0, 3.0, -0.5, head=1.0)
    found = [(shift.time, shift.target) for shift in shifts((left, right), 1.0)]
    assert found == [(1.0, left), (2.0, right), (3.0, None)]
    near = GazeTarget(2.08, 3.0, -0.5)
    assert [shift.time for shift in shifts((left, near), 1.0)] == [1.0, 2.08, 3.0]
    inside = GazeTarget(1.4, 1.6, -0.2)
    assert [shift.target for shift in shifts((left, inside), 1.0)] == [left, inside, left, None]
    assert shifts((), 1.0) == ()


def test_an_interrupted_turn_does_not_jump() -> None:
    quick = [GazeTarget(1 + 0.12 * i, 1.12 + 0.12 * i, 0.7 * (-1) ** i, 0.2, head=1.0) for i in range(12)]
    head, eyes = speeds(looking(*quick))
    assert head.max() < 300
    assert eyes.max() < 1200


def test_blinks_go_with_large_shifts_of_gaze_and_move_no_others() -> None:
    plain = looking().expression[:, ARKIT.index("eyeBlinkLeft")]
    counts = []
    for yaw in (0.17, 0.9):
        new = 0
        for seed in range(12):
            motion = looking(GazeTarget(*ROUND, yaw, head=1.0), seed=seed, behaviour=NATURAL)
            own = looking(seed=seed)
            lids, before = (each.channel("eyeBlinkLeft") > 0.6 for each in (motion, own))
            assert (lids | ~before).all()  # none is gone
            new += bool((lids & ~before)[between(motion, 1.0, 1.5)].any())
            assert not (lids & ~before)[between(motion, 1.8, 3.9)].any()
            assert yaw < 0.5 or lids[between(motion, 0.6, 1.5)].any()  # with it, or one that was just there
        counts.append(new)
    assert counts[0] == 0
    assert counts[1] >= 5
    none = looking(GazeTarget(*ROUND, 0.9), behaviour=EyeBehaviour(blinks_per_minute=0.0))
    assert none.channel("eyeBlinkLeft").max() < 0.3
    assert plain.max() > 0.6


def test_eyes_that_do_not_hold_on_to_the_viewer_still_find_a_target() -> None:
    behaviour = EyeBehaviour(compensation=0.0)
    target = GazeTarget(*ROUND, 0.7, 0.0, head=1.0)
    motion = looking(target, behaviour=behaviour)
    point = EYES.mean(axis=0) + from_gaze(target.gaze(1.0)[None])[0]
    assert np.median(off_target(motion, point)[between(motion, 2.2, 4.0)]) < 5  # by the head's own swaying alone


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "either a direction"),
        ({"yaw": 0.1, "position": (0.0, 0.0, 1.0)}, "either a direction"),
        ({"yaw": 2.0}, "yaw is 2.0 rad; it must be within"),
        ({"pitch": float("nan")}, "pitch is nan"),
        ({"position": (0.0, 0.039, 0.08)}, "0.01 m from the eyes"),
        ({"position": (0.0, float("inf"), 1.0)}, "from the eyes"),
        ({"yaw": 0.1, "head": 1.5}, "head is 1.5"),
        ({"yaw": 0.1, "end": 0.5}, "the end must be after the start"),
    ],
)
def test_targets_that_are_none_are_told(values: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        GazeTarget(**{"start": 1.0, "end": 2.0, **values})
