from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from support.synthetic import synthetic_motion

from ksdiff.errors import InputError
from ksdiff.face.head import load_head
from ksdiff.layers.eyes import NATURAL, EyeBehaviour, add_blinks_and_gaze, gaze_angles, seed_with_sound
from ksdiff.layers.limits import limit
from ksdiff.layers.smoothing import smooth
from ksdiff.motion import Motion, Word
from ksdiff.motion.space import ARKIT, ARKIT_SHAPES, MotionSpace
from ksdiff.speech.loudness import sound_number

BLINK = [ARKIT.index("eyeBlinkLeft"), ARKIT.index("eyeBlinkRight")]
EYES = [index for index, name in enumerate(ARKIT.expression) if name.startswith(("eyeBlink", "eyeLook", "eyeWide"))]


def still_motion(seconds, words=()):
    frames = round(seconds * 25)
    return Motion(
        expression=np.zeros((frames, 51), np.float32),
        head=np.zeros((frames, 6), np.float32),
        keyframes_expression=np.zeros(frames),
        keyframes_head=np.zeros(frames),
        words=words,
    )


def blink_starts(motion, channel="eyeBlinkLeft"):
    lid = motion.channel(channel)
    return np.flatnonzero((lid[1:] > 0.5) & (lid[:-1] <= 0.5)) + 1


def test_sounds_have_seeds_of_their_own():
    voice = np.random.default_rng(0).normal(0, 0.1, 80_000).astype(np.float32) * np.hanning(80_000).astype(np.float32)
    number = sound_number(voice)
    assert number == sound_number(voice + np.float32(1e-7))  # other rounding when it was read
    others = [voice[:-8000], voice[::-1] * np.linspace(0.5, 1, 80_000, dtype=np.float32), voice * np.float32(0.7)]
    assert len({number, *map(sound_number, others)}) == 4
    for short in (0, 1, 100, 4000):
        assert sound_number(np.zeros(short, np.float32)) > 0
    motion = still_motion(30)
    seeds = [seed_with_sound(seed, sound) for seed in (0, 2**63 - 1) for sound in (0, number, 2**32 - 1)]
    starts = [tuple(blink_starts(add_blinks_and_gaze(motion, seed))) for seed in seeds]
    assert len(set(starts)) == 6
    assert starts[0] == tuple(blink_starts(add_blinks_and_gaze(motion, 0)))  # no sound: as it was


def test_same_seed_same_eyes_and_nothing_else_changes():
    motion = synthetic_motion(seconds=30.0)
    before = motion.expression.copy()
    one, again, other = (add_blinks_and_gaze(motion, seed) for seed in (1, 1, 2))
    assert one == again
    assert one != other
    np.testing.assert_array_equal(motion.expression, before)
    np.testing.assert_array_equal(np.delete(one.expression, EYES, axis=1), np.delete(before, EYES, axis=1))
    np.testing.assert_array_equal(one.head, motion.head)
    assert one.expression.dtype == motion.expression.dtype
    assert one.expression.min() >= 0
    assert one.expression.max() <= 1


@pytest.mark.parametrize("rate", [10.0, 18.0, 26.0])
def test_blinks_come_at_the_asked_rate(rate):
    motion = still_motion(600)
    behaviour = replace(NATURAL, blinks_per_minute=rate)
    counts = [len(blink_starts(add_blinks_and_gaze(motion, seed, behaviour))) / 10 for seed in range(4)]
    assert np.mean(counts) == pytest.approx(rate, rel=0.1)


def test_intervals_between_blinks_are_skewed_like_people_s():
    starts = blink_starts(add_blinks_and_gaze(still_motion(1800), 3)) / 25
    intervals = np.diff(starts)
    assert np.median(intervals) < np.mean(intervals)
    assert 0.4 < intervals.std() / intervals.mean() < 1.0
    assert intervals.min() >= 0.25
    assert (intervals < 0.5).mean() == pytest.approx(NATURAL.double_blinks, abs=0.05)


def test_a_blink_closes_faster_than_it_opens_and_closes_wholly():
    motion = add_blinks_and_gaze(still_motion(600).resample(250.0), 0, replace(NATURAL, double_blinks=0.0))
    closings, openings, depths = [], [], []
    for start in blink_starts(motion):
        lid = motion.channel("eyeBlinkLeft")[max(start - 60, 0) : start + 120]
        if len(lid) < 180 or lid.max() < 0.9:  # at the edge, or an incomplete one
            continue
        peak = lid.max()
        above = lid > 0.1 + lid[0]
        shut = np.flatnonzero(lid > 0.97 * peak)
        closings.append((shut[0] - np.flatnonzero(above)[0]) / 250)
        openings.append((np.flatnonzero(above)[-1] - shut[-1]) / 250)
        depths.append(peak)
    assert len(depths) > 100
    assert 0.04 < np.mean(closings) < 0.12
    assert 0.08 < np.mean(openings) < 0.25
    assert np.mean(openings) > 1.3 * np.mean(closings)
    assert np.mean(depths) > 0.94


