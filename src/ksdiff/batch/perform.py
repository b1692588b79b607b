"""From one voice to its files: what ``ksdiff animate`` does with a single sound, and with each line of a list."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ksdiff.animator import AnimateOptions, animate
from ksdiff.batch.line import Directions, Line, Settings
from ksdiff.files import make_folder
from ksdiff.layers.emotion import EmotionRange, check_emotion_space
from ksdiff.layers.emotion_file import parse_emotion
from ksdiff.layers.eyes import NATURAL
from ksdiff.layers.vocalizations import check_vocalization_space
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.motion import Motion
from ksdiff.output.avatar import Avatar, read_avatar
from ksdiff.output.formats import Sound, output_files, write_outputs
from ksdiff.output.retarget import retarget
from ksdiff.output.timecode import frame_number
from ksdiff.pipeline import Progress, no_progress
from ksdiff.speech import audio
from ksdiff.speech.arousal import suggest_arousal
from ksdiff.speech.sound_tags import split_tags
from ksdiff.unfinished import KEPT_SECONDS, PARTS, remove_unfinished

GUESSED = "auto"  # an emotion whose arousal is guessed from the voice


@dataclass(frozen=True)
class Performed:
    """What came of a voice.

    Attributes:
        motion: Its motion.
        written: Files and folders.
        missing: For each default format that was left out, what this machine lacks.
        guessed: Emotions guessed from the voice.
        report: What the user's own head shows of the motion, line by line.
    """

    motion: Motion
    written: tuple[Path, ...]
    missing: dict[str, str]
    guessed: tuple[EmotionRange, ...]
    report: tuple[str, ...]


def outputs_of(line: Line, settings: Settings, folder: Path) -> list[Path]:
    """What `perform` may write for a line into a folder."""
    outputs = output_files(folder, line.directions.formats)
    return outputs if settings.onto is None else [*outputs, _avatar_file(settings.onto, folder)]


def check(directions: Directions, settings: Settings) -> None:
    """See, before the work, that directions can be followed as far as that needs neither the sound nor the model.

    Formats are not checked: `ksdiff.output.formats.check_available` does that for those of many lines at once.

    Raises:
        InputError: They cannot.
    """
    _options(directions, settings)
    split_tags(directions.text or "")
    if directions.timecode is not None:
        frame_number(directions.timecode, settings.fps)


def check_model(directions: Directions, settings: Settings, checkpoint: Checkpoint) -> None:
    """See, before the work, that the model can follow directions.

    Raises:
        InputError: It has no such style, or it makes motion onto which emotions or laughs cannot be put.
    """
    options = _options(directions, settings)
    checkpoint.style(options.style)
    options.sampling(checkpoint)
    if options.emotions or directions.emotion is not None:
        check_emotion_space(checkpoint.space)
    if split_tags(directions.text or "")[1]:
        check_vocalization_space(checkpoint.space)


def perform(
    line: Line,
    settings: Settings,
    folder: Path,
    model: Checkpoint | str,
    avatar: Avatar | None = None,
    progress: Progress = no_progress,
    unfinished: Path | None = None,
) -> Performed:
    """Animate a voice, and write its files.

    Args:
        line: The voice and what is wished of it.
        settings: Its model must be that of ``model``.
        folder: Where to write; it is made once there is something to write.
        model: Weights: a name, a file, or what `load_model` gave.
        avatar: What `read_avatar` gave of ``settings.onto``, so as not to read it again.
        progress: Called with the name of a stage or file and how much of it is done.
        unfinished: Keeps what is done of a long sound, as `ksdiff.animate` says, and beside it what is drawn of its
            video; removed when all files are written.

    Raises:
        InputError: Something cannot be used or written; the message says what to do.
    """
    directions = line.directions
    options = _options(directions, settings)
    if settings.onto is not None and avatar is None:
        avatar = read_avatar(settings.onto)
    progress("sound", 0.0)
    samples = audio.load(line.sound)
    guessed: tuple[EmotionRange, ...] = ()
    if directions.emotion == GUESSED:
        guessed = suggest_arousal(audio.validate(samples))
        options = replace(options, emotions=(*guessed, *options.emotions))
    text, keyframes = directions.text, directions.keyframes
    motion = animate(samples, text, settings.transcribe, keyframes, model, options, progress, unfinished)
    info: dict[str, Any] = {"audio": line.sound.name}
    if directions.timecode is not None:
        info["timecode"] = directions.timecode
    motion = replace(motion, info={**motion.info, **info})
    make_folder(folder)
    sound = Sound(line.sound, samples)
    parts = None if unfinished is None or motion.duration <= KEPT_SECONDS else unfinished.with_name(PARTS)
    written, missing = write_outputs(motion, folder, sound, directions.formats, progress, settings.picture, parts)
    report: tuple[str, ...] = ()
    if settings.onto is not None and avatar is not None:
        written.append(_avatar_file(settings.onto, folder))
        report = tuple(retarget(motion, avatar, written[-1]).lines())
    if unfinished is not None:
        remove_unfinished(unfinished)
    return Performed(motion, tuple(written), missing, guessed, report)


def _options(directions: Directions, settings: Settings) -> AnimateOptions:
    emotions = directions.emotions
    if directions.emotion is not None and directions.emotion != GUESSED:
        emotions = (parse_emotion(directions.emotion), *emotions)
    return AnimateOptions(
        style=directions.style, seed=directions.seed, head_seed=directions.head_seed,
        expression_seed=directions.expression_seed, steps=settings.steps, expression_steps=settings.expression_steps,
        head_steps=settings.head_steps, solver_order=settings.solver_order, guidance=settings.guidance,
        plan=settings.plan, fps=settings.fps, rest=settings.rest, eyes=NATURAL if settings.blinks else None,
        emotions=emotions,
    )  # fmt: skip


def _avatar_file(onto: Path, folder: Path) -> Path:
    return folder / f"{onto.stem}_speech{onto.suffix}"
