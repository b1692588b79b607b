"""The learned inverse of the tracker: its parts where the truth is known, and whole on the real tracker."""

import hashlib
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import av
import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from support.files import REPOSITORY

from ksdiff.corpus import fit, inverse
from ksdiff.corpus.quality import jitter
from ksdiff.corpus.tracker import Track, model_path, track_face
from ksdiff.errors import InputError
from ksdiff.face.head import load_head
from ksdiff.motion.space import ARKIT

CHANNELS = len(ARKIT.expression)
MOVED = ("jawOpen", "mouthPucker", "mouthSmileLeft", "mouthFunnel", "browInnerUp", "mouthLowerDownLeft")


def displaced(expression: np.ndarray) -> np.ndarray:
    basis = load_head().landmark_basis()[1][:CHANNELS]
    return np.einsum("tk,klx->tlx", expression, basis).astype(np.float64)


def inner_gap(expression: np.ndarray) -> np.ndarray:
    moved = displaced(expression)
    return moved[:, 13, 1] - moved[:, 14, 1]


def test_windows_read_a_ramp_in_time_and_hold_at_the_ends_of_a_run() -> None:
    times = np.concatenate([np.arange(20) / 30, 2 + np.arange(15) / 50])
    values = np.stack([times, -times], axis=1)
    seen = inverse.windows(times, values, (0, 20, 35))
    for run in (times[:20], times[20:]):
        rows = np.isin(times, run)
        expected = np.clip(run[:, None] + np.array(inverse.TAPS), run[0], run[-1])
        assert np.allclose(seen[rows, :, 0], expected, atol=1e-6)
        assert np.allclose(seen[rows, :, 1], -expected, atol=1e-6)


def test_a_run_of_one_frame_is_held() -> None:
    seen = inverse.windows(np.array([1.0]), np.array([[3.0]]), (0, 1))
    assert np.array_equal(seen, np.full((1, len(inverse.TAPS), 1), 3.0, np.float32))


