"""Cutting clips as the lists of HDTF and VoxCeleb2 say, from small lists of the same shape and a real video."""

import csv
import shutil
from pathlib import Path

import av
import numpy as np
import pytest
from support.files import SPEECH_VIDEO

from ksdiff.cli import main
from ksdiff.corpus.cutting import SIZE, Stretch, cut_all
from ksdiff.corpus.recipes import hdtf, voxceleb2
from ksdiff.corpus.sources.recordings import find_videos
from ksdiff.errors import InputError
from ksdiff.speech import audio
from ksdiff.tasks.workers import Workers


@pytest.fixture
def hdtf_lists(tmp_path: Path) -> Path:
    lists = tmp_path / "HDTF_dataset"
    lists.mkdir()
    (lists / "RD_annotion_time.txt").write_text("Radio1.mp4 00:01-00:03 00:04-00:07\nRadio2.mp4 00:00-00:05\n")
    (lists / "RD_crop_wh.txt").write_text("Radio1_0.mp4 427 320 60 240\nRadio1_1.mp4 0 640 0 720\n")
    (lists / "RD_resolution.txt").write_text("Radio1.mp4 720\nRadio2.mp4 720\n")
    (lists / "WDA_annotion_time.txt").write_text("AmyKlobuchar1.mp4 00:00-00:02\n")
    (lists / "WDA_crop_wh.txt").write_text("AmyKlobuchar1_0.mp4 0 720 0 720\n")
    (lists / "WDA_resolution.txt").write_text("AmyKlobuchar1.mp4 720\n")
    return lists


def test_hdtf_lists(hdtf_lists: Path) -> None:
    radio, amy = hdtf(hdtf_lists)
    assert [(one.name, one.start, one.stop) for one in radio.stretches] == [
        ("RD_Radio1_0", 1, 3),
        ("RD_Radio1_1", 4, 7),
    ]
    np.testing.assert_allclose(radio.stretches[0].box, (427 / 1280, 60 / 720, 320 / 1280, 240 / 720))
    assert (radio.video, radio.stretches[0].speaker) == ("RD_Radio1", "RD_Radio1")
    assert (amy.video, amy.stretches[0].speaker) == ("WDA_AmyKlobuchar1", "WDA_AmyKlobuchar")


def test_clips_of_hdtf_are_cut_and_cropped(
    hdtf_lists: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    videos, out = tmp_path / "videos", tmp_path / "clips"
    videos.mkdir()
    shutil.copy(SPEECH_VIDEO, videos / "RD_Radio1.mp4")
    command = ["corpus", "cut", str(hdtf_lists), str(videos), "--out", str(out), "--workers", "1"]
    main(command)
    said = capsys.readouterr()
    assert "2 clips" in said.out
    assert "WDA_AmyKlobuchar1: there is no such video" in said.err.replace("\n", " ")
    with (out / "manifest.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [
            ["file", "speaker"], ["RD_Radio1_0.mkv", "RD_Radio1"], ["RD_Radio1_1.mkv", "RD_Radio1"],
        ]  # fmt: skip
    whole, part = audio.load(SPEECH_VIDEO), audio.load(out / "RD_Radio1_0.mkv")
    np.testing.assert_allclose(part, whole[16_000:48_000], atol=1e-4)  # to the sample, without loss
    with av.open(str(SPEECH_VIDEO)) as container:
        source = [(f.time, f.to_ndarray(format="rgb24")) for f in container.decode(video=0) if 1 <= f.time < 3]
    with av.open(str(out / "RD_Radio1_0.mkv")) as container:
        cut = [(f.time, f.to_ndarray(format="rgb24")) for f in container.decode(video=0)]
    assert len(cut) == len(source)
    np.testing.assert_allclose([at for at, _ in cut], [at - 1 for at, _ in source], atol=2e-3)
    assert cut[0][1].shape == (SIZE, SIZE, 3)
    # The window is a quarter of the width and a third of the height of a picture of 320 x 240.
    wanted = source[3][1][20:100, 107:187].mean(axis=(0, 1))
    np.testing.assert_allclose(cut[3][1].mean(axis=(0, 1)), wanted, atol=4)
    before = (out / "RD_Radio1_0.mkv").stat().st_mtime_ns
    main(command)  # what is done is not done again
    assert (out / "RD_Radio1_0.mkv").stat().st_mtime_ns == before
    assert [one.speaker for one in find_videos(out, "en")] == ["RD_Radio1", "RD_Radio1"]


VOX = """Identity  : \tid00017
Reference : \t_mjZ87sK6cA
Offset    : \t2
FV Conf   : \t16.140\t(1)
ASD Conf  : \t5.142

FRAME \tX \tY \tW \tH
000050 \t0.400 \t0.200 \t0.200 \t0.300
000051 \t0.410 \t0.210 \t0.200 \t0.300
000124 \t0.420 \t0.190 \t0.200 \t0.300
"""


def test_clips_of_voxceleb2(tmp_path: Path) -> None:
    lists = tmp_path / "txt"
    (lists / "id00017/_mjZ87sK6cA").mkdir(parents=True)
    (lists / "id00017/_mjZ87sK6cA/00001.txt").write_text(VOX)
    (cuts,) = voxceleb2(lists)
    (stretch,) = cuts.stretches
    assert (stretch.name, stretch.speaker) == ("id00017/_mjZ87sK6cA/00001", "id00017")
    assert (stretch.start, stretch.stop) == (2.0, 5.0)
    np.testing.assert_allclose(stretch.box, (0.4 - 0.066, 0.19 - 0.096, 0.22 * 1.6, 0.32 * 1.6))
    videos = tmp_path / "videos"
    videos.mkdir()
    shutil.copy(SPEECH_VIDEO, videos / "_mjZ87sK6cA.mp4")
    result = cut_all([cuts], videos, tmp_path / "out", Workers(1))
    assert result.written == (stretch.name,)
    assert len(audio.load(tmp_path / f"out/{stretch.name}.mkv")) == 48_000
    (found,) = find_videos(tmp_path / "out", "en")
    assert found.speaker == "id00017"


def test_lists_that_make_no_sense_are_refused(hdtf_lists: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no list of HDTF"):
        hdtf(tmp_path)
    with pytest.raises(InputError, match="VoxCeleb2's folder txt"):
        voxceleb2(tmp_path)
    (hdtf_lists / "RD_annotion_time.txt").write_text("Radio1.mp4 00:01-eternity\n")
    with pytest.raises(InputError, match=r"line 1: '00:01-eternity' is no range"):
        hdtf(hdtf_lists)
    (hdtf_lists / "RD_annotion_time.txt").write_text("Radio1.mp4 00:09-00:02\n")
    with pytest.raises(InputError, match="is none"):
        hdtf(hdtf_lists)
    (hdtf_lists / "RD_crop_wh.txt").write_text("Radio1_0.mp4 nan 1 2 3\n")
    with pytest.raises(InputError, match="4 numbers"):
        hdtf(hdtf_lists)
    path = tmp_path / "txt/id1/x/00001.txt"
    path.parent.mkdir(parents=True)
    path.write_text("FRAME X Y W H\n000245 238 52 113 113\n")
    with pytest.raises(InputError, match="in pixels"):
        voxceleb2(tmp_path / "txt")
    with pytest.raises(InputError, match="none of the 1 videos"):
        cut_all([_cuts()], tmp_path, tmp_path / "out", Workers(1))


def _cuts():
    from ksdiff.corpus.cutting import Cuts

    return Cuts("x", (Stretch("x_0", "x", 0.0, 1.0, (0.0, 0.0, 1.0, 1.0)),))
