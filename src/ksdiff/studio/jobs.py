"""What takes its time: performing a voice, computing its speech features ahead, regenerating, finding words."""

import threading
import time
import traceback
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import numpy as np

from ksdiff.editing import History, Project, create, edits_of_text, regenerate, render, variants
from ksdiff.editing.performer import Performer
from ksdiff.editing.variants import check_range
from ksdiff.errors import InputError
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.studio.answers import VariantsRequest
from ksdiff.studio.decoder import Decoder
from ksdiff.studio.media import motion_bytes
from ksdiff.studio.open_project import OpenProject, Work
from ksdiff.studio.refusals import CancelledError
from ksdiff.studio.thumbnails import thumbnail_bytes
from ksdiff.studio.wishes import read_wishes

CANCELLED = "the first motion of this project was cancelled: make it from the list of projects"
PATIENCE = 0.1  # s after which who waits for the model looks whether that is still wanted
MAX_RANGE = 20  # s, within which seeds are compared
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
        self._queue = threading.Lock()
        self._waiting: deque[tuple[OpenProject, str]] = deque()
        self._thread: threading.Thread | None = None

    def warm_up(self) -> None:
        """Load all that a first performance needs, so that it does not have to wait."""
        with self._model:
            create(np.zeros(SAMPLE_RATE, np.float32), model=self.checkpoint)

    def perform(self, project: OpenProject, name: str, last: bool = False) -> None:
        """Perform the voice of a new project in the background, one after the other.

        Args:
            project: The project.
            name: What messages call its file.
            last: After all that wait already; by default before them, since somebody waits for it.
        """
        with self._queue:
            if last:
                self._waiting.append((project, name))
            else:
                self._waiting.appendleft((project, name))
            if self._thread is None:
                self._thread = threading.Thread(target=self._perform_all, name="perform", daemon=True)
                self._thread.start()
        project.watch(project)

    def cancel(self, project: OpenProject) -> None:
        """Cancel what is done with a project, also a first motion that waits for its turn."""
        with self._queue:
            waiting = [each for each in self._waiting if each[0] is project]
            for each in waiting:
                self._waiting.remove(each)
        if waiting:
            _give_up(project)
        project.cancel()

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

    def variants(self, project: OpenProject, wanted: VariantsRequest) -> bytes:
        """Perform a range with several seeds. Nothing changes: whoever likes one edits the project by its seed.

        Args:
            project: The project.
            wanted: The range and the seeds.

        Returns:
            The frames of the range as `motion_bytes` gives them, of one seed after the other: of the finished motion,
            or of the take alone where another one is seen in the range.

        Raises:
            CancelledError: Somebody cancelled it.
            InputError: The range is longer than 20 s or does not fit, or a seed is given twice.
        """
        if wanted.end - wanted.start > MAX_RANGE:
            raise InputError(
                f"the range lasts {wanted.end - wanted.start:g} s; seeds are compared within {MAX_RANGE} s: select less"
            )
        before = project.project
        frames = slice(*check_range(before, wanted.path, wanted.start, wanted.end))
        seen = set(before.chosen(wanted.path)[frames])
        alone = None if wanted.take is None or seen == {wanted.take} else wanted.take
        with project.work() as work, self._turn(work):
            made = variants(
                before, wanted.path, wanted.start, wanted.end, wanted.seeds, wanted.take,
                model=self._checkpoint_of(before), progress=work.report, gestures=wanted.gestures,
            )  # fmt: skip
        shown = (one.motion if alone is None else render(one, take=alone) for one in made)
        return b"".join(motion_bytes(motion, frames) for motion in shown)

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

    def _perform_all(self) -> None:
        while True:
            with self._queue:
                if not self._waiting:
                    self._thread = None
                    return
                project, name = self._waiting.popleft()
            if project.folder.exists:
                self._perform(project, name)

    def _perform(self, project: OpenProject, name: str) -> None:
        try:
            with project.work() as work:
                self._make(project, name, work)
        except CancelledError:
            _give_up(project)
        except InputError as error:
            _fail(project, str(error))
        except Exception:  # the next one may be performed all the same
            traceback.print_exc()
            _fail(project, "the studio could not perform this voice; its terminal says why")

    def _make(self, project: OpenProject, name: str, work: Work) -> None:
        work.report("sound", 0.0)
        try:
            samples, video = self._decoder.load(project.folder.voice, name)
        except InputError:
            if project.about.source is None:
                project.folder.delete()  # the open project stays a while, to tell who comes late
            raise
        work.check()
        _note(project, reference=video)
        work.report("model", 0.0)
        wishes = read_wishes(project.folder.wishes)
        with self._turn(work):
            performed = create(
                samples, wishes.text, model=self.checkpoint, options=wishes.options(), progress=work.report
            )
        picture = thumbnail_bytes(performed.motion)  # rendered while somebody waits anyway
        with project.lock:
            work.check()
            project.commit(History(performed))
            with suppress(OSError):
                project.folder.thumbnail.write_bytes(picture)

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


def _give_up(project: OpenProject) -> None:
    """Say that a first motion was cancelled. The voice stays, so that it can be made after all."""
    _note(project, cancelled=True)
    project.fail(CANCELLED)


def _fail(project: OpenProject, message: str) -> None:
    if project.about.source is not None:
        with suppress(InputError):
            _note(project, failure=message)
    project.fail(message)


def _note(project: OpenProject, **about: Any) -> None:
    """Change what the list says, unless the project is deleted meanwhile: its folder must not come back."""
    with project.lock:
        if project.folder.exists:
            project.set_about(**about)
