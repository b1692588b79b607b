"""The clips that systems are scored on, with all that scoring them needs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ksdiff.corpus.dataset import Clip, Corpus
from ksdiff.errors import InputError
from ksdiff.evaluation.metrics.beats import audio_beats
from ksdiff.evaluation.performance import Performance
from ksdiff.face.keypoints import arkit_rest, as_arkit
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, KEYPOINTS, PATHS, MotionSpace
from ksdiff.speech.audio import SAMPLES_PER_FRAME
from ksdiff.speech.vad import silence
from ksdiff.sync_expert.features import log_mel

Progress = Callable[[str, float], None]  # what is being done; how much of all is


@dataclass(frozen=True, eq=False)
class EvalClip:
    """A clip to animate, and how its face really moved.

    Attributes:
        clip: The clip.
        real: The tracked face, as if a system had predicted it; keypoints as the ARKit weights that they look like.
        mel: Of the sound, for the sync expert.
        space: Of the corpus.
    """

    clip: Clip
    real: Performance
    mel: Float[np.ndarray, "S 40"]
    space: MotionSpace = ARKIT

    def judged(self, motion: dict[str, Float[np.ndarray, "T _"]]) -> dict[str, Float[np.ndarray, "T _"]]:
        """A motion of the corpus' space, relative to the face at rest, in the space that it is judged in."""
        return as_arkit(motion) if self.space == KEYPOINTS else motion


def scorable_clips(corpus: Corpus, speakers: Sequence[str]) -> list[Clip]:
    """The clips of these speakers in which a face was tracked for a second at least.

    Raises:
        InputError: There is none.
    """
    clips = [clip for clip in corpus.clips if clip.speaker in speakers and clip.mask[EXPRESSION].sum() > MOTION_RATE]
    if not clips:
        raise InputError(f"{corpus.path} holds no clip with a face of these speakers: {', '.join(speakers) or 'none'}")
    return clips


def eval_clips(corpus: Corpus, speakers: Sequence[str], progress: Progress = lambda name, done: None) -> list[EvalClip]:
    """`scorable_clips`, with their sound heard.

    Raises:
        InputError: There is none, or the optional package that finds beats is missing.
    """
    clips = scorable_clips(corpus, speakers)
    result = []
    for number, clip in enumerate(clips):
        progress(f"sound of {clip.name}", number / len(clips))
        sound = corpus.sound(clip)
        motion = {path: np.array(clip.motion[path], np.float32) for path in PATHS}
        keyframes = {path: np.array(clip.keyframes[path]) for path in PATHS}
        neutral, space = np.array(clip.neutral), corpus.space
        if space == KEYPOINTS:
            motion, neutral, space = as_arkit(motion), arkit_rest(), ARKIT
        expression = motion[EXPRESSION] + neutral.astype(np.float32)
        real = Performance(
            clip=clip.name, speaker=clip.speaker, space=space, neutral=neutral,
            expression=expression, head=motion[HEAD], keyframes=keyframes,
            real_expression=expression, real_head=motion[HEAD], real_keyframes=keyframes,
            known={path: np.array(clip.mask[path]) for path in PATHS},
            silent=silence(sound, len(clip), float(MOTION_RATE)),
            phones=clip.facts.get("phones", []), audio_beats=audio_beats(sound),
            loudness=loudness(sound, len(clip)),
        )  # fmt: skip
        result.append(EvalClip(clip, real, log_mel(sound), corpus.space))
    return result


def loudness(sound: Float[np.ndarray, " N"], frames: int) -> Float[np.ndarray, " T"]:
    """Root mean square of the sound around each frame; 0 beyond its end."""
    padded = np.pad(sound.astype(np.float64), (SAMPLES_PER_FRAME // 2, SAMPLES_PER_FRAME * frames))
    blocks = padded[: SAMPLES_PER_FRAME * frames].reshape(frames, SAMPLES_PER_FRAME)
    return np.sqrt((blocks**2).mean(axis=1))
