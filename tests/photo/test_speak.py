import av
import numpy as np
import pytest
from support.portraits import PORTRAITS, look, motion_of
from support.synthetic import synthetic_sound

import ksdiff
from ksdiff.errors import InputError
from ksdiff.photo.landmarks import Face
from ksdiff.photo.picture_file import Photo, read_photo
from ksdiff.photo.prepare import frame_face, prepare_portrait
from ksdiff.photo.video import STATEMENT, write_portrait_video

PHOTO = PORTRAITS["render_1"]


def talking(frames=6):
    opening = 0.3 + 0.3 * np.sin(np.arange(frames))
    return motion_of(np.stack([look(jawOpen=weight) for weight in opening]))


def test_a_motion_becomes_a_video_that_says_what_it_is(tmp_path):
    motion = talking()
    motion.save(tmp_path / "motion.npz")
    stages = []
    shown = ksdiff.portrait(
        PHOTO, out=tmp_path / "talk.mp4", motion=tmp_path / "motion.npz", size=(128, 160),
        progress=lambda stage, share: stages.append((stage, share)),
    )  # fmt: skip
    assert np.array_equal(shown.expression, motion.expression)
    with av.open(tmp_path / "talk.mp4") as video:
        assert video.metadata["comment"] == STATEMENT
        assert (video.streams.video[0].width, video.streams.video[0].height) == (128, 160)
        assert sum(1 for _ in video.decode(video=0)) == len(motion)
    assert stages[-1] == ("talk.mp4", 1.0)
    assert {"photo", "face", "fit", "matte"} <= {stage for stage, _ in stages}


def test_webm_has_opacity_and_a_watermark_is_seen(serious, tmp_path):
    write_portrait_video(serious, talking(10), tmp_path / "a.webm", synthetic_sound(0.4), watermark="AI-generated")
    write_portrait_video(serious, talking(3), tmp_path / "marked.mp4", watermark="AI-generated")
    write_portrait_video(serious, talking(3), tmp_path / "plain.mp4")
    decoder = av.CodecContext.create("libvpx-vp9", "r")
    with av.open(tmp_path / "a.webm") as video:
        assert video.metadata["COMMENT"] == STATEMENT
        packet = next(packet for packet in video.demux(video=0) if packet.size)
        frame = (decoder.decode(packet) or decoder.decode(None))[0].to_ndarray(format="rgba")
    assert frame[2, 2, 3] < 10
    assert frame[128, 128, 3] > 245

    def first(name):
        with av.open(tmp_path / name) as video:
            return next(video.decode(video=0)).to_ndarray(format="rgb24").astype(int)

    difference = np.abs(first("marked.mp4") - first("plain.mp4")).max(axis=-1)
    assert difference[-25:, -90:].max() > 60
    assert difference[:150].max() < 40


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "neither a voice nor a motion"),
        ({"audio": "voice.wav", "out": "talk.avi"}, r"must end in \.mp4, \.webm, \.mov, \.html or \.glb"),
        ({"audio": "voice.wav", "size": (511, 512)}, "must be even"),
        ({"audio": "voice.wav", "size": (8, 8)}, "each side must be"),
        ({"audio": "voice.wav", "background": "green"}, "must be a colour"),
        ({"audio": "voice.wav", "watermark": " "}, "watermark must be"),
        ({"audio": "voice.wav", "watermark": "a\nb"}, "watermark must be"),
        ({"motion": "none.npz"}, "none.npz"),
    ],
)
def test_what_cannot_be_used_is_refused_before_the_work(tmp_path, options, message):
    options = {"out": "talk.mp4", **options}
    options["out"] = tmp_path / options["out"]
    with pytest.raises(InputError, match=message):
        ksdiff.portrait(PHOTO, **options)
    assert list(tmp_path.iterdir()) == []


def test_the_photo_is_not_overwritten(tmp_path):
    photo = tmp_path / "photo.mp4"
    photo.write_bytes(PHOTO.read_bytes())
    with pytest.raises(InputError, match="would replace the input"):
        ksdiff.portrait(photo, motion=talking(), out=photo)


def test_a_photo_with_opacity_needs_no_guess_of_the_background():
    photo = read_photo(PHOTO)
    opacity = np.zeros(photo.pixels.shape[:2], np.float32)
    opacity[100:, 150:530] = 1
    portrait = prepare_portrait(Photo(photo.pixels, opacity), (128, 128), "photo")
    assert portrait.separated
    seen = portrait.layers.opacity
    assert seen[:11].max() < 0.01
    assert seen[15:, 22:69].min() > 0.99
    assert portrait.layers.plate.shape == (128, 90, 3)


def test_the_frame_lies_in_the_photo_and_shows_the_face():
    rng = np.random.default_rng(3)
    for _ in range(200):
        photo = rng.integers(300, 3000, 2)
        side = rng.uniform(100, photo.min())
        low = rng.uniform(0, photo - side)
        landmarks = np.concatenate([rng.uniform(low, low + side, (478, 2)), np.zeros((478, 1))], axis=1)
        size = tuple(int(value) * 2 for value in rng.integers(50, 600, 2))
        left, top, right, bottom = frame_face(Face(landmarks), (int(photo[0]), int(photo[1])), size)
        assert left >= 0
        assert top >= 0
        assert right <= photo[0] + 1
        assert bottom <= photo[1] + 1
        assert np.isclose((right - left) / (bottom - top), size[0] / size[1])
