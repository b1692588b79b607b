"""Emotions show what their tables say, come and go, and leave closed lips, blinks and all other frames alone."""

from dataclasses import replace

import numpy as np
import pytest
from support.synthetic import synthetic_motion

from ksdiff.errors import InputError
from ksdiff.face.lips import lip_gaps
from ksdiff.layers.emotion import EmotionRange, add_emotion_to_face, add_emotion_to_head
from ksdiff.layers.emotion_mouth import CLOSING
from ksdiff.layers.facs import EMOTIONS, NAMED_POINTS, PROTOTYPES, named_face, plane_face
from ksdiff.layers.limits import limit
from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT, FLAME

ALWAYS = float("inf")
ASYMMETRIC = ("contempt",)


def still(seconds: float = 2.0, fps: float = 25.0, **weights: float) -> Motion:
    """A face that holds these weights on both sides."""
    frames = round(seconds * fps)
    expression = np.zeros((frames, len(ARKIT.expression)), np.float32)
    for shape, weight in weights.items():
        for name in {shape, f"{shape}Left", f"{shape}Right"} & set(ARKIT.expression):
            expression[:, ARKIT.index(name)] = weight
    return Motion(expression, np.zeros((frames, 6), np.float32), np.zeros(frames), np.zeros(frames), fps)


def shown(motion: Motion, *ranges: EmotionRange, silent: bool = False) -> Motion:
    quiet = np.ones(len(motion), bool) if silent else None
    return limit(add_emotion_to_face(add_emotion_to_head(motion, ranges), ranges, silent=quiet))


@pytest.mark.parametrize(
    ("name", "more", "less"),
    [
        ("happy", ("mouthSmileLeft", "cheekSquintRight", "eyeSquintLeft"), ("mouthFrownLeft", "browDownLeft")),
        ("sad", ("browInnerUp", "mouthFrownLeft"), ("mouthSmileLeft", "browOuterUpLeft", "eyeWideLeft")),
        ("angry", ("browDownLeft", "eyeSquintRight", "mouthPressLeft"), ("browInnerUp", "mouthSmileLeft")),
        ("afraid", ("browInnerUp", "eyeWideLeft", "mouthStretchRight", "browDownLeft"), ("mouthSmileLeft",)),
        (
            "surprised",
            ("browInnerUp", "browOuterUpLeft", "eyeWideLeft", "jawOpen"),
            ("browDownLeft", "mouthStretchLeft"),
        ),
        ("disgusted", ("noseSneerLeft", "mouthUpperUpRight"), ("mouthSmileLeft", "browInnerUp", "eyeWideLeft")),
        ("contempt", ("mouthSmileRight", "mouthDimpleRight"), ("mouthSmileLeft", "mouthDimpleLeft", "browInnerUp")),
    ],
)
def test_each_emotion_moves_the_muscles_of_its_table(name: str, more: tuple, less: tuple) -> None:
    motion = shown(still(), EmotionRange(0.0, ALWAYS, name), silent=True)
    for channel in more:
        assert motion.channel(channel)[25] > 0.2, channel
    for channel in less:
        assert motion.channel(channel)[25] == 0, channel


def test_faces_are_as_different_as_their_names() -> None:
    faces = {name: named_face(name) for name in PROTOTYPES}
    for one, face in faces.items():
        for other, beside in faces.items():
            distance = np.linalg.norm((face - beside)[: len(ARKIT.expression)])
            assert one == other or distance > 0.8, (one, other)


@pytest.mark.parametrize("name", EMOTIONS)
def test_every_name_has_a_face_within_range(name: str) -> None:
    face = named_face(name)
    assert face[: len(ARKIT.expression)].max() > 0.2
    assert face.min() >= -0.2
    assert face.max() <= 1.0
    motion = shown(synthetic_motion(), EmotionRange(0.0, ALWAYS, name))
    assert np.isfinite(motion.expression).all()
    assert motion.expression.min() >= 0
    assert motion.expression.max() <= 1


def test_the_plane_is_continuous_and_calm_in_the_middle() -> None:
    assert not plane_face(0.0, 0.0).any()
    around = np.array([plane_face(np.cos(a), np.sin(a)) for a in np.linspace(0, 2 * np.pi, 721)])
    assert np.abs(np.diff(around, axis=0)).max() < 0.02
    np.testing.assert_allclose(around[0], around[-1], atol=1e-9)
    np.testing.assert_allclose(plane_face(0.3, -0.4), 0.5 * plane_face(0.6, -0.8))
    smile = ARKIT.index("mouthSmileLeft")
    for name, angle in NAMED_POINTS.items():
        if np.cos(np.radians(angle)) > 0.7:
            assert named_face(name)[smile] > 0.2, name


