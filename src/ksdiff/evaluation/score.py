"""All figures of one clip.

Every figure is described in `ksdiff.evaluation.metrics.METRICS`. What only an `arkit` head can tell (closures,
stillness, timing of the lips) has no value in other spaces, nor has the shape of a FLAME face without a FLAME model.
`ksdiff.evaluation.corpus_score` has the figures that only many clips together have.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.evaluation.metrics import articulation, beats, head, silence, timing, vertices
from ksdiff.evaluation.metrics import keyframes as matching
from ksdiff.evaluation.metrics.faces import face_shape
from ksdiff.evaluation.performance import Performance
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, PATHS

FPS = float(MOTION_RATE)
MIN_KNOWN = 1.0  # s of a path that must be known for a clip to say something about it
GUESSES = 20  # random and periodic guesses of keyframes that are averaged
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


def _shape(p: Performance) -> Scores:
    names = ("lve", "lve_sequence", "lip_distance", "lip_distance_rms", "fdd", "fdd_absolute")
    path = p.space.opening[0]  # where the head path opens the jaw, the lips' shape is known only if that is
    if not enough(p, EXPRESSION) or not enough(p, path):
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
    names = ("jaw_r", "mouth_r", "closure", "stillness", "jerk", "jerk_ratio", "mtm", "mtm_matched", "pause_leak")
    scores: Scores = dict.fromkeys(names, NOTHING)
    if not enough(p, EXPRESSION):
        return scores
    known, channels = p.known[EXPRESSION], p.space.mouth_indices
    r = correlations(p.expression[known][:, channels], p.real_expression[known][:, channels])
    moving = int((~np.isnan(r)).sum())
    scores["mouth_r"] = _scored(mean_known(r), moving)
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
        matched = timing.misalignment(opening, articulation.lip_opening(p.real_expression), known)
        delay = float(matched.frames.mean()) if len(matched.frames) else float("nan")
        scores["mtm"] = _scored(1000 / FPS * delay, 1)
        share = len(matched.frames) / max(matched.turning_points, 1)
        scores["mtm_matched"] = _scored(share, matched.turning_points)
        pauses = articulation.long_pauses(p.silent) & known
        scores["pause_leak"] = _scored(silence.open_share(p.expression, pauses), int(pauses.sum()))
    return scores


def _head(p: Performance) -> Scores:
    names = ("head_diversity", "head_speed", "head_range", "beat_align", "beat_align_kdtalker")
    if not enough(p, HEAD):
        return dict.fromkeys(names, NOTHING)
    known, rotation = p.known[HEAD], p.head[:, p.space.rotation]
    speeds = head.head_speeds(rotation, FPS, known)
    at = np.round(p.audio_beats * FPS).astype(int)
    audible = p.audio_beats[(at >= 0) & (at < len(known)) & known[np.clip(at, 0, len(known) - 1)]]
    scores = {
        "head_diversity": (head.head_diversity(rotation[known]), 1.0),
        "head_speed": _scored(mean_known(speeds), len(speeds)),
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
        if path not in p.keyframes or path not in p.real_keyframes or not enough(p, path):
            continue
        # Where a path was not tracked nobody knows whether there is a keyframe.
        known = p.known[path]
        generated, real = (p.keyframes[path] > 0) & known, (p.real_keyframes[path] > 0) & known
        m, predicted, true = matching.keyframe_matches(generated, real, matching.TOLERANCE)
        random = np.random.default_rng(0)
        guesses = []
        for guess in (matching.random_keyframes, matching.periodic_keyframes):
            tries = (
                matching.keyframe_matches(_guessed(guess, predicted, known, random), real, matching.TOLERANCE)
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


def _guessed(
    guess: Callable[[int, int, np.random.Generator], Bool[np.ndarray, " _"]],
    count: int,
    known: Bool[np.ndarray, " T"],
    random: np.random.Generator,
) -> Bool[np.ndarray, " T"]:
    """A guess among the known frames alone."""
    result = np.zeros(len(known), dtype=bool)
    result[known] = guess(count, int(known.sum()), random)
    return result


def correlations(generated: Float[np.ndarray, "T M"], real: Float[np.ndarray, "T M"]) -> Float[np.ndarray, " M"]:
    """Pearson r where the real channel moves; a generated one that does not move has earned 0, not to be left out."""
    r = articulation.channel_correlations(generated, real, np.ones(len(generated), dtype=bool))
    return np.where(real.std(axis=0) > articulation.MOVING, np.nan_to_num(r), np.nan)


def enough(p: Performance, path: str) -> bool:
    """Whether enough of a path was tracked for the clip to say something about it."""
    return int(p.known[path].sum()) >= MIN_KNOWN * FPS


def _scored(value: float, weight: float | int) -> tuple[float, float]:
    return (float(value), float(weight)) if weight and np.isfinite(value) else NOTHING


def mean_known(values: Float[np.ndarray, "*N"]) -> float:
    """Mean of what is not NaN; NaN where all is."""
    values = values[~np.isnan(values)]
    return float(values.mean()) if len(values) else float("nan")
