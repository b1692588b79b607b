"""What every figure of an evaluation is: its unit, where better values lie, its formula and where it comes from.

``docs/metrics.md`` says more on each.
"""

from types import MappingProxyType

from ksdiff.evaluation.metrics.registry import distributions, head, lip_shapes, lip_sync, mouth, retrack, shape
from ksdiff.evaluation.metrics.registry.keyframes import keyframe_metrics
from ksdiff.evaluation.metrics.registry.metric import OURS, Metric
from ksdiff.motion.space import SPACES

__all__ = ["METRICS", "Metric"]

CHANNELS = "Mouth, channel by channel"


def _seam_metric(path: str) -> Metric:
    return Metric(
        f"seam_{path}",
        f"seams, {path}",
        "",
        "lower",
        "mean acceleration where windows of the sampler meet / the clip's own 95th percentile; below 1 is unseen",
        OURS,
        head.GROUP if path == "head" else mouth.GROUP,
    )


def _channel_metrics(channel: str) -> tuple[Metric, ...]:
    return (
        Metric(
            f"r_{channel}",
            f"r, {channel}",
            "",
            "higher",
            "mean over clips of Pearson r where the real channel moves; 0 where the generated one does not",
            OURS,
            CHANNELS,
        ),
        Metric(
            f"amplitude_{channel}",
            f"amplitude, {channel}",
            "",
            "real",
            "deviation within clips, generated / real, over all clips",
            OURS,
            CHANNELS,
        ),
    )


_ALL = (
    *shape.METRICS,
    *lip_sync.METRICS,
    *mouth.METRICS,
    *lip_shapes.METRICS,
    *head.METRICS,
    *distributions.METRICS,
    *retrack.METRICS,
    *(_seam_metric(path) for path in ("expression", "head")),
    *keyframe_metrics("expression"),
    *keyframe_metrics("head"),
    *(metric for space in SPACES.values() for channel in space.mouth for metric in _channel_metrics(channel)),
)

# Every figure of an evaluation by its name, in the order in which to show them.
METRICS = MappingProxyType({metric.name: metric for metric in _ALL})