def test_every_blink_shows_at_25_frames_a_second_in_both_eyes():
    motion = add_blinks_and_gaze(still_motion(600), 5)
    left, right = (blink_starts(motion, name) for name in ("eyeBlinkLeft", "eyeBlinkRight"))
    left, right = (starts[starts < len(motion) - 5] for starts in (left, right))
    assert len(left) == len(right)
    assert np.abs(left - right).max() <= 1
    peaks = np.array([motion.expression[start : start + 4, BLINK].max() for start in left])
    assert (peaks > 0.9).mean() > 0.8


def test_blinks_prefer_pauses():
    words = tuple(Word("word", second, second + 3.0) for second in np.arange(0, 900, 4.0))
    motion = still_motion(900, words)
    starts = np.concatenate([blink_starts(add_blinks_and_gaze(motion, seed)) for seed in range(3)]) / 25
    in_pause = (starts % 4.0 > 3.0).mean()
    assert in_pause > 1.5 * 0.25  # a quarter of the time is pause
    pauses = (motion.times % 4.0 < 2.0).astype(np.float64)
    starts = blink_starts(add_blinks_and_gaze(still_motion(900), 0, pauses=pauses)) / 25
    assert (starts % 4.0 < 2.2).mean() > 0.65


def test_no_blinks_when_none_are_wanted():
    motion = add_blinks_and_gaze(still_motion(60), 0, replace(NATURAL, blinks_per_minute=0.0))
    assert motion.expression[:, BLINK].max() < 0.25  # the lids follow the gaze a little


def test_eyes_stay_on_the_viewer_while_the_head_turns():
    """The real head's eyeballs, posed as it poses them, point at the viewer."""
    frames = 50
    motion = still_motion(frames / 25)
    motion.head[:, :3] = np.stack(
        [np.linspace(-0.15, 0.15, frames), np.linspace(-0.25, 0.25, frames), np.full(frames, 0.1)], 1
    )
    motion.head[:, 3:] = [0.01, -0.005, 0.02]
    fixed = replace(NATURAL, wander=0.0, aversions_per_minute=0.0, blinks_per_minute=0.0)
    looking = add_blinks_and_gaze(motion, 0, fixed)
    head = load_head()
    vertices = head.vertices(looking.expression)
    pose = Rotation.from_rotvec(motion.head[:, :3])
    middle = np.mean(
        [head.neutral[head.part_vertices(part)].mean(axis=0) for part in ("eye_left", "eye_right")], axis=0
    )
    viewer = np.array([0, middle[1], 1.0])
    for part in ("eye_left", "eye_right"):
        at = head.part_vertices(part)
        neutral = head.neutral[at] - head.neutral[at].mean(axis=0)
        errors = []
        for t in range(frames):
            now = vertices[t, at]
            turn, _ = Rotation.align_vectors(now - now.mean(axis=0), neutral)
            forward = pose[t].apply(turn.apply([0, 0, 1]))
            eye = pose[t].apply(now.mean(axis=0)) + motion.head[t, 3:]
            toward = (viewer - eye) / np.linalg.norm(viewer - eye)
            errors.append(np.degrees(np.arccos(np.clip(forward @ toward, -1, 1))))
        assert np.median(errors) < 1.0
        assert max(errors) < 4.0  # where the eyes come to the end of their range
    without = add_blinks_and_gaze(motion, 0, replace(fixed, compensation=0.0))
    assert np.abs(gaze_angles(without.expression)[:, :, 0]).max() < np.radians(4)


def test_gaze_shifts_are_saccades_with_rests_between():
    motion = add_blinks_and_gaze(still_motion(300), 4)
    gaze = gaze_angles(motion.expression).mean(axis=1)
    moved = np.degrees(np.linalg.norm(np.diff(gaze, axis=0), axis=1))
    assert (moved < 0.02).mean() > 0.85  # at rest most of the time
    assert 0.4 < (moved > 0.3).sum() / 300 < 3  # saccades a second
    away = np.degrees(np.linalg.norm(gaze, axis=1)) > 5
    assert 0.02 < away.mean() < 0.3


