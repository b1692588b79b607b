"""Curves that a person draws over a channel or an angle of the head: keys with tangents, added or in its place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np
from jaxtyping import Float
from pydantic import ConfigDict, Field

from ksdiff.errors import InputError, suggest
from ksdiff.layers.fades import check_span, fade_weight
from ksdiff.motion import Motion
from ksdiff.motion.rotation import from_yaw_pitch_roll, yaw_pitch_roll
from ksdiff.motion.space import MotionSpace

ANGLES = ("yaw", "pitch", "roll")  # of the head, as `ksdiff.motion.rotation.yaw_pitch_roll` has them
_AXES = {"yaw": 1, "pitch": 0, "roll": 2}  # of the rotation vector that each nearly is
CURVE_FADE = 0.2  # s, by default
MAX_KEYS = 10_000  # of a curve
MAX_ANGLE = 1.5  # rad
MAX_SHIFT = 0.5  # m
MAX_OTHER = 10.0  # of a channel without limits
MAX_SLOPE = 1e5  # a second
LEAST_STEP = 1e-3  # s between keys

Tangent = Literal["auto", "flat", "linear", "step", "free"]
Mode = Literal["add", "replace"]


@dataclass(frozen=True)
class CurveKey:
    """A point of a curve, and how the curve goes through it.

    Attributes:
        time: When, s.
        value: Of the curve, in the unit of its channel (a weight, rad, m).
        tangent: ``auto`` is smooth and goes beyond no key; ``flat`` is level; ``linear`` goes straight to the
            neighbours; ``step`` holds the value until the next key; ``free`` has the slopes that follow.
        slope_in: How steep a free one comes in, a second.
        slope_out: How steep it goes out.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(
        allow_inf_nan=False, extra="forbid", json_schema_serialization_defaults_required=True
    )
    time: float
    value: float
    tangent: Tangent = "auto"
    slope_in: float = 0.0
    slope_out: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.time < np.inf:
            raise InputError(f"a key of a curve is at {self.time} s; it must be at 0 or later")
        for name in ("slope_in", "slope_out"):
            if not abs(getattr(self, name)) <= MAX_SLOPE:
                raise InputError(f"{name} of a key is {getattr(self, name)}; it must be within ±{MAX_SLOPE:g}")


