"""A project: a value. Every edit gives a new one, and to undo is to take the one before."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ksdiff.editing.project_data import ProjectData
from ksdiff.editing.project_file import read_project, write_project
from ksdiff.editing.render import render
from ksdiff.motion import Motion


@dataclass(frozen=True, eq=False)
class Project(ProjectData):
    """What a project holds, with its finished motion and its file. For the attributes, see `ProjectData`."""

    @cached_property
    def motion(self) -> Motion:
        """The finished motion at 25 frames/s: takes composed, layers applied, poses met, pins kept."""
        return render(self)

    def save(self, path: Path | str, carry: bool = True) -> None:
        """Write a ``.ksd``, see `ksdiff.editing.project_file`.

        Args:
            path: Where to write.
            carry: Take the character's file along, if it is small enough; else only its name and digest.

        Raises:
            InputError: The file cannot be written, or the project is too large for one.
        """
        write_project(self, path, carry)

    @staticmethod
    def load(path: Path | str) -> "Project":
        """Read a ``.ksd``.

        Raises:
            InputError: The file is missing, is not a project, is damaged, or is of a later version.
        """
        return read_project(path, Project)
