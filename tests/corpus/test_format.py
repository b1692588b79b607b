"""What is written can be read, old corpora too; what is damaged or made up is refused with the file's name."""

import json
import shutil
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support.corpora import make_corpus

from ksdiff.corpus.arrays import MAPPED_BYTES, open_arrays, save_arrays
from ksdiff.corpus.dataset import load_corpus
from ksdiff.corpus.format import MAX_VALUE, Clip, write_clip
from ksdiff.errors import InputError
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return make_corpus(tmp_path / "corpus", speakers=2, seconds=2.0)


def arrays_of(path: Path) -> dict[str, np.ndarray]:
    with np.load(path) as data:
        return dict(data)


def change_json(path: Path, **changes: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_arrays_come_back_and_can_be_mapped(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    arrays = {
        "large": random.standard_normal((MAPPED_BYTES // 2, 3)).astype(np.float16),
        "small": random.standard_normal((5, 7)).astype(np.float32),
        "middle": random.standard_normal((5000, 7)).T,
        "mask": random.random(9) > 0.5,
        "empty": np.zeros((0, 3), np.float32),
    }
    save_arrays(tmp_path / "a.npz", arrays)
    save_arrays(tmp_path / "b.npz", arrays)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    opened = open_arrays(tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as plain:
        for name, array in arrays.items():
            np.testing.assert_array_equal(opened[name], array)
            np.testing.assert_array_equal(plain[name], array)
            assert opened[name].flags.aligned
    np.savez_compressed(tmp_path / "old.npz", **arrays)
    np.savez(tmp_path / "unaligned.npz", **arrays, last=np.asfortranarray(random.standard_normal((700, 400))))
    for name in ("old.npz", "unaligned.npz"):
        with np.load(tmp_path / name) as plain:
            for key, array in open_arrays(tmp_path / name).items():
                np.testing.assert_array_equal(array, plain[key])


def test_a_file_that_changes_while_it_is_used_is_noticed(tmp_path: Path) -> None:
    save_arrays(tmp_path / "a.npz", {"values": np.zeros(10_000)})
    opened = open_arrays(tmp_path / "a.npz")
    save_arrays(tmp_path / "a.npz", {"values": np.ones(20_000)})
    with pytest.raises(InputError, match=r"a\.npz changed while it was in use"):
        opened["values"]


def test_memory_does_not_grow_with_the_corpus(tmp_path: Path) -> None:
    arrays = dict(load_corpus(make_corpus(tmp_path / "corpus", speakers=1, seconds=2.0)).clips[0].arrays)
    arrays["features"] = np.ones((20_000, 200), np.float16)  # 8 MB
    arrays["prosody"] = np.ones((20_000, 3), np.float32)
    peaks, before = [], open_files()
    for count in (2, 12):
        for number in range(count):
            write_clip(tmp_path / "corpus", Clip(f"clip{number}", arrays, {"speaker": "ann"}))
        change_json(tmp_path / "corpus/corpus.json", clips=[f"clip{number}" for number in range(count)])
        tracemalloc.start()
        corpus = load_corpus(tmp_path / "corpus")
        window = np.concatenate([clip.features[100:300] for clip in corpus.clips])
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert window.shape == (200 * count, 200)
    assert peaks[1] - peaks[0] < 10 * 200_000  # per clip: its window and a few thousand bytes, not 8 MB
    assert open_files() == before


def open_files() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def test_a_corpus_of_version_1_is_read(corpus: Path, tmp_path: Path) -> None:
    new = load_corpus(Path(shutil.copytree(corpus, tmp_path / "new")))
    for clip in new.clips:
        path = corpus / f"clips/{clip.name}"
        np.savez_compressed(path.with_suffix(".npz"), **arrays_of(path.with_suffix(".npz")))
        change_json(
            path.with_suffix(".json"), lag_frames=1.5, quality={"lag_correlation": 0.5, "lag_trusted": True, "shots": 1}
        )
    change_json(corpus / "corpus.json", version=1)
    old = load_corpus(corpus)
    for one, other in zip(old.clips, new.clips, strict=True):
        assert one.facts["av_offset_frames"] == 1.5
        assert one.facts["quality"] == {"av_offset_correlation": 0.5, "av_offset_trusted": True, "shots": 1}
        for path in PATHS:
            np.testing.assert_array_equal(one.motion[path], other.motion[path])
        np.testing.assert_array_equal(one.features, other.features)
        assert one.words == other.words


def test_a_clip_that_is_cut(corpus: Path) -> None:
    clip = load_corpus(corpus).clips[0]
    part = clip.cut(slice(10, 25), slice(5, 30))
    assert len(part) == 15
    np.testing.assert_array_equal(part.motion[EXPRESSION], clip.motion[EXPRESSION][10:25])
    np.testing.assert_array_equal(part.motion[HEAD], clip.motion[HEAD][10:25])
    np.testing.assert_array_equal(part.features, clip.features[5:30])
    np.testing.assert_array_equal(part.neutral, clip.neutral)
    np.testing.assert_array_equal(clip.cut(slice(10, 25)).features, clip.features)
    beginning = load_corpus(corpus).beginning(1.0).clips[0]
    assert len(beginning) == 25
    assert [word.text for word in beginning.words] == ["map"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 4}, "version 4; this ksdiff reads up to 3"),
        ({"version": "x"}, "version"),
        ({"version": None}, "version"),
        ({"space": "chin"}, "chin"),
        ({"space": 7}, "space"),
        ({"encoder": {}}, r"encoder\.name"),
        ({"encoder": {"name": "x", "stride": 0, "support": 5}}, r"encoder\.stride"),
        ({"encoder": {"name": "x", "stride": 1e99, "support": 5}}, r"encoder\.stride"),
        ({"clips": "speaker0__clip"}, "clips"),
        ({"clips": ["../speaker0__clip"]}, r"clips\.0"),
        ({"clips": ["a/b"]}, r"clips\.0"),
        ({"clips": ["x" * 300]}, r"clips\.0"),
        ({"clips": ["nobody__gone"]}, r"cannot read .*nobody__gone\.json"),
        ({"clips": []}, "holds no clip"),
        ({"motion_rate": 30}, "motion_rate"),
        ({"left_out": [{"source": 1}]}, r"left_out\.0"),
    ],
)
def test_a_damaged_index_is_refused(corpus: Path, change: dict, message: str) -> None:
    change_json(corpus / "corpus.json", **change)
    with pytest.raises(InputError, match=message) as refused:
        load_corpus(corpus)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b"null", b"[" * 100_000, b'{"version": ' + b"9" * 5000 + b"}", b"\xff\xfe", b'{"version": NaN}'],
)
def test_what_is_no_index_is_refused(corpus: Path, content: bytes) -> None:
    (corpus / "corpus.json").write_bytes(content)
    with pytest.raises(InputError, match=r"corpus\.json"):
        load_corpus(corpus)
    (corpus / "corpus.json").unlink()
    with pytest.raises(InputError, match="not a prepared corpus"):
        load_corpus(corpus)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"speaker": ""}, "speaker"),
        ({"speaker": None}, "speaker"),
        ({"words": [["a", 0.0]]}, r"words\.0"),
        ({"words": [["a", -1.0, 2.0]]}, r"words\.0\.1"),
        ({"words": [[7, 0.0, 2.0]]}, r"words\.0\.0"),
        ({"words": "all"}, "words"),
        ({"phones": [["P", 0.0, 1e300]]}, r"phones\.0\.2"),
        ({"quality": [1]}, "quality"),
        ({"quality": {"tracked": "much"}}, r"quality\.tracked"),
        ({"av_offset_frames": 1e9}, "av_offset_frames"),
    ],
)
def test_a_damaged_record_is_refused(corpus: Path, change: dict, message: str) -> None:
    path = corpus / "clips/speaker1__clip.json"
    change_json(path, **change)
    with pytest.raises(InputError, match=rf"speaker1__clip\.json is damaged: {message}"):
        load_corpus(corpus)


