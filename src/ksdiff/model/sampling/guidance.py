"""Guidance without a classifier (Ho & Salimans 2022), by speech and words, and by keyframes."""

from collections.abc import Callable, Mapping

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ksdiff.model.known_motion import Known
from ksdiff.model.ksdiff import Encoded, KSDiff
from ksdiff.model.sampling.keyframes import keyframe_input
from ksdiff.model.sampling.scheduler import Paths

Guidance = float | Float[Tensor, "1 T 1"]


def guided(
    model: KSDiff,
    encoded: Encoded,
    unconditional: Encoded | None,
    strengths: Mapping[str, Float[Tensor, "B T"]],
    guidance: Mapping[str, Guidance],
    keyframe_guidance: Mapping[str, Guidance],
    known: Known,
) -> Callable[[Paths, Int[Tensor, " B"]], Paths]:
    """What `DDIMScheduler.sample` asks for: clean motion from noisy motion and a step.

    Args:
        model: The model.
        encoded: Speech and words.
        unconditional: What takes their place for guidance; None if none is wanted.
        strengths: Keyframe strengths by path.
        guidance: By speech and words, by path; 1 is none.
        keyframe_guidance: By keyframes, by path; 1 is none.
        known: What is given of the motion.
    """
    keyframes = {path: keyframe_input(track, model.config.keyframes) for path, track in strengths.items()}
    given = model.contexts(encoded, keyframes, known)
    without_speech = None if unconditional is None else model.contexts(unconditional, keyframes, known)
    without_keyframes = None
    if model.config.keyframes and any(bool((torch.as_tensor(g) != 1).any()) for g in keyframe_guidance.values()):
        unknown = {path: keyframe_input(track, False) for path, track in strengths.items()}
        without_keyframes = model.contexts(encoded, unknown, known)

    def predict(noisy: Paths, steps: Int[Tensor, " B"]) -> Paths:
        clean = result = model.denoise_in(given, noisy, steps)
        if without_speech is not None:
            without = model.denoise_in(without_speech, noisy, steps)
            result = {path: without[path] + guidance[path] * (value - without[path]) for path, value in clean.items()}
        if without_keyframes is not None:
            without = model.denoise_in(without_keyframes, noisy, steps)
            result = {
                path: value + (keyframe_guidance[path] - 1) * (clean[path] - without[path])
                for path, value in result.items()
            }
        return result

    return predict
