"""All projects of the studio, and which of them are open."""

import re
import threading
import time
from collections import OrderedDict
from contextlib import suppress
from itertools import count
from pathlib import Path

from ksdiff.editing import History, Project
from ksdiff.errors import InputError
from ksdiff.files import atomic_write
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.motion.space import ARKIT
from ksdiff.studio.answers import Answer, ProjectSummary, Removed
from ksdiff.studio.attachments import with_character_file
from ksdiff.studio.decoder import Decoder
from ksdiff.studio.jobs import CANCELLED, Jobs
from ksdiff.studio.lists import Lists
from ksdiff.studio.open_project import Listener, OpenProject
from ksdiff.studio.storage import About, ProjectFolder, Storage, now
from ksdiff.studio.thumbnails import thumbnail_bytes
from ksdiff.studio.uploads import MAX_NAME, clean_name, without_suffix
from ksdiff.studio.wishes import write_wishes

OPEN_AT_ONCE = 4  # projects kept in memory, beside those whose first motion is on its way
TOLD_EVERY = 0.2  # s between two messages on one project that is being made


class Workspace:
    """Projects by their ids.

    Args:
        folder: Where they are kept.
        checkpoint: The model that performs new ones.

    Raises:
        InputError: The folder cannot be written, or another studio uses it.
    """

    def __init__(self, folder: Path, checkpoint: Checkpoint) -> None:
        self.storage = Storage(folder)
        self.decoder = Decoder()
        self.jobs = Jobs(checkpoint, self.decoder)
        self.lists = Lists(checkpoint)
        self.listeners: set[Listener] = set()
        self._told: dict[str, float] = {}
        self._open: OrderedDict[str, OpenProject] = OrderedDict()
        self._lock = threading.RLock()
        self._telling = threading.Lock()
        self._resume()

    def shutdown(self) -> None:
        """Tell all pages that the studio ends."""
        for project in tuple(self._open.values()):
            project.tell("shutdown")
        self.tell("shutdown")

    def tell(self, event: str, data: Answer | None = None) -> None:
        """Tell all who look at the list of projects."""
        for listener in tuple(self.listeners):
            listener(event, data)

    def close(self) -> None:
        """End what runs beside, and let another studio use the folder."""
        self.decoder.close()
        self.storage.close()

    def project(self, id: str) -> OpenProject:
        """A project by its id, from memory or from its folder.

        Raises:
            NotFoundError: There is none.
            InputError: Its file is damaged.
        """
        with self._lock:
            if id in self._open:
                self._open.move_to_end(id)
                return self._open[id]
            folder, about = self.storage.find(id)
            project = self._watched(OpenProject(folder, about))
            if folder.project.exists():
                project.opened = History(_load(folder, about.name))
                self.jobs.prepare(project)
            elif about.failure is not None or about.cancelled:
                project.failure = about.failure or CANCELLED
            self._keep(project)
            return project

    def create(self, folder: ProjectFolder, name: str) -> OpenProject:
        """Perform the voice in a new folder, in the background. What comes of it is told to who listens.

        Raises:
            InputError: The folder cannot be written.
        """
        project = self._new(folder, without_suffix(clean_name(name)))
        self.jobs.perform(project, clean_name(name))
        return project

    def create_line(self, folder: ProjectFolder, list_id: str, number: int) -> OpenProject:
        """Perform the voice of a line in a new folder, after those that wait already.

        Raises:
            NotFoundError: There is no such list or line.
            InputError: The folder cannot be written.
        """
        source, line = self.lists.line(list_id, number)
        write_wishes(folder.wishes, line.wishes)
        project = self._new(folder, clean_name(line.name), source=clean_name(source) if source else "Dropped together")
        self.jobs.perform(project, project.about.name, last=True)
        return project

    def retry(self, id: str) -> None:
        """Make a first motion after all that failed or was cancelled.

        Raises:
            NotFoundError: There is no such project.
            InputError: Its motion is there, or on its way.
        """
        with self._lock:
            folder, about = self.storage.find(id)
            if folder.project.exists() or not (about.failure or about.cancelled) or not folder.voice.exists():
                raise InputError("there is nothing to try again: this project is not one that failed")
            project = self._watched(OpenProject(folder, about))
            project.set_about(failure=None, cancelled=False)
            self._keep(project)
        self.jobs.perform(project, about.name, last=True)

    def peek(self, id: str) -> tuple[Project, About, Path]:
        """A project as it is, without opening it: itself, what the list says of it, and where its voice may be.

        Raises:
            NotFoundError: There is none.
            InputError: Its first motion is not there, or its file is damaged.
        """
        with self._lock:
            known = self._open.get(id)
        if known is not None:
            return known.project, known.about, known.folder.voice
        folder, about = self.storage.find(id)
        if not folder.project.exists():
            raise InputError(about.failure or "the first motion of this project is not there yet")
        return _load(folder, about.name), about, folder.voice

    def thumbnail(self, id: str) -> bytes:
        """The pose that stands for a project in the list; see `ksdiff.studio.thumbnails`.

        Raises:
            NotFoundError: There is no such project.
            InputError: It has no motion yet, or its file is damaged.
        """
        folder, _ = self.storage.find(id)
        with suppress(OSError):
            if folder.thumbnail.stat().st_mtime_ns >= folder.project.stat().st_mtime_ns:
                return folder.thumbnail.read_bytes()
        picture = thumbnail_bytes(self.peek(id)[0].motion)
        with suppress(InputError), atomic_write(folder.thumbnail) as temporary:
            temporary.write_bytes(picture)
        return picture

    def summaries(self) -> list[ProjectSummary]:
        """All projects, the latest first."""
        with self._lock:
            known = dict(self._open)
        listed = self.storage.summaries()
        made = {id: project for id, project in known.items() if project.is_being_made}
        return [made[each.id].summary() if each.id in made else each for each in listed]

    def open(self, folder: ProjectFolder, name: str) -> OpenProject:
        """Take over the project file in a new folder.

        Raises:
            InputError: It is not a project that the studio can show.
        """
        loaded = _load(folder, clean_name(name))
        if loaded.space != ARKIT:
            raise InputError(
                f"{clean_name(name)} is {loaded.space.name} motion; the studio shows {ARKIT.name}: use ksdiff edit"
            )
        assert loaded.motion  # what cannot be rendered is refused now, and not at every later request
        if loaded.character is not None and loaded.character.data is not None:
            loaded.character.avatar()
        project = self._new(folder, without_suffix(clean_name(name)))
        project.commit(History(loaded))
        self.jobs.prepare(project)
        return project

    def rename(self, project: OpenProject, name: str) -> None:
        """Give a project another name.

        Raises:
            InputError: It cannot be written.
        """
        with self._lock:
            project.rename(self._unused(clean_name(name), project.id))

    def remove(self, id: str) -> None:
        """Delete a project for good, even one that cannot be opened.

        Raises:
            NotFoundError: There is none.
        """
        folder, _ = self.storage.find(id)
        with self._lock:
            project = self._open.pop(id, None)
        if project is None:
            folder.delete()
            self.tell("removed", Removed(id=id))
            return
        self.jobs.cancel(project)
        with project.lock:
            folder.delete()
        self.tell("removed", Removed(id=id))

    def _resume(self) -> None:
        """Queue the first motions that an earlier studio did not come to."""
        for summary in reversed(self.storage.summaries()):
            folder, about = self.storage.find(summary.id)
            if summary.state == "waiting" and folder.voice.exists():
                project = self._watched(OpenProject(folder, about))
                self._keep(project)
                self.jobs.perform(project, about.name, last=True)

    def _new(self, folder: ProjectFolder, name: str, source: str | None = None) -> OpenProject:
        with self._lock:
            about = About(name=self._unused(name, folder.id), changed=now(), source=source)
            project = self._watched(OpenProject(folder, about))
            project.set_about()
            self._keep(project)
        return project

    def _unused(self, name: str, id: str) -> str:
        """A name that no other project has: this one, or one with a number after it."""
        taken = {summary.name for summary in self.storage.summaries() if summary.id != id}
        if name not in taken:
            return name
        stem = re.sub(r" \d{1,5}$", "", name)[: MAX_NAME - 6]
        return next(free for number in count(2) if (free := f"{stem} {number}") not in taken)

    def _watched(self, project: OpenProject) -> OpenProject:
        project.watch = self._tell_of
        return project

    def _tell_of(self, project: OpenProject) -> None:
        """Tell of a project; of one that is being made, not more often than anybody can see."""
        with self._telling:  # or how it was would be told after how it is, by a slower thread
            summary = project.summary()
            if summary.state == "working":
                moment = time.monotonic()
                if moment - self._told.get(project.id, 0.0) < TOLD_EVERY:
                    return
                self._told[project.id] = moment
            else:
                self._told.pop(project.id, None)
            if project.folder.exists:
                self.tell("project", summary)
        if summary.state == "ready":
            with self._lock:
                self._leave()

    def _keep(self, project: OpenProject) -> None:
        """Hold a project in memory; the one longest unused leaves, unless it is busy."""
        self._open[project.id] = project
        self._leave(project)

    def _leave(self, kept: OpenProject | None = None) -> None:
        idle = [id for id, project in self._open.items() if project is not kept and not project.busy]
        made = sum(project.is_being_made for project in self._open.values())
        for id in idle[: max(0, len(self._open) - made - OPEN_AT_ONCE)]:
            del self._open[id]


def _load(folder: ProjectFolder, name: str) -> Project:
    try:
        return with_character_file(folder, Project.load(folder.project))
    except InputError as error:
        raise InputError(str(error).replace(str(folder.project), name)) from error
