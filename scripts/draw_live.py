"""Draw docs/images/live.png: how far the jaw is open, streamed and with the whole sound at hand, under the voice.

python scripts/draw_live.py
"""

from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("agg")
from matplotlib import pyplot

import ksdiff
from ksdiff.live.settings import StreamSettings
from ksdiff.motion.space import ARKIT
from ksdiff.speech.audio import SAMPLE_RATE, load

ROOT = Path(__file__).parents[1]
PIECE = SAMPLE_RATE // 25  # 40 ms
SHOWN = (1.0, 7.0)  # s


def main() -> None:
    samples = load(ROOT / "tests/data/obama_speech.mp4")
    jaw = ARKIT.expression.index("jawOpen")
    whole = ksdiff.animate(samples).expression[:, jaw]
    streamer, streamed = ksdiff.Streamer("base", rate=SAMPLE_RATE), []
    for start in range(0, len(samples), PIECE):
        streamed += list(streamer.push(samples[start : start + PIECE]).expression[:, jaw])
    streamed += list(streamer.flush().expression[:, jaw])
    settings = StreamSettings()
    delay = (settings.hop - 1 + settings.lookahead) / 25

    figure, (sound, face) = pyplot.subplots(
        2, 1, figsize=(9.6, 4.2), dpi=110, sharex=True, height_ratios=(1, 2.4), layout="constrained"
    )
    times = np.arange(len(samples)) / SAMPLE_RATE
    sound.plot(times, samples, color="#8895a3", linewidth=0.6)
    sound.set(yticks=[], ylabel="voice")
    face.plot(np.arange(len(whole)) / 25, whole, color="#2f6fb0", label="with the whole sound at hand")
    face.plot(
        np.arange(len(streamed)) / 25,
        streamed,
        color="#c2571a",
        label=f"streamed, at most {1000 * delay:.0f} ms of sound later",
    )
    face.set(xlim=SHOWN, ylim=(0, 0.7), xlabel="s", ylabel="jawOpen")
    face.legend(loc="upper center", frameon=False)
    for axes in (sound, face):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(ROOT / "docs/images/live.png")


if __name__ == "__main__":
    main()
