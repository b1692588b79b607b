"""A model that performs one voice: what is stale is regenerated, and nothing else."""

from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from jaxtyping import Float

from ksdiff.editing.inpainting import inpaint
from ksdiff.editing.project import Project
from ksdiff.editing.takes import Keyframe, Take
from ksdiff.editing.voice import Voice
from ksdiff.errors import InputError
from ksdiff.model.checkpoint import Checkpoint, load_model
from ksdiff.model.condition import Condition, without_speech
from ksdiff.model.encoded import Encoded
from ksdiff.model.sampling import WINDOW, SamplingOptions
from ksdiff.motion import Word
from ksdiff.motion.space import PATHS
from ksdiff.pipeline import Progress, SpeechFeatures, generate_motion

ENCODED_WINDOWS = 64  # how many a performer keeps


class Performer:
    """A model and the speech of one voice. Speech features are computed where they are needed, and never twice."""

    def __init__(self, samples: Float[np.ndarray, " N"], checkpoint: Checkpoint) -> None:
        """``samples``: mono sound at 16 kHz."""
        self.checkpoint = checkpoint
        self.features = SpeechFeatures(samples, checkpoint)
        self._encoded: OrderedDict[tuple[Any, ...], Encoded] = OrderedDict()

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

    def perform(
        self,
        name: str,
        sampling: SamplingOptions,
        style: int,
        words: tuple[Word, ...],
        progress: Progress,
    ) -> Take:
        """A take from nothing, with the keyframes that the model predicts."""
        speech = self.features.speech(words, progress=progress)
        generated = generate_motion(self.checkpoint, speech, sampling, style, progress=progress)
        keyframes = {
            path: tuple(Keyframe(int(at), float(track[at])) for at in np.flatnonzero(track))
            for path, track in generated.keyframes.items()
        }
        return Take(
            name=name,
            sampling=sampling,
            motion=generated.motion,
            keyframes=keyframes,
            stale={path: np.zeros(speech.frames, dtype=bool) for path in PATHS},
        )

    def complete(self, project: Project, progress: Progress) -> Project:
        """Regenerate all that is stale."""
        model, style = self.checkpoint.model, self.checkpoint.style(project.style)
        takes = []
        for take in project.takes:
            if not take.made:
                take = self.perform(take.name, take.sampling, style, project.words, progress)
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

    def _window(self, project: Project, style: int, start: int, unconditional: bool) -> tuple[Encoded, Encoded | None]:
        """Speech of a window, encoded; and what takes its place for guidance, where that is wanted."""
        speech = self.features.speech(project.words, start, start + WINDOW)
        condition = speech.window(start, WINDOW, style)
        encoded = self._encode(start, condition)
        if not unconditional:
            return encoded, None
        return encoded, self._encode(start, without_speech(condition), "unconditional")

    def _encode(self, start: int, condition: Condition, kind: str = "") -> Encoded:
        texts = (condition.text[0], condition.text_times[0])
        key = (kind, start, int(condition.style[0]), *(tuple(text.tolist()) for text in texts))
        if key not in self._encoded:
            self._encoded[key] = self.checkpoint.model.encode(condition, WINDOW)
        self._encoded.move_to_end(key)
        if len(self._encoded) > ENCODED_WINDOWS:
            self._encoded.popitem(last=False)
        return self._encoded[key]


_PERFORMERS: WeakKeyDictionary[Voice, Performer] = WeakKeyDictionary()
