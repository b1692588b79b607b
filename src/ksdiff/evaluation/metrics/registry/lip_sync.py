"""What the figures of the group "Lip sync" are."""

from ksdiff.evaluation.metrics.registry.metric import OURS, Metric

GROUP = "Lip sync"

METRICS = (
    Metric(
        "sync_m_c",
        "Sync-M confidence",
        "",
        "real",
        "median − least over shifts of the mean distance of sound and mouth motion, by this project's expert",
        "this project, after SyncNet; not LSE-C",
        GROUP,
    ),
    Metric(
        "sync_m_d",
        "Sync-M distance",
        "",
        "real",
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
    Metric(
        "mtm",
        "MTM",
        "ms",
        "lower",
        "mean delay of the matched turning points of the lips' opening (σ 2 frames, 25 frames/s), then over clips",
        "Chae-Yeon et al. 2025",
        GROUP,
    ),
    Metric(
        "mtm_matched",
        "turning points matched",
        "",
        "higher",
        "share of the real turning points of the lips' opening that MTM finds in the generated one",
        OURS,
        GROUP,
    ),
    Metric(
        "slcc",
        "SLCC",
        "",
        "real",
        "Pearson r over pieces of 4 s of loudness and motion of the lips, both as z-scores of their speaker",
        "Chae-Yeon et al. 2025",
        GROUP,
    ),
    Metric(
        "slcc_distance",
        "SLCC, distance",
        "",
        "lower",
        "|SLCC − SLCC of the real faces|",
        "Chae-Yeon et al. 2025",
        GROUP,
    ),
)
