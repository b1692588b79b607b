"""All figures of merit of a clip, and those that only many clips together have.

Every figure is described in `ksdiff.evaluation.metrics.METRICS`. What only an `arkit` head can tell (closures,
stillness) has no value in other spaces, nor has the shape of a FLAME face without a FLAME model.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.evaluation.metrics import articulation, beats, head, vertices
from ksdiff.evaluation.metrics import keyframes as matching
from ksdiff.evaluation.metrics.faces import face_shape
from ksdiff.evaluation.performance import Performance
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, PATHS, MotionSpace

FPS = float(MOTION_RATE)
MIN_KNOWN = 1.0  # s of a path that must be known for a clip to say something about it
GUESSES = 20  # random and periodic guesses of keyframes that are averaged
WELL_SCALED = (0.8, 1.25)  # amplitude ratios that count as right
SIDES = ("generated", "real")
NOTHING = (float("nan"), 0.0)  # the clip does not say anything about a figure

Scores = dict[str, tuple[float, float]]


def score_clip(performance: Performance) -> Scores:
    """All figures of a clip, each with the weight that makes the corpus figure a weighted mean over clips.

    The corpus figure of, for example, F1 = 2m / (p + t) is Σ 2m / Σ (p + t), so a clip's weight is its p + t. A clip
    that says nothing about a figure (no p, b, m; no keyframes predicted; face not tracked) has value NaN and weight 0
    there; `statistics.weighted_mean` and the bootstrap leave it out.

    Returns:
        Value and weight by name of the metric; always the same names.
    """
    return {
        **_shape(performance),
        **_mouth(performance),
        **_head(performance),
        **_keyframes(performance),
    }


@dataclass(frozen=True, eq=False)
class ClipParts:
    """What a clip adds to the figures that are not means over clips. M mouth channels.

    Attributes:
        space: What the channels are.
        frames: Known frames of the expression.
        correlations: Pearson r of the mouth channels, NaN where they do not move.
        generated_variance: Of the mouth channels within the clip.
        real_variance: The same of the real face.
        generated_speeds: Of the head, degrees/s.
        real_speeds: The same of the real head.
        generated_ranges: Of the head's angles, degrees.
        real_ranges: The same of the real head.
    """

    space: MotionSpace
    frames: int
    correlations: Float[np.ndarray, " M"]
    generated_variance: Float[np.ndarray, " M"]
    real_variance: Float[np.ndarray, " M"]
    generated_speeds: Float[np.ndarray, " N"]
    real_speeds: Float[np.ndarray, " N"]
    generated_ranges: Float[np.ndarray, " R"]
    real_ranges: Float[np.ndarray, " R"]


def clip_parts(performance: Performance) -> ClipParts:
    """What `score_parts` needs of a clip."""
    p, channels = performance, performance.space.mouth_indices
    known = p.known[EXPRESSION] if _enough(p, EXPRESSION) else np.zeros(len(p.expression), dtype=bool)
    generated, real = p.expression[known][:, channels], p.real_expression[known][:, channels]
    empty, nothing = np.zeros(0), np.full(len(channels), np.nan)
    turning = _enough(p, HEAD)
    rotations = [motion[:, p.space.rotation] for motion in (p.head, p.real_head)]
    speeds = [head.head_speeds(r, FPS, p.known[HEAD]) if turning else empty for r in rotations]
    ranges = [head.head_ranges(r[p.known[HEAD]]) if turning else empty for r in rotations]
    return ClipParts(
        space=p.space,
        frames=len(generated),
        correlations=_correlations(generated, real) if len(generated) else nothing,
        generated_variance=generated.var(axis=0) if len(generated) else np.zeros(len(channels)),
        real_variance=real.var(axis=0) if len(generated) else np.zeros(len(channels)),
        generated_speeds=speeds[0],
        real_speeds=speeds[1],
        generated_ranges=ranges[0],
        real_ranges=ranges[1],
    )


def score_corpus(performances: Sequence[Performance]) -> dict[str, float]:
    """Figures of all clips together; NaN where the clips say nothing.

    For intervals take `clip_parts` of each clip once and give `score_parts` to `statistics.bootstrap`.

    Raises:
        InputError: There is no clip, or they are of several spaces.
    """
    return score_parts([clip_parts(performance) for performance in performances])


def score_parts(parts: Sequence[ClipParts]) -> dict[str, float]:
    """`score_corpus` of what `clip_parts` gave.

    Raises:
        InputError: There is no clip, or they are of several spaces.
    """
    if not len(parts):
        raise InputError("there is no clip to score: choose a split or speakers that have some")
    spaces = {part.space.name for part in parts}
    if len(spaces) > 1:
        raise InputError(f"the clips are of several motion spaces ({', '.join(sorted(spaces))}): score each by itself")
    space = parts[0].space
    frames = np.array([part.frames for part in parts], dtype=np.float64)
    share = frames / max(frames.sum(), 1.0)
    generated, real = (np.sqrt(share @ np.stack([getattr(p, f"{side}_variance") for p in parts])) for side in SIDES)
    amplitudes = articulation.deviation_ratios(generated, real)
    correlations = np.stack([part.correlations for part in parts])
    figures = _amplitudes(amplitudes, space)
    for which in ("speed", "range"):
        generated, real = (np.concatenate([getattr(p, f"{side}_{which}s") for p in parts]) for side in SIDES)
        figures[f"head_{which}_wasserstein"] = head.wasserstein(generated, real)
    for name, r, amplitude in zip(space.mouth, correlations.T, amplitudes, strict=True):
        figures[f"r_{name}"], figures[f"amplitude_{name}"] = _mean(r), float(amplitude)
    return figures


def _amplitudes(ratios: Float[np.ndarray, " M"], space: MotionSpace) -> dict[str, float]:
    moving = ratios[~np.isnan(ratios)]
    low, high = WELL_SCALED
    opening = space.opening[1]
    jaw = float(ratios[space.mouth.index(opening)]) if opening in space.mouth else float("nan")
    return {
        "amplitude_jaw": jaw,
        "amplitude_mouth": _mean(moving),
        "amplitude_least": float(moving.min(initial=np.inf)) if len(moving) else float("nan"),
        "amplitude_greatest": float(moving.max(initial=-np.inf)) if len(moving) else float("nan"),
        "amplitude_share": _mean(((moving >= low) & (moving <= high)).astype(np.float64)),
    }


def _shape(p: Performance) -> Scores:
    names = ("lve", "lve_sequence", "lip_distance", "lip_distance_rms", "fdd", "fdd_absolute")
    path = p.space.opening[0]  # where the head path opens the jaw, the lips' shape is known only if that is
    if not _enough(p, EXPRESSION) or not _enough(p, path):
        return dict.fromkeys(names, NOTHING)
    known = p.known[EXPRESSION] & p.known[path]
    generated = face_shape(p.expression[known], p.head[known], p.space)
    real = face_shape(p.real_expression[known], p.real_head[known], p.space)
    still = face_shape(p.neutral[None], np.zeros_like(p.real_head[:1]), p.space)
    if generated is None or real is None or still is None:
        return dict.fromkeys(names, NOTHING)
    errors = [vertices.lip_errors(generated.lips, real.lips)]
    upper = [face.upper_face - still.upper_face for face in (generated, real)]
    frames = float(known.sum())
    return {
        "lve": (vertices.lve(errors), frames),
        "lve_sequence": (vertices.lve_of_sequences(errors), 1.0),
        "lip_distance": (vertices.lip_distance(errors), frames),
        "lip_distance_rms": (vertices.lip_distance_rms(errors), 1.0),
        "fdd": (vertices.fdd(*upper), 1.0),
        "fdd_absolute": (vertices.fdd_absolute(*upper), 1.0),
    }


def _mouth(p: Performance) -> Scores:
    scores: Scores = dict.fromkeys(["jaw_r", "mouth_r", "closure", "stillness", "jerk", "jerk_ratio"], NOTHING)
    if not _enough(p, EXPRESSION):
        return scores
    known, channels = p.known[EXPRESSION], p.space.mouth_indices
    r = _correlations(p.expression[known][:, channels], p.real_expression[known][:, channels])
    moving = int((~np.isnan(r)).sum())
    scores["mouth_r"] = _scored(_mean(r), moving)
    if p.space.opening[1] in p.space.mouth:
        scores["jaw_r"] = _scored(float(r[p.space.mouth.index(p.space.opening[1])]), 1)
    generated, real = (
        float(articulation.jerk(expression[:, channels], FPS, known).mean())
        for expression in (p.expression, p.real_expression)
    )
    scores["jerk"] = (generated, 1.0)
    scores["jerk_ratio"] = _scored(generated / real if real else float("nan"), real)
    if p.space == ARKIT:
        opening = articulation.lip_opening(p.expression)
        scores["closure"] = _scored(*articulation.closures(opening, known, p.phones))
        scores["stillness"] = _scored(articulation.stillness(opening, p.silent, known), 1)
    return scores


def _head(p: Performance) -> Scores:
    names = ("head_diversity", "head_speed", "head_range", "beat_align", "beat_align_kdtalker")
    if not _enough(p, HEAD):
        return dict.fromkeys(names, NOTHING)
    known, rotation = p.known[HEAD], p.head[:, p.space.rotation]
    speeds = head.head_speeds(rotation, FPS, known)
    at = np.round(p.audio_beats * FPS).astype(int)
    audible = p.audio_beats[(at >= 0) & (at < len(known)) & known[np.clip(at, 0, len(known) - 1)]]
    scores = {
        "head_diversity": (head.head_diversity(rotation[known]), 1.0),
        "head_speed": _scored(_mean(speeds), len(speeds)),
        "head_range": (float(head.head_ranges(rotation[known]).mean()), 1.0),
    }
    for name, variant in (("beat_align", beats.BAILANDO), ("beat_align_kdtalker", beats.KDTALKER)):
        motion = beats.motion_beats(rotation, FPS, variant.smoothing, known)
        # A sound without beats says nothing about the head; a head without beats has missed them all.
        scores[name] = _scored(beats.beat_align(audible, motion, variant.tolerance), min(len(audible), 1))
    return scores


def _keyframes(p: Performance) -> Scores:
    scores = {}
    for path in PATHS:
        names = [f"keyframes_{path}_{what}" for what in ("f1", "precision", "recall", "count", "random", "periodic")]
        scores |= dict.fromkeys(names, NOTHING)
        if path not in p.keyframes or path not in p.real_keyframes or not _enough(p, path):
            continue
        generated, real = p.keyframes[path] > 0, p.real_keyframes[path] > 0
        m, predicted, true = matching.keyframe_matches(generated, real, matching.TOLERANCE)
        random = np.random.default_rng(0)
        guesses = []
        for guess in (matching.random_keyframes, matching.periodic_keyframes):
            tries = (
                matching.keyframe_matches(guess(predicted, len(real), random), real, matching.TOLERANCE)
                for _ in range(GUESSES)
            )
            guesses.append(np.mean([matching.f1(*tried) for tried in tries]))
        values = (
            _scored(matching.f1(m, predicted, true), predicted + true),
            _scored(matching.precision(m, predicted), predicted),
            _scored(matching.recall(m, true), true),
            _scored(predicted / true if true else float("nan"), true),
            *(_scored(float(guess), predicted + true) for guess in guesses),
        )
        scores |= dict(zip(names, values, strict=True))
    return scores


def _correlations(generated: Float[np.ndarray, "T M"], real: Float[np.ndarray, "T M"]) -> Float[np.ndarray, " M"]:
    """Pearson r where the real channel moves; a generated one that does not move has earned 0, not to be left out."""
    r = articulation.channel_correlations(generated, real, np.ones(len(generated), dtype=bool))
    return np.where(real.std(axis=0) > articulation.MOVING, np.nan_to_num(r), np.nan)


def _enough(p: Performance, path: str) -> bool:
    return int(p.known[path].sum()) >= MIN_KNOWN * FPS


def _scored(value: float, weight: float | int) -> tuple[float, float]:
    return (float(value), float(weight)) if weight and np.isfinite(value) else NOTHING


def _mean(values: Float[np.ndarray, " N"]) -> float:
    values = values[~np.isnan(values)]
    return float(values.mean()) if len(values) else float("nan")
