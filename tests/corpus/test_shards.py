"""Corpora in shards: the same clips and batches, damage that is told, merging, splitting, counting."""

import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.corpora import make_corpus

from ksdiff.cli import main
from ksdiff.corpus.census import take_census
from ksdiff.corpus.dataset import load_corpus, split_speakers
from ksdiff.corpus.format import read_index
from ksdiff.corpus.report import write_report
from ksdiff.corpus.shards import OPEN_CLIPS, ShardedClips
from ksdiff.corpus.upkeep import check_corpus, merge, split
from ksdiff.errors import InputError
from ksdiff.model.config import model_config
from ksdiff.training.config import TRAINING_PRESETS
from ksdiff.training.trainer import Trainer

SMALL = 1 << 17  # bytes of a shard: several for the made-up corpus
CONFIG = replace(TRAINING_PRESETS["debug"], held_out=0.5, seconds=0.0)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_corpus(tmp_path_factory.mktemp("corpus") / "made up", speakers=9)


@pytest.fixture(scope="module")
def sharded(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("corpus") / "shards"
    assert merge([plain], out, SMALL) == 9
    return out


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_shards_hold_the_same_bytes(plain: Path, sharded: Path) -> None:
    shards = sorted((sharded / "shards").iterdir())
    assert len(shards) > 2
    found = {}
    for shard in shards:
        with tarfile.open(shard) as tar:
            for member in tar:
                file = tar.extractfile(member)
                assert file is not None
                found[member.name] = file.read()
    assert found == content(plain / "clips")


def test_clips_in_shards_are_the_same(plain: Path, sharded: Path) -> None:
    ours, theirs = load_corpus(sharded), load_corpus(plain)
    assert isinstance(ours.clips, ShardedClips)
    assert ours.speakers == theirs.speakers
    assert split_speakers(ours, 0.5) == split_speakers(theirs, 0.5)
    for one, other in zip(ours.clips, theirs.clips, strict=True):
        assert (one.name, one.speaker, one.words, len(one)) == (other.name, other.speaker, other.words, len(other))
        for name in other.arrays:
            np.testing.assert_array_equal(one.arrays[name], other.arrays[name])
        np.testing.assert_array_equal(ours.sound(one), theirs.sound(other))
    assert [clip.name for clip in ours.of(["speaker3"])] == ["speaker3__clip"]


def test_training_on_shards_is_the_same(plain: Path, sharded: Path, tmp_path: Path) -> None:
    model = model_config("debug")
    runs = [Trainer(load_corpus(path), model, CONFIG, tmp_path / path.name) for path in (plain, sharded)]
    losses = [[run.one_step()["total"] for _ in range(3)] for run in runs]
    assert losses[0] == losses[1]


def test_copies_of_clips_in_shards(plain: Path, sharded: Path, tmp_path: Path) -> None:
    """The encoder is made up, so only that the cache is asked with another key when the sound changes."""
    from ksdiff.training.augmentation import content_key

    ours = load_corpus(sharded)
    keys = {content_key(ours, clip) for clip in ours.clips}
    assert len(keys) == 9
    assert keys == {content_key(load_corpus(sharded), clip) for clip in ours.clips}


def test_few_clips_are_open_at_once(sharded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory does not grow with the corpus: what is kept of clips is bounded, whatever is read."""
    assert OPEN_CLIPS <= 1000
    monkeypatch.setattr("ksdiff.corpus.shards.OPEN_CLIPS", 2)
    clips = load_corpus(sharded).clips
    assert isinstance(clips, ShardedClips)
    for clip in clips:
        assert clip.features.size
    assert clips._open.cache_info().currsize == 2


def test_merging_is_deterministic_and_refuses_what_does_not_fit(plain: Path, sharded: Path, tmp_path: Path) -> None:
    counts = split(plain, tmp_path / "parts", 3, SMALL)
    assert counts == [3, 3, 3]
    parts = [tmp_path / f"parts/part-{number}" for number in range(3)]
    speakers = [set(load_corpus(part).speakers) for part in parts]
    assert len(set.union(*speakers)) == sum(map(len, speakers)) == 9
    merge(parts[::-1], tmp_path / "again", SMALL)
    assert content(tmp_path / "again") == content(sharded) | {
        "corpus.json": (tmp_path / "again/corpus.json").read_bytes(),
        "index.npz": (tmp_path / "again/index.npz").read_bytes(),
    }
    assert load_corpus(tmp_path / "again").identity == load_corpus(sharded).identity
    with pytest.raises(InputError, match="in more than one"):
        merge([plain, parts[0]], tmp_path / "twice")
    with pytest.raises(InputError, match="is there already"):
        merge([plain], sharded)
    with pytest.raises(InputError, match="cannot be split into 10 parts"):
        split(plain, tmp_path / "ten", 10)
    other = make_corpus(tmp_path / "other")
    text = (other / "corpus.json").read_text().replace('"made-up"', '"another"')
    (other / "corpus.json").write_text(text)
    with pytest.raises(InputError, match="made with another encoder"):
        merge([plain, other], tmp_path / "mixed")
    assert not (tmp_path / "twice/corpus.json").exists()


def damage(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)


def test_damage_is_told(plain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "shards"
    merge([plain], out, SMALL)
    main(["corpus", "check", str(out)])
    assert "9 clips are whole" in capsys.readouterr().out
    clips = load_corpus(out).clips
    assert isinstance(clips, ShardedClips)
    shard, start, size = clips.file(4, "npz")
    damage(shard, start + size // 2)
    checked = check_corpus(out)
    assert len(checked.problems) == 2  # of the shard, and of the clip
    assert shard.name in checked.problems[0]
    assert "sha256" in checked.problems[0]
    assert "speaker4__clip.npz is damaged" in checked.problems[1]
    again = ShardedClips(out, read_index(out))
    with pytest.raises(InputError, match=r"tar is damaged"):
        again[4]
    assert len(again[3]) == 100  # the others serve still
    with pytest.raises(SystemExit) as leaving:
        main(["corpus", "check", str(out)])
    assert leaving.value.code == 2
    assert "2 problems in 9 clips" in capsys.readouterr().err.replace("\n", " ")
    shard.write_bytes(shard.read_bytes()[:-5000])
    with pytest.raises(InputError, match="not whole"):
        load_corpus(out)


def test_damage_of_single_files_is_told(plain: Path, tmp_path: Path) -> None:
    corpus = make_corpus(tmp_path / "plain", speakers=3)
    damage(corpus / "clips/speaker1__clip.npz", 30_000)
    (corpus / "clips/speaker2__clip.flac").write_bytes(b"none")
    assert [problem.split(" ")[0] for problem in check_corpus(corpus).problems] == [
        "speaker1__clip.npz",
        "speaker2__clip.flac",
    ]
    with pytest.raises(InputError, match="damaged"):
        merge([corpus], tmp_path / "out")


def test_a_made_up_index_is_refused(sharded: Path, tmp_path: Path) -> None:
    import shutil

    out = shutil.copytree(sharded, tmp_path / "copy")
    (out / "index.npz").write_bytes(b"")
    with pytest.raises(InputError, match="damaged"):
        load_corpus(out)
    text = (sharded / "corpus.json").read_text().replace("000000.tar", "../00000.tar")
    (out / "corpus.json").write_text(text)
    with pytest.raises(InputError, match="shards"):
        read_index(out)


def test_a_census_counts_the_same_in_files_and_shards(plain: Path, sharded: Path, tmp_path: Path) -> None:
    ours, theirs = take_census(sharded), take_census(plain)
    assert ours.clips == theirs.clips == 9
    assert ours.seconds == theirs.seconds == 36.0
    assert ours.speakers == theirs.speakers
    assert ours.languages == {"unknown": 36.0}
    assert ours.distributions["length, s"].counts.sum() == 9
    assert [face.clip for face in ours.faces] == [face.clip for face in theirs.faces]
    page = write_report(ours, tmp_path / "out").read_text()
    assert "speaker3" in page
    assert "36.0 s" in page
    assert "://" not in page.replace("http://www.w3.org", "")
    assert "map" not in page.split("<section", 1)[1].split("<script", 1)[0].replace(
        "Heatmap", ""
    )  # no word that was said


def test_shards_refuse_what_prepare_would_add(sharded: Path, tmp_path: Path) -> None:
    from ksdiff.corpus.prepare import _compatible

    with pytest.raises(InputError, match="in shards"):
        _compatible(sharded, {}, set())
