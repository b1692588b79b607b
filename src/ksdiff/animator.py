"""The one public call: a voice in, a motion out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from ksdiff.layers.eyes import NATURAL, EyeBehaviour, add_blinks_and_gaze
from ksdiff.layers.limits import limit
from ksdiff.layers.rest import rest_in_silence
from ksdiff.model.checkpoint import DEFAULT_MODEL, NEUTRAL_STYLE, Checkpoint, load_model
from ksdiff.model.condition import FrameGrid
from ksdiff.model.sampling import Generated, SamplingOptions, Speech, generate
from ksdiff.motion import MOTION_RATE, Motion, Word
from ksdiff.motion.keyframe_file import read_keyframes
from ksdiff.motion.motion import check_rate
from ksdiff.motion.space import EXPRESSION, HEAD
from ksdiff.speech.audio import MEMORY_SECONDS, SAMPLE_RATE, frame_count, load, validate
from ksdiff.speech.encoder import encoder_of
from ksdiff.speech.prosody import prosody
from ksdiff.speech.transcript import hear
from ksdiff.speech.vad import silence

Progress = Callable[[str, float], None]  # name of the stage; how much of it is done, 0..1


@dataclass(frozen=True)
class AnimateOptions:
    """How a voice is animated. What is None is taken from the model.

    Attributes:
        style: A training speaker, or ``neutral`` for the average.
        seed: Of everything random.
        head_seed: Of the head path; the seed if None.
        expression_seed: Of the expression path; the seed if None.
        steps: Denoising steps.
        guidance: How strongly speech drives the motion; 1 is the plain model.
        fps: Frame rate of the motion.
        rest: Let the mouth come to rest in silence.
        eyes: How blinks and gaze behave; None for no blinks and gaze of their own.
    """

    style: str = NEUTRAL_STYLE
    seed: int = 0
    head_seed: int | None = None
    expression_seed: int | None = None
    steps: int | None = None
    guidance: float | None = None
    fps: float = float(MOTION_RATE)
    rest: bool = True
    eyes: EyeBehaviour | None = NATURAL

    def __post_init__(self) -> None:
        check_rate(self.fps)

    def sampling(self, checkpoint: Checkpoint) -> SamplingOptions:
        """These options, completed by those that the model was calibrated with."""
        given = {
            "steps": self.steps,
            "guidance": self.guidance,
            "head_seed": self.seed if self.head_seed is None else self.head_seed,
            "expression_seed": self.seed if self.expression_seed is None else self.expression_seed,
        }
        return replace(checkpoint.sampling, **{name: value for name, value in given.items() if value is not None})


def animate(
    audio: Path | str | Float[np.ndarray, " N"],
    text: str | None = None,
    transcribed: bool = False,
    keyframes: Path | str | None = None,
    model: Checkpoint | Path | str = DEFAULT_MODEL,
    options: AnimateOptions | None = None,
    progress: Progress = lambda stage, done: None,
) -> Motion:
    """Turn speech into the motion of a face.

    Args:
        audio: A file with sound, or mono samples at 16 kHz in -1..1.
        text: What is said, if known.
        transcribed: Find out what is said, if no text is given (extra ``transcribe``).
        keyframes: A keyframe file to follow; a track that it leaves out is predicted.
        model: Weights: a name, a file, or what `load_model` gave.
        options: How to animate.
        progress: Called with the name of the stage and how much of it is done.

    Returns:
        The motion, as long as the sound to within half a frame.

    Raises:
        InputError: Something given cannot be used; the message says what to do.
    """
    options = options or AnimateOptions()
    progress("model", 0.0)
    checkpoint = model if isinstance(model, Checkpoint) else load_model(model)
    style, sampling = checkpoint.style(options.style), options.sampling(checkpoint)
    progress("sound", 0.0)
    samples = audio if isinstance(audio, np.ndarray) else load(audio)
    validate(samples)
    frames = frame_count(len(samples))
    given = _given_keyframes(keyframes, frames)
    words: tuple[Word, ...] = ()
    if text or (text is None and transcribed):
        progress("transcript", 0.0)
        words = hear(samples, text).words
    speech = _hear(samples, words, checkpoint, frames, progress)
    pieces: list[Generated] = []
    made = 0
    for piece in generate(checkpoint.model, speech, sampling, style, given):
        pieces.append(piece)
        made += len(piece.motion[HEAD])
        progress("motion", made / frames)
    motion = _assemble(pieces, checkpoint, style, words, sampling, options, len(samples))
    if options.rest:
        rest = checkpoint.model.neutrals[style].numpy()
        quiet = silence(samples, len(motion), motion.fps)
        motion = replace(motion, expression=rest_in_silence(motion.expression, rest, quiet, motion.space, motion.fps))
    motion = motion.resample(options.fps)
    if options.eyes is not None:  # after resampling: lids are faster than the model's frames
        motion = add_blinks_and_gaze(motion, sampling.expression_seed, options.eyes)
    return limit(motion)


def _hear(
    samples: Float[np.ndarray, " N"],
    words: tuple[Word, ...],
    checkpoint: Checkpoint,
    frames: int,
    progress: Progress,
) -> Speech:
    encoder = encoder_of(checkpoint.encoder)
    count = encoder.frame_count(len(samples))
    features = _room(count, encoder.width, len(samples))
    for first, values in encoder.windows(samples):
        features[first : first + len(values)] = values
        progress("speech", (first + len(values)) / count)
    progress("prosody", 0.0)
    return Speech(
        features,
        prosody(samples, encoder.frame_times(count)),
        words,
        FrameGrid.of(checkpoint.encoder),
        frames,
    )


def _room(count: int, width: int, samples: int) -> Float[np.ndarray, "S F"]:
    """Room for speech features: in memory, or in a temporary file where a long sound is in one too.

    Half precision is that of the corpus which the model was trained on.
    """
    if samples <= MEMORY_SECONDS * SAMPLE_RATE:
        return np.empty((count, width), dtype=np.float16)
    with TemporaryFile() as file:  # has no name, and goes with the last use of the array
        return np.memmap(file, dtype=np.float16, mode="w+", shape=(count, width))


def _given_keyframes(path: Path | str | None, frames: int) -> dict[str, Float[np.ndarray, " T"]]:
    if path is None:
        return {}
    tracks = read_keyframes(path, frames, float(MOTION_RATE))
    given = {EXPRESSION: tracks.expression, HEAD: tracks.head}
    return {name: track for name, track in given.items() if track is not None}


def _assemble(
    pieces: list[Generated],
    checkpoint: Checkpoint,
    style: int,
    words: tuple[Word, ...],
    sampling: SamplingOptions,
    options: AnimateOptions,
    samples: int,
) -> Motion:
    neutral = checkpoint.model.neutrals[style].numpy()
    join = {
        path: np.concatenate([piece.motion[path] for piece in pieces]).astype(np.float32) for path in (EXPRESSION, HEAD)
    }
    strengths = {path: np.concatenate([piece.keyframes[path] for piece in pieces]) for path in (EXPRESSION, HEAD)}
    return Motion(
        expression=join[EXPRESSION] + neutral,
        head=join[HEAD],
        keyframes_expression=strengths[EXPRESSION].astype(np.float32),
        keyframes_head=strengths[HEAD].astype(np.float32),
        space=checkpoint.model.space,
        words=words,
        info=MappingProxyType(
            {
                "model": checkpoint.name,
                "style": options.style,
                "expression_seed": sampling.expression_seed,
                "head_seed": sampling.head_seed,
                "steps": sampling.steps,
                "guidance": sampling.guidance,
                "seconds": samples / SAMPLE_RATE,
            }
        ),
    )
