"""Editing: what an edit reaches changes, all else stays as it was bit for bit; poses are met; pins hold."""

import json
import zipfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from support.files import PROJECT_V1, SPEECH_VIDEO

import ksdiff
from ksdiff.animator import AnimateOptions
from ksdiff.cli import main
from ksdiff.cli.edit import parse_edit
from ksdiff.editing import (
    EDITS,
    REACH,
    AddKeyframe,
    AddTake,
    AddVocalization,
    ChooseTake,
    CopyPose,
    DeleteKeyframe,
    DeleteTake,
    Edit,
    History,
    Keyframe,
    MoveKeyframe,
    PinRange,
    Project,
    RemoveArticulation,
    RemoveCurve,
    RemoveEmotion,
    RemoveLookAt,
    RemoveRangeLayers,
    RemoveVocalization,
    SetArticulation,
    SetCharacter,
    SetCurve,
    SetEmotion,
    SetGesture,
    SetHold,
    SetLayers,
    SetLookAt,
    SetPose,
    SetRangeLayers,
    SetSampling,
    SetStrength,
    SetStyle,
    SetWords,
    UnpinRange,
    apply,
    archive,
    create,
    performer,
    project_file,
    read_edits,
    regenerate,
    render,
)
from ksdiff.editing.inpainting import tiles
from ksdiff.editing.layers import Layers
from ksdiff.editing.poses import Hold, pose_weights
from ksdiff.editing.render import FADE
from ksdiff.editing.takes import Take
from ksdiff.errors import InputError
from ksdiff.layers.curves import CurveKey
from ksdiff.layers.eyes import NATURAL, add_blinks_and_gaze, gaze_angles
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.model.sampling import COMMIT, WINDOW, generate_all, windows
from ksdiff.motion import Word
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.speech.audio import SAMPLE_RATE, load
from ksdiff.speech.forced_alignment import Phone
from ksdiff.speech.loudness import sound_number

SECONDS = 7  # two windows of the model
FRAMES = SECONDS * 25
EYES = ("eyeBlink", "eyeLook", "eyeWide")
TURN = {"rotationX": 0.1, "rotationY": 0.3, "rotationZ": -0.05}


def test_phones_stay_with_the_words_that_stay(project: Project, tmp_path: Path) -> None:
    phones = (Phone("M", 0.5, 0.6), Phone("AY", 0.6, 0.7), Phone("EH", 6.4, 6.5))
    heard = apply(project, SetWords(project.words, phones))
    assert heard.phones == phones
    assert not heard.stale  # the model does not hear them
    assert apply(heard, SetWords((*project.words[:2], Word("fin", 6.4, 6.8)))).phones == phones[:2]
    heard.save(tmp_path / "heard.ksd")
    assert Project.load(tmp_path / "heard.ksd") == heard
    text = json.loads(zipfile.ZipFile(tmp_path / "heard.ksd").read("project.json"))
    before = {name: value for name, value in text.items() if name != "phones"}
    before["edits"] = [{k: v for k, v in edit.items() if k != "phones"} for edit in text["edits"]]
    rewritten(tmp_path / "heard.ksd", tmp_path / "before.ksd", project_json=json.dumps(before).encode())
    assert Project.load(tmp_path / "before.ksd").phones == ()  # a file from before there were any


SMILE = {"mouthSmileLeft": 0.7, "mouthSmileRight": 0.6, "browInnerUp": 0.4, "eyeBlinkLeft": 0.5}
MUCH = {
    "gains": {"mouth": 1.3, "brows": 0.6},
    "head_amplitude": 0.7,
    "expression_smoothing": 0.06,
    "head_smoothing": 0.1,
    "offsets": {"mouthSmileLeft": 0.1, "rotationY": 0.05},
}


@pytest.fixture(scope="module")
def voice() -> np.ndarray:
    return load(SPEECH_VIDEO)[: SECONDS * SAMPLE_RATE]


@pytest.fixture(scope="module")
def project(checkpoint: Checkpoint, voice: np.ndarray) -> Project:
    """Words at made-up times, so that no aligner is needed."""
    made = create(voice, model=checkpoint)
    return regenerate(made, [SetWords((Word("my", 0.5, 0.7), Word("fellow", 0.7, 1.2), Word("end", 6.4, 6.8)))])


def edited(project: Project, *edits: Edit) -> Project:
    return regenerate(project, edits)


def changed(before: Project, after: Project, path: str) -> np.ndarray:
    """Frames at which the finished motion differs in any bit; of the expression without what follows the head."""
    one, other = getattr(before.motion, path), getattr(after.motion, path)
    if path == EXPRESSION:
        keep = [index for index, name in enumerate(before.space.expression) if not name.startswith(EYES)]
        one, other = one[:, keep], other[:, keep]
    return np.flatnonzero((one != other).any(axis=1))


def first_keyframe(project: Project, path: str, after: float = 0.0) -> float:
    return next(k.frame / 25 for k in project.takes[0].keyframes[path] if k.frame / 25 > after)


def test_without_edits_it_is_the_motion_of_animate(checkpoint: Checkpoint, voice: np.ndarray) -> None:
    voice = voice[: 3 * SAMPLE_RATE]
    project = create(voice, model=checkpoint, options=ksdiff.AnimateOptions(seed=3, style="bob"))
    options = ksdiff.AnimateOptions(seed=3, style="bob", fps=60.0)
    assert render(project, 60.0) == ksdiff.animate(voice, model=checkpoint, options=options)
    assert project.motion == render(project, 25.0)
    assert regenerate(project) is project


