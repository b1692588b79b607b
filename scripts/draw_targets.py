"""Draw docs/images/targets.png: what a corpus holds at some sounds, fitted by the ridge and by the learned inverse.

    python scripts/draw_targets.py CORPUS [SPEAKER ...]

Drawn heads only. Which moment stands for a sound is decided by the landmarks, in which no fit has a part: the
narrowest mouth for "oo", the widest for "ee", and so on.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from draw_head import sheet
from PIL import Image

from ksdiff.corpus import fit
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.corpus.tracker import Track
from ksdiff.face.head import load_head
from ksdiff.motion import MOTION_RATE
from ksdiff.output import render

PICTURE = Path(__file__).parents[1] / "docs/images/targets.png"
METHODS = {"ridge": "landmarks", "inverse": "inverse"}
SIDE = 224
CORNERS = (61, 291)
# Phones, and what is sought: opening and width of the mouth, each relative to its deviation.
SOUNDS = {
    "oo": (("UW", "W", "UH"), (0.0, -1.0)),
    "ee": (("IY",), (0.0, 1.0)),
    "f": (("F", "V"), (-1.0, 0.0)),
    "m": (("M", "B", "P"), (-1.0, 0.0)),
    "aa": (("AA", "AE", "AH"), (1.0, 0.0)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("speakers", nargs="+")
    parser.add_argument("--out", type=Path, default=PICTURE)
    arguments = parser.parse_args()
    tiles = []
    for speaker in arguments.speakers:
        tiles += rows(arguments.corpus, speaker)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    sheet(tiles, len(SOUNDS)).quantize(256).save(arguments.out, optimize=True)


def rows(corpus: Path, speaker: str) -> list[tuple[str, Image.Image]]:
    """Two rows of pictures: the same moments by both fits."""
    clips, expressions = clips_of(corpus, speaker), {}
    for label, method in METHODS.items():
        fit.solve_expression([fitting for _, _, fitting in clips], method)
        expressions[label] = [read(meta, parts, fitting, fitting.expression)[0] for meta, parts, fitting in clips]
    moments = {sound: moment(clips, *wanted) for sound, wanted in SOUNDS.items()}
    render.CENTRE, render.HEIGHT_SHOWN = (0.0, -0.005, 0.0), 0.17
    head, tiles = load_head(), []
    with render.Renderer(SIDE, SIDE) as renderer:
        for label, found in expressions.items():
            for sound, (clip, frame) in moments.items():
                vertices = head.vertices(found[clip][[frame]])[0]
                tiles.append((f"{label}, {sound}", Image.fromarray(renderer.draw(vertices))))
    return tiles


def clips_of(corpus: Path, speaker: str) -> list[tuple[dict, list[slice], fit.Fitting]]:
    """Record, shots and track of each clip of a speaker."""
    clips = []
    for path in sorted((corpus / "clips").glob("*.json")):
        meta = json.loads(path.read_text(encoding="utf-8"))
        track = Track.load(corpus / "tracks" / f"{path.stem}.npz") if meta["speaker"] == speaker else None
        if track is not None:
            parts = fit.shots(track)
            clips.append((meta, parts, fit.Fitting(track, fit.usable(track, parts))))
    return clips


def read(meta: dict, parts: list[slice], fitting: fit.Fitting, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values at the motion frames of a clip, as `ksdiff prepare` reads them, and where they are known."""
    instants = (np.arange(meta["frames"]) + meta["av_offset_frames"]) / MOTION_RATE
    cutoff = PrepareSettings().expression_cutoff
    return fit.resample(values, fitting.track.times, fitting.good, parts, instants, cutoff)


def moment(clips: list, phones: tuple[str, ...], wanted: tuple[float, float]) -> tuple[int, int]:
    """Clip and frame in the middle of one of these phones, where the mouth is most as wanted."""
    best, found = -np.inf, (0, 0)
    for number, (meta, parts, fitting) in enumerate(clips):
        width = np.linalg.norm(fitting.track.landmarks[:, CORNERS[0]] - fitting.track.landmarks[:, CORNERS[1]], axis=1)
        eyes = fitting.track.landmarks[:, list(fit.EYE_CORNERS)]
        width = width / np.maximum(np.linalg.norm(eyes[:, 0] - eyes[:, 1], axis=1), 1.0)
        mouth = read(meta, parts, fitting, np.stack([fitting.opening, width], axis=1))[0]
        mouth = (mouth - mouth.mean(axis=0)) / (mouth.std(axis=0) + 1e-9)
        for label, start, end in meta["phones"]:
            frame = round((start + end) / 2 * MOTION_RATE)
            if label in phones and frame < len(mouth) and (score := float(mouth[frame] @ wanted)) > best:
                best, found = score, (number, frame)
    return found


if __name__ == "__main__":
    main()
