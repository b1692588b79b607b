"""Keyframes decoded as if frame by frame (paper §2.2), in a few steps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from ksdiff.model.config import START
from ksdiff.model.encoded import Encoded
from ksdiff.model.network import KeysValues, Network


@dataclass(frozen=True)
class DecoderState:
    """Where decoding stands between two frames, so that the next window continues the track of the one before it.

    Attributes:
        past: For each layer, keys and values of the frames so far, at most ``keyframe_window`` of them.
        token: Whether the last frame is a keyframe, for each sequence.
        above: Whether the last frame's probability reached the threshold.
    """

    past: list[KeysValues]
    token: Int[np.ndarray, "R 1"]
    above: Bool[np.ndarray, "R 1"]

    @classmethod
    def beginning(cls, network: Network, sequences: int) -> "DecoderState":
        """The state before the first frame of a sound."""
        config = network.config
        heads = config.keyframe_num_heads
        nothing = np.zeros((sequences, heads, 0, config.keyframe_hidden_dim // heads), np.float32)
        return cls(
            [(nothing, nothing)] * config.keyframe_num_layers,
            np.full((sequences, 1), START, np.int64),
            np.zeros((sequences, 1), dtype=bool),
        )

    def take(self, index: slice) -> "DecoderState":
        """Some of the sequences."""
        return DecoderState(
            [(keys[index], values[index]) for keys, values in self.past], self.token[index], self.above[index]
        )


def joined(states: Sequence[DecoderState]) -> DecoderState:
    """The sequences of several states that remember equally many frames."""
    if len(states) == 1:
        return states[0]
    return DecoderState(
        [
            (np.concatenate([keys for keys, _ in layer]), np.concatenate([values for _, values in layer]))
            for layer in zip(*(state.past for state in states), strict=True)
        ],
        np.concatenate([state.token for state in states]),
        np.concatenate([state.above for state in states]),
    )


def decode_keyframes(
    network: Network,
    path: str,
    encoded: Encoded,
    thresholds: Float[np.ndarray, " N"],
    frames: range,
    keep: int,
    state: DecoderState | None = None,
) -> tuple[Float[np.ndarray, "N B F"], DecoderState]:
    """Probabilities for each of some thresholds, as if decoded frame by frame.

    A frame counts as a keyframe for what follows if its probability is the first of a run to reach the threshold:
    keyframes are single frames, and so they are in what the predictor was trained on.

    Keyframes are few, so all frames are decoded at once under the guess that none is a keyframe. Those up to the
    first wrong guess are then right; the others are decoded again with what came out in place of the guess, until
    nothing is wrong (Jacobi iteration, as in Song et al. 2021, "Accelerating Feedforward Computation via Parallel
    Nonlinear Equation Solving"). Three or four rounds take the place of 160 steps.

    Args:
        network: The network.
        path: Whose keyframes.
        encoded: Speech and words of a window.
        thresholds: N of them; each decodes its own sequences, R = N · B in all.
        frames: Which frames of the window to decode, F of them.
        keep: The first frame whose past is not part of the state returned.
        state: What decoding up to the first of these frames returned; None at the beginning of the sound.

    Returns:
        The probabilities, and the state before the frame ``keep``.

    Raises:
        ValueError: ``keep`` is not within or just after ``frames``.
    """
    if not frames.start <= keep <= frames.stop:
        raise ValueError(f"the state before frame {keep} was asked for, but frames {frames} are decoded")
    batch = len(encoded.condition)
    memory = network.keyframe_memory(path, encoded).repeat(len(thresholds)).frames(slice(frames.start, frames.stop))
    limits = np.repeat(np.asarray(thresholds, np.float32), batch)[:, None]
    state = state or DecoderState.beginning(network, len(limits))
    past, held = state.past, state.past[0][0].shape[2]
    probabilities = np.empty((len(limits), len(frames)), np.float32)
    tokens = np.pad(state.token, ((0, 0), (0, len(frames) - 1)))  # before each frame
    right = 0  # frames that are known to be right
    while True:
        fresh, seen = network.keyframe_step(path, memory.frames(slice(right, None)), tokens[:, right:], past)
        probabilities[:, right:] = fresh
        reached = np.concatenate([state.above, probabilities >= limits], axis=1)
        keyframes = np.concatenate([state.token, (reached[:, 1:] & ~reached[:, :-1]).astype(np.int64)], axis=1)
        wrong = (keyframes[:, :-1] != tokens).any(axis=0)
        if not wrong.any():
            break
        right = int(wrong.argmax())
        past = [(keys[:, :, : held + right], values[:, :, : held + right]) for keys, values in seen]
        tokens = keyframes[:, :-1]
    done = keep - frames.start
    span = slice(max(0, held + done - network.config.keyframe_window), held + done)
    last = slice(done, done + 1)
    kept = DecoderState(
        [(keys[:, :, span], values[:, :, span]) for keys, values in seen], keyframes[:, last], reached[:, last]
    )
    return probabilities.reshape(len(thresholds), batch, -1), kept
