"""How sure a figure is: bootstrap intervals over clips, and paired tests between two systems on the same clips.

Clips are drawn, not frames: frames of a clip are not independent. Clips of one speaker are not either; name the
speakers as ``clusters`` and whole speakers are drawn. Intervals are percentile intervals (Efron & Tibshirani 1993, An
Introduction to the Bootstrap, ch. 13), which come out too narrow where there are only a few clusters.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from jaxtyping import Float, Int

from ksdiff.errors import InputError
from ksdiff.extras import require

RESAMPLES = 2000
COVERAGE = 0.95

T = TypeVar("T")


@dataclass(frozen=True)
class Interval:
    """A figure and its 95 % interval; NaN where the clips say nothing."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class PairedTest:
    """How two systems differ on the same clips.

    Attributes:
        difference: First minus second, with its 95 % interval.
        p: Probability of a difference at least as great if the systems were the same (two-sided).
    """

    difference: Interval
    p: float


def weighted_mean(values: Float[np.ndarray, " N"], weights: Float[np.ndarray, " N"]) -> float:
    """Mean over clips, of which those with weight 0 say nothing; NaN if all do.

    Raises:
        InputError: There is no clip, or a weight is negative.
    """
    numerators, denominators = _sums(values, weights, None)
    return float(_ratio(numerators.sum(), denominators.sum()))


