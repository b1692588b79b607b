"""Figures that only many clips together have: amplitudes, distances of distributions, lip shapes by sound.

`score_parts` gives those whose intervals are bootstrapped, `pooled_scores` those that are taken once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ksdiff.errors import InputError
from ksdiff.evaluation.metrics import articulation, frechet, head, intensity, lip_shapes
from ksdiff.evaluation.metrics.faces import face_shape
from ksdiff.evaluation.performance import Performance
from ksdiff.evaluation.score import FPS, correlations, enough, mean_known
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, MotionSpace

WELL_SCALED = (0.8, 1.25)  # amplitude ratios that count as right
SIDES = ("generated", "real")


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
        speaker: Who speaks.
        intensities: In pieces of 4 s, loudness of the voice, and motion of the generated and of the real lips.
        classes: Class of each phone (`lip_shapes.CLASSES`) during which the face was tracked.
        generated_levels: Levels of the groups of lip channels (`lip_shapes.GROUPS`) during each of these.
        real_levels: The same of the real face.
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
    speaker: str
    intensities: Float[np.ndarray, "I 3"]
    classes: Int[np.ndarray, " P"]
    generated_levels: Float[np.ndarray, "P 4"]
    real_levels: Float[np.ndarray, "P 4"]


def clip_parts(performance: Performance) -> ClipParts:
    """What `score_parts` needs of a clip."""
    p, channels = performance, performance.space.mouth_indices
    known = p.known[EXPRESSION] if enough(p, EXPRESSION) else np.zeros(len(p.expression), dtype=bool)
    generated, real = p.expression[known][:, channels], p.real_expression[known][:, channels]
    empty, nothing = np.zeros(0), np.full(len(channels), np.nan)
    turning = enough(p, HEAD)
    rotations = [motion[:, p.space.rotation] for motion in (p.head, p.real_head)]
    speeds = [head.head_speeds(r, FPS, p.known[HEAD]) if turning else empty for r in rotations]
    ranges = [head.head_ranges(r[p.known[HEAD]]) if turning else empty for r in rotations]
    classes, shapes, real_shapes = _phone_shapes(p)
    return ClipParts(
        space=p.space,
        frames=len(generated),
        correlations=correlations(generated, real) if len(generated) else nothing,
        generated_variance=generated.var(axis=0) if len(generated) else np.zeros(len(channels)),
        real_variance=real.var(axis=0) if len(generated) else np.zeros(len(channels)),
        generated_speeds=speeds[0],
        real_speeds=speeds[1],
        generated_ranges=ranges[0],
        real_ranges=ranges[1],
        speaker=p.speaker,
        intensities=_intensities(p),
        classes=classes,
        generated_levels=lip_shapes.group_levels(shapes) if p.space == ARKIT else np.zeros((0, len(lip_shapes.GROUPS))),
        real_levels=lip_shapes.group_levels(real_shapes) if p.space == ARKIT else np.zeros((0, len(lip_shapes.GROUPS))),
    )


def _phone_shapes(
    p: Performance,
) -> tuple[Int[np.ndarray, " P"], Float[np.ndarray, "P E"], Float[np.ndarray, "P E"]]:
    """Class of each phone during which the face was tracked, and both faces' expression, relative to rest."""
    if p.space != ARKIT or not enough(p, EXPRESSION):
        nothing = np.zeros((0, len(p.space.expression)))
        return np.zeros(0, dtype=int), nothing, nothing
    shapes, real_shapes = (
        lip_shapes.phone_shapes(motion - p.neutral, p.known[EXPRESSION], p.phones)
        for motion in (p.expression, p.real_expression)
    )
    seen = ~np.isnan(real_shapes).any(axis=1)
    return lip_shapes.phone_classes(p.phones)[seen], shapes[seen], real_shapes[seen]


