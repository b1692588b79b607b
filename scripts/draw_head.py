"""Draw the pictures of docs/head.md, which ``python scripts/draw_head.py`` does."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from ksdiff.face.head import load_head
from ksdiff.motion.space import ARKIT_SHAPES
from ksdiff.output import render

FOLDER = Path(__file__).parents[1] / "docs/images"
HEAD = load_head()


def weights(**values: float) -> np.ndarray:
    """Weights of all shapes; a name without Left or Right sets both sides."""
    result = np.zeros(len(ARKIT_SHAPES), np.float32)
    for name, value in values.items():
        for full in (name, f"{name}Left", f"{name}Right"):
            if full in ARKIT_SHAPES:
                result[ARKIT_SHAPES.index(full)] = value
    return result


def picture(expression: np.ndarray, size: int, turn: float = 0.0, head=HEAD) -> Image.Image:
    with render.Renderer(size, size, head) as renderer:
        vertices = head.vertices(expression[None])[0]
        return Image.fromarray(renderer.draw(vertices, np.array([0, np.radians(turn), 0, 0, 0, 0])))


def sheet(tiles: list[tuple[str, Image.Image]], columns: int) -> Image.Image:
    width, height = tiles[0][1].size
    rows = -(-len(tiles) // columns)
    result = Image.new("RGB", (columns * width, rows * height), (34, 38, 45))
    for number, (label, tile) in enumerate(tiles):
        at = number % columns * width, number // columns * height
        result.paste(tile, at)
        ImageDraw.Draw(result).text((at[0] + 5, at[1] + 3), label, fill=(235, 235, 235))
    return result


def marked(points: np.ndarray, colours: list[tuple[int, int, int]], size: int, radius: int) -> Image.Image:
    """The head at rest with points of its surface marked; those on its far side are left out."""
    image = picture(weights(), size)
    x, y, z = render.CENTRE
    offset = points - [x, y, z + render.DISTANCE]
    scale = render.DISTANCE / render.HEIGHT_SHOWN * size
    pen = ImageDraw.Draw(image)
    for (px, py, pz), colour in zip(offset, colours, strict=True):
        u, v = size / 2 - scale * px / pz, size / 2 + scale * py / pz
        pen.ellipse([u - radius, v - radius, u + radius, v + radius], fill=colour)
    return image


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    looks = {
        "neutral": (weights(), 0),
        "loud vowel": (weights(jawOpen=0.5), 0),
        "bilabial": (weights(jawOpen=0.3, mouthClose=0.3, mouthPress=0.4, mouthRollLower=0.2), 0),
        "smile": (weights(mouthSmile=0.8, cheekSquint=0.5, eyeSquint=0.3, mouthUpperUp=0.3), 0),
        "blink": (weights(eyeBlink=1), 0),
        "gaze and turn, 25 degrees": (weights(eyeLookOutLeft=0.7, eyeLookInRight=0.7), 25),
    }
    sheet([(name, picture(look, 384, turn)) for name, (look, turn) in looks.items()], 3).save(
        FOLDER / "head_looks.png", optimize=True
    )
    render.CENTRE, render.HEIGHT_SHOWN = (0.0, 0.005, 0.0), 0.19
    shapes = [(name, picture(weights(**{name: 1.0}), 184)) for name in ARKIT_SHAPES]
    sheet(shapes, 9).quantize(256).save(FOLDER / "head_shapes.png", optimize=True)

    landmarks = HEAD.landmark_positions(HEAD.neutral)
    marked(landmarks, [(30, 70, 255)] * len(landmarks), 640, 1).save(FOLDER / "head_landmarks.png", optimize=True)
    sets = {(40, 110, 255): HEAD.upper_face_vertices, (225, 20, 60): HEAD.lip_vertices}
    points = HEAD.neutral[np.concatenate(list(sets.values()))]
    colours = [colour for colour, chosen in sets.items() for _ in chosen]
    marked(points, colours, 640, 1).save(FOLDER / "head_regions.png", optimize=True)


if __name__ == "__main__":
    main()
