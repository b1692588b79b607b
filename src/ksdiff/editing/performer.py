"""A model that performs one voice: what is stale is regenerated, and nothing else."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
import torch
from jaxtyping import Float

from ksdiff.editing.inpainting import inpaint
from ksdiff.editing.project import Project
from ksdiff.editing.takes import Keyframe, Take
from ksdiff.editing.voice import Voice
from ksdiff.errors import InputError
from ksdiff.model.checkpoint import Checkpoint, load_model
from ksdiff.model.condition import Condition, FrameGrid
from ksdiff.model.ksdiff import Encoded
from ksdiff.model.sampling import WINDOW, SamplingOptions, Speech, generate
from ksdiff.motion import MOTION_RATE, Word
from ksdiff.motion.space import HEAD, PATHS
from ksdiff.speech.encoder import encoder_of
from ksdiff.speech.prosody import prosody

Progress = Callable[[str, float], None]  # name of the stage; how much of it is done, 0..1
ENCODED_WINDOWS = 64  # how many a performer keeps


class Performer:
    """A model and the speech of one voice. Speech features are computed where they are needed, and never twice."""

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
    def new(cls, voice: Voice, checkpoint: Checkpoint) -> "Performer":
        """A performer that is kept as long as the voice is."""
        performer = _PERFORMERS[voice] = cls(voice.samples, checkpoint)
        return performer

    @classmethod
    def of(cls, project: Project, model: Checkpoint | Path | str | None = None) -> "Performer":
        """The performer of a project's voice; a new one if there is none yet, or the weights are others.

        Raises:
            InputError: The weights cannot be loaded, or make another kind of motion.
        """
        performer = _PERFORMERS.get(project.voice)
        name = project.model if model is None else model.name if isinstance(model, Checkpoint) else str(model)
        if performer is None or performer.checkpoint.name != name:
            checkpoint = model if isinstance(model, Checkpoint) else load_model(name, project.space)
            if checkpoint.model.space != project.space:
                raise InputError(
                    f"{name} makes {checkpoint.model.space.name} motion, but the project has {project.space.name} "
                    "motion: choose other weights"
                )
            performer = cls.new(project.voice, checkpoint)
        return performer

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
        """Regenerate all that is stale."""
        model, style = self.checkpoint.model, self.checkpoint.style(project.style)
        takes = []
        for take in project.takes:
            if not take.made:
                take = self.perform(take.name, take.sampling, style, project.words, project.frames, progress)
            elif any(take.stale[path].any() for path in PATHS):
                motion = {
                    path: inpaint(
                        model,
                        lambda start, bare: self._window(project, style, start, bare),
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
    def _window(self, project: Project, style: int, start: int, bare: bool) -> tuple[Encoded, Encoded | None]:
        """Speech of a window, encoded; and what takes its place for guidance, where that is wanted."""
        speech = self.speech(project.words, project.frames, start, start + WINDOW, lambda stage, done: None)
        condition = speech.window(start, WINDOW, style)
        encoded = self._encode(start, condition)
        if not bare:
            return encoded, None
        yes = torch.ones(1, dtype=torch.bool)
        return encoded, self._encode(start, self.checkpoint.model.without(condition, speech=yes, text=yes), "bare")

    def _encode(self, start: int, condition: Condition, kind: str = "") -> Encoded:
        texts = (condition.text[0], condition.text_times[0])
        key = (kind, start, int(condition.style), *(tuple(text.tolist()) for text in texts))
        if key not in self._encoded:
            self._encoded[key] = self.checkpoint.model.encode(condition, WINDOW)
        self._encoded.move_to_end(key)
        if len(self._encoded) > ENCODED_WINDOWS:
            self._encoded.popitem(last=False)
        return self._encoded[key]


_PERFORMERS: WeakKeyDictionary[Voice, Performer] = WeakKeyDictionary()
