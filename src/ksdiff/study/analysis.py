"""What the ratings say. The rater is the unit: raters are drawn by the bootstrap and paired by the tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float, Int

from ksdiff.errors import InputError
from ksdiff.evaluation.metrics.statistics import Interval, bootstrap_mean
from ksdiff.study.agreement import intraclass_correlation, krippendorff_alpha
from ksdiff.study.design import CRITERIA, Criterion
from ksdiff.study.results import Excluded, Key, Rater, Results

RESAMPLES = 10_000


@dataclass(frozen=True)
class Comparison:
    """Two systems by one criterion.

    Attributes:
        first: Name of one system.
        second: Name of the other.
        difference: Mean mark of the first less that of the second.
        p: Of the Wilcoxon signed-rank test over raters' means, two-sided.
        p_holm: The same, corrected by Holm for all pairs of systems within the criterion.
    """

    first: str
    second: str
    difference: Interval
    p: float
    p_holm: float


@dataclass(frozen=True)
class CriterionAnalysis:
    """One criterion.

    Attributes:
        criterion: Which.
        means: Mean mark and its interval, by system.
        comparisons: All pairs of systems.
        alpha: Krippendorff's, ordinal, over videos.
        icc: ICC(2,k) over videos; NaN if not every rater has seen every video.
        repeat_difference: Mean difference between the two marks of a repeated video; NaN without repeats.
        repeat_same: Share of repeated videos with the same mark twice.
    """

    criterion: Criterion
    means: dict[str, Interval]
    comparisons: tuple[Comparison, ...]
    alpha: float
    icc: float
    repeat_difference: float
    repeat_same: float


@dataclass(frozen=True)
class Analysis:
    """A study's outcome.

    Attributes:
        study: Which study.
        title: Its title.
        systems: Names of the systems, best full face first.
        clips: How many clips were rated.
        ratings: How many marks each system has by each criterion.
        criteria: What was found.
        raters: Whose marks count.
        excluded: Whose do not, and why.
    """

    study: str
    title: str
    systems: tuple[str, ...]
    clips: int
    ratings: dict[str, int]
    criteria: tuple[CriterionAnalysis, ...]
    raters: tuple[Rater, ...]
    excluded: tuple[Excluded, ...]


def analyse(results: Results, key: Key, seed: int = 0) -> Analysis:
    """Analyse ratings.

    Args:
        results: Two raters or more.
        key: Which video is whose.
        seed: Of the bootstrap.

    Raises:
        InputError: The seed is negative.
    """
    if seed < 0:
        raise InputError(f"seed is {seed}; it must be at least 0")
    raters = results.raters
    videos = sorted({video for rater in raters for video in rater.marks})
    criteria = tuple(_analyse(criterion, raters, videos, key, seed) for criterion in CRITERIA)
    first = criteria[0].means
    return Analysis(
        key.study,
        key.title,
        tuple(sorted(key.systems, key=lambda system: -first[system].value)),
        len({key.clips_of[video] for video in videos}),
        {system: sum(key.systems_of[v] == system for r in raters for v in r.marks) for system in key.systems},
        criteria,
        raters,
        results.excluded,
    )


def holm(p: Sequence[float]) -> list[float]:
    """Correct p values of several tests for their number (Holm, "A simple sequentially rejective test", 1979)."""
    corrected, running = [0.0] * len(p), 0.0
    for rank, index in enumerate(sorted(range(len(p)), key=lambda index: p[index])):
        running = max(running, min(1.0, (len(p) - rank) * p[index]))
        corrected[index] = running
    return corrected


def signed_rank_p(differences: Float[np.ndarray, " R"]) -> float:
    """Two-sided p of the Wilcoxon signed-rank test, exact with ties too; 1 if nothing differs.

    All ways of giving the ranks signs are counted, by adding one rank after the other. (Scipy takes seconds for this
    where there are ties, which means of marks always have.) Zeros are left out, as Wilcoxon did.
    """
    differences = np.round(differences, 9)  # means of the same marks may differ in their last bits
    differences = differences[differences != 0]
    ranks = _doubled_ranks(np.abs(differences))
    chances = np.ones(1)  # of each sum of the positive ranks
    for rank in ranks:
        chances = (np.pad(chances, (0, rank)) + np.pad(chances, (rank, 0))) / 2
    positive = ranks[differences > 0].sum()
    lower = min(positive, ranks.sum() - positive)
    return min(1.0, 2 * float(chances[: lower + 1].sum()))


def _doubled_ranks(values: Float[np.ndarray, " R"]) -> Int[np.ndarray, " R"]:
    """Twice the rank of each value, counted from 1; equal ones share the mean of their ranks, which may be half."""
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (2 * last - counts + 1)[group.reshape(-1)]


def _analyse(
    criterion: Criterion, raters: Sequence[Rater], videos: list[str], key: Key, seed: int
) -> CriterionAnalysis:
    name = criterion.name
    marks = np.array([[r.marks[v][name] if v in r.marks else np.nan for v in videos] for r in raters], dtype=float)
    owners = np.array([key.systems_of[video] for video in videos])
    # Every session has every system equally often, so no mean is over nothing.
    means = {system: np.nanmean(marks[:, owners == system], axis=1) for system in key.systems}
    pairs = list(combinations(key.systems, 2))
    p = [signed_rank_p(means[first] - means[second]) for first, second in pairs]
    differences = [value for rater in raters for value in rater.differences(name)]
    return CriterionAnalysis(
        criterion,
        {system: _interval(values, seed) for system, values in means.items()},
        tuple(
            Comparison(first, second, _interval(means[first] - means[second], seed), raw, corrected)
            for (first, second), raw, corrected in zip(pairs, p, holm(p), strict=True)
        ),
        krippendorff_alpha(marks),
        intraclass_correlation(marks),
        float(np.mean(differences)) if differences else float("nan"),
        float(np.mean([value == 0 for value in differences])) if differences else float("nan"),
    )


def _interval(values: Float[np.ndarray, " R"], seed: int) -> Interval:
    return bootstrap_mean(values, np.ones(len(values)), resamples=RESAMPLES, seed=seed)