def nan_at(array: np.ndarray) -> np.ndarray:
    array = array.copy()
    array.flat[array.size // 2] = np.nan
    return array


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("expression", nan_at),
        ("expression", lambda array: array + MAX_VALUE),
        ("expression", lambda array: array[:-1]),
        ("expression", lambda array: array[:, :50]),
        ("expression", lambda array: array.astype(np.complex64)),
        ("expression", lambda array: array.astype("U8")),
        ("expression", lambda array: array[0]),
        ("neutral", lambda array: array[:0]),
        ("head", lambda array: array[:, :5]),
        ("head", lambda array: np.full_like(array, np.inf)),
        ("mask_head", lambda array: array.astype(np.int64)),
        ("mask_expression", lambda array: array[:3]),
        ("features", nan_at),
        ("features", lambda array: array[:5]),
        ("features", lambda array: array[:, :0]),
        ("prosody", lambda array: array[:, :2]),
        ("keyframes_head", lambda array: array - 1),
        ("channel_mask", lambda array: array[:7]),
    ],
)
def test_damaged_arrays_are_refused(corpus: Path, name: str, change: Callable[[np.ndarray], np.ndarray]) -> None:
    path = corpus / "clips/speaker0__clip.npz"
    arrays = arrays_of(path)
    save_arrays(path, {**arrays, name: change(arrays[name])})
    with pytest.raises(InputError, match=r"speaker0__clip\.npz is damaged: .*; delete it"):
        load_corpus(corpus)
    save_arrays(path, {key: array for key, array in arrays.items() if key != name})
    with pytest.raises(InputError, match=f"has no {name}"):
        load_corpus(corpus)


def test_pickles_and_archives_that_lie_are_refused(corpus: Path, tmp_path: Path) -> None:
    path = corpus / "clips/speaker0__clip.npz"
    arrays = arrays_of(path)
    np.savez(path, **{**arrays, "head": np.array([None, {}], dtype=object)})
    with pytest.raises(InputError, match="not pickled objects"):
        load_corpus(corpus)
    # A header that promises a terabyte in a file of some bytes.
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (250000000000,), }".ljust(117) + "\n"
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr("head.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + header.encode())
        with pytest.raises(InputError, match=r"needs others|damaged"):
            load_corpus(corpus)
    path.unlink()
    with pytest.raises(InputError, match="No such file"):
        load_corpus(corpus)


@pytest.mark.parametrize("compressed", [False, True])
def test_flipped_and_missing_bytes_never_end_in_a_traceback(corpus: Path, compressed: bool) -> None:
    path = corpus / "clips/speaker0__clip.npz"
    if compressed:
        np.savez_compressed(path, **arrays_of(path))
    whole, random = path.read_bytes(), np.random.default_rng(3)
    noticed = 0
    for number in range(60):
        damaged = bytearray(whole)
        at = int(random.integers(len(whole)))
        damaged[at] ^= 1 << int(random.integers(8))
        path.write_bytes(bytes(damaged) if number % 3 else whole[:at])
        try:
            load_corpus(corpus)
        except InputError as error:
            noticed += "speaker0__clip.npz" in str(error)
    assert noticed > 50  # all but bytes that pad and time stamps, which change nothing
