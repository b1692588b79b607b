"""Guidance without a classifier (Ho & Salimans 2022), by speech and words, and by keyframes."""

from collections.abc import Callable, Mapping

import numpy as np
from jaxtyping import Float, Int

from ksdiff.model.encoded import Encoded
from ksdiff.model.known_motion import Known
from ksdiff.model.network import Network
from ksdiff.model.sampling.keyframes import keyframe_input
from ksdiff.model.sampling.scheduler import Paths

Guidance = float | Float[np.ndarray, "1 T 1"]


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
    keyframes = {path: keyframe_input(track, network.config.keyframes) for path, track in strengths.items()}
    given = network.contexts(encoded, keyframes, known, paths)
    without_speech = None if unconditional is None else network.contexts(unconditional, keyframes, known, paths)
    without_keyframes = None
    if network.config.keyframes and any(bool(np.any(np.asarray(g) != 1)) for g in keyframe_guidance.values()):
        unknown = {path: keyframe_input(track, False) for path, track in strengths.items()}
        without_keyframes = network.contexts(encoded, unknown, known, paths)

    def predict(noisy: Paths, steps: Int[np.ndarray, " B"]) -> Paths:
        clean = result = network.denoise(given, noisy, steps)
        if without_speech is not None:
            without = network.denoise(without_speech, noisy, steps)
            result = {path: without[path] + guidance[path] * (value - without[path]) for path, value in clean.items()}
        if without_keyframes is not None:
            without = network.denoise(without_keyframes, noisy, steps)
            result = {
                path: value + (keyframe_guidance[path] - 1) * (clean[path] - without[path])
                for path, value in result.items()
            }
        return result

    return predict
