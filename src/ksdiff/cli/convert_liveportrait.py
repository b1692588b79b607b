"""``ksdiff convert-liveportrait``."""

from dataclasses import dataclass
from pathlib import Path

from ksdiff.cli.console import Positional, say, stages


@dataclass
class ConvertLivePortrait:
    """Write LivePortrait's weights as safetensors, or as ONNX, with which ksdiff portrait needs no torch."""

    weights: Positional
    """Folder with the weights as published: .pth files."""
    out: Path
    """Folder for the results."""
    onnx: bool = False
    """Write ONNX in place of safetensors."""

    def run(self) -> None:
        """Read, check and write."""
        from ksdiff.extras import require

        require("torch", "torch")
        from ksdiff.liveportrait.convert import convert

        with stages() as stage:
            written = convert(self.weights, self.out, self.onnx, progress=stage)
        say(f"{', '.join(path.name for path in written)} in {self.out}")
