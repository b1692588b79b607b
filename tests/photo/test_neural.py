"""A photo moved by LivePortrait's networks. Their weights are random here, so what they draw is noise."""

from functools import partial

import av
import numpy as np
import pytest
from scipy.io import wavfile
from support.checkpoints import save_untrained
from support.liveportrait import SMALL, save_published, save_safetensors
from support.portraits import PORTRAITS, look, motion_of
from support.synthetic import synthetic_sound

import ksdiff
from ksdiff.errors import InputError
from ksdiff.liveportrait.load import load_networks
from ksdiff.motion import Motion
from ksdiff.motion.space import FLAME, LIVEPORTRAIT
from ksdiff.photo.crop import EYE_CORNERS, MOUTH_CORNERS, Paste, crop_face, cut_out, lip_opening, per_metre
from ksdiff.photo.landmarks import find_face
from ksdiff.photo.neural import neural_frames, prepare_neural
from ksdiff.photo.picture_file import read_photo
from ksdiff.photo.prepare import check_framing
from ksdiff.photo.resample import resample
from ksdiff.photo.speak import check_renderer
from ksdiff.photo.video import STATEMENT, write_portrait_video

PHOTO = PORTRAITS["render_1"]
SIZE = (128, 160)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return save_safetensors(tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="module")
def portrait(weights):
    return prepare_neural(PHOTO, load_networks(weights, "cpu", SMALL), SIZE)


@pytest.fixture
def small(monkeypatch):
    """The command and the call take weights of small networks."""
    monkeypatch.setattr("ksdiff.photo.speak.load_networks", partial(load_networks, settings=SMALL))


@pytest.fixture(scope="module")
def collins():
    photo = read_photo(PORTRAITS["collins"])
    return photo, find_face(photo.pixels)


def talking(frames=5):
    head = np.zeros((frames, 6))
    head[:, 1] = np.linspace(0, 0.1, frames)
    return motion_of(np.stack([look(jawOpen=0.1 * each) for each in range(frames)]), head)


def test_the_square_stands_upright_about_the_face(collins):
    _, face = collins
    for degrees in (0, 25, -40):
        angle = np.radians(degrees)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        landmarks = face.landmarks.copy()
        landmarks[:, :2] = landmarks[:, :2] @ turn.T
        crop = crop_face(type(face)(landmarks))
        into = np.linalg.inv(np.vstack([crop.to_photo(512), (0, 0, 1)]))
        seen = (np.c_[landmarks[:, :2] - 0.5, np.ones(478)] @ into.T)[:, :2]
        eyes, mouth = seen[list(EYE_CORNERS)].mean(axis=0), seen[list(MOUTH_CORNERS)].mean(axis=0)
        assert abs(eyes[0] - mouth[0]) < 0.5
        assert 140 < eyes[1] < mouth[1] < 400
        assert 0.3 < np.ptp(seen[:, 0]) / 512 < 0.55
        assert np.isclose(crop.side, crop_face(face).side)
        assert np.isclose(per_metre(type(face)(landmarks), crop), per_metre(face, crop_face(face)))


def test_lips_that_show_teeth_are_open_ones(collins):
    assert lip_opening(collins[1]) > 0.03
    assert lip_opening(find_face(read_photo(PHOTO).pixels)) < 0.03


@pytest.mark.parametrize("scale", [1.0, 0.4])
def test_what_is_cut_out_comes_back_to_where_it_was(collins, scale):
    photo, face = collins
    crop = crop_face(face)
    picture = cut_out(photo.pixels, crop, 512)
    width, height = (round(scale * side) for side in photo.size)
    frame = 0.0, 0.0, float(photo.size[0]), float(photo.size[1])
    plate = resample(photo.pixels, frame, (width, height))
    paste = Paste(plate, frame, crop, 512)
    difference = np.abs(paste.lay(picture).astype(int) - plate)
    assert difference[paste.region].mean() < 3
    bright = paste.lay(np.full_like(picture, 255))
    assert np.array_equal(bright[~paste.region], plate[~paste.region])
    assert 0.05 < paste.region.mean() < 0.95
    moved = np.abs(paste.lay(np.roll(picture, 24, axis=1)).astype(int) - plate)
    assert moved[paste.region].mean() > 2 * difference[paste.region].mean()


def test_frames_are_those_of_the_motion_and_the_background_keeps_every_bit(portrait):
    motion = talking()
    frames = list(neural_frames(portrait, motion))
    assert len(frames) == len(motion)
    outside = ~portrait.paste.region
    assert outside.mean() > 0.02
    for frame in frames:
        assert frame.shape == (160, 128, 3)
        assert np.array_equal(frame[outside], portrait.plate[outside])
    assert (frames[0] != portrait.plate).any(axis=-1)[portrait.paste.region].mean() > 0.5
    assert not np.array_equal(frames[0], frames[-1])
    assert all(np.array_equal(a, b) for a, b in zip(frames, neural_frames(portrait, motion), strict=True))


def test_open_lips_are_closed_first(weights, collins):
    networks = load_networks(weights, "cpu", SMALL)
    closed = prepare_neural(PHOTO, networks, SIZE)
    smiling = prepare_neural(PORTRAITS["collins"], networks, SIZE)
    assert not closed.closing.any()
    assert np.allclose(smiling.closing, networks.closing(smiling.source.points, lip_opening(collins[1])))
    assert smiling.closing.any()


