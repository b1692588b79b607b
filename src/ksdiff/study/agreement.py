"""How far raters agree. Axes: R raters, U things rated; NaN where a rater did not rate.

Own code, since the packages for it (krippendorff, pingouin) are under the GPL and statsmodels has neither coefficient.
"""

import numpy as np
from jaxtyping import Float


def krippendorff_alpha(marks: Float[np.ndarray, "R U"]) -> float:
    """Krippendorff's alpha for ordered marks: 1 is perfect agreement, 0 what chance gives; NaN if nothing varies.

    Source: Krippendorff, "Computing Krippendorff's alpha-reliability", 2011, section D with the ordinal metric.
    """
    levels = np.unique(marks[np.isfinite(marks)])
    counts = (marks[..., None] == levels).sum(axis=0)  # [U, levels]
    counts = counts[counts.sum(axis=1) >= 2]  # what one rater alone has rated says nothing about agreement
    raters = counts.sum(axis=1)
    pairs = np.einsum("ua,ub->uab", counts, counts) - counts[:, :, None] * np.eye(len(levels))
    coincidences = (pairs / (raters - 1)[:, None, None]).sum(axis=0)
    totals = coincidences.sum(axis=1)
    ranks = np.cumsum(totals) - totals / 2
    distances = (ranks[:, None] - ranks) ** 2
    expected = (np.outer(totals, totals) * distances).sum()
    if expected == 0:
        return float("nan")
    return float(1 - (totals.sum() - 1) * (coincidences * distances).sum() / expected)


def intraclass_correlation(marks: Float[np.ndarray, "R U"]) -> float:
    """ICC(2,k): how reliable the mean over all these raters is, 1 at best, as absolute agreement.

    NaN unless each has rated everything and there are at least two of both.
    Source: Shrout & Fleiss, "Intraclass correlations: uses in assessing rater reliability", 1979.
    """
    raters, units = marks.shape
    if min(raters, units) < 2 or not np.isfinite(marks).all():
        return float("nan")
    mean = marks.mean()
    by_unit, by_rater = marks.mean(axis=0) - mean, marks.mean(axis=1) - mean
    between_units = raters * (by_unit**2).sum() / (units - 1)
    between_raters = units * (by_rater**2).sum() / (raters - 1)
    rest = marks - mean - by_unit - by_rater[:, None]
    error = (rest**2).sum() / ((units - 1) * (raters - 1))
    scale = between_units + (between_raters - error) / units
    return float((between_units - error) / scale) if scale > 0 else float("nan")
