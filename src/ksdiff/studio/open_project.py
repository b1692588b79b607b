"""One open project: its history, its folder, and who listens to what happens to it."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from ksdiff.editing import Edit, History, Project, apply
from ksdiff.errors import InputError
from ksdiff.studio.answers import Answer, Changed, Progress, ProjectAnswer, Refusal, project_answer
from ksdiff.studio.storage import About, ProjectFolder, now

Listener = Callable[[str, Answer | None], None]  # name of an event, and its data


class OpenProject:
    """A project in memory. Every change is saved before anybody is told of it."""

    def __init__(self, folder: ProjectFolder, about: About) -> None:
        self.folder = folder
        self.about = about
        self.opened: History | None = None
        self.failure: str | None = None
        self.progress = Progress(stage="sound", done=0.0)
        self.lock = threading.RLock()
        # Greater than any before a restart, so that a page which was open all along sees that something changed.
        self.version = time.time_ns() // 1_000_000
        self.listeners: set[Listener] = set()

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
        """Whether somebody looks at it, or its first motion is still being made."""
        return bool(self.listeners) or (self.opened is None and self.failure is None)

    def answer(self) -> ProjectAnswer:
        """What the page is told."""
        with self.lock:
            return project_answer(
                self.history,
                id=self.id,
                name=self.about.name,
                version=self.version,
                reference=self.about.reference is not None,
                avatar=self.about.avatar,
            )

    def edit(self, edits: Sequence[Edit]) -> None:
        """Apply edits as one step of undo.

        Raises:
            InputError: One does not fit; then none is applied.
        """
        with self.lock:
            project = self.project
            for edit in edits:
                project = apply(project, edit)
            self.commit(self.history.push(project))

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
        if self.opened is None or history.present is not self.opened.present:
            history.present.save(self.folder.project)
        self.set_about(duration=history.present.voice.seconds, changed=now())
        self.opened = history
        self.version += 1
        self.tell("changed", Changed(version=self.version))

    def set_about(self, **changes: Any) -> None:
        """Change what the list of projects says.

        Raises:
            InputError: It cannot be written.
        """
        about = About.model_validate({**self.about.model_dump(), **changes})
        self.folder.write_about(about)
        self.about = about

    def tell(self, event: str, data: Answer | None = None) -> None:
        """Tell all who listen."""
        for listener in tuple(self.listeners):
            listener(event, data)

    def report(self, stage: str, done: float) -> None:
        """Tell how far work is."""
        self.progress = Progress(stage=stage, done=done)
        self.tell("progress", self.progress)

    def fail(self, message: str) -> None:
        """Tell why there is no first motion, now and whoever asks later."""
        self.failure = message
        self.tell("failed", Refusal(message=message))
