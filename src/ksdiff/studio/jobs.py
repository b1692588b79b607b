"""What takes its time: performing a voice, computing its speech features ahead, regenerating, finding words."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import numpy as np

from ksdiff.editing import History, Project, create, edits_of_text, regenerate
from ksdiff.editing.performer import Performer
from ksdiff.errors import InputError
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.studio.decoder import Decoder
from ksdiff.studio.open_project import OpenProject, Work

PATIENCE = 0.1  # s after which who waits for the model looks whether that is still wanted
PIECE = 200  # frames, 8 s: regenerating waits no longer than for these while features are computed ahead


class Jobs:
    """Runs the model, one job at a time: two would only wait for each other.

    Args:
        checkpoint: The model of new projects.
        decoder: Reads sound files.
    """

    def __init__(self, checkpoint: Checkpoint, decoder: Decoder) -> None:
        self.checkpoint = checkpoint
        self._decoder = decoder
        self._model = threading.Lock()

    def warm_up(self) -> None:
        """Load all that a first performance needs, so that it does not have to wait."""
        with self._model:
            create(np.zeros(SAMPLE_RATE, np.float32), model=self.checkpoint)

    def perform(self, project: OpenProject, name: str) -> None:
        """Perform the voice of a new project in the background; ``name`` is what messages call its file."""
        threading.Thread(target=self._perform, args=(project, name), name=f"perform-{project.id}", daemon=True).start()

    def prepare(self, project: OpenProject) -> None:
        """Compute speech features of an opened project in the background, so that regenerating need not wait."""
        threading.Thread(target=self._prepare, args=(project,), name=f"hear-{project.id}", daemon=True).start()

    def regenerate(self, project: OpenProject) -> None:
        """Regenerate stale frames. It is no step of its own: to undo the edit undoes its motion too.

        Raises:
            CancelledError: Somebody cancelled it.
            InputError: The project's weights cannot be loaded.
        """
        with project.lock:
            before = project.project
            if not before.stale:
                return
            with project.work() as work, self._turn(work):
                after = regenerate(before, model=self._checkpoint_of(before), progress=work.report)
            assert after.motion  # rendered while somebody waits anyway
            project.commit(replace(project.history, present=after))

    def find_words(self, project: OpenProject, text: str | None) -> None:
        """Find out what is said, or time what somebody typed.

        Raises:
            CancelledError: Somebody cancelled it.
            InputError: No words are found.
        """
        with project.lock, project.work() as work:
            work.report("transcript", 0.0)
            words, sounds = edits_of_text(project.project, text)
            if not (words.words or sounds):
                raise InputError("no words were found in this voice: type what is said, and re-time it")
            work.check()
            project.edit([words, *sounds])

    def _perform(self, project: OpenProject, name: str) -> None:
        try:
            project.report("sound", 0.0)
            try:
                samples, video = self._decoder.load(project.folder.voice, name)
            except InputError:
                project.folder.delete()  # the open project stays a while, to tell who comes late
                raise
            project.set_about(reference=video)
            project.report("model", 0.0)
            with project.work() as work, self._turn(work):
                performed = create(samples, model=self.checkpoint, progress=work.report)
            assert performed.motion
            with project.lock:
                project.commit(History(performed))
        except InputError as error:
            project.fail(str(error))
        except Exception:
            project.fail("the studio could not perform this voice; its terminal says why")
            raise

    def _prepare(self, project: OpenProject) -> None:
        """Piece by piece: regenerating meanwhile waits for one piece at most, and nothing is computed twice."""
        with suppress(InputError):  # weights that cannot be loaded are reported when somebody regenerates
            one = project.project
            for first in range(0, one.frames, PIECE):
                if not project.folder.exists:
                    return
                with self._model:
                    performer = Performer.of(one, self._checkpoint_of(one))
                    stop = min(first + PIECE, one.frames)
                    performer.features.speech(one.words, first, stop)
                time.sleep(0.01)  # a lock does not heed who came first

    @contextmanager
    def _turn(self, work: Work) -> Iterator[None]:
        """The model, when those before are done with it; who waits can be cancelled."""
        while not self._model.acquire(timeout=PATIENCE):
            work.check()
        try:
            yield
        finally:
            self._model.release()

    def _checkpoint_of(self, project: Project) -> Checkpoint | None:
        """The model at hand if it is the project's; None lets the project load its own."""
        return self.checkpoint if self.checkpoint.name == project.model else None
