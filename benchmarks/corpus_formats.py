"""How fast clips come from each way to store a corpus, one clip after the other and at random.

    python benchmarks/corpus_formats.py [--clips 600] [--rounds 5]

Makes a corpus of synthetic clips of 8 s in a temporary folder, stores it in each format that is installed (pyarrow,
webdataset, pylance, mosaicml-streaming; the others need nothing), and reads it in rounds in which the formats take
turns, so that what else the machine does falls on all of them. Prints medians relative to the shards of ksdiff: clips
per second of a sequential pass; 128-frame windows per second at random; bytes on disk. All is read from the page
cache: it is the formats' own work that is compared.
"""

import argparse
import io
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ksdiff.corpus.format import CORPUS_VERSION, Clip, read_clip, read_index, write_clip, write_index
from ksdiff.corpus.shards import ShardedClips
from ksdiff.corpus.upkeep import merge
from ksdiff.motion.space import ARKIT

WINDOW = 128  # motion frames
ENCODER = {"name": "made-up", "stride": 384, "support": 895}


@dataclass
class Format:
    """How a corpus is stored, and read back."""

    name: str
    folder: Path
    sequential: Callable[[], int]  # reads all; returns the clips
    window: Callable[[int], Any] | None  # reads motion and features of a window of one clip


def make(folder: Path, clips: int) -> Path:
    (folder / "clips").mkdir(parents=True)
    random, names = np.random.default_rng(0), []
    for number in range(clips):
        frames, heard = 200, 331
        arrays = {
            "expression": random.random((frames, 51), dtype=np.float32),
            "neutral": random.random(51, dtype=np.float32),
            "head": random.random((frames, 6), dtype=np.float32),
            "mask_expression": np.ones(frames, bool),
            "mask_head": np.ones(frames, bool),
            "features": random.random((heard, 416), dtype=np.float32).astype(np.float16),
            "prosody": random.random((heard, 3), dtype=np.float32),
            "keyframes_expression": np.zeros(frames, np.float32),
            "keyframes_head": np.zeros(frames, np.float32),
            "channel_mask": np.ones(51, bool),
        }
        name = f"speaker{number % 50}__clip{number:06d}"
        names.append(name)
        facts = {"speaker": f"speaker{number % 50}", "words": [["word", 1.0, 1.5]], "frames": frames}
        write_clip(folder, Clip(name, arrays, facts), random.random(16_000).astype(np.float32) * 0.1)
    write_index(folder, {"version": CORPUS_VERSION, "space": "arkit", "encoder": ENCODER, "clips": names})
    return folder


def use(clip: Clip) -> None:
    clip.arrays["features"].max()
    clip.arrays["expression"].sum()


def cut(clip: Clip) -> float:
    return float(clip.arrays["features"][:212].max() + clip.arrays["expression"][:WINDOW].sum())


def files(plain: Path) -> Format:
    index = read_index(plain)

    def all_of_them() -> int:
        for name in index.clips:
            use(read_clip(plain, name, ARKIT))
        return len(index.clips)

    opened = [read_clip(plain, name, ARKIT) for name in index.clips]  # as training does
    return Format("single files", plain, all_of_them, lambda number: cut(opened[number]))


def shards(plain: Path, folder: Path) -> Format:
    merge([plain], folder, 1 << 26)
    index = read_index(folder)

    def all_of_them() -> int:
        clips = ShardedClips(folder, index)
        for clip in clips:
            use(clip)
        return len(clips)

    clips = ShardedClips(folder, index)
    return Format("shards of ksdiff", folder, all_of_them, lambda number: cut(clips[number]))


def from_bytes(npz: bytes, record: bytes) -> Clip:
    facts = json.loads(record)
    with np.load(io.BytesIO(npz)) as data:
        return Clip("", dict(data), facts)


def sources(plain: Path) -> list[dict[str, bytes]]:
    return [
        {kind: (plain / "clips" / f"{name}.{kind}").read_bytes() for kind in ("npz", "json", "flac")}
        for name in read_index(plain).clips
    ]


