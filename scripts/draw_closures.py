"""Draw docs/images/closures.png: a p, b and m of a corpus as tracked, and with lips that meet.

    python scripts/draw_closures.py CORPUS SPEAKER ...

Drawn heads only. Of each sound the closure is taken whose gap, as tracked, is the median of those that were changed.
"""

import argparse
from pathlib import Path

import numpy as np
from draw_head import sheet
from draw_targets import clips_of, read
from PIL import Image

from ksdiff.corpus import fit
from ksdiff.corpus.closures import contact_limit, find_closures, with_closures
from ksdiff.face.head import load_head
from ksdiff.face.lips import lip_gaps
from ksdiff.output import render

PICTURE = Path(__file__).parents[1] / "docs/images/closures.png"
WIDTH, HEIGHT = 200, 130
AROUND = range(-2, 3)  # frames
OPEN = 1e-3  # m: of lips, as tracked, whose closure is worth a picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("speakers", nargs="+")
    parser.add_argument("--out", type=Path, default=PICTURE)
    arguments = parser.parse_args()
    found: dict[str, list[tuple[float, int, np.ndarray, np.ndarray]]] = {"p": [], "b": [], "m": []}
    for speaker in arguments.speakers:
        clips = clips_of(arguments.corpus, speaker)
        fit.solve_expression([fitting for _, _, fitting in clips], "inverse")
        for facts, parts, fitting in clips:
            plain, known = read(facts, parts, fitting, fitting.expression)
            deviation, _ = read(facts, parts, fitting, fitting.deviation)
            plain, pixels = np.clip(plain, 0, 1), fit.face_pixels(fitting.track)
            closed = with_closures(plain, np.maximum(deviation, 0), known, facts["phones"], pixels)
            gap = lip_gaps(plain).mean(axis=1)
            for phone in facts["phones"]:
                for frame, *_ in find_closures(gap, known, [phone], contact_limit(pixels)):
                    if gap[frame] > OPEN and -AROUND[0] <= frame < len(gap) - AROUND[-1]:
                        found[phone[0].lower()].append((gap[frame], frame, plain, closed))
    render.CENTRE, render.HEIGHT_SHOWN = (0.0, -0.047, 0.0), 0.075
    head, tiles = load_head(), []
    with render.Renderer(WIDTH, HEIGHT) as renderer:
        for sound, closures in found.items():
            _, frame, *motions = sorted(closures, key=lambda closure: closure[0])[len(closures) // 2]
            for label, motion in zip(("as tracked", "closed"), motions, strict=True):
                for step in AROUND:
                    vertices = head.vertices(motion[[frame + step]])[0]
                    text = f"{sound}, {label}, {40 * step} ms"
                    tiles.append((text, Image.fromarray(renderer.draw(vertices))))
    sheet(tiles, len(AROUND)).quantize(256).save(arguments.out, optimize=True)


if __name__ == "__main__":
    main()