def test_lids_follow_the_gaze():
    motion = still_motion(2)
    motion.head[:, 0] = -0.2  # the nose is up, so the eyes look down at the viewer
    behaviour = replace(NATURAL, wander=0.0, aversions_per_minute=0.0, blinks_per_minute=0.0)
    down = add_blinks_and_gaze(motion, 0, behaviour)
    motion.head[:, 0] = 0.2
    up = add_blinks_and_gaze(motion, 0, behaviour)
    assert down.channel("eyeLookDownLeft").min() > 0.4
    assert up.channel("eyeLookUpLeft").min() > 0.4
    assert down.channel("eyeBlinkLeft").min() > up.channel("eyeBlinkLeft").max() + 0.05
    assert up.channel("eyeWideLeft").min() > down.channel("eyeWideLeft").max()


def test_resting_lids_stay_but_are_kept_open():
    motion = still_motion(10)
    behaviour = replace(NATURAL, wander=0.0, aversions_per_minute=0.0, blinks_per_minute=0.0)
    motion.expression[:, BLINK] = 0.1
    assert add_blinks_and_gaze(motion, 0, behaviour).channel("eyeBlinkLeft").mean() == pytest.approx(0.1, abs=0.01)
    motion.expression[:, BLINK] = 0.6
    assert add_blinks_and_gaze(motion, 0, behaviour).channel("eyeBlinkLeft").mean() == pytest.approx(0.15, abs=0.01)


def test_short_and_single_frame_motions():
    for seconds in (0.04, 0.08, 0.3):
        assert np.isfinite(add_blinks_and_gaze(still_motion(seconds), 0).expression).all()


def test_other_spaces_are_left_alone():
    space = MotionSpace("other", ("open",), "1", None, ("x", "y", "z"), ("rad",) * 3, slice(0, 3), ("open",))
    motion = Motion(np.full((5, 1), 7.0), np.zeros((5, 3)), np.zeros(5), np.zeros(5), space=space)
    assert add_blinks_and_gaze(motion, 0) is motion
    assert limit(motion) is motion


def test_limit_clips_to_the_range_of_the_space():
    motion = still_motion(0.2)
    motion.expression[0] = -0.5
    motion.expression[1] = 1.5
    clipped = limit(motion)
    assert clipped.expression.min() == 0
    assert clipped.expression.max() == 1
    np.testing.assert_array_equal(clipped.head, motion.head)


def test_smoothing_takes_jitter_and_no_time():
    motion = synthetic_motion(seconds=8.0)
    jittery = replace(motion, expression=motion.expression + 0.05 * (-1.0) ** np.arange(200)[:, None])
    smoothed = smooth(jittery, 0.04)
    jerk_before, jerk_after = (np.abs(np.diff(m.expression, 2, axis=0)).max() for m in (jittery, smoothed))
    assert jerk_after < 0.2 * jerk_before
    np.testing.assert_allclose(smoothed.expression[5:-5], motion.expression[5:-5], atol=0.02)
    assert smooth(motion, 0.0) is motion
    with pytest.raises(InputError, match="smoothing is -1"):
        smooth(motion, -1.0)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"blinks_per_minute": -1.0}, "blinks_per_minute is -1"),
        ({"closing": 0.0}, "closing is 0"),
        ({"compensation": 1.5}, "between 0 and 1"),
        ({"pause_factor": 0.5}, "at least 1"),
        ({"viewer_distance": float("nan")}, "must be positive"),
    ],
)
def test_settings_are_checked(setting, message):
    with pytest.raises(InputError, match=message):
        EyeBehaviour(**setting)


def test_scale_of_the_gaze_is_that_of_the_head():
    head = load_head()
    at = head.part_vertices("eye_left")
    neutral = head.neutral[at] - head.neutral[at].mean(axis=0)
    for name, axis in (("eyeLookOutLeft", (0, 1)), ("eyeLookUpLeft", (1, 1)), ("eyeLookDownLeft", (1, -1))):
        shape = ARKIT_SHAPES.index(name)
        now = head.neutral[at] + head.deltas[shape, at]
        turn, _ = Rotation.align_vectors(now - now.mean(axis=0), neutral)
        expression = np.zeros((1, 51))
        expression[0, ARKIT.index(name)] = 1
        coordinate, sign = axis
        assert sign * gaze_angles(expression)[0, 0, coordinate] == pytest.approx(turn.magnitude(), abs=np.radians(0.3))
