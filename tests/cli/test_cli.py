"""The command line on bad input: one message, exit code 2, nothing half-written."""

import json
import struct
import wave
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
import pytest
from support.avatars import write_glb_avatar
from support.checkpoints import save_untrained
from support.corpora import make_corpus
from support.files import SPEECH_VIDEO
from support.synthetic import synthetic_motion

from ksdiff import extras
from ksdiff.cli import main
from ksdiff.model.checkpoint import load_model
from ksdiff.motion import Motion


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_untrained(tmp_path_factory.mktemp("weights") / "untrained.safetensors")


def write_wav(path: Path, samples: np.ndarray, rate: int = 16000, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat((samples * 32767).astype("<i2"), channels).tobytes())
    return path


def tone(seconds: float, rate: int) -> np.ndarray:
    return 0.3 * np.sin(2 * np.pi * 150 * np.arange(int(seconds * rate)) / rate)


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as exit_info:
        main(arguments)
    captured = capsys.readouterr()
    assert exit_info.value.code == 2
    assert "Traceback" not in captured.err
    assert captured.out == ""
    return " ".join(captured.err.split())


def test_a_voice_becomes_files(weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "ein Ordner ü"
    formats = ["npz", "csv", "glb", "timeline", "html"]
    main(
        ["animate", str(SPEECH_VIDEO), "--out", str(out), "--model", str(weights), "--seed", "3", "--formats", *formats]
    )
    assert {path.name for path in out.iterdir()} == {
        "motion.npz", "arkit.csv", "head.glb", "timeline.png", "preview.html",
    }  # fmt: skip
    printed = capsys.readouterr().out
    assert "8.76 s of motion" in printed
    assert "seed 3" in printed
    assert "of real time" in printed


def test_videos_have_the_size_that_is_wanted(weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound = write_wav(tmp_path / "tone.wav", tone(0.4, 16000))
    base = ["animate", str(sound), "--model", str(weights), "--out", str(tmp_path / "out"), "--formats", "mp4"]
    assert "1920x1080" in refused([*base, "--size", "large"], capsys)
    main([*base, "--size", "96x64"])
    with av.open(tmp_path / "out/preview.mp4") as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (96, 64)


def test_keyframes_are_written_and_can_be_given_back(weights: Path, tmp_path: Path) -> None:
    sound = write_wav(tmp_path / "tone.wav", tone(2.0, 16000))
    base = ["animate", str(sound), "--model", str(weights), "--no-blinks"]
    main([*base, "--out", str(tmp_path / "a"), "--formats", "npz", "keyframes"])
    main([*base, "--out", str(tmp_path / "b"), "--formats", "npz", "--keyframes", str(tmp_path / "a/keyframes.json")])
    first, second = (np.load(tmp_path / name / "motion.npz") for name in "ab")
    for track in ("keyframes_head", "keyframes_expression"):
        np.testing.assert_allclose(first[track], second[track], atol=1e-3)
    np.testing.assert_allclose(first["expression"], second["expression"], atol=0.02)


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (192_000, 2), (48_000, 8)])
def test_any_rate_and_number_of_channels(weights: Path, tmp_path: Path, rate: int, channels: int) -> None:
    sound = write_wav(tmp_path / "tone.wav", tone(0.5, rate), rate, channels)
    main(["animate", str(sound), "--out", str(tmp_path / "out"), "--model", str(weights), "--formats", "npz"])
    assert len(np.load(tmp_path / "out" / "motion.npz")["head"]) == 12


def test_sounds_that_cannot_be_used(weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text.wav").write_text("this is not a sound")
    (tmp_path / "empty.wav").write_bytes(b"")
    nan = tmp_path / "nan.wav"
    samples = np.full(16000, np.nan, "<f4").tobytes()
    header = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 3, 1, 16000, 64000, 4,
                         32, b"data", len(samples))  # fmt: skip
    nan.write_bytes(header + samples)
    cases = {
        "missing.wav": "missing.wav",
        "text.wav": "text.wav",
        "empty.wav": "empty.wav",
        "nan.wav": "finite",
        "folder": "no sound in the folder",
    }
    (tmp_path / "folder").mkdir()
    write_wav(tmp_path / "short.wav", tone(0.2, 16000))
    write_wav(tmp_path / "none.wav", np.zeros(0))
    cases |= {"short.wav": "0.3 s", "none.wav": "none.wav"}
    for name, expected in cases.items():
        out = tmp_path / "out"
        message = refused(["animate", str(tmp_path / name), "--out", str(out), "--model", str(weights)], capsys)
        assert expected in message, name
        assert not out.exists()


