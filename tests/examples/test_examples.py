"""The examples run as they are, and make what they say."""

import csv
import json
import os
import shutil
import subprocess
import sys
import threading
import wave
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from support.files import REPOSITORY, SPEECH_VIDEO

from ksdiff.cli import main
from ksdiff.motion import Motion
from ksdiff.output.arkit_csv import read_arkit_csv
from ksdiff.speech.audio import SAMPLE_RATE, load

EXAMPLES = REPOSITORY / "examples"


def run(*command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a user would, with this Python's packages."""
    paths = os.pathsep.join([str(REPOSITORY / "src"), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHON": sys.executable, **variables}
    environment["KSDIFF"] = f"{sys.executable} -m ksdiff.cli"
    return subprocess.run(command, capture_output=True, text=True, timeout=500, env=environment)


@pytest.fixture(scope="module")
def short_voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    samples = load(SPEECH_VIDEO)[: 6 * SAMPLE_RATE]
    path = tmp_path_factory.mktemp("voice") / "voice.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


@pytest.mark.slow
def test_python(short_voice: Path, tmp_path: Path) -> None:
    done = run(sys.executable, EXAMPLES / "animate.py", short_voice, tmp_path)
    assert done.returncode == 0, done.stderr
    motion, other = Motion.load(tmp_path / "motion.npz"), Motion.load(tmp_path / "other_head.npz")
    plain, wide, nod = (read_arkit_csv(tmp_path / f"{name}.csv", fps=25.0) for name in ("arkit", "wide", "nod"))
    assert np.allclose(plain.expression, motion.expression, atol=1e-6)
    assert wide.expression.sum() > plain.expression.sum()
    mouth = [name.startswith(("mouth", "jaw")) for name in motion.space.expression]
    assert np.array_equal(motion.expression[:, mouth], other.expression[:, mouth])
    assert not np.array_equal(motion.head, other.head)
    changed = np.flatnonzero((nod.head[:, :3] != plain.head[:, :3]).any(axis=1))
    assert 50 < changed[0] < 100 < changed[-1] < 150
    assert (tmp_path / "head.glb").exists()
    assert (tmp_path / "scene.ksd").exists()


@pytest.mark.slow
def test_dialogue(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(
            [
                "animate",
                str(EXAMPLES / "dialogue/lines.csv"),
                "--out",
                str(tmp_path),
                "--formats",
                "npz",
                "--workers",
                "1",
            ]
        )
    assert ended.value.code == 1
    with (tmp_path / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["status"] for row in rows] == ["done", "done", "done", "failed"]
    assert "cannot be read as sound" in rows[3]["message"]
    assert (tmp_path / "scene 1/happy/motion.npz").exists()


@pytest.mark.slow
def test_notebook(tmp_path: Path) -> None:
    pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    pytest.importorskip("matplotlib")
    program = (
        "import sys, nbformat\nfrom nbclient import NotebookClient\n"
        "notebook = nbformat.read(sys.argv[1], 4)\n"
        "NotebookClient(notebook, timeout=300, resources={'metadata': {'path': sys.argv[2]}}).execute()\n"
        "nbformat.write(notebook, sys.argv[2] + '/done.ipynb')"
    )
    (tmp_path / "tests/data").mkdir(parents=True)
    (tmp_path / "examples").mkdir()
    shutil.copy(SPEECH_VIDEO, tmp_path / "tests/data")
    done = run(sys.executable, "-c", program, EXAMPLES / "ksdiff.ipynb", tmp_path / "examples")
    assert done.returncode == 0, done.stderr[-3000:]
    text = (tmp_path / "examples/done.ipynb").read_text(encoding="utf-8")
    assert "219 frames, (219, 51) (219, 6)" in text
    assert "the head changed from 2." in text
    assert "image/png" in text
    made = {path.name for path in (tmp_path / "examples").iterdir()}
    assert {"preview.html", "scene.ksd", "arkit.csv", "head.glb"} <= made


def test_notebook_is_kept_without_output() -> None:
    cells = json.loads((EXAMPLES / "ksdiff.ipynb").read_text(encoding="utf-8"))["cells"]
    assert not [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")]


@pytest.mark.slow
def test_flame(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    done = run(EXAMPLES / "flame/run.sh", tmp_path, STEPS="5")
    assert done.returncode == 0, done.stderr[-3000:]
    with np.load(tmp_path / "results/flame.npz") as data:
        assert data["exp"].shape == (219, 50)
        assert data["pose"].shape == (219, 6)
    assert (tmp_path / "report/report.html").exists()


@pytest.mark.slow
def test_own_videos(tmp_path: Path) -> None:
    for module in ("mediapipe", "tensorboard", "moderngl", "librosa"):
        pytest.importorskip(module)
    from ksdiff.corpus.tracker import model_path

    if not model_path().is_file():
        pytest.skip("the face tracker's model is not there")
    done = run(EXAMPLES / "own_videos/run.sh", tmp_path, STEPS="5")
    assert done.returncode == 0, done.stderr[-3000:]
    assert len(list((tmp_path / "videos").rglob("*.mp4"))) == 10
    assert len(read_arkit_csv(tmp_path / "results/arkit.csv", fps=25.0)) == 219


@pytest.fixture
def three(tmp_path: Path) -> Iterator[str]:
    """The page with a motion made for it, and three.js from where the viewer's is."""
    library = REPOSITORY / "web/viewer/node_modules/three"
    if not library.exists():
        pytest.skip("three.js is not installed: npm ci --prefix web/viewer")
    shutil.copytree(EXAMPLES / "three", tmp_path / "three", ignore=shutil.ignore_patterns("node_modules", "out"))
    (tmp_path / "three/node_modules").mkdir()
    (tmp_path / "three/node_modules/three").symlink_to(library)
    out = tmp_path / "three/out"
    main(["animate", str(SPEECH_VIDEO), "--out", str(out), "--formats", "glb", "json", "npz"])
    shutil.copy(SPEECH_VIDEO, out / "voice.wav")  # browsers look at what is in it

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "three")))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.slow
def test_three(three: str, tmp_path: Path, chromium: str) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    motion = Motion.load(tmp_path / "three/out/motion.npz")
    jaw = motion.expression[:, motion.space.expression.index("jawOpen")]
    frame = int(jaw.argmax())
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
        )
        page = browser.new_page(viewport={"width": 480, "height": 480})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: problems.append(request.url) if three not in request.url else None)
        page.goto(three)
        page.wait_for_function("window.ksdiff")
        found = page.evaluate(
            """async (seconds) => {
                const voice = document.getElementById("voice");
                voice.currentTime = seconds;
                while (voice.seeking) await new Promise((resolve) => setTimeout(resolve, 50));
                await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
                const { model, faceAt } = window.ksdiff;
                let shown = [];
                model.traverse((m) => {
                    const index = m.morphTargetDictionary?.jawOpen;
                    if (index !== undefined) shown.push(m.morphTargetInfluences[index]);
                });
                return { shown, asked: faceAt(seconds).weights.jawOpen };
            }""",
            frame / motion.fps,
        )
        page.screenshot(path=str(tmp_path / "three.png"))
        browser.close()
    assert not problems
    assert found["asked"] == pytest.approx(float(jaw[frame]), abs=0.001)
    assert max(found["shown"]) == pytest.approx(float(jaw[frame]), abs=0.05)
