"""From a voice to a project, and from a project and edits to the next one."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ksdiff.animator import AnimateOptions
from ksdiff.editing.edits import AddVocalization, Edit, SetWords
from ksdiff.editing.effects import apply
from ksdiff.editing.layers import Layers
from ksdiff.editing.performer import Performer
from ksdiff.editing.project import Project
from ksdiff.editing.voice import Voice
from ksdiff.errors import InputError
from ksdiff.layers.emotion_words import with_times
from ksdiff.layers.vocalizations import check_vocalization_space
from ksdiff.model.checkpoint import DEFAULT_MODEL, Checkpoint, load_model
from ksdiff.model.sampling import Generated
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import PATHS
from ksdiff.pipeline import Progress, neutral_face, no_progress, to_motion, transcript_of
from ksdiff.speech.audio import load, validate
from ksdiff.speech.loudness import sound_number
from ksdiff.speech.sound_tags import place_tags, split_tags
from ksdiff.speech.transcript import transcribe

FIRST_TAKE = "A"


def create(
    audio: Path | str | Float[np.ndarray, " N"],
    text: str | None = None,
    transcribed: bool = False,
    model: Checkpoint | Path | str = DEFAULT_MODEL,
    options: AnimateOptions | None = None,
    progress: Progress = no_progress,
) -> Project:
    """Animate a voice, as a project with one take.

    Args:
        audio: A file with sound, or mono samples at 16 kHz in -1..1.
        text: What is said, if known; with ``[laugh]`` and the like where the voice does that.
        transcribed: Find out what is said, if no text is given (extra ``transcribe``).
        model: Weights: a name, a file, or what `load_model` gave.
        options: How to animate; at 25 frames/s, since a project can be rendered at any rate.
        progress: Called with the name of the stage and how much of it is done.

    Returns:
        The project; its ``motion`` is what `ksdiff.animate` gives for the same, bit for bit.

    Raises:
        InputError: Something given cannot be used; the message says what to do.
    """
    options = options or AnimateOptions()
    if options.fps != MOTION_RATE:
        raise InputError(f"fps is {options.fps}; a project works at {MOTION_RATE}: give the rate when rendering it")
    progress("model", 0.0)
    checkpoint = model if isinstance(model, Checkpoint) else load_model(model)
    if checkpoint.space != checkpoint.model.space:
        raise InputError(f"{checkpoint.name} moves {checkpoint.model.space.name}, which cannot be edited: use animate")
    style, sampling = checkpoint.style(options.style), options.sampling(checkpoint)
    progress("sound", 0.0)
    samples = audio if isinstance(audio, np.ndarray) else load(audio)
    voice = Voice(validate(samples), "" if isinstance(audio, np.ndarray) else Path(audio).name)
    text, tags = split_tags(text) if text else (text, ())
    if tags or options.vocalizations:
        check_vocalization_space(checkpoint.space)
    transcript = transcript_of(voice.samples, text, transcribed, progress)
    words, phones = transcript.words, transcript.phones
    performer = Performer.new(voice, checkpoint)
    take = performer.perform(FIRST_TAKE, sampling, style, words, progress)
    first = Generated(dict(take.motion), {path: take.strengths(path) for path in PATHS})
    reference = to_motion(first, checkpoint, options.style, sampling, words, len(voice.samples))
    neutral = neutral_face(checkpoint, options.style)
    end = voice.frames / MOTION_RATE
    emotions = tuple(
        replace(one, end=min(one.end, end)) for one in with_times(options.emotions, words) if one.start < end
    )
    placed = place_tags(tags, words, voice.level) if tags else ()
    layers = Layers(
        options.rest, eyes=options.eyes, eyes_seed=sampling.expression_seed, emotions=emotions,
        vocalizations=(*options.vocalizations, *placed),
    )  # fmt: skip
    return Project(
        voice, checkpoint.name, options.style, neutral, reference, (take,), words, phones, layers=layers,
        eyes_sound=sound_number(voice.samples),
    )  # fmt: skip


def edits_of_text(project: Project, text: str | None) -> tuple[SetWords, tuple[Edit, ...]]:
    """The edit that sets what is said, timed by the sound, and those that add its laughs and the like in brackets.

    Args:
        project: The project.
        text: What is said; None recognises it.

    Raises:
        InputError: The text does not fit the sound, or has a tag that is no sound; or there is none and the recogniser
            is not installed.
    """
    said, tags = split_tags(text) if text else (text, ())
    transcript = transcribe(project.voice.samples, said)
    placed = place_tags(tags, transcript.words, project.voice.level)
    sounds = (AddVocalization(one.sound, one.start, one.end) for one in placed)
    return SetWords(transcript.words, transcript.phones), tuple(sounds)


def regenerate(
    project: Project,
    edits: Sequence[Edit] = (),
    model: Checkpoint | Path | str | None = None,
    progress: Progress = no_progress,
) -> Project:
    """Apply edits and regenerate the frames that they affect; the rest stays bit-identical.

    Speech features of a voice are computed once and kept as long as a project of it is.

    Args:
        project: The project before.
        edits: What to change, in order; without any, only stale frames are regenerated.
        model: Weights, if others than the project's.
        progress: Called with the name of the stage and how much of it is done.

    Returns:
        The project after, with nothing stale; ``motion`` is its finished motion.

    Raises:
        InputError: An edit does not fit, or the weights do not.
    """
    performer = None

    def made(project: Project) -> Project:
        nonlocal performer
        if not project.stale:
            return project
        performer = performer or Performer.of(project, model)
        return performer.complete(project, progress)

    for edit in edits:
        if edit.reads_motion or not all(take.made for take in project.takes):
            project = made(project)
        project = apply(project, edit)
    return made(project)
