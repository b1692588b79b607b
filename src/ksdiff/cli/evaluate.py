"""``ksdiff evaluate``."""

import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from ksdiff import __version__
from ksdiff.cli.console import say, stages

if TYPE_CHECKING:
    from ksdiff.evaluation.players import Player
    from ksdiff.evaluation.report import Report


@dataclass
class Evaluate:
    """Score weights against what real faces did: report.html, report.md, report.json."""

    weights: Annotated[tuple[str, ...], tyro.conf.Positional]
    """Names or .safetensors files; the first is compared with each of the others."""
    corpus: Path
    """A prepared corpus."""
    out: Path
    """Folder for the report."""
    split: Literal["all", "test", "validation", "train"] | None = None
    """Whose clips: all of the corpus, or a part of the models' own speakers. Default: test, but all where no speaker
    of the corpus is one of the models'."""
    steps: int | None = None
    """Denoising steps of both paths."""
    expression_steps: int | None = None
    """Denoising steps of the expression, if others."""
    head_steps: int | None = None
    """Denoising steps of the head, if others."""
    solver_order: int | None = None
    """Of the solver: 1 is DDIM, 2 is DPM-Solver++(2M)."""
    guidance: float | None = None
    """How strongly speech drives the motion."""
    temperature: float | None = None
    """Scale of the expression's noise."""
    rest: bool = True
    """Let the mouth come to rest in silence, as animate does."""
    variants: tuple[Literal["written", "no-rest", "no-gains", "prior", "plan-grid", "plan-keyframes"], ...] = (
        "written",
    )
    """Rows of each of the weights: as animate writes it, without the mouth's rest, without gains, the prior alone, and
    in two stages, as animate --plan does."""
    text: bool = True
    """Use the corpus' transcripts."""
    samples: int = 1
    """Samples of each clip; from 2 on there are rows of their mean and of the nearest, and the diversity of heads."""
    steering: bool = False
    """Try what adding, deleting and moving keyframes does to the motion."""
    retrack: bool = False
    """Draw the motion, track the picture, and compare its lips with those of the corpus' videos."""
    syncnet: Path | None = None
    """Weights of SyncNet (syncnet_v2.model), for LSE-C and LSE-D of the drawn motion."""
    expert: Path | None = None
    """Sync expert; that of the package if not given."""
    players: int = 2
    """Clips that the page plays."""

    def run(self) -> None:
        """Evaluate."""
        from ksdiff.extras import require

        require("torch", "evaluate")
        from ksdiff.corpus.dataset import load_corpus
        from ksdiff.errors import InputError
        from ksdiff.evaluation.evaluate import EvaluationOptions, Judges, evaluate, names_of
        from ksdiff.evaluation.lse import load_syncnet
        from ksdiff.files import check_folder, make_folder
        from ksdiff.model.checkpoint import load_model
        from ksdiff.sync_expert.model import load_expert

        if not self.weights:
            raise InputError("no weights are given: name some, such as base")
        options = EvaluationOptions(
            self.split, self.steps, self.guidance, self.temperature, self.rest, self.variants, self.text, self.samples,
            self.players, self.steering, self.expression_steps, self.head_steps, self.solver_order,
        )  # fmt: skip
        weights = {name: load_model(given) for name, given in zip(names_of(self.weights), self.weights, strict=True)}
        net = None if self.syncnet is None else load_syncnet(self.syncnet)
        judges = Judges(load_expert(self.expert), net, self.retrack, self.out / "retracked")
        corpus = load_corpus(self.corpus)
        check_folder(self.out)  # before the work, not after it
        with stages() as stage:
            report, players = evaluate(weights, corpus, judges, options, provenance(self.corpus), stage)
            make_folder(self.out)
            write_report(report, self.out, players)
        say((self.out / "report.md").read_text(encoding="utf-8").rstrip())


def write_report(report: "Report", out: Path, players: "Sequence[Player]" = ()) -> None:
    """Write report.html, report.md and report.json."""
    from ksdiff.evaluation.report_file import write_json
    from ksdiff.evaluation.report_markdown import write_markdown
    from ksdiff.evaluation.report_page import write_html

    write_html(report, out / "report.html", players)
    write_markdown(report, out / "report.md")
    write_json(report, out / "report.json")


def provenance(corpus: Path) -> dict[str, str]:
    """How a report was made."""
    return {
        "command": " ".join(["ksdiff", *sys.argv[1:]]),
        "date": date.today().isoformat(),
        "version": f"ksdiff {__version__}, Python {platform.python_version()}",
        "corpus": corpus.name,
    }
