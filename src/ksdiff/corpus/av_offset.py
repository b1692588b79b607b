"""Offset between sound and picture of a clip, measured from its own sound and mouth.

A linear filter over the mel spectrum (0.64 s long; ``assets/mouth_filter.npy``, made by
``scripts/build_mouth_filter.py``) says roughly how far the mouth opens at each instant of a sound, whoever
speaks. The offset is the shift at which that agrees best with the mouth that was tracked. A few seconds are too little
to tell it, so short clips that were recorded in the same way share one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.extras import needs
from ksdiff.motion import MOTION_RATE
from ksdiff.speech.audio import SAMPLE_RATE

with needs("track"):
    from scipy.signal import butter, sosfiltfilt

RATE = 100  # frames/s of all signals here
BANDS = 16
TAPS = np.arange(-32, 33, 4)  # frames around an instant that the filter hears
MAX_OFFSET = 0.4  # s; what containers and encoders do is within this
MIN_CORRELATION = 0.15  # less says nothing
MIN_SECONDS = 2.0  # s of tracked face
MIN_SECONDS_ALONE = 6.0  # s of tracked face that tell an offset without the help of other clips
_BAND_PASS = butter(2, (0.7, 8), "bandpass", fs=RATE, output="sos")
_WINDOW = 512  # samples


@dataclass(frozen=True)
class AvOffset:
    """How late the picture is, relative to the sound.

    Attributes:
        frames: In frames of 25 per second, positive where the picture is late; 0 where it cannot be told.
        correlation: Between the mouth that the sound suggests and the one seen, once aligned.
        trusted: Whether the clip is long enough and the correlation high enough to tell.
        seconds: Tracked face that it was measured on, s.
        curve: Correlation at each shift from -`MAX_OFFSET` to `MAX_OFFSET`; empty where nothing was measured.
    """

    frames: float
    correlation: float
    trusted: bool
    seconds: float = 0.0
    curve: Float[np.ndarray, " L"] = field(default_factory=lambda: np.zeros(0), compare=False, repr=False)


def estimate_av_offset(
    sound: Float[np.ndarray, " N"],
    opening: Float[np.ndarray, " T"],
    times: Float[np.ndarray, " T"],
    good: Bool[np.ndarray, " T"],
) -> AvOffset:
    """Measure how late the picture is, relative to the sound.

    Args:
        sound: 16 kHz.
        opening: How far the mouth is open in each frame, in any unit.
        times: When the frames are shown, s from the first sample.
        good: Which frames show a face.
    """
    seconds = float(np.ptp(times[good])) if good.sum() > 1 else 0.0
    if seconds < MIN_SECONDS:
        return AvOffset(0.0, 0.0, trusted=False, seconds=seconds)
    expected = mouth_features(sound) @ mouth_filter()
    seen, known = mouth_signal(opening, times, good, len(expected))
    return _peak(correlations(expected, seen, known), seconds)


def pooled(offsets: Sequence[AvOffset]) -> AvOffset:
    """The one offset of clips recorded in the same way: the peak of the mean of their curves, weighted by length.

    A tenth of 3-second clips by themselves are more than 3 frames off; their mean is not.
    """
    measured = [offset for offset in offsets if len(offset.curve)]
    if not measured:
        return AvOffset(0.0, 0.0, trusted=False)
    seconds = np.array([offset.seconds for offset in measured])
    return _peak(np.average([offset.curve for offset in measured], axis=0, weights=seconds), float(seconds.sum()))


def _peak(curve: Float[np.ndarray, " L"], seconds: float) -> AvOffset:
    reach = round(MAX_OFFSET * RATE)
    best = int(np.argmax(curve))
    peak = float(curve[best])
    if peak < MIN_CORRELATION or best in (0, 2 * reach):
        return AvOffset(0.0, peak, trusted=False, seconds=seconds, curve=curve)
    # Vertex of the parabola through the three points around the maximum.
    before, here, after = curve[best - 1 : best + 2]
    fraction = 0.5 * (before - after) / min(before - 2 * here + after, -1e-9)
    frames = float((best - reach + fraction) * MOTION_RATE / RATE)
    return AvOffset(frames, peak, trusted=True, seconds=seconds, curve=curve)


def mouth_features(sound: Float[np.ndarray, " N"]) -> Float[np.ndarray, "S F"]:
    """What the filter hears around each hundredth of a second: band-passed log mel energies at all taps."""
    energies = _mel(sound)
    logarithms = np.log(energies + 1e-6 * energies.mean() + 1e-12)
    varying = sosfiltfilt(_BAND_PASS, logarithms, axis=0, padlen=min(300, len(logarithms) - 1))
    around = np.clip(np.arange(len(varying))[:, None] + TAPS, 0, len(varying) - 1)
    return varying[around].reshape(len(varying), -1)


def mouth_signal(
    opening: Float[np.ndarray, " T"],
    times: Float[np.ndarray, " T"],
    good: Bool[np.ndarray, " T"],
    count: int,
) -> tuple[Float[np.ndarray, " S"], Bool[np.ndarray, " S"]]:
    """The tracked mouth at each hundredth of a second, band-passed like the sound, and where it is known."""
    instants = np.arange(count) / RATE
    seen = sosfiltfilt(_BAND_PASS, np.interp(instants, times[good], opening[good]), padlen=min(300, count - 1))
    after = np.clip(np.searchsorted(times[good], instants), 1, good.sum() - 1)
    near = np.minimum(np.abs(times[good][after] - instants), np.abs(times[good][after - 1] - instants))
    return seen, near < 0.1


@cache
def mouth_filter() -> Float[np.ndarray, " F"]:
    """Weights of the filter, for `mouth_features`."""
    with files("ksdiff").joinpath("assets/mouth_filter.npy").open("rb") as file:
        return np.load(file).astype(np.float64)


def correlations(
    expected: Float[np.ndarray, " S"], seen: Float[np.ndarray, " S"], known: Bool[np.ndarray, " S"]
) -> Float[np.ndarray, " L"]:
    """Pearson's r between the expected mouth and the one seen, for all shifts from -`MAX_OFFSET` to `MAX_OFFSET`."""
    reach = round(MAX_OFFSET * RATE)
    return np.array([_correlation(expected, seen, known, shift) for shift in range(-reach, reach + 1)])


