"""From DECA's output to a FLAME corpus, and from that to a trained model and its motion."""

import json
import pickle
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.io import loadmat, savemat
from scipy.spatial.transform import Rotation
from support.files import SPEECH_VIDEO
from support.synthetic import synthetic_sound

from ksdiff.cli import main
from ksdiff.corpus.dataset import load_corpus
from ksdiff.corpus.prepare import Summary, prepare
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.corpus.sources.deca import DecaFrames, DecaOutput, neutral_expression, read_deca
from ksdiff.corpus.sources.matlab import read_arrays
from ksdiff.corpus.video import frame_times, frames
from ksdiff.errors import InputError
from ksdiff.face.flame import FlameParameters
from ksdiff.model.checkpoint import load_model
from ksdiff.motion import MOTION_RATE, Motion
from ksdiff.motion.space import ARKIT, EXPRESSION, FLAME, FLAME_JAW, HEAD
from ksdiff.speech import audio
from ksdiff.training.batches import mirror_channels

UNFILTERED = PrepareSettings(transcribe=False, expression_cutoff=0.0, rotation_cutoff=0.0, translation_cutoff=0.0)


def deca_arrays(count: int, fps: float = 25.0, seed: int = 0) -> dict[str, np.ndarray]:
    """What DECA might find: slow waves, a head that looks up a little, a jaw that opens."""
    random, times = np.random.default_rng(seed), np.arange(count)[:, None] / fps

    def waves(channels: int) -> np.ndarray:
        return np.sin(2 * np.pi * random.uniform(0.2, 2, channels) * times + random.uniform(0, 6, channels))

    return {
        "exp": waves(50),
        "pose": waves(6) * [0.1, 0.2, 0.05, 0.08, 0.01, 0.01] + [0.2, 0, 0, 0.1, 0, 0],
        "cam": waves(3) * [0.2, 0.01, 0.01] + [8.0, 0.01, 0.05],
        "shape": np.zeros((count, 100)),
    }


def write_frames(folder: Path, arrays: dict[str, np.ndarray], suffix: str = ".npz", first: int = 0) -> Path:
    """A file for each frame, as DECA's encode() gives them: a batch of one."""
    folder.mkdir(parents=True)
    for number in range(len(arrays["exp"])):
        frame = {name: values[number : number + 1].astype(np.float32) for name, values in arrays.items()}
        path = folder / f"clip2_frame{number + first:04d}{suffix}"
        if suffix == ".npz":
            np.savez(path, **frame)
        elif suffix == ".pkl":
            path.write_bytes(pickle.dumps(frame))
        else:
            savemat(path, frame)
    return folder


