"""``ksdiff evaluate``."""

import platform
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import tyro

from ksdiff import __version__
from ksdiff.cli.console import say, stages
from ksdiff.errors import InputError


@dataclass
class Evaluate:
    """Score weights on speakers that they were not trained on: report.html, report.md, report.json."""

    weights: Annotated[tuple[str, ...], tyro.conf.Positional]
    """Names or .safetensors files; the first is compared with each of the others."""
    corpus: Path
    """A prepared corpus."""
    out: Path
    """Folder for the report."""
    split: Literal["test", "validation", "train"] = "test"
    """Which of the models' speakers."""
    steps: int | None = None
    """Denoising steps."""
    guidance: float | None = None
    """How strongly speech drives the motion."""
    temperature: float | None = None
    """Scale of the expression's noise."""
    rest: bool = True
    """Let the mouth come to rest in silence, as animate does."""
    text: bool = True
    """Use the corpus' transcripts."""
    samples: int = 1
    """Samples of each clip; from 2 on, the report tells how diverse the heads are."""
    expert: Path | None = None
    """Sync expert; that of the package if not given."""
    players: int = 2
    """Clips that the page plays."""

    def run(self) -> None:
        """Evaluate."""
        from ksdiff.corpus.dataset import load_corpus
        from ksdiff.evaluation.evaluate import generate, perform, references, report_of, scenes, score
        from ksdiff.evaluation.players import players_of
        from ksdiff.evaluation.report import write_json, write_markdown
        from ksdiff.evaluation.report_page import write_html
        from ksdiff.evaluation.systems import ModelSystem, StillFace
        from ksdiff.files import make_folder
        from ksdiff.model.checkpoint import load_model
        from ksdiff.sync_expert.model import load_expert

        if not 1 <= self.samples <= 20:
            raise InputError(f"samples is {self.samples}; it must be 1 to 20")
        corpus = load_corpus(self.corpus)
        checkpoints = [load_model(name) for name in self.weights]
        speakers = shared_speakers([checkpoint.facts["speakers"][self.split] for checkpoint in checkpoints], self.split)
        expert = load_expert(self.expert)
        seen = expert.facts.get("speakers", [])
        experts = {speaker: expert for speaker in speakers if speaker not in seen}
        scored, paths, first = [], [], {}
        given = {"steps": self.steps, "guidance": self.guidance, "expression_temperature": self.temperature}
        given = {name: value for name, value in given.items() if value is not None}
        with stages() as stage:
            place = scenes(corpus, speakers, stage)
            clips = [scene.clip for scene in place]
            for weights, checkpoint in zip(self.weights, checkpoints, strict=True):
                system = ModelSystem(checkpoint, replace(checkpoint.sampling, **given), self.text)
                system.check(corpus)
                takes = [generate(system, corpus, clips, seed, stage) for seed in range(self.samples)]
                performances = perform(place, takes[0], system.paths, system.keyframes, self.rest)
                name = Path(weights).stem
                while name in paths:
                    name += "'"
                paths.append(name)
                scored.append(
                    score(name, name, "model", place, performances, experts, system.seams, takes[1:], str(weights))
                )
                first = first or takes[0]
            still = StillFace(checkpoints[0].model.expression_mean.numpy(), len(corpus.space.head))
            bounds = references(place, first, generate(still, corpus, clips), experts)
            stage("report", 0.99)
            facts = provenance(self.corpus) | {"split": self.split, "speakers": ", ".join(speakers)}
            if len(experts) < len(speakers):
                facts["sync expert"] = f"not used on {len(speakers) - len(experts)} speakers that it was trained on"
            report = report_of(f"{' against '.join(paths)} on unseen speakers", facts, [*scored, *bounds])
            make_folder(self.out)
            write_html(report, self.out / "report.html", players_of(corpus, [*scored, *bounds[:1]], self.players))
            write_markdown(report, self.out / "report.md")
            write_json(report, self.out / "report.json")
        say((self.out / "report.md").read_text(encoding="utf-8").rstrip())


def shared_speakers(splits: list[list[str]], name: str) -> tuple[str, ...]:
    """The speakers that are in this part of every model's split.

    Raises:
        InputError: There is none.
    """
    shared = set(splits[0]).intersection(*splits[1:])
    if not shared:
        raise InputError(f"the models have no {name} speaker in common: evaluate them one by one")
    return tuple(sorted(shared))


def provenance(corpus: Path) -> dict[str, str]:
    """How a report was made."""
    return {
        "command": " ".join(["ksdiff", *sys.argv[1:]]),
        "date": date.today().isoformat(),
        "version": f"ksdiff {__version__}, Python {platform.python_version()}",
        "corpus": corpus.name,
    }
