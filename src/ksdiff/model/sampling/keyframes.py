"""The keyframes of a whole sound: one track, decoded from overlapping windows."""

from collections.abc import Mapping

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ksdiff.model.keyframe_predictor import DecoderState
from ksdiff.model.ksdiff import Encoded, KSDiff
from ksdiff.model.sampling.windows import FIXED, OVERLAP
from ksdiff.threads import single_thread


def pick_keyframes(probabilities: Float[np.ndarray, " T"], threshold: float) -> Float[np.ndarray, " T"]:
    """Local maxima of the probabilities from ``threshold`` on, no two adjacent; the strength is the probability."""
    padded = np.pad(probabilities, 1, constant_values=-1.0)
    peak = (probabilities >= padded[:-2]) & (probabilities > padded[2:]) & (probabilities >= threshold)
    return np.where(peak, probabilities, 0.0).astype(np.float32)


def keyframe_input(strengths: Float[Tensor, "B T"], known: bool | Tensor) -> Float[Tensor, "B T 2"]:
    """Keyframe strengths as the generator reads them: strength, and whether keyframes are known at all."""
    flag = torch.as_tensor(known, device=strengths.device).to(strengths).expand(strengths.shape)
    return torch.stack([strengths * flag, flag], dim=-1)


class KeyframeTracks:
    """Keyframe probabilities of both paths, decoded as one track each from the windows of a sound, in order.

    What the predictor remembers passes from window to window. A window decides on its frames up to `FIXED`; those
    after it are provisional, for the generator to look ahead. It can decode for several thresholds at once, and for
    a batch of sounds.
    """

    def __init__(self, model: KSDiff, thresholds: Mapping[str, Float[Tensor, " N"]]) -> None:
        """``thresholds`` for each path to decode; see `KeyframePredictor.decode`."""
        self._model, self._thresholds = model, thresholds
        self._states: dict[str, DecoderState | None] = dict.fromkeys(thresholds)
        self._fixed: dict[str, Tensor] = {}

    @single_thread()
    @torch.inference_mode()
    def extend(self, encoded: Encoded) -> dict[str, Float[np.ndarray, "N B F"]]:
        """Probabilities of the next window's frames, and before them that of the frame before the window.

        The latter is -1 where there is none: nothing comes before the first frame. The last window may be shorter
        than the others.
        """
        result, length = {}, len(encoded.times)
        for path, thresholds in self._thresholds.items():
            state = self._states[path]
            frames, keep = range(0 if state is None else OVERLAP, length), min(FIXED, length)
            fresh, self._states[path] = self._model.decode_keyframes(path, encoded, thresholds, frames, keep, state)
            before = fresh.new_full((*fresh.shape[:2], 1), -1.0) if state is None else self._fixed[path]
            track = torch.cat([before, fresh], dim=2)
            self._fixed[path] = track[:, :, FIXED - OVERLAP : FIXED + 1]
            result[path] = track.cpu().numpy()
        return result