def test_motion_of_its_own_keypoints_is_shown(portrait):
    rng = np.random.default_rng(0)
    none = np.zeros(3)
    motion = Motion(rng.standard_normal((3, 63)), np.zeros((3, 6)), none, none, 25.0, LIVEPORTRAIT)
    frames = list(neural_frames(portrait, motion))
    assert len(frames) == 3
    assert not np.array_equal(frames[0], frames[1])


def test_bad_sizes_framings_and_renderers_are_refused(portrait, tmp_path):
    with pytest.raises(InputError, match="each side"):
        prepare_neural(PHOTO, portrait.networks, (8, 8))
    with pytest.raises(InputError, match="framing is 'neck'; it must be one of face, photo"):
        check_framing("neck")
    with pytest.raises(InputError, match="did you mean 'liveportrait'"):
        check_renderer("livepotrait", None, tmp_path)


def test_a_voice_becomes_a_video_that_says_what_it_is(small, weights, tmp_path):
    wavfile.write(tmp_path / "voice.wav", 16_000, synthetic_sound(0.4))
    stages = []
    motion = ksdiff.portrait(
        PHOTO, tmp_path / "voice.wav", tmp_path / "talk.mp4", size=SIZE, renderer="liveportrait", weights=weights,
        device="cpu", watermark="AI-generated", progress=lambda stage, share: stages.append((stage, share)),
    )  # fmt: skip
    with av.open(tmp_path / "talk.mp4") as video:
        assert video.metadata["comment"] == STATEMENT
        assert sum(1 for _ in video.decode(video=0)) == len(motion) == 10
        assert len(video.streams.audio) == 1
    assert stages[-1] == ("talk.mp4", 1.0)
    assert {"weights", "photo", "face", "matte", "keypoints", "features"} <= {stage for stage, _ in stages}


@pytest.mark.slow
def test_a_model_of_its_own_keypoints_drives_it(small, weights, tmp_path):
    """KDTalker's road: its generator trained on LivePortrait's keypoints, drawn by LivePortrait's networks."""
    model = save_untrained(tmp_path / "kdtalker.safetensors", LIVEPORTRAIT, "kdtalker")
    wavfile.write(tmp_path / "voice.wav", 16_000, synthetic_sound(0.3))
    given = {"audio": tmp_path / "voice.wav", "out": tmp_path / "talk.mp4", "model": model}
    motion = ksdiff.portrait(PHOTO, **given, size=SIZE, renderer="liveportrait", weights=weights)
    assert motion.space == LIVEPORTRAIT
    assert (tmp_path / "talk.mp4").stat().st_size > 1000
    with pytest.raises(InputError, match="arkit motion only, but this motion is liveportrait"):
        ksdiff.portrait(PHOTO, **given, size=SIZE)


def test_webm_has_opacity_and_colours_replace_the_background(portrait, tmp_path):
    write_portrait_video(portrait, talking(3), tmp_path / "a.webm")
    decoder = av.CodecContext.create("libvpx-vp9", "r")
    with av.open(tmp_path / "a.webm") as video:
        packet = next(packet for packet in video.demux(video=0) if packet.size)
        frame = (decoder.decode(packet) or decoder.decode(None))[0].to_ndarray(format="rgba")
    assert frame[2, 2, 3] < 10
    write_portrait_video(portrait, talking(3), tmp_path / "green.mp4", background=(0.0, 0.7, 0.2))
    with av.open(tmp_path / "green.mp4") as video:
        corner = next(video.decode(video=0)).to_ndarray(format="rgb24")[2, 2]
    assert np.abs(corner.astype(int) - (0, 178, 51)).max() < 12


def test_cancelling_leaves_nothing(small, weights, tmp_path):
    class Cancelled(Exception):  # noqa: N818 (it is no error)
        pass

    def progress(stage, share):
        if stage == "talk.mp4" and share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        ksdiff.portrait(
            PHOTO, out=tmp_path / "talk.mp4", motion=talking(6), size=SIZE, renderer="liveportrait", weights=weights,
            progress=progress,
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"renderer": "liveportrait"}, "needs --weights.*huggingface.co/KlingTeam/LivePortrait"),
        ({"weights": "w"}, "add --renderer liveportrait"),
        ({"renderer": "liveportrait", "weights": "w", "out": "talk.html"}, "draws pictures.*write .mp4"),
        ({"renderer": "liveportrait", "weights": "w", "out": "face.glb"}, "draws pictures.*write .mp4"),
        ({"renderer": "liveportrait", "weights": "w", "out": "talk.avi"}, "must end in"),
        ({"renderer": "liveportrait", "weights": "nowhere"}, "there is no folder"),
    ],
)
def test_what_cannot_be_made_is_refused_before_the_work(tmp_path, options, message):
    options = {"out": "talk.mp4", "motion": talking(2), **options}
    options["out"] = tmp_path / options["out"]
    with pytest.raises(InputError, match=message):
        ksdiff.portrait(PHOTO, **options)
    assert list(tmp_path.iterdir()) == []


def test_weights_of_other_sizes_and_motion_of_other_spaces_are_refused(tmp_path):
    save_published(tmp_path / "weights")
    given = {"out": tmp_path / "talk.mp4", "renderer": "liveportrait", "weights": tmp_path / "weights"}
    with pytest.raises(InputError, match="for people"):
        ksdiff.portrait(PHOTO, motion=talking(2), **given)
    none = np.zeros(2)
    flame = Motion(np.zeros((2, 50)), np.zeros((2, 9)), none, none, 25.0, FLAME)
    with pytest.raises(InputError, match="but this motion is flame"):
        ksdiff.portrait(PHOTO, motion=flame, **given)
    assert not (tmp_path / "talk.mp4").exists()