def test_options_that_cannot_be_used(weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound = write_wav(tmp_path / "tone.wav", tone(1.0, 16000))
    late = tmp_path / "late.json"
    late.write_text(json.dumps({"version": 1, "fps": 25, "head": [{"time": 8, "strength": 1}]}))
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    cases: list[tuple[list[str], str]] = [
        (["--style", "bobb"], "did you mean 'bob'"),
        (["--keyframes", str(late)], "outside the sound"),
        (["--formats", "gbl"], "did you mean 'glb'"),
        (["--fps", "0"], "24, 25, 29.97"),
        (["--steps", "0"], "steps is 0"),
        (["--head-steps", "0"], "head_steps is 0"),
        (["--expression-steps", "1001"], "expression_steps is 1001"),
        (["--solver-order", "3"], "solver_order is 3"),
        (["--plan", "keyframes"], "no generators of poses"),
        (["--seed", "-1"], "seed"),
        (["--text", "a", "--text-file", "b"], "one of them"),
        (["--text-file", str(tmp_path / "no.txt")], "no.txt"),
        (["--model", "bass"], "did you mean 'base'"),
        (["--text", "oh [laughter] well"], "did you mean 'laugh'"),
        (["--emotion", "hapy"], "did you mean 'happy'"),
        (["--emotion", "happy:7"], "it must be 0 to 1"),
        (["--emotion-file", str(late)], "unknown entry"),
    ]
    for extra, expected in cases:
        out = tmp_path / "out"
        arguments = ["animate", str(sound), "--out", str(out)]
        arguments += ["--model", str(weights)] if "--model" not in extra else []
        assert expected in refused([*arguments, *extra], capsys), extra
        assert not out.exists()
    message = refused(["animate", str(sound), "--out", str(blocked), "--model", str(weights)], capsys)
    assert "blocked" in message
    assert blocked.read_text() == "a file where a folder should be"


def test_emotions_from_the_command_line(weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def motion(*options: str) -> Motion:
        out = tmp_path / "out"
        command = ["animate", str(SPEECH_VIDEO), "--out", str(out), "--model", str(weights), "--formats", "npz"]
        main([*command, *options])
        return Motion.load(out / "motion.npz")

    table = tmp_path / "felt.csv"
    table.write_text("start,end,emotion,intensity\n2,3,sad,0.8\n")
    plain = motion()
    assert "arousal" not in capsys.readouterr().out
    assert motion() == plain  # nothing is guessed unless it is asked for
    felt = motion("--emotion-file", str(table))
    differs = (felt.expression != plain.expression).any(axis=1)
    assert not differs[: int(1.6 * 25)].any()
    assert differs[50:75].all()
    assert not differs[int(3.7 * 25) :].any()
    happy = motion("--emotion", "happy:0.5", "--emotion-file", str(table))
    assert happy.channel("cheekSquintLeft")[10] > 0.2
    assert happy.channel("cheekSquintLeft")[60] < 0.2 < happy.channel("browInnerUp")[60]
    assert motion("--emotion", "auto") != plain
    assert "nothing is known about valence" in capsys.readouterr().out


def test_outputs_are_whole_or_absent(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was there before stays when writing fails half-way."""
    sound = write_wav(tmp_path / "tone.wav", tone(1.0, 16000))
    out = tmp_path / "out"
    arguments = ["animate", str(sound), "--out", str(out), "--model", str(weights), "--formats", "npz"]
    main(arguments)
    before = (out / "motion.npz").read_bytes()

    def fail(file: BinaryIO, **arrays: np.ndarray) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", fail)
    capsys.readouterr()
    assert "No space left" in refused([*arguments, "--seed", "4"], capsys)
    assert (out / "motion.npz").read_bytes() == before
    assert [path.name for path in out.iterdir()] == ["motion.npz"]


def test_training_and_evaluating_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus, run = make_corpus(tmp_path / "corpus"), tmp_path / "run"
    assert "did you mean 'debug'" in refused(["train", str(corpus), "--out", str(run), "--preset", "debgu"], capsys)
    assert "ksdiff prepare" in refused(["train", str(tmp_path), "--out", str(run), "--preset", "debug"], capsys)
    main(["train", str(corpus), "--out", str(run), "--preset", "debug", "--threads", "1"])
    assert capsys.readouterr().out.strip() == str(run / "model.safetensors")
    model = str(run / "model.safetensors")
    report = tmp_path / "report"
    main(["evaluate", model, "--corpus", str(corpus), "--out", str(report), "--players", "0"])
    system = json.loads((report / "report.json").read_text())["systems"][0]
    assert -1 <= system["figures"]["jaw_r"]["value"] <= 1
    assert "jaw r" in (report / "report.md").read_text()


def test_kdtalker_is_trained_by_its_name(tmp_path: Path) -> None:
    corpus, run = make_corpus(tmp_path / "corpus", speakers=3), tmp_path / "run"
    main(["train", str(corpus), "--out", str(run), "--preset", "debug", "--steps", "2", "--model", "kdtalker"])
    assert load_model(run / "model.safetensors").model.config.spatiotemporal


def test_inputs_are_never_replaced(weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    voice, folder = tmp_path / "preview.mp4", str(tmp_path)
    voice.write_bytes(SPEECH_VIDEO.read_bytes())
    avatar = write_glb_avatar(tmp_path / "head.glb", ("jawOpen",))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    animate = ["animate", str(voice), "--out", folder, "--model", str(weights)]
    assert "would replace the input" in refused([*animate, "--formats", "mp4"], capsys)
    assert "preview.mp4" in refused(animate, capsys)
    assert "head.glb" in refused([*animate, "--onto", str(avatar), "--formats", "npz", "glb"], capsys)
    (tmp_path / "keyframes.json").write_text('{"version": 1}')
    keyframes = ["--keyframes", str(tmp_path / "../" / tmp_path.name / "keyframes.json")]
    assert "keyframes.json" in refused([*animate, *keyframes, "--formats", "keyframes"], capsys)
    (tmp_path / "keyframes.json").unlink()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_frame_rates_are_bounded_everywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    motion = tmp_path / "motion.npz"
    synthetic_motion(0.4).save(motion)
    avatar = write_glb_avatar(tmp_path / "head.glb", ("jawOpen",))
    for fps in ("0", "-3", "241", "1e9", "nan", "inf"):
        arguments = ["retarget", str(motion), str(avatar), "--out", str(tmp_path / "out.glb"), "--fps", fps]
        assert "1 to 240" in refused(arguments, capsys), fps
    assert not (tmp_path / "out.glb").exists()


def test_what_cannot_be_written_is_said_before_the_work(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def work(*_: object) -> None:
        raise AssertionError("the work has begun")

    monkeypatch.setattr("ksdiff.speech.audio.load", work)
    (tmp_path / "file").write_text("")
    animate = ["animate", str(SPEECH_VIDEO), "--model", str(weights), "--out"]
    assert "cannot write to the folder" in refused([*animate, str(tmp_path / "file/below")], capsys)
    assert "cannot write to the folder" in refused([*animate, str(tmp_path / ("n" * 300))], capsys)
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    for name, extra in (("usd", "usd"), ("timeline", "render"), ("mp4", "render")):
        message = refused([*animate, str(tmp_path / "out"), "--formats", "npz", name], capsys)
        assert f"pip install 'ksdiff[{extra}]'" in message
    monkeypatch.undo()
    monkeypatch.setattr("ksdiff.speech.audio.load", work)
    monkeypatch.setattr("moderngl.create_context", lambda **options: 1 / 0)
    assert "apt-get install libegl1" in refused([*animate, str(tmp_path / "out"), "--formats", "mp4"], capsys)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_default_formats_are_left_out_only_for_what_the_machine_lacks(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = write_wav(tmp_path / "tone.wav", tone(0.4, 16000))
    animate = ["animate", str(sound), "--model", str(weights), "--out", str(tmp_path / "out")]
    with monkeypatch.context() as patch:
        patch.setattr("moderngl.create_context", lambda **options: 1 / 0)
        main(animate)
    assert "mp4 was not made: cannot draw without OpenGL" in " ".join(capsys.readouterr().err.split())
    assert (tmp_path / "out/motion.npz").is_file()

    def fail(file: BinaryIO, **arrays: np.ndarray) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", fail)
    assert "No space left" in refused(animate, capsys)
