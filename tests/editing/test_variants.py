"""Several seeds for one range: each is what the edit would make of it."""

import numpy as np
import pytest
from support.files import SPEECH_VIDEO

from ksdiff.editing import AddKeyframe, PinRange, Project, SetSampling, apply, create, regenerate, variants
from ksdiff.errors import InputError
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.speech.audio import SAMPLE_RATE, load

SECONDS = 4


@pytest.fixture(scope="module")
def project(checkpoint: Checkpoint) -> Project:
    return create(load(SPEECH_VIDEO)[: SECONDS * SAMPLE_RATE], model=checkpoint)


@pytest.mark.parametrize("path", PATHS)
def test_each_seed_is_what_the_edit_makes(project: Project, path: str) -> None:
    seeds = (3, 1, 12)
    made = variants(project, path, 1.0, 2.2, seeds)
    assert len({one.motion.expression.tobytes() + one.motion.head.tobytes() for one in made}) == len(seeds)
    for seed, one in zip(seeds, made, strict=True):
        chosen = regenerate(project, [SetSampling(path, 1.0, 2.2, seed)])
        assert one == chosen
        assert one.motion == chosen.motion
    # Only the range moves, and the project itself is as it was.
    differs = np.flatnonzero((made[0].motion.head != project.motion.head).any(axis=1))
    assert differs.size == (30 if path == HEAD else 0)
    assert set(differs) <= set(range(25, 55))
    assert not project.edits


def test_what_is_stale_is_made_with_them(project: Project) -> None:
    stale = apply(project, AddKeyframe(HEAD, 1.4))
    (made,) = variants(stale, HEAD, 1.0, 2.2, [5])
    assert made == regenerate(stale, [SetSampling(HEAD, 1.0, 2.2, 5)])
    assert not made.stale


def test_progress_goes_over_all_seeds_and_can_end_the_work(project: Project) -> None:
    told: list[float] = []
    variants(project, HEAD, 1.0, 2.0, [1, 2], progress=lambda stage, done: told.append(done))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)

    def cancel(stage: str, done: float) -> None:
        if done >= 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        variants(project, HEAD, 1.0, 2.0, [1, 2], progress=cancel)


@pytest.mark.parametrize(
    ("path", "start", "end", "seeds", "message"),
    [
        ("heat", 1.0, 2.0, [1], "did you mean 'head'"),
        (HEAD, 1.0, 9.0, [1], r"9.0 s is outside the sound, which lasts 4.00 s"),
        (HEAD, 2.0, 2.0, [1], "is empty"),
        (HEAD, 1.0, 2.0, [], "give at least one"),
        (HEAD, 1.0, 2.0, [4, 5, 4], "given twice: 4, 5, 4"),
        (HEAD, 1.0, 2.0, [-1], "the seed is -1; it must be 0 to"),
        (HEAD, 1.0, 2.0, [2**63], "it must be 0 to 9223372036854775807"),
    ],
)
def test_what_does_not_fit_is_told(
    project: Project, path: str, start: float, end: float, seeds: list[int], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        variants(project, path, start, end, seeds)


def test_a_pinned_range_is_refused(project: Project) -> None:
    pinned = apply(project, PinRange(1.0, 2.0, HEAD))
    with pytest.raises(InputError, match=r"the head is pinned at 1.2 s: unpin it first"):
        variants(pinned, HEAD, 1.2, 1.8, [1])
    assert variants(pinned, EXPRESSION, 1.2, 1.8, [1])
    # Where only part of it is pinned, the rest moves, as with the edit.
    (made,) = variants(pinned, HEAD, 1.2, 2.8, [1])
    assert made == regenerate(pinned, [SetSampling(HEAD, 1.2, 2.8, 1)])
    with pytest.raises(InputError, match="there is no take 'B'"):
        variants(project, HEAD, 1.0, 2.0, [1], take="B")
