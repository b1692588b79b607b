"""The keyframes of a whole sound: one track, decoded from overlapping windows."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from ksdiff.model.encoded import Encoded
from ksdiff.model.keyframe_decoding import DecoderState, decode_keyframes
from ksdiff.model.network import Network
from ksdiff.model.sampling.state import Given, State
from ksdiff.model.sampling.windows import FIXED, OVERLAP


def pick_keyframes(probabilities: Float[np.ndarray, " T"], threshold: float) -> Float[np.ndarray, " T"]:
    """Local maxima of the probabilities from ``threshold`` on, no two adjacent; the strength is the probability."""
    padded = np.pad(probabilities, 1, constant_values=-1.0)
    peak = (probabilities >= padded[:-2]) & (probabilities > padded[2:]) & (probabilities >= threshold)
    return np.where(peak, probabilities, 0.0).astype(np.float32)


def keyframe_input(strengths: Float[np.ndarray, "B T"], known: bool) -> Float[np.ndarray, "B T 2"]:
    """Keyframe strengths as the generator reads them: strength, and whether keyframes are known at all."""
    flag = np.full_like(strengths, known)
    return np.stack([strengths * flag, flag], axis=-1)


class KeyframeTracks:
    """Keyframe probabilities of both paths, decoded as one track each from the windows of a sound, in order.

    What the predictor remembers passes from window to window. A window decides on its frames up to `FIXED`; those
    after it are provisional, for the generator to look ahead. It can decode for several thresholds at once, and for
    a batch of sounds.
    """

    def __init__(self, network: Network, thresholds: Mapping[str, Float[np.ndarray, " N"]]) -> None:
        """``thresholds`` for each path to decode; see `decode_keyframes`."""
        self._network, self._thresholds = network, thresholds
        self._states: dict[str, DecoderState | None] = dict.fromkeys(thresholds)
        self._fixed: dict[str, np.ndarray] = {}

    def extend(self, encoded: Encoded) -> dict[str, Float[np.ndarray, "N B F"]]:
        """Probabilities of the next window's frames, and before them that of the frame before the window.

        The latter is -1 where there is none: nothing comes before the first frame. The last window may be shorter
        than the others.
        """
        result, length = {}, len(encoded.times)
        for path, thresholds in self._thresholds.items():
            state = self._states[path]
            frames, keep = range(0 if state is None else OVERLAP, length), min(FIXED, length)
            fresh, self._states[path] = decode_keyframes(self._network, path, encoded, thresholds, frames, keep, state)
            before = np.full((*fresh.shape[:2], 1), -1.0, np.float32) if state is None else self._fixed[path]
            track = np.concatenate([before, fresh], axis=2)
            self._fixed[path] = track[:, :, FIXED - OVERLAP : FIXED + 1]
            result[path] = track
        return result

    def state(self) -> State:
        """What the next window needs of those before it; there must have been one."""
        found: State = {}
        for path, state in self._states.items():
            assert state is not None
            found |= {f"{path}.fixed": self._fixed[path], f"{path}.token": state.token, f"{path}.above": state.above}
            for layer, (keys, values) in enumerate(state.past):
                found |= {f"{path}.keys.{layer}": keys, f"{path}.values.{layer}": values}
        return found

    def restore(self, given: Given) -> None:
        """Go on from a `state` that was asked for after a window of full length, of one sound and one threshold.

        Raises:
            ValueError: It cannot be one of this network.
        """
        config = self._network.config
        heads = config.keyframe_num_heads
        for path in self._states:
            held = range(config.keyframe_window + 1)
            past: list[tuple[np.ndarray, np.ndarray]] = []
            for layer in range(config.keyframe_num_layers):
                shape = (1, heads, held, config.keyframe_hidden_dim // heads)
                keys = given.take(f"{path}.keys.{layer}", np.float32, shape)
                held = range(keys.shape[2], keys.shape[2] + 1)
                past.append((keys, given.take(f"{path}.values.{layer}", np.float32, (1, heads, held, shape[3]))))
            token = given.take(f"{path}.token", np.int64, (1, 1))
            if not 0 <= token[0, 0] <= 1:
                raise ValueError(f"{path}.token is {token[0, 0]}")
            self._states[path] = DecoderState(past, token, given.take(f"{path}.above", np.bool_, (1, 1)))
            self._fixed[path] = given.take(f"{path}.fixed", np.float32, (1, 1, OVERLAP + 1))
