"""A long sound that was interrupted goes on from what is done, to the same bits."""

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file
from support.files import SPEECH_VIDEO

import ksdiff
from ksdiff import animator, pipeline, unfinished
from ksdiff.batch import perform
from ksdiff.batch.line import Directions, Line, Settings
from ksdiff.errors import InputError
from ksdiff.model.checkpoint import Checkpoint, load_model
from ksdiff.motion.keyframe_file import write_keyframes
from ksdiff.output import video_parts
from ksdiff.output.picture import Picture
from ksdiff.speech.audio import SAMPLE_RATE, load, write_flac
from ksdiff.unfinished import NAME, PARTS

sampling = importlib.import_module("ksdiff.model.sampling.generate")  # the package has a function of this name
SECONDS = 24.0  # five windows, which are two batches and a half of those below
LONG = 160.0  # for processes of their own, with batches as they are
PROGRAM = """
import resource, signal, sys
from ksdiff import animator, unfinished
animator.KEPT_SECONDS, unfinished.SAVE_SECONDS = 10.0, 0.0
most, *arguments = sys.argv[1:]
if int(most):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(most), int(most)))  # stands for a full disk
signal.signal(signal.SIGINT, signal.default_int_handler)  # a suite in the background ignores it
from ksdiff.cli import main
main(arguments)
"""


@pytest.fixture(scope="module")
def base() -> Checkpoint:
    return load_model("base")


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    """A real voice, again and again, each time louder."""
    return repeated(SECONDS)


def repeated(seconds: float) -> np.ndarray:
    count = int(seconds * SAMPLE_RATE)
    return (np.resize(load(SPEECH_VIDEO), count) * np.linspace(0.4, 1.0, count)).astype(np.float32)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(animator, "KEPT_SECONDS", 10.0)
    monkeypatch.setattr(unfinished, "SAVE_SECONDS", 0.0)
    monkeypatch.setattr(sampling, "BATCH", 2)
    monkeypatch.setattr(sampling, "PLANNED", 1)


class Stopped(BaseException):
    """As a signal ends the work, at any point."""


def interrupted(sound: np.ndarray, path: Path, every: int, **given: object) -> tuple[ksdiff.Motion, list[float]]:
    """The motion after being stopped at each ``every``-th sign of progress; and what was there when it went on."""
    resumed: list[float] = []
    for most in range(every, 1000, 3):
        signs = 0

        def progress(name: str, done: float) -> None:
            nonlocal signs
            signs += 1
            if name == unfinished.RESUMED:
                resumed.append(done)
            if signs == most:  # noqa: B023 (it is called within this turn)
                raise Stopped

        try:
            return ksdiff.animate(sound, progress=progress, unfinished=path, **given), resumed
        except Stopped:
            continue
    raise AssertionError("it never ends")


@pytest.mark.parametrize(("plan", "steps", "every"), [(None, 1, 2), (None, 2, 8), ("keyframes", 1, 6), ("grid", 1, 7)])
def test_a_motion_goes_on_to_the_same_bits(base, sound, tmp_path, plan, steps, every):
    options = ksdiff.AnimateOptions(plan=plan, steps=steps, seed=5)
    whole = ksdiff.animate(sound, model=base, options=options)
    found, resumed = interrupted(sound, tmp_path / NAME, every, model=base, options=options)
    assert found == whole
    assert resumed
    assert 0.3 < max(resumed) < 1
    assert sorted(resumed) == resumed
    again = ksdiff.animate(sound, model=base, options=options, unfinished=tmp_path / NAME)
    assert again == whole  # from the file of the whole motion


