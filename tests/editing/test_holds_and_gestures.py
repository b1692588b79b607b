"""Poses that are held and gestures, by the shipped weights on a real voice."""

from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest
from jaxtyping import Float
from support.files import SPEECH_VIDEO

import ksdiff
from ksdiff.editing import (
    GESTURES,
    AddKeyframe,
    Edit,
    Keyframe,
    MoveKeyframe,
    PinRange,
    Project,
    SetGesture,
    SetHold,
    SetPose,
    SetSampling,
    SetStrength,
    apply,
    create,
    regenerate,
)
from ksdiff.editing.pose_library import find_pose
from ksdiff.editing.poses import holds
from ksdiff.editing.schema import Ease
from ksdiff.errors import InputError
from ksdiff.face.lips import lip_gaps
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD
from ksdiff.speech.audio import load

SMILE = {"mouthSmileLeft": 0.6, "mouthSmileRight": 0.6, "cheekSquintLeft": 0.3, "cheekSquintRight": 0.3}
HALF = {"mouthSmileLeft": 0.5, "mouthSmileRight": 0.5}
HELD = slice(50, 151)  # frames of 2 to 6 s
SHUT = 0.001  # m
REAL_BEND = 0.083  # the 99th percentile of what mouthSmile bends by in tracked clips, weight per frame²


@pytest.fixture(scope="module")
def project() -> Project:
    return create(load(SPEECH_VIDEO), options=ksdiff.AnimateOptions(eyes=None))


def bends(values: Float[np.ndarray, "T ..."]) -> Float[np.ndarray, "T ..."]:
    return np.abs(np.diff(values, n=2, axis=0))


def degrees(project: Project) -> Float[np.ndarray, "T 3"]:
    return np.degrees(project.motion.head[:, :3])


def test_one_keyframe_holds_a_smile_through_a_sentence(project: Project) -> None:
    held = regenerate(project, [SetPose(EXPRESSION, 2.0, SMILE, hold=4.0)])
    for name, value in SMILE.items():
        np.testing.assert_allclose(held.motion.channel(name)[HELD], value, rtol=0.1)
        assert held.motion.channel(name)[HELD].std() > 0.005  # it lives
    before, after = (lip_gaps(each.motion.expression).mean(axis=1)[HELD] for each in (project, held))
    closed = before < SHUT
    assert closed.sum() >= 10
    assert (after[closed] < SHUT).all()
    assert np.corrcoef(before, after)[0, 1] > 0.9  # speech goes on beneath
    for name in ("mouthSmileLeft", "mouthSmileRight"):
        assert bends(held.motion.channel(name))[36:164].max() < REAL_BEND
    outside = np.r_[0 : 50 - 16, 151 + 16 : held.frames]
    assert held.motion.expression[outside].tobytes() == project.motion.expression[outside].tobytes()
    assert held.motion.head.tobytes() == project.motion.head.tobytes()


def test_lips_close_in_a_grin_unless_the_pose_means_them(project: Project) -> None:
    grin = find_pose("grin")
    shut = lip_gaps(project.motion.expression).mean(axis=1) < SHUT
    shut[: HELD.start + 5], shut[HELD.stop - 5 :] = False, False
    held = regenerate(project, [replace(grin, hold=4.0).at(2.0)])
    assert (lip_gaps(held.motion.expression).mean(axis=1)[shut] < 2 * SHUT).all()
    agape = replace(grin, hold=4.0, pose={**grin.pose, "jawOpen": 0.3, "mouthClose": 0.0, "mouthShrugLower": 0.0})
    assert (lip_gaps(regenerate(project, [agape.at(2.0)]).motion.expression).mean(axis=1)[shut] > 3 * SHUT).all()


def test_a_hold_is_seen_before_it_is_generated_and_the_same_after(project: Project) -> None:
    marked = apply(project, SetPose(EXPRESSION, 2.0, SMILE, hold=4.0))
    done = regenerate(marked)
    for name in SMILE:
        np.testing.assert_allclose(marked.motion.channel(name)[HELD], done.motion.channel(name)[HELD], atol=1e-5)
    again = regenerate(done, [AddKeyframe(EXPRESSION, 4.0)])  # what makes a part of the hold anew changes nothing in it
    for name in SMILE:
        np.testing.assert_allclose(again.motion.channel(name)[HELD], done.motion.channel(name)[HELD], atol=1e-5)


