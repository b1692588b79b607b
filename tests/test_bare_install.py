"""What `pip install ksdiff` brings is enough to animate, edit and stream; what needs more says which extra."""

import json
import re
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
from support.environments import STREAM, environment, run
from support.files import SPEECH_VIDEO
from support.portraits import PORTRAITS

import ksdiff
from ksdiff.speech.audio import SAMPLE_RATE, load

# As where no extra is installed: what extras bring is not found, in child processes too.
BLOCK = """
import sys
from importlib.machinery import PathFinder

ABSENT = {
    "PIL", "accelerate", "av", "cv2", "fastapi", "librosa", "matplotlib", "mediapipe", "moderngl", "moonshine_cpp",
    "pocketsphinx", "prometheus_client", "pxr", "python_speech_features", "pythonosc", "ray", "scipy",
    "tensorboard", "torch", "transformers", "uvicorn", "websockets",
}


class Bare(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in ABSENT else super().find_spec(name, path, target)


sys.meta_path[:] = [Bare if finder is PathFinder else finder for finder in sys.meta_path]
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in whose Python processes no extra is installed."""
    return environment(tmp_path_factory.mktemp("bare"), BLOCK)


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public voice as WAV at 16 kHz."""
    path = tmp_path_factory.mktemp("voice") / "voice.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes(np.round(load(SPEECH_VIDEO) * 32767).astype("<i2").tobytes())
    return path


def test_what_extras_bring_is_missing_there(bare: dict[str, str]) -> None:
    for package in ("av", "scipy", "torch", "moderngl"):
        assert f"No module named '{package}'" in run(bare, "-c", f"import {package}", code=1)


def test_animate_writes_the_motion_that_it_writes_with_all_extras(
    bare: dict[str, str], voice: Path, tmp_path: Path
) -> None:
    formats = ("npz", "csv", "glb", "html", "keyframes", "json", "bvh", "blender", "maya")
    run(bare, "-m", "ksdiff.cli", "animate", voice, "--out", tmp_path, "--formats", *formats)
    written, expected = ksdiff.Motion.load(tmp_path / "motion.npz"), ksdiff.animate(voice)
    for path in ("expression", "head"):
        np.testing.assert_array_equal(getattr(written, path), getattr(expected, path))
    assert len(list(tmp_path.iterdir())) == len(formats)


def test_files_that_need_more_are_left_out_and_say_which_extra(
    bare: dict[str, str], voice: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "ksdiff.cli", "animate", voice, "--out", tmp_path]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=bare, check=True)
    said = " ".join((done.stdout + done.stderr).split())
    for name in ("timeline", "mp4"):
        assert re.search(rf"{name} was not made: [^:]+: run pip install 'ksdiff\[render\]'", said)
    names = {"motion.npz", "arkit.csv", "head.glb", "preview.html", "keyframes.json"}
    assert {path.name for path in tmp_path.iterdir()} == names


def test_projects_are_made_edited_and_exported(bare: dict[str, str], voice: Path, tmp_path: Path) -> None:
    project, edits = tmp_path / "a.ksd", tmp_path / "edits.json"
    run(bare, "-m", "ksdiff.cli", "edit", "new", voice, "--out", project)
    nod = {"edit": "set_gesture", "path": "head", "gesture": "nod", "time": 2.0}
    held = {"edit": "add_keyframe", "path": "head", "time": 4.0, "strength": 1.0}
    edits.write_text(json.dumps([nod, held]))
    run(bare, "-m", "ksdiff.cli", "edit", "apply", project, edits)
    run(bare, "-m", "ksdiff.cli", "edit", "export", project, "--out", tmp_path / "out", "--formats", "npz", "bvh")
    assert ksdiff.Motion.load(tmp_path / "out" / "motion.npz")


def test_sound_is_streamed(bare: dict[str, str], voice: Path) -> None:
    assert int(run(bare, "-c", STREAM, voice)) >= 75


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        (("prepare", "videos", "--out", "corpus"), "track"),
        (("animate", SPEECH_VIDEO, "--out", "out"), "video"),
        (("edit", "new", SPEECH_VIDEO, "--out", "out.ksd"), "video"),
        (("animate", SPEECH_VIDEO, "--out", "out", "--formats", "mp4"), "render"),
        (("portrait", PORTRAITS["render_1"], SPEECH_VIDEO, "--out", "talk.mp4"), "portrait"),
        (("train", "corpus", "--out", "run"), "train"),
        (("evaluate", "base", "--corpus", "corpus", "--out", "report"), "evaluate"),
        (("studio",), "studio"),
        (("serve",), "live"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_what_needs_more_says_which_extra_to_install(
    bare: dict[str, str], command: tuple[str | Path, ...], extra: str
) -> None:
    message = run(bare, "-m", "ksdiff.cli", *command, code=2)
    assert f"pip install 'ksdiff[{extra}]'" in message
    assert "Traceback" not in message
