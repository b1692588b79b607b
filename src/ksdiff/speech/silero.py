"""How likely it is that somebody speaks, by Silero VAD (MIT), as scripts/build_vad.py takes it into the package."""

import hashlib
from functools import lru_cache
from importlib.resources import files

import numpy as np
import onnxruntime
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.files import release
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.encoder import session_options

WEIGHTS = "assets/silero_vad_16k.onnx"
SHA256 = "9ccdacc4719d8aa7e45a77536bfabec45a03ba1f2fad5e241ab4060b24238a85"
STEP = 512  # samples from one probability to the next: 32 ms
_CONTEXT = 64  # samples before a step that the network hears too
_BLOCK = 2048  # steps handled at once: a minute
_STATE = (1, 1, 128)


class SpeechDetector:
    """The network and what it remembers of the sound so far."""

    def __init__(self) -> None:
        """At the beginning of a sound.

        Raises:
            InputError: The file in the package is damaged.
        """
        self._before = np.zeros(_CONTEXT, np.float32)
        self._hidden, self._cell = np.zeros(_STATE, np.float32), np.zeros(_STATE, np.float32)
        self._session = _session()

    def hear(self, samples: Float[np.ndarray, " N"]) -> Float[np.ndarray, " P"]:
        """Probability of speech in each of the next steps.

        Args:
            samples: What follows the sound so far: whole steps of `STEP` samples.
        """
        steps = samples.reshape(-1, STEP)
        contexts = np.concatenate([self._before[None], steps[:-1, -_CONTEXT:]])
        self._before = steps[-1, -_CONTEXT:].copy()
        given = {"input": np.concatenate([contexts, steps], axis=1), "h": self._hidden, "c": self._cell}
        found = self._session.run(["speech_probs", "hn", "cn"], given)
        probability, self._hidden, self._cell = (np.asarray(value) for value in found)
        return probability


def speech_probability(samples: Float[np.ndarray, " N"], gain: float = 1.0) -> Float[np.ndarray, " P"]:
    """Probability of speech, 0..1, every 32 ms, the first in the middle of the first 32 ms; in bounded working memory.

    Singing, humming and laughter are no speech to it, and neither is a vowel that is held for a second.

    Args:
        samples: Mono sound at 16 kHz.
        gain: What the samples are multiplied by.

    Raises:
        InputError: The file in the package is damaged.
    """
    count = -(-len(samples) // STEP)
    result = np.zeros(count, np.float32)
    detector = SpeechDetector()
    for first in range(0, count, _BLOCK):
        stop = min(first + _BLOCK, count)
        heard = np.zeros((stop - first) * STEP, np.float32)
        block = samples[first * STEP : stop * STEP]
        heard[: len(block)] = block * np.float32(gain)
        result[first:stop] = detector.hear(heard)
        release(samples)
    return result


def probability_times(count: int) -> Float[np.ndarray, " P"]:
    """Instants of `speech_probability`, s."""
    return (np.arange(count) + 0.5) * STEP / SAMPLE_RATE


@lru_cache(maxsize=1)
def _session() -> onnxruntime.InferenceSession:
    weights = files("ksdiff").joinpath(WEIGHTS).read_bytes()
    if hashlib.sha256(weights).hexdigest() != SHA256:
        raise InputError("the detector of speech inside ksdiff is damaged: install the package again")
    return onnxruntime.InferenceSession(weights, session_options(1), providers=["CPUExecutionProvider"])
