"""Beat Align: does the head change direction on the beats of the sound.

Motion beats are the local minima of the smoothed speed. Both published variants are computed here on the angular speed
of the head, where Bailando takes the mean speed of a dancer's joints and KDTalker that of 68 landmarks in the picture.
What they give in frames is kept in seconds, so that it means the same at any frame rate.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.extras import needs, require
from ksdiff.motion.rotation import relative_angles
from ksdiff.numerics.filters import gaussian_filter1d
from ksdiff.speech.audio import SAMPLE_RATE

with needs("evaluate"):
    from scipy.signal import find_peaks

HOP = 371  # samples: 23.2 ms, as librosa's own 512 at 22 050 samples/s
FFT = 2048  # samples of librosa's windows; a shorter sound has no beat


@dataclass(frozen=True)
class BeatAlign:
    """A published variant of the score.

    Attributes:
        tolerance: σ of the score, s.
        smoothing: Standard deviation of the Gaussian that smooths the speed, s.
    """

    tolerance: float
    smoothing: float


BAILANDO = BeatAlign(tolerance=3 / 60, smoothing=5 / 60)  # 3 and 5 frames at 60 frames/s
KDTALKER = BeatAlign(tolerance=0.1, smoothing=5 / 25)  # 0.1 s, and 5 frames of its videos of 25 frames/s


def audio_beats(samples: Float[np.ndarray, " N"]) -> Float[np.ndarray, " B"]:
    """Times of the beats of a sound (16 000 samples/s) by librosa's beat tracker, s.

    Raises:
        InputError: librosa is not installed.
    """
    if len(samples) < FFT:
        return np.zeros(0)
    beat = require("librosa", "evaluate").beat
    return np.asarray(beat.beat_track(y=samples, sr=SAMPLE_RATE, hop_length=HOP, units="time")[1], dtype=np.float64)


def motion_beats(
    rotation: Float[np.ndarray, "T 3"],
    fps: float,
    smoothing: float,
    known: Bool[np.ndarray, " T"] | None = None,
) -> Float[np.ndarray, " B"]:
    """Times at which the head is slowest: local minima of its smoothed angular speed, s.

    Args:
        rotation: Rotation vectors, rad.
        fps: Frames per second.
        smoothing: Standard deviation of the Gaussian, s.
        known: Which frames count; others neither add to the filter nor become beats.
    """
    if len(rotation) < 4:
        return np.zeros(0)
    speed = np.degrees(relative_angles(rotation)[1:]) * fps
    steady = np.ones(len(speed), dtype=bool) if known is None else known[1:] & known[:-1]
    weights = gaussian_filter1d(steady.astype(np.float64), smoothing * fps)
    smooth = gaussian_filter1d(np.where(steady, speed, 0.0), smoothing * fps) / np.maximum(weights, 1e-9)
    # Rounded, so that the last bits of a head at even speed are no beats.
    at, _ = find_peaks(-np.round(smooth, 6))
    inner = at[steady[at] & steady[at - 1] & steady[at + 1]]
    return (inner + 0.5) / fps  # a speed belongs to the middle between two frames


def beat_align(audio: Float[np.ndarray, " A"], motion: Float[np.ndarray, " M"], tolerance: float) -> float:
    """Mean over audio beats of exp(−d² / 2σ²), d the time to the nearest motion beat; 0..1, 0 where either has none.

    A head that shakes all the time is always near a beat, so the real clips' value is the measure, not 1.

    Args:
        audio: Beats of the sound, s.
        motion: Beats of the head, s.
        tolerance: σ, s.
    """
    if not len(audio) or not len(motion):
        return 0.0
    nearest = np.abs(audio[:, None] - motion[None, :]).min(axis=1)
    return float(np.exp(-(nearest**2) / (2 * tolerance**2)).mean())
