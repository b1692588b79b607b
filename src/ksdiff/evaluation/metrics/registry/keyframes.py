"""What the figures of the group "Keyframes" are."""

from ksdiff.evaluation.metrics.registry.metric import OURS, Metric

GROUP = "Keyframes"
PAPER = "KSDiff, §2.2; matching by this project"


def keyframe_metrics(path: str) -> tuple[Metric, ...]:
    """Figures of the keyframes of one path."""
    found = "keyframes matched one to one within ± 2 frames"
    return (
        Metric(
            f"keyframes_{path}_f1",
            f"F1, {path}",
            "",
            "higher",
            f"2 · {found} / (predicted + true)",
            PAPER,
            GROUP,
        ),
        Metric(
            f"keyframes_{path}_precision",
            f"precision, {path}",
            "",
            "higher",
            f"{found} / predicted",
            PAPER,
            GROUP,
        ),
        Metric(
            f"keyframes_{path}_recall",
            f"recall, {path}",
            "",
            "higher",
            f"{found} / true",
            PAPER,
            GROUP,
        ),
        Metric(
            f"keyframes_{path}_count",
            f"predicted / true, {path}",
            "",
            "real",
            "number of predicted keyframes / of true ones",
            OURS,
            GROUP,
        ),
        Metric(
            f"keyframes_{path}_random",
            f"F1 of random guesses, {path}",
            "",
            "none",
            "F1 of as many keyframes at random frames, mean of 20 guesses: what the F1 is to be measured against",
            OURS,
            GROUP,
        ),
        Metric(
            f"keyframes_{path}_periodic",
            f"F1 of periodic guesses, {path}",
            "",
            "none",
            "F1 of as many keyframes at even distances, mean of 20 guesses: what the F1 is to be measured against",
            OURS,
            GROUP,
        ),
        Metric(
            f"steer_{path}_add",
            f"added keyframe, {path}",
            "",
            "one",
            "what a keyframe of strength 1 that is added adds to the greatest δ (eq. 3) within ± 4 frames, of the "
            "difference that real keyframes make",
            OURS,
            GROUP,
        ),
        Metric(
            f"steer_{path}_delete",
            f"deleted keyframe, {path}",
            "",
            "one",
            "what deleting a predicted keyframe takes from it, of the same difference",
            OURS,
            GROUP,
        ),
        Metric(
            f"steer_{path}_move",
            f"moved keyframe, {path}",
            "",
            "higher",
            "share of keyframes moved by 8 frames whose motion peaks within ± 2 frames of the new place",
            OURS,
            GROUP,
        ),
    )
