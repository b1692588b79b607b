"""Measure the table of closures in docs/emotion.md: lips on p, b, m without and with each emotion.

python scripts/measure_emotions.py CORPUS [--speakers 24] [--seconds 20] [--model base]

Of a prepared corpus (``ksdiff prepare``), the first clip of each of the first so many speakers whose speech sounds are
aligned is generated once; each emotion is then put on it at intensity 1.
"""

import argparse
from pathlib import Path

import numpy as np

import ksdiff
from ksdiff.corpus.dataset import load_corpus
from ksdiff.corpus.quality import BILABIALS, CLOSED
from ksdiff.evaluation.metrics.articulation import closures, lip_opening
from ksdiff.layers.emotion import EmotionRange, add_emotion_to_face
from ksdiff.layers.facs import PROTOTYPES
from ksdiff.layers.limits import limit
from ksdiff.model.checkpoint import load_model
from ksdiff.motion import MOTION_RATE
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.loudness import relative_loudness
from ksdiff.speech.vad import nobody_speaks

MIN_PHONES = 30


def least(opening: np.ndarray, phones: list) -> np.ndarray:
    """Least distance of the lips on each p, b, m, a frame around it allowed, as the metric has it."""
    spans = [(int(a * MOTION_RATE) - 1, int(np.ceil(b * MOTION_RATE)) + 2) for n, a, b in phones if n in BILABIALS]
    return np.array([opening[max(first, 0) : last].min() for first, last in spans])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--speakers", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--model", default="base")
    arguments = parser.parse_args()
    corpus, model = load_corpus(arguments.corpus), load_model(arguments.model)
    chosen = {}
    for clip in corpus.clips:
        if len(clip.facts.get("phones", ())) > MIN_PHONES:
            chosen.setdefault(clip.speaker, clip)
    found: dict[str, list] = {name: [] for name in ("none", *PROTOTYPES)}
    for clip in list(chosen.values())[: arguments.speakers]:
        samples = corpus.sound(clip)[: round(arguments.seconds * SAMPLE_RATE)]
        plain = ksdiff.animate(samples, model=model)
        frames = len(plain)
        phones = [phone for phone in clip.facts["phones"] if phone[2] < plain.duration]
        before = lip_opening(plain.expression)
        low, high = np.percentile(before, [5, 95])
        loudness, silent = relative_loudness(samples, frames), nobody_speaks(samples, frames, float(MOTION_RATE))
        for name in found:
            ranges = () if name == "none" else (EmotionRange(0.0, np.inf, name),)
            opening = lip_opening(limit(add_emotion_to_face(plain, ranges, loudness, silent)).expression)
            share, count = closures(opening, np.ones(frames, bool), phones)
            if count:
                still = (least(opening, phones) <= low + CLOSED * (high - low)).sum()
                moved = 1000 * (least(opening, phones) - least(before, phones)).mean()
                wider = np.percentile(opening, 95) / high
                found[name].append(
                    (round(share * count), count, still, moved, wider, np.corrcoef(opening, before)[0, 1])
                )
    print(
        "| emotion | closed | by the threshold without emotion | least distance, mm | wide mouth, times | correlation |"
    )
    print("|---|---|---|---|---|---|")
    for name, rows in found.items():
        closed, count, still, moved, wider, alike = np.array(rows).T
        shares = count / count.sum()
        print(
            f"| {name} | {closed.sum():.0f} of {count.sum():.0f} | {still.sum():.0f} | {moved @ shares:+.2f} | "
            f"{wider.mean():.2f} | {alike.mean():.2f} |"
        )


if __name__ == "__main__":
    main()
