"""What the figures of the group "Drawn and tracked again" are."""

from ksdiff.evaluation.metrics.registry.metric import OURS, Metric

GROUP = "Drawn and tracked again"

_QUANTITIES = {
    "opening": "distance of the inner lips",
    "width": "distance of the corners of the mouth",
    "protrusion": "how far the lips stand out of the face",
    "contour": "place of 40 landmarks of the lips",
}


def _metrics(name: str, what: str) -> tuple[Metric, ...]:
    return (
        Metric(
            f"retrack_{name}_error",
            f"{name}, error",
            "% of eye distance",
            "lower",
            f"root mean square of the {what}, drawn and tracked − filmed and tracked, each less its mean over the clip",
            OURS,
            GROUP,
        ),
        Metric(
            f"retrack_{name}_r",
            f"{name}, r",
            "",
            "higher",
            f"mean over clips of Pearson r of the {what}, drawn and tracked with filmed and tracked",
            OURS,
            GROUP,
        ),
        Metric(
            f"retrack_{name}_ratio",
            f"{name}, deviation ratio",
            "",
            "one",
            f"deviation of the {what} within clips, drawn and tracked / filmed and tracked",
            OURS,
            GROUP,
        ),
    )


METRICS = tuple(metric for name, what in _QUANTITIES.items() for metric in _metrics(name, what))
