"""Make the gallery: ten voices that were chosen before anybody looked, each as a strip of pictures and as a player.

    python scripts/make_gallery.py            # docs/images/gallery
    python scripts/make_gallery.py --players gallery    # and a page with head and sound for each

Nine voices are synthetic, since no rights are needed for them: eSpeak NG speaks them, which is run as a program and is
no part of this package. It sounds like a machine; people speak otherwise.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import ksdiff
from ksdiff.output.html import write_html
from ksdiff.output.render import render_stills
from ksdiff.speech.audio import SAMPLE_RATE, load

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs/images/gallery"
SIZE, STRIP, PICTURES = 180, 60, 6  # pixels, pixels, in a row
INK, QUIET, GROUND = (235, 238, 244), (150, 160, 175), (22, 26, 34)
ENGLISH = "Please call Stella. Ask her to bring five big blue books and a wooden spoon from the shop."
# Name, and eSpeak's options and text.
VOICES: dict[str, tuple[list[str], str]] = {
    "english_man": (["-v", "en-us+m3"], ENGLISH),
    "english_woman": (["-v", "en-us+f3"], ENGLISH),
    "child": (["-v", "en-us+f5", "-p", "90"], ENGLISH),
    "old_man": (["-v", "en-us+croak", "-p", "20", "-s", "130"], ENGLISH),
    "whisper": (["-v", "en-us+whisper"], ENGLISH),
    "shout": (["-v", "en-us+m7", "-p", "75", "-a", "200", "-s", "190"], "Stop! Come back here! Do you hear me? Stop!"),
    "german": (["-v", "de"], "Bitte bringen Sie mir fünf blaue Bücher und einen Löffel aus dem Laden."),
    "spanish": (["-v", "es"], "Por favor, tráigame cinco libros azules y una cuchara de la tienda."),
    "mandarin": (["-v", "cmn"], "请给我带五本蓝色的书和一把木勺。"),
}


def speak(options: list[str], text: str, path: Path) -> None:
    subprocess.run(["espeak-ng", *options, "-w", str(path), text], check=True)


def moments(samples: np.ndarray, motion: ksdiff.Motion) -> list[int]:
    """The loudest frame of each equal part of the sound: chosen by the sound alone."""
    frame = SAMPLE_RATE / motion.fps
    level = [float(np.square(samples[int(n * frame) : int((n + 1) * frame) + 1]).mean()) for n in range(len(motion))]
    parts = np.array_split(np.arange(len(motion)), PICTURES)
    return [int(part[np.argmax([level[n] for n in part])]) for part in parts]


def draw(samples: np.ndarray, motion: ksdiff.Motion, path: Path) -> None:
    chosen = moments(samples, motion)
    heads = render_stills(motion, [frame / motion.fps for frame in chosen], 2 * SIZE, 2 * SIZE)
    width = SIZE * PICTURES
    picture = Image.new("RGB", (width, SIZE + STRIP), GROUND)
    for column, head in enumerate(heads):
        small = Image.fromarray(np.asarray(head)[..., :3]).resize((SIZE, SIZE), Image.Resampling.LANCZOS)
        picture.paste(small, (column * SIZE, 0))
    lines, font = ImageDraw.Draw(picture), ImageFont.load_default(11)
    peaks = np.abs(samples[: len(samples) // width * width]).reshape(width, -1).max(axis=1)
    peaks = peaks / max(peaks.max(), 1e-6)
    for x, peak in enumerate(peaks):
        lines.line((x, SIZE + 18 - 14 * peak, x, SIZE + 18 + 14 * peak), fill=(70, 80, 96))
    jaw = motion.expression[:, motion.space.expression.index("jawOpen")]
    xs = np.linspace(0, width - 1, len(jaw))
    lines.line(
        [(float(x), SIZE + STRIP - 4 - 34 * float(y)) for x, y in zip(xs, jaw, strict=True)],
        fill=(255, 176, 82),
        width=2,
    )
    for frame in chosen:
        x = float(xs[frame])
        lines.line((x, SIZE, x, SIZE + STRIP), fill=QUIET)
    lines.text((6, SIZE + 2), f"{len(motion) / motion.fps:.1f} s; orange: jawOpen", font=font, fill=INK)
    picture.quantize(192, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--players", type=Path, help="folder for the pages")
    arguments = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    model = ksdiff.load_model()
    with tempfile.TemporaryDirectory() as folder:
        files = {"recording": ROOT / "tests/data/obama_speech.mp4"}
        for name, (options, text) in VOICES.items():
            files[name] = Path(folder) / f"{name}.wav"
            speak(options, text, files[name])
        print("| voice | length | jawOpen, 95th percentile | mouthPucker, 95th percentile | head, mean speed |")
        print("|---|---|---|---|---|")
        for name, path in files.items():
            samples = load(path)
            motion = ksdiff.animate(samples, model=model)
            draw(samples, motion, OUT / f"{name}.png")
            jaw, pucker = (
                np.percentile(motion.expression[:, motion.space.expression.index(channel)], 95)
                for channel in ("jawOpen", "mouthPucker")
            )
            speed = np.degrees(np.linalg.norm(np.diff(motion.head[:, :3], axis=0), axis=1)).mean() * motion.fps
            print(
                f"| {name} | {len(motion) / motion.fps:.1f} s | {jaw:.2f} | {pucker:.2f} | {speed:.0f}°/s |", flush=True
            )
            if arguments.players is not None:
                arguments.players.mkdir(parents=True, exist_ok=True)
                write_html(motion, arguments.players / f"{name}.html", path, title=name)


if __name__ == "__main__":
    main()
