"""Measure videos of six faces: ``python scripts/measure_portraits.py``.

Lips and lids as tracked again, against the same motion on the open head; and the figures of
`ksdiff.evaluation.metrics.video`, before encoding. Prints the table of docs/portrait.md.
"""

import sys
import time
from pathlib import Path

import numpy as np
from scipy.ndimage import maximum_filter

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

from support.files import SPEECH_VIDEO  # noqa: E402
from support.portraits import FACES  # noqa: E402

import ksdiff  # noqa: E402
from ksdiff.corpus.tracker import Track, track_pictures  # noqa: E402
from ksdiff.evaluation.metrics.head import head_ranges  # noqa: E402
from ksdiff.evaluation.metrics.video import background_change, cpbd, identity_difference  # noqa: E402
from ksdiff.motion.space import ARKIT  # noqa: E402
from ksdiff.output.render import render_frames  # noqa: E402
from ksdiff.photo.picture_file import Photo  # noqa: E402
from ksdiff.photo.prepare import prepare_portrait  # noqa: E402
from ksdiff.photo.video import portrait_frames  # noqa: E402

AWAY = 40  # pixels from the person that are background whatever moves
BLINKS = [ARKIT.index("eyeBlinkLeft"), ARKIT.index("eyeBlinkRight")]


def tracked(frames: "list[np.ndarray]", fps: float) -> Track:
    return track_pictures(((number / fps, np.ascontiguousarray(frame)) for number, frame in enumerate(frames)), "")


def apart(track: Track, a: int, b: int) -> np.ndarray:
    return np.linalg.norm(track.landmarks[:, a, :2] - track.landmarks[:, b, :2], axis=1)


def opening(track: Track) -> np.ndarray:
    return apart(track, 13, 14) / apart(track, 33, 263)


def main() -> None:
    motion = ksdiff.animate(SPEECH_VIDEO)
    fps, blink = motion.fps, motion.expression[:, BLINKS].mean(axis=1)
    head = opening(tracked(list(render_frames(motion)), fps))
    closed = head < 0.01
    print("| face | r | closed | blinks | background | forehead | CPBD, photo |")
    print("|---|---|---|---|---|---|---|")
    for name, make in FACES.items():
        portrait = prepare_portrait(Photo(make()))
        layers = portrait.layers
        began = time.monotonic()
        frames = np.stack(list(portrait_frames(portrait, motion)))
        seconds = time.monotonic() - began
        track = tracked(list(frames), fps)
        eyes = apart(track, 159, 145) / apart(track, 33, 133) + apart(track, 386, 374) / apart(track, 362, 263)
        scale = layers.plate.shape[1] / (layers.frame[2] - layers.frame[0])
        place = (portrait.surface.fitted.landmarks[:, :2] - layers.frame[:2]) * scale
        away = maximum_filter(layers.opacity, 2 * AWAY + 1) < 0.1
        sampled = zip(frames[::10], track.landmarks[::10, :, :2], strict=True)
        forehead = np.median([identity_difference(frame, at, layers.plate, place) for frame, at in sampled])
        still = f"{background_change(frames, layers.plate, away):.3f}" if portrait.separated else "moves along"
        sharp = np.mean([cpbd(frame) for frame in frames[::20]])
        print(
            f"| {name} | {np.corrcoef(opening(track), head)[0, 1]:.3f} | {np.median(opening(track)[closed]):.3f} "
            f"| {eyes[blink > 0.9].min() / np.median(eyes[blink < 0.1]):.2f} "
            f"| {still} | {forehead:.1f} "
            f"| {sharp:.2f}, {cpbd(layers.plate):.2f} |"
        )
        print(f"{name}: {len(frames) / seconds:.1f} frames/s", file=sys.stderr)
    low = ", ".join(f"{value:.1f}" for value in head_ranges(motion.head[:, :3]))
    print(f"\nThe head's range is {low} degrees of yaw, pitch and roll.")


if __name__ == "__main__":
    main()
