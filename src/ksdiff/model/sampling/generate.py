"""From a sound to motion, window by window."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ksdiff.model.condition import Condition, stack
from ksdiff.model.known_motion import past
from ksdiff.model.ksdiff import Encoded, KSDiff
from ksdiff.model.sampling.guidance import guided
from ksdiff.model.sampling.keyframes import KeyframeTracks, pick_keyframes
from ksdiff.model.sampling.noise import frame_noise
from ksdiff.model.sampling.options import SamplingOptions
from ksdiff.model.sampling.scheduler import DDIMScheduler
from ksdiff.model.sampling.windows import COMMIT, OVERLAP, WINDOW, Speech, last_length, windows
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.threads import single_thread

BATCH = 8  # windows whose speech is encoded together


@dataclass(frozen=True)
class Generated:
    """Motion in physical units, expression relative to the neutral face, and the keyframe strengths, by path."""

    motion: dict[str, Float[np.ndarray, "T C"]]
    keyframes: dict[str, Float[np.ndarray, " T"]]


def generate(
    model: KSDiff,
    speech: Speech,
    options: SamplingOptions,
    style: int,
    keyframes: Mapping[str, Float[np.ndarray, " T"]] = MappingProxyType({}),
) -> Iterator[Generated]:
    """Generate the motion of a sound, piece by piece and in order; memory does not grow with its length.

    Args:
        model: In evaluation mode, on any device.
        speech: The sound.
        options: How to sample.
        style: Number of the style; the number of styles for the neutral average.
        keyframes: Strengths for all frames, to use in place of predicted ones, for the paths that it names.

    Yields:
        Pieces that follow each other without gap or overlap; together as long as the sound.
    """
    scheduler = DDIMScheduler(model.config.num_train_timesteps, model.config.beta_schedule)
    starts = windows(speech.frames)
    given = {path: np.pad(strengths, (0, WINDOW)).astype(np.float32) for path, strengths in keyframes.items()}
    predicted = [path for path in model.predictors if path not in given]
    tracks = KeyframeTracks(model, {path: torch.tensor([options.keyframe_threshold[path]]) for path in predicted})
    previous: dict[str, Tensor] | None = None
    for batch, frames in _batches(starts, speech.frames if model.config.mask_padding else None):
        encoded, unconditional = _encode(model, speech, options, batch, frames, style)
        for index, start in enumerate(batch):
            own = _member(encoded, index)
            end = speech.frames - start if start == starts[-1] else COMMIT
            strengths = {path: np.zeros(frames, np.float32) for path in PATHS}
            for path, probabilities in tracks.extend(own).items():
                track = probabilities[0, 0]
                if start == starts[-1] and model.config.mask_padding:
                    track[end + 1 :] = -1
                strengths[path] = pick_keyframes(track, options.keyframe_threshold[path])[1:]
                strengths[path][max(0, speech.frames - start) :] = 0  # nothing happens after the end of the sound
            if model.config.keyframes:
                strengths |= {path: values[start : start + frames] for path, values in given.items()}
            motion = _denoise(
                model,
                scheduler,
                options,
                own,
                unconditional and _member(unconditional, index),
                strengths,
                start,
                previous,
            )
            previous = {path: value[:, COMMIT : COMMIT + OVERLAP] for path, value in motion.items()}
            yield Generated(
                {
                    path: model.denormalise(value[0] * getattr(model, f"{path}_gain"), path)[:end].cpu().numpy()
                    for path, value in motion.items()
                },
                {path: strengths[path][:end] for path in PATHS},
            )


def _batches(starts: list[int], frames: int | None) -> Iterator[tuple[list[int], int]]:
    """Windows that are encoded together, and their length.

    Given the frames of the sound, the last window ends with it. What lies beyond is masked everywhere, so nothing but
    work is lost, of which a short line would have little else.
    """
    full = starts if frames is None or last_length(frames) == WINDOW else starts[:-1]
    for first in range(0, len(full), BATCH):
        yield full[first : first + BATCH], WINDOW
    if frames is not None and len(full) < len(starts):
        yield starts[-1:], last_length(frames)


@single_thread()
@torch.inference_mode()
def _encode(
    model: KSDiff, speech: Speech, options: SamplingOptions, starts: list[int], frames: int, style: int
) -> tuple[Encoded, Encoded | None]:
    """Speech of a batch of windows, and what takes its place for guidance."""
    condition = stack([speech.window(start, frames, style) for start in starts]).to(model.device)
    encoded = model.encode(condition, frames)
    if all(options.guidance_of(path) == 1 for path in PATHS):
        return encoded, None
    everything = torch.ones(len(starts), dtype=torch.bool, device=model.device)
    return encoded, model.encode(model.drop_conditions(condition, speech=everything, text=everything), frames)


def _member(encoded: Encoded, index: int) -> Encoded:
    pick = slice(index, index + 1)
    return Encoded(
        {path: value[pick] for path, value in encoded.speech.items()},
        None if encoded.text is None else encoded.text[pick],
        None if encoded.prior is None else encoded.prior[pick],
        Condition(**{name: value[pick] for name, value in vars(encoded.condition).items()}),
        encoded.times,
    )


@single_thread()
@torch.inference_mode()
def _denoise(
    model: KSDiff,
    scheduler: DDIMScheduler,
    options: SamplingOptions,
    encoded: Encoded,
    unconditional: Encoded | None,
    strengths: dict[str, Float[np.ndarray, " W"]],
    start: int,
    previous: dict[str, Float[Tensor, "1 O C"]] | None,
) -> dict[str, Float[Tensor, "1 W C"]]:
    device, frames = model.device, len(encoded.times)
    tracks = {path: torch.from_numpy(strengths[path])[None].to(device) for path in PATHS}
    noise = {}
    for path, seed, temperature in (
        (EXPRESSION, options.expression_seed, options.expression_temperature),
        (HEAD, options.head_seed, options.head_temperature),
    ):
        noise[path] = (
            temperature
            * frame_noise(path, seed, start, frames, model.channels[path], model.config.correlated_noise)[None]
        ).to(device)

    known = {} if previous is None else {path: past(value, frames) for path, value in previous.items()}
    predict = guided(
        model, encoded, unconditional, tracks, {path: options.guidance_of(path) for path in PATHS},
        options.keyframe_guidance, known,
    )  # fmt: skip
    return scheduler.sample(noise, predict, options.num_inference_steps, known)


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
