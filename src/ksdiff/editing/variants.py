"""Several seeds for one range, to choose from: each as the edit that sets it would make it."""

from collections.abc import Sequence
from pathlib import Path

from ksdiff.editing.edits import SetSampling
from ksdiff.editing.project import Project
from ksdiff.editing.schema import MAX_SEED, check_path
from ksdiff.editing.workflow import regenerate
from ksdiff.errors import InputError
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.motion import MOTION_RATE
from ksdiff.pipeline import Progress, no_progress


def variants(
    project: Project,
    path: str,
    start: float,
    end: float,
    seeds: Sequence[int],
    take: str | None = None,
    model: Checkpoint | Path | str | None = None,
    progress: Progress = no_progress,
    gestures: bool = False,
) -> tuple[Project, ...]:
    """Perform a range with several seeds. The project itself stays as it is.

    Args:
        project: The project.
        path: ``expression`` or ``head``.
        start: Start of the range, s.
        end: End of the range, s.
        seeds: Of the noise, each another.
        take: Name of the take; None for the one that is seen at the start.
        model: Weights, if others than the project's.
        progress: Called with the name of the stage and how much of all seeds is done, 0..1. What it raises ends the
            work.
        gestures: Each seed also draws gestures of the face, as ``gestures`` of `SetSampling` does.

    Returns:
        For each seed, in order, what `regenerate` makes of the project and a `SetSampling` with it.

    Raises:
        InputError: The range is empty, outside the sound or pinned; a seed is given twice, or is none; or there is no
            such take.
    """
    check_seeds(seeds)
    check_range(project, path, start, end)
    made = []
    for index, seed in enumerate(seeds):

        def told(stage: str, done: float, before: int = index) -> None:
            progress(stage, (before + done) / len(seeds))

        told("motion", 0.0)
        edit = SetSampling(path, start, end, seed, take=take, gestures=gestures)
        made.append(regenerate(project, [edit], model, told))
    return tuple(made)


def check_seeds(seeds: Sequence[int]) -> None:
    """See that there are seeds to choose from.

    Raises:
        InputError: There is none, one is given twice, or one is out of bounds.
    """
    if not seeds:
        raise InputError("there are no seeds: give at least one")
    if len(set(seeds)) != len(seeds):
        raise InputError(f"a seed is given twice: {', '.join(map(str, seeds))}")
    for seed in seeds:
        if not 0 <= seed <= MAX_SEED:
            raise InputError(f"the seed is {seed}; it must be 0 to {MAX_SEED}")


def check_range(project: Project, path: str, start: float, end: float) -> tuple[int, int]:
    """First frame of a range, and one beyond its last, where another seed changes something.

    Raises:
        InputError: The range is empty or outside the sound, or all of it is pinned.
    """
    first, stop = project.span(start, end)
    if project.pinned(check_path(path))[first:stop].all():
        raise InputError(f"the {path} is pinned at {first / MOTION_RATE:g} s: unpin it first")
    return first, stop
