"""After training: settings that only held-out speakers can tell, found on the validation speakers."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float

from ksdiff.corpus.dataset import Clip, speech_of
from ksdiff.evaluation.metrics import TOLERANCE, f1, keyframe_matches
from ksdiff.model.condition import FrameGrid, stack
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.sampling import WINDOW, SamplingOptions, generate_all, pick_keyframes
from ksdiff.motion.space import EXPRESSION, PATHS

THRESHOLDS = np.arange(0.2, 0.81, 0.05)
GAIN_RANGE = (0.7, 2.0)  # more than this is not a correction of amplitude any more

Progress = Callable[[str, float], None]


def calibrate(
    model: KSDiff,
    clips: list[Clip],
    trained: list[Clip],
    grid: FrameGrid,
    options: SamplingOptions,
    progress: Progress = lambda name, done: None,
) -> SamplingOptions:
    """Set the gains of the model and find the thresholds of its keyframes.

    How much a face moves follows from what is said, so the gains of expressions compare the same clips. How much a head
    moves is its owner's habit, and a few validation speakers do not tell what is usual: it is compared with all heads.

    Args:
        model: Its gains are changed in place.
        clips: Of speakers that it was not trained on.
        trained: The clips that it was trained on.
        grid: Where the speech frames lie in time.
        options: How the motion will be sampled.
        progress: Called with the name of what is done and how much of it.

    Returns:
        The options, with the keyframe thresholds found.
    """
    model.eval()
    rest_upper_face(model)
    if model.config.keyframes:
        best = best_thresholds(model, clips, grid)
        options = replace(options, keyframe_threshold={**options.keyframe_threshold, **best})
    for path in PATHS:
        getattr(model, f"{path}_gain").fill_(1.0)
    made = []
    for number, clip in enumerate(clips):
        progress("calibration", number / len(clips))
        made.append(generate_all(model, speech_of(clip, grid, len(clip)), options, model.styles))
    for path in PATHS:
        ours = deviations([one.motion[path] for one in made], clips, path)
        models = clips if path == EXPRESSION else [*trained, *clips]
        real = deviations([clip.motion[path] for clip in models], models, path)
        gain = np.clip(real / np.maximum(ours, 1e-6), *GAIN_RANGE)
        # A channel that hardly moves has no amplitude worth matching.
        gain[real < 0.25 * getattr(model, f"{path}_std").cpu().numpy()] = 1.0
        getattr(model, f"{path}_gain").copy_(torch.from_numpy(gain))
    return options


def rest_upper_face(model: KSDiff) -> None:
    """Let the neutral average's face at rest be the head's own outside the mouth.

    What a tracker scores for brows and lids at rest is mostly its bias for a person; its average is a sleepy look.
    """
    outside = [index for index in range(model.channels[EXPRESSION]) if index not in model.space.mouth_indices]
    model.neutrals[-1, outside] = 0.0


def deviations(motions: list[Float[np.ndarray, "_ C"]], clips: list[Clip], path: str) -> Float[np.ndarray, " C"]:
    """Standard deviation of each channel within a clip, averaged over clips."""
    within = [
        motion[mask].std(axis=0)
        for motion, clip in zip(motions, clips, strict=True)
        if (mask := clip.mask[path][: len(motion)]).sum() > 1
    ]
    return np.mean(within, axis=0)


def best_thresholds(model: KSDiff, clips: list[Clip], grid: FrameGrid) -> dict[str, float]:
    """The probability from which a frame is best called a keyframe: the greatest F1 on these clips."""
    starts = [(clip, start) for clip in clips for start in range(0, max(1, len(clip) - WINDOW + 1), WINDOW)]
    condition = stack([speech_of(clip, grid, len(clip)).window(start, WINDOW, model.styles) for clip, start in starts])
    with torch.inference_mode():
        encoded = model.encode(condition, WINDOW)
        thresholds = torch.from_numpy(THRESHOLDS)
        probabilities = model.predict_keyframes(encoded, dict.fromkeys(model.paths, thresholds))
    scores: dict[str, list[float]] = {path: [] for path in model.paths}
    for path, rows in probabilities.items():
        for threshold, row in zip(THRESHOLDS, rows.numpy(), strict=True):
            total = np.zeros(3, dtype=int)
            for values, (clip, start) in zip(row, starts, strict=True):
                true = clip.keyframes[path][start : start + WINDOW] > 0
                made = pick_keyframes(values, float(threshold))[: len(true)] > 0
                total += keyframe_matches(made, true, TOLERANCE)
            scores[path].append(f1(*total.tolist()))
    return {path: float(THRESHOLDS[int(np.argmax(values))]) for path, values in scores.items()}
