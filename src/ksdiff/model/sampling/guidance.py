"""Guidance without a classifier (Ho & Salimans 2022), by speech and words, and by keyframes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ksdiff.model.encoded import Encoded
from ksdiff.model.known_motion import Known
from ksdiff.model.network import Network
from ksdiff.model.sampling.keyframes import keyframe_input
from ksdiff.model.sampling.scheduler import Paths

Guidance = float | Float[np.ndarray, "#B T 1"]
Strengths = Float[np.ndarray, "B T"]


@dataclass(frozen=True)
class KeyframeGuidance:
    """How far the keyframes of a path guide its motion.

    With x∅ for the motion of which no keyframes are known, xₚ for that with predicted keyframes and x for that with the
    keyframes there are, the result is x∅ + ``scale`` (xₚ − x∅) + ``given_scale`` (x − xₚ). So where nobody changed a
    keyframe the motion is as far from x∅ as ``scale`` says, and a change is followed as far as ``given_scale`` says.

    Attributes:
        scale: 1 is the plain model.
        given_scale: Of keyframes in place of predicted ones.
        predicted: Strengths of the predicted keyframes; None where they are those there are.
    """

    scale: Guidance = 1.0
    given_scale: Guidance = 1.0
    predicted: Strengths | None = None

    def at(self, frames: Int[np.ndarray, " W"]) -> "KeyframeGuidance":
        """That of some frames, of one for each frame."""
        scale, given_scale = (
            value[:, frames] if isinstance(value, np.ndarray) else value for value in (self.scale, self.given_scale)
        )
        return KeyframeGuidance(scale, given_scale, None if self.predicted is None else self.predicted[:, frames])

    def weights(self, strengths: Strengths) -> tuple[Guidance, Guidance, Guidance]:
        """Of x, the motion with keyframes of these strengths, xₚ and x∅; they add up to 1."""
        if self.predicted is None or np.array_equal(self.predicted, strengths):
            return self.scale, 0.0, 1.0 - self.scale
        return self.given_scale, self.scale - self.given_scale, 1.0 - self.scale


def guided(
    network: Network,
    encoded: Encoded,
    unconditional: Encoded | None,
    strengths: Mapping[str, Strengths],
    guidance: Mapping[str, Guidance],
    keyframe_guidance: Mapping[str, KeyframeGuidance],
    known: Known,
) -> Callable[[Paths, Int[np.ndarray, " B"]], Paths]:
    """What `DDIMScheduler.sample` asks for: clean motion from noisy motion and a step.

    Args:
        network: The network.
        encoded: Speech and words.
        unconditional: What takes their place for guidance; None if none is wanted.
        strengths: Keyframe strengths by path.
        guidance: By speech and words, by path; 1 is none. Its paths are those that will be denoised.
        keyframe_guidance: By keyframes, by path.
        known: What is given of the motion.
    """
    paths = tuple(guidance)
    knows = network.config.keyframes
    told = {path: keyframe_input(track, knows) for path, track in strengths.items()}
    without_speech = None if unconditional is None else network.contexts(unconditional, told, known, paths)
    weights = {path: keyframe_guidance[path].weights(strengths[path]) for path in (paths if knows else ())}
    predicted = {path: keyframe_guidance[path].predicted for path in paths}
    # x, xₚ and x∅, as `KeyframeGuidance` calls them.
    inputs = (
        told,
        {path: told[path] if (track := predicted.get(path)) is None else keyframe_input(track, knows) for path in told},
        {path: keyframe_input(track, False) for path, track in strengths.items()},
    )
    # Those that count are computed as one batch, which takes a tenth less than one after the other.
    members = [0, *(at for at in (1, 2) if any(np.any(weight[at] != 0) for weight in weights.values()))]
    times = len(members)
    context = network.contexts(
        encoded.repeat(times),
        {path: np.concatenate([inputs[at][path] for at in members]) for path in strengths},
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
        for number, at in enumerate(members[1:], start=1):
            member = slice(number * batch, (number + 1) * batch)
            result = {
                path: value + weights[path][at] * (made[path][member] - clean[path]) for path, value in result.items()
            }
        return result

    return predict
