"""A trained network as the sampler uses it: arrays in, arrays out, whatever computes them."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from jaxtyping import Float, Int

from ksdiff.model.condition import Condition
from ksdiff.model.config import KEYFRAMES, ModelConfig
from ksdiff.model.encoded import JOINT, Encoded
from ksdiff.model.known_motion import NOTHING, Known, KnownMotion, joined
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.limits import limit_translation
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS, MotionSpace

Part = Literal[
    "encode", "context", "denoise", "pose_context", "pose_denoise", "keyframe_memory", "keyframe_step"
]  # fmt: skip
KeysValues = tuple[np.ndarray, np.ndarray]  # each [B, H, S, d]


@dataclass(frozen=True)
class Statistics:
    """What goes between normalised motion and physical units. Expression is relative to the speaker's neutral face.

    Attributes:
        mean: Of each channel, by path.
        std: Deviation of each channel, by path.
        gain: Restores the amplitude that a calm sampler takes away, by path; found by `ksdiff.training.calibrate`.
        neutrals: The neutral face of each style, the average last.
    """

    mean: dict[str, Float[np.ndarray, " C"]]
    std: dict[str, Float[np.ndarray, " C"]]
    gain: dict[str, Float[np.ndarray, " C"]]
    neutrals: Float[np.ndarray, "N E"]

    @staticmethod
    def shapes(space: MotionSpace, styles: int) -> dict[str, list[int]]:
        """Shapes of the tensors of a checkpoint that hold them, by name."""
        channels = {EXPRESSION: len(space.expression), HEAD: len(space.head)}
        shapes = {f"{path}_{name}": [channels[path]] for path in PATHS for name in ("mean", "std", "gain")}
        return {**shapes, "neutrals": [styles + 1, channels[EXPRESSION]]}

    @classmethod
    def of(cls, tensors: Mapping[str, np.ndarray]) -> "Statistics":
        """Out of the tensors of a checkpoint."""
        mean, std, gain = (
            {path: np.array(tensors[f"{path}_{name}"]) for path in PATHS} for name in ("mean", "std", "gain")
        )
        return cls(mean, std, gain, np.array(tensors["neutrals"]))


@dataclass(frozen=True)
class Contexts:
    """What all denoising steps of a window have in common.

    Attributes:
        generators: What each generator's `denoise` reads beside the noisy motion.
        prior: What is added to the expression, or None.
    """

    generators: dict[str, Mapping[str, Any]]
    prior: Float[np.ndarray, "B T E"] | None


@dataclass(frozen=True)
class KeyframeMemory:
    """What the frames of a window attend to in a keyframe predictor.

    Attributes:
        by_frame: Arrays of which each frame reads its own part, [B, F, D] or [B, H, F, S].
        shared: Keys and values, [B, H, S, d].
    """

    by_frame: Mapping[str, np.ndarray]
    shared: Mapping[str, np.ndarray]

    def frames(self, at: slice) -> "KeyframeMemory":
        """The same of some frames."""
        return KeyframeMemory({name: value[..., at, :] for name, value in self.by_frame.items()}, self.shared)

    def repeat(self, count: int) -> "KeyframeMemory":
        """The batch, so many times over."""

        def repeated(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
            return {name: np.tile(value, (count,) + (1,) * (value.ndim - 1)) for name, value in arrays.items()}

        return self if count == 1 else KeyframeMemory(repeated(self.by_frame), repeated(self.shared))


@dataclass(frozen=True)
class Outline(ABC):
    """A network that has no weights yet.

    Attributes:
        config: Its settings.
        space: What its channels are.
        features: Width of the frozen speech features.
        styles: Training speakers.
    """

    config: ModelConfig
    space: MotionSpace
    features: int
    styles: int

    @abstractmethod
    def shapes(self) -> dict[str, list[int]]:
        """Shapes of the tensors of its checkpoints, by name."""

    @abstractmethod
    def network(self, tensors: Mapping[str, np.ndarray]) -> "Network":
        """The network with the tensors of a checkpoint, which are of these shapes."""


class Network(ABC):
    """The network of a checkpoint (paper, figure 2).

    Its parts are those that docs/runtime.md describes; a subclass runs them. Motion inside is normalised per channel;
    `normalise` and `denormalise` go between it and physical units.

    Attributes:
        config: Its settings.
        space: What the channels are.
        statistics: Of its motion.
    """

    def __init__(self, config: ModelConfig, space: MotionSpace, statistics: Statistics) -> None:
        self.config, self.space, self.statistics = config, space, statistics
        self.channels = {EXPRESSION: len(space.expression), HEAD: len(space.head)}

    @abstractmethod
    def run(self, part: Part, weights: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Compute a part of the network.

        Args:
            part: Which one.
            weights: Whose weights to take: those of a path, of `JOINT`, or none for ``encode``.
            given: Its inputs by name; what it does not read is ignored.

        Returns:
            Its outputs: arrays, but for those of ``context`` and ``pose_context``, which only the denoising reads.
        """

    @property
    def num_styles(self) -> int:
        """Training speakers."""
        return len(self.statistics.neutrals) - 1

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that are learned; the motion of another stays at its mean."""
        return PATHS if self.config.head else (EXPRESSION,)

    @property
    def predictors(self) -> tuple[str, ...]:
        """The paths whose keyframes it predicts."""
        return self.paths if self.config.keyframes else ()

    def without_gains(self) -> "Network":
        """The same network, which restores no amplitude."""
        other = copy(self)
        gain = {path: np.ones_like(value) for path, value in self.statistics.gain.items()}
        other.statistics = replace(self.statistics, gain=gain)
        return other

    def normalise(self, motion: Float[np.ndarray, "*B T C"], path: str) -> Float[np.ndarray, "*B T C"]:
        """Physical units to zero mean and unit deviation."""
        statistics = self.statistics
        return (motion - statistics.mean[path]) / (statistics.std[path] * statistics.gain[path])

    def denormalise(self, motion: Float[np.ndarray, "*B T C"], path: str) -> Float[np.ndarray, "*B T C"]:
        """The inverse of `normalise`."""
        statistics = self.statistics
        return motion * (statistics.std[path] * statistics.gain[path]) + statistics.mean[path]

    def physical(self, motion: Mapping[str, Float[np.ndarray, "*B T _"]]) -> dict[str, Float[np.ndarray, "*B T _"]]:
        """Generated motion by path in physical units, with the head near its place (`limit_translation`)."""
        made = {path: self.denormalise(value, path) for path, value in motion.items()}
        return made | {HEAD: limit_translation(made[HEAD], self.space)}

    def encode(self, condition: Condition, frames: int) -> Encoded:
        """Speech and words of a window, for ``frames`` motion frames from its start."""
        times = np.arange(frames, dtype=np.float32) / np.float32(MOTION_RATE)
        made = self.run("encode", "", {**vars(condition), "times": times})
        speech = {name.removeprefix("speech_"): value for name, value in made.items() if name.startswith("speech_")}
        return Encoded(speech, made.get("words"), made.get("prior"), condition, times)

    def contexts(
        self,
        encoded: Encoded,
        keyframes: Mapping[str, Float[np.ndarray, "B T 2"]],
        known: Known = NOTHING,
        paths: Sequence[str] = PATHS,
    ) -> Contexts:
        """What all denoising steps have in common, computed once for them.

        Args:
            encoded: Speech and words.
            keyframes: For each frame its keyframe strength (0: none), and 1 where keyframes are known, 0 where not.
            known: What is given of the motion.
            paths: The paths to denoise: both, or any one of a dual-path model.
        """
        # The sum learns from its own losses alone.
        prior = None if self.config.prior_as_input else encoded.prior
        batch, frames = len(encoded.condition), len(encoded.times)
        if not self.config.dual_path:
            told = np.maximum(keyframes[EXPRESSION], keyframes[HEAD])
            return Contexts(
                {JOINT: self._context(JOINT, encoded, told, joined(known, self.channels, batch, frames))}, prior
            )
        made: dict[str, Mapping[str, Any]] = {}
        for path in paths:
            if path in self.paths:
                nothing = np.zeros((batch, frames, self.channels[path]), np.float32)
                given = known.get(path, KnownMotion(nothing, nothing))
                made[path] = self._context(path, encoded, keyframes[path], given)
        return Contexts(made, prior)

    def _context(
        self, name: str, encoded: Encoded, keyframes: Float[np.ndarray, "B T 2"], known: KnownMotion
    ) -> Mapping[str, Any]:
        statistics, style = self.statistics, encoded.condition.style
        apart = (statistics.neutrals[style] - statistics.neutrals[-1]) / statistics.std[EXPRESSION]
        given = {
            **self._heard(name, encoded),
            "style": style,
            "reference": apart,
            "keyframes": keyframes,
            "known": known.as_input(),
        }
        return {**self.run("context", name, given), "frame_mask": encoded.condition.frame_mask}

    def denoise(
        self, contexts: Contexts, noisy: Mapping[str, Float[np.ndarray, "B T C"]], steps: Int[np.ndarray, " B"]
    ) -> dict[str, Float[np.ndarray, "B T C"]]:
        """Clean normalised motion of the paths of ``noisy``, which are those of the contexts.

        Args:
            contexts: From `contexts`.
            noisy: Normalised motion with the noise of ``steps``.
            steps: Diffusion step, 0 (clean) to num_train_timesteps - 1.
        """
        if JOINT in contexts.generators:
            both = np.concatenate([noisy[path] for path in PATHS], axis=-1)
            joint = self._denoise(JOINT, contexts, both, steps)
            expression, head = np.split(joint, [self.channels[EXPRESSION]], axis=-1)
            clean = {EXPRESSION: expression, HEAD: head}
        else:
            clean = {
                path: self._denoise(path, contexts, value, steps)
                if path in contexts.generators
                else np.zeros_like(value)
                for path, value in noisy.items()
            }
        if contexts.prior is not None and EXPRESSION in clean:
            clean[EXPRESSION] = clean[EXPRESSION] + contexts.prior
        return clean

    def _denoise(
        self, name: str, contexts: Contexts, noisy: Float[np.ndarray, "B T C"], steps: Int[np.ndarray, " B"]
    ) -> Float[np.ndarray, "B T C"]:
        return self.run("denoise", name, {**contexts.generators[name], "noisy": noisy, "steps": steps})["clean"]

    def pose_context(
        self,
        path: str,
        speech: Float[np.ndarray, "B T D"],
        style: Int[np.ndarray, " B"],
        frames: Int[np.ndarray, "B K"],
        keyframes: Float[np.ndarray, "B K 2"],
        known: KnownMotion,
    ) -> Mapping[str, Any]:
        """What all denoising steps of the poses of a path have in common.

        Args:
            path: Of the pose generator.
            speech: f_h or f_e of all frames, 0 outside the sound.
            style: Number of the style.
            frames: Frame of each pose.
            keyframes: Of each pose the strength of the keyframe that stands there (0: none), and 1 where it is known.
            known: What is given of the poses.
        """
        given = {"speech": speech, "style": style, "frames": frames, "pose_mask": np.ones(frames.shape, bool)}
        return self.run("pose_context", path, {**given, "keyframes": keyframes, "known": known.as_input()})

    def pose_denoise(
        self,
        path: str,
        context: Mapping[str, Any],
        noisy: Float[np.ndarray, "B K C"],
        steps: Int[np.ndarray, " B"],
    ) -> Float[np.ndarray, "B K C"]:
        """Clean normalised poses; ``steps`` are the diffusion steps of ``noisy``."""
        return self.run("pose_denoise", path, {**context, "noisy": noisy, "steps": steps})["clean"]

    def keyframe_memory(self, path: str, encoded: Encoded) -> KeyframeMemory:
        """What the frames of a window attend to in the keyframe predictor of a path."""
        made = self.run("keyframe_memory", path, self._heard(path, encoded, KEYFRAMES))
        by_frame = {name: value for name, value in made.items() if name == "heard" or name.endswith("_bias")}
        return KeyframeMemory(by_frame, {name: value for name, value in made.items() if name not in by_frame})

    def keyframe_step(
        self, path: str, memory: KeyframeMemory, previous: Int[np.ndarray, "R F"], past: Sequence[KeysValues]
    ) -> tuple[Float[np.ndarray, "R F"], list[KeysValues]]:
        """Keyframe probabilities of some frames, given what stands before each of them.

        Args:
            path: Of the predictor.
            memory: Of these frames.
            previous: Whether the frame before each is a keyframe, or `ksdiff.model.config.START`.
            past: For each layer, keys and values of the frames before them.

        Returns:
            The probabilities, and for each layer keys and values of all frames so far.
        """
        given = {"previous": previous, **memory.by_frame, **memory.shared}
        for layer, (keys, values) in enumerate(past):
            given |= {f"past_keys_{layer}": keys, f"past_values_{layer}": values}
        made = self.run("keyframe_step", path, given)
        seen = [(made[f"seen_keys_{layer}"], made[f"seen_values_{layer}"]) for layer in range(len(past))]
        return made["probabilities"], seen

    def _heard(self, name: str, encoded: Encoded, part: str | None = None) -> dict[str, Any]:
        """Speech and words as a generator or predictor reads them; of no words, only the token that says so."""
        condition, words = encoded.condition, encoded.text
        given = {"speech": encoded.speech[name], "frame_mask": condition.frame_mask, "times": encoded.times}
        if words is None:
            return given
        told = (part or name) in (JOINT, *self.config.transcript_parts) and condition.text_mask.any()
        length = condition.text_mask.shape[1] if told else 0
        return given | {
            "words": words[:, : length + 1],
            "text_times": condition.text_times[:, :length],
            "text_mask": condition.text_mask[:, :length],
        }
