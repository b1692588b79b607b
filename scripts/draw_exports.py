"""Draw the pictures of docs/exports, which ``python scripts/draw_exports.py MOTION.npz`` does.

The motion is one of the public-domain voice in tests/data:
``ksdiff animate tests/data/obama_speech.mp4 --out OUT --formats npz bvh csv --timecode 01:00:00:00``.
"""

import csv
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from draw_head import FOLDER, HEAD, sheet, weights
from PIL import Image

from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT, ARKIT_SHAPES
from ksdiff.output import render
from ksdiff.output.reduction import LIPS, reduce
from ksdiff.output.shape_names import SHAPES, VISEMES

SIDE = 192  # pixels
VOWELS = ("aa", "ih", "ou", "E", "oh")  # those of VRM


def main() -> None:
    motion = Motion.load(sys.argv[1])
    render.CENTRE, render.HEIGHT_SHOWN = (0.0, -0.042, 0.0), 0.105
    with render.Renderer(SIDE, SIDE, HEAD) as renderer:

        def picture(expression: np.ndarray) -> Image.Image:
            return Image.fromarray(renderer.draw(HEAD.vertices(expression[None])[0], np.zeros(6)))

        tiles = [("sil", picture(weights()))]
        tiles += [(name, picture(weights(**shapes))) for name, shapes in VISEMES.items()]
        sheet(tiles, 5).quantize(256).save(FOLDER / "export_visemes.png", optimize=True)

        mouth = motion.expression[:, ARKIT.mouth_indices]
        times = np.linspace(0.8, motion.duration - 0.8, 6)
        # Near each of these instants, where the mouth does most.
        frames = [
            int(time * motion.fps) + int(np.argmax(mouth[int(time * motion.fps) :][:12].sum(axis=1))) for time in times
        ]
        tiles = []
        for label, names in (("all 52", set(ARKIT_SHAPES)), ("14 visemes", set(VISEMES)), ("5 vowels", set(VOWELS))):
            # Lids and brows stay as they are, so that the eye sees the mouth.
            reduced = reduce(motion.expression, names)
            shown = motion.expression.copy()
            shown[:, ARKIT.mouth_indices] = 0
            for name, values in reduced.weights.items():
                for shape, weight in SHAPES[name].items():
                    if shape in ARKIT.mouth:
                        shown[:, ARKIT.index(shape)] += weight * values
            for column, frame in enumerate(frames):
                text = (
                    f"{label}: {reduced.shown[LIPS]:.0%} of the lips" if column == 0 else f"{frame / motion.fps:.2f} s"
                )
                tiles.append((text, picture(shown[frame])))
        sheet(tiles, len(frames)).quantize(256).save(FOLDER / "export_reduction.png", optimize=True)
    draw_bvh(Path(sys.argv[1]).with_name("head.bvh"))
    draw_csv(Path(sys.argv[1]).with_name("arkit.csv"))


def draw_bvh(path: Path) -> None:
    """Angles of neck and head, as they stand in the file."""
    step, *rows = path.read_text().split("Frame Time: ")[1].splitlines()
    values = np.array([[float(word) for word in row.split()] for row in rows])
    figure, axes = plt.subplots(figsize=(9, 2.8), dpi=100, layout="constrained")
    for name, column, colour in (("yaw", 0, "tab:blue"), ("pitch", 1, "tab:orange"), ("roll", 2, "tab:green")):
        times = np.arange(len(values)) * float(step)
        axes.plot(times, values[:, 6 + column], colour, label=f"Head {name}")
        axes.plot(times, values[:, 3 + column], colour, linestyle=":", label=f"Neck {name}")
    axes.set(xlabel="s", ylabel="degrees", xlim=(0, times[-1]))
    axes.grid(alpha=0.3)
    axes.legend(ncols=3, fontsize=8, frameon=False)
    figure.savefig(FOLDER / "export_bvh.png")


def draw_csv(path: Path) -> None:
    """Some columns, as they stand in the file."""
    with path.open() as file:
        rows = list(csv.DictReader(file))
    figure, axes = plt.subplots(figsize=(9, 2.8), dpi=100, layout="constrained")
    for name in ("JawOpen", "MouthFunnel", "EyeBlinkLeft", "HeadYaw"):
        axes.plot([float(row[name]) for row in rows], label=name)
    ticks = range(0, len(rows), 50)
    axes.set_xticks(ticks, [rows[tick]["Timecode"] for tick in ticks], fontsize=8)
    axes.set(xlim=(0, len(rows) - 1), ylabel="weight, rad")
    axes.grid(alpha=0.3)
    axes.legend(ncols=4, fontsize=8, frameon=False)
    figure.savefig(FOLDER / "export_csv.png")


if __name__ == "__main__":
    main()
