"""Make the gallery: ten voices that were chosen before anybody looked, each as a strip of pictures and as a player.

    python scripts/make_gallery.py            # docs/images/gallery, and the table of docs/gallery.md
    python scripts/make_gallery.py --players docs/players    # and a page with head and sound for each

Nine voices are synthetic, since no rights are needed for them: eSpeak NG speaks them, which is run as a program and is
no part of this package. It sounds like a machine; people speak otherwise. The players share one viewer and one head,
which lie beside them, and open from a disk as well as from a server; `make docs` takes them along where they are.
"""

import argparse
import base64
import re
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import ksdiff
from ksdiff.output.gltf import glb_of_takes
from ksdiff.output.html import write_html
from ksdiff.output.render import render_stills
from ksdiff.speech.audio import SAMPLE_RATE, load

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs/images/gallery"
SIZE, STRIP, PICTURES = 180, 60, 6  # pixels, pixels, in a row
INK, QUIET, GROUND = (235, 238, 244), (150, 160, 175), (22, 26, 34)
RECORDING = "recording"
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
NAMES = {
    RECORDING: "recording, English",
    "english_man": "synthetic, English, man",
    "english_woman": "the same, woman",
    "child": "the same, child",
    "old_man": "the same, old man",
    "whisper": "the same, whisper",
    "shout": "the same, shout",
    "german": "German",
    "spanish": "Spanish",
    "mandarin": "Mandarin",
}
# What stands in a page in place of its head: puts that of all pages, and the motion of this one behind it, together.
LOADER = """<script src="head.js"></script>
<script>
{{
  const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const json = bytes("{json}"), parts = [bytes(ksdiffHead), bytes("{motion}")];
  const length = parts[0].length + parts[1].length, start = 28 + json.length; // of the binary part
  const file = new Uint8Array(start + length), view = new DataView(file.buffer);
  [0x46546c67, 2, file.length, json.length, 0x4e4f534a].forEach((word, at) => view.setUint32(4 * at, word, true));
  file.set(json, 20);
  view.setUint32(start - 8, length, true);
  view.setUint32(start - 4, 0x004e4942, true);
  file.set(parts[0], start);
  file.set(parts[1], start + parts[0].length);
  let text = "";
  for (let at = 0; at < file.length; at += 32768) text += String.fromCharCode(...file.subarray(at, at + 32768));
  document.body.append(Object.assign(document.createElement("script"), {{ type: "text/plain", id: "head" }}));
  document.getElementById("head").textContent = btoa(text);
}}
</script>
<script src="viewer.js"></script>
"""


@contextmanager
def voices(names: tuple[str, ...] = tuple(NAMES)) -> Iterator[dict[str, Path]]:
    """Sound files by name, as long as the context lasts.

    Raises:
        FileNotFoundError: eSpeak NG is not installed, and one of the voices is its.
    """
    with tempfile.TemporaryDirectory() as folder:
        found = {}
        for name in names:
            if name == RECORDING:
                found[name] = ROOT / "tests/data/obama_speech.mp4"
                continue
            options, text = VOICES[name]
            found[name] = Path(folder) / f"{name}.wav"
            subprocess.run(["espeak-ng", *options, "-w", str(found[name]), text], check=True)
        yield found


def measure(motion: ksdiff.Motion) -> dict[str, float]:
    """What the table says of a motion: s, weights, degrees/s."""
    jaw, pucker = (
        float(np.percentile(motion.expression[:, motion.space.expression.index(name)], 95))
        for name in ("jawOpen", "mouthPucker")
    )
    speed = np.degrees(np.linalg.norm(np.diff(motion.head[:, :3], axis=0), axis=1)).mean() * motion.fps
    return {"length": len(motion) / motion.fps, "jaw_open": jaw, "mouth_pucker": pucker, "head_speed": float(speed)}


def row(name: str, figures: Mapping[str, float]) -> str:
    """A row of the table in docs/gallery.md."""
    return (
        f"| {NAMES[name]} | {figures['length']:.1f} s | {figures['jaw_open']:.2f} | {figures['mouth_pucker']:.2f} | "
        f"{figures['head_speed']:.0f}°/s |"
    )


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


def parts_of(file: bytes) -> tuple[bytes, bytes]:
    """JSON and binary part of a binary glTF file."""
    (length,) = struct.unpack_from("<I", file, 12)
    return file[20 : 20 + length], file[28 + length :]


def write_shared(folder: Path) -> bytes:
    """Write what all players share, the viewer and the head; the binary part of the head."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(str(files("ksdiff").joinpath("assets/viewer.js")), folder / "viewer.js")
    _, head = parts_of(glb_of_takes({}))
    (folder / "head.js").write_text(f'const ksdiffHead = "{base64.b64encode(head).decode()}";\n', encoding="ascii")
    return head


def write_player(motion: ksdiff.Motion, sound: Path, path: Path, head: bytes) -> None:
    """Write the page of `ksdiff animate`, without what `write_shared` has written."""
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.html"
        write_html(motion, whole, sound, title=NAMES[path.stem].replace("the same", "synthetic, English"))
        page = whole.read_text(encoding="utf-8")
    before, found, after = re.split(r'<script type="text/plain" id="head">([^<]*)</script>', page)
    json, binary = parts_of(base64.b64decode(found))
    assert binary.startswith(head)
    texts = {"json": json, "motion": binary[len(head) :]}
    loader = LOADER.format(**{name: base64.b64encode(content).decode() for name, content in texts.items()})
    path.write_text(before + loader + after[after.rindex("</script>") + len("</script>") :], encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--players", type=Path, help="folder for the pages")
    arguments = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    model = ksdiff.load_model()
    head = write_shared(arguments.players) if arguments.players is not None else b""
    with voices() as sounds:
        for name, path in sounds.items():
            samples = load(path)
            motion = ksdiff.animate(samples, model=model)
            draw(samples, motion, OUT / f"{name}.png")
            print(row(name, measure(motion)), flush=True)
            if arguments.players is not None:
                write_player(motion, path, arguments.players / f"{name}.html", head)


if __name__ == "__main__":
    main()
