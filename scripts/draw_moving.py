"""Draw docs/images/demo.webp: the demo voice, once as it is generated and once directed, with its words and keyframes.

python scripts/draw_moving.py [--out docs/images/demo.webp]
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ksdiff.editing import Project, SetGesture, SetPose, create, regenerate
from ksdiff.editing.pose_library import find_pose
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.output.render import render_stills
from ksdiff.speech.audio import load

ROOT = Path(__file__).parents[1]
SIZE, STRIP, RATE = 300, 74, 12.5  # pixels, pixels, pictures per second
INK, QUIET, GROUND = (235, 238, 244), (128, 136, 150), (22, 26, 34)
COLOURS = {EXPRESSION: (255, 176, 82), HEAD: (92, 190, 255)}
EDITS = (
    SetPose(EXPRESSION, 3.4, dict(find_pose("smile").pose), hold=2.6),
    SetPose(HEAD, 3.6, {"rotationY": 0.22}, hold=1.6),
    SetGesture(HEAD, 6.4, "nod"),
    SetGesture(EXPRESSION, 1.3, "brow_flash"),
)


def strip(project: Project, now: float, title: str) -> Image.Image:
    """Words, and the keyframes of both paths as a timeline."""
    picture = Image.new("RGB", (SIZE, STRIP), GROUND)
    draw, font, small = ImageDraw.Draw(picture), ImageFont.load_default(15), ImageFont.load_default(11)
    word = next((word.text for word in project.words if word.start <= now <= word.end), "")
    draw.text((10, 6), title, font=small, fill=QUIET)
    draw.text((SIZE / 2, 22), word, font=font, fill=INK, anchor="ma")
    scale = (SIZE - 20) / (project.frames / 25)
    for row, path in enumerate(PATHS):
        y = 52 + 12 * row
        draw.line((10, y, SIZE - 10, y), fill=(52, 58, 70))
        for keyframe in project.takes[0].keyframes[path]:
            x = 10 + keyframe.frame / 25 * scale
            draw.line((x, y, x + keyframe.hold / 25 * scale, y), fill=COLOURS[path], width=3)
            size = 2 + 2 * keyframe.strength + (keyframe.gesture is not None or bool(keyframe.pose))
            draw.ellipse((x - size, y - size, x + size, y + size), fill=COLOURS[path])
    x = 10 + now * scale
    draw.line((x, 44, x, STRIP - 2), fill=INK)
    return picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/images/demo.webp")
    arguments = parser.parse_args()
    project = create(load(ROOT / "tests/data/obama_speech.mp4"), transcribed=True)
    versions = (("generated", project), ("directed: a flash, a smile, a turn, a nod", regenerate(project, EDITS)))
    times = np.arange(0, project.motion.duration, 1 / RATE)
    heads = [render_stills(one.motion, times.tolist(), 2 * SIZE, 2 * SIZE) for _, one in versions]
    pictures = []
    for index, now in enumerate(times):
        picture = Image.new("RGB", (2 * SIZE, SIZE + STRIP), GROUND)
        for column, (title, one) in enumerate(versions):
            head = Image.fromarray(heads[column][index]).resize((SIZE, SIZE), Image.Resampling.LANCZOS)
            picture.paste(head, (column * SIZE, 0))
            picture.paste(strip(one, float(now), title), (column * SIZE, SIZE))
        pictures.append(picture)
    pictures[0].save(
        arguments.out,
        save_all=True,
        append_images=pictures[1:],
        duration=round(1000 / RATE),
        loop=0,
        quality=72,
        method=4,
    )


if __name__ == "__main__":
    main()
