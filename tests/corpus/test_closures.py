"""Lips that meet at p, b and m: motion whose closures are known, made shallow as a tracker makes them."""

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from ksdiff.corpus.closures import CLOSERS, LIMIT, contact_limit, with_closures
from ksdiff.face.lips import lip_gap_basis, lip_gaps
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT

CHANNELS = len(ARKIT.expression)
JAW = ARKIT.index("jawOpen")
SMALL, LARGE = 58.0, 300.0  # pixels of a face
CLOSED = (1.0, 1.8, 2.5, 3.6, 4.2)  # s: middles of the closures
PHONES = [(label, at - 0.03, at + 0.05) for label, at in zip("PBMMB", CLOSED, strict=True)]
BENT = (*CLOSERS, "mouthFunnel", "mouthSmileLeft", "mouthSmileRight", "mouthUpperUpLeft")


def spoken(cutoff: float, depth: float = 1.0, fine: int = 8) -> np.ndarray:
    """5 s of speech whose lips close to ``depth`` for 50 ms at `CLOSED`, low-passed, at 25 frames/s."""
    times = np.arange(5 * MOTION_RATE * fine) / (MOTION_RATE * fine)
    jaw = 0.22 + 0.06 * np.sin(2 * np.pi * 0.9 * times)
    for at in CLOSED:
        jaw *= 1 - depth * np.clip((0.07 - np.abs(times - at)) / 0.045, 0, 1)
    expression = np.zeros((len(times), CHANNELS))
    expression[:, JAW] = jaw
    expression[:, ARKIT.index("mouthFunnel")] = 0.05 * np.sin(2 * np.pi * 0.4 * times) ** 2
    for side in ("Left", "Right"):
        expression[:, ARKIT.index(f"mouthSmile{side}")] = 0.2 + 0.1 * np.sin(2 * np.pi * 0.5 * times)
    expression[:, ARKIT.index("mouthUpperUpLeft")] = 0.02
    sections = butter(2, cutoff, fs=MOTION_RATE * fine, output="sos")
    return np.clip(sosfiltfilt(sections, expression, axis=0), 0, 1)[::fine]


def sealed(expression: np.ndarray, phones: list = PHONES, face_pixels: float = SMALL, **changed: np.ndarray):
    deviation = np.where(np.isin(ARKIT.expression, BENT), 0.06, 0.02) * np.ones((len(expression), 1))
    given = {"deviation": deviation, "known": np.ones(len(expression), dtype=bool)} | changed
    return with_closures(expression, phones=phones, face_pixels=face_pixels, **given)


def least(expression: np.ndarray, at: float) -> float:
    """Of the largest of the lips' gaps within a frame of an instant, m."""
    frame = round(at * MOTION_RATE)
    return float(lip_gaps(expression[frame - 1 : frame + 2]).max(axis=1).min())


def near(times: np.ndarray, frames: float) -> np.ndarray:
    return (np.abs(times[:, None] - np.array(CLOSED)) * MOTION_RATE <= frames).any(axis=1)


@pytest.mark.parametrize("cutoff", [4.0, 5.0])
def test_closures_that_were_made_shallow_meet(cutoff: float) -> None:
    truth, seen = spoken(11.0), spoken(cutoff)
    found = sealed(seen)
    missing = [least(seen, at) - least(truth, at) for at in CLOSED]
    assert max(missing) > 1e-3
    for at, lost in zip(CLOSED, missing, strict=True):
        assert least(truth, at) < 0.5e-3 < least(seen, at)
        assert least(found, at) < 0.5e-3
        # No frame around it comes down by more than the closure had lost.
        frame = round(at * MOTION_RATE)
        around = slice(frame - 5, frame + 6)
        assert (lip_gaps(seen) - lip_gaps(found))[around].max() < lost + 1e-3


def test_away_from_closures_nothing_changes() -> None:
    seen = spoken(5.0)
    found = sealed(seen)
    far = ~near(np.arange(len(seen)) / MOTION_RATE, 6)
    assert far.sum() > 50
    assert np.array_equal(found[far], seen[far])
    others = ~np.isin(ARKIT.expression, CLOSERS)
    assert np.abs(found - seen)[:, others].max() < 0.02
    assert np.abs(found - seen)[:, JAW].max() > 0.03


