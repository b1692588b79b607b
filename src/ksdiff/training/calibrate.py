"""After training: settings that only held-out speakers can tell, found on the validation speakers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np
import torch
from jaxtyping import Bool, Float

from ksdiff.corpus.dataset import Clip, speech_of
from ksdiff.evaluation.metrics import TOLERANCE, f1, keyframe_matches
from ksdiff.model.condition import FrameGrid, stack
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.sampling import (
    COMMIT,
    WINDOW,
    KeyframeTracks,
    SamplingOptions,
    generate_all,
    pick_keyframes,
    windows,
)
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS

THRESHOLDS = np.arange(0.2, 0.81, 0.05)
GAIN_RANGE = (0.7, 2.0)  # more than this is not a correction of amplitude any more
CLIPS = 4  # decoded together: at 13 thresholds, some 700 MB for the preset `paper`, 60 MB for `base`

Progress = Callable[[str, float], None]


def calibrate(
    model: KSDiff,
    clips: list[Clip],
    trained: Sequence[Clip],
    grid: FrameGrid,
    options: SamplingOptions,
    progress: Progress = lambda name, done: None,
) -> SamplingOptions:
    """Set the gains of the model and find the thresholds of its keyframes.

    How much a face moves follows from what is said, so the gains of expressions compare the same clips. How much a head
    moves is its owner's habit, and a few validation speakers do not tell what is usual: it is compared with all heads.

    A path that is sampled at a temperature of 1 or more has the amplitude of the model itself, and no gains.

    A left and a right channel have one gain, so that a face whose training data lean to one side does not lean further.

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
    rest_upper_face(model)
    if model.config.keyframes:
        best = best_thresholds(model, clips, grid, lambda done: progress("keyframe thresholds", done))
        options = replace(options, keyframe_threshold={**options.keyframe_threshold, **best})
    for path in PATHS:
        getattr(model, f"{path}_gain").fill_(1.0)
    temperatures = {EXPRESSION: options.expression_temperature, HEAD: options.head_temperature}
    calm = [path for path in PATHS if temperatures[path] < 1]
    if not calm:
        return options
    network = TorchNetwork(model)
    ours: dict[str, list[np.ndarray]] = {path: [] for path in calm}
    for number, clip in enumerate(clips):
        progress("calibration", number / len(clips))
        generated = generate_all(network, speech_of(clip, grid, len(clip)), options, model.num_styles)
        for path in calm:
            ours[path] += deviation(generated.motion[path], clip.mask[path])
    for path in calm:
        faces = clips if path == EXPRESSION else chain(trained, clips)
        theirs = [each for clip in faces for each in deviation(clip.motion[path], clip.mask[path])]
        if not ours[path] or not theirs:
            continue  # nothing was tracked
        usual = getattr(model, f"{path}_std").cpu().numpy()
        pairs = model.space.pairs if path == EXPRESSION else ()
        getattr(model, f"{path}_gain").copy_(torch.from_numpy(amplitude_gains(ours[path], theirs, usual, pairs)))
    return options


def amplitude_gains(
    ours: Sequence[Float[np.ndarray, " C"]],
    theirs: Sequence[Float[np.ndarray, " C"]],
    usual: Float[np.ndarray, " C"],
    pairs: Sequence[tuple[int, int]],
) -> Float[np.ndarray, " C"]:
    """Gains, within `GAIN_RANGE`, that give generated motion the deviations of real motion.

    Args:
        ours: From `deviation`, of generated clips.
        theirs: The same of real clips.
        usual: Deviation of each channel in the training clips.
        pairs: Channels that are each other's mirror image and share a gain.
    """
    own, real = np.mean(ours, axis=0), np.mean(theirs, axis=0)
    still = real < 0.25 * usual  # a channel that hardly moves has no amplitude worth matching
    for left, right in pairs:
        own[[left, right]] = own[[left, right]].mean()
        real[[left, right]] = real[[left, right]].mean()
        still[[left, right]] = still[[left, right]].all()
    return np.where(still, 1.0, np.clip(real / np.maximum(own, 1e-6), *GAIN_RANGE))


def rest_upper_face(model: KSDiff) -> None:
    """Let the neutral average's face at rest be the head's own outside the mouth.

    What a tracker scores for brows and lids at rest is mostly its bias for a person; its average is a sleepy look.
    """
    outside = [index for index in range(model.channels[EXPRESSION]) if index not in model.space.mouth_indices]
    model.neutrals[-1, outside] = 0.0


def deviation(motion: Float[np.ndarray, "T C"], mask: Bool[np.ndarray, " _"]) -> list[Float[np.ndarray, " C"]]:
    """Standard deviation of each channel over a clip's known frames; nothing where fewer than two are known."""
    known = motion[mask[: len(motion)]]
    return [known.std(axis=0)] if len(known) > 1 else []


def best_thresholds(
    model: KSDiff, clips: list[Clip], grid: FrameGrid, progress: Callable[[float], None] = lambda done: None
) -> dict[str, float]:
    """The probability from which a frame is best called a keyframe: the greatest F1 over the clips' known frames."""
    totals = {path: np.zeros((len(THRESHOLDS), 3), dtype=int) for path in model.paths}
    ordered = sorted(clips, key=len)  # clips decoded together are about equally long
    for first in range(0, len(ordered), CLIPS):
        progress(first / len(ordered))
        group = ordered[first : first + CLIPS]
        for path, clip, probabilities in keyframe_tracks(model, group, grid):
            known, true = clip.mask[path], clip.keyframes[path] > 0
            for index, threshold in enumerate(THRESHOLDS):
                predicted = pick_keyframes(probabilities[index], float(threshold)) > 0
                totals[path][index] += keyframe_matches(predicted & known, true & known, TOLERANCE)
    scores = {path: [f1(*row) for row in total.tolist()] for path, total in totals.items()}
    return {path: float(THRESHOLDS[int(np.argmax(values))]) for path, values in scores.items()}


def keyframe_tracks(
    model: KSDiff, clips: list[Clip], grid: FrameGrid
) -> Iterator[tuple[str, Clip, Float[np.ndarray, "N T"]]]:
    """Keyframe probabilities of whole clips at each of `THRESHOLDS`, decoded together; path, clip, probabilities."""
    network = TorchNetwork(model)
    tracks = KeyframeTracks(network, dict.fromkeys(model.paths, THRESHOLDS))
    pieces: dict[str, list[np.ndarray]] = {path: [] for path in model.paths}
    starts = windows(max(map(len, clips)))
    for start in starts:
        condition = stack([speech_of(clip, grid, len(clip)).window(start, WINDOW, model.num_styles) for clip in clips])
        encoded = network.encode(condition, WINDOW)
        stop = WINDOW if start == starts[-1] else COMMIT
        for path, probabilities in tracks.extend(encoded).items():
            pieces[path].append(probabilities[:, :, 1 : stop + 1])
    for path in model.paths:
        track = np.concatenate(pieces[path], axis=2)
        for index, clip in enumerate(clips):
            yield path, clip, track[:, index, : len(clip)]
