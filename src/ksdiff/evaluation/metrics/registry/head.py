"""What the figures of the group "Head" are."""

from ksdiff.evaluation.metrics.registry.metric import OURS, Metric

GROUP = "Head"

METRICS = (
    Metric(
        "head_diversity",
        "head diversity",
        "degrees",
        "real",
        "mean over clips and angles (yaw, pitch, roll) of the deviation over time",
        "after SadTalker, KDTalker, in degrees instead of Hopenet's logits",
        GROUP,
    ),
    Metric(
        "head_diversity_samples",
        "diversity of seeds",
        "degrees",
        "higher",
        "mean over clips, pairs of seeds and frames of the angle between the two heads",
        "after FaceDiffuser's diversity",
        GROUP,
    ),
    Metric(
        "beat_align",
        "Beat Align",
        "",
        "real",
        "mean over clips and audio beats of exp(−d² / 2σ²), d to the nearest motion beat, σ = 0.05 s",
        "Bailando",
        GROUP,
    ),
    Metric(
        "beat_align_kdtalker",
        "Beat Align, σ 0.1 s",
        "",
        "real",
        "the same with σ = 0.1 s and motion beats of a speed smoothed by 0.2 s",
        "KDTalker",
        GROUP,
    ),
    Metric(
        "head_speed",
        "head speed",
        "degrees/s",
        "real",
        "mean over frames of the angle from each to the next, times frames/s",
        OURS,
        GROUP,
    ),
    Metric(
        "head_range",
        "head range",
        "degrees",
        "real",
        "mean over clips and angles of the 95th − 5th percentile",
        OURS,
        GROUP,
    ),
    Metric(
        "head_speed_wasserstein",
        "head speed, distance",
        "degrees/s",
        "lower",
        "Wasserstein distance of the distributions of head speed, generated and real, over all frames",
        OURS,
        GROUP,
    ),
    Metric(
        "head_range_wasserstein",
        "head range, distance",
        "degrees",
        "lower",
        "Wasserstein distance of the distributions of the angles' ranges, generated and real, over all clips",
        OURS,
        GROUP,
    ),
)