def test_an_emotion_comes_before_its_range_holds_and_goes() -> None:
    one = EmotionRange(1.0, 2.0, "happy", onset=0.4, decay=0.8)
    motion = shown(still(4.0, 100.0), one)
    smile = motion.channel("mouthSmileLeft")
    assert not smile[:61].any()
    assert (np.diff(smile[60:101]) >= 0).all()
    assert np.ptp(smile[100:201]) == 0
    assert (np.diff(smile[200:281]) <= 0).all()
    assert not smile[280:].any()


def test_one_emotion_turns_into_the_next_where_they_meet() -> None:
    ranges = (EmotionRange(0.0, 2.0, "happy"), EmotionRange(2.0, ALWAYS, "sad", onset=0.5))
    motion = shown(still(4.0, 100.0), *ranges)
    smile, frown = motion.channel("mouthSmileLeft"), motion.channel("mouthFrownLeft")
    assert (smile[:150] > 0.3).all()
    assert not frown[:150].any()
    assert smile[200:].max() < 0.01
    assert frown[200:].min() > 0.3
    assert np.abs(np.diff(motion.expression, axis=0)).max() < 0.05


@pytest.mark.parametrize("fps", [25.0, 60.0])
def test_other_frames_stay_bit_for_bit(fps: float) -> None:
    motion = synthetic_motion(seconds=8.0, fps=fps)
    one = EmotionRange(3.0, 4.0, "afraid", onset=0.4, decay=0.6)
    after = add_emotion_to_face(add_emotion_to_head(motion, [one]), [one], np.ones(200) * 0.3, np.zeros(200, bool))
    outside = (motion.times <= 2.6) | (motion.times >= 4.6)
    for path in ("expression", "head"):
        before, now = getattr(motion, path), getattr(after, path)
        assert now.dtype == before.dtype
        np.testing.assert_array_equal(before[outside], now[outside])
        assert (before[~outside] != now[~outside]).any(axis=1).mean() > 0.95


@pytest.mark.parametrize("name", EMOTIONS)
def test_lips_that_speech_closes_stay_closed(name: str) -> None:
    closed = still(jawOpen=0.3, mouthClose=0.3, mouthPress=0.3, mouthRollLower=0.1)
    after = shown(closed, EmotionRange(0.0, ALWAYS, name))
    assert lip_gaps(after.expression).max() <= max(lip_gaps(closed.expression).max(), 0) + 1e-6
    # A vowel stays open, and stays a vowel.
    opened = still(jawOpen=0.4)
    gap, now = (
        lip_gaps(motion.expression)[25, 0] for motion in (opened, shown(opened, EmotionRange(0.0, ALWAYS, name)))
    )
    assert 0.7 * gap < now < 1.7 * gap


def test_no_near_lips_are_parted_whatever_the_mouth_does() -> None:
    random = np.random.default_rng(0)
    mouths = np.zeros((400, len(ARKIT.expression)), np.float32)
    mouths[:, ARKIT.mouth_indices] = random.beta(0.4, 4.0, (400, len(ARKIT.mouth)))
    mouths[:, ARKIT.index("jawForward")] = 0
    speech = limit(replace(still(16.0), expression=mouths))
    before = lip_gaps(speech.expression)
    near = before < CLOSING
    assert 0.2 < near.mean() < 0.95
    for name in EMOTIONS:
        after = lip_gaps(shown(speech, EmotionRange(0.0, ALWAYS, name)).expression)
        assert (after - before)[near].max() < 2e-6, name


def test_lips_part_in_long_pauses_alone() -> None:
    silent = np.zeros(250, bool)
    silent[100:200] = True
    one = EmotionRange(0.0, ALWAYS, "surprised")
    jaw = add_emotion_to_face(still(10.0), [one], silent=silent).channel("jawOpen")
    assert jaw[:100].max() < 1e-6
    assert jaw[120:180].min() > 0.2
    assert jaw[200:].max() < 1e-6
    silent[110:200] = False  # too short to come to rest in
    assert add_emotion_to_face(still(10.0), [one], silent=silent).channel("jawOpen").max() < 1e-6


def test_blinks_still_close_the_eyes() -> None:
    blink = still(eyeBlink=1.0)
    for name in EMOTIONS:
        after = shown(blink, EmotionRange(0.0, ALWAYS, name))
        for side in ("Left", "Right"):
            assert after.channel(f"eyeBlink{side}")[25] == 1, name
            assert after.channel(f"eyeWide{side}")[25] == 0, name
            assert after.channel(f"eyeSquint{side}")[25] == 0, name