def test_another_take_from_nothing_is_the_motion_of_its_seed(checkpoint: Checkpoint, voice: np.ndarray) -> None:
    options, voice = {"eyes": None, "rest": False}, voice[: 3 * SAMPLE_RATE]
    project = create(voice, model=checkpoint, options=ksdiff.AnimateOptions(**options))
    both = edited(project, AddTake("B", sampling={"head_seed": 5, "expression_seed": 6}))
    alone = ksdiff.animate(
        voice, model=checkpoint, options=ksdiff.AnimateOptions(head_seed=5, expression_seed=6, **options)
    )
    seen = render(both, take="B")
    np.testing.assert_array_equal(seen.head, alone.head)
    np.testing.assert_array_equal(seen.expression, alone.expression)
    assert not changed(project, both, HEAD).size


@pytest.mark.parametrize("path", PATHS)
def test_a_keyframe_changes_its_path_within_its_reach_alone(project: Project, path: str) -> None:
    other = HEAD if path == EXPRESSION else EXPRESSION
    added = edited(project, AddKeyframe(path, 3.2, 0.7))
    assert added.takes[0].keyframe(path, 80) == Keyframe(80, float(np.float32(0.7)))
    frames = changed(project, added, path)
    assert len(frames) > REACH[path]
    assert frames.min() >= 80 - REACH[path]
    assert frames.max() <= 80 + REACH[path]
    assert not changed(project, added, other).size
    assert getattr(added.motion, f"keyframes_{path}")[80] == np.float32(0.7)
    moved = edited(added, MoveKeyframe(path, 3.2, 4.2))
    assert set(changed(added, moved, path)) <= {*range(80 - REACH[path], 106 + REACH[path])}
    assert moved.takes[0].keyframe(path, 80) is None
    weaker = edited(moved, SetStrength(path, 4.2, 0.2))
    assert {*range(103, 108)} <= set(changed(moved, weaker, path))
    gone = edited(weaker, DeleteKeyframe(path, 4.2))
    assert gone.takes[0].keyframes == project.takes[0].keyframes


def test_an_edit_of_the_head_moves_no_blink_elsewhere(project: Project) -> None:
    after = edited(project, SetSampling(HEAD, 3.0, 5.0, seed=9))
    assert len(changed(project, after, HEAD)) >= 45
    differs = (project.motion.expression != after.motion.expression).any(axis=1)
    assert not differs[:75].any()
    assert not differs[125:].any()
    assert differs[75:125].any()  # the eyes stay on the viewer while the head turns


def test_stale_frames_are_those_within_reach(project: Project) -> None:
    marked = apply(project, AddKeyframe(HEAD, 2.0))
    assert np.flatnonzero(marked.takes[0].stale[HEAD]).tolist() == list(range(50 - REACH[HEAD], 51 + REACH[HEAD]))
    assert not marked.takes[0].stale[EXPRESSION].any()
    assert marked.stale
    assert not regenerate(marked).stale
    assert marked.motion.head.tobytes() == project.motion.head.tobytes()


def test_poses_are_met_through_all_layers(project: Project) -> None:
    directed = apply(apply(project, SetPose(HEAD, 3.0, TURN)), SetPose(EXPRESSION, 4.0, SMILE))
    directed = apply(directed, SetPose(EXPRESSION, 4.2, {"mouthSmileLeft": 0.2, "mouthClose": 0.5}))
    for layers in ({}, MUCH):
        for state in (apply(directed, SetLayers(layers)), edited(directed, SetLayers(layers))):
            motion = state.motion
            for name, value in TURN.items():
                found = motion.head[75, motion.space.head.index(name)]
                assert abs(found - value) < np.radians(0.5) / 2
            for name, value in SMILE.items():
                assert abs(motion.channel(name)[100] - value) < 0.02
            assert abs(motion.channel("mouthSmileLeft")[105] - 0.2) < 0.02
            assert abs(motion.channel("mouthClose")[105] - 0.5) < 0.02
            assert motion.channel("jawOpen")[105] >= motion.channel("mouthClose")[105]
    assert set(changed(project, edited(project, SetPose(HEAD, 3.0, TURN)), HEAD)) <= {*range(50, 101)}


def test_a_pose_is_made_and_not_only_drawn(project: Project) -> None:
    take = edited(project, SetPose(HEAD, 3.0, TURN)).takes[0]
    names = project.space.head
    raw = take.motion[HEAD][75, [names.index(name) for name in TURN]]
    np.testing.assert_allclose(raw, list(TURN.values()), atol=1e-5)
    # It leads there and back: no step is larger than that of a raised cosine that long, and the model's own.
    own = np.abs(np.diff(project.takes[0].motion[HEAD], axis=0)).max()
    assert np.abs(np.diff(take.motion[HEAD], axis=0)).max() < own + 0.4 * np.pi / 2 / 10


