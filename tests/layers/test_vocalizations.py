"""Laughs and the like follow their sound, join speech without a jump, and leave everything else alone."""

from dataclasses import replace

import numpy as np
import pytest
from support.synthetic import synthetic_motion
from support.vocalizations import CALLS, laughter

from ksdiff.errors import InputError
from ksdiff.layers.limits import limit
from ksdiff.layers.vocalizations import (
    ATTACK,
    DECAY,
    LEVEL_STEP,
    SOUNDS,
    Vocalization,
    add_vocalizations_to_face,
    add_vocalizations_to_head,
)
from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT, FLAME_JAW
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.vad import level_track

START, END = 3.0, 4.6


def heard() -> np.ndarray:
    """Levels of a sound of 8 s with a laugh in it."""
    sound = np.zeros(8 * SAMPLE_RATE, np.float32)
    calls = laughter(END - START)
    sound[round(START * SAMPLE_RATE) :][: len(calls)] = calls
    return level_track(sound)


def still(fps: float = 25.0) -> Motion:
    frames = round(8 * fps)
    return Motion(
        expression=np.full((frames, 51), 0.1, np.float32), head=np.zeros((frames, 6), np.float32),
        keyframes_expression=np.zeros(frames), keyframes_head=np.zeros(frames), fps=fps,
    )  # fmt: skip


def performed(motion: Motion, *vocalizations: Vocalization, level: np.ndarray | None = None) -> Motion:
    level = heard() if level is None else level
    return limit(
        add_vocalizations_to_face(add_vocalizations_to_head(motion, vocalizations, level), vocalizations, level)
    )


@pytest.mark.parametrize("rate", [2.5, CALLS])
@pytest.mark.parametrize("fps", [25.0, 60.0])
def test_the_jaw_follows_the_calls_of_a_laugh(fps: float, rate: float) -> None:
    sound = np.zeros(8 * SAMPLE_RATE, np.float32)
    sound[3 * SAMPLE_RATE : 5 * SAMPLE_RATE] = laughter(2.0, rate)
    motion = performed(still(fps), Vocalization("laugh", 3.0, 5.0), level=level_track(sound))
    jaw = motion.channel("jawOpen")[round(3.1 * fps) : round(4.9 * fps)]
    spectrum = np.abs(np.fft.rfft((jaw - jaw.mean()) * np.hanning(len(jaw)), 4096))
    frequencies = np.fft.rfftfreq(4096, 1 / fps)
    spectrum[frequencies < 1.5] = 0
    assert frequencies[spectrum.argmax()] == pytest.approx(rate, abs=0.3)
    assert np.ptp(jaw) > 0.1
    assert motion.channel("mouthSmileLeft")[round(4 * fps)] > 0.6
    assert motion.channel("cheekSquintLeft")[round(4 * fps)] > 0.5
    assert motion.head[round(4 * fps), 0] < np.radians(-3)  # the head goes back


@pytest.mark.parametrize("sound", SOUNDS)
def test_frames_beyond_the_fades_stay_as_they_are(sound: str) -> None:
    motion = limit(synthetic_motion(8.0))
    after = performed(motion, Vocalization(sound, START, END))
    outside = (motion.times <= START - ATTACK) | (motion.times >= END + DECAY)
    np.testing.assert_array_equal(after.expression[outside], motion.expression[outside])
    np.testing.assert_array_equal(after.head[outside], motion.head[outside])
    inside = (motion.times >= START) & (motion.times <= END)
    assert (after.expression[inside] != motion.expression[inside]).any(axis=1).all()
    assert after.expression.dtype == motion.expression.dtype
    assert after.expression.min() >= 0
    assert after.expression.max() <= 1


@pytest.mark.parametrize("sound", SOUNDS)
def test_joins_are_smooth(sound: str) -> None:
    """Even where the sound sets in at once, at its loudest; a cough opens the mouth with it."""
    after = performed(still(100.0), Vocalization(sound, START, END), level=np.full(800, -20.0))
    for values in (after.expression.astype(np.float64), after.head.astype(np.float64)):
        speed, acceleration = np.diff(values, axis=0) * 100, np.diff(values, 2, axis=0) * 100**2
        assert np.abs(speed).max() < 8.0  # nothing jumps: a way of 1 in a frame would be 100
        assert np.abs(acceleration).max() < (200.0 if sound == "cough" else 110.0)


