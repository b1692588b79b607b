"""Figures of merit: small functions over plain arrays, and `METRICS`, which says what each reported figure is.

| module | figures |
|---|---|
| `vertices` | lip vertex error and upper-face dynamics, in every published variant |
| `articulation` | correlation, amplitude, closures, stillness, jerk of the mouth |
| `timing` | mean temporal misalignment of the lips |
| `intensity` | speech-lip intensity correlation |
| `silence` | mouths open while nobody speaks |
| `lip_shapes` | rounded, spread, closed lips and lip on teeth by phone |
| `head` | diversity, speed and range of the head |
| `beats` | Beat Align, in both published variants |
| `frechet` | Fréchet distances of motion, velocity, acceleration |
| `keyframes` | precision, recall, F1 |
| `statistics` | bootstrap intervals and paired tests |

`ksdiff.evaluation.score` applies them to whole clips; ``docs/metrics.md`` explains them one by one.
"""

from ksdiff.evaluation.metrics.articulation import MOVING, amplitude_ratios, channel_correlations, jerk, pearson
from ksdiff.evaluation.metrics.keyframes import TOLERANCE, f1, keyframe_matches
from ksdiff.evaluation.metrics.registry import METRICS, Metric

__all__ = [
    "METRICS",
    "MOVING",
    "TOLERANCE",
    "Metric",
    "amplitude_ratios",
    "channel_correlations",
    "f1",
    "jerk",
    "keyframe_matches",
    "pearson",
]
