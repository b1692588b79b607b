"""Gestures that a seed draws: seeds of a face differ, closed lips stay closed, and nothing else is touched."""

import importlib.util
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from support.files import REPOSITORY, SPEECH_VIDEO

from ksdiff.editing import AddKeyframe, PinRange, Project, SetGesture, SetPose, SetSampling, apply, create, regenerate
from ksdiff.editing.drawn_gestures import KINDS, MARGIN
from ksdiff.errors import InputError
from ksdiff.face.lips import lip_gaps
from ksdiff.motion.space import EXPRESSION, HEAD

SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def project() -> Project:
    """A real voice, by the packaged weights."""
    return create(SPEECH_VIDEO)


def measured():
    spec = importlib.util.spec_from_file_location("measure_seeds", REPOSITORY / "scripts/measure_seeds.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


def drawn(project: Project, seed: int, start: float = 2.0, end: float = 4.0) -> SetSampling:
    return SetSampling(EXPRESSION, start, end, seed, gestures=True)


def gestures(project: Project):
    return {one.frame: one for one in project.takes[0].keyframes[EXPRESSION] if one.gesture is not None}


def accents(project: Project):
    return {one.frame: one for one in project.takes[0].keyframes[EXPRESSION] if one.gesture is None}


@pytest.mark.slow
@pytest.mark.parametrize("start", [0.0, 2.0, 4.0, 6.0])
def test_seeds_of_every_two_seconds_are_seen_to_differ(project: Project, start: float) -> None:
    distance = measured().distance
    frames = slice(round(start * 25), round(start * 25) + 50)
    before = project.motion.expression
    made = [regenerate(project, [drawn(project, seed, start, start + 2)]).motion.expression for seed in SEEDS]
    for one in made:
        assert distance(one[frames], before[frames]) >= 1.5
        outside = np.ones(len(one), bool)
        outside[frames] = False
        assert np.array_equal(one[outside], before[outside])
    assert min(distance(one[frames], other[frames]) for one, other in combinations(made, 2)) >= 1.5


def test_another_seed_leaves_closed_lips_closed(project: Project) -> None:
    closed = lip_gaps(project.motion.expression).max(axis=1) < 0.8e-3
    closed[:6] = closed[-6:] = False  # where the seed comes and goes
    assert closed.sum() > 10
    for seed in SEEDS:
        for edit in (SetSampling(EXPRESSION, 0.0, 8.76, seed), drawn(project, seed, 0.0, 8.76)):
            after = regenerate(project, [edit]).motion.expression
            assert lip_gaps(after).max(axis=1)[closed].max() < 1.7e-3


def test_gestures_are_keyframes_in_the_range_alone(project: Project) -> None:
    for seed in range(12):
        after = apply(project, drawn(project, seed))
        assert gestures(after)
        for frame, one in gestures(after).items():
            assert one.gesture in KINDS
            assert 50 + MARGIN <= frame < 100 - MARGIN
        assert set(np.flatnonzero(after.takes[0].stale[EXPRESSION])) == set(range(50, 100))
        assert not after.takes[0].stale[HEAD].any()
        assert after.takes[0].keyframes[HEAD] == project.takes[0].keyframes[HEAD]


def test_seeds_in_a_row_draw_all_kinds(project: Project) -> None:
    kinds = {one.gesture for seed in range(4, 8) for one in gestures(apply(project, drawn(project, seed))).values()}
    assert kinds == set(KINDS)


def test_the_next_seed_takes_the_place_of_the_last(project: Project) -> None:
    direct = apply(project, drawn(project, 9))
    after = apply(apply(project, drawn(project, 4)), drawn(project, 9))
    assert after.takes[0].keyframes == direct.takes[0].keyframes
    assert accents(apply(after, drawn(project, 9))) == accents(direct)
    plain = apply(after, SetSampling(EXPRESSION, 2.0, 4.0, 1))
    assert gestures(plain) == gestures(direct)  # only who draws takes away


def test_what_a_person_made_stays(project: Project) -> None:
    own = apply(project, SetGesture(EXPRESSION, 2.9, "smile", 0.4))
    posed = apply(own, SetPose(EXPRESSION, 6.0, {"browInnerUp": 0.8}, hold=0.4))
    for seed in range(6):
        for start in (2.0, 5.0):
            after = apply(posed, drawn(project, seed, start, start + 2))
            assert gestures(after)[72] == gestures(own)[72]
            assert accents(after)[150] == accents(posed)[150]
            mine = {frame for frame in gestures(after) if frame != 72}
            assert all(abs(frame - 72) > MARGIN for frame in mine)
            assert all(frame < 150 - 8 or frame > 160 + 8 for frame in mine)


def test_nothing_is_drawn_where_there_is_no_room(project: Project) -> None:
    short = apply(project, drawn(project, 1, 2.0, 2.6))
    assert short.takes[0].keyframes == project.takes[0].keyframes
    pinned = apply(project, PinRange(2.2, 3.9, EXPRESSION))
    assert apply(pinned, drawn(project, 1)).takes[0].keyframes == project.takes[0].keyframes
    added = apply(project, AddKeyframe(EXPRESSION, 3.0))
    assert accents(apply(added, drawn(project, 1, 2.9, 3.1)))[75] == accents(added)[75]


def test_only_a_seed_of_the_expression_draws(project: Project) -> None:
    for edit in (SetSampling(HEAD, 2.0, 4.0, 1, gestures=True), SetSampling(EXPRESSION, 2.0, 4.0, gestures=True)):
        with pytest.raises(InputError, match="gestures are drawn by a seed of the expression"):
            apply(project, edit)
    assert replace(drawn(project, 3), gestures=False) == SetSampling(EXPRESSION, 2.0, 4.0, 3)
