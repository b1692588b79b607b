"""Making anew what edits reach, and nothing else."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
import torch
from jaxtyping import Float

from ksdiff.animator import AnimateOptions
from ksdiff.editing.edits import Edit, apply
from ksdiff.editing.inpainting import inpaint
from ksdiff.editing.layers import Layers
from ksdiff.editing.project import Keyframe, Project, Take, Voice
from ksdiff.errors import InputError
from ksdiff.model.checkpoint import DEFAULT_MODEL, Checkpoint, load_model
from ksdiff.model.condition import Condition, FrameGrid
from ksdiff.model.ksdiff import Encoded
from ksdiff.model.sampling import WINDOW, SamplingOptions, Speech, generate
from ksdiff.motion import MOTION_RATE, Motion, Word
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.speech.audio import SAMPLE_RATE, load, validate
from ksdiff.speech.encoder import encoder_of
from ksdiff.speech.prosody import prosody
from ksdiff.speech.transcript import Transcript, transcribe

Progress = Callable[[str, float], None]  # name of the stage; how much of it is done, 0..1
ENCODED_WINDOWS = 64  # how many a session keeps
FIRST_TAKE = "A"


def create(
    audio: Path | str | Float[np.ndarray, " N"],
    text: str | None = None,
    transcribed: bool = False,
    model: Checkpoint | Path | str = DEFAULT_MODEL,
    options: AnimateOptions | None = None,
    progress: Progress = lambda stage, done: None,
) -> Project:
    """Animate a voice, as a project with one take.

    Args:
        audio: A file with sound, or mono samples at 16 kHz in -1..1.
        text: What is said, if known.
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
    style, sampling = checkpoint.style(options.style), options.sampling(checkpoint)
    progress("sound", 0.0)
    samples = audio if isinstance(audio, np.ndarray) else load(audio)
    voice = Voice(validate(samples), "" if isinstance(audio, np.ndarray) else Path(audio).name)
    transcript = Transcript()
    if text or (text is None and transcribed):
        progress("transcript", 0.0)
        transcript = transcribe(voice.samples, text)
    words, phones = transcript.words, transcript.phones
    session = Session(voice.samples, checkpoint)
    _SESSIONS[voice] = session
    take = session.perform(FIRST_TAKE, sampling, style, words, voice.frames, progress)
    neutral = checkpoint.model.neutrals[style].numpy()
    reference = Motion(
        expression=take.motion[EXPRESSION] + neutral,
        head=take.motion[HEAD],
        keyframes_expression=take.strengths(EXPRESSION),
        keyframes_head=take.strengths(HEAD),
        space=checkpoint.model.space,
        words=words,
        info={
            "model": checkpoint.name,
            "style": options.style,
            "expression_seed": sampling.expression_seed,
            "head_seed": sampling.head_seed,
            "steps": sampling.num_inference_steps,
            "guidance": sampling.guidance,
            "seconds": len(voice.samples) / SAMPLE_RATE,
        },
    )
    layers = Layers(rest=options.rest, eyes=options.eyes, eyes_seed=sampling.expression_seed)
    return Project(voice, checkpoint.name, options.style, neutral, reference, (take,), words, phones, layers=layers)


def regenerate(
    project: Project,
    edits: Sequence[Edit] = (),
    model: Checkpoint | Path | str | None = None,
    progress: Progress = lambda stage, done: None,
) -> Project:
    """Apply edits and make anew what they reach; all else stays as it is, bit for bit.

    A voice is heard once and what was heard is kept as long as a project of it is.

    Args:
        project: The project before.
        edits: What to change, in order; with none, only what is stale is made anew.
        model: Weights, if others than the project's.
        progress: Called with the name of the stage and how much of it is done.

    Returns:
        The project after, with nothing stale; ``motion`` is its finished motion.

    Raises:
        InputError: An edit does not fit, or the weights do not.
    """
    session = None

    def made(project: Project) -> Project:
        nonlocal session
        if not project.stale:
            return project
        session = session or Session.of(project, model)
        return session.complete(project, progress)

    for edit in edits:
        if edit.reads_motion or not all(take.made for take in project.takes):
            project = made(project)
        project = apply(project, edit)
    return made(project)


