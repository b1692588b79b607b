"""Guidance without a classifier (Ho & Salimans 2022), by speech and words, and by keyframes."""

from collections.abc import Callable, Mapping

import numpy as np
from jaxtyping import Float, Int

from ksdiff.model.encoded import Encoded
from ksdiff.model.known_motion import Known
from ksdiff.model.network import Network
from ksdiff.model.sampling.keyframes import keyframe_input
from ksdiff.model.sampling.scheduler import Paths

Guidance = float | Float[np.ndarray, "#B T 1"]


def guided(
    network: Network,
    encoded: Encoded,
    unconditional: Encoded | None,
    strengths: Mapping[str, Float[np.ndarray, "B T"]],
    guidance: Mapping[str, Guidance],
    keyframe_guidance: Mapping[str, Guidance],
    known: Known,
) -> Callable[[Paths, Int[np.ndarray, " B"]], Paths]:
    """What `DDIMScheduler.sample` asks for: clean motion from noisy motion and a step.

    Args:
        network: The network.
        encoded: Speech and words.
        unconditional: What takes their place for guidance; None if none is wanted.
        strengths: Keyframe strengths by path.
        guidance: By speech and words, by path; 1 is none. Its paths are those that will be denoised.
        keyframe_guidance: By keyframes, by path; 1 is none.
        known: What is given of the motion.
    """
    paths = tuple(guidance)
    told = {path: keyframe_input(track, network.config.keyframes) for path, track in strengths.items()}
    untold = {path: keyframe_input(track, False) for path, track in strengths.items()}
    without_speech = None if unconditional is None else network.contexts(unconditional, told, known, paths)
    # With and without keyframes as one batch, which takes a tenth less than one after the other.
    times = 2 if network.config.keyframes and any(np.any(np.asarray(keyframe_guidance[p]) != 1) for p in paths) else 1
    context = network.contexts(
        encoded.repeat(times),
        {path: np.concatenate([told[path], untold[path]][:times]) for path in strengths},
        {path: one.repeat(times) for path, one in known.items()},
        paths,
    )

    def predict(noisy: Paths, steps: Int[np.ndarray, " B"]) -> Paths:
        batch = len(steps)
        repeated = {path: np.concatenate([value] * times) for path, value in noisy.items()}
        made = network.denoise(context, repeated, np.tile(steps, times))
        clean = result = {path: value[:batch] for path, value in made.items()}
        if without_speech is not None:
            without = network.denoise(without_speech, noisy, steps)
            result = {path: without[path] + guidance[path] * (value - without[path]) for path, value in clean.items()}
        if times == 2:
            result = {
                path: value + (keyframe_guidance[path] - 1) * (clean[path] - made[path][batch:])
                for path, value in result.items()
            }
        return result

    return predict
