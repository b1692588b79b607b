"""The one public call: a voice in, a motion out."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ksdiff.layers.emotion import EmotionRange, check_emotion_space
from ksdiff.layers.emotion_words import EmotionOnWord, with_times
from ksdiff.layers.eyes import NATURAL, EyeBehaviour
from ksdiff.layers.vocalizations import Vocalization, check_vocalization_space
from ksdiff.model.checkpoint import DEFAULT_MODEL, NEUTRAL_STYLE, Checkpoint, load_model
from ksdiff.model.sampling import Plan, SamplingOptions, check_plan
from ksdiff.motion import MOTION_RATE, Motion, Word
from ksdiff.motion.keyframe_file import read_keyframes
from ksdiff.motion.motion import check_rate
from ksdiff.motion.space import EXPRESSION, HEAD
from ksdiff.pipeline import (
    Progress,
    SpeechFeatures,
    add_layers,
    generate_motion,
    neutral_face,
    no_progress,
    to_motion,
    transcript_of,
)
from ksdiff.speech.audio import SAMPLE_RATE, frame_count, load, validate
from ksdiff.speech.sound_tags import place_tags, split_tags
from ksdiff.speech.vad import level_track
from ksdiff.unfinished import KEPT_SECONDS, UnfinishedWork, key_of


@dataclass(frozen=True)
class AnimateOptions:
    """How a voice is animated. What is None is taken from the model.

    Attributes:
        style: A training speaker, or ``neutral`` for the average.
        seed: Of everything random.
        head_seed: Of the head path; the seed if None.
        expression_seed: Of the expression path; the seed if None.
        steps: Denoising steps of both paths.
        expression_steps: Of the expression path, if others.
        head_steps: Of the head path, if others.
        solver_order: 1 is DDIM, 2 is DPM-Solver++(2M).
        guidance: How strongly speech drives the motion; 1 is the plain model.
        plan: Draw poses first, and the motion through them: ``none``, on a ``grid``, or at the ``keyframes``.
        fps: Frame rate of the motion.
        rest: Let the mouth come to rest where nobody speaks.
        eyes: How blinks and gaze behave; None for no blinks and gaze of their own.
        emotions: Emotions over ranges of time, or on words, of which later ones cover earlier ones.
        vocalizations: Laughs and other sounds that are not speech, beside those in brackets in the text.
    """

    style: str = NEUTRAL_STYLE
    seed: int = 0
    head_seed: int | None = None
    expression_seed: int | None = None
    steps: int | None = None
    expression_steps: int | None = None
    head_steps: int | None = None
    solver_order: int | None = None
    guidance: float | None = None
    plan: Plan | None = None
    fps: float = float(MOTION_RATE)
    rest: bool = True
    eyes: EyeBehaviour | None = NATURAL
    emotions: tuple[EmotionRange | EmotionOnWord, ...] = ()
    vocalizations: tuple[Vocalization, ...] = ()

    def __post_init__(self) -> None:
        check_rate(self.fps)

    def sampling(self, checkpoint: Checkpoint) -> SamplingOptions:
        """These options, completed by those that the model was calibrated with.

        Raises:
            InputError: The model cannot be sampled so.
        """
        given = {
            "guidance": self.guidance,
            "plan": self.plan,
            "head_seed": self.seed if self.head_seed is None else self.head_seed,
            "expression_seed": self.seed if self.expression_seed is None else self.expression_seed,
        }
        stepped = checkpoint.sampling.with_steps(self.steps, self.expression_steps, self.head_steps, self.solver_order)
        options = replace(stepped, **{name: value for name, value in given.items() if value is not None})
        check_plan(checkpoint.model, options)
        return options


def animate(
    audio: Path | str | Float[np.ndarray, " N"],
    text: str | None = None,
    transcribed: bool = False,
    keyframes: Path | str | None = None,
    model: Checkpoint | Path | str = DEFAULT_MODEL,
    options: AnimateOptions | None = None,
    progress: Progress = no_progress,
    unfinished: Path | str | None = None,
) -> Motion:
    """Turn speech into the motion of a face.

    Args:
        audio: A file with sound, or mono samples at 16 kHz in -1..1.
        text: What is said, if known; with ``[laugh]`` and the like where the voice does that (docs/non_speech.md).
        transcribed: Find out what is said, if no text is given (extra ``transcribe``).
        keyframes: A keyframe file to follow; a track that it leaves out is predicted.
        model: Weights: a name, a file, or what `load_model` gave.
        options: How to animate.
        progress: Called with the name of the stage and how much of it is done.
        unfinished: A file that keeps what is done of a sound longer than `ksdiff.unfinished.KEPT_SECONDS`: after an
            interruption the same call goes on from it, and gives the same motion. It is yours to delete at the end.

    Returns:
        The motion, as long as the sound to within half a frame.

    Raises:
        InputError: Something given cannot be used; the message says what to do.
    """
    options = options or AnimateOptions()
    progress("model", 0.0)
    checkpoint = model if isinstance(model, Checkpoint) else load_model(model)
    style, sampling = checkpoint.style(options.style), options.sampling(checkpoint)
    if options.emotions:
        check_emotion_space(checkpoint.space)
    text, tags = split_tags(text) if text else (text, ())
    if tags or options.vocalizations:
        check_vocalization_space(checkpoint.space)
    progress("sound", 0.0)
    samples = validate(load(audio) if isinstance(audio, str | Path) else audio)
    given = {} if keyframes is None else _read_keyframes(keyframes, frame_count(len(samples)))

    def find_words() -> tuple[Word, ...]:
        return transcript_of(samples, text, transcribed, progress).words

    work: UnfinishedWork | None = None
    if unfinished is not None and len(samples) > KEPT_SECONDS * SAMPLE_RATE:
        key = key_of(samples, text, transcribed, given, checkpoint, style, sampling)
        work = UnfinishedWork(Path(unfinished), key)
    words = find_words() if work is None else work.words(find_words)
    emotions = with_times(options.emotions, words)
    placed = place_tags(tags, words, level_track(samples)) if tags else ()
    features = SpeechFeatures(samples, checkpoint)
    if work is None:
        speech = features.speech(words, progress=progress)
        generated = generate_motion(checkpoint, speech, sampling, style, given, progress)
    else:
        generated = work.motion(features, checkpoint, sampling, style, given, progress)
    motion = to_motion(generated, checkpoint, options.style, sampling, words, len(samples))
    neutral = neutral_face(checkpoint, options.style) if options.rest else None
    return add_layers(
        motion, samples, neutral, options.fps, options.eyes, sampling.expression_seed, emotions,
        (*options.vocalizations, *placed), features.pitch,
    )  # fmt: skip


def _read_keyframes(path: Path | str, frames: int) -> dict[str, Float[np.ndarray, " T"]]:
    """The tracks that a keyframe file gives."""
    tracks = read_keyframes(path, frames, float(MOTION_RATE))
    given = {EXPRESSION: tracks.expression, HEAD: tracks.head}
    return {name: track for name, track in given.items() if track is not None}
