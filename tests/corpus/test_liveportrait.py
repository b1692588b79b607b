"""LivePortrait's motion files: read for their arrays, and made a corpus that a model trains on."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation
from support.synthetic import synthetic_sound

from ksdiff.corpus.dataset import load_corpus
from ksdiff.corpus.prepare import prepare
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.corpus.sources.liveportrait import read_liveportrait
from ksdiff.errors import InputError
from ksdiff.model.config import model_config
from ksdiff.motion.space import EXPRESSION, HEAD, LIVEPORTRAIT
from ksdiff.speech.audio import write_flac
from ksdiff.training.config import TRAINING_PRESETS
from ksdiff.training.train import train

FRAMES = 100


def motion(frames: int = FRAMES, seed: int = 0) -> tuple[dict[str, Any], np.ndarray, Rotation]:
    """A motion template as LivePortrait writes it; the keypoints without pose, and the head's rotation."""
    random = np.random.default_rng(seed)
    kp = random.normal(size=(21, 3)).astype(np.float32) * 0.3
    delta = gaussian_filter1d(random.normal(size=(frames, 21, 3)), 3, axis=0).astype(np.float32) * 0.02
    head = Rotation.from_rotvec(gaussian_filter1d(random.normal(size=(frames, 3)), 8, axis=0) * 0.3)
    turns = head.as_matrix().transpose(0, 2, 1).astype(np.float32)  # rows are turned
    content = {
        "n_frames": frames,
        "output_fps": 25,
        "motion": [
            {
                "scale": np.full((1, 1), 1.2 + 0.01 * t, np.float32),
                "R": turns[None, t],
                "exp": (delta[t] @ turns[t])[None],
                "t": np.array([[0.01 * t, 0.0, 0.0]], np.float32),
                "kp": kp[None],
                "x_s": np.zeros((1, 21, 3), np.float32),
            }
            for t in range(frames)
        ],
        "c_eyes_lst": [np.zeros((1, 2), np.float32)] * frames,
        "c_lip_lst": [np.zeros((1, 1), np.float32)] * frames,
    }
    return content, kp + delta, head


def write(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(content))
    return path


def test_displacements_lose_the_heads_pose(tmp_path: Path) -> None:
    content, points, head = motion()
    found = read_liveportrait(write(tmp_path / "a.pkl", content))
    assert found.fps == 25
    np.testing.assert_allclose(found.expression.reshape(FRAMES, 21, 3), 10 * points, atol=1e-4)
    turned = head.mean() * Rotation.from_rotvec(found.head[:, :3])
    np.testing.assert_allclose(turned.as_matrix(), head.as_matrix(), atol=1e-4)
    np.testing.assert_allclose(np.diff(found.head[:, 3]), 0.01, atol=1e-6)
    assert found.head[:, 5] == pytest.approx((1.2 + 0.01 * np.arange(FRAMES)) / (1.2 + 0.01 * 49.5) - 1, abs=1e-5)
    # Where LivePortrait draws them: (1 + scale) R (canonical + delta) + translation, up to the means taken away.
    one = content["motion"][7]
    drawn = one["scale"][0] * (one["kp"][0] @ one["R"][0] + one["exp"][0]) + one["t"][0]
    ours = 1.2 * (1 + found.head[7, 5]) * (1.2 + 0.01 * 49.5) / 1.2
    again = ours * turned[7].apply(found.expression[7].reshape(21, 3) / 10) + [0.07, 0, 0]
    np.testing.assert_allclose(again, drawn, atol=1e-4)


def test_what_is_no_motion_file_is_refused(tmp_path: Path) -> None:
    def broken(**changes: Any) -> dict[str, Any]:
        content = motion(5)[0]
        content["motion"][3] |= changes
        return content

    nothing = np.full((1, 21, 3), np.nan, np.float32)
    for content, message in (
        ([1, 2], 'no list "motion"'),
        ({"motion": []}, 'no list "motion"'),
        ({**motion(5)[0], "output_fps": 0}, "output_fps is 0; it must be 1 to 240"),
        (broken(exp=np.zeros((1, 20, 3), np.float32)), "exp of frame 3 must be numbers of shape"),
        (broken(kp=None), "kp of frame 3"),
        (broken(exp=nothing), "exp of frame 3 is not finite"),
        (broken(R=np.ones((1, 3, 3), np.float32)), "no rotation"),
        (broken(R=-np.eye(3, dtype=np.float32)[None]), "no rotation"),
        (broken(scale=np.zeros((1, 1), np.float32)), "a scale is not positive"),
        (broken(t=print), "t of frame 3|builtins"),
    ):
        with pytest.raises(InputError, match=message):
            read_liveportrait(write(tmp_path / "bad.pkl", content))


def test_kdtalker_trains_on_liveportraits_keypoints(tmp_path: Path) -> None:
    folder = tmp_path / "videos"
    for number in range(4):
        content, *_ = motion(150, number)
        path = write(folder / f"speaker{number}" / "clip.pkl", content)
        write_flac(synthetic_sound(6.0) * (1 - 0.1 * number), path.with_suffix(".flac"))
    write_flac(synthetic_sound(2.0), folder / "speaker0/alone.flac")
    with pytest.raises(InputError, match="give their folder alone"):
        prepare(folder, tmp_path / "corpus", liveportrait=folder)
    summary = prepare(None, tmp_path / "corpus", settings=PrepareSettings(transcribe=False), liveportrait=folder)
    assert len(summary.clips) == 4
    assert [(item.source, "motion file for it is missing" in item.reason) for item in summary.left_out] == [
        ("speaker0/alone.flac", True)
    ]
    corpus = load_corpus(tmp_path / "corpus")
    assert corpus.space == LIVEPORTRAIT
    clip = corpus.clips[0]
    assert clip.motion[EXPRESSION].shape == (150, 63)
    assert clip.motion[HEAD].shape == (150, 6)
    assert np.abs(np.median(clip.motion[EXPRESSION], axis=0)).max() < 0.3  # relative to the face at rest
    model = train(corpus, tmp_path / "run", model_config("debug", "kdtalker"), TRAINING_PRESETS["debug"])
    assert model.exists()