@dataclass(frozen=True)
class Curve:
    """A curve over a channel, from its first key to its last; beside them it goes by its fades.

    Attributes:
        channel: An expression channel, ``yaw``, ``pitch`` or ``roll``, or a translation of the head.
        keys: Its keys, in order.
        mode: ``add`` adds it to what lies below, ``replace`` takes its place.
        fade_in: How long it takes to come before the first key, s.
        fade_out: How long it takes to go after the last key, s.
    """

    channel: str
    keys: Annotated[tuple[CurveKey, ...], Field(max_length=MAX_KEYS)]
    mode: Mode = "add"
    fade_in: float = CURVE_FADE
    fade_out: float = CURVE_FADE

    def __post_init__(self) -> None:
        if not self.keys:
            raise InputError(f"the curve of {self.channel} has no key: give at least one")
        steps = np.diff([key.time for key in self.keys])
        if (steps < LEAST_STEP).any():
            raise InputError(
                f"keys of the curve of {self.channel} must be in order and {LEAST_STEP:g} s apart or more; those at "
                f"{self.keys[int(np.argmin(steps))].time:g} s and after it are not"
            )
        fades = {"fade_in": self.fade_in, "fade_out": self.fade_out}
        check_span(f"the curve of {self.channel}", self.start, self.end + 1.0, fades)

    @property
    def start(self) -> float:
        """Time of the first key, s."""
        return self.keys[0].time

    @property
    def end(self) -> float:
        """Time of the last key, s."""
        return self.keys[-1].time

    @cached_property
    def slopes(self) -> tuple[Float[np.ndarray, " K"], Float[np.ndarray, " K"]]:
        """How steep the curve comes into each key, and how it goes out, a second."""
        times, values = (np.array([getattr(key, name) for key in self.keys]) for name in ("time", "value"))
        widths = np.diff(times)
        secants = np.diff(values) / widths
        auto = np.zeros(len(times))
        # Monotone, as Fritsch & Butland 1984, SIAM J Sci Stat Comput 5:300: a harmonic mean, level at turns and ends.
        before, after = secants[:-1], secants[1:]
        first, second = 2 * widths[1:] + widths[:-1], widths[1:] + 2 * widths[:-1]
        same = before * after > 0
        auto[1:-1][same] = ((first + second)[same]) / (first[same] / before[same] + second[same] / after[same])
        come, go = np.array(auto), np.array(auto)
        for index, key in enumerate(self.keys):
            if key.tangent == "flat":
                come[index] = go[index] = 0.0
            elif key.tangent == "free":
                come[index], go[index] = key.slope_in, key.slope_out
            elif key.tangent in ("linear", "step"):
                come[index] = secants[index - 1] if index > 0 else 0.0
                go[index] = secants[index] if index < len(secants) else 0.0
        return come, go

    def values(self, times: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
        """The curve at each instant, by cubic Hermite segments; before the first key and after the last, theirs."""
        at, heights = (np.array([getattr(key, name) for key in self.keys]) for name in ("time", "value"))
        if len(at) == 1:
            return np.full(len(times), heights[0])
        come, go = self.slopes
        index = np.clip(np.searchsorted(at, times, side="right") - 1, 0, len(at) - 2)
        width = np.diff(at)[index]
        x = np.clip((times - at[index]) / width, 0.0, 1.0)
        one, other = heights[index], heights[index + 1]
        result = (
            one * (1 + 2 * x) * (1 - x) ** 2
            + other * x**2 * (3 - 2 * x)
            + width * (go[index] * x * (1 - x) ** 2 - come[index + 1] * x**2 * (1 - x))
        )
        held = np.array([key.tangent == "step" for key in self.keys])[index] & (x < 1)
        return np.where(held, one, result)

    def weight(self, times: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
        """How far the curve is there at each instant, 0..1."""
        return fade_weight(times, self.start, self.end, self.fade_in, self.fade_out)

    def over(self, below: Float[np.ndarray, " T"], times: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
        """What becomes of values that lie below."""
        base = below if self.mode == "replace" else 0.0
        return below + self.weight(times) * (self.values(times) - base)

    def check(self, space: MotionSpace) -> None:
        """See that the curve fits a motion space.

        Raises:
            InputError: There is no such channel, or a key is beyond what it can be.
        """
        channels = curve_channels(space)
        if self.channel not in channels:
            raise InputError(f"there is no curve of {self.channel!r}: {suggest(self.channel, channels)}")
        low, high = curve_range(space, self.channel, self.mode)
        for key in self.keys:
            if not low <= key.value <= high:
                raise InputError(
                    f"the curve of {self.channel} is {key.value} at {key.time:g} s; it must be {low:g} to {high:g}"
                )


def curve_channels(space: MotionSpace) -> tuple[str, ...]:
    """What a curve can be of."""
    rotations = space.head[space.rotation]
    return (*space.expression, *ANGLES, *(name for name in space.head if name not in rotations))


def curve_range(space: MotionSpace, channel: str, mode: Mode) -> tuple[float, float]:
    """Least and greatest value of a curve."""
    if channel in ANGLES:
        return -MAX_ANGLE, MAX_ANGLE
    if channel in space.head:
        return -MAX_SHIFT, MAX_SHIFT
    if space.expression_range is None:
        return -MAX_OTHER, MAX_OTHER
    low, high = space.expression_range
    return (low, high) if mode == "replace" else (low - high, high - low)


def add_curves_to_head(motion: Motion, curves: Sequence[Curve]) -> Motion:
    """Put curves over the angles and translations of the head. Frames without any stay as they are, bit for bit."""
    own = [curve for curve in curves if curve.channel in ANGLES or curve.channel in motion.space.head]
    if not own:
        return motion
    head = np.array(motion.head)
    rotation = motion.space.rotation
    angles = yaw_pitch_roll(head[:, rotation].astype(np.float64))
    turned = np.zeros(len(head), dtype=bool)
    for curve in own:
        frames = curve.weight(motion.times) > 0
        times = motion.times[frames]
        if curve.channel in ANGLES:
            column = ANGLES.index(curve.channel)
            angles[frames, column] = curve.over(angles[frames, column], times)
            turned |= frames
        else:
            column = motion.space.head.index(curve.channel)
            head[frames, column] = curve.over(head[frames, column], times)
    if turned.any():
        head[turned, rotation] = from_yaw_pitch_roll(angles)[turned]
    return replace(motion, head=head)


def add_curves_to_face(motion: Motion, curves: Sequence[Curve]) -> Motion:
    """Put curves over expression channels. Frames without any stay as they are, bit for bit."""
    own = [curve for curve in curves if curve.channel in motion.space.expression]
    if not own:
        return motion
    expression = np.array(motion.expression)
    for curve in own:
        frames = curve.weight(motion.times) > 0
        column = motion.space.index(curve.channel)
        expression[frames, column] = curve.over(expression[frames, column], motion.times[frames])
    return replace(motion, expression=expression)


def undone_by(
    curves: Sequence[Curve],
    channels: Sequence[str],
    times: Float[np.ndarray, " T"],
    gains: Float[np.ndarray, "T C"],
    offsets: Float[np.ndarray, "T C"],
) -> tuple[Float[np.ndarray, "T C"], Float[np.ndarray, "T C"]]:
    """Gains and offsets of channels with curves put over them; an angle counts as that of the rotation vector."""
    gains, offsets = np.array(gains), np.array(offsets)
    for curve in curves:
        name = f"rotation{'XYZ'[_AXES[curve.channel]]}" if curve.channel in ANGLES else curve.channel
        if name in channels:
            column = channels.index(name)
            weight = curve.weight(times)
            if curve.mode == "replace":
                gains[:, column] *= 1 - weight
                offsets[:, column] *= 1 - weight
            offsets[:, column] += weight * curve.values(times)
    return gains, offsets
