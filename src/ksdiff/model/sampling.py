"""From speech to motion of any length: overlapping windows, each continuing what the one before it fixed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ksdiff.errors import InputError
from ksdiff.model.condition import Condition, FrameGrid, condition_of, stack
from ksdiff.model.diffusion import Diffusion
from ksdiff.model.ksdiff import Encoded, KSDiff
from ksdiff.motion import MOTION_RATE, Word
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.threads import single_thread

WINDOW = 160  # frames denoised at once
OVERLAP = 20  # frames at the start of a window over which it takes over from the one before it
LOOKAHEAD = 16  # frames at the end of a window that only tell it what follows
COMMIT = WINDOW - OVERLAP - LOOKAHEAD  # frames from the start of one window to that of the next
BATCH = 8  # windows whose speech and keyframes are computed together
NOISE_BLOCK = MOTION_RATE  # frames of noise drawn from one seed


@dataclass(frozen=True)
class SamplingOptions:
    """How motion is drawn from the model.

    Attributes:
        steps: Denoising steps.
        guidance: How far to go from the motion without speech to that with it; 1 is the plain model.
        expression_seed: Of the noise of the expression path.
        head_seed: Of the noise of the head path.
        expression_temperature: Scale of the noise that denoising starts from: 0 gives the calmest motion, 1 a true
            sample of the model.
        head_temperature: The same for the head.
        keyframe_threshold: Probability from which a frame is a keyframe, by path.
        expression_guidance: Guidance of the expression path, if another.
        head_guidance: The same for the head.
    """

    steps: int = 8
    guidance: float = 1.0
    expression_seed: int = 0
    head_seed: int = 0
    expression_temperature: float = 0.2
    head_temperature: float = 1.0
    keyframe_threshold: dict[str, float] = field(default_factory=lambda: {EXPRESSION: 0.5, HEAD: 0.5})
    expression_guidance: float | None = None
    head_guidance: float | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.steps <= 1000:
            raise InputError(f"steps is {self.steps}; it must be 1 to 1000")
        for name in ("guidance", "expression_guidance", "head_guidance"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 20:
                raise InputError(f"{name} is {value}; it must be 0 to 20, and 1 is none")
        for name in ("expression_seed", "head_seed"):
            if not 0 <= getattr(self, name) < 2**63:
                raise InputError(f"{name} is {getattr(self, name)}; it must be 0 to 2^63 - 1")
        for name in ("expression_temperature", "head_temperature"):
            if not 0 <= getattr(self, name) <= 2:
                raise InputError(f"{name} is {getattr(self, name)}; it must be 0 to 2")

    def guidance_of(self, path: str) -> float:
        """Guidance of a path: its own, or that of both."""
        own = getattr(self, f"{path}_guidance")
        return self.guidance if own is None else own


@dataclass(frozen=True)
class Speech:
    """A whole sound as the model hears it.

    Attributes:
        features: Frozen speech features.
        prosody: Normalised log f0, normalised energy, voicing.
        words: What is said, if known.
        grid: Where the speech frames lie in time.
        frames: Motion frames of the sound.
    """

    features: Float[np.ndarray, "S F"]
    prosody: Float[np.ndarray, "S 3"]
    words: tuple[Word, ...]
    grid: FrameGrid
    frames: int

    def window(self, start: int, frames: int, style: int) -> Condition:
        """The condition of one window."""
        return condition_of(self.features, self.prosody, self.words, self.grid, start, frames, style)


@dataclass(frozen=True)
class Generated:
    """Motion in physical units, expression relative to the neutral face, and the keyframe strengths, by path."""

    motion: dict[str, Float[np.ndarray, "T C"]]
    keyframes: dict[str, Float[np.ndarray, " T"]]


def frame_noise(seed: int, start: int, frames: int, channels: int) -> Float[Tensor, "T C"]:
    """Noise that depends on seed and frame number alone, so that windows which share a frame share its noise."""
    first, last = start // NOISE_BLOCK, (start + frames - 1) // NOISE_BLOCK
    blocks = [
        # The words of a seed cannot be negative; the model may look a little before frame 0.
        np.random.default_rng([seed, block + 1]).standard_normal((NOISE_BLOCK, channels), dtype=np.float32)
        for block in range(first, last + 1)
    ]
    offset = start - first * NOISE_BLOCK
    return torch.from_numpy(np.concatenate(blocks)[offset : offset + frames])


def pick_keyframes(probabilities: Float[np.ndarray, " T"], threshold: float) -> Float[np.ndarray, " T"]:
    """Local maxima of the probabilities from ``threshold`` on; the strength is the probability."""
    padded = np.pad(probabilities, 1, constant_values=-1.0)
    peak = (probabilities >= padded[:-2]) & (probabilities > padded[2:]) & (probabilities >= threshold)
    return np.where(peak, probabilities, 0.0).astype(np.float32)


def keyframe_input(strengths: Float[Tensor, "*B T"], known: bool | Tensor) -> Float[Tensor, "*B T 2"]:
    """Keyframe strengths as the generator reads them: strength, and whether keyframes are known at all."""
    flag = torch.as_tensor(known, device=strengths.device).to(strengths).expand(strengths.shape)
    return torch.stack([strengths * flag, flag], dim=-1)


def windows(frames: int) -> list[int]:
    """First frames of the windows that cover a sound."""
    return list(range(0, max(1, frames - OVERLAP - LOOKAHEAD), COMMIT))


def generate(
    model: KSDiff,
    speech: Speech,
    options: SamplingOptions,
    style: int,
    keyframes: Mapping[str, Float[np.ndarray, " T"]] = MappingProxyType({}),
) -> Iterator[Generated]:
    """Make the motion of a sound, piece by piece and in order; memory does not grow with its length.

    Args:
        model: In evaluation mode.
        speech: The sound.
        options: How to sample.
        style: Number of the style; the number of styles for the neutral average.
        keyframes: Strengths for all frames, to use in place of predicted ones, for the paths that it names.

    Yields:
        Pieces that follow each other without gap or overlap; together as long as the sound.
    """
    diffusion = Diffusion(model.config.train_steps, model.config.schedule)
    starts = windows(speech.frames)
    previous: dict[str, Tensor] | None = None
    carried: dict[str, np.ndarray] | None = None
    for group in range(0, len(starts), BATCH):
        batch = starts[group : group + BATCH]
        encoded, bare = _encode(model, speech, options, batch, style)
        strengths = _window_keyframes(model, encoded, options, batch, speech.frames, keyframes)
        for index, start in enumerate(batch):
            own = {path: strengths[path][index] for path in PATHS}
            if carried is not None:  # the window before has made up its mind about these
                for path in PATHS:
                    own[path][:OVERLAP] = carried[path]
            motion = _denoise(
                model,
                diffusion,
                options,
                _member(encoded, index),
                bare and _member(bare, index),
                own,
                start,
                previous,
            )
            following = slice(COMMIT, COMMIT + OVERLAP)
            previous = {path: value[:, following] for path, value in motion.items()}
            carried = {path: own[path][following] for path in PATHS}
            end = speech.frames - start if start == starts[-1] else COMMIT
            yield Generated(
                {
                    path: model.denormalise(value[0] * getattr(model, f"{path}_gain"), path)[:end].numpy()
                    for path, value in motion.items()
                },
                {path: own[path][:end] for path in PATHS},
            )


@single_thread()
@torch.inference_mode()
def _encode(
    model: KSDiff, speech: Speech, options: SamplingOptions, starts: list[int], style: int
) -> tuple[Encoded, Encoded | None]:
    """Speech of a batch of windows, and what takes its place for guidance."""
    condition = stack([speech.window(start, WINDOW, style) for start in starts])
    encoded = model.encode(condition, WINDOW)
    if all(options.guidance_of(path) == 1 for path in PATHS):
        return encoded, None
    everything = torch.ones(len(starts), dtype=torch.bool)
    return encoded, model.encode(model.without(condition, speech=everything, text=everything), WINDOW)


def _member(encoded: Encoded, index: int) -> Encoded:
    pick = slice(index, index + 1)
    return Encoded(
        {path: value[pick] for path, value in encoded.speech.items()},
        None if encoded.text is None else encoded.text[pick],
        None if encoded.anchor is None else encoded.anchor[pick],
        Condition(**{name: value[pick] for name, value in vars(encoded.condition).items()}),
        encoded.times,
    )


@single_thread()
def _window_keyframes(
    model: KSDiff,
    encoded: Encoded,
    options: SamplingOptions,
    starts: list[int],
    frames: int,
    given: Mapping[str, Float[np.ndarray, " T"]],
) -> dict[str, list[Float[np.ndarray, " W"]]]:
    result = {path: [np.zeros(WINDOW, np.float32) for _ in starts] for path in PATHS}
    if not model.config.keyframes:
        return result
    if set(given) != set(PATHS):
        thresholds = {path: torch.tensor([limit]) for path, limit in options.keyframe_threshold.items()}
        for path, (probabilities,) in model.predict_keyframes(encoded, thresholds).items():
            for index, start in enumerate(starts):
                strengths = pick_keyframes(probabilities[index].numpy(), options.keyframe_threshold[path])
                strengths[max(0, frames - start) :] = 0  # nothing happens after the end of the sound
                result[path][index] = strengths
    for path, strengths in given.items():
        padded = np.pad(strengths, (0, WINDOW)).astype(np.float32)
        result[path] = [padded[start : start + WINDOW].copy() for start in starts]
    return result


@single_thread()
@torch.inference_mode()
def _denoise(
    model: KSDiff,
    diffusion: Diffusion,
    options: SamplingOptions,
    encoded: Encoded,
    bare: Encoded | None,
    strengths: dict[str, Float[np.ndarray, " W"]],
    start: int,
    previous: dict[str, Float[Tensor, "1 O C"]] | None,
) -> dict[str, Float[Tensor, "1 W C"]]:
    keyframes = {
        path: keyframe_input(torch.from_numpy(strengths[path])[None], model.config.keyframes) for path in PATHS
    }
    noise = {
        EXPRESSION: options.expression_temperature
        * frame_noise(options.expression_seed, start, WINDOW, model.channels[EXPRESSION])[None],
        HEAD: options.head_temperature * frame_noise(options.head_seed, start, WINDOW, model.channels[HEAD])[None],
    }

    def predict(noisy: dict[str, Tensor], steps: Tensor) -> dict[str, Tensor]:
        clean = model.denoise(noisy, steps, encoded, keyframes)
        if bare is None:
            return clean
        without = model.denoise(noisy, steps, bare, keyframes)
        return {path: torch.lerp(without[path], clean[path], options.guidance_of(path)) for path in PATHS}

    if previous is None:
        return diffusion.sample(noise, predict, options.steps)
    # Raised cosine from "all known" to "all free": position and velocity are continuous at both ends.
    ramp = 0.5 + 0.5 * torch.cos(torch.linspace(0, torch.pi, OVERLAP))
    weight = torch.cat([ramp, torch.zeros(WINDOW - OVERLAP)])[None, :, None]
    known = {
        path: torch.cat([value, torch.zeros(1, WINDOW - OVERLAP, value.shape[-1])], dim=1)
        for path, value in previous.items()
    }
    return diffusion.sample(noise, predict, options.steps, known, dict.fromkeys(PATHS, weight))


def generate_all(
    model: KSDiff,
    speech: Speech,
    options: SamplingOptions,
    style: int,
    keyframes: Mapping[str, Float[np.ndarray, " T"]] = MappingProxyType({}),
) -> Generated:
    """`generate`, joined."""
    pieces = list(generate(model, speech, options, style, keyframes))
    return Generated(
        {path: np.concatenate([piece.motion[path] for piece in pieces]) for path in PATHS},
        {path: np.concatenate([piece.keyframes[path] for piece in pieces]) for path in PATHS},
    )
