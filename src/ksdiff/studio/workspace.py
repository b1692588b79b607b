"""All projects of the studio, and which of them are open."""

import threading
from collections import OrderedDict
from pathlib import Path

from ksdiff.editing import History, Project
from ksdiff.errors import InputError
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.motion.space import ARKIT
from ksdiff.studio.attachments import with_character_file
from ksdiff.studio.decoder import Decoder
from ksdiff.studio.jobs import Jobs
from ksdiff.studio.open_project import OpenProject
from ksdiff.studio.storage import About, ProjectFolder, Storage, now
from ksdiff.studio.uploads import clean_name, without_suffix

OPEN_AT_ONCE = 4  # projects kept in memory


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
        self._open: OrderedDict[str, OpenProject] = OrderedDict()
        self._lock = threading.Lock()

    def shutdown(self) -> None:
        """Tell all pages that the studio ends."""
        for project in tuple(self._open.values()):
            project.tell("shutdown")

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
            project = OpenProject(folder, about)
            if folder.project.exists():
                project.opened = History(_load(folder, about.name))
                self.jobs.prepare(project)
            elif folder.voice.exists():  # the studio ended before the first motion was there
                self.jobs.perform(project, about.name)
            self._keep(project)
            return project

    def create(self, folder: ProjectFolder, name: str) -> OpenProject:
        """Perform the voice in a new folder, in the background. What comes of it is told to who listens.

        Raises:
            InputError: The folder cannot be written.
        """
        project = self._new(folder, name)
        project.set_about()
        with self._lock:
            self._keep(project)
        self.jobs.perform(project, clean_name(name))
        return project

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
        project = self._new(folder, name)
        project.commit(History(loaded))
        with self._lock:
            self._keep(project)
        self.jobs.prepare(project)
        return project

    def rename(self, project: OpenProject, name: str) -> None:
        """Give a project another name.

        Raises:
            InputError: It cannot be written.
        """
        project.rename(clean_name(name))

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
            return
        project.cancel()
        with project.lock:
            folder.delete()

    def _new(self, folder: ProjectFolder, name: str) -> OpenProject:
        return OpenProject(folder, About(name=without_suffix(clean_name(name)), changed=now()))

    def _keep(self, project: OpenProject) -> None:
        """Hold a project in memory; the one longest unused leaves, unless it is busy."""
        self._open[project.id] = project
        for id, old in tuple(self._open.items()):
            if len(self._open) <= OPEN_AT_ONCE:
                break
            if old is not project and not old.busy:
                del self._open[id]


def _load(folder: ProjectFolder, name: str) -> Project:
    try:
        return with_character_file(folder, Project.load(folder.project))
    except InputError as error:
        raise InputError(str(error).replace(str(folder.project), name)) from error
