"""LSE-C and LSE-D: the network's shapes, planted offsets, the exact arithmetic, and files that are something else."""

import os
import sys
from collections import OrderedDict
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from support.files import SPEECH_VIDEO
from support.synthetic import synthetic_motion, synthetic_sound

from ksdiff.errors import InputError
from ksdiff.evaluation import lse as module
from ksdiff.evaluation.lse import (
    LSE,
    SyncNet,
    cropped,
    embeddings,
    face_squares,
    load_syncnet,
    lse,
    lse_of_video,
    mfcc,
    rendered_faces,
    resized,
    shifted_distances,
)
from ksdiff.face.head import load_head
from ksdiff.motion import Motion
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.sync_expert.score import sync_arithmetic

# Convolutions and linear layers of syncnet_v2.model.
SHAPES = {
    "netcnnaud.0": (64, 1, 3, 3),
    "netcnnaud.4": (192, 64, 3, 3),
    "netcnnaud.8": (384, 192, 3, 3),
    "netcnnaud.11": (256, 384, 3, 3),
    "netcnnaud.14": (256, 256, 3, 3),
    "netcnnaud.18": (512, 256, 5, 4),
    "netfcaud.0": (512, 512),
    "netfcaud.3": (1024, 512),
    "netcnnlip.0": (96, 3, 5, 7, 7),
    "netcnnlip.4": (256, 96, 1, 5, 5),
    "netcnnlip.8": (256, 256, 1, 3, 3),
    "netcnnlip.11": (256, 256, 1, 3, 3),
    "netcnnlip.14": (256, 256, 1, 3, 3),
    "netcnnlip.18": (512, 256, 1, 6, 6),
    "netfclip.0": (512, 512),
    "netfclip.3": (1024, 512),
}
NORMS = (
    "aud.1",
    "aud.5",
    "aud.9",
    "aud.12",
    "aud.15",
    "aud.19",
    "lip.1",
    "lip.5",
    "lip.9",
    "lip.12",
    "lip.15",
    "lip.19",
)


@pytest.fixture(scope="module")
def net() -> SyncNet:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return SyncNet().eval().requires_grad_(False)


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (9, 224, 224, 3), dtype=np.uint8)


