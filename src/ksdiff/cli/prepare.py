"""``ksdiff prepare``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

from ksdiff.cli.console import RayAddress, note, say, stages
from ksdiff.errors import InputError


@dataclass
class Prepare:
    """Turn videos of speaking people into a corpus for training. Run again, it resumes."""

    out: Path
    """Folder of the corpus."""
    videos: Annotated[Path | None, tyro.conf.Positional] = None
    """A video, or a folder of them; a subfolder names the speaker, or manifest.csv does."""
    space: Literal["arkit", "keypoints"] = "arkit"
    """What is tracked: ARKit weights, or the 21 keypoints that KDTalker moves."""
    deca: Path | None = None
    """Folder of DECA's output for the videos (npz, pkl, mat), for a FLAME corpus; the videos may lie there too."""
    jaw: Literal["head", "expression"] = "head"
    """With --deca: path that the jaw is put in; head is the paper's."""
    fps: float | None = None
    """With --deca: frames per second that DECA was given, if other than the video's."""
    facegood: Path | None = None
    """Folder of FACEGOOD blendshape takes to add."""
    liveportrait: Path | None = None
    """Folder of videos, or their sound, with LivePortrait's motion files (NAME.pkl) beside them."""
    encoder: str = "moonshine-base"
    """Speech encoder: moonshine-base, or wav2vec2:, hubert: or wavlm: and a model folder or hub name."""
    transcribe: bool = True
    """Find out what is said where no NAME.txt lies beside NAME.mp4 (English only)."""
    workers: int | None = None
    """Videos worked on at the same time; as many as there are processors by default. 1 works in this process."""
    ray: RayAddress = None
    """Work on a Ray cluster: its ADDRESS, or the one that runs or is started here. Extra cluster."""
    patience: float = 3600.0
    """Leave out a video, or a speaker, that takes longer than so many seconds; not with --workers 1."""

    def run(self) -> None:
        """Prepare the corpus."""
        from ksdiff.corpus.prepare import prepare
        from ksdiff.corpus.settings import PrepareSettings
        from ksdiff.corpus.sources.deca import DecaOutput
        from ksdiff.motion.space import get_space
        from ksdiff.tasks.workers import processors

        if self.deca is None and (self.jaw != "head" or self.fps is not None):
            raise InputError("--jaw and --fps say how DECA's output is read: give its folder with --deca")
        settings = PrepareSettings(encoder=self.encoder, transcribe=self.transcribe)
        deca = None if self.deca is None else DecaOutput(self.deca, self.jaw, self.fps)
        with stages() as stage:
            summary = prepare(
                self.videos, self.out, self.facegood, settings,
                workers=processors() if self.workers is None else self.workers,
                progress=lambda name, done, total, item: stage(f"{name} {item}", done / max(total, 1)),
                deca_output=deca, space=get_space(self.space), liveportrait=self.liveportrait,
                ray=self.ray, patience=self.patience,
            )  # fmt: skip
        for entry in summary.left_out:
            note("left out:", f"{entry.source}: {entry.reason}")
        say(
            f"{len(summary.clips)} clips of {summary.speakers} speakers, {summary.seconds / 60:.1f} minutes, "
            f"{len(summary.left_out)} left out, in {self.out}"
        )