class Session:
    """A model and the speech of one sound. Only what is needed is heard, and nothing twice."""

    def __init__(self, samples: Float[np.ndarray, " N"], checkpoint: Checkpoint) -> None:
        """``samples``: mono sound at 16 kHz."""
        self.checkpoint = checkpoint
        self._samples = samples
        self._encoder = encoder_of(checkpoint.encoder)
        count = self._encoder.frame_count(len(samples))
        # Half precision is that of the corpus which the model was trained on.
        self._features = np.zeros((count, self._encoder.width), dtype=np.float16)
        self._heard = np.zeros(count, dtype=bool)
        self._encoded: OrderedDict[tuple, Encoded] = OrderedDict()

    @classmethod
    def of(cls, project: Project, model: Checkpoint | Path | str | None = None) -> "Session":
        """The session of a project's voice; a new one if there is none yet, or the weights are others.

        Raises:
            InputError: The weights cannot be loaded, or make another kind of motion.
        """
        session = _SESSIONS.get(project.voice)
        name = project.model if model is None else model.name if isinstance(model, Checkpoint) else str(model)
        if session is None or session.checkpoint.name != name:
            checkpoint = model if isinstance(model, Checkpoint) else load_model(name, project.space)
            session = Session(project.voice.samples, checkpoint)
            _SESSIONS[project.voice] = session
        return session

    @cached_property
    def _prosody(self) -> Float[np.ndarray, "S 3"]:
        return prosody(self._samples, self._encoder.frame_times(len(self._features)))

    def speech(self, words: tuple[Word, ...], frames: int, first: int, stop: int, progress: Progress) -> Speech:
        """The sound as the model hears it; features are there at least for motion frames ``first`` to ``stop``."""
        grid = FrameGrid.of(self.checkpoint.encoder)
        index = [int((at / MOTION_RATE - grid.first) / grid.spacing) for at in (first, stop)]
        needed = slice(max(0, index[0] - 2), max(1, index[1] + 3))
        missing = np.flatnonzero(~self._heard[needed]) + needed.start
        if len(missing):
            for begin, values in self._encoder.windows(self._samples, int(missing[0]), int(missing[-1]) + 1):
                self._features[begin : begin + len(values)] = values
                self._heard[begin : begin + len(values)] = True
                progress("speech", min((begin + len(values) - missing[0]) / len(missing), 1.0))
        progress("prosody", 0.0)
        return Speech(self._features, self._prosody, words, grid, frames)

    def perform(
        self,
        name: str,
        sampling: SamplingOptions,
        style: int,
        words: tuple[Word, ...],
        frames: int,
        progress: Progress,
    ) -> Take:
        """A take from nothing, with the keyframes that the model predicts."""
        speech = self.speech(words, frames, 0, frames, progress)
        pieces, made = [], 0
        for piece in generate(self.checkpoint.model, speech, sampling, style):
            pieces.append(piece)
            made += len(piece.motion[HEAD])
            progress("motion", made / frames)
        strengths = {path: np.concatenate([piece.keyframes[path] for piece in pieces]) for path in PATHS}
        keyframes = {
            path: tuple(Keyframe(int(at), float(track[at])) for at in np.flatnonzero(track))
            for path, track in strengths.items()
        }
        return Take(
            name=name,
            sampling=sampling,
            motion={
                path: np.concatenate([piece.motion[path] for piece in pieces]).astype(np.float32) for path in PATHS
            },
            keyframes=keyframes,
            predicted=keyframes,
            stale={path: np.zeros(frames, dtype=bool) for path in PATHS},
        )

    def complete(self, project: Project, progress: Progress) -> Project:
        """Make anew all that is stale."""
        model, style = self.checkpoint.model, self.checkpoint.style(project.style)
        takes = []
        for take in project.takes:
            if not take.made:
                take = self.perform(take.name, take.sampling, style, project.words, project.frames, progress)
            elif any(take.stale[path].any() for path in PATHS):
                motion = {
                    path: inpaint(
                        model,
                        lambda start, unconditional: self._window(project, style, start, unconditional),
                        project,
                        take,
                        path,
                        lambda done: progress("motion", done),
                    )
                    for path in PATHS
                }
                take = replace(take, motion=motion, stale={p: np.zeros(project.frames, dtype=bool) for p in PATHS})
            takes.append(take)
        return replace(project, takes=tuple(takes))

    @torch.inference_mode()
    def _window(self, project: Project, style: int, start: int, unconditional: bool) -> tuple[Encoded, Encoded | None]:
        """Speech of a window, encoded; and what takes its place for guidance, where that is wanted."""
        speech = self.speech(project.words, project.frames, start, start + WINDOW, lambda stage, done: None)
        condition = speech.window(start, WINDOW, style)
        encoded = self._encode(start, condition)
        if not unconditional:
            return encoded, None
        yes = torch.ones(1, dtype=torch.bool)
        return encoded, self._encode(
            start, self.checkpoint.model.drop_conditions(condition, speech=yes, text=yes), "unconditional"
        )

    def _encode(self, start: int, condition: Condition, kind: str = "") -> Encoded:
        texts = (condition.text[0], condition.text_times[0])
        key = (kind, start, int(condition.style), *(tuple(text.tolist()) for text in texts))
        if key not in self._encoded:
            self._encoded[key] = self.checkpoint.model.encode(condition, WINDOW)
        self._encoded.move_to_end(key)
        if len(self._encoded) > ENCODED_WINDOWS:
            self._encoded.popitem(last=False)
        return self._encoded[key]


_SESSIONS: WeakKeyDictionary[Voice, Session] = WeakKeyDictionary()
