"""Undo and redo of a project."""

from dataclasses import dataclass

from ksdiff.editing.project import Project


@dataclass(frozen=True)
class History:
    """Undo and redo without end. Values share what is the same, so a step costs little.

    Attributes:
        present: The project as it is.
        past: Earlier ones, the last one latest.
        future: Those that were undone, the last one next.
    """

    present: Project
    past: tuple[Project, ...] = ()
    future: tuple[Project, ...] = ()

    def push(self, project: Project) -> "History":
        """After an edit; what was undone is forgotten."""
        return History(project, (*self.past, self.present))

    def amend(self, project: Project) -> "History":
        """After an edit that goes on with the last one: both are one step."""
        return History(project, self.past)

    def undo(self) -> "History":
        """The one before; the same if there is none."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (*self.future, self.present))

    def redo(self) -> "History":
        """The next one that was undone; the same if there is none."""
        if not self.future:
            return self
        return History(self.future[-1], (*self.past, self.present), self.future[:-1])
