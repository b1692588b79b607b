"""One open project: its history, its folder, and who listens to what happens to it."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ksdiff.editing import Edit, History, Project, apply
from ksdiff.errors import InputError
from ksdiff.studio.answers import Answer, Changed, Progress, ProjectAnswer, ProjectSummary, Refusal, project_answer
from ksdiff.studio.refusals import CancelledError
from ksdiff.studio.storage import About, ProjectFolder, now

Listener = Callable[[str, Answer | None], None]  # name of an event, and its data


class Work:
    """Something that takes its time, until it is done or cancelled.

    Args:
        tell: Called with the name of a stage and how much of it is done, 0..1.
    """

    def __init__(self, tell: Callable[[str, float], None]) -> None:
        self._tell = tell
        self._cancelled = False

    def cancel(self) -> None:
        """Let the work end where it next says how far it is."""
        self._cancelled = True

    def check(self) -> None:
        """End the work here if it was cancelled.

        Raises:
            CancelledError: It was.
        """
        if self._cancelled:
            raise CancelledError("cancelled: nothing was changed")

    def report(self, stage: str, done: float) -> None:
        """Say how far the work is.

        Raises:
            CancelledError: It was cancelled.
        """
        self.check()
        self._tell(stage, done)


class OpenProject:
    """A project in memory. Every change is saved before anybody is told of it.

    Attributes:
        lock: Held by who changes the project, as long as that takes. What is there meanwhile can be asked for.
    """

    def __init__(self, folder: ProjectFolder, about: About) -> None:
        self.folder = folder
        self.about = about
        self.opened: History | None = None
        self.failure: str | None = None
        self.progress = Progress(stage="sound", done=0.0)
        self.lock = threading.RLock()
        self._shown = threading.RLock()  # held for a moment: history, version and what the list says go together
        self.sound_lock = threading.Lock()
        self._works: set[Work] = set()
        # Greater than any before a restart, so that a page which was open all along sees that something changed.
        self.version = time.time_ns() // 1_000_000
        self.listeners: set[Listener] = set()
        self.watch: Callable[[OpenProject], None] = lambda project: None  # is told of all that is told to listeners

    @property
    def id(self) -> str:
        """Names the project in addresses."""
        return self.folder.id

    @property
    def history(self) -> History:
        """The project as it is, as it was, and as it would be again.

        Raises:
            InputError: Its first motion is not there yet, or could not be made.
        """
        if self.opened is None:
            raise InputError(self.failure or "the first motion of this project is still being made: wait a little")
        return self.opened

    @property
    def project(self) -> Project:
        """The project as it is; see `history`."""
        return self.history.present

    @property
    def busy(self) -> bool:
        """Whether somebody looks at it, something is being done, or its first motion is still being made."""
        return bool(self.listeners) or self.works or self.is_being_made

    @property
    def is_being_made(self) -> bool:
        """Whether its first motion is still to come."""
        return self.opened is None and self.failure is None

    def summary(self) -> ProjectSummary:
        """What the list of projects says of it now."""
        summary = self.folder.summary(self.about)
        if not self.is_being_made:
            return summary
        # Also while its file is there, but not yet shown.
        state = "working" if self.works else "waiting"
        return summary.model_copy(update={"state": state, "progress": self.progress if self.works else None})

    def answer(self) -> ProjectAnswer:
        """What the page is told."""
        with self._shown:
            return project_answer(
                self.history,
                id=self.id,
                name=self.about.name,
                version=self.version,
                reference=self.about.reference is not None,
            )

    def edit(self, edits: Sequence[Edit], continues: bool = False) -> None:
        """Apply edits as one step of undo.

        Args:
            edits: In their order.
            continues: They go on with the last step, as a key that is held does, and become part of it.

        Raises:
            InputError: One does not fit; then none is applied.
        """
        with self.lock:
            project = self.project
            for edit in edits:
                project = apply(project, edit)
            history = self.history
            self.commit(history.amend(project) if continues and history.past else history.push(project))

    def undo(self) -> None:
        """Take back the last step."""
        with self.lock:
            self.commit(self.history.undo())

    def redo(self) -> None:
        """Do again what was undone."""
        with self.lock:
            self.commit(self.history.redo())

    def commit(self, history: History) -> None:
        """Save, then let the change be seen: what a page has seen survives a crash.

        Raises:
            InputError: It cannot be saved.
        """
        character = history.present.character
        if self.opened is None or history.present is not self.opened.present:
            # Its file lies beside: a project is saved after every edit.
            self.folder.keep_character(character)
            history.present.save(self.folder.project, carry=False)
            self.folder.forget_other_characters(character)
        name = None if character is None else character.name
        with self._shown:
            self.set_about(duration=history.present.voice.seconds, changed=now(), character=name)
            self.opened = history
            self.version += 1
        self.tell("changed", Changed(version=self.version))

    def set_about(self, **changes: Any) -> None:
        """Change what the list of projects says.

        Raises:
            InputError: It cannot be written.
        """
        with self._shown:
            about = About.model_validate({**self.about.model_dump(), **changes})
            self.folder.write_about(about)
            self.about = about

    def rename(self, name: str) -> None:
        """Give the project another name, whatever is being done with it.

        Raises:
            InputError: It cannot be written.
        """
        with self._shown:
            self.set_about(name=name)
            self.version += 1

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Something that takes its time begins; it is over when the block ends.

        Pages are told how far it is, and when it is over.
        """
        work = Work(self.report)
        self._works.add(work)
        try:
            yield work
        finally:
            self._works.discard(work)
            if not self._works:
                self.tell("idle")

    @property
    def works(self) -> bool:
        """Whether something takes its time now."""
        return bool(self._works)

    def cancel(self) -> None:
        """Cancel all that takes its time."""
        for work in tuple(self._works):
            work.cancel()

    def tell(self, event: str, data: Answer | None = None) -> None:
        """Tell all who listen."""
        for listener in tuple(self.listeners):
            listener(event, data)
        self.watch(self)

    def report(self, stage: str, done: float) -> None:
        """Tell how far work is."""
        self.progress = Progress(stage=stage, done=done)
        self.tell("progress", self.progress)

    def fail(self, message: str) -> None:
        """Tell why there is no first motion, now and whoever asks later."""
        self.failure = message
        self.tell("failed", Refusal(message=message))
