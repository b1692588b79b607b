"""What the figures of the group "Shape of the face" are."""

from ksdiff.evaluation.metrics.registry.metric import OURS, Metric

GROUP = "Shape of the face"

METRICS = (
    Metric(
        "lve",
        "LVE, pooled",
        "m²",
        "lower",
        "mean over the frames of all clips of the max over lip vertices of ‖generated − real‖²",
        "CodeTalker",
        GROUP,
    ),
    Metric(
        "lve_sequence",
        "LVE, per sequence",
        "m²",
        "lower",
        "mean over clips of the mean over frames of the max over lip vertices of ‖generated − real‖²",
        "DiffSpeaker",
        GROUP,
    ),
    Metric(
        "lip_distance",
        "lip error",
        "mm",
        "lower",
        "mean over the frames of all clips of the max over lip vertices of ‖generated − real‖",
        OURS,
        GROUP,
    ),
    Metric(
        "lip_distance_rms",
        "lip error, RMS",
        "mm",
        "lower",
        "mean over clips of √(mean over frames of the max over lip vertices of ‖generated − real‖²)",
        "ARTalk",
        GROUP,
    ),
    Metric(
        "fdd",
        "FDD",
        "m²",
        "real",
        "mean over clips and upper-face vertices of std_t ‖real − rest‖² − std_t ‖generated − rest‖²",
        "CodeTalker",
        GROUP,
    ),
    Metric(
        "fdd_absolute",
        "FDD, absolute",
        "mm",
        "lower",
        "mean over clips and upper-face vertices of |std_t ‖real − rest‖ − std_t ‖generated − rest‖|",
        "after ARTalk",
        GROUP,
    ),
)