def test_poses_move_and_go_with_their_keyframes(project: Project) -> None:
    posed = edited(project, SetPose(HEAD, 3.0, TURN), MoveKeyframe(HEAD, 3.0, 5.0))
    assert posed.motion.head[125, 1] == pytest.approx(0.3, abs=1e-6)
    assert abs(posed.motion.head[75, 1] - 0.3) > 0.05
    copied = edited(posed, CopyPose(HEAD, 1.0, 5.0, ("rotationY",)))
    assert copied.motion.head[25, 1] == pytest.approx(0.3, abs=1e-6)
    face = edited(copied, CopyPose(EXPRESSION, 1.0, 5.0))
    pose = face.takes[0].keyframe(EXPRESSION, 25)
    assert pose is not None
    assert "jawOpen" in pose.pose
    assert not any(name.startswith("eyeBlink") for name in pose.pose)
    np.testing.assert_allclose(face.motion.channel("jawOpen")[25], copied.motion.channel("jawOpen")[125], atol=1e-6)
    free = edited(copied, SetPose(HEAD, 1.0, {}), DeleteKeyframe(HEAD, 5.0))
    assert not any(keyframe.pose for keyframe in free.takes[0].keyframes[HEAD])


def test_pose_weights_are_one_at_their_own_and_zero_at_the_next() -> None:
    times = np.arange(50) / 25
    weights = pose_weights([Hold(10, 10, 0.0), Hold(15, 15, 0.0), Hold(40, 40, 0.0)], times, 0.4)
    np.testing.assert_allclose(weights[:, [10, 15, 40]], np.eye(3), atol=1e-12)
    assert weights[2, 30] == 0  # further than it reaches
    np.testing.assert_allclose(weights[2, 35], 0.5)


@pytest.mark.parametrize(
    "edits",
    [
        (SetSampling(HEAD, 0.0, 7.0, seed=4), SetSampling(EXPRESSION, 1.0, 6.0, seed=4)),
        (SetLayers(MUCH),),
        (SetLayers({"eyes": {"blinks_per_minute": 60.0}}), SetWords(())),
        (AddTake("B", sampling={"head_seed": 2}), ChooseTake("B", 0.0, 7.0)),
        (AddKeyframe(HEAD, 2.8), SetPose(EXPRESSION, 5.2, SMILE)),
    ],
)
def test_what_is_pinned_never_changes(project: Project, edits: tuple[Edit, ...]) -> None:
    pinned = edited(project, PinRange(3.0, 5.0))
    assert pinned.motion.head.tobytes() == project.motion.head.tobytes()  # to pin changes nothing
    assert pinned.motion.expression.tobytes() == project.motion.expression.tobytes()
    after = edited(pinned, *edits)
    for path in PATHS:
        one, other = getattr(project.motion, path), getattr(after.motion, path)
        assert one[75:125].tobytes() == other[75:125].tobytes()
        assert (one != other).any()
    # It fades into the range and does not jump: the first step of a raised cosine over the margin is a fifteenth.
    own, now = (np.abs(np.diff(each.motion.head, axis=0)).max(axis=1) for each in (project, after))
    away = np.abs(apply(after, UnpinRange(3.0, 5.0)).motion.head - project.motion.head)[68:132].max()
    assert (now[[74, 124]] <= own[[74, 124]] + 0.1 * away + 1e-6).all()


def test_to_pin_changes_little_at_other_rates(project: Project) -> None:
    pinned = edited(project, PinRange(3.0, 5.0))
    for fps in (24.0, 60.0):
        before, after = render(project, fps), render(pinned, fps)
        np.testing.assert_allclose(after.head, before.head, atol=1e-4)
        mouth = before.space.mouth_indices  # blinks at other rates are no copies of those at 25
        np.testing.assert_allclose(after.expression[:, mouth], before.expression[:, mouth], atol=0.02)


def test_pinned_frames_refuse_edits_until_unpinned(project: Project) -> None:
    pinned = edited(project, PinRange(3.0, 5.0, HEAD))
    with pytest.raises(InputError, match=r"head is pinned at 4 s: unpin"):
        apply(pinned, SetPose(HEAD, 4.0, TURN))
    assert apply(pinned, SetPose(EXPRESSION, 4.0, SMILE)).stale  # the other path is free
    part = apply(pinned, UnpinRange(3.6, 4.2))
    assert [(pin.start, pin.stop) for pin in part.pins] == [(75, 90), (105, 125)]
    changed_part = edited(part, SetSampling(HEAD, 2.0, 6.0, seed=8))
    head = changed_part.motion.head
    assert head[75:90].tobytes() == project.motion.head[75:90].tobytes()
    assert head[105:125].tobytes() == project.motion.head[105:125].tobytes()
    assert (head[92:103] != project.motion.head[92:103]).any()
    assert not apply(pinned, UnpinRange(0.0, 7.0)).pins


@pytest.mark.parametrize(("path", "other"), [(HEAD, EXPRESSION), (EXPRESSION, HEAD)])
@pytest.mark.parametrize("setting", [{"seed": 7}, {"temperature": 0.0}, {"guidance": 3.0}])
def test_each_path_has_its_own_settings(project: Project, path: str, other: str, setting: dict[str, float]) -> None:
    after = edited(project, SetSampling(path, 2.0, 4.0, **setting))
    frames = changed(project, after, path)
    assert frames.min() >= 50
    assert frames.max() < 100
    assert len(frames) >= 48
    assert after.takes[0].motion[other].tobytes() == project.takes[0].motion[other].tobytes()
    again = edited(project, SetSampling(path, 2.0, 4.0, **setting))
    assert again.motion == after.motion  # the same edit gives the same motion


