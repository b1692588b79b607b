"""From a sound to a motion: speech features, the generator, layers. `ksdiff.animator` and projects share it.

The generator itself, window by window, is `ksdiff.model.sampling`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from types import MappingProxyType

import numpy as np
from jaxtyping import Float, Int

from ksdiff.concurrency import side_by_side
from ksdiff.face.keypoints import arkit_rest, as_arkit
from ksdiff.files import release, scratch_array
from ksdiff.layers.emotion import EmotionRange, add_emotion_to_face, add_emotion_to_head
from ksdiff.layers.eyes import EyeBehaviour, add_blinks_and_gaze, seed_with_sound
from ksdiff.layers.limits import limit
from ksdiff.layers.rest import rest_in_silence
from ksdiff.layers.vocalizations import Vocalization, add_vocalizations_to_face, add_vocalizations_to_head
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.model.condition import Condition, FrameGrid
from ksdiff.model.sampling import Generated, SamplingOptions, Speech, generate
from ksdiff.motion import MOTION_RATE, Motion, Word
from ksdiff.motion.space import EXPRESSION, HEAD, KEYPOINTS, PATHS
from ksdiff.speech.audio import MEMORY_SECONDS, SAMPLE_RATE, frame_count
from ksdiff.speech.encoder import encoder_of
from ksdiff.speech.loudness import relative_loudness, sound_number
from ksdiff.speech.prosody import PitchTrack, pitch_parts, prosody
from ksdiff.speech.transcript import Transcript, transcribe
from ksdiff.speech.vad import level_track, nobody_speaks

Progress = Callable[[str, float], None]  # name of the stage; how much of it is done, 0..1
RELEASED = 16  # windows, two minutes at most, after which a long sound's temporary files are let go from memory
_MARGIN = 2  # speech frames encoded on each side of those that were asked for


def no_progress(stage: str, done: float) -> None:
    """For callers that do not ask how far the work is."""


def transcript_of(
    samples: Float[np.ndarray, " N"], text: str | None, transcribed: bool, progress: Progress = no_progress
) -> Transcript:
    """The transcript of a sound: of the text, if one is given, or recognised, if that is wanted; or an empty one.

    Args:
        samples: Mono sound at 16 kHz.
        text: What is said, if known; an empty text says that nothing is known and nothing is to be recognised.
        transcribed: Recognise what is said if no text is given.
        progress: Called with the name of the stage.

    Raises:
        InputError: The text is too long for the sound, or the recogniser is not installed.
    """
    if not text and (text is not None or not transcribed):
        return Transcript()
    progress("transcript", 0.0)
    return transcribe(samples, text)


class SpeechFeatures:
    """Frozen features and prosody of one sound, computed once and only where they are needed.

    They are kept in half precision, that of the corpus which the model was trained on; those of a long sound in a
    temporary file.
    """

    def __init__(self, samples: Float[np.ndarray, " N"], checkpoint: Checkpoint) -> None:
        """Nothing is computed yet.

        Args:
            samples: Mono sound at 16 kHz.
            checkpoint: The model that will read the features.

        Raises:
            InputError: The model's encoder cannot be loaded, or there is no room for a long sound's features.
        """
        self._samples = samples
        self._encoder = encoder_of(checkpoint.encoder)
        self._grid = FrameGrid.of(checkpoint.encoder)
        count = self._encoder.frame_count(len(samples))
        shape, in_memory = (count, self._encoder.width), len(samples) <= MEMORY_SECONDS * SAMPLE_RATE
        self._features = np.zeros(shape, np.float16) if in_memory else scratch_array(shape, np.float16)
        self._known = np.zeros(count, dtype=bool)
        self._pitch: PitchTrack | None = None
        self.frames = frame_count(len(samples))

    @property
    def pitch(self) -> PitchTrack:
        """The pitch of the sound, which its layers need too."""
        self._pitch = self._pitch or PitchTrack.joined(side_by_side(pitch_parts(self._samples, self._times)))
        return self._pitch

    @pitch.setter
    def pitch(self, found: PitchTrack) -> None:
        """Take over what was found earlier."""
        self._pitch = found

    @cached_property
    def _prosody(self) -> Float[np.ndarray, "S 3"]:
        return prosody(self._samples, self._times, self.pitch)

    @property
    def _times(self) -> Float[np.ndarray, " S"]:
        return self._encoder.frame_times(len(self._features))

    def speech(
        self, words: tuple[Word, ...], first: int = 0, stop: int | None = None, progress: Progress = no_progress
    ) -> Speech:
        """The sound as the model reads it.

        Args:
            words: What is said, if known.
            first: First motion frame whose features are needed.
            stop: One beyond the last; the end of the sound if None.
            progress: Called with the name of the stage and how much of it is done.
        """
        missing = self._missing(first, stop)
        if len(missing):
            parts = [] if self._pitch else pitch_parts(self._samples, self._times)
            found = [part for part in side_by_side([partial(self._encode, missing, progress), *parts]) if part]
            self._pitch = self._pitch or PitchTrack.joined(found)
        progress("prosody", 0.0)
        return Speech(self._features, self._prosody, words, self._grid, self.frames)

    def speech_on_demand(self, words: tuple[Word, ...]) -> Speech:
        """The same, encoded only when a window of it is asked for, and as far as that needs."""

        def encode(first: int, stop: int) -> None:
            missing = self._missing(first, stop)
            if len(missing):
                self._encode(missing)

        return _SpeechOnDemand(self._features, self._prosody, words, self._grid, self.frames, encode)

    def release(self) -> None:
        """Let a long sound and its features go from memory, until they are used again."""
        release(self._features)
        release(self._samples)

    def _missing(self, first: int, stop: int | None) -> Int[np.ndarray, " M"]:
        """Speech frames that motion frames need and that are not encoded yet."""
        begin = max(0, self._index(first) - _MARGIN)
        end = len(self._known) if stop is None else max(1, self._index(stop) + _MARGIN + 1)
        return np.flatnonzero(~self._known[begin:end]) + begin

    def _encode(self, missing: Int[np.ndarray, " M"], progress: Progress = no_progress) -> None:
        windows = self._encoder.windows(self._samples, int(missing[0]), int(missing[-1]) + 1)
        for number, (at, values) in enumerate(windows, start=1):
            self._features[at : at + len(values)] = values
            self._known[at : at + len(values)] = True
            if number % RELEASED == 0:
                self.release()
            progress("speech", min((at + len(values) - missing[0]) / len(missing), 1.0))

    def _index(self, frame: int) -> int:
        """Number of the speech frame before a motion frame."""
        return int((frame / MOTION_RATE - self._grid.first) / self._grid.spacing)


@dataclass(frozen=True)
class _SpeechOnDemand(Speech):
    """Speech that ``encode``, given the first motion frame and one beyond the last, provides the features of."""

    encode: Callable[[int, int], None]

    def window(self, start: int, frames: int, style: int) -> Condition:
        self.encode(start, start + frames)
        return super().window(start, frames, style)


def generate_motion(
    checkpoint: Checkpoint,
    speech: Speech,
    sampling: SamplingOptions,
    style: int,
    keyframes: Mapping[str, Float[np.ndarray, " T"]] = MappingProxyType({}),
    progress: Progress = no_progress,
) -> Generated:
    """Motion and keyframe strengths of a whole sound, relative to the neutral face, in single precision.

    Args:
        checkpoint: The model.
        speech: The sound.
        sampling: How to sample.
        style: Number of the style.
        keyframes: Strengths for all frames, to use in place of predicted ones, for the paths that it names.
        progress: Called with the name of the stage and how much of it is done.
    """
    pieces: list[Generated] = []
    done = 0
    for number, piece in enumerate(generate(checkpoint.model, speech, sampling, style, keyframes), start=1):
        pieces.append(piece)
        if number % RELEASED == 0:
            release(speech.features)
        done += len(piece.motion[HEAD])
        progress("motion", done / speech.frames)
    return joined(pieces)


def joined(pieces: Sequence[Generated]) -> Generated:
    """Pieces that follow each other as one, in single precision."""
    return Generated(
        {path: np.concatenate([piece.motion[path] for piece in pieces]).astype(np.float32) for path in PATHS},
        {path: np.concatenate([piece.keyframes[path] for piece in pieces]).astype(np.float32) for path in PATHS},
    )


def to_motion(
    generated: Generated,
    checkpoint: Checkpoint,
    style: str,
    sampling: SamplingOptions,
    words: tuple[Word, ...],
    samples: int,
) -> Motion:
    """What was generated as a motion in `Checkpoint.space`: absolute, with words and provenance, without any layer.

    Args:
        generated: From `generate_motion`.
        checkpoint: The model that generated it.
        style: Name of the style.
        sampling: How it was sampled.
        words: What is said, if known.
        samples: Length of the sound, in samples.
    """
    motion = as_arkit(generated.motion) if checkpoint.model.space == KEYPOINTS else generated.motion
    return Motion(
        expression=motion[EXPRESSION] + neutral_face(checkpoint, style),
        head=motion[HEAD],
        keyframes_expression=generated.keyframes[EXPRESSION],
        keyframes_head=generated.keyframes[HEAD],
        space=checkpoint.space,
        words=words,
        info={  # not a read-only view, which cannot be sent to another process
            "model": checkpoint.name,
            "style": style,
            "expression_seed": sampling.expression_seed,
            "head_seed": sampling.head_seed,
            "expression_steps": sampling.steps_of(EXPRESSION),
            "head_steps": sampling.steps_of(HEAD),
            "solver_order": sampling.solver_order,
            "guidance": sampling.guidance,
            "seconds": samples / SAMPLE_RATE,
        },
    )


def neutral_face(checkpoint: Checkpoint, style: str) -> Float[np.ndarray, " E"]:
    """The face of a style at rest, that generated expressions are relative to, in `Checkpoint.space`.

    Raises:
        InputError: No style has this name.
    """
    if checkpoint.model.space == KEYPOINTS:
        checkpoint.style(style)
        return arkit_rest().astype(np.float32)
    return checkpoint.model.statistics.neutrals[checkpoint.style(style)]


def add_layers(
    motion: Motion,
    samples: Float[np.ndarray, " N"],
    neutral: Float[np.ndarray, " E"] | None,
    fps: float,
    eyes: EyeBehaviour | None,
    eyes_seed: int,
    emotions: Sequence[EmotionRange] = (),
    vocalizations: Sequence[Vocalization] = (),
    pitch: PitchTrack | None = None,
) -> Motion:
    """Put the layers onto a generated motion: mouth at rest, emotion, laughs, frame rate, blinks and gaze, limits.

    Args:
        motion: From `to_motion`.
        samples: The sound.
        neutral: The face to come to rest at where nobody speaks; None for no rest.
        fps: Frame rate of the result.
        eyes: How blinks and gaze behave; None for none.
        eyes_seed: Their seed, with which the sound is mixed.
        emotions: Emotions over ranges of time.
        vocalizations: Laughs and other sounds that are not speech.
        pitch: `SpeechFeatures.pitch` of the sound, if it is known.
    """
    frames = len(motion)
    quiet = nobody_speaks(samples, frames, motion.fps, pitch) if neutral is not None or emotions else None
    release(samples)
    if neutral is not None and quiet is not None:
        rested = rest_in_silence(motion.expression, neutral, quiet, motion.space, motion.fps)
        motion = replace(motion, expression=rested)
    motion = motion.resample(max(fps, motion.fps))  # layers have the last word on the frames in between
    plain = motion.resample(fps)
    levels = level_track(samples) if vocalizations else np.zeros(0)
    # The head's part before the eyes, which stay on the viewer; times of blinks are those of the motion without it.
    if emotions or vocalizations:
        motion = add_vocalizations_to_head(add_emotion_to_head(motion, emotions), vocalizations, levels).resample(fps)
    else:
        motion = plain
    if eyes is not None:  # after resampling: lids are faster than the model's frames
        motion = add_blinks_and_gaze(motion, seed_with_sound(eyes_seed, sound_number(samples)), eyes, timing=plain)
    if emotions:  # after blinks: they close the lids of any emotion
        motion = add_emotion_to_face(motion, emotions, relative_loudness(samples, frames), quiet)
    return limit(add_vocalizations_to_face(motion, vocalizations, levels))
