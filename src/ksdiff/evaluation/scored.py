"""All figures of a system over all clips, and the references that give them a scale."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from ksdiff.evaluation.clips import EvalClip
from ksdiff.evaluation.corpus_score import ClipParts, clip_parts, pooled_scores
from ksdiff.evaluation.metrics.head import diversity_across_samples
from ksdiff.evaluation.performance import Performance
from ksdiff.evaluation.predictions import Predictions, perform, shuffled
from ksdiff.evaluation.report import REAL, Kind
from ksdiff.evaluation.score import Scores, score_clip
from ksdiff.evaluation.systems import Seams
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD
from ksdiff.sync_expert.model import SyncExpert
from ksdiff.sync_expert.score import MIN_FRAMES, counted


@dataclass(frozen=True, eq=False)
class Scored:
    """What one system did in all clips.

    Attributes:
        name: Of the system, in tables.
        label: For readers.
        kind: What it is there for.
        note: What is special about it.
        performances: In the order of the clips.
        scores: Value and weight of each metric, for each clip.
        parts: What each clip adds to the figures of distributions.
        pooled: Figures of all clips together that have no interval.
    """

    name: str
    label: str
    kind: Kind
    note: str
    performances: list[Performance]
    scores: list[Scores]
    parts: list[ClipParts] = field(default_factory=list)
    pooled: dict[str, float] = field(default_factory=dict)


def score(
    name: str,
    label: str,
    kind: Kind,
    clips: Sequence[EvalClip],
    performances: list[Performance],
    experts: Mapping[str, SyncExpert],
    meets: Callable[[int], Seams] = lambda frames: (),
    samples: Sequence[Predictions] = (),
    note: str = "",
    also: Callable[[Performance], Scores] = lambda performance: {},
    pooled: Mapping[str, float] = MappingProxyType({}),
) -> Scored:
    """All figures of a system in all clips.

    Args:
        name: Of the system.
        label: For readers.
        kind: What it is there for.
        clips: The clips.
        performances: What the system did in them.
        experts: By name of a speaker, a sync expert that was not trained on them; speakers without one get no score.
        meets: Frames at which pieces of a motion of so many frames meet, if there are pieces.
        samples: Predictions for the same clips with other seeds, for the diversity across samples.
        note: What is special about the system.
        also: More figures of a clip, such as those that need a picture.
        pooled: More figures of all clips together.
    """
    scores = []
    for of, one in zip(clips, performances, strict=True):
        figures = score_clip(one)
        expert = experts.get(one.speaker)
        if expert is not None and one.space == ARKIT and counted(one.known[EXPRESSION], 0).sum() >= MIN_FRAMES:
            sync = expert.score(of.mel, one.expression, one.known[EXPRESSION])
            figures |= {"sync_m_c": (sync.confidence, 1.0), "sync_m_d": (sync.distance, 1.0)}
            figures["sync_m_offset"] = (float(sync.offset), 1.0)
        if samples and one.known[HEAD].any():
            known = one.known[HEAD]
            heads = [one.head, *(other[one.clip].motion[HEAD] for other in samples)]
            rotations = np.stack([head[known][:, one.space.rotation] for head in heads])
            figures["head_diversity_samples"] = (diversity_across_samples(rotations), 1.0)
        figures |= seams(one, meets(len(one.expression))) | also(one)
        scores.append(figures)
    parts = [clip_parts(one) for one in performances]
    return Scored(name, label, kind, note, performances, scores, parts, {**pooled_scores(performances), **pooled})


def seams(performance: Performance, edges: Seams) -> Scores:
    """Mean acceleration where pieces of the motion meet, over the clip's own 95th percentile; below 1 is unseen."""
    result: Scores = {}
    for path, motion in ((EXPRESSION, performance.expression), (HEAD, performance.head)):
        if not edges or not performance.known[path].any():
            continue
        acceleration = np.linalg.norm(np.diff(motion, n=2, axis=0), axis=1)
        limit = np.percentile(acceleration, 95)
        if limit > 0:
            ratios = [acceleration[edge - 2 : edge + 1].mean() / limit for edge in edges]
            result[f"seam_{path}"] = (float(np.mean(ratios)), float(len(ratios)))
    return result


def references(
    clips: Sequence[EvalClip],
    predictions: Predictions,
    still: Predictions,
    experts: Mapping[str, SyncExpert],
    rest: bool = True,
    also: Callable[[Performance], Scores] = lambda performance: {},
) -> list[Scored]:
    """The rows that give every figure a scale: the real faces, one face that is still, another's speech.

    Args:
        clips: The clips.
        predictions: Those of the main system.
        still: Those of `StillFace`.
        experts: As for `score`.
        rest: Let the mouths come to rest in silence, as those of the systems do.
        also: As for `score`.
    """
    rows = (
        (REAL, "Real", "the tracked faces themselves", [one.real for one in clips]),
        (
            "still",
            "Still face",
            "the mean expression of the training speakers, at rest",
            perform(clips, still, keyframes=False, rest=rest),
        ),
        (
            "shuffled",
            "Shuffled audio",
            "the first system's motion for the sound of another speaker",
            perform(clips, shuffled(clips, predictions), rest=rest),
        ),
    )
    return [
        score(name, label, "reference", clips, performances, experts, note=note, also=also)
        for name, label, note, performances in rows
    ]