def test_lips_press_no_more_than_at_rest() -> None:
    seen = spoken(5.0)
    found = lip_gaps(sealed(seen))
    floor = np.minimum(lip_gaps(seen), lip_gap_basis()[0])
    assert (found > floor - 0.3e-3).all()
    pressed = np.zeros((60, CHANNELS))
    pressed[:, JAW] = np.abs(np.linspace(-0.3, 0.3, 60))
    pressed[:, ARKIT.index("mouthShrugLower")] = 0.4  # 2 mm further than touching
    assert np.array_equal(sealed(pressed, [("M", 1.1, 1.3)]), pressed)


def test_lips_close_and_part_without_a_jump() -> None:
    truth, found = (1000 * lip_gaps(each).mean(axis=1) for each in (spoken(9.0), sealed(spoken(5.0))))
    assert np.abs(np.diff(found)).max() < 1.2 * np.abs(np.diff(truth)).max()
    for at in CLOSED:
        frame = round(at * MOTION_RATE)
        assert (np.diff(found[frame - 3 : frame]) < 0).all()
        assert (np.diff(found[frame + 1 : frame + 5]) > 0).all()


def test_only_what_may_be_contact_is_closed() -> None:
    seen = spoken(5.0)
    for phones in ([], [("F", at - 0.03, at + 0.05) for at in CLOSED], [("V", *phone[1:]) for phone in PHONES]):
        assert np.array_equal(sealed(seen, phones), seen)
    shallow = spoken(4.0)
    large = sealed(shallow, face_pixels=LARGE)  # such a picture shows lips that touch
    apart = CLOSED[3]
    assert least(large, apart) == least(shallow, apart) > 1.5e-3
    assert least(sealed(shallow), apart) < 0.5e-3
    wide = spoken(5.0, depth=0.3)
    wide[:, JAW] += 0.1
    assert min(lip_gaps(wide).mean(axis=1)[near(np.arange(125) / MOTION_RATE, 2)]) > LIMIT
    assert np.array_equal(sealed(wide), wide)  # the phone is not there, or elsewhere
    held = np.repeat(seen[[round(CLOSED[0] * MOTION_RATE)]], 125, axis=0)
    assert np.array_equal(sealed(held), held)  # lips that hold still did not move to close


@pytest.mark.parametrize("off", [-0.05, 0.05])
def test_an_alignment_may_be_off_by_a_frame(off: float) -> None:
    found = sealed(spoken(5.0), [(label, start + off, end + off) for label, start, end in PHONES])
    assert all(least(found, at) < 0.5e-3 for at in CLOSED)


def test_frames_without_a_face_and_beyond_them_stay() -> None:
    seen = spoken(5.0)
    known = np.ones(len(seen), dtype=bool)
    gone = round(CLOSED[0] * MOTION_RATE) + 3
    known[gone] = False
    found = sealed(seen, known=known)
    changed = (found != seen).any(axis=1)
    assert changed[gone - 1]
    assert not changed[gone : gone + 3].any()
    assert np.array_equal(sealed(seen, known=np.zeros(len(seen), dtype=bool)), seen)


def test_phones_at_the_ends_and_outside_are_no_trouble() -> None:
    seen = spoken(5.0)[22:]  # begins three frames before the first closure
    phones = [("P", 0.05, 0.15), ("M", 0.0, 0.0), ("B", 4.1, 9.0), ("B", 20.0, 20.1)]
    found = sealed(seen, phones)
    assert least(found, CLOSED[0] - 22 / MOTION_RATE) < 0.5e-3
    assert np.array_equal(sealed(seen[:0], phones), seen[:0])


def test_a_fit_that_does_not_say_how_sure_it_is_closes_too() -> None:
    seen = spoken(5.0)
    found = sealed(seen, deviation=np.zeros_like(seen))
    assert all(least(found, at) < 0.5e-3 for at in CLOSED)


def test_what_may_be_contact_depends_on_the_pixels() -> None:
    assert contact_limit(20.0) == contact_limit(40.0) == LIMIT
    assert contact_limit(58.0) == pytest.approx(3.6e-3, abs=1e-4)
    assert contact_limit(100.0) == pytest.approx(2.1e-3, abs=1e-4)
    assert contact_limit(400.0) == 1.5e-3