def test_with_words_and_keyframes_given(base, sound, tmp_path, monkeypatch):
    """The words are looked for once; a track of keyframes that is given has no state of its own."""
    path, strengths = tmp_path / "keyframes.json", np.zeros(round(SECONDS * 25), np.float32)
    strengths[50::125] = 0.9
    write_keyframes(path, strengths, np.zeros_like(strengths), 25.0)
    given = {"model": base, "text": "one more map of the moon", "keyframes": path}
    given["options"] = ksdiff.AnimateOptions(steps=1)
    whole = ksdiff.animate(sound, **given)
    asked, find = [], pipeline.transcribe
    monkeypatch.setattr(pipeline, "transcribe", lambda *arguments: asked.append(1) or find(*arguments))
    found, resumed = interrupted(sound, tmp_path / NAME, 7, **given)
    assert found == whole
    assert len(found.words) == 6
    assert resumed
    assert len(asked) == 1


def test_the_layers_of_a_motion_may_change(base, sound, tmp_path):
    """They are put on at the end."""
    ksdiff.animate(sound, model=base, options=ksdiff.AnimateOptions(steps=1), unfinished=tmp_path / NAME)
    other, told = ksdiff.AnimateOptions(steps=1, fps=30.0, eyes=None), []
    found = ksdiff.animate(
        sound, model=base, options=other, unfinished=tmp_path / NAME, progress=lambda *sign: told.append(sign)
    )
    assert (unfinished.RESUMED, 1.0) in told
    assert found == ksdiff.animate(sound, model=base, options=other)


def _arrays(path: Path) -> tuple[dict[str, np.ndarray], dict[str, object]]:
    with safe_open(path, "np") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return arrays, json.loads(file.metadata()["ksdiff"])


def _changed(path: Path, name: str, array: np.ndarray) -> None:
    """A file with another array, and the right hash of it all."""
    arrays, header = _arrays(path)
    arrays[name] = array
    header["sha256"] = unfinished._sha256(arrays)
    save_file(arrays, path, {"ksdiff": json.dumps(header)})


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def _flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


DAMAGE = {
    "cut": _cut,
    "one bit": _flipped,
    "empty": lambda path: path.write_bytes(b""),
    "another kind": lambda path: path.write_bytes(SPEECH_VIDEO.read_bytes()),
    "too large": lambda path: os.truncate(path, unfinished.MAX_BYTES + 1),
    "batches that are not there": lambda path: _changed(path, "state.done", np.array([9])),
    "batches below none": lambda path: _changed(path, "state.done", np.array([-1])),
    "unknown": lambda path: _changed(path, "state.more", np.zeros(1)),
    "of another shape": lambda path: _changed(path, "state.head.keys.0", np.zeros((1, 4, 251, 24), np.float32)),
    "not finite": lambda path: _changed(path, "state.previous.head", np.full((1, 20, 6), np.nan, np.float32)),
    "no such token": lambda path: _changed(path, "state.head.token", np.array([[7]])),
    "too little motion": lambda path: _changed(path, "motion.head", np.zeros((7, 6), np.float32)),
    "no pitch": lambda path: _changed(path, "pitch.voicing", np.zeros(3)),
}


@pytest.fixture(scope="module")
def half(base, sound, tmp_path_factory) -> tuple[bytes, ksdiff.Motion]:
    """The file of a motion that was interrupted half-way; and the whole motion."""
    options, path = ksdiff.AnimateOptions(steps=1), tmp_path_factory.mktemp("half") / NAME

    def progress(name: str, done: float) -> None:
        if name == "motion" and done > 0.7:
            raise Stopped

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(animator, "KEPT_SECONDS", 10.0)
        patch.setattr(sampling, "BATCH", 2)
        with pytest.raises(Stopped):
            ksdiff.animate(sound, model=base, options=options, unfinished=path, progress=progress)
        return path.read_bytes(), ksdiff.animate(sound, model=base, options=options)


QUICK = ("cut", "one bit", "too little motion")


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in DAMAGE]
)
def test_what_is_damaged_is_done_anew(base, sound, tmp_path, half, name):
    path, options = tmp_path / NAME, ksdiff.AnimateOptions(steps=1)
    path.write_bytes(half[0])
    DAMAGE[name](path)
    told: list[str] = []
    found = ksdiff.animate(
        sound, model=base, options=options, unfinished=path, progress=lambda name, done: told.append(name)
    )
    assert unfinished.RESUMED not in told
    assert found == half[1]


