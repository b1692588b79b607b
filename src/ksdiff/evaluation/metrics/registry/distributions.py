"""What the figures of the group "Distributions of motion" are."""

from ksdiff.evaluation.metrics.registry.metric import Metric

GROUP = "Distributions of motion"
SOURCE = "after FVMD, on motion channels"


def _metric(part: str, what: str) -> Metric:
    """Fréchet distance of the mouth or the head."""
    return Metric(
        f"frechet_{part}_{what}",
        f"Fréchet, {part} {what}",
        "",
        "lower",
        f"Fréchet distance of generated and real {what} of the {part} in windows of 10 frames (0.4 s), each channel "
        "over its real deviation",
        SOURCE,
        GROUP,
    )


METRICS = tuple(_metric(part, what) for part in ("mouth", "head") for what in ("motion", "velocity", "acceleration"))