def test_a_whole_path_made_anew_is_that_of_the_sampler(project: Project, checkpoint: Checkpoint) -> None:
    after = edited(project, AddTake("B", "A", {"head_seed": 11}))
    one, other = after.takes
    assert other.motion[EXPRESSION].tobytes() == one.motion[EXPRESSION].tobytes()
    heard = performer.Performer.of(after).features.speech(after.words, 0, FRAMES)
    given = {path: other.strengths(path) for path in PATHS}
    made = generate_all(checkpoint.model, heard, other.sampling, checkpoint.style("neutral"), given)
    np.testing.assert_allclose(other.motion[HEAD], made.motion[HEAD], atol=1e-6)


def test_windows_make_all_that_is_stale(project: Project) -> None:
    random = np.random.default_rng(0)
    for frames in (3, 100, 160, 161, 400, 1000):
        assert tiles(np.ones(frames, dtype=bool)) == [windows(frames)]
        for _ in range(20):
            stale = np.zeros(frames, dtype=bool)
            for _ in range(random.integers(1, 5)):
                first = random.integers(frames)
                stale[first : first + random.integers(1, 300)] = True
            covered = np.zeros(frames, dtype=bool)
            for run in tiles(stale):
                assert all(after - before == COMMIT for before, after in pairwise(run))
                for start in run:
                    assert start >= 0
                    covered[start : start + (WINDOW if start == run[-1] else COMMIT)] = True
            assert covered[stale].all()


def test_words_reach_as_far_as_they_changed(project: Project) -> None:
    words = (*project.words[:2], Word("fin", 6.4, 6.8))
    after = edited(project, SetWords(words))
    for path in PATHS:
        frames = changed(project, after, path)
        assert frames.min() >= 6.4 * 25 - 9
    assert after.motion.words == words
    assert edited(project, SetWords(project.words)).motion.head.tobytes() == project.motion.head.tobytes()


def test_another_style_reaches_all_that_is_not_pinned(project: Project) -> None:
    pinned = apply(project, PinRange(2.0, 3.0))
    assert not apply(pinned, SetStyle(project.style)).stale
    other = apply(pinned, SetStyle("andy"))
    assert other.style == "andy"
    for path in PATHS:
        stale = other.takes[0].stale[path]
        assert not stale[50:75].any()
        assert stale.sum() == project.frames - 25
    with pytest.raises(InputError, match="unknown style 'andyy'"):
        regenerate(apply(project, SetStyle("andyy")))


