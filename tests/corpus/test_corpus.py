"""`prepare` on a real talking face: what it writes, what it leaves out, and that it can be killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from support.files import SPEECH_VIDEO

from ksdiff.corpus.av_offset import AvOffset, estimate_av_offset, pooled
from ksdiff.corpus.dataset import load_corpus
from ksdiff.corpus.format import ARRAYS
from ksdiff.corpus.prepare import Summary, prepare
from ksdiff.corpus.quality import BILABIALS
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.corpus.sources.facegood import MAPPING, UNMAPPED
from ksdiff.corpus.sources.recordings import find_videos
from ksdiff.corpus.tracker import Track, fetch_model
from ksdiff.errors import InputError
from ksdiff.face.keypoints import as_arkit
from ksdiff.face.lips import lip_gaps
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, KEYPOINTS
from ksdiff.speech import audio
from ksdiff.speech.audio import SAMPLES_PER_FRAME

QUICK = PrepareSettings(transcribe=False)


@pytest.fixture(scope="session", autouse=True)
def landmarker() -> Path:
    try:
        return fetch_model()
    except InputError as error:
        pytest.skip(str(error))


def cut(target: Path, seconds: float, sound_later: float = 0.0, start: float = 0.0) -> Path:
    """Copy the packets of a stretch that starts at a key frame, its sound moved in time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(SPEECH_VIDEO)) as source, av.open(str(target), "w") as container:
        streams = {stream: container.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux(*streams):
            if packet.pts is None or not start <= float(packet.pts * packet.time_base) < start + seconds:
                continue
            moved = sound_later if packet.stream.type == "audio" else 0.0
            ticks = round((moved - start) / packet.time_base)
            packet.pts, packet.dts = packet.pts + ticks, packet.dts + ticks
            packet.stream = streams[packet.stream]
            container.mux(packet)
    return target


def encode(target: Path, images: list[np.ndarray], times: list[float], sound: np.ndarray) -> Path:
    """Write pictures that are shown at given instants, with sound."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(target), "w") as container:
        video = container.add_stream("libx264", rate=30, options={"crf": "12"})
        video.height, video.width = images[0].shape[:2]
        video.pix_fmt, video.codec_context.time_base = "yuv420p", Fraction(1, 1000)
        voice = container.add_stream("aac", rate=audio.SAMPLE_RATE, layout="mono")
        for image, at in zip(images, times, strict=True):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = round(at * 1000), Fraction(1, 1000)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        block = av.AudioFrame.from_ndarray(sound[None].astype(np.float32), format="fltp", layout="mono")
        block.sample_rate, block.pts, block.time_base = audio.SAMPLE_RATE, 0, Fraction(1, audio.SAMPLE_RATE)
        container.mux(voice.encode(block))
        container.mux(voice.encode(None))
    return target


def content(corpus: Path) -> dict[str, bytes]:
    return {path.relative_to(corpus).as_posix(): path.read_bytes() for path in corpus.rglob("*") if path.is_file()}


def read(corpus: Path, clip: str) -> tuple[dict, dict]:
    with np.load(corpus / "clips" / f"{clip}.npz") as data:
        return dict(data), json.loads((corpus / "clips" / f"{clip}.json").read_text())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    """A corpus of one whole clip, transcribed, and of three sources that cannot be used."""
    folder = tmp_path_factory.mktemp("made")
    videos, out = folder / "videos", folder / "corpus"
    (videos / "president").mkdir(parents=True)
    shutil.copy(SPEECH_VIDEO, videos / "president/speech.mp4")
    (videos / "president/speech.txt").write_text("We need to do this")
    noise = np.random.default_rng(0)
    images = [noise.integers(0, 255, (96, 96, 3), dtype=np.uint8) for _ in range(40)]
    tone = 0.1 * np.sin(2 * np.pi * 220 * np.arange(2 * audio.SAMPLE_RATE) / audio.SAMPLE_RATE)
    encode(videos / "nobody/noise.mp4", images, [at / 20 for at in range(40)], tone)
    (videos / "nobody/broken.mp4").write_bytes(noise.bytes(5000))
    (videos / "nobody/empty.flv").write_bytes(b"")
    return out, prepare(videos, out)


def test_a_talking_face_becomes_a_clip(made: tuple[Path, Summary]) -> None:
    out, summary = made
    assert summary.clips == ("president__speech",)
    data, meta = read(out, "president__speech")
    sound = audio.load(out / "clips/president__speech.flac")
    frames = round(len(sound) / SAMPLES_PER_FRAME)
    assert data["expression"].shape == (frames, 51)
    assert data["head"].shape == (frames, 6)
    assert data["neutral"].shape == data["channel_mask"].shape == (51,)
    assert len(data["features"]) == len(data["prosody"]) == (len(sound) - 895) // 384 + 1
    assert {name: str(array.dtype) for name, array in data.items()} == {
        "expression": "float32", "neutral": "float32", "head": "float32", "mask_expression": "bool",
        "mask_head": "bool", "features": "float16", "prosody": "float32", "keyframes_expression": "float32",
        "keyframes_head": "float32", "channel_mask": "bool",
    }  # fmt: skip
    assert all(np.isfinite(array).all() for array in data.values())
    assert data["expression"].min() >= 0
    assert data["expression"].max() <= 1
    known = data["mask_expression"]
    assert known.mean() > 0.9
    assert data["expression"][known, ARKIT.index("jawOpen")].std() > 0.02
    assert np.abs(data["head"][known, :3]).max() < 0.6
    assert (data["keyframes_head"] > 0).any()
    assert (data["keyframes_expression"] > 0).any()
    assert meta["speaker"] == "president"
    assert meta["frames"] == frames
    assert meta["text"] == "We need to do this"
    assert [word[0] for word in meta["words"]] == ["We", "need", "to", "do", "this"]
    assert 0.9 < meta["quality"]["tracked"] <= 1
    header = json.loads((out / "corpus.json").read_text())
    assert header["clips"] == ["president__speech"]
    assert header["encoder"]["name"] == "moonshine-base"


def test_lips_meet_at_the_p_of_a_real_clip_and_nothing_else_changes(tmp_path: Path) -> None:
    cut(tmp_path / "videos/president/speech.mp4", 9.0)
    made = {}
    for closures in (False, True):
        settings = PrepareSettings(closures=closures, expression_cutoff=3.5)  # which opens what was closed
        prepare(tmp_path / "videos", tmp_path / "out", settings=settings, workers=1)
        made[closures], meta = read(tmp_path / "out", "president__speech")
    ((_, start, end),) = [phone for phone in meta["phones"] if phone[0] in BILABIALS]  # of "partners"
    before, after = (1000 * lip_gaps(made[closures]["expression"]) for closures in (False, True))
    frames = np.arange(len(after)) / MOTION_RATE
    here = (frames > start - 0.05) & (frames < end + 0.05)
    assert before[here].max(axis=1).min() > 0.5
    assert after[here].max(axis=1).min() < 0.0  # as of the head at rest
    away = (frames < start - 0.3) | (frames > end + 0.3)
    for name in set(ARRAYS) - {"expression", "keyframes_expression"}:
        assert np.array_equal(made[True][name], made[False][name]), name
    assert np.array_equal(made[True]["expression"][away], made[False]["expression"][away])


def test_what_cannot_be_used_is_left_out_with_a_reason(made: tuple[Path, Summary]) -> None:
    out, summary = made
    reasons = {item.source: item.reason for item in summary.left_out}
    assert set(reasons) == {"nobody/noise.mp4", "nobody/broken.mp4", "nobody/empty.flv"}
    assert "no face" in reasons["nobody/noise.mp4"]
    assert "cannot read" in reasons["nobody/broken.mp4"]
    header = json.loads((out / "corpus.json").read_text())
    assert {item["source"]: item["reason"] for item in header["left_out"]} == reasons


def test_a_second_run_changes_nothing_and_makes_nothing(made: tuple[Path, Summary]) -> None:
    out, summary = made
    before = content(out)
    again = prepare(out.parent / "videos", out)
    assert again.made == 0
    assert again.clips == summary.clips
    assert content(out) == before


def test_variable_frame_rate_gives_the_same_motion(tmp_path: Path) -> None:
    cut(tmp_path / "videos/a/whole.mp4", 5.0)
    with av.open(str(tmp_path / "videos/a/whole.mp4")) as container:
        shown = [(frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]
    # Every fifth picture is missing and the others keep their time.
    kept = [pair for number, pair in enumerate(shown) if number % 5 != 3]
    sound = audio.load(tmp_path / "videos/a/whole.mp4")
    encode(tmp_path / "videos/b/uneven.mkv", [image for _, image in kept], [at for at, _ in kept], sound)
    prepare(tmp_path / "videos", tmp_path / "corpus", settings=QUICK)
    whole, _ = read(tmp_path / "corpus", "a__whole")
    uneven, _ = read(tmp_path / "corpus", "b__uneven")
    count = min(len(whole["head"]), len(uneven["head"]))
    both = whole["mask_head"][:count] & uneven["mask_head"][:count]
    assert both.mean() > 0.5
    for channel in range(3):
        pair = whole["head"][:count][both, channel], uneven["head"][:count][both, channel]
        assert np.corrcoef(*pair)[0, 1] > 0.9


def test_killed_at_any_moment_it_goes_on_to_the_same_corpus(tmp_path: Path) -> None:
    for number, seconds in enumerate((3.0, 2.5, 3.5)):
        cut(tmp_path / f"videos/speaker{number % 2}/clip{number}.mp4", seconds)
    prepare(tmp_path / "videos", tmp_path / "unbroken", settings=QUICK)
    program = (
        "import sys; from ksdiff.corpus.prepare import prepare; from ksdiff.corpus.settings import PrepareSettings;"
        "prepare(sys.argv[1], sys.argv[2], settings=PrepareSettings(transcribe=False))"
    )
    out = tmp_path / "killed"
    command = [sys.executable, "-c", program, str(tmp_path / "videos"), str(out)]
    # Once while it tracks, once while it writes clips, and then to the end.
    for pattern in ("tracks/*.npz", "clips/*.json"):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 100
        while not list(out.glob(pattern)) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        assert not (out / "corpus.json").exists()
    done = len(list((out / "clips").glob("*.json")))
    assert done < 3
    summary = prepare(tmp_path / "videos", out, settings=QUICK)
    assert summary.made <= 3 - done
    assert content(out) == content(tmp_path / "unbroken")


@pytest.mark.slow
def test_workers_give_the_same_corpus(tmp_path: Path) -> None:
    for number, seconds in enumerate((2.5, 3.0)):
        cut(tmp_path / f"videos/speaker/clip{number}.mp4", seconds)
    (tmp_path / "videos/speaker/broken.mp4").write_bytes(b"no video")
    one = prepare(tmp_path / "videos", tmp_path / "one", settings=QUICK)
    two = prepare(tmp_path / "videos", tmp_path / "two", settings=QUICK, workers=2)
    assert one.left_out == two.left_out
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_keypoints_look_like_the_weights_of_the_same_track(made: tuple[Path, Summary], tmp_path: Path) -> None:
    """The face of the clip is none of those that the map to weights was learned from."""
    videos = made[0].parent / "videos/president"
    name = "president__speech"
    shutil.copytree(made[0] / "tracks", tmp_path / "tracks")
    shutil.move(tmp_path / "tracks" / f"{name}.npz", tmp_path / "tracks/speech.npz")
    with pytest.raises(InputError, match="only videos that are tracked give keypoints"):
        prepare(videos, tmp_path, videos, QUICK, space=KEYPOINTS)
    summary = prepare(videos, tmp_path, settings=QUICK, space=KEYPOINTS)
    clip = load_corpus(tmp_path).clips[0]
    assert (len(summary.clips), load_corpus(tmp_path).space) == (1, KEYPOINTS)
    assert clip.motion[EXPRESSION].shape == (len(clip), 63)
    weights = load_corpus(made[0]).clips[0]
    found, known = as_arkit(clip.motion), clip.mask[EXPRESSION]
    least_r = {"jawOpen": 0.9, "mouthLowerDownLeft": 0.85, "mouthUpperUpLeft": 0.7, "eyeBlinkLeft": 0.8}
    for channel, least in least_r.items():
        at = ARKIT.index(channel)
        assert np.corrcoef(found[EXPRESSION][known, at], weights.motion[EXPRESSION][known, at])[0, 1] > least, channel
    assert np.allclose(found[HEAD][:, :3], weights.motion[HEAD][:, :3], atol=1e-5)
    assert np.abs(clip.motion[HEAD][:, 5]).max() < 0.5


@pytest.fixture(scope="module")
def track(made: tuple[Path, Summary]) -> Track:
    track = Track.load(made[0] / "tracks/president__speech.npz")
    assert track is not None
    return track


def test_the_lag_follows_a_shift_of_the_sound(track: Track) -> None:
    from ksdiff.corpus.fit import mouth_opening

    sound, opening = audio.load(SPEECH_VIDEO), mouth_opening(track)
    still = estimate_av_offset(sound, opening, track.times, track.found)
    assert still.trusted
    for frames in (-5, -2, 3, 6):
        # Sound that is cut at its start makes the picture late.
        moved = sound[frames * SAMPLES_PER_FRAME :] if frames > 0 else np.pad(sound, (-frames * 640, 0))
        lag = estimate_av_offset(moved.astype(np.float32), opening, track.times, track.found)
        assert lag.trusted
        assert lag.frames - still.frames == pytest.approx(frames, abs=0.5)


def test_short_clips_tell_their_offset_together(track: Track) -> None:
    from ksdiff.corpus.fit import mouth_opening

    sound, opening = audio.load(SPEECH_VIDEO), mouth_opening(track)
    whole = estimate_av_offset(sound, opening, track.times, track.found)
    pieces = []
    for start in (0.0, 2.8, 5.6):
        within = (track.times >= start) & (track.times < start + 2.8)
        heard = sound[round(start * audio.SAMPLE_RATE) : round((start + 2.8) * audio.SAMPLE_RATE)]
        pieces.append(estimate_av_offset(heard, opening[within], track.times[within] - start, track.found[within]))
    together = pooled(pieces)
    assert together.trusted
    assert together.seconds == pytest.approx(sum(piece.seconds for piece in pieces))
    assert together.frames == pytest.approx(whole.frames, abs=0.5)
    assert max(abs(piece.frames - whole.frames) for piece in pieces) > abs(together.frames - whole.frames)
    assert not pooled([AvOffset(0.0, 0.0, trusted=False)]).trusted


def test_short_clips_of_a_folder_share_an_offset(tmp_path: Path) -> None:
    cut(tmp_path / "videos/president/one.mp4", 2.6)
    cut(tmp_path / "videos/president/two.mp4", 3.4)
    prepare(tmp_path / "videos", tmp_path / "corpus", settings=QUICK)
    (_, one), (_, two) = (read(tmp_path / "corpus", f"president__{name}") for name in ("one", "two"))
    assert one["av_offset_frames"] == two["av_offset_frames"]
    assert one["quality"]["av_offset_correlation"] == two["quality"]["av_offset_correlation"]


def test_the_lag_is_corrected(made: tuple[Path, Summary], tmp_path: Path) -> None:
    cut(tmp_path / "videos/president/late.mp4", 9.0, sound_later=0.16)
    prepare(tmp_path / "videos", tmp_path / "corpus", settings=QUICK)
    aligned, meta = read(made[0], "president__speech")
    late, late_meta = read(tmp_path / "corpus", "president__late")
    assert late_meta["av_offset_frames"] - meta["av_offset_frames"] == pytest.approx(-4, abs=0.6)
    # The sound now begins with 0.16 s of silence; once that is skipped, both are the same motion.
    moved = late["expression"][4:, ARKIT.index("jawOpen")]
    count = min(len(moved), len(aligned["expression"])) - 10
    pair = moved[:count], aligned["expression"][:count, ARKIT.index("jawOpen")]
    assert np.corrcoef(*pair)[0, 1] > 0.95


def test_noise_has_no_lag(track: Track) -> None:
    from ksdiff.corpus.fit import mouth_opening

    noise = np.random.default_rng(1).normal(0, 0.1, 9 * audio.SAMPLE_RATE).astype(np.float32)
    lag = estimate_av_offset(noise.clip(-1, 1), mouth_opening(track), track.times, track.found)
    assert lag.correlation < 0.35
    assert lag.trusted is (lag.correlation >= 0.15)


def test_speakers_and_languages_come_from_folders_and_the_manifest(tmp_path: Path) -> None:
    for name in ("ann/one.mp4", "ann/one.webm", "bob/Día 1.MP4", "two.flv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "manifest.csv").write_text("file,speaker,language\ntwo.flv,carla,es\nann/one.webm,dora,\n")
    found = {source.name: source for source in find_videos(tmp_path, "en")}
    assert found["ann/one.mp4"].id == "ann__one"
    assert (found["ann/one.webm"].id, found["ann/one.webm"].language) == ("dora__one", "en")
    assert (found["two.flv"].speaker, found["two.flv"].language) == ("carla", "es")
    assert found["bob/Día 1.MP4"].id.startswith("bob__D_a_1-")
    (tmp_path / "manifest.csv").write_text("file,speaker\ngone.mp4,carla\n")
    with pytest.raises(InputError, match=r"gone\.mp4"):
        find_videos(tmp_path, "en")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((None, "out"), "nothing to prepare"), (("missing", "out"), "no folder"), (("empty", "out"), "no video")],
)
def test_nothing_to_prepare_is_said(tmp_path: Path, arguments: tuple, message: str) -> None:
    (tmp_path / "empty").mkdir()
    videos = None if arguments[0] is None else tmp_path / arguments[0]
    with pytest.raises(InputError, match=message):
        prepare(videos, tmp_path / arguments[1])
    assert not (tmp_path / "out").exists()


def test_only_unusable_videos_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos/broken.mp4").write_bytes(b"no video at all")
    with pytest.raises(InputError, match=r"no clip could be used \(broken\.mp4: cannot read"):
        prepare(tmp_path / "videos", tmp_path / "corpus")
    assert not (tmp_path / "corpus/corpus.json").exists()


@pytest.fixture
def take(tmp_path: Path) -> Path:
    folder = tmp_path / "facegood"
    folder.mkdir()
    names = sorted([*MAPPING, *UNMAPPED])
    weights = np.zeros((90, 116))
    weights[:, names.index("mouth_stretch_c")] = np.linspace(0, 0.9, 90)
    weights[:, names.index("mouth_oo_c")] = 0.5
    weights[:, names.index("tongue_Rot_1X")] = 1.0
    np.savez(folder / "take.npz", weights=weights, names=np.array(names), fps=30)
    tone = 0.2 * np.sin(2 * np.pi * 150 * np.arange(3 * audio.SAMPLE_RATE) / audio.SAMPLE_RATE)
    audio.write_flac(tone, folder / "take.flac")
    return folder


def test_facegood_takes_are_mapped(take: Path, tmp_path: Path) -> None:
    assert len(MAPPING) + len(UNMAPPED) == len({*MAPPING, *UNMAPPED}) == 116
    assert {channel for shares in MAPPING.values() for channel, _ in shares} <= set(ARKIT.expression)
    summary = prepare(None, tmp_path / "corpus", take)
    assert summary.clips == ("facegood__take",)
    data, meta = read(tmp_path / "corpus", "facegood__take")
    assert data["expression"].shape == (75, 51)
    expected = np.arange(75) / MOTION_RATE * 30 * 0.9 / 89  # the ramp, read at 25 frames/s
    # The last picture is shown at 89/30 s.
    np.testing.assert_allclose(data["expression"][:74, ARKIT.index("jawOpen")], expected[:74], atol=1e-3)
    np.testing.assert_allclose(data["expression"][:, ARKIT.index("mouthPucker")], 0.35, atol=1e-6)
    np.testing.assert_allclose(data["expression"][:, ARKIT.index("mouthFunnel")], 0.15, atol=1e-6)
    assert not data["mask_head"].any()
    assert data["mask_expression"][:74].all()
    masked = {name for name, said in zip(ARKIT.expression, data["channel_mask"], strict=True) if not said}
    assert {"eyeBlinkLeft", "browInnerUp", "mouthClose", "jawLeft", "cheekPuff"} <= masked
    assert not {"jawOpen", "mouthFunnel", "mouthSmileLeft"} & masked
    assert (meta["speaker"], meta["language"], meta["text"]) == ("facegood", "zh", "")


def test_takes_are_added_to_a_corpus(take: Path, made: tuple[Path, Summary], tmp_path: Path) -> None:
    out = tmp_path / "corpus"
    shutil.copytree(made[0], out)
    with pytest.raises(InputError, match="other sources"):
        prepare(None, out, take, settings=PrepareSettings(expression_cutoff=5.0))
    summary = prepare(None, out, take)
    assert summary.clips == ("facegood__take", "president__speech")
    assert summary.speakers == 2
    assert len(summary.left_out) == 3


def test_videos_and_takes_make_one_corpus(take: Path, made: tuple[Path, Summary], tmp_path: Path) -> None:
    shutil.copytree(made[0] / "tracks", tmp_path / "corpus/tracks")  # spares the tracking
    summary = prepare(made[0].parent / "videos", tmp_path / "corpus", take)
    assert summary.clips == ("facegood__take", "president__speech")
    assert summary.made == 2
    assert not (tmp_path / "corpus/speech").exists()


def test_a_strange_take_is_left_out(take: Path, tmp_path: Path) -> None:
    shutil.copy(take / "take.flac", take / "odd.flac")
    np.savez(take / "odd.npz", weights=np.zeros((10, 1)), names=np.array(["wings_flap"]), fps=30)
    summary = prepare(None, tmp_path / "corpus", take)
    assert summary.clips == ("facegood__take",)
    assert "wings_flap" in summary.left_out[0].reason


@pytest.mark.parametrize("wrong", [{"fit": "guess"}, {"expression_cutoff": 13.0}, {"rotation_cutoff": -1.0}])
def test_settings_validate_themselves(wrong: dict) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        PrepareSettings(**wrong)


FULL = """
import resource, signal, sys
from ksdiff.cli import main

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))  # stands for a full disk
main(["prepare", "--facegood", sys.argv[2], "--out", sys.argv[3]])
"""


@pytest.mark.slow
def test_a_full_disk_ends_the_run_and_leaves_nothing_half_written(take: Path, tmp_path: Path) -> None:
    out = tmp_path / "corpus"
    for size in (0, 1000, 60_000):
        command = [sys.executable, "-c", FULL, str(size), str(take), str(out)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 2, result.stderr
        assert "cannot write" in result.stderr
        assert "Traceback" not in result.stderr
        assert not (out / "corpus.json").exists()
        assert not list(out.rglob("*.partial*"))
        assert not list(out.rglob("*.json"))
    assert prepare(None, out, take).made == 1


def test_names_of_any_length_become_clips(tmp_path: Path) -> None:
    speaker, name = "s" * 240, "n" * 240
    (tmp_path / speaker).mkdir()
    (tmp_path / speaker / f"{name}.mp4").touch()
    (tmp_path / speaker / f"{name}2.mp4").touch()
    first, second = find_videos(tmp_path, "en")
    assert first.id != second.id
    assert len(first.id) < 200
    assert (first.speaker, second.path.stem) == (speaker, f"{name}2")


def test_links_in_a_circle_are_left_out_or_refused(tmp_path: Path) -> None:
    (tmp_path / "loop.mp4").symlink_to(tmp_path / "loop.mp4")
    with pytest.raises(InputError, match=r"cannot read the folder .*symbolic links"):
        prepare(tmp_path / "loop.mp4", tmp_path / "corpus")
    with pytest.raises(InputError, match=r"no clip could be used \(loop\.mp4: cannot read .*symbolic links"):
        prepare(tmp_path, tmp_path / "corpus")


def test_a_manifest_that_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.mp4").touch()
    (tmp_path / "manifest.csv").write_bytes(b"file,speaker\n\xff\xfe,x\n")
    with pytest.raises(InputError, match=r"manifest\.csv is not a table in UTF-8"):
        find_videos(tmp_path, "en")
