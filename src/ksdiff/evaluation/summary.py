"""From the figures of each clip to a report: corpus figures, intervals, paired tests, histograms."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.evaluation.corpus_score import score_parts
from ksdiff.evaluation.metrics.statistics import Interval, bootstrap, bootstrap_mean, compare_means
from ksdiff.evaluation.report import Comparison, Distribution, Figure, Report, SystemResult, described
from ksdiff.evaluation.score import Scores
from ksdiff.evaluation.scored import Scored

RESAMPLES = 400  # of figures that must be computed again for each draw
ENOUGH_SPEAKERS = 12  # from which whole speakers are drawn for the intervals, else clips
SPEEDS = tuple(np.linspace(0, 60, 31).tolist())  # degrees/s
RANGES = tuple(np.linspace(0, 40, 21).tolist())  # degrees
# What two systems are compared in.
COMPARED = (
    "lve", "lve_sequence", "lip_distance", "sync_m_c", "sync_m_d", "jaw_r", "mouth_r", "closure", "jerk_ratio",
    "beat_align", "head_diversity", "keyframes_expression_f1", "keyframes_head_f1",
)  # fmt: skip


def result_of(scored: Scored) -> SystemResult:
    """Figures of all clips together with their intervals."""
    speakers = [one.speaker for one in scored.performances]
    clusters = speakers if len(set(speakers)) >= ENOUGH_SPEAKERS else None
    intervals: dict[str, Interval] = {}
    for metric in _metrics(scored.scores):
        values, weights = _column(scored.scores, metric)
        intervals[metric] = bootstrap_mean(values, weights, clusters)
    intervals |= bootstrap(score_parts, scored.parts, clusters, RESAMPLES)
    return SystemResult(
        scored.name,
        scored.label,
        scored.kind,
        scored.note,
        {name: Figure(one.value, one.low, one.high) for name, one in intervals.items()}
        | {name: Figure(value) for name, value in scored.pooled.items()},
        {
            one.clip: {name: value for name, (value, weight) in scores.items() if weight}
            for one, scores in zip(scored.performances, scored.scores, strict=True)
        },
    )


def comparisons(first: Scored, second: Scored) -> list[Comparison]:
    """Paired tests of the two systems in the figures that both have."""
    speakers = [one.speaker for one in first.performances]
    clusters = speakers if len(set(speakers)) >= ENOUGH_SPEAKERS else None
    found = []
    for metric in COMPARED:
        values, weights = _column(first.scores, metric)
        other_values, other_weights = _column(second.scores, metric)
        if weights.any() and other_weights.any():
            test = compare_means((values, weights), (other_values, other_weights), clusters)
            low, high = test.difference.low, test.difference.high
            found.append(Comparison(metric, first.name, second.name, test.difference.value, low, high, test.p))
    return found


def report_of(title: str, facts: Mapping[str, str], scored: Sequence[Scored], subtitle: str = "") -> Report:
    """Put it all together; the first model is compared with all others that are not references.

    Raises:
        InputError: The systems did not all perform the same clips.
    """
    for one, other in pairwise(scored):
        if [p.clip for p in one.performances] != [p.clip for p in other.performances]:
            raise InputError(f"{one.name} and {other.name} performed different clips: they cannot be compared")
    models = [one for one in scored if one.kind != "reference"]
    results = tuple(result_of(one) for one in scored)
    speeds, ranges = (
        {one.name: np.concatenate([getattr(part, name) for part in one.parts]) for one in scored}
        for name in ("generated_speeds", "generated_ranges")
    )
    speakers = {p.speaker for p in scored[0].performances}
    drawn = "speakers" if len(speakers) >= ENOUGH_SPEAKERS else "clips"
    return Report(
        title=title,
        subtitle=subtitle,
        facts={**facts, "clips": str(len(scored[0].performances)), "intervals": f"bootstrap over {drawn}, 95 %"},
        metrics=described(results),
        systems=results,
        comparisons=tuple(test for other in models[1:] for test in comparisons(models[0], other)),
        distributions=(
            Distribution.of("Head speed", "degrees/s", SPEEDS, speeds),
            Distribution.of("Range of an angle of the head in a clip", "degrees", RANGES, ranges),
        ),
    )


def _metrics(scores: Sequence[Scores]) -> list[str]:
    return list(dict.fromkeys(name for one in scores for name in one))


def _column(scores: Sequence[Scores], metric: str) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]:
    values, weights = zip(*(one.get(metric, (float("nan"), 0.0)) for one in scores), strict=True)
    return np.array(values, dtype=np.float64), np.array(weights, dtype=np.float64)
