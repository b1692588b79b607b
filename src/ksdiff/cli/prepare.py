"""``ksdiff prepare``."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from ksdiff.cli.console import console, stages


@dataclass
class Prepare:
    """Turn videos of speaking people into a corpus for training. Run again, it goes on where it was."""

    out: Path
    """Folder of the corpus."""
    videos: Annotated[Path | None, tyro.conf.Positional] = None
    """A video, or a folder of them; a subfolder names the speaker, or manifest.csv does."""
    facegood: Path | None = None
    """Folder of FACEGOOD blendshape takes to add."""
    encoder: str = "moonshine-base"
    """Speech encoder: moonshine-base, or wav2vec2:, hubert: or wavlm: and a model folder or hub name."""
    transcribe: bool = True
    """Find out what is said where no NAME.txt lies beside NAME.mp4 (English only)."""
    workers: int = 1
    """Videos tracked at the same time."""

    def run(self) -> None:
        """Prepare the corpus."""
        from ksdiff.corpus.prepare import Settings, prepare

        settings = Settings(encoder=self.encoder, transcribe=self.transcribe)
        with stages() as stage:
            summary = prepare(
                self.videos, self.out, self.facegood, settings, self.workers,
                progress=lambda name, done, total, item: stage(f"{name} {item}", done / max(total, 1)),
            )  # fmt: skip
        for entry in summary.left_out:
            console.print(f"[yellow]left out:[/] {entry.source}: {entry.reason}", highlight=False)
        sys.stdout.write(
            f"{len(summary.clips)} clips of {summary.speakers} speakers, {summary.seconds / 60:.1f} minutes, "
            f"{len(summary.left_out)} left out, in {self.out}\n"
        )