def test_one_keyframe_keeps_the_head_turned(project: Project) -> None:
    turned = degrees(regenerate(project, [SetPose(HEAD, 3.0, {"rotationY": 0.3}, hold=3.0)]))
    np.testing.assert_allclose(turned[75:151, 1], np.degrees(0.3), atol=1.0)
    assert turned[75:151, 1].std() > 0.1
    assert bends(turned[:, 1]).max() < 1.5 * np.quantile(bends(degrees(project)[:, 1]), 0.99)


@pytest.mark.parametrize("seconds", [0.2, 0.4, 2.0])
def test_the_same_pose_twice_is_held_in_between(project: Project, seconds: float) -> None:
    both = regenerate(project, [SetPose(EXPRESSION, 3.0, HALF), SetPose(EXPRESSION, 3.0 + seconds, HALF)])
    stop = 75 + round(seconds * 25) + 1
    for name in HALF:
        np.testing.assert_allclose(both.motion.channel(name)[75:stop], 0.5, rtol=0.1)


def test_two_gestures_are_not_held_in_between(project: Project) -> None:
    edits = [SetGesture(EXPRESSION, 2.4, "brow_flash"), SetGesture(EXPRESSION, 4.4, "brow_flash")]
    brow = regenerate(project, edits).motion.channel("browInnerUp")
    assert min(brow[62], brow[112]) > 0.5
    assert brow[80:100].min() < 0.3


def test_a_pose_beside_one_like_it_is_held_without_a_gap(project: Project) -> None:
    first = regenerate(project, [SetPose(EXPRESSION, 2.0, HALF)])
    both = regenerate(first, [SetPose(EXPRESSION, 4.4, HALF)])
    parted = regenerate(both, [SetPose(EXPRESSION, 3.2, {"mouthSmileLeft": 0.1, "mouthSmileRight": 0.1})])
    for name in HALF:
        np.testing.assert_allclose(both.motion.channel(name)[50:111], 0.5, rtol=0.1)
        np.testing.assert_allclose(
            both.takes[0].motion[EXPRESSION][50:111, project.space.index(name)].std(), 0, atol=0.05
        )
        assert parted.motion.channel(name)[80] == pytest.approx(0.1, abs=0.01)
        assert bends(parted.motion.channel(name)[48:114]).max() < 0.15


def test_more_strength_is_more_of_the_pose(project: Project) -> None:
    posed = apply(project, SetPose(EXPRESSION, 3.0, SMILE, hold=1.0))
    found = [
        regenerate(posed, [SetStrength(EXPRESSION, 3.0, strength)]).motion.channel("mouthSmileLeft")[75:101].mean()
        for strength in (0.2, 0.4, 0.6, 0.8, 1.0)
    ]
    assert (np.diff(found) > 0.05).all()


def test_attack_and_release_take_their_time(project: Project) -> None:
    def way(attack: float, release: float) -> Float[np.ndarray, " T"]:
        edit = SetPose(EXPRESSION, 3.0, {"browInnerUp": 0.8}, hold=1.0, attack=attack, release=release)
        return regenerate(project, [edit]).motion.channel("browInnerUp")

    fast, slow = way(0.2, 0.2), way(1.2, 1.6)
    usual = project.motion.channel("browInnerUp")
    assert fast[:70].tobytes() == usual[:70].tobytes()
    assert fast[106:].tobytes() == usual[106:].tobytes()
    assert slow[60] > 0.3 > fast[60]
    assert slow[120] > 0.3 > fast[120]
    changed = regenerate(
        apply(project, SetPose(EXPRESSION, 3.0, {"browInnerUp": 0.8})), [SetHold(EXPRESSION, 3.0, 1.0, 1.2, 1.6)]
    )
    np.testing.assert_allclose(changed.motion.channel("browInnerUp")[75:101], 0.8, rtol=0.1)


