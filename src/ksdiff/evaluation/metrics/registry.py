"""What every figure of an evaluation is: its unit, where better values lie, its formula and where it comes from.

``docs/metrics.md`` says more on each.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ksdiff.motion.space import SPACES


@dataclass(frozen=True)
class Metric:
    """What a figure is.

    Attributes:
        name: By which figures name it.
        label: By which readers know it, short enough for the head of a column.
        unit: Empty for a plain number.
        direction: Where better values lie; ``real`` is near to the value of the real clips, ``none`` nowhere: it
            gives another figure its scale.
        formula: In words or plain symbols.
        source: Paper or program that it follows.
        group: Table that it belongs to.
    """

    name: str
    label: str
    unit: str
    direction: Literal["lower", "higher", "real", "none"]
    formula: str
    source: str
    group: str


SHAPE, SYNC, MOUTH, HEAD_GROUP, KEYFRAMES, CHANNELS = (
    "Shape of the face",
    "Lip sync",
    "Mouth",
    "Head",
    "Keyframes",
    "Mouth, channel by channel",
)
_OURS = "this project"
_PAPER = "KSDiff, §2.2; matching by this project"

_SHAPE = (
    Metric(
        "lve",
        "LVE, pooled",
        "m²",
        "lower",
        "mean over the frames of all clips of the max over lip vertices of ‖generated − real‖²",
        "CodeTalker",
        SHAPE,
    ),
    Metric(
        "lve_sequence",
        "LVE, per sequence",
        "m²",
        "lower",
        "mean over clips of the mean over frames of the max over lip vertices of ‖generated − real‖²",
        "DiffSpeaker",
        SHAPE,
    ),
    Metric(
        "lip_distance",
        "lip error",
        "mm",
        "lower",
        "mean over the frames of all clips of the max over lip vertices of ‖generated − real‖",
        _OURS,
        SHAPE,
    ),
    Metric(
        "lip_distance_rms",
        "lip error, RMS",
        "mm",
        "lower",
        "mean over clips of √(mean over frames of the max over lip vertices of ‖generated − real‖²)",
        "ARTalk",
        SHAPE,
    ),
    Metric(
        "fdd",
        "FDD",
        "m²",
        "real",
        "mean over clips and upper-face vertices of std_t ‖real − rest‖² − std_t ‖generated − rest‖²",
        "CodeTalker",
        SHAPE,
    ),
    Metric(
        "fdd_absolute",
        "FDD, absolute",
        "mm",
        "lower",
        "mean over clips and upper-face vertices of |std_t ‖real − rest‖ − std_t ‖generated − rest‖|",
        "after ARTalk",
        SHAPE,
    ),
)

_SYNC = (
    Metric(
        "sync_m_c",
        "Sync-M confidence",
        "",
        "higher",
        "median − least over shifts of the mean distance of sound and mouth motion, by this project's expert",
        "this project, after SyncNet; not LSE-C",
        SYNC,
    ),
    Metric(
        "sync_m_d",
        "Sync-M distance",
        "",
        "lower",
        "least over shifts of the mean distance of sound and mouth motion, by this project's expert",
        "this project, after SyncNet; not LSE-D",
        SYNC,
    ),
    Metric(
        "sync_m_offset",
        "Sync-M offset",
        "frames",
        "real",
        "shift with the least mean distance of sound and mouth motion, by this project's expert; 25 frames/s",
        "this project, after SyncNet",
        SYNC,
    ),
    Metric(
        "lse_c",
        "LSE-C",
        "",
        "higher",
        "median − least over shifts of the mean distance of sound and filmed mouth, by SyncNet",
        "SyncNet, Wav2Lip",
        SYNC,
    ),
    Metric(
        "lse_d",
        "LSE-D",
        "",
        "lower",
        "least over shifts of the mean distance of sound and filmed mouth, by SyncNet",
        "SyncNet, Wav2Lip",
        SYNC,
    ),
)

_MOUTH = (
    Metric(
        "jaw_r",
        "jaw r",
        "",
        "higher",
        "mean over clips of Pearson r of jawOpen where the real one moves; 0 where the generated one does not",
        _OURS,
        MOUTH,
    ),
    Metric(
        "mouth_r",
        "mouth r",
        "",
        "higher",
        "mean over clips and mouth channels of Pearson r where the real one moves; 0 where the generated one does not",
        _OURS,
        MOUTH,
    ),
    Metric(
        "amplitude_jaw",
        "jaw amplitude",
        "",
        "real",
        "deviation within clips of jawOpen, generated / real, over all clips",
        _OURS,
        MOUTH,
    ),
    Metric(
        "amplitude_mouth",
        "mouth amplitude",
        "",
        "real",
        "mean over moving mouth channels of deviation within clips, generated / real, over all clips",
        _OURS,
        MOUTH,
    ),
    Metric(
        "amplitude_least",
        "least amplitude",
        "",
        "real",
        "least over moving mouth channels of deviation within clips, generated / real",
        _OURS,
        MOUTH,
    ),
    Metric(
        "amplitude_greatest",
        "greatest amplitude",
        "",
        "real",
        "greatest over moving mouth channels of deviation within clips, generated / real",
        _OURS,
        MOUTH,
    ),
    Metric(
        "amplitude_share",
        "amplitudes 0.8 to 1.25",
        "",
        "higher",
        "share of moving mouth channels whose amplitude ratio is 0.8 to 1.25",
        _OURS,
        MOUTH,
    ),
    Metric(
        "closure",
        "closed on p, b, m",
        "",
        "real",
        "share of p, b, m during which the lips come within a quarter of the clip's opening range of closed",
        _OURS,
        MOUTH,
    ),
    Metric(
        "stillness",
        "lip speed in silence",
        "",
        "real",
        "mean over clips of the lips' mean opening speed in pauses / in speech",
        _OURS,
        MOUTH,
    ),
    Metric(
        "jerk",
        "jerk",
        "1/s³",
        "real",
        "mean over clips and mouth channels of the RMS third derivative of the weight",
        _OURS,
        MOUTH,
    ),
    Metric(
        "jerk_ratio",
        "jerk, generated / real",
        "",
        "real",
        "sum over clips of jerk, generated / the same, real",
        _OURS,
        MOUTH,
    ),
)

_HEAD = (
    Metric(
        "head_diversity",
        "head diversity",
        "degrees",
        "real",
        "mean over clips and angles (yaw, pitch, roll) of the deviation over time",
        "after SadTalker, KDTalker, in degrees instead of Hopenet's logits",
        HEAD_GROUP,
    ),
    Metric(
        "head_diversity_samples",
        "diversity of seeds",
        "degrees",
        "higher",
        "mean over clips, pairs of seeds and frames of the angle between the two heads",
        "after FaceDiffuser's diversity",
        HEAD_GROUP,
    ),
    Metric(
        "beat_align",
        "Beat Align",
        "",
        "real",
        "mean over clips and audio beats of exp(−d² / 2σ²), d to the nearest motion beat, σ = 0.05 s",
        "Bailando",
        HEAD_GROUP,
    ),
    Metric(
        "beat_align_kdtalker",
        "Beat Align, σ 0.1 s",
        "",
        "real",
        "the same with σ = 0.1 s and motion beats of a speed smoothed by 0.2 s",
        "KDTalker",
        HEAD_GROUP,
    ),
    Metric(
        "head_speed",
        "head speed",
        "degrees/s",
        "real",
        "mean over frames of the angle from each to the next, times frames/s",
        _OURS,
        HEAD_GROUP,
    ),
    Metric(
        "head_range",
        "head range",
        "degrees",
        "real",
        "mean over clips and angles of the 95th − 5th percentile",
        _OURS,
        HEAD_GROUP,
    ),
    Metric(
        "head_speed_wasserstein",
        "head speed, distance",
        "degrees/s",
        "lower",
        "Wasserstein distance of the distributions of head speed, generated and real, over all frames",
        _OURS,
        HEAD_GROUP,
    ),
    Metric(
        "head_range_wasserstein",
        "head range, distance",
        "degrees",
        "lower",
        "Wasserstein distance of the distributions of the angles' ranges, generated and real, over all clips",
        _OURS,
        HEAD_GROUP,
    ),
)


def _keyframe_metrics(path: str) -> tuple[Metric, ...]:
    found = "keyframes matched one to one within ± 2 frames"
    return (
        Metric(
            f"keyframes_{path}_f1",
            f"F1, {path}",
            "",
            "higher",
            f"2 · {found} / (predicted + true)",
            _PAPER,
            KEYFRAMES,
        ),
        Metric(
            f"keyframes_{path}_precision",
            f"precision, {path}",
            "",
            "higher",
            f"{found} / predicted",
            _PAPER,
            KEYFRAMES,
        ),
        Metric(
            f"keyframes_{path}_recall",
            f"recall, {path}",
            "",
            "higher",
            f"{found} / true",
            _PAPER,
            KEYFRAMES,
        ),
        Metric(
            f"keyframes_{path}_count",
            f"predicted / true, {path}",
            "",
            "real",
            "number of predicted keyframes / of true ones",
            _OURS,
            KEYFRAMES,
        ),
        Metric(
            f"keyframes_{path}_random",
            f"F1 of random guesses, {path}",
            "",
            "none",
            "F1 of as many keyframes at random frames, mean of 20 guesses: what the F1 is to be measured against",
            _OURS,
            KEYFRAMES,
        ),
        Metric(
            f"keyframes_{path}_periodic",
            f"F1 of periodic guesses, {path}",
            "",
            "none",
            "F1 of as many keyframes at even distances, mean of 20 guesses: what the F1 is to be measured against",
            _OURS,
            KEYFRAMES,
        ),
    )


def _seam_metric(path: str) -> Metric:
    return Metric(
        f"seam_{path}",
        f"seams, {path}",
        "",
        "lower",
        "mean acceleration where windows of the sampler meet / the clip's own 95th percentile; below 1 is unseen",
        _OURS,
        HEAD_GROUP if path == "head" else MOUTH,
    )


def _channel_metrics(channel: str) -> tuple[Metric, ...]:
    return (
        Metric(
            f"r_{channel}",
            f"r, {channel}",
            "",
            "higher",
            "mean over clips of Pearson r where the real channel moves; 0 where the generated one does not",
            _OURS,
            CHANNELS,
        ),
        Metric(
            f"amplitude_{channel}",
            f"amplitude, {channel}",
            "",
            "real",
            "deviation within clips, generated / real, over all clips",
            _OURS,
            CHANNELS,
        ),
    )


_ALL = (
    *_SHAPE,
    *_SYNC,
    *_MOUTH,
    *_HEAD,
    *(_seam_metric(path) for path in ("expression", "head")),
    *_keyframe_metrics("expression"),
    *_keyframe_metrics("head"),
    *(metric for space in SPACES.values() for channel in space.mouth for metric in _channel_metrics(channel)),
)

# Every figure of an evaluation by its name, in the order in which to show them.
METRICS = MappingProxyType({metric.name: metric for metric in _ALL})