@pytest.mark.parametrize("seconds", [0.5, END - START])
@pytest.mark.parametrize("sound", SOUNDS)
def test_the_head_joins_without_a_jerk(sound: str, seconds: float) -> None:
    """Also where the sound sets in at its loudest: no faster than a head of people who sit and read, 5 rad/s².

    99.9 % of their frames in the corpus are below; of all its heads, 27.
    """
    for level in (heard(), np.full(800, -20.0)):
        after = performed(still(), Vocalization(sound, START, START + seconds), level=level)
        acceleration = np.abs(np.diff(after.head[:, 0].astype(np.float64), 2)) * 25**2
        times = after.times[1:-1]
        joins = (times < START + 0.1) | (times > START + seconds - 0.1)
        assert acceleration[joins].max() < 5.0


@pytest.mark.parametrize("sound", SOUNDS)
def test_a_smile_goes_and_comes_back_slowly(sound: str) -> None:
    """Even where the sound has no use for it, and opens the mouth at once."""
    before = still()
    before.expression[:, ARKIT.index("mouthSmileLeft")] = 0.6
    smile = performed(before, Vocalization(sound, START, END)).channel("mouthSmileLeft")
    assert np.abs(np.diff(smile.astype(np.float64), 2)).max() * 25**2 < 15.0


def test_a_head_that_laughs_bobs() -> None:
    """With each call but the first and the last, and not only while it is thrown back."""
    level = np.full(800, -60.0)
    level[300:500] = np.tile([-20.0] * 10 + [-45.0] * 10, 10)  # 5 calls a second
    nod = np.degrees(performed(still(50.0), Vocalization("laugh", 3.0, 5.0), level=level).head[:, 0])
    middle = nod[round(3.5 * 50) : round(4.5 * 50)]
    assert middle.mean() < -4.0
    assert np.count_nonzero((middle[1:-1] > middle[:-2]) & (middle[1:-1] >= middle[2:])) == 5
    assert np.ptp(middle) > 0.6


def test_a_sound_that_cannot_be_heard_still_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    motion = performed(still(), Vocalization("laugh", START, END), level=np.full(800, -100.0))
    inside = motion.channel("mouthSmileLeft")[round(3.5 * 25) : round(4.0 * 25)]
    assert inside.min() > 0.6
    assert np.ptp(motion.channel("jawOpen")[round(3.5 * 25) : round(4.0 * 25)]) < 0.01


def test_intensity_and_order() -> None:
    half = performed(still(), Vocalization("cry", START, END, 0.5))
    whole = performed(still(), Vocalization("cry", START, END))
    assert 0.1 < half.channel("browInnerUp")[100] < whole.channel("browInnerUp")[100]
    assert performed(still(), Vocalization("cry", START, END, 0.0)) == still()
    assert performed(still()) == still()


def test_a_cough_shuts_the_eyes_and_throws_the_head_forward() -> None:
    motion = performed(still(), Vocalization("cough", START, END))
    inside = slice(round(START * 25), round(END * 25))
    assert motion.channel("eyeBlinkLeft")[inside].max() > 0.4
    assert motion.head[inside, 0].max() > np.radians(5)
    assert motion.head[inside, 5].max() > 0.004


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("lauhg", 1.0, 2.0), "did you mean 'laugh'.*Allowed: laugh, sigh, breath, cough, cry"),
        (("laugh", 2.0, 1.0), "the end must be after the start"),
        (("laugh", -1.0, 1.0), "the end must be after the start"),
        (("laugh", 0.0, float("nan")), "the end must be after the start"),
        (("laugh", 0.0, 1.0, 1.5), "it must be 0 to 1"),
    ],
)
def test_what_cannot_be_is_refused(given: tuple, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Vocalization(*given)


def test_other_spaces_have_none() -> None:
    frames = 50
    motion = Motion(
        np.zeros((frames, 53), np.float32), np.zeros((frames, 6), np.float32), np.zeros(frames), np.zeros(frames),
        space=FLAME_JAW,
    )  # fmt: skip
    for add in (add_vocalizations_to_face, add_vocalizations_to_head):
        assert add(motion, (), heard()) is motion
        with pytest.raises(InputError, match="flame-jaw"):
            add(motion, (Vocalization("sigh", 0.2, 1.0),), heard())


def test_short_ones_at_the_edges() -> None:
    motion = replace(synthetic_motion(2.0), space=ARKIT)
    for start, end in ((0.0, 0.05), (1.9, 2.5), (5.0, 6.0)):
        after = performed(motion, Vocalization("cough", start, end))
        assert np.isfinite(after.expression).all()
    assert LEVEL_STEP == 0.01
