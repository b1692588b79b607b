"""What the figures of the group "Lip sync" are."""

from ksdiff.evaluation.metrics.registry.metric import Metric

GROUP = "Lip sync"

METRICS = (
    Metric(
        "sync_m_c",
        "Sync-M confidence",
        "",
        "higher",
        "median − least over shifts of the mean distance of sound and mouth motion, by this project's expert",
        "this project, after SyncNet; not LSE-C",
        GROUP,
    ),
    Metric(
        "sync_m_d",
        "Sync-M distance",
        "",
        "lower",
        "least over shifts of the mean distance of sound and mouth motion, by this project's expert",
        "this project, after SyncNet; not LSE-D",
        GROUP,
    ),
    Metric(
        "sync_m_offset",
        "Sync-M offset",
        "frames",
        "real",
        "shift with the least mean distance of sound and mouth motion, by this project's expert; 25 frames/s",
        "this project, after SyncNet",
        GROUP,
    ),
    Metric(
        "lse_c",
        "LSE-C",
        "",
        "higher",
        "median − least over shifts of the mean distance of sound and filmed mouth, by SyncNet",
        "SyncNet, Wav2Lip",
        GROUP,
    ),
    Metric(
        "lse_d",
        "LSE-D",
        "",
        "lower",
        "least over shifts of the mean distance of sound and filmed mouth, by SyncNet",
        "SyncNet, Wav2Lip",
        GROUP,
    ),
)