def test_sides_differ_a_little_by_seed_and_contempt_by_much() -> None:
    def smiles(seed: int, name: str = "happy") -> tuple[float, float]:
        motion = shown(still(), EmotionRange(0.0, ALWAYS, name, seed=seed))
        return motion.channel("mouthSmileLeft")[25], motion.channel("mouthSmileRight")[25]

    assert smiles(0) == smiles(0) != smiles(2)
    for seed in range(6):
        left, right = smiles(seed)
        assert left != right
        assert left == pytest.approx(right, rel=0.2)
        left, right = smiles(seed, "contempt")
        assert (left == 0) == (seed % 2 == 0)
        assert (right == 0) == (seed % 2 == 1)
    tilt = [shown(still(), EmotionRange(0.0, ALWAYS, "contempt", seed=seed)).head[25, 2] for seed in (0, 1)]
    assert tilt[0] == -tilt[1] != 0


def test_it_follows_the_intensity_and_the_voice() -> None:
    def smile(intensity: float = 1.0, loudness: float = 0.0) -> float:
        one = EmotionRange(0.0, ALWAYS, "happy", intensity)
        return add_emotion_to_face(still(), [one], np.full(50, loudness)).channel("cheekSquintLeft")[25]

    assert smile(0.0) == 0
    assert smile(0.5) == pytest.approx(smile() / 2, rel=0.01)
    assert smile(0.5, -1.0) < smile(0.5) < smile(0.5, 1.0) < 1.2 * smile(0.5)
    motion = synthetic_motion()
    assert add_emotion_to_face(motion, []) is motion
    assert add_emotion_to_head(motion, []) is motion


def test_what_works_against_an_emotion_is_taken_back() -> None:
    speech = still(mouthSmile=0.3)
    sad = shown(speech, EmotionRange(0.0, ALWAYS, "sad"))
    assert sad.channel("mouthSmileLeft")[25] < 0.15
    for name in ("angry", "disgusted"):  # they grinned where the voice does
        assert shown(still(mouthSmile=0.8), EmotionRange(0.0, ALWAYS, name)).channel("mouthSmileLeft")[25] < 0.25
    happy = shown(still(mouthFrown=0.3), EmotionRange(0.0, ALWAYS, "happy"))
    assert happy.channel("mouthFrownLeft")[25] < 0.15


def test_contempt_smiles_on_one_side_of_a_cheerful_voice() -> None:
    for seed, raised, other in ((0, "Right", "Left"), (1, "Left", "Right")):
        motion = shown(still(mouthSmile=0.8, mouthDimple=0.2), EmotionRange(0.0, ALWAYS, "contempt", seed=seed))
        assert motion.channel(f"mouthSmile{raised}")[25] > 0.75
        assert motion.channel(f"mouthSmile{other}")[25] < 0.35  # lips that are closed keep a quarter
        assert motion.channel(f"mouthDimple{other}")[25] < 0.1
    happy = shown(still(mouthDimple=0.4), EmotionRange(0.0, ALWAYS, "happy"))
    assert min(happy.channel(f"mouthDimple{side}")[25] for side in ("Left", "Right")) > 0.35


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"emotion": "hapy"}, "did you mean 'happy'"),
        ({"emotion": "happy", "intensity": 1.1}, "intensity of an emotion is 1.1"),
        ({"emotion": "happy", "intensity": float("nan")}, "intensity"),
        ({"emotion": "happy", "valence": 0.1}, "either a name"),
        ({}, "either a name"),
        ({"valence": 0.1, "arousal": -1.5}, "arousal is -1.5"),
        ({"emotion": "sad", "end": 0.0}, "the end must be after the start"),
        ({"emotion": "sad", "start": float("nan")}, "the end must be after the start"),
        ({"emotion": "sad", "onset": -1.0}, "onset"),
        ({"emotion": "sad", "seed": -1}, "seed"),
    ],
)
def test_ranges_that_cannot_be(values: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        EmotionRange(**{"start": 0.0, "end": 1.0, **values})


def test_other_spaces_are_refused() -> None:
    frames = 5
    motion = Motion(np.zeros((frames, 50)), np.zeros((frames, 9)), np.zeros(frames), np.zeros(frames), space=FLAME)
    one = EmotionRange(0.0, 1.0, "sad")
    for layer in (add_emotion_to_face, add_emotion_to_head):
        with pytest.raises(InputError, match="flame"):
            layer(motion, [one])
    assert replace(motion) == motion
