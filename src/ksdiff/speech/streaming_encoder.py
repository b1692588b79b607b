"""The speech encoder on a sound that goes on: it attends to the last seconds without encoding them again.

A transformer's frames attend to the keys and values of all others. Those of frames that have been heard for a while are
remembered as they are, so that only the latest frames, to which the future is still missing, are encoded again and
again. `scripts/build_encoder.py` makes the graph.
"""

from functools import lru_cache

import numpy as np
import onnxruntime
from jaxtyping import Float

from ksdiff.speech.encoder import DEFAULT_ENCODER, SpeechEncoder, moonshine_graph, session_options

# Deviation of the first layer over a sound, dB, above the level of its loud syllables: its mean over the 51 speakers of
# the corpus, where it differs by 1.4 dB. The encoder divides by it, so that a voice is as loud as any other.
_ABOVE_LOUDEST = -6.5
_SHA256 = "000a77c016f11f67565de71b83dbbf09ac6bf05c5c01e2aacf710f149daeb898"


class StreamingEncoder:
    """Moonshine base, whose frames remember the 6 s before them."""

    def __init__(self) -> None:
        """Load the graph, with the encoder's weights.

        Raises:
            InputError: The file in the package is damaged.
        """
        graph = moonshine_graph("stream", _SHA256)
        self._session = onnxruntime.InferenceSession(graph, session_options(1), providers=["CPUExecutionProvider"])

    @staticmethod
    def beginning() -> Float[np.ndarray, "10 8 0 52"]:
        """Before the first frame: nothing is remembered."""
        return np.zeros((10, 8, 0, 52), np.float32)

    def encode(
        self, samples: Float[np.ndarray, " N"], memory: Float[np.ndarray, "10 8 P 52"], settled: int, loudest: float
    ) -> tuple[Float[np.ndarray, "S 832"], Float[np.ndarray, "10 8 Q 52"]]:
        """Features of the frames that follow those in the memory.

        Args:
            samples: From the first sample of the first of these frames to the last one of the last.
            memory: Keys and values of the frames before, for each layer and head.
            settled: How many of these frames, from the first one on, will not be encoded again: they are remembered.
            loudest: Level of the voice's loud syllables, dB of full scale.

        Returns:
            The features, and the memory for the frames after those that are settled.
        """
        given = {
            "input_values": np.ascontiguousarray(samples, np.float32)[None],
            "memory": memory,
            "settled": np.array([settled]),
            "deviation": np.array(10 ** ((loudest + _ABOVE_LOUDEST) / 20), np.float32),
        }
        features, remembered = self._session.run(["features", "remembered"], given)
        return np.asarray(features)[0], np.asarray(remembered)


@lru_cache(maxsize=1)
def _moonshine() -> StreamingEncoder:
    return StreamingEncoder()


def streaming_encoder_of(encoder: SpeechEncoder) -> StreamingEncoder | None:
    """The same encoder for sound that goes on; None where there is no graph for it."""
    return _moonshine() if encoder.name == DEFAULT_ENCODER else None