@pytest.mark.parametrize("other", ["seed", "sound", "style", "text", "steps"])
def test_what_is_of_something_else_is_not_used(base, sound, tmp_path, half, other):
    (tmp_path / NAME).write_bytes(half[0])
    options = {"steps": 1, **({"steps": 2} if other == "steps" else {}), **({"seed": 1} if other == "seed" else {})}
    if other == "style":
        options["style"] = base.styles[0]
    told: list[str] = []

    def progress(name: str, done: float) -> None:
        told.append(name)
        if name == "motion":
            raise Stopped

    with pytest.raises(Stopped):
        ksdiff.animate(
            sound * np.float32(0.99) if other == "sound" else sound, "moon" if other == "text" else None, model=base,
            options=ksdiff.AnimateOptions(**options), unfinished=tmp_path / NAME, progress=progress,
        )  # fmt: skip
    assert unfinished.RESUMED not in told


def test_short_sounds_keep_nothing(base, sound, tmp_path):
    ksdiff.animate(sound[: 5 * SAMPLE_RATE], model=base, unfinished=tmp_path / NAME)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written(base, sound, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot write"):
        ksdiff.animate(sound, model=base, unfinished=tmp_path / "file" / NAME)


@pytest.fixture(scope="module")
def voice(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "voice.flac"
    write_flac(repeated(LONG), path)
    return path


def command(voice: Path, out: Path, *more: str, most: int = 0) -> list[str]:
    formats = ("--formats", "npz", "csv", "glb")
    return [sys.executable, "-c", PROGRAM, str(most), "animate", str(voice), "--out", str(out), *formats, *more]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def uninterrupted(voice, tmp_path_factory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("whole")
    subprocess.run(command(voice, out), check=True, capture_output=True)
    found = contents(out)
    assert sorted(found) == ["arkit.csv", "head.glb", "motion.npz"]  # and nothing else is left
    return found


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("part", ["pitch", "motion"])
def test_a_signal_to_the_command(voice, uninterrupted, tmp_path, how, part):
    out, said = tmp_path / "out", ""
    process = subprocess.Popen(command(voice, out), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while process.poll() is None:
        if (out / NAME).exists() and (part == "pitch" or (out / NAME).stat().st_size > 1_000_000):
            process.send_signal(how)
            break
        time.sleep(0.002)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == (-how if how == signal.SIGKILL else 128 + how), said
    assert "Traceback" not in said
    if how != signal.SIGKILL:
        assert f"stopped; what is done is kept in {out / NAME}; the same command resumes" in said
        assert list(contents(out)) == [NAME]
    again = subprocess.run(command(voice, out), capture_output=True, text=True, check=True)
    assert ("of the motion was there already" in again.stderr) or part == "pitch"
    assert {name: value for name, value in contents(out).items() if "partial" not in name} == uninterrupted


@pytest.mark.slow
def test_a_full_disk(voice, uninterrupted, tmp_path):
    """The file of the work has no room; later the results have none. What is done stays."""
    out = tmp_path / "out"
    failed = subprocess.run(command(voice, out, most=1_200_000), capture_output=True, text=True, check=False)
    assert failed.returncode == 2, failed.stderr
    assert "cannot write" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert list(contents(out)) == [NAME]
    room = len(uninterrupted["arkit.csv"]) - 1000
    failed = subprocess.run(command(voice, out, most=room), capture_output=True, text=True, check=False)
    assert failed.returncode == 2, failed.stderr
    assert "arkit.csv" in failed.stderr
    assert sorted(contents(out)) == ["motion.npz", NAME]
    again = subprocess.run(command(voice, out), capture_output=True, text=True, check=True)
    assert "100% of the motion was there already" in again.stderr
    assert contents(out) == uninterrupted


@pytest.mark.slow
def test_a_signal_while_the_files_are_written(voice, uninterrupted, tmp_path):
    out = tmp_path / "out"
    process = subprocess.Popen(command(voice, out), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not (out / "motion.npz").exists():
        time.sleep(0.002)
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 128 + signal.SIGTERM, said
    assert (out / NAME).exists()
    again = subprocess.run(command(voice, out), capture_output=True, text=True, check=True)
    assert "100% of the motion was there already" in again.stderr
    assert contents(out) == uninterrupted


DRAWING = """
import sys
from ksdiff import animator
from ksdiff.batch import perform
from ksdiff.output import video_parts
animator.KEPT_SECONDS = perform.KEPT_SECONDS = 5.0
video_parts.FRAMES = 32
render_frames = video_parts.render_frames
def counting(motion, *arguments, **options):
    print(len(motion), "frames to draw", file=sys.stderr)
    return render_frames(motion, *arguments, **options)
video_parts.render_frames = counting
from ksdiff.cli import main
main(sys.argv[1:])
"""


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_signal_while_the_video_is_drawn(tmp_path, how):
    """It goes on from the parts that are whole."""
    write_flac(repeated(6.0), tmp_path / "voice.flac")

    def drawing(out: Path) -> list[str]:
        given = ["animate", str(tmp_path / "voice.flac"), "--out", str(out), "--size", "256", "--formats", "mp4"]
        return [sys.executable, "-c", DRAWING, *given]

    out = tmp_path / "out"
    process = subprocess.Popen(drawing(out), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not (out / PARTS / "00001.mp4").exists():
        time.sleep(0.002)
    process.send_signal(how)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == (-how if how == signal.SIGKILL else 128 + how), said
    assert "150 frames to draw" in said
    whole = len(json.loads((out / PARTS / "parts.json").read_text())["parts"])
    assert 1 <= whole <= 4
    again = subprocess.run(drawing(out), capture_output=True, text=True, check=True)
    assert f"{150 - 32 * whole} frames to draw" in again.stderr
    subprocess.run(drawing(tmp_path / "whole"), check=True, capture_output=True)
    found = {name: value for name, value in contents(out).items() if "partial" not in name}
    assert found == contents(tmp_path / "whole")
    assert list(found) == ["preview.mp4"]


def test_the_video_of_a_line_goes_on(base, tmp_path, monkeypatch):
    """Each run of a list writes into a folder of its own; what is drawn is kept in that of the line."""
    monkeypatch.setattr(perform, "KEPT_SECONDS", 1.0)
    monkeypatch.setattr(video_parts, "FRAMES", 32)
    write_flac(repeated(3.0), tmp_path / "voice.flac")
    line = Line(1, tmp_path / "voice.flac", "voice", Directions(formats=("mp4",)))
    settings = Settings(picture=Picture(128, 128), steps=1)

    def performed(staging: str, progress: Callable[[str, float], None] = lambda name, done: None) -> Path:
        perform.perform(line, settings, tmp_path / staging, base, None, progress, tmp_path / "voice" / NAME)
        return tmp_path / staging / "preview.mp4"

    def progress(name: str, done: float) -> None:
        if name == "preview.mp4" and done > 0.6:
            raise Stopped

    whole = performed("first").read_bytes()
    assert not (tmp_path / "voice").exists() or not list((tmp_path / "voice").iterdir())
    with pytest.raises(Stopped):
        performed("second", progress)
    assert (tmp_path / "voice" / PARTS / "00000.mp4").exists()
    told: list[float] = []
    again = performed("third", lambda name, done: told.append(done) if name == "preview.mp4" else None)
    assert again.read_bytes() == whole
    assert min(done for done in told if done > 0) > 32 / 75  # the first part was not drawn again
    assert list((tmp_path / "voice").iterdir()) == []