def _intensities(p: Performance) -> Float[np.ndarray, "I 3"]:
    path = p.space.opening[0]
    if p.loudness is None or not enough(p, EXPRESSION) or not enough(p, path):
        return np.zeros((0, 3))
    generated, real = face_shape(p.expression, p.head, p.space), face_shape(p.real_expression, p.real_head, p.space)
    if generated is None or real is None:
        return np.zeros((0, 3))
    known = p.known[EXPRESSION] & p.known[path]
    ours, theirs = (intensity.intensities(p.loudness, face.lips, known) for face in (generated, real))
    return np.column_stack([ours, theirs[:, 1:]])


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
    pieces = np.concatenate([part.intensities for part in parts])
    speakers = [part.speaker for part in parts for _ in part.intensities]
    ours, real_slcc = (intensity.intensity_correlation(pieces[:, 0], pieces[:, side], speakers) for side in (1, 2))
    figures |= {"slcc": ours, "slcc_distance": abs(ours - real_slcc)}
    classes = np.concatenate([part.classes for part in parts])
    ours, levels = (np.concatenate([getattr(p, f"{side}_levels") for p in parts]) for side in SIDES)
    for name, contrast in zip(lip_shapes.CLASSES, lip_shapes.contrasts(ours, classes), strict=True):
        figures[f"contrast_{name}"] = float(contrast)
    figures["shape_error"] = lip_shapes.class_error(ours, levels, classes)
    for name, r, amplitude in zip(space.mouth, correlations.T, amplitudes, strict=True):
        figures[f"r_{name}"], figures[f"amplitude_{name}"] = mean_known(r), float(amplitude)
    return figures


def _amplitudes(ratios: Float[np.ndarray, " M"], space: MotionSpace) -> dict[str, float]:
    moving = ratios[~np.isnan(ratios)]
    low, high = WELL_SCALED
    opening = space.opening[1]
    jaw = float(ratios[space.mouth.index(opening)]) if opening in space.mouth else float("nan")
    return {
        "amplitude_jaw": jaw,
        "amplitude_mouth": mean_known(moving),
        "amplitude_least": float(moving.min(initial=np.inf)) if len(moving) else float("nan"),
        "amplitude_greatest": float(moving.max(initial=-np.inf)) if len(moving) else float("nan"),
        "amplitude_share": mean_known(((moving >= low) & (moving <= high)).astype(np.float64)),
    }


def pooled_scores(performances: Sequence[Performance]) -> dict[str, float]:
    """Figures of all clips together that are taken once, without an interval; NaN where the clips say nothing."""
    return {**_frechet(performances), "shape_separation": _separation(performances)}


def _frechet(performances: Sequence[Performance]) -> dict[str, float]:
    """Of the mouth channels relative to rest, and of the head's rotation, each divided by its real deviation."""
    figures = {}
    for part, path in (("mouth", EXPRESSION), ("head", HEAD)):
        tracked = [p for p in performances if enough(p, path)]
        pairs = [_channels(p, path) for p in tracked]
        knowns = [p.known[path] for p in tracked]
        scales = np.ones(1)
        if pairs:
            real = np.concatenate([pair[1][known] for pair, known in zip(pairs, knowns, strict=True)])
            scales = frechet.channel_scales(real) if path == EXPRESSION else np.maximum(real.std(axis=0), 1e-6)
        for name, order in frechet.ORDERS.items():
            windows = [
                np.concatenate(
                    [
                        frechet.motion_windows(pair[side] / scales, known, order)
                        for pair, known in zip(pairs, knowns, strict=True)
                    ]
                )
                if pairs
                else np.zeros((0, 1))
                for side in (0, 1)
            ]
            figures[f"frechet_{part}_{name}"] = frechet.frechet_distance(*windows)
    return figures


def _channels(p: Performance, path: str) -> tuple[Float[np.ndarray, "T C"], Float[np.ndarray, "T C"]]:
    """Generated and real channels of a path that are compared."""
    if path == EXPRESSION:
        mouth = p.space.mouth_indices
        return (p.expression - p.neutral)[:, mouth], (p.real_expression - p.neutral)[:, mouth]
    return p.head[:, p.space.rotation], p.real_head[:, p.space.rotation]


def _separation(performances: Sequence[Performance]) -> float:
    """Discriminants learn from the real faces of half of the speakers and are tested on the others, both ways round."""
    found = [(p.speaker, *_phone_shapes(p)) for p in performances]
    speakers = sorted({speaker for speaker, *_ in found})
    halves = [set(speakers[0::2]), set(speakers[1::2])]
    shares = []
    for learned, tested in (halves, halves[::-1]):
        train, test = ([one for one in found if one[0] in half] for half in (learned, tested))
        if train and test:
            mouth = performances[0].space.mouth_indices
            train_classes, real = np.concatenate([one[1] for one in train]), np.concatenate([one[3] for one in train])
            test_classes, ours = np.concatenate([one[1] for one in test]), np.concatenate([one[2] for one in test])
            shares.append(lip_shapes.separation(real[:, mouth], train_classes, ours[:, mouth], test_classes))
    return mean_known(np.array(shares, dtype=np.float64))