def test_takes_are_composed_without_a_jump(project: Project) -> None:
    lanes = edited(project, AddTake("B", "A", {"head_seed": 5}), ChooseTake("B", 3.0, 5.0, HEAD))
    one, other, head = (*(take.motion[HEAD] for take in lanes.takes), lanes.motion.head)
    assert head[: 75 - FADE // 2 - 1].tobytes() == one[: 75 - FADE // 2 - 1].tobytes()
    assert head[75 + FADE // 2 + 1 : 125 - FADE // 2 - 1].tobytes() == other[80:120].tobytes()
    assert not changed(project, lanes, EXPRESSION).size
    fade = slice(75 - FADE // 2 - 2, 75 + FADE // 2 + 3)
    step = np.abs(one - other)[fade].max()
    limit = max(np.abs(np.diff(values, n=2, axis=0)).max() for values in (one, other)) + 20 * step / FADE**2
    assert np.abs(np.diff(head[fade], n=2, axis=0)).max() < limit
    assert render(lanes, take="B").head.tobytes() == other.tobytes()
    back = apply(lanes, DeleteTake("B"))
    assert back.motion.head.tobytes() == project.motion.head.tobytes()
    with pytest.raises(InputError, match="at least one take"):
        apply(back, DeleteTake("A"))


def test_layers_change_what_they_say(project: Project) -> None:
    def with_layers(**changes: object) -> ksdiff.Motion:
        return apply(project, SetLayers(changes)).motion

    plain = with_layers(eyes=None, rest=False)
    np.testing.assert_allclose(with_layers(head_amplitude=0.5).head, plain.head / 2, atol=1e-7)
    brows = with_layers(eyes=None, rest=False, gains={"brows": 0.0})
    names = plain.space.expression
    for index, name in enumerate(names):
        expected = np.clip(project.neutral[index], 0, 1) if name.startswith("brow") else plain.expression[:, index]
        np.testing.assert_allclose(brows.expression[:, index], expected, atol=1e-6)
    offset = with_layers(eyes=None, rest=False, offsets={"mouthSmileLeft": 0.1, "rotationX": 0.2})
    raised = np.minimum(plain.channel("mouthSmileLeft") + 0.1, 1)
    assert offset.channel("mouthSmileLeft").min() >= 0
    assert (offset.channel("mouthSmileLeft") <= raised + 1e-6).mean() > 0.9
    np.testing.assert_allclose(offset.head[:, 0], plain.head[:, 0] + 0.2, atol=1e-6)
    smooth = with_layers(head_smoothing=0.2).head
    assert np.abs(np.diff(smooth, n=2, axis=0)).mean() < 0.3 * np.abs(np.diff(plain.head, n=2, axis=0)).mean()
    assert with_layers(eyes={"blinks_per_minute": 0.0}).channel("eyeBlinkLeft").max() < 0.4
    target = {"start": 2.0, "end": 4.0, "yaw": 0.3, "pitch": 0.0}
    still = {"head_amplitude": 0.0, "eyes_seed": 2}  # a seed that gives neither shift of 17 degrees a blink
    gaze = {"gaze": [target], **still}
    directed, free = (gaze_angles(with_layers(**g).expression) for g in (gaze, still))
    assert np.abs(directed[55:99, :, 0].mean() - 0.3) < 0.03
    np.testing.assert_array_equal(directed[:50], free[:50])
    np.testing.assert_array_equal(directed[110:], free[110:])
    blinks = (with_layers(**g).channel("eyeBlinkLeft") > 0.6 for g in (gaze, still))
    np.testing.assert_array_equal(*blinks)


def test_blinks_of_a_project_go_with_its_sound(project: Project, checkpoint: Checkpoint, tmp_path: Path) -> None:
    def blinks(project: Project) -> np.ndarray:
        return render(project).channel("eyeBlinkLeft") > 0.6

    assert project.eyes_sound == sound_number(project.voice.samples)
    louder = create(project.voice.samples * np.float32(2), model=checkpoint)
    assert (blinks(louder) != blinks(project)).any()
    project.save(tmp_path / "new.ksd")
    assert Project.load(tmp_path / "new.ksd").motion == project.motion
    changed_part = edited(project, SetSampling(EXPRESSION, 1.0, 2.0, seed=5), SetPose(HEAD, 5.0, TURN))
    np.testing.assert_array_equal(blinks(changed_part), blinks(project))


def test_a_project_from_before_keeps_its_blinks(tmp_path: Path) -> None:
    old = Project.load(PROJECT_V1)
    assert old.eyes_sound == 0
    layers = Layers(eyes=replace(NATURAL, blinks_per_minute=60.0))  # it lasts 1.2 s
    eyes = add_blinks_and_gaze(old.reference, layers.eyes_seed, layers.eyes)
    assert (eyes.channel("eyeBlinkLeft") > 0.6).any()
    plain = render(replace(old, layers=layers, pins=(), choices=()))
    np.testing.assert_array_equal(plain.channel("eyeBlinkLeft") > 0.6, eyes.channel("eyeBlinkLeft") > 0.6)
    old.save(tmp_path / "again.ksd")
    assert Project.load(tmp_path / "again.ksd").eyes_sound == 0


def test_undo_is_the_value_before(project: Project) -> None:
    before = project.motion.head.tobytes()
    history = History(project)
    for edit in (AddKeyframe(HEAD, 3.0), SetPose(HEAD, 3.0, TURN), SetLayers(MUCH)):
        history = history.push(edited(history.present, edit))
    last = history.present
    while history.past:
        history = history.undo()
    assert history.present is project
    assert history.undo() is history
    assert project.motion.head.tobytes() == before
    for _ in range(3):
        history = history.redo()
    assert history.present is last
    assert history.redo() is history
    assert not history.undo().push(project).future


def test_keyframes_that_nobody_changed_do_not_guide(project: Project) -> None:
    """Also where the last frame of the sound has one, and far beyond it has none."""
    (take,) = project.takes
    last = project.frames - 1
    strengths = np.zeros(project.frames, np.float32)
    strengths[[20, 60, last]] = 0.7
    keyframes = {path: tuple(Keyframe(at, float(strengths[at])) for at in (20, 60, last)) for path in PATHS}
    reference = replace(project.reference, keyframes_expression=strengths, keyframes_head=strengths)

    def again(scale: float, *edits: Edit) -> Project:
        scales = dict.fromkeys(PATHS, scale)
        sampling = replace(take.sampling, keyframe_guidance=dict.fromkeys(PATHS, 1.0), given_keyframe_guidance=scales)
        ours = replace(take, sampling=sampling, keyframes=keyframes)
        varied = [SetSampling(path, 1.0, last / 25, seed=3) for path in PATHS]
        return edited(replace(project, takes=(ours,), reference=reference), *varied, *edits)

    plain, guided = again(1.0), again(5.0)
    for path in PATHS:
        np.testing.assert_array_equal(plain.takes[0].motion[path], guided.takes[0].motion[path])
    less, more = (again(scale, DeleteKeyframe(EXPRESSION, 60 / 25)) for scale in (1.0, 5.0))
    apart = np.abs(less.takes[0].motion[EXPRESSION] - more.takes[0].motion[EXPRESSION]).max(axis=1)
    assert apart[60] > 0
    np.testing.assert_array_equal(less.takes[0].motion[HEAD], more.takes[0].motion[HEAD])


@pytest.fixture(scope="module")
def rich(project: Project) -> Project:
    """A project with something of everything."""
    return edited(
        project, AddKeyframe(HEAD, 2.0), SetPose(HEAD, 3.0, TURN), SetPose(EXPRESSION, 4.0, SMILE),
        SetSampling(EXPRESSION, 5.0, 6.0, seed=3, temperature=0.5), PinRange(1.0, 2.0), SetLayers(MUCH),
        SetLayers({"gaze": [{"start": 1.0, "end": 2.0, "yaw": 0.1, "pitch": 0.0}]}),
        AddTake("zwei ✓", "A", {"head_guidance": 2.0}), ChooseTake("zwei ✓", 6.0, 7.0),
    )  # fmt: skip


def test_a_project_file_gives_back_the_project(rich: Project, tmp_path: Path) -> None:
    path = tmp_path / "a project.ksd"
    rich.save(path)
    again = Project.load(path)
    assert again == rich
    assert again.motion == rich.motion
    assert again.voice.samples.tobytes() == rich.voice.samples.tobytes()
    assert apply(rich, SetLayers({"rest": False})) != rich
    again.save(tmp_path / "again.ksd")
    assert (tmp_path / "again.ksd").read_bytes() == path.read_bytes()
    assert set(zipfile.ZipFile(path).namelist()) == {"project.json", "motion.npz", "sound.flac", "sound_rest.npz"}
    # What is regenerated after opening is what would have been generated before.
    edit = SetSampling(HEAD, 3.0, 4.0, seed=12)
    assert edited(again, edit).motion == edited(rich, edit).motion
    # What is still to be made is kept too, as after a crash.
    pending = apply(rich, AddKeyframe(HEAD, 5.0))
    pending.save(path)
    assert Project.load(path) == pending


def test_sound_of_16_bits_needs_no_rest(project: Project, tmp_path: Path) -> None:
    samples = np.round(project.voice.samples * 32768).clip(-32768, 32767).astype(np.float32) / np.float32(32768)
    plain = replace(project, voice=replace(project.voice, samples=samples))
    plain.save(tmp_path / "plain.ksd")
    assert "sound_rest.npz" not in zipfile.ZipFile(tmp_path / "plain.ksd").namelist()
    np.testing.assert_array_equal(Project.load(tmp_path / "plain.ksd").voice.samples, samples)


def rewritten(source: Path, target: Path, **parts: bytes | None) -> Path:
    """A project file with parts replaced or, by None, left out; ``project_json`` stands for ``project.json``."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = parts.get(name.replace(".", "_"), old.read(name))
            if data is not None:
                new.writestr(name, data)
    return target


def test_damaged_and_hostile_files_give_a_message(
    rich: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, bad = tmp_path / "whole.ksd", tmp_path / "bad.ksd"
    rich.save(whole)
    content = whole.read_bytes()
    middle = len(content) // 2
    text = json.loads(zipfile.ZipFile(whole).read("project.json"))

    def with_text(**changes: object) -> bytes:
        return json.dumps({**text, **changes}).encode()

    class Evil:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "executed",))

    np.savez(tmp_path / "pickle.npz", neutral=np.array([Evil()], dtype=object))
    np.savez_compressed(tmp_path / "twice.npz", neutral=np.zeros(10**6))
    cases = {
        "cut": lambda: bad.write_bytes(content[: len(content) // 2]),
        "noise": lambda: bad.write_bytes(b"\xff" * 1000),
        "empty": lambda: bad.write_bytes(b""),
        "flipped": lambda: bad.write_bytes(content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :]),
        "no sound": lambda: rewritten(whole, bad, sound_flac=None),
        "no motion": lambda: rewritten(whole, bad, motion_npz=None),
        "not a project": lambda: rewritten(whole, bad, project_json=b"[]"),
        "no json": lambda: rewritten(whole, bad, project_json=b"\x00{"),
        "other sound": lambda: rewritten(whole, bad, sound_flac=b"RIFF" + bytes(100)),
        "pickle": lambda: rewritten(whole, bad, motion_npz=(tmp_path / "pickle.npz").read_bytes()),
        "packed twice": lambda: rewritten(whole, bad, motion_npz=(tmp_path / "twice.npz").read_bytes()),
        "unknown space": lambda: rewritten(whole, bad, project_json=with_text(space="flyme")),
        "keyframe outside": lambda: rewritten(
            whole, bad, project_json=with_text(takes=[{**text["takes"][0], "keyframes": _late(text)}])
        ),
        "unknown take": lambda: rewritten(
            whole, bad, project_json=with_text(choices=[{"take": "C", "path": "head", "start": 0, "stop": 9}])
        ),
        "wrong type": lambda: rewritten(whole, bad, project_json=with_text(layers={**text["layers"], "rest": "yes"})),
        "pin outside": lambda: rewritten(
            whole, bad, project_json=with_text(pins=[{**text["pins"][0], "stop": 10_000}, text["pins"][1]])
        ),
    }
    for spoil in cases.values():
        spoil()
        with pytest.raises(InputError, match=r"bad\.ksd"):
            Project.load(bad)
    assert not (tmp_path / "executed").exists()
    rewritten(whole, bad, project_json=with_text(version=99))
    with pytest.raises(InputError, match="version 99; this ksdiff reads up to 4: install a newer one"):
        Project.load(bad)
    with pytest.raises(InputError, match="there is no project"):
        Project.load(tmp_path / "missing.ksd")
    monkeypatch.setitem(archive.MAX_BYTES, "motion.npz", 10_000)
    with pytest.raises(InputError, match=r"motion\.npz unpacks to more than"):
        Project.load(whole)


def _late(text: dict) -> dict:
    return {**text["takes"][0]["keyframes"], "head": [{"frame": FRAMES, "strength": 1.0, "pose": {}}]}


def test_an_older_file_is_brought_up_to_date(rich: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.ksd"
    rich.save(path)
    now = project_file.VERSION
    monkeypatch.setattr(project_file, "VERSION", now + 2)
    monkeypatch.setitem(project_file.MIGRATIONS, now, lambda content: {**content, "sort": content["style"]})
    monkeypatch.setitem(project_file.MIGRATIONS, now + 1, lambda content: {**content, "style": content["sort"].upper()})
    assert Project.load(path).style == "NEUTRAL"


def test_a_file_is_written_whole_or_not_at_all(
    project: Project, rich: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.ksd"
    project.save(path)

    write = zipfile.ZipFile.writestr

    def fail(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *data: bytes, **options: int) -> None:
        if entry.filename == "sound.flac":
            raise OSError(28, "No space left on device")
        write(archive, entry, *data, **options)

    monkeypatch.setattr(zipfile.ZipFile, "writestr", fail)
    with pytest.raises(InputError, match="No space left on device"):
        rich.save(path)
    monkeypatch.undo()
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine.ksd"]
    assert Project.load(path) == project


EXAMPLES = (
    AddKeyframe(HEAD, 1.0), DeleteKeyframe(HEAD, 1.0), MoveKeyframe(HEAD, 1.0, 2.0), SetStrength(HEAD, 1.0, 0.5),
    SetPose(HEAD, 1.0, TURN), CopyPose(EXPRESSION, 1.0, 2.0, ("jawOpen",)), SetSampling(HEAD, 1.0, 2.0, seed=3),
    PinRange(1.0, 2.0), UnpinRange(1.0, 2.0, HEAD), SetWords((Word("ä", 1.0, 2.0),)), SetStyle("andy"),
    SetLayers({"eyes": None}),
    SetHold(HEAD, 1.0, 2.0, 0.5, None), SetGesture(HEAD, 1.0, "nod", 0.5, 3),
    SetEmotion(1.0, 2.0, emotion="sad", intensity=0.5), RemoveEmotion(word="ä"),
    SetLookAt(1.0, 2.0, position=(0.3, 0.0, 0.8), head=0.5), RemoveLookAt(1.0, 2.0),
    SetArticulation(1.01, 1.08, jaw=1.5, lips=0.8), RemoveArticulation(1.0, 2.0),
    SetCurve("yaw", (CurveKey(1.0, 0.1), CurveKey(2.0, 0.2, "free", 0.5, -0.5)), "replace"), RemoveCurve("yaw", 1.0),
    SetRangeLayers(1.0, 2.0, gains={"brows": 1.5}, head_amplitude=0.5), RemoveRangeLayers(word="ä"),
    AddVocalization("laugh", 1.0, 2.0), RemoveVocalization(1.0, 2.0),
    AddTake("B", None, {"guidance": 2.0}), DeleteTake("B"), ChooseTake("B", 1.0, 2.0),
    SetCharacter({"Joy": {"mouthSmileLeft": 0.5}}, head_node="Kopf"),
)  # fmt: skip


def test_edits_are_json() -> None:
    assert {type(edit) for edit in EXAMPLES} == set(EDITS.values())
    text = json.dumps([edit.to_json() for edit in EXAMPLES])
    assert read_edits(text, "edits.json") == EXAMPLES


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"edit": "add_keyfame", "path": "head", "time": 1}, "did you mean 'add_keyframe'"),
        ({"edit": "add_keyframe", "path": "head"}, r"add_keyframe.time: Field required"),
        ({"edit": "add_keyframe", "path": "head", "time": "1"}, r"add_keyframe.time: .*valid number"),
        (
            {"edit": "add_keyframe", "path": "head", "tme": 1},
            r"add_keyframe has no 'tme': did you mean 'time'\? Allowed: edit, path, ",
        ),
        ({"path": "head"}, "is not an edit"),
    ],
)
def test_edits_that_are_none_are_told(entry: dict, message: str) -> None:
    with pytest.raises(InputError, match=rf"mine, edit 1: .*{message}"):
        read_edits(json.dumps([entry]), "mine")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (AddKeyframe("heat", 1.0), "did you mean 'head'"),
        (AddKeyframe(HEAD, 9.0), r"9.0 s is outside the sound, which lasts 7.00 s"),
        (AddKeyframe(HEAD, float("nan")), "outside the sound"),
        (AddKeyframe(HEAD, 1.0, 0.0), "delete a keyframe for 0"),
        (SetPose(HEAD, 1.0, {"rotationV": 1.0}), "did you mean 'rotation"),
        (SetPose(EXPRESSION, 1.0, {"jawOpen": 1.5}), "jawOpen is 1.5; it must be 0 to 1"),
        (SetPose(EXPRESSION, 1.0, {"jawOpen": 0.1, "mouthClose": 0.4}), "not be more than jawOpen"),
        (SetSampling(HEAD, 2.0, 2.0), "is empty"),
        (SetSampling(HEAD, 1.0, 2.0, temperature=3.0), "head_temperature is 3.0; it must be 0 to 2"),
        (SetLayers({"gain": {}}), "layers has no 'gain': did you mean 'gains'"),
        (SetLayers({"gains": {"nose": 2.0}}), "there is no region 'nose'"),
        (SetLayers({"eyes": {"blinks": 3}}), r"layers.eyes has no 'blinks'"),
        (SetLayers({"head_amplitude": -1}), "the gain of head is -1.0"),
        (SetLayers({"offsets": {"jawOpn": 0.1}}), "did you mean 'jawOpen'"),
        (AddTake("A"), "is taken or empty"),
        (AddTake("B", "C"), "there is no take 'C'"),
        (AddTake("B", sampling={"num_inference_stepps": 3}), "did you mean 'num_inference_steps'"),
        (ChooseTake("B", 1.0, 2.0), "there is no take 'B'"),
        (SetWords((Word("late", 6.0, 9.0),)), "outside the sound"),
    ],
)
def test_edits_that_do_not_fit_are_told(project: Project, edit: Edit, message: str) -> None:
    with pytest.raises(InputError, match=message):
        apply(project, edit)


def test_a_keyframe_is_added_and_moved_once(project: Project) -> None:
    time = first_keyframe(project, HEAD)
    with pytest.raises(InputError, match="already: set its strength"):
        apply(project, AddKeyframe(HEAD, time))
    without = apply(project, DeleteKeyframe(HEAD, time))
    with pytest.raises(InputError, match=rf"has no head keyframe at {time:g} s; the nearest are at"):
        apply(without, DeleteKeyframe(HEAD, time))
    with pytest.raises(InputError, match="already: delete it first"):
        apply(apply(project, AddKeyframe(HEAD, 6.88)), MoveKeyframe(HEAD, 6.88, time))
    with pytest.raises(InputError, match="still to be made"):
        apply(apply(project, AddTake("B")), AddKeyframe(HEAD, 6.88, take="B"))


def test_other_weights_and_other_rates_are_told(project: Project, voice: np.ndarray, checkpoint: Checkpoint) -> None:
    with pytest.raises(InputError, match="a project works at 25"):
        create(voice, model=checkpoint, options=ksdiff.AnimateOptions(fps=30.0))
    with pytest.raises(InputError, match="it must be 1 to 240"):
        render(project, 0.0)
    with pytest.raises(InputError, match="there is no take"):
        render(project, take="C")


def test_borders_of_what_is_regenerated_do_not_show() -> None:
    """With the shipped weights, by the figure of merit of seams: below 1 is unseen (docs/training.md)."""
    voice = load(SPEECH_VIDEO)[: 5 * SAMPLE_RATE]
    project = create(voice)
    others = {seed: create(voice, options=AnimateOptions(expression_seed=seed, head_seed=seed)) for seed in (1, 2)}

    def accelerations(take: Take, path: str) -> np.ndarray:
        return np.linalg.norm(np.diff(take.motion[path], n=2, axis=0), axis=1)

    for path in PATHS:
        own = accelerations(project.takes[0], path)
        limit = np.percentile(own, 95)
        found = []
        for seed, other in others.items():
            acceleration = accelerations(edited(project, SetSampling(path, 1.6, 3.6, seed=seed)).takes[0], path)
            found += [acceleration[edge - 2 : edge + 1].mean() / limit for edge in (40, 90)]
            # Within the range the motion is that of the other seed, which has its own peaks.
            assert acceleration[38:91].max() < 1.2 * max(own.max(), accelerations(other.takes[0], path).max())
        assert np.mean(found) < 1


def test_the_command_line_directs_a_performance(
    checkpoint: Checkpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str], voice: np.ndarray
) -> None:
    path, edits = tmp_path / "p.ksd", tmp_path / "edits.json"
    create(voice[: 2 * SAMPLE_RATE], model=checkpoint).save(path)
    edits.write_text(json.dumps([AddKeyframe(HEAD, 1.0).to_json()]))
    pose = "set_pose path=head time=1 pose.rotationY=0.25 pose.rotationX=0"
    main(["edit", "apply", str(path), str(edits), "--edit", pose, "set_layers changes.gains.brows=2"])
    assert "3 edits in " in capsys.readouterr().out
    main(["edit", "show", str(path)])
    shown = capsys.readouterr().out
    assert "1.00 s  strength 1.00  rotationY=0.25 rotationX=0" in shown
    assert 'layer gains: {"brows": 2.0}' in shown
    main(["edit", "show", str(path), "--edits"])
    assert len(read_edits(capsys.readouterr().out, "printed")) == 3
    main(["edit", "export", str(path), "--out", str(tmp_path / "out"), "--formats", "npz", "--fps", "30"])
    motion = ksdiff.Motion.load(tmp_path / "out" / "motion.npz")
    assert motion.fps == 30
    assert motion.head[30, 1] == pytest.approx(0.25, abs=1e-4)
    before = path.read_bytes()
    with pytest.raises(SystemExit) as exit_info:
        main(["edit", "apply", str(path), "--edit", "add_keyframe path=head time=99"])
    assert exit_info.value.code == 2
    assert "outside the sound" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_the_short_form_of_edits() -> None:
    assert parse_edit("set_pose path=head time=2 pose.rotationY=0.2") == {
        "edit": "set_pose", "path": "head", "time": 2, "pose": {"rotationY": 0.2},
    }  # fmt: skip
    with pytest.raises(InputError, match="has no value"):
        parse_edit("set_pose path")
    with pytest.raises(InputError, match="has a value already"):
        parse_edit("set_pose pose=1 pose.rotationY=0.2")
    assert parse_edit("add_take name=" + "9" * 5000)["name"] == "9" * 5000  # no number that Python reads


def test_edits_overwrite_no_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project, edits, voice = tmp_path / "p.ksd", tmp_path / "edits.json", tmp_path / "voice.mp4"
    project.write_bytes(PROJECT_V1.read_bytes())
    voice.write_bytes(SPEECH_VIDEO.read_bytes())
    edits.write_text("[]")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "preview.mp4").symlink_to(voice)
    for arguments in (
        ["new", str(voice), "--out", str(tmp_path / "out" / ".." / "voice.mp4")],
        ["apply", str(project), str(edits), "--out", str(edits)],
        ["export", str(project), "--out", str(tmp_path / "out"), "--formats", "mp4", "--audio", str(voice)],
    ):
        with pytest.raises(SystemExit) as ended:
            main(["edit", *arguments])
        assert ended.value.code == 2
        assert "would replace the input" in " ".join(capsys.readouterr().err.split())
    assert voice.read_bytes() == SPEECH_VIDEO.read_bytes()
    assert edits.read_text() == "[]"
