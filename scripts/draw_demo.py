"""Draw docs/images/demo.png: six moments of the demo voice, loud vowels, bilabials, silence.

python scripts/draw_demo.py [--model base] [--out docs/images/demo.png]
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import ksdiff
from ksdiff.evaluation.metrics.articulation import lip_opening, long_pauses
from ksdiff.output.render import render_stills
from ksdiff.speech.audio import SAMPLE_RATE, load
from ksdiff.speech.transcript import transcribe
from ksdiff.speech.vad import silence

ROOT = Path(__file__).parents[1]
BILABIALS = ("P", "B", "M")


def moments(samples: np.ndarray, motion: ksdiff.Motion) -> list[tuple[str, float]]:
    """The loudest vowels, the first bilabials and the longest silences, with a label for each, s."""
    transcript = transcribe(samples)
    rate = motion.fps

    def at(phone: object) -> slice:
        return slice(int(phone.start * rate), int(phone.end * rate) + 2)

    def word(time: float) -> str:
        return next((w.text for w in transcript.words if w.start <= time <= w.end), "")

    opening = lip_opening(motion.expression)
    energy = {
        phone: float(np.square(samples[int(phone.start * SAMPLE_RATE) : int(phone.end * SAMPLE_RATE)]).mean())
        for phone in transcript.phones
        if phone.text[:1] in "AEIOU" and phone.end - phone.start > 0.06
    }
    bilabials = [phone for phone in transcript.phones if phone.text in BILABIALS]
    bilabials = bilabials[:: max(1, len(bilabials) // 2)][:2]
    chosen = []
    for phone in sorted(energy, key=energy.get, reverse=True):
        if all(abs(phone.start - other.start) > 0.7 for other in chosen):
            chosen.append(phone)
    result = []
    for phone in chosen[: 4 - len(bilabials)]:
        frame = at(phone).start + int(opening[at(phone)].argmax())
        result.append((f"{phone.text} in “{word(phone.start + 0.01)}”", frame / rate))
    for phone in bilabials:
        frame = at(phone).start + int(opening[at(phone)].argmin())
        result.append((f"{phone.text} in “{word(phone.start + 0.01)}”", frame / rate))
    resting = np.flatnonzero(long_pauses(silence(samples, len(motion), rate)))
    for frame in resting[[len(resting) // 4, 3 * len(resting) // 4]]:
        result.append(("silence", frame / rate))
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="base")
    parser.add_argument("--voice", type=Path, default=ROOT / "tests/data/obama_speech.mp4")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/images/demo.png")
    arguments = parser.parse_args()
    samples = load(arguments.voice)
    motion = ksdiff.animate(samples, model=arguments.model)
    chosen = moments(samples, motion)
    stills = render_stills(motion, [time for _, time in chosen], 384, 384)
    picture = Image.new("RGB", (384 * 3, 384 * 2))
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(20)
    for index, ((label, time), still) in enumerate(zip(chosen, stills, strict=True)):
        corner = 384 * (index % 3), 384 * (index // 3)
        picture.paste(Image.fromarray(still), corner)
        draw.text((corner[0] + 12, corner[1] + 352), f"{label}, {time:.2f} s", font=font, fill=(235, 235, 235))
    picture.save(arguments.out, optimize=True)


if __name__ == "__main__":
    main()
