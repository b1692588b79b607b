"""Layers that differ in a range of time from those of the whole clip: gains, smoothing, offsets."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from jaxtyping import Float
from pydantic import ConfigDict

from ksdiff.editing.schema import MAX_VALUE, STRICT
from ksdiff.errors import InputError, suggest
from ksdiff.layers.fades import check_span, fade_weight
from ksdiff.layers.smoothing import gaussian_smooth

# Regions of the face by how the names of their channels begin.
REGIONS = {"jaw": "jaw", "mouth": "mouth", "cheeks": ("cheek", "nose"), "brows": "brow", "eyes": "eye"}
MAX_GAIN = 4.0
MAX_SMOOTHING = 1.0  # s
RANGE_FADE = 0.3  # s, by default: about as long as a syllable and the next, so that nobody sees it come


@dataclass(frozen=True)
class LayerRange:
    """Layers of a range, in place of those of the whole clip; what is not named stays that of the clip.

    Attributes:
        start: When they are fully there, s.
        end: Until when, s.
        gains: Amplitude of regions of `REGIONS` about the neutral face.
        head_amplitude: Amplitude of the head about the neutral pose.
        expression_smoothing: Standard deviation of a Gaussian over time, s.
        head_smoothing: The same for the head.
        offsets: What is added to a channel, by its name, in its unit.
        fade_in: How long they take to come before the start, s.
        fade_out: How long they take to go after the end, s.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    start: float
    end: float
    gains: Mapping[str, float] = field(default_factory=dict)
    head_amplitude: float | None = None
    expression_smoothing: float | None = None
    head_smoothing: float | None = None
    offsets: Mapping[str, float] = field(default_factory=dict)
    fade_in: float = RANGE_FADE
    fade_out: float = RANGE_FADE

    def __post_init__(self) -> None:
        check_span("a range of layers", self.start, self.end, {"fade_in": self.fade_in, "fade_out": self.fade_out})
        check_gains(self.gains)
        if self.head_amplitude is not None:
            check_gain("head", self.head_amplitude)
        for name in ("expression_smoothing", "head_smoothing"):
            if getattr(self, name) is not None:
                check_smoothing(name, getattr(self, name))
        check_offsets(self.offsets)

    def weight(self, times: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
        """How far it is there at each instant, 0..1."""
        return fade_weight(times, self.start, self.end, self.fade_in, self.fade_out)


def check_gain(region: str, gain: float) -> None:
    """See that an amplitude is one.

    Raises:
        InputError: It is not 0 to 4.
    """
    if not 0 <= gain <= MAX_GAIN:
        raise InputError(f"the gain of {region} is {gain}; it must be 0 to {MAX_GAIN:g}, and 1 is none")


def check_gains(gains: Mapping[str, float]) -> None:
    """See that regions are known and their amplitudes possible.

    Raises:
        InputError: One is not.
    """
    for region, gain in gains.items():
        if region not in REGIONS:
            raise InputError(f"there is no region {region!r}: {suggest(region, tuple(REGIONS))}")
        check_gain(region, gain)


def check_smoothing(name: str, seconds: float) -> None:
    """See that a smoothing is one.

    Raises:
        InputError: It is not 0 to 1 s.
    """
    if not 0 <= seconds <= MAX_SMOOTHING:
        raise InputError(f"{name} is {seconds}; it must be 0 to {MAX_SMOOTHING:g} s")


def check_offsets(offsets: Mapping[str, float]) -> None:
    """See that offsets are numbers that a channel can have.

    Raises:
        InputError: One is not.
    """
    for channel, offset in offsets.items():
        if not abs(offset) <= MAX_VALUE:
            raise InputError(f"the offset of {channel} is {offset}; it must be within ±{MAX_VALUE:g}")


def gain_of(gains: Mapping[str, float], channel: str) -> float:
    """Gain of an expression channel by those of regions."""
    return math.prod((gain for region, gain in gains.items() if channel.startswith(REGIONS[region])), start=1.0)


def over_time(
    whole: Sequence[float],
    ranges: Sequence[LayerRange],
    own: Callable[[LayerRange], Sequence[float | None]],
    times: Float[np.ndarray, " T"],
) -> Float[np.ndarray, "T C"]:
    """Values at each instant: those of the clip, and in ranges their own. Where ranges meet, one turns into the next.

    Args:
        whole: Values of the clip.
        ranges: Ranges in order; later ones cover earlier ones.
        own: The values of a range, None where it has none of its own.
        times: Instants, s.
    """
    base = np.asarray(whole, dtype=np.float64)
    result = np.broadcast_to(base, (len(times), len(base)))
    for one in ranges:
        given = own(one)
        if any(value is not None for value in given):
            values = np.array([was if value is None else value for was, value in zip(base, given, strict=True)])
            result = result + one.weight(times)[:, None] * (values - result)
    return result


def smoothed_in_ranges(
    values: Float[np.ndarray, "T C"],
    seconds: float,
    ranges: Sequence[LayerRange],
    own: Callable[[LayerRange], float | None],
    fps: float,
) -> Float[np.ndarray, "T C"]:
    """Smooth as the clip is, and in ranges as they are; both at once where a range comes or goes.

    Args:
        values: What to smooth.
        seconds: Standard deviation of the clip's Gaussian, s.
        ranges: Ranges in order; later ones cover earlier ones.
        own: The standard deviation of a range, None where it has none of its own.
        fps: Frames per second.
    """
    result = gaussian_smooth(values, seconds, fps)
    times = np.arange(len(values)) / fps
    for one in ranges:
        wanted = own(one)
        inside = np.flatnonzero(one.weight(times)) if wanted is not None and wanted != seconds else []
        if wanted is None or len(inside) == 0:
            continue
        if result is values:
            result = np.array(values)
        reach = int(np.ceil(4 * wanted * fps)) + 1  # frames beside it that have a part in it
        near = slice(max(0, inside[0] - reach), inside[-1] + 1 + reach)
        frames = slice(inside[0], inside[-1] + 1)
        local = gaussian_smooth(values[near], wanted, fps)[inside[0] - near.start :][: frames.stop - frames.start]
        weight = one.weight(times[frames])[:, None].astype(values.dtype)
        result[frames] = np.where(weight == 1, local, result[frames] + weight * (local - result[frames]))
    return result