def test_an_attack_takes_the_course_that_is_chosen(project: Project) -> None:
    usual = project.motion.channel("browInnerUp")

    def came(ease: Ease) -> Float[np.ndarray, " T"]:
        edit = SetPose(EXPRESSION, 3.0, {"browInnerUp": 0.7}, hold=0.4, attack=0.8, release=0.8, ease=ease)
        return regenerate(project, [edit]).motion.channel("browInnerUp")

    made: dict[Ease, Float[np.ndarray, " T"]] = {ease: came(ease) for ease in get_args(Ease)}
    start, end = usual[55], usual[105]
    half = {ease: (motion[65] - start) / (0.7 - start) for ease, motion in made.items()}
    back = {ease: (motion[95] - end) / (0.7 - end) for ease, motion in made.items()}
    assert half["linear"] == pytest.approx(0.5, abs=0.03)
    assert half["smooth"] == pytest.approx(0.5, abs=0.03)
    assert half["ease_in"] == pytest.approx(0.25, abs=0.03)
    assert half["ease_out"] == pytest.approx(0.75, abs=0.03)
    assert back["ease_in"] == pytest.approx(0.75, abs=0.03)  # it stays at first
    assert back["ease_out"] == pytest.approx(0.25, abs=0.03)
    assert 0.73 < made["overshoot"][55:75].max() < 0.8
    assert made["ease_out"][55:75].max() < 0.71
    changed = regenerate(
        apply(project, SetPose(EXPRESSION, 3.0, {"browInnerUp": 0.7}, 0.4, 0.8, 0.8)),
        [SetHold(EXPRESSION, 3.0, 0.4, 0.8, 0.8, "ease_in")],
    )
    assert changed.motion.channel("browInnerUp").tobytes() == made["ease_in"].tobytes()
    kept = apply(changed, SetHold(EXPRESSION, 3.0, 0.4, 0.6)).takes[0].keyframe(EXPRESSION, 75)
    assert kept is not None
    assert kept.ease == "ease_in"


def test_holds_of_a_channel_do_not_run_into_each_other() -> None:
    keyframes = (
        Keyframe(10, 1.0, {"jawOpen": 0.5}, hold=100), Keyframe(50, 0.5, {"jawOpen": 0.7}),
        Keyframe(60, 1.0, {"browInnerUp": 0.2}), Keyframe(90, 0.75, {"jawOpen": 0.5}),
        Keyframe(300, 0.75, {"jawOpen": 0.5}),
    )  # fmt: skip
    found = holds(keyframes, EXPRESSION, "jawOpen", 0.1)
    assert [(hold.first, hold.last) for hold in found] == [(10, 42), (50, 90), (300, 300)]
    assert [hold.value for hold in found] == pytest.approx([0.5, 0.4, 0.4])


def turns(curve: Float[np.ndarray, " T"], least: float) -> int:
    """How often a curve changes direction by more than ``least``."""
    count, direction, extreme = 0, 0, curve[0]
    for value in curve:
        if direction >= 0 and value < extreme - least:
            count, direction, extreme = count + (direction > 0), -1, value
        elif direction <= 0 and value > extreme + least:
            count, direction, extreme = count + (direction < 0), 1, value
        extreme = max(extreme, value) if direction > 0 else min(extreme, value) if direction < 0 else extreme
    return count


def test_nod_shake_tilt_and_turn_are_what_they_are_called(project: Project) -> None:
    own = degrees(project)
    limit = 1.5 * max(np.quantile(np.linalg.norm(np.diff(own, n=2, axis=0), axis=1), 0.99), 0.5)
    found: dict[tuple[str, int], Float[np.ndarray, "T 3"]] = {}
    for gesture in ("nod", "shake", "tilt", "turn", "emphasis"):
        for seed in (0, 1, 2):
            made = degrees(regenerate(project, [SetGesture(HEAD, 4.2, gesture, seed=seed)]))
            found[gesture, seed] = made[95:135]
            assert np.linalg.norm(np.diff(made[80:150], n=2, axis=0), axis=1).max() < limit
    for seed in (0, 1, 2):
        nod, shake = found["nod", seed][:, 0], found["shake", seed][:, 1]
        assert nod[8:12].max() - nod[:6].min() > 5
        assert turns(nod, 1.5) >= 3  # down, up, down, up
        assert np.ptp(shake) > 9
        assert turns(shake, 3.0) >= 2
        tilt, turn = found["tilt", seed][10:24, 2], found["turn", seed][10:24, 1]
        assert abs(tilt.mean() - degrees(project)[105:119, 2].mean()) > 4
        assert tilt.std() < 1
        assert abs(turn.mean() - own[105:119, 1].mean()) > 8
    sides = {np.sign(found["tilt", seed][15, 2] - own[110, 2]) for seed in (0, 1, 2)}
    assert sides == {-1, 1}
    for gesture in ("nod", "shake"):
        assert np.abs(found[gesture, 0] - found[gesture, 1]).max() > 0.5  # another seed is another nod


