"""Everything but training and scoring works where torch cannot be imported."""

import json
from pathlib import Path

import pytest
from support.checkpoints import save_untrained
from support.environments import STREAM, environment, run
from support.files import SPEECH_VIDEO
from support.liveportrait import SMALL, save_published
from support.portraits import PORTRAITS

import ksdiff
from ksdiff.liveportrait.convert import convert

# As on a machine without torch: whoever imports it fails, in child processes too.
BLOCK = """
import importlib.abc
import sys


class NoTorch(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "accelerate", "silero_vad"):
            raise ModuleNotFoundError(f"No module named {name!r}")


sys.meta_path.insert(0, NoTorch())
"""


@pytest.fixture(scope="module")
def block(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in whose Python processes torch is missing."""
    return environment(tmp_path_factory.mktemp("without_torch"), BLOCK)


def test_torch_is_missing_there(block: dict[str, str]) -> None:
    assert "No module named 'torch'" in run(block, "-c", "import torch", code=1)


def test_animate_writes_the_motion_that_it_writes_with_torch(block: dict[str, str], tmp_path: Path) -> None:
    formats = ("npz", "csv", "glb", "html", "keyframes")
    run(block, "-m", "ksdiff.cli", "animate", SPEECH_VIDEO, "--out", tmp_path, "--formats", *formats)
    names = {"motion.npz", "arkit.csv", "head.glb", "preview.html", "keyframes.json"}
    assert names <= {path.name for path in tmp_path.iterdir()}
    written = ksdiff.Motion.load(tmp_path / "motion.npz")
    assert abs(written.expression - ksdiff.animate(SPEECH_VIDEO).expression).max() < 1e-6


def test_projects_are_made_edited_and_exported(block: dict[str, str], tmp_path: Path) -> None:
    project, edits = tmp_path / "a.ksd", tmp_path / "edits.json"
    run(block, "-m", "ksdiff.cli", "edit", "new", SPEECH_VIDEO, "--out", project)
    edits.write_text(json.dumps([{"edit": "add_keyframe", "path": "head", "time": 2.0, "strength": 1.0}]))
    run(block, "-m", "ksdiff.cli", "edit", "apply", project, edits)
    run(block, "-m", "ksdiff.cli", "edit", "export", project, "--out", tmp_path / "out", "--formats", "npz")
    assert (tmp_path / "out" / "motion.npz").is_file()


def test_lists_of_lines_are_animated_in_processes(block: dict[str, str], tmp_path: Path) -> None:
    listed = tmp_path / "lines.csv"
    listed.write_text(f"sound,output\n{SPEECH_VIDEO},a\n{SPEECH_VIDEO},b\n")
    run(
        block, "-m", "ksdiff.cli", "animate", listed, "--out", tmp_path / "out", "--formats", "npz", "--workers", "2"
    )  # fmt: skip
    assert len(list((tmp_path / "out").rglob("*.npz"))) == 2


def test_sound_is_streamed(block: dict[str, str]) -> None:
    assert int(run(block, "-c", STREAM, SPEECH_VIDEO)) >= 75


def test_studio_service_prepare_and_transcripts_start(block: dict[str, str], tmp_path: Path) -> None:
    program = """
import ksdiff.batch.animate_lines, ksdiff.corpus.prepare, ksdiff.live.serve, ksdiff.speech.moonshine
import ksdiff.studio.app, ksdiff.studio.serve, ksdiff.study.analysis
from pathlib import Path
import sys
ksdiff.studio.app.make_app(Path(sys.argv[1]), 7654, "open", warm=False)
"""
    run(block, "-c", program, tmp_path)


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        (("train", "corpus", "--out", "run"), "train"),
        (("ablate", "corpus", "--out", "run"), "train"),
        (("evaluate", "base", "--corpus", "corpus", "--out", "report"), "evaluate"),
    ],
)
def test_what_needs_torch_says_which_extra_to_install(
    block: dict[str, str], command: tuple[str, ...], extra: str
) -> None:
    message = run(block, "-m", "ksdiff.cli", *command, code=2)
    assert f"pip install 'ksdiff[{extra}]'" in " ".join(message.split())
    assert "Traceback" not in message


def test_liveportrait_draws_from_graphs_and_else_says_that_it_needs_torch(
    block: dict[str, str], tmp_path: Path
) -> None:
    save_published(tmp_path / "published")
    convert(tmp_path / "published", tmp_path / "graphs", onnx=True, settings=SMALL)
    program = f"""
import sys
import numpy as np
from ksdiff.liveportrait.load import load_networks
from ksdiff.liveportrait.settings import Settings
networks = load_networks(sys.argv[1], settings={SMALL!r})
picture = np.zeros((64, 64, 3), np.uint8)
points = networks.face(picture).points
assert networks.draw(networks.features(picture), points, points).shape == (128, 128, 3)
"""
    run(block, "-c", program, tmp_path / "graphs")
    command = ("portrait", PORTRAITS["render_1"], SPEECH_VIDEO, "--out", tmp_path / "talk.mp4")
    options = ("--renderer", "liveportrait", "--weights", tmp_path / "published")
    message = run(block, "-m", "ksdiff.cli", *command, *options, code=2)
    assert "pip install 'ksdiff[torch]'" in " ".join(message.split())
    message = run(block, "-m", "ksdiff.cli", "convert-liveportrait", tmp_path / "published", "--out", tmp_path, code=2)
    assert "pip install 'ksdiff[torch]'" in " ".join(message.split())


def test_weights_without_graphs_say_that_they_need_torch(block: dict[str, str], tmp_path: Path) -> None:
    weights = save_untrained(tmp_path / "own.safetensors")
    command = ("animate", SPEECH_VIDEO, "--out", tmp_path / "out", "--model", weights)
    message = " ".join(run(block, "-m", "ksdiff.cli", *command, code=2).split())
    assert "has settings that ksdiff comes with no graphs for" in message
    assert "pip install 'ksdiff[torch]'" in message
    assert not (tmp_path / "out").exists()
