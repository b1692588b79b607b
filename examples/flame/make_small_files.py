"""Made-up files with the layout of HDTF's clips, DECA's output and FLAME's model: none of their content.

    python examples/flame/make_small_files.py WORK

Writes WORK/videos (sound alone), WORK/deca and WORK/flame, so that the recipe of docs/flame.md can be run as it is.
"""

import sys
from pathlib import Path

import numpy as np

from ksdiff.speech.audio import SAMPLE_RATE, write_flac

SPEAKERS, SECONDS, FPS, VERTICES = 8, 4.0, 25, 240


def clip(folder: Path, number: int) -> None:
    """A humming sound and smooth coefficients, some of which follow its loudness."""
    random = np.random.default_rng(number)
    times = np.arange(round(SECONDS * SAMPLE_RATE)) / SAMPLE_RATE
    loudness = 0.5 + 0.5 * np.sin(2 * np.pi * (2 + 0.2 * number) * times)
    name = f"RD_Radio{number}_0"
    sound = 0.4 * np.sin(2 * np.pi * (110 + 10 * number) * times) * loudness
    write_flac(sound.astype(np.float32), folder / "videos" / f"speaker_{number}" / f"{name}.flac")
    frames = np.arange(round(SECONDS * FPS)) / FPS
    waves = np.sin(2 * np.pi * random.uniform(0.2, 1.0, 59) * frames[:, None] + random.uniform(0, 6, 59))
    pose = 0.1 * waves[:, 50:56]
    pose[:, 3] = 0.2 * loudness[:: SAMPLE_RATE // FPS][: len(frames)]  # the jaw
    camera = np.array([8.0, 0.0, 0.0]) + 0.02 * waves[:, 56:]
    np.savez(folder / "deca" / f"{name}.npz", exp=0.5 * waves[:, :50], pose=pose, cam=camera)


def flame(folder: Path) -> None:
    """A ball with FLAME's arrays."""
    random = np.random.default_rng(0)
    directions = random.standard_normal((VERTICES, 3))
    template = 0.09 * directions / np.linalg.norm(directions, axis=1, keepdims=True) + [0, 0.02, 0.03]
    lower = np.clip((0.01 - template[:, 1]) / 0.02, 0, 1)
    weights = np.zeros((VERTICES, 5))
    weights[:, 1], weights[:, 2] = 1 - lower, lower
    regressor = np.full((5, VERTICES), 1 / VERTICES)
    np.savez(
        folder / "flame" / "flame.npz",
        v_template=template,
        f=random.integers(0, VERTICES, (2 * VERTICES, 3)).astype(np.uint32),
        shapedirs=0.002 * random.standard_normal((VERTICES, 3, 400)),
        posedirs=0.003 * random.standard_normal((VERTICES, 3, 36)),
        J_regressor=regressor,
        weights=weights,
        kintree_table=np.array([[2**32 - 1, 0, 1, 1, 1], range(5)], dtype=np.uint32),
    )


def main(work: str) -> None:
    folder = Path(work)
    for name in ("deca", "flame", *(f"videos/speaker_{number}" for number in range(SPEAKERS))):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for number in range(SPEAKERS):
        clip(folder, number)
    flame(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
