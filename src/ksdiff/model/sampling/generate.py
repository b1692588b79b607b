"""From a sound to motion, window by window."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from ksdiff.concurrency import side_by_side
from ksdiff.errors import InputError
from ksdiff.model.condition import stack, without_speech
from ksdiff.model.encoded import Encoded
from ksdiff.model.known_motion import Known, past
from ksdiff.model.network import Network
from ksdiff.model.sampling.guidance import KeyframeGuidance, guided
from ksdiff.model.sampling.keyframes import KeyframeTracks, pick_keyframes
from ksdiff.model.sampling.noise import frame_noise
from ksdiff.model.sampling.options import NONE, SamplingOptions
from ksdiff.model.sampling.poses import PosePlan
from ksdiff.model.sampling.scheduler import DDIMScheduler, Paths
from ksdiff.model.sampling.state import Given, State
from ksdiff.model.sampling.windows import COMMIT, FIXED, OVERLAP, WINDOW, Speech, last_length, windows
from ksdiff.motion.space import PATHS

BATCH = 8  # windows whose speech is encoded together
PLANNED = 4  # the same where their poses are drawn first: 20 s, which with the past make 30 s, as in training


@dataclass(frozen=True)
class Generated:
    """Motion in physical units, expression relative to the neutral face, and the keyframe strengths, by path."""

    motion: dict[str, Float[np.ndarray, "T C"]]
    keyframes: dict[str, Float[np.ndarray, " T"]]


def generate(
    network: Network,
    speech: Speech,
    options: SamplingOptions,
    style: int,
    keyframes: Mapping[str, Float[np.ndarray, " T"]] = MappingProxyType({}),
) -> Iterator[Generated]:
    """Generate the motion of a sound, piece by piece and in order; memory does not grow with its length.

    Args:
        network: The network.
        speech: The sound.
        options: How to sample.
        style: Number of the style; the number of styles for the neutral average.
        keyframes: Strengths for all frames, to use in place of predicted ones, for the paths that it names.

    Yields:
        Pieces that follow each other without gap or overlap; together as long as the sound.
    """
    generation = Generation(network, speech, options, style, keyframes)
    while not generation.finished:
        yield from generation.next_batch()


class Generation:
    """What `generate` does, batch of windows by batch: between two of them its state can be kept, and taken up."""

    def __init__(
        self,
        network: Network,
        speech: Speech,
        options: SamplingOptions,
        style: int,
        keyframes: Mapping[str, Float[np.ndarray, " T"]] = MappingProxyType({}),
    ) -> None:
        """Nothing is generated yet; arguments as of `generate`."""
        self._network, self._speech, self._options, self._style = network, speech, options, style
        self._scheduler = DDIMScheduler(network.config.num_train_timesteps, network.config.beta_schedule)
        self._starts = windows(speech.frames)
        self._given = {path: np.pad(track, (0, WINDOW)).astype(np.float32) for path, track in keyframes.items()}
        # Of keyframes that are given, what was predicted matters where they guide otherwise than predicted ones.
        predicted = [path for path in network.predictors if path not in self._given or _compared(options, path)]
        thresholds = {path: np.array([options.keyframe_threshold[path]]) for path in predicted}
        self._tracks = [KeyframeTracks(network, {path: threshold}) for path, threshold in thresholds.items()]
        self._plan = pose_plan(network, self._scheduler, options, style)
        self._previous: dict[str, np.ndarray] | None = None
        together = BATCH if self._plan is None else PLANNED
        bounds = speech.frames if network.config.mask_padding else None
        self._batches = list(_batches(self._starts, bounds, together))
        self._done = 0  # batches

    @property
    def finished(self) -> bool:
        """Whether all motion has been generated."""
        return self._done == len(self._batches)

    @property
    def frames(self) -> int:
        """Frames that have been generated, up to the end of a batch."""
        return self._speech.frames if self.finished else self._batches[self._done][0][0]

    def next_batch(self) -> Iterator[Generated]:
        """The motion of the next windows, one by one. All must be taken before anything else is asked."""
        network, speech, options = self._network, self._speech, self._options
        batch, frames = self._batches[self._done]
        encoded, unconditional = _encode(network, speech, options, batch, frames, self._style)
        strengths, predicted = [], []
        for index, start in enumerate(batch):
            member = encoded.take(slice(index, index + 1))
            found = _keyframes(network, self._tracks, member, options, speech.frames - start)
            given = {path: values[start : start + frames] for path, values in self._given.items()}
            predicted.append({path: found[path] for path in given if _compared(options, path)})
            strengths.append(found | given if network.config.keyframes else found)
        if self._plan is not None:
            last = FIXED if batch[-1] < self._starts[-1] else speech.frames - batch[-1]
            self._plan.extend(batch[0], encoded, strengths, [COMMIT] * (len(batch) - 1) + [last])
        for index, start in enumerate(batch):
            member = slice(index, index + 1)
            end = speech.frames - start if start == self._starts[-1] else COMMIT
            known = {} if self._plan is None else dict(self._plan.known(start, frames))
            if self._previous is not None:
                known = {path: past(value, frames, known.get(path)) for path, value in self._previous.items()}
            motion = _denoise(
                network,
                self._scheduler,
                options,
                encoded.take(member),
                unconditional and unconditional.take(member),
                strengths[index],
                predicted[index],
                start,
                known,
            )
            self._previous = {path: value[:, COMMIT : COMMIT + OVERLAP] for path, value in motion.items()}
            yield Generated(
                network.physical({path: value[0, :end] for path, value in motion.items()}),
                {path: strengths[index][path][:end] for path in PATHS},
            )
        self._done += 1

    def state(self) -> State:
        """All that the next batch needs of those before it. Later batches change none of these arrays."""
        if self.finished or self._done == 0:
            return {"done": np.array([self._done])}
        assert self._previous is not None
        parts: list[State] = [
            {"done": np.array([self._done])},
            {f"previous.{path}": value for path, value in self._previous.items()},
            *(track.state() for track in self._tracks),
        ]
        return {
            name: value for part in (*parts, self._plan.state() if self._plan else {}) for name, value in part.items()
        }

    def restore(self, state: State) -> None:
        """Go on where `state` was asked for, in a generation of the same arguments that has not begun.

        Raises:
            ValueError: The state cannot be one of such a generation.
        """
        given = Given(state)
        done = int(given.take("done", np.int64, (1,))[0])
        if not 0 <= done <= len(self._batches):
            raise ValueError(f"{done} of {len(self._batches)} batches are done")
        if 0 < done < len(self._batches):
            channels = self._network.channels
            self._previous = {
                path: given.take(f"previous.{path}", np.float32, (1, OVERLAP, channels[path])) for path in PATHS
            }
            for track in self._tracks:
                track.restore(given)
            if self._plan is not None:
                self._plan.restore(given, self._batches[done - 1][0][-1] + FIXED)
        given.check_all_taken()
        self._done = done


def _keyframes(
    network: Network, tracks: list[KeyframeTracks], encoded: Encoded, options: SamplingOptions, left: int
) -> dict[str, Float[np.ndarray, " W"]]:
    """Predicted keyframe strengths of the next window; ``left`` are the frames of the sound from its start on."""
    frames = len(encoded.times)
    found = {path: np.zeros(frames, np.float32) for path in PATHS}
    extended = side_by_side([partial(track.extend, encoded) for track in tracks])
    for path, probabilities in chain.from_iterable(each.items() for each in extended):
        track = probabilities[0, 0]
        if network.config.mask_padding:
            track[left + 1 :] = -1
        found[path] = pick_keyframes(track, options.keyframe_threshold[path])[1:]
        found[path][max(0, left) :] = 0  # nothing happens after the end of the sound
    return found


def _compared(options: SamplingOptions, path: str) -> bool:
    return options.given_keyframe_guidance_of(path) != options.keyframe_guidance[path]


def pose_plan(network: Network, scheduler: DDIMScheduler, options: SamplingOptions, style: int) -> PosePlan | None:
    """Where the options ask for poses first, what draws them.

    Raises:
        InputError: The network has no pose generators.
    """
    check_plan(network, options)
    return None if options.plan == NONE else PosePlan(network, scheduler, options, style)


def check_plan(network: Network, options: SamplingOptions) -> None:
    """See that a network can draw the poses that are asked for.

    Raises:
        InputError: It has no pose generators.
    """
    if options.plan != NONE and not network.config.pose_generators:
        raise InputError(
            f"plan is {options.plan!r}, but these weights have no generators of poses: choose others, such as base, or "
            f"the plan 'none'"
        )


def _batches(starts: list[int], frames: int | None, together: int) -> Iterator[tuple[list[int], int]]:
    """Windows that are encoded ``together``, at most, and their length.

    Given the frames of the sound, the last window ends with it. What lies beyond is masked everywhere, so nothing but
    work is lost, of which a short line would have little else.
    """
    full = starts if frames is None or last_length(frames) == WINDOW else starts[:-1]
    for first in range(0, len(full), together):
        yield full[first : first + together], WINDOW
    if frames is not None and len(full) < len(starts):
        yield starts[-1:], last_length(frames)


def _encode(
    network: Network, speech: Speech, options: SamplingOptions, starts: list[int], frames: int, style: int
) -> tuple[Encoded, Encoded | None]:
    """Speech of a batch of windows, and what takes its place for guidance."""
    condition = stack([speech.window(start, frames, style) for start in starts])
    encoded = network.encode(condition, frames)
    if all(options.guidance_of(path) == 1 for path in PATHS):
        return encoded, None
    return encoded, network.encode(without_speech(condition), frames)


def _denoise(
    network: Network,
    scheduler: DDIMScheduler,
    options: SamplingOptions,
    encoded: Encoded,
    unconditional: Encoded | None,
    strengths: dict[str, Float[np.ndarray, " W"]],
    predicted: dict[str, Float[np.ndarray, " W"]],
    start: int,
    known: Known,
) -> dict[str, Float[np.ndarray, "1 W C"]]:
    frames = len(encoded.times)
    tracks = {path: strengths[path][None] for path in PATHS}
    noise = {}
    for path in PATHS:
        seed, temperature = options.noise_of(path)
        drawn = frame_noise(path, seed, start, frames, network.channels[path], network.config.correlated_noise)
        noise[path] = np.float32(temperature) * drawn[None]

    def made(paths: tuple[str, ...]) -> Paths:
        by_keyframes = {
            path: KeyframeGuidance(
                options.keyframe_guidance[path],
                options.given_keyframe_guidance_of(path),
                predicted[path][None] if path in predicted else None,
            )
            for path in paths
        }
        guidance = {path: options.guidance_of(path) for path in paths}
        predict = guided(network, encoded, unconditional, tracks, guidance, by_keyframes, known)
        steps = max(options.steps_of(path) for path in paths)
        drawn = {path: noise[path] for path in paths}
        return scheduler.sample(drawn, predict, steps, known, options.solver_order)

    groups = [(path,) for path in PATHS] if network.config.dual_path else [PATHS]
    return dict(chain.from_iterable(each.items() for each in side_by_side([partial(made, each) for each in groups])))


def generate_all(
    network: Network,
    speech: Speech,
    options: SamplingOptions,
    style: int,
    keyframes: Mapping[str, Float[np.ndarray, " T"]] = MappingProxyType({}),
) -> Generated:
    """`generate`, joined."""
    pieces = list(generate(network, speech, options, style, keyframes))
    return Generated(
        {path: np.concatenate([piece.motion[path] for piece in pieces]) for path in PATHS},
        {path: np.concatenate([piece.keyframes[path] for piece in pieces]) for path in PATHS},
    )