@pytest.mark.parametrize(
    ("gesture", "channel"), [("brow_flash", "browInnerUp"), ("smile", "mouthSmileRight"), ("frown", "browDownLeft")]
)
def test_gestures_of_the_face(project: Project, gesture: str, channel: str) -> None:
    full = regenerate(project, [SetGesture(EXPRESSION, 4.0, gesture)])
    half = regenerate(project, [SetGesture(EXPRESSION, 4.0, gesture, strength=0.5)])
    at = slice(101, 103)
    height = full.motion.channel(channel)[at].mean()
    assert height > 0.45
    assert half.motion.channel(channel)[at].mean() == pytest.approx(height / 2, rel=0.2)
    assert full.motion.expression[:84].tobytes() == project.motion.expression[:84].tobytes()
    assert full.takes[0].keyframe(EXPRESSION, 100) == Keyframe(100, 1.0, gesture=gesture)
    assert not apply(full, SetGesture(EXPRESSION, 4.0, None)).takes[0].keyframe(EXPRESSION, 100).gesture  # type: ignore[union-attr]


def test_a_nod_in_a_held_turn_keeps_the_turn(project: Project) -> None:
    both = degrees(
        regenerate(project, [SetPose(HEAD, 2.0, {"rotationY": 0.25}, hold=4.0), SetGesture(HEAD, 4.0, "nod")])
    )
    np.testing.assert_allclose(both[50:151, 1], np.degrees(0.25), atol=1.0)
    assert turns(both[92:125, 0], 1.5) >= 3


def test_a_gesture_cut_by_an_edit_is_made_whole(project: Project) -> None:
    nodding = regenerate(project, [SetGesture(HEAD, 4.0, "nod")])
    beside = regenerate(nodding, [AddKeyframe(HEAD, 5.4)])  # reaches back into the nod
    assert turns(degrees(beside)[92:125, 0], 1.5) >= 3
    moved = regenerate(nodding, [MoveKeyframe(HEAD, 4.0, 5.0)])
    assert turns(degrees(moved)[117:150, 0], 1.5) >= 3


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (SetPose(EXPRESSION, 2.0, SMILE, hold=-1.0), r"hold is -1.0 s; it must be 0 to"),
        (SetPose(EXPRESSION, 2.0, SMILE, attack=0.0), r"attack is 0.0 s; it must be 0.04 to 10"),
        (SetPose(EXPRESSION, 2.0, SMILE, release=float("nan")), r"release is nan s"),
        (SetHold(EXPRESSION, 1.0, 2.0), r"has no expression keyframe|has no pose to hold: set one first"),
        (SetGesture(HEAD, 2.0, "smile"), r"head has no gesture 'smile'"),
        (SetGesture(EXPRESSION, 2.0, "nod"), r"expression has no gesture 'nod'"),
        (SetGesture(HEAD, 2.0, "nod", strength=2.0), r"strength is 2.0"),
    ],
)
def test_what_makes_no_sense_is_refused(project: Project, edit: Edit, message: str) -> None:
    with pytest.raises(InputError, match=message):
        apply(project, edit)


def test_pinned_frames_stay_within_a_hold(project: Project) -> None:
    pinned = regenerate(project, [PinRange(3.0, 4.0)])
    held = regenerate(pinned, [SetPose(EXPRESSION, 2.0, SMILE, hold=4.0)])
    assert held.motion.expression[75:100].tobytes() == project.motion.expression[75:100].tobytes()
    assert held.motion.channel("mouthSmileLeft")[120] == pytest.approx(0.6, rel=0.1)