def _correlation(expected: np.ndarray, seen: np.ndarray, known: np.ndarray, shift: int) -> float:
    """Pearson's r between ``expected`` and ``seen`` as it is ``shift`` frames later."""
    count = len(expected) - abs(shift)
    first = expected[max(0, -shift) :][:count]
    second, both = seen[max(0, shift) :][:count], known[max(0, shift) :][:count]
    if both.sum() < RATE:
        return 0.0
    first, second = first[both] - first[both].mean(), second[both] - second[both].mean()
    return float(first @ second / np.sqrt((first @ first) * (second @ second) + 1e-18))


def _mel(sound: Float[np.ndarray, " N"]) -> Float[np.ndarray, "S 16"]:
    """Energies in mel bands around each hundredth of a second."""
    hop = SAMPLE_RATE // RATE
    count = max(2, len(sound) // hop + 1)
    frequencies = np.linspace(0, SAMPLE_RATE / 2, _WINDOW // 2 + 1)
    mel = 2595 * np.log10(1 + frequencies / 700)
    edges = np.linspace(2595 * np.log10(1 + 60 / 700), 2595 * np.log10(1 + 7600 / 700), BANDS + 2)
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    triangles = np.minimum((mel[:, None] - low) / (middle - low), (high - mel[:, None]) / (high - middle)).clip(0)
    energies = np.empty((count, BANDS))
    for start in range(0, count, 1000):  # in blocks: a long sound would not fit
        centres = np.arange(start, min(count, start + 1000)) * hop
        samples = centres[:, None] + np.arange(-_WINDOW // 2, _WINDOW // 2)
        inside = (samples >= 0) & (samples < len(sound))
        windows = np.where(inside, sound[np.clip(samples, 0, len(sound) - 1)], 0) * np.hanning(_WINDOW)
        energies[start : start + len(centres)] = np.abs(np.fft.rfft(windows, axis=1)) ** 2 @ triangles
    return energies
