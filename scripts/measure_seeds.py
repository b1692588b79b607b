"""Measure how far seeds of an expression differ, for docs/editing.md.

python scripts/measure_seeds.py VOICE...

Each stretch of two seconds of each voice is performed with `SEEDS`, as the studio's *New seed* does it. How far a
performance is from the one before, and from those of the other seeds, is the greatest mean distance of the landmarks of
lips or brows in any of its frames. Lips count as closed below 1 mm; of frames in which they are before, the share in
which they are within 1.5 mm after is reported.
"""

import sys
from itertools import combinations
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ksdiff.editing import Project, create, variants
from ksdiff.face.head import load_head
from ksdiff.face.lips import lip_gaps
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import EXPRESSION

SEEDS = (1, 2, 3, 4, 5, 6)
STRETCH = 2.0  # s
SEEN = 1.5  # mm
LIPS = (
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409,
    78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 95, 88, 178, 87, 14, 317, 402, 318, 324,
)  # fmt: skip
BROWS = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46, 300, 293, 334, 296, 336, 285, 295, 282, 283, 276)


def distance(one: Float[np.ndarray, "T 51"], other: Float[np.ndarray, "T 51"]) -> float:
    """Greatest mean distance of lips or brows in any frame, mm."""
    basis = load_head().landmark_basis()[1][: one.shape[1]]
    moved = np.linalg.norm(np.einsum("tc,cnd->tnd", one.astype(np.float64) - other, basis), axis=-1)
    return 1e3 * float(max(moved[:, list(part)].mean(axis=1).max() for part in (LIPS, BROWS)))


def measure(project: Project, gestures: bool) -> tuple[list[float], list[float], list[bool]]:
    """Distances from the performance before and of seeds from each other, and whether closed lips stay closed."""
    before, found, between, kept = project.motion.expression, [], [], []
    for start in np.arange(0.0, project.voice.seconds - STRETCH + 0.2, STRETCH):
        end = min(start + STRETCH, project.voice.seconds)
        frames = slice(round(start * MOTION_RATE), round(end * MOTION_RATE))
        made = variants(project, EXPRESSION, float(start), float(end), SEEDS, gestures=gestures)
        faces = [one.motion.expression[frames] for one in made]
        found += [distance(face, before[frames]) for face in faces]
        between += [distance(one, other) for one, other in combinations(faces, 2)]
        closed = lip_gaps(before[frames]).max(axis=1) < 1e-3
        kept += [bool(gap) for face in faces for gap in lip_gaps(face).max(axis=1)[closed] < 1.5e-3]
    return found, between, kept


def main(voices: list[str]) -> None:
    print(
        "| voice | gestures | from before: median, least, below 1.5 mm | between seeds: median, least, below | closed |"
    )
    print("|---|---|---|---|---|")
    for voice in voices:
        project = create(Path(voice))
        for gestures in (False, True):
            found, between, kept = measure(project, gestures)
            columns = [
                f"{np.median(one):.1f}, {np.min(one):.1f}, {np.sum(np.array(one) < SEEN)} of {len(one)}"
                for one in (found, between)
            ]
            closed = f"{np.mean(kept):.0%}" if kept else "–"
            print(
                f"| {Path(voice).stem} | {'yes' if gestures else 'no'} | {' | '.join(columns)} | {closed} |", flush=True
            )


if __name__ == "__main__":
    main(sys.argv[1:])
