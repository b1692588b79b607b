"""Draw the contact sheet of docs/portrait.md: ``python scripts/draw_portraits.py``."""

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

from support.portraits import drawing, look, painting, pixels_of  # noqa: E402

from ksdiff.photo.draw import PortraitRenderer  # noqa: E402
from ksdiff.photo.picture_file import Photo  # noqa: E402
from ksdiff.photo.prepare import prepare_portrait  # noqa: E402

SIDE, DRAWN, LABEL = 190, 512, 18  # pixels
FACES = {
    "photo, smiling": pixels_of("collins"),
    "photo, glasses": pixels_of("hopper"),
    "render": pixels_of("render_1"),
    "render, made up": pixels_of("render_2"),
    "painted": painting(pixels_of("collins")),
    "drawn": drawing(pixels_of("hopper")),
}
UPRIGHT = np.zeros(6)


def turned(angle: float) -> np.ndarray:
    return np.array([0, np.radians(angle), 0, 0, 0, 0])


LOOKS = {
    "photo": None,
    "ah": (look(jawOpen=0.5, mouthLowerDown=0.2, mouthUpperUp=0.1), UPRIGHT),
    "oh": (look(jawOpen=0.3, mouthFunnel=0.6, mouthPucker=0.4), UPRIGHT),
    "ee": (look(jawOpen=0.12, mouthStretch=0.4, mouthSmile=0.3, mouthLowerDown=0.5, mouthUpperUp=0.3), UPRIGHT),
    "p, b, m": (look(jawOpen=0.1, mouthClose=0.1, mouthPress=0.4, mouthRollLower=0.3), UPRIGHT),
    "blink": (look(eyeBlink=1), UPRIGHT),
    "12° left": (look(jawOpen=0.15), turned(12)),
    "12° right": (look(jawOpen=0.15), turned(-12)),
}


def main() -> None:
    sheet = Image.new("RGB", (SIDE * len(LOOKS), LABEL + SIDE * len(FACES)), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for column, name in enumerate(LOOKS):
        draw.text((SIDE * (column + 0.5), LABEL / 2), name, fill="black", font=font, anchor="mm")
    for row, (name, pixels) in enumerate(FACES.items()):
        portrait = prepare_portrait(Photo(pixels), (DRAWN, DRAWN))
        points = portrait.surface.fitted.landmarks[:, :2] - portrait.layers.frame[:2]
        points = points * DRAWN / (portrait.layers.frame[2] - portrait.layers.frame[0])
        middle, reach = (points.min(axis=0) + points.max(axis=0)) / 2, 0.78 * np.ptp(points, axis=0).max()
        part = tuple(int(value) for value in (*(middle - reach), *(middle + reach)))
        with PortraitRenderer(portrait.surface, portrait.layers) as renderer:
            for column, shown in enumerate(LOOKS.values()):
                picture = portrait.layers.plate if shown is None else renderer.draw(*shown)
                small = Image.fromarray(picture).crop(part).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
                sheet.paste(small, (column * SIDE, LABEL + row * SIDE))
        print(name)
    sheet.save(REPOSITORY / "docs/images/portraits.webp", quality=82, method=6)


if __name__ == "__main__":
    main()