def parquet(plain: Path, folder: Path) -> Format:
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir()
    rows = sources(plain)
    table = pa.table({kind: [row[kind] for row in rows] for kind in rows[0]})
    path = folder / "clips.parquet"
    pq.write_table(table, path, row_group_size=16, compression="none", use_dictionary=False)

    def all_of_them() -> int:
        count = 0
        for batch in pq.ParquetFile(path).iter_batches(16, columns=["npz", "json"]):
            for npz, record in zip(batch["npz"], batch["json"], strict=True):
                use(from_bytes(npz.as_py(), record.as_py()))
                count += 1
        return count

    file = pq.ParquetFile(path)

    def window(number: int) -> float:
        group = file.read_row_group(number // 16, columns=["npz", "json"])
        return cut(from_bytes(group["npz"][number % 16].as_py(), group["json"][number % 16].as_py()))

    return Format("Parquet", folder, all_of_them, window)


def webdataset(plain: Path, folder: Path) -> Format:
    import webdataset as wds

    merge([plain], folder, 1 << 26)  # its layout is that of the shards
    urls = [str(path) for path in sorted((folder / "shards").iterdir())]

    def all_of_them() -> int:
        count = 0
        for sample in wds.WebDataset(urls, shardshuffle=False):
            use(from_bytes(sample["npz"], sample["json"]))
            count += 1
        return count

    return Format("WebDataset", folder, all_of_them, None)


def lance(plain: Path, folder: Path) -> Format:
    import lance as store
    import pyarrow as pa

    rows = sources(plain)
    store.write_dataset(pa.table({kind: pa.array([row[kind] for row in rows], pa.large_binary()) for kind in rows[0]}),
                        str(folder))  # fmt: skip
    data = store.dataset(str(folder))

    def all_of_them() -> int:
        count = 0
        for batch in data.to_batches(columns=["npz", "json"], batch_size=16):
            for npz, record in zip(batch["npz"], batch["json"], strict=True):
                use(from_bytes(npz.as_py(), record.as_py()))
                count += 1
        return count

    def window(number: int) -> float:
        row = data.take([number], columns=["npz", "json"])
        return cut(from_bytes(row["npz"][0].as_py(), row["json"][0].as_py()))

    return Format("Lance", folder, all_of_them, window)


def mosaic(plain: Path, folder: Path) -> Format:
    from streaming import LocalDataset, MDSWriter

    with MDSWriter(out=str(folder), columns={"npz": "bytes", "json": "bytes", "flac": "bytes"}) as writer:
        for row in sources(plain):
            writer.write(row)
    data = LocalDataset(str(folder))

    def read(number: int) -> Clip:
        row = data[number]
        return from_bytes(row["npz"], row["json"])

    def all_of_them() -> int:
        for number in range(len(data)):
            use(read(number))
        return len(data)

    return Format("MosaicML streaming", folder, all_of_them, lambda number: cut(read(number)))


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ksdiff-") as temporary:
        folder = Path(temporary)
        plain = make(folder / "plain", options.clips)
        formats = [shards(plain, folder / "shards"), files(plain)]
        for store in (parquet, webdataset, lance, mosaic):
            try:
                formats.append(store(plain, folder / store.__name__))
            except ImportError as error:
                print(f"left out {store.__name__}: {error}")
        numbers = np.random.default_rng(1).integers(0, options.clips, 1000).tolist()
        sequential: dict[str, list[float]] = {one.name: [] for one in formats}
        windows: dict[str, list[float]] = {one.name: [] for one in formats}
        for _ in range(options.rounds):
            for one in formats:
                began = time.perf_counter()
                assert one.sequential() == options.clips
                sequential[one.name].append(options.clips / (time.perf_counter() - began))
                if one.window is not None:
                    began = time.perf_counter()
                    for number in numbers:
                        one.window(number)
                    windows[one.name].append(len(numbers) / (time.perf_counter() - began))
        ours = formats[0].name
        print("| format | a pass | random windows | bytes |")
        print("|---|---|---|---|")
        sizes = {
            one.name: sum(path.stat().st_size for path in one.folder.rglob("*") if path.is_file()) for one in formats
        }
        for one in formats:
            row = [statistics.median(sequential[one.name]) / statistics.median(sequential[ours])]
            row += (
                [statistics.median(windows[one.name]) / statistics.median(windows[ours])] if windows[one.name] else []
            )
            shown = [f"{value:.2f}" for value in row] + ["none"] * (2 - len(row))
            print(f"| {one.name} | {shown[0]} | {shown[1]} | {sizes[one.name] / sizes[ours]:.3f} |")


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
