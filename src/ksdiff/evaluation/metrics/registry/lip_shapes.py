"""What the figures of the group "Lip shapes by sound" are."""

from ksdiff.evaluation.metrics.registry.metric import OURS, Metric

GROUP = "Lip shapes by sound"

METRICS = (
    Metric(
        "contrast_rounded",
        "rounding on w, uw, ow, sh",
        "weight",
        "real",
        "mean of mouthPucker + mouthFunnel in these phones, less that in all others",
        OURS,
        GROUP,
    ),
    Metric(
        "contrast_spread",
        "spread on iy, s",
        "weight",
        "real",
        "mean of mouthSmile + mouthStretch + mouthDimple in these phones, less that in all others",
        OURS,
        GROUP,
    ),
    Metric(
        "contrast_closed",
        "pressing on p, b, m",
        "weight",
        "real",
        "mean of mouthClose + mouthPress + mouthRollLower + mouthRollUpper in these phones, less that in all others",
        OURS,
        GROUP,
    ),
    Metric(
        "contrast_lip_teeth",
        "lip to teeth on f, v",
        "weight",
        "real",
        "mean of mouthRollLower + mouthUpperUp in these phones, less that in all others",
        OURS,
        GROUP,
    ),
    Metric(
        "shape_error",
        "shape error",
        "weight",
        "lower",
        "root mean square over the four classes and groups of channels of the mean level, generated − real",
        OURS,
        GROUP,
    ),
    Metric(
        "shape_separation",
        "classes told apart",
        "",
        "real",
        "mean over the four classes of the share that linear discriminants, learned from other speakers, recognise",
        OURS,
        GROUP,
    ),
)