def test_holds_and_gestures_come_back_from_a_file(project: Project, tmp_path: Any) -> None:
    edits = [SetPose(EXPRESSION, 2.0, SMILE, hold=1.0, attack=0.5), SetGesture(HEAD, 4.0, "nod", seed=3)]
    directed = regenerate(project, edits)
    directed.save(tmp_path / "a.ksd")
    assert Project.load(tmp_path / "a.ksd") == directed
    assert [Edit.from_json(edit.to_json()) for edit in edits] == edits


def random_edits(random: np.random.Generator) -> list[Edit]:
    edits: list[Edit] = []
    for _ in range(int(random.integers(2, 4))):
        path = HEAD if random.random() < 0.6 else EXPRESSION
        time, seed = round(float(random.uniform(0.2, 8.0)), 2), int(random.integers(100))
        pose = {"rotationY": float(random.uniform(-0.25, 0.25))} if path == HEAD else SMILE
        edits.append(
            [
                SetSampling(path, time, min(8.7, time + float(random.uniform(0.4, 3.0))), seed=seed),
                SetPose(path, time, pose, hold=float(random.uniform(0, 1.5))),
                SetGesture(path, time, GESTURES[path][int(random.integers(len(GESTURES[path])))], seed=seed),
            ][int(random.integers(3))]
        )
    return edits


def jumps(project: Project, trials: int) -> list[list[Edit]]:
    """Edits regenerated together after which the head or the face jumps."""
    random = np.random.default_rng(0)
    faces = [index for index, name in enumerate(ARKIT.expression) if not name.startswith("eye")]  # a blink is no jump
    usual = bends(project.takes[0].motion[EXPRESSION][:, faces]).max()
    # A step that the clip itself does not make, taken from one frame to the next, is a jump.
    own = max(1.5 * bends(degrees(project)).max(), 1.25 * np.abs(np.diff(degrees(project), axis=0)).max())
    bad = []
    for _ in range(trials):
        edits = random_edits(random)
        made = regenerate(project, edits)
        head, face = bends(degrees(made)).max(), bends(made.takes[0].motion[EXPRESSION][:, faces]).max()
        if head > own or face > 1.6 * usual:
            bad.append(edits)
    return bad


def test_edits_made_together_leave_no_jump(project: Project) -> None:
    assert not jumps(project, 8)


@pytest.mark.slow
def test_two_hundred_random_edits_made_together_leave_no_jump(project: Project) -> None:
    assert not jumps(project, 200)


def test_a_head_does_not_jump_where_keyframes_come_to_guide_again(project: Project) -> None:
    """Between a pose that is held and a keyframe soon after it."""
    edits = [SetSampling(HEAD, 4.37, 7.21, seed=91), SetPose(HEAD, 6.01, {"rotationY": -0.053}, hold=1.22)]
    assert bends(degrees(regenerate(project, edits))).max() < 1.5 * bends(degrees(project)).max()


def test_another_seed_is_seen(project: Project) -> None:
    from ksdiff.face.head import load_head

    _, deltas = load_head().landmark_basis()
    lips, brows = [13, 14, 61, 291, 0, 17, 37, 267, 84, 314], [70, 63, 105, 66, 107, 336, 296, 334, 293, 300]
    other = regenerate(project, [SetSampling(EXPRESSION, 0.0, 8.76, seed=1)])
    change = other.motion.expression - project.motion.expression
    for part in range(0, project.frames - 49, 50):
        moved = [
            np.linalg.norm(np.tensordot(change[part : part + 50], deltas[:51, region], axes=1), axis=-1).mean(axis=1)
            for region in (lips, brows)
        ]
        assert np.max(moved) > 0.0012


def test_old_projects_keep_their_poses_at_full_strength(project: Project) -> None:
    from ksdiff.editing.project_file import MIGRATIONS

    take = {"keyframes": {"expression": [{"frame": 5, "strength": 0.4, "pose": {"jawOpen": 0.5}}], "head": []}}
    other = {"keyframes": {"expression": [{"frame": 5, "strength": 0.4, "pose": {}}], "head": []}}
    after = MIGRATIONS[3]({"takes": [take, other]})["takes"]
    assert [one["keyframes"]["expression"][0]["strength"] for one in after] == [1.0, 0.4]
    weaker = replace(Keyframe(5, 1.0, {"jawOpen": 0.5}), strength=0.4)
    assert holds([weaker], EXPRESSION, "jawOpen", 0.0)[0].value == pytest.approx(0.2)
