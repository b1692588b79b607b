"""Small videos of two systems, for the user study."""

from pathlib import Path

import av
import numpy as np

from ksdiff.study.design import CRITERIA

SYSTEMS = ("Zebrafish", "Quokkamodel")  # words that nothing else contains
NAMES = tuple(criterion.name for criterion in CRITERIA)


def write_clip(path: Path, shade: int = 100, seconds: float = 0.4, sound: bool = True, codec: str = "mpeg4") -> Path:
    """A small video whose metadata tells where it comes from."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        container.metadata.update({"title": path.parent.name, "comment": path.stem})
        picture = container.add_stream(codec, rate=25)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        voice = container.add_stream("aac", rate=16_000, layout="mono") if sound else None
        for number in range(round(seconds * 25)):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), shade + number, np.uint8), format="rgb24")
            frame.pts = number
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        if voice is not None:
            samples = (0.2 * np.sin(np.arange(round(seconds * 16_000)) / 10)).astype(np.float32)
            block = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
            block.sample_rate, block.pts = 16_000, 0
            container.mux(voice.encode(block))
            container.mux(voice.encode(None))
    return path


def folders(root: Path) -> dict[str, Path]:
    return {system: root / system for system in SYSTEMS}
