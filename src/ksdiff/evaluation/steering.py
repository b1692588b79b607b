"""Whether keyframes steer: what the motion does when one is added, deleted or moved."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from ksdiff.corpus.dataset import Corpus, speech_of
from ksdiff.corpus.format import Clip
from ksdiff.evaluation.systems import NO_KEYFRAMES
from ksdiff.extras import needs
from ksdiff.model.condition import FrameGrid
from ksdiff.model.sampling import Generated, Speech
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.keyframe_targets import EXPRESSION_SMOOTHING, HEAD_SMOOTHING, motion_variation
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS, MotionSpace
from ksdiff.numerics.filters import gaussian_filter1d

with needs("evaluate"):
    from scipy.ndimage import maximum_filter1d

NEAR = 4  # frames around a keyframe in which its variation is looked for
APART = 25  # frames between two keyframes that are changed in one generation, and around an added one
SHIFT = 8  # frames by which a keyframe is moved
MET = 2  # frames from a moved keyframe within which its peak is to be
SMOOTHING = {EXPRESSION: EXPRESSION_SMOOTHING, HEAD: HEAD_SMOOTHING}

Tracks = Mapping[str, Float[np.ndarray, " T"]]


@runtime_checkable
class Steered(Protocol):
    """Makes motion that follows given keyframes, such as `ModelSystem`."""

    @property
    def paths(self) -> tuple[str, ...]: ...  # noqa: D102

    def generate(self, speech: Speech, seed: int = 0, keyframes: Tracks = NO_KEYFRAMES) -> Generated:
        """Motion of a sound, with predicted keyframes where none are given."""
        ...


def keyframe_steering(system: Steered, corpus: Corpus, clips: Sequence[Clip]) -> dict[str, float]:
    """Figures of steering over some clips, for each path that has keyframes; NaN where nothing could be tried.

    The local variation is the greatest smoothed δ (eq. 3) within ± `NEAR` frames. What separates keyframes from other
    frames is the difference of its mean at keyframes and elsewhere, in the tracked clips.

    Returns:
        ``steer_PATH_add``: what a keyframe of strength 1 adds to the local variation, of that difference, where there
        was none. ``steer_PATH_delete``: what deleting one takes away, of that difference. ``steer_PATH_move``: share
        of keyframes moved by `SHIFT` frames whose peak is within ± `MET` frames of the new place.
    """
    added, deleted, moved = ({path: [] for path in PATHS} for _ in range(3))
    real: dict[str, list[tuple[float, float]]] = {path: [] for path in PATHS}
    for clip in clips:
        speech = speech_of(clip, FrameGrid.of(corpus.encoder), len(clip))
        for path in system.paths:
            known = clip.mask[path]
            curve = local(variation(clip.motion, corpus.space)[path])
            true = clip.keyframes[path] > 0
            other = ~np.asarray(maximum_filter1d(true, 2 * 2 * NEAR + 1), dtype=bool) & known
            if (true & known).any() and other.any():
                real[path].append((curve[true & known].mean(), curve[other].mean()))
        base = system.generate(speech)
        before = variation(base.motion, corpus.space)
        free, kept = {}, {}
        for path in system.paths:
            free[path] = _apart(
                np.flatnonzero(maximum_filter1d(base.keyframes[path], 2 * 2 * NEAR + 1) == 0), len(clip)
            )
            kept[path] = _apart(np.flatnonzero(base.keyframes[path]), len(clip))

        after, without, shifted = (
            variation(system.generate(speech, keyframes=changed(base.keyframes, *change)).motion, corpus.space)
            for change in ((free, 0, 1.0), (kept, 0, 0.0), (kept, SHIFT, 0.0))
        )
        for path in system.paths:
            old = local(before[path])
            added[path] += (local(after[path]) - old)[free[path]].tolist()
            deleted[path] += (old - local(without[path]))[kept[path]].tolist()
            for frame in kept[path]:
                around = shifted[path][frame : frame + 2 * SHIFT + 1]
                moved[path].append(float(abs(int(np.argmax(around)) - SHIFT) <= MET))
    figures = {}
    for path in system.paths:
        at, elsewhere = np.mean(real[path], axis=0) if real[path] else (np.nan, np.nan)
        figures[f"steer_{path}_add"] = _mean(added[path]) / (at - elsewhere)
        figures[f"steer_{path}_delete"] = _mean(deleted[path]) / (at - elsewhere)
        figures[f"steer_{path}_move"] = _mean(moved[path])
    return figures


def changed(tracks: Tracks, frames: Mapping[str, list[int]], shift: int, strength: float) -> dict[str, np.ndarray]:
    """Keyframe strengths with some replaced, after they were put ``shift`` frames further on."""
    result = {path: np.array(track) for path, track in tracks.items()}
    for path, at in frames.items():
        if shift:
            result[path][np.array(at, dtype=int) + shift] = tracks[path][at]
        result[path][at] = strength
    return result


def variation(motion: Mapping[str, Float[np.ndarray, "T _"]], space: MotionSpace) -> dict[str, Float[np.ndarray, " T"]]:
    """Smoothed δ of both paths."""
    head, expression = motion_variation(motion[HEAD], motion[EXPRESSION], space)
    return {
        path: gaussian_filter1d(curve, SMOOTHING[path] * MOTION_RATE)
        for path, curve in ((EXPRESSION, expression), (HEAD, head))
    }


def local(curve: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """The greatest value within ± `NEAR` frames."""
    return maximum_filter1d(curve, 2 * NEAR + 1)


def _apart(frames: np.ndarray, total: int) -> list[int]:
    """As many of the frames as are `APART` from each other and from both ends."""
    chosen: list[int] = []
    for frame in frames.tolist():
        if APART <= frame < total - APART and (not chosen or frame - chosen[-1] >= APART):
            chosen.append(frame)
    return chosen


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
