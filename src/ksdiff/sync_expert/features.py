"""What the sync expert hears and sees of a clip: its sound as a log mel spectrum, its mouth as normalised motion."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float

from ksdiff.corpus.dataset import Clip, Corpus
from ksdiff.errors import InputError
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.sync_expert.score import MAX_OFFSET, MIN_FRAMES

MEL_RATE = 100  # frames/s
MEL_BANDS = 40
MEL_PER_FRAME = MEL_RATE // MOTION_RATE
STILL = 0.02  # weight: a mouth that moves less than this is not scaled up any further
MOUTH = ARKIT.mouth_indices
_WINDOW, _TRANSFORM = 400, 512  # samples


def log_mel(samples: Float[np.ndarray, " N"]) -> Float[np.ndarray, "S 40"]:
    """Log mel spectrum at 100 frames/s, frame j around the instant j / 100 s.

    Each band is without its mean over the clip, and all are divided by their common deviation, so that neither
    loudness nor the tone of room and microphone remains.

    Args:
        samples: Mono, 16 kHz.
    """
    spectrum = torch.stft(
        torch.from_numpy(np.array(samples, np.float32)),
        _TRANSFORM,
        SAMPLE_RATE // MEL_RATE,
        _WINDOW,
        torch.hann_window(_WINDOW),
        center=True,
        pad_mode="constant",
        return_complex=True,
    )
    energy = spectrum.abs().square().T.numpy() @ _mel_triangles()
    logarithm = np.log(energy + 1e-6 * energy.mean() + 1e-10)
    return ((logarithm - logarithm.mean(axis=0)) / (logarithm.std() + 1e-3)).astype(np.float32)


def _mel_triangles() -> Float[np.ndarray, "257 40"]:
    frequencies = np.linspace(0, SAMPLE_RATE / 2, _TRANSFORM // 2 + 1)

    def mel(hertz: Any) -> Any:
        return 2595 * np.log10(1 + hertz / 700)

    edges = np.linspace(mel(60.0), mel(7600.0), MEL_BANDS + 2)
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    at = mel(frequencies)[:, None]
    return np.minimum((at - low) / (middle - low), (high - at) / (high - middle)).clip(0).astype(np.float32)


def mouth_motion(expression: Float[np.ndarray, "T 51"], known: Bool[np.ndarray, " T"]) -> Float[np.ndarray, "T 27"]:
    """Mouth and jaw without their mean over the clip, divided by their common deviation.

    What remains is how the mouth moves, not how much nor around which rest. A mouth that hardly moves
    (less than `STILL`) is not blown up.
    """
    mouth = expression[:, MOUTH]
    mouth = mouth - mouth[known].mean(axis=0)
    return (mouth / max(float(np.sqrt((mouth[known] ** 2).mean())), STILL)).astype(np.float32)


@dataclass(frozen=True)
class ExpertClip:
    """A clip as the expert hears and sees it.

    Attributes:
        name: Of the clip.
        speaker: Who speaks.
        mel: What `log_mel` gives.
        motion: What `mouth_motion` gives.
        known: Frames whose motion is known.
    """

    name: str
    speaker: str
    mel: Float[np.ndarray, "S 40"]
    motion: Float[np.ndarray, "T 27"]
    known: Bool[np.ndarray, " T"]

    @classmethod
    def of(cls, clip: Clip, corpus: Corpus) -> "ExpertClip":
        """A clip of a corpus, with its sound."""
        known = clip.mask[EXPRESSION]
        mel = log_mel(corpus.sound(clip))
        return cls(clip.name, clip.speaker, mel, mouth_motion(clip.motion[EXPRESSION], known), known)


def expert_clips(corpus: Corpus, speakers: Sequence[str]) -> list[ExpertClip]:
    """The clips of these speakers that are long enough to count.

    Raises:
        InputError: The corpus holds another kind of motion, or no such clip.
    """
    if corpus.space != ARKIT:
        raise InputError(f"{corpus.path} holds {corpus.space.name} motion; the sync expert sees only arkit motion")
    least = MIN_FRAMES + 2 * MAX_OFFSET
    clips = [
        ExpertClip.of(clip, corpus)
        for clip in corpus.clips
        if clip.speaker in speakers and clip.mask[EXPRESSION].sum() >= least
    ]
    if not clips:
        raise InputError(f"{corpus.path} holds no clip of these speakers with {least} frames of a tracked face")
    return clips


def padded(values: Float[np.ndarray, "S C"], reach: int, length: int) -> Float[np.ndarray, "R C"]:
    """Brought to ``length`` with ``reach`` steps on each side, by holding the ends."""
    return np.pad(values[:length], ((reach, reach + max(0, length - len(values))), (0, 0)), mode="edge")