@pytest.mark.parametrize("seed", range(3))
def test_lips_come_to_where_they_were_seen_by_the_channels_that_are_unsure(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = np.zeros((80, CHANNELS))
    chosen = [ARKIT.index(name) for name in ("jawOpen", "mouthFunnel", "mouthSmileLeft", "mouthSmileRight")]
    truth[:, chosen] = rng.uniform(0, 0.5, (80, 4))
    guess = np.clip(truth + rng.normal(0, 0.05, truth.shape), 0, 1)
    deviation = np.full_like(truth, 0.05)
    sure = ARKIT.index("mouthPucker")
    deviation[:, sure] = 1e-6
    found = inverse.with_lips_as_seen(guess, deviation, displaced(truth))
    assert found.min() >= 0
    assert found.max() <= 1
    before, after = (np.abs(inner_gap(weights) - inner_gap(truth)).mean() for weights in (guess, found))
    assert after < 0.0005 < before
    assert np.abs(found - guess)[:, sure].max() < 0.03  # it hardly gives way
    eyes = [index for index, name in enumerate(ARKIT.expression) if name.startswith(("eye", "brow"))]
    assert np.array_equal(found[:, eyes], guess[:, eyes])


def test_what_agrees_with_the_lips_stays() -> None:
    truth = np.zeros((5, CHANNELS))
    truth[:, ARKIT.index("jawOpen")] = np.linspace(0, 0.5, 5)
    found = inverse.with_lips_as_seen(truth, np.full_like(truth, 0.1), displaced(truth))
    assert np.allclose(found, truth, atol=1e-6)


def test_a_closure_over_an_open_jaw_closes() -> None:
    """The network may take a pressed mouth for a jaw that is a little open: the landmarks say that lips touch."""
    guess = np.zeros((1, CHANNELS))
    guess[:, ARKIT.index("jawOpen")] = 0.12  # 4 mm
    found = inverse.with_lips_as_seen(guess, np.full_like(guess, 0.05), np.zeros((1, 478, 3)))
    assert abs(inner_gap(found)[0]) < 0.0005


def test_a_funnel_whose_lips_were_seen_too_close_is_not_taken_for_a_pucker() -> None:
    """As the tracker sees it on rendered faces: lips that flare seem to part by less than they do."""
    truth = np.zeros((20, CHANNELS))
    funnel, pucker = ARKIT.index("mouthFunnel"), ARKIT.index("mouthPucker")
    truth[:, funnel] = np.linspace(0.1, 0.8, 20)
    seen = displaced(truth)
    seen[:, :, 1] *= 0.75
    found = inverse.with_lips_as_seen(truth, np.full_like(truth, 0.12), seen)
    assert (found[:, funnel] > 0.85 * truth[:, funnel]).all()
    assert found[:, pucker].max() < 0.1


def test_the_asset_is_small_and_whole() -> None:
    data = files("ksdiff").joinpath(inverse.ASSET).read_bytes()
    assert len(data) < 3_000_000
    network = inverse.load_network()
    inputs = np.zeros((3, len(network.weights[0])), np.float32)
    mean, deviation = network(inputs)
    assert mean.shape == deviation.shape == (3, CHANNELS)
    assert np.abs(mean).max() < 0.5  # a face that shows nothing new moves little
    assert (deviation > 0).all()
    assert deviation.max() <= 1


def test_the_asset_is_the_one_that_the_model_card_describes() -> None:
    digest = hashlib.sha256(files("ksdiff").joinpath(inverse.ASSET).read_bytes()).hexdigest()
    assert digest in (Path(__file__).parents[2] / "MODEL_CARD.md").read_text(encoding="utf-8")


def test_frames_that_may_not_be_used_stay_zero() -> None:
    track = still_track(40)
    good = np.ones(40, dtype=bool)
    good[10:15] = False
    ((weights, deviation),) = inverse.solve_face([track], [good], [[slice(0, 40)]])
    assert not weights[~good].any()
    assert not deviation[~good].any()
    assert (deviation[good] > 0).all()
    assert np.abs(weights[good] - weights[0]).max() < 1e-6  # a still face: every frame alike


def test_speakers_do_not_share_a_neutral_face_with_themselves_alone() -> None:
    """Two clips of one speaker solved together give what they gave when one clip holds both."""
    track = still_track(60)
    half = [slice(0, 30)]
    first, second = (cut(track, part) for part in (slice(0, 30), slice(30, 60)))
    together = inverse.solve_face([first, second], [np.ones(30, bool)] * 2, [half, half])
    whole = inverse.solve_face([track], [np.ones(60, bool)], [[slice(0, 30), slice(30, 60)]])[0]
    assert np.allclose(np.concatenate([weights for weights, _ in together]), whole[0], atol=1e-6)


def test_a_mirrored_face_gives_mirrored_weights() -> None:
    rng = np.random.default_rng(0)
    truth = np.repeat(rng.uniform(0, 0.4, (6, CHANNELS)), 10, axis=0) * (rng.random(CHANNELS) < 0.3)
    track = still_track(60)
    moved = displaced(truth) * np.array([1, -1, -1]) * 500
    scores = np.clip(truth * 0.7, 0, 1).astype(np.float32)
    turn = Rotation.from_euler("xyz", [0.1, 0.3, -0.05]).as_matrix()
    turned = (track.landmarks + moved - [160, 120, 0]) @ (turn * np.outer([1, -1, -1], [1, -1, -1])).T + [160, 120, 0]
    pose = track.pose.copy()
    pose[:, :3, :3] = turn
    seen = replace(track, landmarks=turned.astype(np.float32), scores=scores, pose=pose)
    order, _ = inverse._counterparts()
    flip = np.diag([-1.0, 1.0, 1.0])
    pose = pose.copy()
    pose[:, :3, :3] = flip @ turn @ flip
    mirror = replace(
        seen,
        landmarks=(seen.landmarks[:, order] * [-1, 1, 1] + [320, 0, 0]).astype(np.float32),
        scores=inverse.mirrored_channels(scores),
        pose=pose,
    )
    good, whole = [np.ones(60, bool)], [[slice(0, 60)]]
    weights, deviation = inverse.solve_face([seen], good, whole)[0]
    other, other_deviation = inverse.solve_face([mirror], good, whole)[0]
    assert weights.std() > 0.02
    assert np.abs(inverse.mirrored_channels(other) - weights).max() < 0.02
    assert np.abs(inverse.mirrored_channels(other_deviation) - deviation).max() < 0.02


def test_only_the_speakers_that_are_asked_for_move_the_heads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the network may be used for hangs on whose motion it saw."""
    monkeypatch.syspath_prepend(str(REPOSITORY / "scripts"))
    from rendered_motion import read_recordings

    for speaker in ("grid_s30", "grid_s31", "woman", "man"):
        still_track(100).save(tmp_path / f"{speaker}__a.npz")

    def speakers(*prefixes: str) -> int:
        parts = [read_recordings(None, tmp_path, None, held_out, prefixes) for held_out in (False, True)]
        return sum(len(part.clips) for part in parts)

    assert speakers("") == 4
    assert speakers("grid_") == 2
    assert speakers("grid_s30", "wom") == 2


def still_track(count: int) -> Track:
    points = load_head().landmark_basis()[0] * np.array([1, -1, -1]) * 500 + np.array([160, 120, 0])
    pose = np.tile(np.eye(4, dtype=np.float32), (count, 1, 1))
    return Track(
        times=np.arange(count) / 25,
        found=np.ones(count, dtype=bool),
        landmarks=np.tile(points, (count, 1, 1)).astype(np.float32),
        scores=np.zeros((count, CHANNELS), np.float32),
        pose=pose,
        change=np.zeros(count, np.float32),
        size=(240, 320),
        source="",
    )


def cut(track: Track, part: slice) -> Track:
    names = ("times", "found", "landmarks", "scores", "pose", "change")
    return Track(*(getattr(track, name)[part] for name in names), size=track.size, source="")


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Track, np.ndarray]:
    """The open head, which the network was not trained on, filmed and tracked."""
    pytest.importorskip("mediapipe")
    if not model_path().is_file():
        pytest.skip("the face landmarker is not there: scripts/fetch_tracker.py")
    from ksdiff.output.render import Renderer

    times = np.arange(120) / 25
    expression = np.zeros((len(times), CHANNELS))
    for number, name in enumerate(MOVED):  # one after the other, with the face at rest in between
        wave = 0.6 * np.sin(np.pi * np.clip((times - 0.3 - 0.75 * number) / 0.6, 0, 1)) ** 2
        for side in {name, name.replace("Left", "Right")}:
            expression[:, ARKIT.index(side)] = wave
    path = tmp_path_factory.mktemp("filmed") / "head.mp4"
    try:
        renderer = Renderer(384, 384)
    except InputError as error:
        pytest.skip(str(error))
    with renderer, av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(25))
        stream.width = stream.height = 384
        stream.pix_fmt = "yuv420p"
        for vertices in renderer.head.vertices(expression):
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(renderer.draw(vertices)), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return track_face(path, ""), expression


def solved(track: Track, method: str) -> fit.Fitting:
    fitting = fit.Fitting(track, fit.usable(track, fit.shots(track)))
    fit.solve_expression([fitting], method)
    return fitting


@pytest.mark.parametrize(("name", "least"), [("jawOpen", 0.9), ("mouthSmileLeft", 0.9), ("browInnerUp", 0.8)])
def test_it_finds_what_moved_a_filmed_head(filmed: tuple[Track, np.ndarray], name: str, least: float) -> None:
    track, truth = filmed
    found = solved(track, "inverse").expression[:, ARKIT.index(name)]
    assert np.corrcoef(found, truth[:, ARKIT.index(name)])[0, 1] > least


@pytest.mark.parametrize("name", ["jawOpen", "mouthSmileLeft"])
def test_its_weights_are_as_large_as_those_that_were_filmed(filmed: tuple[Track, np.ndarray], name: str) -> None:
    track, truth = filmed
    channel = ARKIT.index(name)
    ratios = {
        method: solved(track, method).expression[:, channel].std() / truth[:, channel].std()
        for method in ("inverse", "landmarks")
    }
    assert ratios["landmarks"] < ratios["inverse"] < 1.25
    assert ratios["inverse"] > 0.7


def test_rounded_lips_are_not_lost_as_by_the_ridge(filmed: tuple[Track, np.ndarray]) -> None:
    """On a drawn face pucker and funnel look much alike to the tracker: what rounds is their sum."""
    track, truth = filmed
    rounding = [ARKIT.index(name) for name in ("mouthPucker", "mouthFunnel")]
    wanted = truth[:, rounding].sum(axis=1)
    found, ridge = (solved(track, method).expression[:, rounding].sum(axis=1) for method in ("inverse", "landmarks"))
    assert np.corrcoef(found, wanted)[0, 1] > 0.6
    assert 1.3 * ridge.std() < found.std() < 1.25 * wanted.std()


def test_its_uncertainty_is_about_its_error(filmed: tuple[Track, np.ndarray]) -> None:
    track, truth = filmed
    fitting = solved(track, "inverse")
    scaled = (fitting.expression - truth) / fitting.deviation
    assert 0.3 < np.sqrt(np.median(scaled**2)) / 0.67 < 2
    assert jitter(fitting.expression[:, ARKIT.mouth_indices], fitting.good) < 1.0


def test_other_methods_do_not_say_how_sure_they_are(filmed: tuple[Track, np.ndarray]) -> None:
    assert not solved(filmed[0], "landmarks").deviation.any()
