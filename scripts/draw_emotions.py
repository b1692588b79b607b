"""Draw the pictures of docs/emotion.md, which ``python scripts/draw_emotions.py`` does.

emotions.png: the head in each of the seven emotions with a face of their own. emotions_speech.png: the demo voice in
each, at the same moments.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import ksdiff
from ksdiff.layers.emotion import EmotionRange, add_emotion_to_face, add_emotion_to_head
from ksdiff.layers.facs import PROTOTYPES
from ksdiff.layers.limits import limit
from ksdiff.motion import Motion
from ksdiff.output import render
from ksdiff.speech.audio import load

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs/images"
SIDE, SMALL = 340, 200
MOMENTS = (1.3, 3.2, 4.1, 7.2)  # s of the demo voice: an open vowel, two closures, a front vowel


def labelled(picture: np.ndarray, label: str, size: int = 20) -> Image.Image:
    image = Image.fromarray(picture)
    place = (10, image.height - size - 12)
    ImageDraw.Draw(image).text(place, label, font=ImageFont.load_default(size), fill=(235, 235, 235))
    return image


def sheet(tiles: list[Image.Image], columns: int) -> Image.Image:
    width, height = tiles[0].size
    result = Image.new("RGB", (columns * width, -(-len(tiles) // columns) * height))
    for number, tile in enumerate(tiles):
        result.paste(tile, (number % columns * width, number // columns * height))
    return result


def main() -> None:
    still = Motion(np.zeros((3, 51), np.float32), np.zeros((3, 6), np.float32), np.zeros(3), np.zeros(3))
    names = ("neutral", *PROTOTYPES)
    ranges = {name: () if name == "neutral" else (EmotionRange(0.0, np.inf, name),) for name in names}
    speech = {
        name: ksdiff.animate(
            load(ROOT / "tests/data/obama_speech.mp4"), options=ksdiff.AnimateOptions(emotions=ranges[name])
        )
        for name in names
    }
    rows = [
        labelled(np.concatenate(render.render_stills(speech[name], MOMENTS, SMALL, SMALL), axis=1), name, 15)
        for name in names
    ]
    sheet(rows, 2).quantize(256).save(FOLDER / "emotions_speech.png", optimize=True)
    render.CENTRE, render.HEIGHT_SHOWN = (0.0, 0.005, 0.0), 0.23
    tiles = []
    for name in names:
        face = add_emotion_to_face(add_emotion_to_head(still, ranges[name]), ranges[name], silent=np.ones(50, bool))
        tiles.append(labelled(render.render_stills(limit(face), [0.04], SIDE, SIDE)[0], name))
    sheet(tiles, 4).save(FOLDER / "emotions.png", optimize=True)


if __name__ == "__main__":
    main()
