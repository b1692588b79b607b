"""Blinks and gaze while the motion still comes; figures and sources are those of `ksdiff.layers.eyes`."""

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.layers.eyes import (
    BLINK,
    FIRST_POINT,
    MAX_RESTING,
    Blink,
    EyeBehaviour,
    averts,
    gaze_to,
    next_aversion,
    next_blink,
    next_fixation,
    saccades,
    write_eyes,
)
from ksdiff.motion.rotation import relative_angles
from ksdiff.motion.space import ARKIT

_KEPT = 2.0  # s for which what has been is kept: longer than a saccade or a blink
_USUAL_LIKELIHOOD = 1.5  # of a blink, over that in speech with head and eyes at rest
_LIKELIHOOD_MEMORY = 30.0  # s
_SHIFT_REACH = 0.1  # s for which a shift of the gaze makes a blink likelier
_MIN_INTERVAL = 0.45  # s between the beginnings of two blinks that are no double blink


class CausalEyes:
    """The eyes of one session."""

    def __init__(self, seed: int, behaviour: EyeBehaviour, fps: float, resting: Float[np.ndarray, " 2"]) -> None:
        """Looking at the viewer.

        Args:
            seed: Chooses the times of blinks and saccades.
            behaviour: How the eyes behave.
            fps: Frames per second.
            resting: How far the lids are closed at first.
        """
        self._behaviour, self._step = behaviour, 1 / fps
        self._gaze_random, self._blink_random = (np.random.default_rng([seed, stream]) for stream in (0, 1))
        self._resting = np.minimum(resting, MAX_RESTING)
        self._fixation = 0
        self._points = [(0.0, FIRST_POINT * behaviour.wander)]  # when the eyes go there, s, and where it is, m
        self._aversions = [(0.0, np.zeros(2))]
        self._blinks: list[Blink] = []
        self._last_blink = -1.0
        self._likelihood = _USUAL_LIKELIHOOD  # mean so far
        self._shift = 0.0
        self._elapsed = 0.0  # time that runs faster where blinks are likelier, s
        spread = behaviour.interval_spread
        self._next = self._interval * self._blink_random.uniform() * self._blink_random.lognormal(spread**2 / 2, spread)
        self._before: tuple[np.ndarray, np.ndarray] | None = None  # head and gaze of the last frame

    def apply(
        self, first: int, expression: Float[np.ndarray, "H 51"], head: Float[np.ndarray, "H 6"],
        quiet: Bool[np.ndarray, " H"],
    ) -> Float[np.ndarray, "H 51"]:  # fmt: skip
        """The expression of the next frames with their eyes.

        Args:
            first: Number of the first of these frames.
            expression: Its eyeBlink and eyeLook channels are replaced, eyeWide is adjusted.
            head: Pose of the head.
            quiet: Where nobody speaks.
        """
        times = (first + np.arange(len(expression))) * self._step
        points = self._looked_at(times)
        gaze = gaze_to(points, head, self._behaviour)
        self._blink(times, head, gaze, quiet)
        blinks = np.zeros((len(times), 2))
        for blink in self._blinks:
            blinks = np.maximum(blinks, blink.closed(times, self._behaviour))
        resting = np.zeros((len(times), 2))
        for index, lids in enumerate(expression[:, BLINK]):  # their quarter quantile so far
            change = 0.002 * np.where(lids > self._resting, 0.25, -0.75)
            self._resting = resting[index] = np.clip(self._resting + change, 0, MAX_RESTING)
        result = np.array(expression)
        write_eyes(result, gaze, blinks, resting)
        return result

    def _looked_at(self, times: np.ndarray) -> Float[np.ndarray, "H 3"]:
        behaviour, random = self._behaviour, self._gaze_random
        while self._points[-1][0] < times[-1]:
            self._fixation, point, length = next_fixation(self._fixation, random, behaviour)
            self._points.append((self._points[-1][0] + length, point * behaviour.wander))
        while averts(behaviour) and self._aversions[-1][0] < times[-1]:
            wait, offset, length = next_aversion(random, behaviour)
            start = self._aversions[-1][0] + wait
            self._aversions += [(start, offset), (start + length, np.zeros(2))]
        total = np.zeros((len(times), 2))
        for events in (self._points, self._aversions):
            while len(events) > 2 and events[2][0] < times[0] - _KEPT:
                del events[0]
            starts, points = np.array([start for start, _ in events]), np.array([point for _, point in events])
            total += saccades(times, starts, points, behaviour.viewer_distance)
        return np.concatenate([total, np.zeros((len(times), 1))], axis=1)

    def _blink(self, times: np.ndarray, head: np.ndarray, gaze: np.ndarray, quiet: np.ndarray) -> None:
        behaviour, random, step = self._behaviour, self._blink_random, self._step
        if behaviour.blinks_per_minute == 0:
            return
        poses, looks = head[:, ARKIT.rotation], gaze.mean(axis=1)
        before = (poses[0], looks[0]) if self._before is None else self._before
        self._before = poses[-1], looks[-1]
        turning = relative_angles(np.concatenate([before[0][None], poses]))[1:] / step
        shifting = np.abs(np.diff(looks, axis=0, prepend=before[1][None])).max(axis=1)
        share = 1 - np.exp(-step / _SHIFT_REACH)
        self._blinks = [blink for blink in self._blinks if blink.starts[0] > times[0] - _KEPT]
        for time, turn, shift, pause in zip(times, turning, shifting, quiet, strict=True):
            # As in the layer for whole motions: a saccade of 10 degrees doubles the likelihood for about 0.15 s; a head
            # that turns by 60 degrees/s doubles it too.
            self._shift += share * (shift / np.radians(10) - self._shift)
            likelihood = behaviour.pause_factor if pause else 1.0
            likelihood *= 1 + self._shift * 0.15 / step + min(turn / np.radians(60), 3)
            self._likelihood += (likelihood - self._likelihood) * step / _LIKELIHOOD_MEMORY
            self._elapsed += likelihood / self._likelihood * step
            if self._elapsed < self._next or time < self._last_blink + _MIN_INTERVAL:
                continue
            self._last_blink = float(time)
            self._blinks.append(next_blink(self._last_blink, random))
            if random.random() < behaviour.double_blinks:
                self._last_blink += random.uniform(0.32, 0.42)
                self._blinks.append(next_blink(self._last_blink, random))
            spread = behaviour.interval_spread
            self._next += self._interval * random.lognormal(-(spread**2) / 2, spread)

    @property
    def _interval(self) -> float:
        """Mean time between blinks, s."""
        rate = self._behaviour.blinks_per_minute
        return np.inf if rate == 0 else (1 + self._behaviour.double_blinks) * 60 / rate
