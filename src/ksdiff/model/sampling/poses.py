"""The first of two stages: poses ahead of the motion (KeyFace, Bigata et al. 2025), which the motion then meets.

KeyFace puts its keyframes on a grid. KSDiff predicts when a face moves most (paper §2.2), and not what it looks like
then. Here either says where the poses are, and `ksdiff.model.pose_generator` what they are; what lies between is the
work of the generators of every frame.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from ksdiff.model.encoded import Encoded
from ksdiff.model.known_motion import Known, KnownMotion
from ksdiff.model.network import Network
from ksdiff.model.sampling.keyframes import keyframe_input
from ksdiff.model.sampling.noise import frame_noise
from ksdiff.model.sampling.options import GRID, SamplingOptions
from ksdiff.model.sampling.scheduler import DDIMScheduler
from ksdiff.model.sampling.state import Given, State

SPACING = 12  # frames from one pose of the grid to the next, 0.48 s; KeyFace has 13
PAST = 250  # frames before those that are planned, whose poses are given and whose speech is heard, 10 s


class PosePlan:
    """The poses of a sound, drawn piece by piece and in order. It keeps those of the last `PAST` frames."""

    def __init__(self, network: Network, scheduler: DDIMScheduler, options: SamplingOptions, style: int) -> None:
        """Nothing is planned yet; ``style`` is its number."""
        self._network, self._scheduler, self._options = network, scheduler, options
        self._style = np.array([style], np.int64)
        self._first = self._planned = 0  # first frame that is remembered; first one that is not planned
        self._speech = {path: np.zeros((0, network.config.hidden_dim), np.float32) for path in network.paths}
        self._frames = {path: np.zeros(0, np.int64) for path in network.paths}
        self._poses = {path: np.zeros((0, network.channels[path]), np.float32) for path in network.paths}  # normalised

    def extend(
        self,
        start: int,
        encoded: Encoded,
        strengths: Sequence[Mapping[str, Float[np.ndarray, " W"]]],
        lengths: Sequence[int],
    ) -> None:
        """Draw the poses of the next frames.

        Args:
            start: First frame of the first window, not after the first that is not planned.
            encoded: The speech of a batch of windows.
            strengths: Keyframe strengths of each of them, by path.
            lengths: How many of the frames of each come before the next window or, in the last, are to be planned.
        """
        first = max(0, self._planned - PAST)
        for path in self._network.paths:
            kept = self._speech[path][first - self._first : start - self._first]
            heard = [speech[:length] for speech, length in zip(encoded.speech[path], lengths, strict=True)]
            told = [own[path][:length] for own, length in zip(strengths, lengths, strict=True)]
            self._speech[path] = np.concatenate([kept, *heard])
            self._draw(path, first, start, np.concatenate(told))
        self._first, self._planned = first, start + sum(lengths)

    def _draw(self, path: str, first: int, start: int, strengths: Float[np.ndarray, " F"]) -> None:
        network, channels, count = self._network, self._network.channels[path], start + len(strengths) - first
        if self._options.plan == GRID:
            fresh = np.arange(-(-self._planned // SPACING) * SPACING, start + len(strengths), SPACING)
        else:
            fresh = np.flatnonzero(strengths) + start
            fresh = fresh[fresh >= self._planned]
        past = self._frames[path] >= first
        frames = np.concatenate([self._frames[path][past], fresh])
        known = np.concatenate([self._poses[path][past], np.zeros((len(fresh), channels), np.float32)])[None]
        if len(fresh):
            given = np.zeros_like(known)
            given[:, : past.sum()] = 1
            at = (frames - first)[None]
            all_strengths = np.zeros(count, np.float32)
            all_strengths[start - first :] = strengths
            keyframes = keyframe_input(all_strengths[at], self._options.plan != GRID)
            context = network.pose_context(
                path, self._speech[path][None], self._style, at, keyframes, KnownMotion(known, given)
            )
            known = self._denoise(path, context, first, at, KnownMotion(known, given))
        self._frames[path], self._poses[path] = frames, known[0]

    def _denoise(
        self, path: str, context: Mapping[str, Any], first: int, at: Int[np.ndarray, "1 K"], given: KnownMotion
    ) -> Float[np.ndarray, "1 K C"]:
        options, network = self._options, self._network
        seed, temperature = options.noise_of(path)
        reach = int(at.max()) + 1
        noise = frame_noise(path, seed, first, reach, network.channels[path], network.config.correlated_noise)

        def predict(
            noisy: dict[str, Float[np.ndarray, "1 K C"]], steps: Int[np.ndarray, " 1"]
        ) -> dict[str, Float[np.ndarray, "1 K C"]]:
            clean = network.pose_denoise(path, context, noisy[path], steps)
            return {path: np.where(given.strength > 0, given.values, clean)}

        start = {path: np.float32(temperature) * noise[at]}
        return self._scheduler.sample(start, predict, options.steps_of(path), solver_order=options.solver_order)[path]

    def known(self, start: int, frames: int) -> Known:
        """The poses of a window."""
        result = {}
        for path, at in self._frames.items():
            inside = (at >= start) & (at < start + frames)
            if inside.any():
                values = np.zeros((1, frames, self._network.channels[path]), np.float32)
                strength = np.zeros_like(values)
                values[0, at[inside] - start] = self._poses[path][inside]
                strength[0, at[inside] - start] = 1
                result[path] = KnownMotion(values, strength)
        return result

    def state(self) -> State:
        """What the next frames need of those before them."""
        found: State = {"plan.first": np.array([self._first])}
        for path in self._network.paths:
            found |= {
                f"plan.{path}.speech": self._speech[path],
                f"plan.{path}.frames": self._frames[path],
                f"plan.{path}.poses": self._poses[path],
            }
        return found

    def restore(self, given: Given, planned: int) -> None:
        """Go on from a `state` in which so many frames were planned.

        Raises:
            ValueError: It cannot be one of this network.
        """
        self._first, self._planned = int(given.take("plan.first", np.int64, (1,))[0]), planned
        if not 0 <= self._first <= planned:
            raise ValueError(f"the plan begins at frame {self._first} of {planned}")
        count = planned - self._first
        for path in self._network.paths:
            self._speech[path] = given.take(f"plan.{path}.speech", np.float32, (count, self._network.config.hidden_dim))
            frames = given.take(f"plan.{path}.frames", np.int64, (range(count + 1),))
            if not ((frames >= self._first) & (frames < planned)).all() or not (np.diff(frames) > 0).all():
                raise ValueError(f"the plan's frames of the {path} are not in order within it")
            self._frames[path] = frames
            self._poses[path] = given.take(
                f"plan.{path}.poses", np.float32, (len(frames), self._network.channels[path])
            )