def write_wav(path: Path, seconds: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    audio.write_flac(synthetic_sound(seconds), path)
    return path


def test_all_layouts_hold_the_same(tmp_path: Path) -> None:
    arrays = deca_arrays(4)
    np.savez(tmp_path / "clip.npz", **arrays)
    (tmp_path / "clip.pkl").write_bytes(pickle.dumps(arrays, protocol=2))
    savemat(tmp_path / "clip.mat", arrays)
    rows = [{name: values[number] for name, values in arrays.items()} for number in range(4)]
    (tmp_path / "list.pkl").write_bytes(pickle.dumps(rows))
    paths = [tmp_path / name for name in ("clip.npz", "clip.pkl", "clip.mat", "list.pkl")]
    paths += [write_frames(tmp_path / suffix[1:], arrays, suffix) for suffix in (".npz", ".pkl", ".mat")]
    # DECA's demo puts each frame into a folder of its own; ffmpeg counts from 1.
    nested = write_frames(tmp_path / "nested", arrays, first=1)
    for file in sorted(nested.iterdir()):
        (nested / file.stem).mkdir()
        file.rename(nested / file.stem / file.name)
    for path in [*paths, nested]:
        numbers, parameters = read_deca(path)
        assert numbers.tolist() == [0, 1, 2, 3], path
        np.testing.assert_allclose(parameters.expression, arrays["exp"], atol=1e-6)
        np.testing.assert_allclose(parameters.pose, arrays["pose"], atol=1e-6)
        np.testing.assert_allclose(parameters.camera, arrays["cam"], atol=1e-6)


def test_frames_without_a_face_are_left_out(tmp_path: Path) -> None:
    arrays = deca_arrays(6)
    folder = write_frames(tmp_path / "frames", arrays)
    (folder / "clip2_frame0002.npz").unlink()
    assert read_deca(folder)[0].tolist() == [0, 1, 3, 4, 5]
    arrays["exp"][1, 7], arrays["cam"][4, 0] = np.nan, 0.0
    np.savez(tmp_path / "clip.npz", **arrays)
    numbers, parameters = read_deca(tmp_path / "clip.npz")
    assert numbers.tolist() == [0, 2, 3, 5]
    np.testing.assert_array_equal(parameters.expression, arrays["exp"][[0, 2, 3, 5]])
    rows = [None, {name: values[1] for name, values in deca_arrays(2).items()}]
    (tmp_path / "list.pkl").write_bytes(pickle.dumps(rows))
    assert read_deca(tmp_path / "list.pkl")[0].tolist() == [1]


class Evil:
    def __reduce__(self) -> tuple:
        return print, ("run",)


def test_what_is_no_deca_output_says_why(tmp_path: Path) -> None:
    def refused(message: str, content: object, name: str = "clip.pkl") -> None:
        path = tmp_path / name
        if name.endswith(".npz"):
            np.savez(path, **content)
        else:
            path.write_bytes(pickle.dumps(content))
        with pytest.raises(InputError, match=message):
            read_deca(path)

    arrays = deca_arrays(3)
    refused(r"lacks cam.*demo does not save", {"exp": arrays["exp"], "pose": arrays["pose"]})
    refused("holds a ndarray", arrays["exp"])
    refused(r"torch tensors.*\.cpu\(\)\.numpy\(\)", {**arrays, "exp": torch.zeros(3, 50)})
    refused(r"builtins\.print.*only numpy arrays", {**arrays, "exp": Evil()})
    refused(r"exp has shape \(3, 100\)", {**arrays, "exp": np.zeros((3, 100))})
    refused("different numbers of frames: exp 3, pose 2, cam 3", {**arrays, "pose": arrays["pose"][:2]})
    refused("no frame with finite numbers", {**arrays, "exp": np.full((3, 50), np.nan)})
    refused("no frame with finite numbers", [])
    refused("not pickled objects", {**arrays, "exp": np.array([None])}, "clip.npz")
    (tmp_path / "clip.mat").write_bytes(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + bytes(64))
    with pytest.raises(InputError, match=r"MATLAB 7\.3"):
        read_deca(tmp_path / "clip.mat")
    folder = write_frames(tmp_path / "frames", arrays)
    np.savez(folder / "other_0001.npz", **{name: values[0] for name, values in arrays.items()})
    with pytest.raises(InputError, match="are both frame 1"):
        read_deca(folder)
    (folder / "other_0001.npz").rename(folder / "x.npz")
    with pytest.raises(InputError, match=r"no frame number.*NAME_frame0012\.npz"):
        read_deca(folder / ".")


@pytest.mark.parametrize("suffix", [".npz", ".pkl", ".mat"])
def test_damaged_output_is_refused_in_one_line(tmp_path: Path, suffix: str) -> None:
    path, arrays, random = tmp_path / f"clip{suffix}", deca_arrays(20), np.random.default_rng(5)
    if suffix == ".npz":
        np.savez_compressed(path, **arrays)
    elif suffix == ".pkl":
        path.write_bytes(pickle.dumps(arrays))
    else:
        savemat(path, arrays)
    whole, refused = path.read_bytes(), 0
    for number in range(60):
        damaged = bytearray(whole)
        for _ in range(1 + number % 4):
            # Headers are at the start; damage among the numbers only changes numbers.
            damaged[int(random.integers(min(len(whole), 400)))] = int(random.integers(256))
        path.write_bytes(bytes(damaged) if number % 5 else whole[: int(random.integers(len(whole)))])
        with suppress(InputError):
            read_deca(path)
            refused -= 1
        refused += 1
    assert refused > 20


def test_matlab_files_are_read_as_scipy_reads_them(tmp_path: Path) -> None:
    arrays = deca_arrays(7)
    extra = {"name": "text", "cell": np.array([[1, "a"]], dtype=object), "whole": np.arange(6).reshape(2, 3)}
    for compressed in (False, True):
        savemat(tmp_path / "clip.mat", {**extra, **arrays}, do_compression=compressed)
        read, expected = read_arrays(tmp_path / "clip.mat", [*arrays, "whole"]), loadmat(tmp_path / "clip.mat")
        assert set(read) == {*arrays, "whole"}
        for name, array in read.items():
            np.testing.assert_array_equal(array, expected[name])
    savemat(tmp_path / "clip.mat", {"exp": arrays["exp"] * 1j})
    with pytest.raises(ValueError, match="not an array of real numbers"):
        read_arrays(tmp_path / "clip.mat", ["exp"])


def test_times_come_from_the_video_or_are_given(tmp_path: Path) -> None:
    times = frame_times(SPEECH_VIDEO)
    np.testing.assert_array_equal(times, [frame.time for frame in frames(SPEECH_VIDEO)])
    output = tmp_path / "deca"
    output.mkdir()
    arrays = deca_arrays(len(times))
    np.savez(output / "obama_speech.npz", **arrays)
    take = DecaOutput(output).read("anyone/obama_speech.mp4", SPEECH_VIDEO)
    np.testing.assert_array_equal(take.times, times)
    take = DecaOutput(output, fps=50.0).read("obama_speech.mp4", SPEECH_VIDEO)
    np.testing.assert_allclose(take.times, np.arange(len(times)) / 50)
    np.savez(output / "obama_speech.npz", **deca_arrays(2 * len(times)))
    with pytest.raises(InputError, match=rf"has {2 * len(times)} frames, but .* has {len(times)}.*--fps"):
        DecaOutput(output).read("obama_speech.mp4", SPEECH_VIDEO)
    with pytest.raises(InputError, match=r"no pictures.*--fps"):
        DecaOutput(output).read("obama_speech.wav", SPEECH_VIDEO.with_suffix(".wav"))
    folder = write_frames(output / "sparse", deca_arrays(4))
    for number in (3, 2, 1):
        (folder / f"clip2_frame{number:04d}.npz").rename(folder / f"clip2_frame{10 * number:04d}.npz")
    with pytest.raises(InputError, match=r"every 10th frame.*--sample_step 1"):
        DecaOutput(output, fps=25.0).read("sparse.mp4", SPEECH_VIDEO)
    with pytest.raises(InputError, match="missing"):
        DecaOutput(output).read("nothing.mp4", SPEECH_VIDEO)


def test_settings_that_make_no_sense(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="jaw is 'chin'; allowed: head, expression"):
        DecaOutput(tmp_path, jaw="chin")
    with pytest.raises(InputError, match="fps is 0"):
        DecaOutput(tmp_path, fps=0.0)
    with pytest.raises(InputError, match="no folder"):
        DecaOutput(tmp_path / "missing")
    with pytest.raises(InputError, match="make a corpus of each"):
        prepare(None, tmp_path, facegood_takes=tmp_path, deca_output=DecaOutput(tmp_path))


def take_of(arrays: dict[str, np.ndarray], fps: float = 25.0) -> DecaFrames:
    count = len(arrays["exp"])
    return DecaFrames(
        np.arange(count) / fps, np.arange(count), FlameParameters(arrays["exp"], arrays["pose"], arrays["cam"])
    )


def test_the_head_is_relative_to_its_mean_and_the_jaw_is_not() -> None:
    arrays = deca_arrays(100)
    instants = np.arange(100) / 25
    expression, head, known = take_of(arrays).at(instants, FLAME, 0.0, 0.0, 0.0)
    assert known.all()
    np.testing.assert_allclose(expression, arrays["exp"], atol=1e-9)
    np.testing.assert_allclose(head[:, 3:6], arrays["pose"][:, 3:], atol=1e-9)
    # Turning by the mean rotation brings back DECA's.
    absolute = Rotation.from_rotvec(arrays["pose"][:, :3])
    again = absolute.mean() * Rotation.from_rotvec(head[:, :3])
    np.testing.assert_allclose(again.as_matrix(), absolute.as_matrix(), atol=1e-9)
    scale, x, y = np.median(arrays["cam"], axis=0)
    np.testing.assert_allclose(scale * (1 + head[:, 6]), arrays["cam"][:, 0], atol=1e-9)
    np.testing.assert_allclose(head[:, 7:] + [x, y], arrays["cam"][:, 1:], atol=1e-9)
    # The other layout has the same, the jaw elsewhere.
    with_jaw, without, _ = take_of(arrays).at(instants, FLAME_JAW, 0.0, 0.0, 0.0)
    np.testing.assert_array_equal(with_jaw, np.concatenate([expression, head[:, 3:6]], axis=1))
    np.testing.assert_array_equal(without, np.delete(head, [3, 4, 5], axis=1))


def test_the_low_pass_takes_away_jitter_and_leaves_speech() -> None:
    arrays = deca_arrays(250)
    slow = arrays["exp"][:, 0].copy()
    arrays["exp"][:, 0] += 0.5 * np.where(np.arange(250) % 2, 1, -1)  # 12.5 Hz
    expression, _, _ = take_of(arrays).at(np.arange(250) / 25, FLAME, 7.0, 6.0, 5.0)
    assert np.abs(expression[10:-10, 0] - slow[10:-10]).max() < 0.06


def test_a_face_at_rest_has_its_jaw_closed() -> None:
    arrays = deca_arrays(100)
    arrays["pose"][:, 3] = np.where(np.arange(100) < 30, 0.01, 0.3)
    arrays["exp"][:30], arrays["exp"][30:] = 0.25, 2.0
    rest = neutral_expression([take_of(arrays)], FLAME_JAW)
    np.testing.assert_allclose(rest[:51], [0.25] * 50 + [0.01])
    assert len(neutral_expression([take_of(arrays)], FLAME)) == 50


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    """A corpus of two speakers filmed at 30 frames/s, one with a gap, and of sources that cannot be used."""
    folder = tmp_path_factory.mktemp("deca")
    videos, output = folder / "videos", folder / "deca"
    for seed, name in enumerate(("anna/one", "bo/two", "cy/none")):
        write_wav(videos / f"{name}.flac", 3.0)
        if name != "cy/none":
            arrays = deca_arrays(90, 30.0, seed)
            (output / name).parent.mkdir(parents=True, exist_ok=True)
            np.savez(output / f"{name}.npz", **arrays)
    (videos / "bo/two.txt").write_text("ah")
    arrays["pose"][45:60] = np.nan
    np.savez(output / "bo/two.npz", **arrays)
    summary = prepare(
        videos, folder / "corpus", settings=UNFILTERED, deca_output=DecaOutput(output, "expression", 30.0)
    )
    return folder, summary


def test_output_becomes_a_corpus(made: tuple[Path, Summary]) -> None:
    folder, summary = made
    assert summary.clips == ("anna__one", "bo__two")
    assert [item.source for item in summary.left_out] == ["cy/none.flac"]
    assert "DECA's output for it is missing" in summary.left_out[0].reason
    corpus = load_corpus(folder / "corpus")
    assert corpus.space == FLAME_JAW
    one, two = corpus.clips
    assert one.speaker == "anna"
    assert one.motion[EXPRESSION].shape == (75, 53)
    assert one.motion[HEAD].shape == (75, 6)
    arrays = deca_arrays(90, 30.0, 0)
    instants = np.arange(75) / MOTION_RATE + one.facts["av_offset_frames"] / MOTION_RATE
    expected = np.interp(instants, np.arange(90) / 30, arrays["exp"][:, 0])
    inside = one.mask[EXPRESSION]
    assert inside.mean() > 0.9
    np.testing.assert_allclose((one.motion[EXPRESSION] + one.neutral)[inside, 0], expected[inside], atol=0.02)
    assert one.keyframes[EXPRESSION].any()
    assert one.facts["provenance"] == "coefficients estimated by DECA"
    # The gap of half a second, from 1.5 to 2 s.
    gap = ~two.mask[HEAD]
    at = np.flatnonzero(gap) + two.facts["av_offset_frames"]
    at = at[(at > 20) & (at < 60)]
    assert 11 <= len(at) <= 15
    assert at.min() >= 36
    assert at.max() <= 51
    assert two.words[0].text == "ah"
    header = json.loads((folder / "corpus/corpus.json").read_text())
    assert (header["space"], header["tracker"]) == ("flame-jaw", "DECA")


def test_a_second_run_makes_nothing_and_a_change_is_seen(made: tuple[Path, Summary], tmp_path: Path) -> None:
    folder, summary = made
    output = DecaOutput(folder / "deca", "expression", 30.0)
    before = {path: path.read_bytes() for path in (folder / "corpus").rglob("*") if path.is_file()}
    again = prepare(folder / "videos", folder / "corpus", settings=UNFILTERED, deca_output=output)
    assert again == replace(summary, made=0)
    assert {path: path.read_bytes() for path in (folder / "corpus").rglob("*") if path.is_file()} == before
    # The same output at another rate is another motion to the same sound.
    shutil.copytree(folder / "corpus", tmp_path / "corpus")
    changed = prepare(
        folder / "videos", tmp_path / "corpus", settings=UNFILTERED, deca_output=replace(output, fps=29.0)
    )
    assert changed.made == 2
    first, second = (load_corpus(path / "corpus").clips[0] for path in (folder, tmp_path))
    assert first.facts["recipe"] != second.facts["recipe"]
    assert first.facts["sound_recipe"] == second.facts["sound_recipe"]


def test_faces_that_cannot_be_mirrored_are_not() -> None:
    with pytest.raises(InputError, match="flame-jaw faces cannot be mirrored"):
        mirror_channels(FLAME_JAW)
    assert mirror_channels(ARKIT)


@pytest.mark.parametrize(
    ("jaw", "space"), [("head", FLAME), pytest.param("expression", FLAME_JAW, marks=pytest.mark.slow)]
)
def test_from_output_to_motion_by_the_commands(
    jaw: str, space: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for seed, name in enumerate(("anna", "bo")):
        write_wav(tmp_path / f"deca/{name}/clip.flac", 2.4)
        np.savez(tmp_path / f"deca/{name}/clip.npz", **deca_arrays(60, seed=seed))
    corpus, run, out = (str(tmp_path / name) for name in ("corpus", "run", "out"))
    command = ["prepare", "--deca", str(tmp_path / "deca"), "--jaw", jaw, "--fps", "25", "--out", corpus]
    main([*command, "--no-transcribe"])
    assert "2 clips of 2 speakers" in capsys.readouterr().out
    main(["train", corpus, "--preset", "debug", "--steps", "2", "--out", run])
    assert load_model(run + "/model.safetensors").model.space == space
    voice = write_wav(tmp_path / "voice.flac", 1.2)
    formats = ["--formats", "npz", "flame"]
    main(["animate", str(voice), "--model", run + "/model.safetensors", "--out", out, "--fps", "30", *formats])
    motion = Motion.load(Path(out) / "motion.npz")
    assert motion.space == space
    assert (len(motion), motion.fps) == (36, 30.0)
    # What comes out can be read like DECA's.
    numbers, parameters = read_deca(Path(out) / "flame.npz")
    assert len(numbers) == 36
    np.testing.assert_allclose(parameters.pose[:, 3], motion.opening, atol=1e-6)


def test_options_without_deca_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["prepare", str(tmp_path), "--jaw", "expression", "--out", str(tmp_path / "out")])
    assert stop.value.code == 2
    assert "--deca" in capsys.readouterr().err
