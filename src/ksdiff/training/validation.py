"""What a model does on speakers that it was not trained on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ksdiff.corpus.dataset import Clip, speech_of
from ksdiff.evaluation.metrics import TOLERANCE, amplitude_ratios, channel_correlations, f1, keyframe_matches
from ksdiff.evaluation.score import mean_known
from ksdiff.extras import require
from ksdiff.files import atomic_write
from ksdiff.model.condition import FrameGrid
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.sampling import Generated, SamplingOptions, generate_all
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS

SECONDS = 12.0  # of each clip
CURVES = ("mouthClose", "mouthFunnel", "mouthSmileLeft", "exp00", "exp01", "exp02")  # drawn beside the jaw's


@dataclass(frozen=True)
class Validation:
    """Figures by name."""

    figures: dict[str, float]


def validate(
    model: KSDiff,
    clips: list[Clip],
    grid: FrameGrid,
    plot: Path | None,
    options: SamplingOptions | None = None,
) -> Validation:
    """Generate the clips as the neutral average and compare with what was tracked."""
    network = TorchNetwork(model)
    options = options or SamplingOptions()
    correlations, ratios, matches = [], [], {path: np.zeros(3, dtype=int) for path in PATHS}
    jaw_path, jaw_name = model.space.opening
    jaw = [model.space.channels(jaw_path).index(jaw_name)]
    first: tuple[Clip, Generated] | None = None
    for clip in clips:
        generated = generate_all(
            network, speech_of(clip, grid, round(SECONDS * MOTION_RATE)), options, model.num_styles
        )
        frames = len(generated.motion[EXPRESSION])
        mask = clip.mask[EXPRESSION][:frames]
        if mask.sum() < MOTION_RATE:
            continue
        first = first or (clip, generated)
        # The jaw first, whichever path it is in, then the mouth.
        ours, real = (
            np.concatenate([motion[jaw_path][:frames, jaw], motion[EXPRESSION][:frames, model.space.mouth_indices]], 1)
            for motion in (generated.motion, clip.motion)
        )
        correlations.append(channel_correlations(ours, real, mask))
        ratios.append(amplitude_ratios(ours, real, mask))
        for path in PATHS:
            known = clip.mask[path][:frames]
            predicted, true = generated.keyframes[path] > 0, clip.keyframes[path][:frames] > 0
            matches[path] += keyframe_matches(predicted & known, true & known, TOLERANCE)
    if first is None:
        return Validation({})
    if plot is not None:
        plot_sample(model, *first, plot)
    return Validation(summarise(np.stack(correlations), np.stack(ratios), matches))


def summarise(
    correlations: Float[np.ndarray, "N C"],
    ratios: Float[np.ndarray, "N C"],
    matches: dict[str, np.ndarray],
) -> dict[str, float]:
    """Means over clips; the first channel is the jaw's, the others are the mouth's."""
    return {
        "jaw_r": mean_known(correlations[:, 0]),
        "mouth_r": mean_known(correlations[:, 1:]),
        "jaw_amplitude": mean_known(ratios[:, 0]),
        "mouth_amplitude": mean_known(ratios[:, 1:]),
        **{f"{path}_keyframe_f1": f1(*matches[path].tolist()) for path in PATHS},
    }


def plot_sample(model: KSDiff, clip: Clip, generated: Generated, path: Path) -> None:
    """Curves of a few channels, generated over tracked."""
    matplotlib = require("matplotlib", "train")
    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    drawn = [model.space.opening, *((EXPRESSION, name) for name in CURVES if name in model.space.expression)]
    figure = Figure(figsize=(12, 2 * (len(drawn) + 1)), layout="constrained")
    axes = figure.subplots(len(drawn) + 1, 1, sharex=True)
    times = np.arange(len(generated.motion[EXPRESSION])) / MOTION_RATE
    for axis, (source, name) in zip(axes, drawn, strict=False):
        channel = model.space.channels(source).index(name)
        axis.plot(times, clip.motion[source][: len(times), channel], color="0.6", label="tracked")
        axis.plot(times, generated.motion[source][:, channel], color="tab:orange", label="generated")
        axis.vlines(times[generated.keyframes[EXPRESSION] > 0], *axis.get_ylim(), color="tab:orange", alpha=0.2)
        axis.set_ylabel(name)
    for channel, label in enumerate(model.space.head[model.space.rotation]):
        axes[-1].plot(times, np.degrees(generated.motion[HEAD][:, channel]), label=label)
    axes[-1].set_ylabel("head, degrees")
    axes[-1].set_xlabel("s")
    axes[0].legend(loc="upper right")
    with atomic_write(path) as temporary:
        figure.savefig(temporary, dpi=80)