def bootstrap_mean(
    values: Float[np.ndarray, " N"],
    weights: Float[np.ndarray, " N"],
    clusters: Sequence[Hashable] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Weighted mean over clips and its bootstrap interval.

    Args:
        values: Of each clip.
        weights: Of each clip; 0 where it says nothing, and its value may then be NaN.
        clusters: What must be drawn together, such as the speaker of each clip.
        resamples: How often to draw.
        seed: Of the draws; the same seed draws the same clips.

    Raises:
        InputError: There is no clip, a weight is negative, or there are not as many clusters as clips.
    """
    numerators, denominators = _sums(values, weights, clusters)
    counts = _draw_counts(len(numerators), resamples, seed)
    return _interval(
        float(_ratio(numerators.sum(), denominators.sum())), _ratio(counts @ numerators, counts @ denominators)
    )


def compare_means(
    first: tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]],
    second: tuple[Float[np.ndarray, " M"], Float[np.ndarray, " M"]],
    clusters: Sequence[Hashable] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> PairedTest:
    """Paired comparison of the weighted means of two systems over the same clips in the same order.

    The interval draws the same clips for both. The test swaps the two systems' results clip by clip (or cluster by
    cluster): all ways of doing so if there are few, random ones if there are many. Only clips that say something about
    both systems count.

    Args:
        first: Values and weights of one system.
        second: The same of the other.
        clusters: What must be drawn and swapped together.
        resamples: How often to draw and to swap.
        seed: Of both.

    Raises:
        InputError: There is no clip, or lengths differ, or a weight is negative.
    """
    if len(first[1]) != len(second[1]):
        raise InputError(f"paired systems need the same clips, but there are {len(first[1])} and {len(second[1])}")
    both = (first[1] != 0) & (second[1] != 0)
    sums = [_sums(values, np.where(both, weights, 0.0), clusters) for values, weights in (first, second)]
    (a, a_weights), (b, b_weights) = ([part[sums[0][1] > 0] for part in system] for system in sums)
    clips = len(a)
    if clips == 0:
        return PairedTest(Interval(float("nan"), float("nan"), float("nan")), float("nan"))
    counts = _draw_counts(clips, resamples, seed)
    differences = _ratio(counts @ a, counts @ a_weights) - _ratio(counts @ b, counts @ b_weights)
    numerators, denominators = np.concatenate([a, b]), np.concatenate([a_weights, b_weights])

    def difference(
        x: Int[np.ndarray, "*R C"], y: Int[np.ndarray, "*R C"], axis: int
    ) -> Float[np.ndarray, "*R"] | np.floating:
        means = [numerators[index].sum(axis) / denominators[index].sum(axis) for index in (x, y)]
        return means[0] - means[1]

    if clips == 1:  # swapped or not, it is as extreme
        return PairedTest(_interval(float(_ratio(a - b * a_weights / b_weights, a_weights)[0]), differences), 1.0)
    test = require("scipy.stats", "evaluate").permutation_test(
        (np.arange(clips), np.arange(clips) + clips),
        difference,
        permutation_type="samples",
        vectorized=True,
        n_resamples=resamples,
        rng=np.random.default_rng(seed),
    )
    return PairedTest(_interval(float(test.statistic), differences), float(test.pvalue))


def bootstrap(
    statistic: Callable[[Sequence[T]], Mapping[str, float]],
    clips: Sequence[T],
    clusters: Sequence[Hashable] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Interval]:
    """Bootstrap intervals of any figures of a list of clips, such as `ksdiff.evaluation.corpus_score.score_parts`.

    Args:
        statistic: Gives figures by name; called once for each draw, so do what can be done beforehand.
        clips: What it takes.
        clusters: What must be drawn together, such as the speaker of each clip.
        resamples: How often to draw.
        seed: Of the draws.

    Raises:
        InputError: There is no clip, or there are not as many clusters as clips.
    """
    members = _members(len(clips), clusters)
    draws = [statistic([clips[i] for i in drawn]) for drawn in _draws(members, resamples, seed)]
    return {
        name: _interval(float(value), np.array([draw[name] for draw in draws]))
        for name, value in statistic(clips).items()
    }


def bootstrap_difference(
    statistic: Callable[[Sequence[T]], Mapping[str, float]],
    first: Sequence[T],
    second: Sequence[T],
    clusters: Sequence[Hashable] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Interval]:
    """Paired bootstrap intervals of the differences, first minus second, over the same clips in the same order.

    Raises:
        InputError: There is no clip, or lengths differ.
    """
    if len(first) != len(second):
        raise InputError(f"paired systems need the same clips, but there are {len(first)} and {len(second)}")

    def difference(pairs: Sequence[tuple[T, T]]) -> dict[str, float]:
        a, b = (statistic([pair[side] for pair in pairs]) for side in (0, 1))
        return {name: a[name] - b[name] for name in a}

    return bootstrap(difference, list(zip(first, second, strict=True)), clusters, resamples, seed)


def _sums(
    values: Float[np.ndarray, " N"], weights: Float[np.ndarray, " N"], clusters: Sequence[Hashable] | None
) -> tuple[Float[np.ndarray, " C"], Float[np.ndarray, " C"]]:
    """Weighted values and weights, added up within each cluster."""
    if not (weights >= 0).all():
        raise InputError("a weight is negative or not a number: weights must be 0 or more")
    products = np.where(weights > 0, np.where(weights > 0, values, 0.0) * weights, 0.0)
    members = _members(len(values), clusters)
    return np.array([products[i].sum() for i in members]), np.array([weights[i].sum() for i in members])


def _members(count: int, clusters: Sequence[Hashable] | None) -> list[Int[np.ndarray, " _"]]:
    if count == 0:
        raise InputError("there is no clip to take a mean of: choose a split or speakers that have some")
    if clusters is None:
        return list(np.arange(count)[:, None])
    if len(clusters) != count:
        raise InputError(f"there are {count} clips but {len(clusters)} names of clusters: give one for every clip")
    groups: dict[Hashable, list[int]] = {}
    for index, name in enumerate(clusters):
        groups.setdefault(name, []).append(index)
    return [np.array(group) for group in groups.values()]


def _draw_counts(clusters: int, resamples: int, seed: int) -> Float[np.ndarray, "R C"]:
    """How often each cluster is drawn, in each resample."""
    random = np.random.default_rng(seed)
    return random.multinomial(clusters, np.full(clusters, 1 / clusters), size=resamples).astype(np.float64)


def _draws(members: list[Int[np.ndarray, " _"]], resamples: int, seed: int) -> list[Int[np.ndarray, " _"]]:
    counts = _draw_counts(len(members), resamples, seed).astype(int)
    return [np.concatenate([np.tile(members[i], row[i]) for i in np.flatnonzero(row)]) for row in counts]


def _ratio(numerators: np.ndarray | np.floating, denominators: np.ndarray | np.floating) -> np.ndarray:
    return np.where(denominators > 0, numerators / np.where(denominators > 0, denominators, 1.0), np.nan)


def _interval(value: float, draws: Float[np.ndarray, " R"]) -> Interval:
    draws = draws[np.isfinite(draws)]  # a draw of clips that say nothing says nothing
    if not np.isfinite(value) or not len(draws):
        return Interval(value, float("nan"), float("nan"))
    tail = 50 * (1 - COVERAGE)
    low, high = np.percentile(draws, [tail, 100 - tail])
    return Interval(value, float(low), float(high))