class Recorder(SyncNet):
    """In the place of the network: keeps what it is given, and answers with zeros."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[torch.Tensor] = []
        self.heard: list[torch.Tensor] = []

    def see(self, pictures: torch.Tensor) -> torch.Tensor:
        self.seen.append(pictures)
        return torch.zeros(pictures.shape[2] - 4, 1024)

    def hear(self, mfcc: torch.Tensor) -> torch.Tensor:
        self.heard.append(mfcc)
        return torch.zeros(len(mfcc), 1024)


def test_the_network_has_the_arrays_of_the_published_file(net: SyncNet) -> None:
    state = net.state_dict()
    weights = {
        name.removesuffix(".weight"): tuple(value.shape)
        for name, value in state.items()
        if name.endswith("weight") and value.ndim > 1
    }
    assert weights == SHAPES
    norms = {name.rsplit(".", 1)[0] for name in state if name.endswith("running_var")}
    assert norms == {f"netcnn{name}" for name in NORMS} | {"netfcaud.1", "netfclip.1"}


def test_a_row_of_pictures_is_seen_as_each_five_alone(net: SyncNet) -> None:
    row = torch.randint(0, 256, (1, 3, 6, 224, 224), generator=torch.Generator().manual_seed(1)).float()
    together = net.see(row)
    assert together.shape == (2, 1024)
    for first in range(2):
        torch.testing.assert_close(net.see(row[:, :, first : first + 5])[0], together[first], rtol=1e-4, atol=1e-4)


def test_embeddings_and_scores_repeat_themselves(net: SyncNet, pictures: np.ndarray) -> None:
    pytest.importorskip("python_speech_features")
    sound = synthetic_sound(9 / 25)
    seen, heard = embeddings(net, pictures, sound)
    assert seen.shape == heard.shape == (4, 1024)  # the last five frames are dropped
    score = lse(net, pictures, sound)
    assert score == lse(net, pictures, sound)
    assert (score.confidence, score.distance, score.offset) == sync_arithmetic(shifted_distances(seen, heard))


def test_what_the_network_is_given(pictures: np.ndarray) -> None:
    pytest.importorskip("python_speech_features")
    recorder, sound = Recorder(), synthetic_sound(2.0)
    many = np.concatenate([pictures] * 4)  # 36 frames
    embeddings(recorder, many, sound)
    row = torch.cat([seen[:, :, : seen.shape[2] - 4] for seen in recorder.seen], dim=2)
    assert row.shape == (1, 3, 31, 224, 224)
    np.testing.assert_array_equal(row[0, :, 20].permute(1, 2, 0).numpy(), many[20, ..., ::-1])  # blue, green, red
    windows = torch.cat(recorder.heard)
    assert windows.shape == (31, 1, 13, 20)
    np.testing.assert_allclose(windows[20, 0].numpy(), mfcc(sound)[80:100].T, rtol=1e-6)


def test_cepstra_are_those_of_16_bit_sound() -> None:
    pytest.importorskip("python_speech_features")
    sound = synthetic_sound(1.0)
    loud = mfcc(sound)
    assert loud.shape == (99, 13)
    # The first coefficient is the log of the energy; rounding to integers blurs the faintest frames.
    np.testing.assert_allclose(loud[:, 0] - mfcc(sound / 2)[:, 0], np.log(4), atol=0.05)
    tone = (0.5 * np.sin(2 * np.pi * 1000 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)).astype(np.float32)
    # Energy by hand: pre-emphasis of 0.97, 400 samples, one-sided power spectrum over 512 points.
    gain = abs(1 - 0.97 * np.exp(-2j * np.pi * 1000 / SAMPLE_RATE)) ** 2
    assert mfcc(tone)[50, 0] == pytest.approx(np.log((0.5 * 32768) ** 2 / 2 * gain * 400 / 2), abs=0.01)


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_speech_features", None)
    with pytest.raises(InputError, match=r"ksdiff\[evaluate\]"):
        mfcc(synthetic_sound(1.0))


@pytest.mark.parametrize("shift", [0, 4, -9])
def test_finds_a_planted_offset(shift: int) -> None:
    heard = torch.randn(60, 8, generator=torch.Generator().manual_seed(2))
    curve = shifted_distances(torch.roll(heard, -shift, dims=0), heard)
    confidence, distance, offset = sync_arithmetic(curve)
    assert offset == shift
    assert confidence > 2.5
    assert distance < 1


def test_distances_by_hand() -> None:
    seen, heard = torch.tensor([[3.0, 4.0], [0.0, 1.0]]), torch.tensor([[0.0, 0.0], [0.0, 5.0]])
    curve = shifted_distances(seen, heard)
    assert len(curve) == 31
    assert curve[15] == pytest.approx((5 + 4) / 2, abs=1e-5)
    assert curve[16] == pytest.approx((np.hypot(3, 1) + 1) / 2, abs=1e-5)  # the second is compared with zeros
    assert curve[14] == pytest.approx((5 + 1) / 2, abs=1e-5)
    assert curve[0] == pytest.approx((5 + 1) / 2, abs=1e-5)


def test_weights_round_trip_old_files_too(net: SyncNet, tmp_path: Path) -> None:
    old = OrderedDict((name, value) for name, value in net.state_dict().items() if "num_batches" not in name)
    torch.save(old, tmp_path / "syncnet_v2.model", _use_new_zipfile_serialization=False)
    again = load_syncnet(tmp_path / "syncnet_v2.model")
    assert all(torch.equal(again.state_dict()[name], value) for name, value in old.items())
    assert not again.training


class Harmful:
    def __reduce__(self):
        return os.system, ("touch harmed",)


def test_files_that_are_something_else(net: SyncNet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"no SyncNet weights .*missing\.model.*robots\.ox\.ac\.uk"):
        load_syncnet("missing.model")
    Path("text.model").write_text("<html>not found</html>")
    with pytest.raises(InputError, match="cannot be read as weights"):
        load_syncnet("text.model")
    torch.save(Harmful(), "harmful.model")
    with pytest.raises(InputError, match="cannot be read as weights"):
        load_syncnet("harmful.model")
    assert not Path("harmed").exists()
    torch.save({"weight": torch.zeros(3)}, "other.model")
    with pytest.raises(InputError, match="does not hold SyncNet"):
        load_syncnet("other.model")
    torch.save([1, 2], "list.model")
    with pytest.raises(InputError, match="does not hold SyncNet"):
        load_syncnet("list.model")
    torch.save({**net.state_dict(), "netfclip.3.bias": torch.zeros(256)}, "narrow.model")
    with pytest.raises(InputError, match="does not hold SyncNet"):
        load_syncnet("narrow.model")


def test_too_short(net: SyncNet, pictures: np.ndarray) -> None:
    with pytest.raises(InputError, match="at least 6 frames"):
        lse(net, pictures[:5], synthetic_sound(1.0))


def test_crop_is_that_of_syncnet() -> None:
    image = np.zeros((100, 100, 3), dtype=np.uint8)
    image[40:60, 40:60] = 200  # the face: middle 50, half 10
    square = cropped(image, 50.0, 50.0, 10.0)
    assert square.shape == (28, 28, 3)
    assert (square[:20, 4:24] == 200).all()
    assert square.sum() == 3 * 200 * 20 * 20
    outside = cropped(image, 2.0, 50.0, 10.0)
    assert (outside[:, :12] == 110).all()
    assert (outside[:, 12:] == 0).all()


def test_resizing_is_that_of_opencv(pictures: np.ndarray) -> None:
    cv2 = pytest.importorskip("cv2")
    for image in (pictures[0, :100, :150], pictures[0]):
        difference = resized(image).astype(int) - cv2.resize(image, (224, 224)).astype(int)
        assert np.abs(difference).max() <= 1


def still(frames: int) -> Motion:
    motion = synthetic_motion()
    return Motion(
        np.zeros((frames, 51), np.float32),
        np.zeros((frames, 6), np.float32),
        np.zeros(frames, np.float32),
        np.zeros(frames, np.float32),
        space=motion.space,
    )


def test_the_face_is_where_it_is_drawn() -> None:
    pytest.importorskip("moderngl")
    motion, head = still(2), load_head()
    (x, y, half), _ = face_squares(head, motion)
    assert x == pytest.approx(256, abs=3)
    faces = list(rendered_faces(motion))
    assert [face.shape for face in faces] == [(224, 224, 3)] * 2
    # The square shows the face from its upper edge; SyncNet's square has the lower edge of the box at 1 / 1.4 of it.
    chin = head.landmark_positions(head.neutral)[152]
    across, down = 256 + 0 * chin[0], 256 - (chin[1] - 0.014) * 512 / 0.31 * 1.1 / (1.1 - chin[2])
    assert across == 256
    assert (down - (y - half)) / (2.8 * half) == pytest.approx(1 / 1.4, abs=0.02)
    # Drawn where it is said to be: lips are redder than the skin around them.
    redness = faces[0][..., 0].astype(float) / faces[0][..., 1]
    lips = head.landmark_positions(head.neutral)[[13, 14]].mean(axis=0)
    row = (256 - (lips[1] - 0.014) * 512 / 0.31 * 1.1 / (1.1 - lips[2]) - (y - half)) / (2.8 * half) * 224
    column = redness[100:150, 112]
    assert abs(100 + column.argmax() - row) < 6
    moved = still(2)
    moved.head[:, 3] = 0.02  # m to the subject's left: to the right of the picture
    assert face_squares(head, moved)[0, 0] - x == pytest.approx(0.02 * 512 / 0.31, rel=0.1)


@pytest.mark.parametrize(
    ("rate", "expected"),
    [(25, [0, 1, 2, 3, 4, 5]), (50, [0, 2, 4, 5]), (Fraction(25, 2), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5])],
)
def test_videos_are_taken_at_25_frames_per_second(tmp_path: Path, rate: int | Fraction, expected: list[int]) -> None:
    path = tmp_path / "shades.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "bgr0"
        for number in range(6):
            picture = av.VideoFrame.from_ndarray(np.full((32, 32, 3), 40 * number, np.uint8), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    shades = [int(image[0, 0, 0]) // 40 for image in module._at_motion_rate(path)]
    assert shades == expected


def test_a_video_with_sound(net: SyncNet, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("python_speech_features")
    given = {}

    def record(net: SyncNet, pictures: np.ndarray, samples: np.ndarray) -> LSE:
        given.update(pictures=pictures, samples=samples)
        return LSE(0.0, 0.0, 0)

    monkeypatch.setattr(module, "lse", record)
    lse_of_video(net, SPEECH_VIDEO)
    assert given["pictures"].shape[1:] == (224, 224, 3)
    assert len(given["pictures"]) / 25 == pytest.approx(len(given["samples"]) / SAMPLE_RATE, abs=0.1)
