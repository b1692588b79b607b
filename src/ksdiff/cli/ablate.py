"""``ksdiff ablate``."""

from dataclasses import dataclass
from pathlib import Path

from ksdiff.cli.console import Positional, RayAddress, say, stages
from ksdiff.cli.evaluate import provenance, write_report


@dataclass
class Ablate:
    """Train and score the whole table: the model, the rows of the paper's Table 3, the baselines.

    Over folds of speakers, so that each is tested once by models that never saw them. Resumes in the
    same folder.
    """

    corpus: Positional
    """A prepared corpus."""
    out: Path
    """Folder of the run; gets report.html, report.md, report.json."""
    preset: str = "base"
    """paper, base, small or debug."""
    rows: tuple[str, ...] | None = None
    """Only these rows, such as full diffspeaker regression."""
    folds: int = 3
    """Parts of the speakers; each part tests once."""
    fold: int | None = None
    """Only this fold, so that several machines can share a run."""
    steps: int | None = None
    """Training steps of each, if other than the preset's."""
    seed: int = 0
    """Seed of everything random."""

    rest: bool = True
    """Let the mouths of all rows come to rest in silence, as animate does."""

    ray: RayAddress = None
    """Train rows and folds on a Ray cluster: its ADDRESS, or the one that runs or is started here. Extra cluster."""

    def run(self) -> None:
        """Train and score."""
        from ksdiff.extras import require

        require("torch", "train")
        from ksdiff.experiments.ablate import Ablation, ablate
        from ksdiff.experiments.rows import ROWS

        expert_steps = 60 if self.preset == "debug" else 600
        plan = Ablation(
            self.preset, self.rows or tuple(ROWS), self.folds, self.fold, self.steps, expert_steps, self.seed, self.rest
        )
        with stages() as stage:
            report = ablate(self.corpus, self.out, plan, provenance(self.corpus), stage, self.ray)
        if report is None:
            say(f"no fold has all its rows yet; run again with {self.out}")
            return
        write_report(report, self.out)
        say((self.out / "report.md").read_text(encoding="utf-8").rstrip())
