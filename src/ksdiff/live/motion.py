"""Motion of one hop for several sessions at once: a short window that continues what is there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int
from numpy.lib.stride_tricks import sliding_window_view

from ksdiff.live.settings import StreamSettings
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.model.condition import Condition, stack
from ksdiff.model.encoded import Encoded
from ksdiff.model.keyframe_decoding import DecoderState, decode_keyframes, joined
from ksdiff.model.known_motion import Known, KnownMotion, meet, past
from ksdiff.model.sampling import DDIMScheduler, KeyframeGuidance, Paths, frame_noise, guided, pick_keyframes
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS

REACH = 12  # frames from a keyframe within which guidance by keyframes acts


@dataclass
class Track:
    """Where the motion of one session stands.

    Attributes:
        seed: Of everything random.
        style: Number of the style.
        frame: The next frame to make.
        foreseen: What the last window made of the frames from there on, which are made again; None for nothing.
        past: Normalised motion before it, by path, [P, C].
        keyframes: Keyframe strengths before it, by path, [P].
        before: Keyframe probability of the frame before it, by path; -1 for none.
        decoders: What the keyframe predictors remember, by path.
        noise: The latest blocks of noise, by path and first frame.
    """

    seed: int
    style: int
    past: dict[str, Float[np.ndarray, "P C"]]
    keyframes: dict[str, Float[np.ndarray, " P"]]
    before: dict[str, float]
    decoders: dict[str, DecoderState]
    frame: int = 0
    foreseen: dict[str, Float[np.ndarray, "R C"]] | None = None
    noise: dict[tuple[str, int], Float[np.ndarray, "F C"]] = field(default_factory=dict)


class Generator:
    """The model, as it makes one hop after the other."""

    def __init__(self, checkpoint: Checkpoint, settings: StreamSettings) -> None:
        """Use a model with these sizes."""
        self._model, self._settings = checkpoint.model, settings
        self._options = checkpoint.sampling
        self._scheduler = DDIMScheduler(self._model.config.num_train_timesteps, self._model.config.beta_schedule)
        self._decoders: dict[int, dict[str, DecoderState]] = {}  # after silence, by style

    def begin(self, seed: int, style: int, silence: Condition) -> Track:
        """A session that starts from the neutral face.

        Args:
            seed: Of everything random.
            style: Number of the style.
            silence: A window before the beginning. The keyframe predictors hear it over and over, until they remember
                as much as they ever do: so the sessions' memories are all of one size, and can be one batch.
        """
        model, settings = self._model, self._settings
        if style not in self._decoders:
            self._decoders[style] = self._silent_decoders(silence)
        return Track(
            seed, style,
            {
                path: model.normalise(np.zeros((settings.past, size), np.float32), path)
                for path, size in model.channels.items()
            },
            {path: np.zeros(settings.past, np.float32) for path in PATHS},
            dict.fromkeys(PATHS, -1.0), dict(self._decoders[style]),
        )  # fmt: skip

    def _silent_decoders(self, silence: Condition) -> dict[str, DecoderState]:
        """What the keyframe predictors remember after long silence."""
        model, settings = self._model, self._settings
        encoded = model.encode(silence, settings.window)
        decoders: dict[str, DecoderState] = {}
        for path in model.predictors:
            threshold = np.array([self._options.keyframe_threshold[path]])
            state, decoded = None, 0
            while decoded < model.config.keyframe_window:
                frames = range(settings.past)
                _, state = decode_keyframes(model, path, encoded, threshold, frames, settings.past, state)
                decoded += settings.past
            assert state is not None
            decoders[path] = state
        return decoders

    def make(
        self, tracks: Sequence[Track], conditions: Sequence[Condition]
    ) -> list[dict[str, Float[np.ndarray, "H C"]]]:
        """The next hop of each session, in physical units, expression relative to the neutral face.

        Args:
            tracks: The sessions; they go on by a hop.
            conditions: Speech of the window of each.
        """
        model, settings = self._model, self._settings
        condition = stack(list(conditions))
        encoded = model.encode(condition, settings.window)
        strengths = self._keyframes(tracks, encoded)
        noise = {path: np.stack([self._noise(track, path) for track in tracks]) for path in PATHS}
        known = {path: self._given(tracks, path) for path in PATHS}
        # As in whole sounds, the head is brought to its past at each step: where the steps only read it, each window
        # begins beside it, and the head turns anew at every hop. A mouth that is held so long would be late.
        met = {HEAD: known[HEAD]}
        if model.config.dual_path:
            clean = {
                path: self._scheduler.sample(
                    {path: noise[path]}, self._predictor(encoded, strengths, known, (path,)), settings.steps[path], met
                )[path]
                for path in PATHS
            }
        else:
            predict = self._predictor(encoded, strengths, known, PATHS)
            clean = self._scheduler.sample(noise, predict, max(settings.steps.values()), met)
        # Where nothing was foreseen, at the beginning and after a cut, the hop bends to the past.
        bent = {path: meet(value, known[path], settings.bend[path]) for path, value in clean.items()}
        first, stop = settings.past, settings.past + settings.hop
        made: list[dict[str, Float[np.ndarray, "H C"]]] = []
        for index, track in enumerate(tracks):
            hop = {
                path: bent[path][index, first:stop]
                if track.foreseen is None
                else self._faded(track.foreseen[path], value[index, first:stop])
                for path, value in clean.items()
            }
            track.foreseen = {path: value[index, stop:] for path, value in clean.items()}
            track.past = {path: np.concatenate([track.past[path], hop[path]])[-first:] for path in PATHS}
            track.keyframes = {path: strengths[path][index, settings.hop : stop] for path in PATHS}
            track.frame += settings.hop
            made.append(model.physical(hop))
        return made

    def _predictor(
        self,
        encoded: Encoded,
        strengths: Mapping[str, Float[np.ndarray, "B W"]],
        known: Known,
        paths: tuple[str, ...],
    ) -> Callable[[Paths, Int[np.ndarray, " B"]], Paths]:
        """Clean motion of some paths from noisy motion, with guidance by keyframes.

        Only near keyframes: a window that is told of none would be kept still by guidance, and so would all silence.
        """
        by_keyframes = {
            path: KeyframeGuidance(1 + (self._settings.keyframe_guidance[path] - 1) * _near(strengths[path])[..., None])
            for path in paths
        }
        return guided(self._model, encoded, None, strengths, dict.fromkeys(paths, 1.0), by_keyframes, known)

    def _keyframes(self, tracks: Sequence[Track], encoded: Encoded) -> dict[str, Float[np.ndarray, "B W"]]:
        """Keyframe strengths of the windows, up to the frame after the hop.

        A keyframe is a local maximum, so the frame after it must be known; that frame is decoded again in the next hop.
        """
        settings = self._settings
        stop = settings.past + settings.hop
        strengths = {
            path: np.pad(np.stack([t.keyframes[path] for t in tracks]), ((0, 0), (0, settings.window - settings.past)))
            for path in PATHS
        }
        for path in self._model.predictors:
            threshold = self._options.keyframe_threshold[path]
            fresh, state = decode_keyframes(
                self._model, path, encoded, np.array([threshold]), range(settings.past, stop + 1), stop,
                joined([track.decoders[path] for track in tracks]),
            )  # fmt: skip
            for index, track in enumerate(tracks):
                probabilities = np.concatenate([[np.float32(track.before[path])], fresh[0, index]])
                strengths[path][index, settings.past : stop + 1] = pick_keyframes(probabilities, threshold)[1:]
                track.before[path] = float(probabilities[settings.hop])
                track.decoders[path] = state.take(slice(index, index + 1))
        return strengths

    def _faded(self, foreseen: Float[np.ndarray, "R C"], made: Float[np.ndarray, "H C"]) -> Float[np.ndarray, "H C"]:
        """A hop that goes over from what the window before it foresaw of it to what is known now."""
        count = min(len(foreseen), len(made))
        share = np.sin(np.pi / 2 * np.arange(1, count + 1)[:, None] / (count + 1)).astype(np.float32)
        return np.concatenate([foreseen[:count] + share * (made[:count] - foreseen[:count]), made[count:]])

    def _given(self, tracks: Sequence[Track], path: str) -> KnownMotion:
        """The last frames of the past, exactly."""
        values = np.stack([track.past[path] for track in tracks])
        whole = past(values, self._settings.window)
        whole.strength[:, : self._settings.past - self._settings.given[path]] = 0
        return whole

    def _noise(self, track: Track, path: str) -> Float[np.ndarray, "W C"]:
        """Noise of a track's window, from blocks that are drawn once."""
        start = track.frame - self._settings.past
        stop = start + self._settings.window
        blocks = range(start // MOTION_RATE, -(-stop // MOTION_RATE))
        for block in blocks:
            if (path, block) not in track.noise:
                track.noise[path, block] = np.float32(self._temperature(path)) * frame_noise(
                    path, track.seed, block * MOTION_RATE, MOTION_RATE, self._model.channels[path],
                    self._model.config.correlated_noise,
                )  # fmt: skip
        for key in [key for key in track.noise if key[1] < blocks.start]:
            del track.noise[key]
        drawn = np.concatenate([track.noise[path, block] for block in blocks])
        return drawn[start - blocks.start * MOTION_RATE :][: self._settings.window]

    def _temperature(self, path: str) -> float:
        own = self._options.expression_temperature if path == EXPRESSION else self._options.head_temperature
        return own * self._settings.temperature[path]


def _near(strengths: Float[np.ndarray, "B T"]) -> Float[np.ndarray, "B T"]:
    """1 at keyframes, falling to 0 within `REACH` frames."""
    marks = (strengths > 0).astype(np.float32)
    distances = (np.abs(np.arange(-REACH, REACH + 1)) / (REACH + 1)).astype(np.float32)
    windows = sliding_window_view(np.pad(marks, ((0, 0), (REACH, REACH))), 2 * REACH + 1, axis=1)
    return (windows * (1 - distances)).max(axis=-1)
