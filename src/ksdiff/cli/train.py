"""``ksdiff train``."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro

from ksdiff.cli.console import Positional, note, say, stages
from ksdiff.errors import InputError


@dataclass
class Train:
    """Train a model on a corpus. Run again with the same folder, it resumes."""

    corpus: Positional
    """A prepared corpus."""
    out: Path
    """Folder of the run."""
    preset: str = "base"
    """paper, base, small or debug."""
    ablation: Annotated[str, tyro.conf.arg(aliases=("--model",))] = "full"
    """Another model: kdtalker, diffspeaker, or a row of the paper's Table 3, such as without-keyframes."""
    first_stage_of: str | None = None
    """Weights, by name or file, that stay as they are: what is trained is the first of two stages for them, which draws
    poses ahead of the motion."""
    init: str | None = None
    """Weights, by name or file, to begin from."""
    only: tuple[Literal["expression", "head", "keyframes"], ...] = ()
    """What is trained of the weights of --init, while all else in them stays as it is."""
    anew: bool = False
    """What --only names begins from chance."""
    steps: int | None = None
    """Steps, if other than the preset's."""
    batch: int | None = None
    """Windows in a batch, if other than the preset's."""
    seed: int | None = None
    """Seed, if other than the preset's."""
    precision: Literal["auto", "fp32", "bf16"] | None = None
    """What to compute in; auto takes bf16 where the hardware multiplies it faster."""
    set: Annotated[tuple[str, ...], tyro.conf.arg(metavar="NAME=VALUE")] = ()
    """Other settings, such as learning_rate=1e-4 or dropout=0.3 (docs/training.md)."""
    minutes: float | None = None
    """Stop after so long; run again to resume."""
    threads: int | None = None
    """Processor threads."""
    parts: int | None = None
    """Equal parts that a batch is computed in; several for a process are computed one after the other."""
    loaders: int = 0
    """Processes that draw batches ahead, for each process that trains."""

    def run(self) -> None:
        """Train."""
        from ksdiff.extras import require

        torch = require("torch", "train")
        from ksdiff.corpus.dataset import load_corpus
        from ksdiff.model.checkpoint import load_model
        from ksdiff.model.config import model_config
        from ksdiff.training.config import FIRST_STAGE_PRESETS, TRAINING_PRESETS
        from ksdiff.training.fine_tuning import Init
        from ksdiff.training.overrides import override, parse_overrides
        from ksdiff.training.processes import is_first, leave
        from ksdiff.training.train import train

        if self.threads is not None:
            if not 1 <= self.threads <= 1024:
                raise InputError(f"threads is {self.threads}; it must be 1 to 1024")
            torch.set_num_threads(self.threads)
        of_training, of_model = parse_overrides(self.set)
        config, presets, first_stage_of, init = model_config(self.preset, self.ablation), TRAINING_PRESETS, None, None
        if self.first_stage_of is not None:
            presets, first_stage_of = FIRST_STAGE_PRESETS, load_model(self.first_stage_of, device="cpu")
        if self.init is not None:
            if self.ablation != "full":
                raise InputError(f"--ablation is {self.ablation}, but the network is that of the weights of --init")
            init = Init(load_model(self.init, device="cpu"), self.only, self.anew)
            config = init.checkpoint.model.config
        elif self.only or self.anew:
            raise InputError("--only and --anew say what becomes of the weights of --init: name these too")
        config = override(config, of_model)
        given = {"steps": self.steps, "batch_size": self.batch, "seed": self.seed, "precision": self.precision}
        training = replace(
            override(presets[self.preset], of_training),
            **{name: value for name, value in given.items() if value is not None},
        )
        last: Any = None
        with stages() as stage:

            def report(progress: Any) -> None:
                nonlocal last
                last = progress
                figures: dict[str, float] = progress.validation.figures if progress.validation else {}
                shown = " ".join(f"{name} {value:.2f}" for name, value in figures.items() if name.endswith("_r"))
                stage(
                    f"step {progress.step}/{progress.steps} loss {progress.losses['total']:.3f} "
                    f"{progress.throughput.windows_per_second:.0f} windows/s {shown}",
                    progress.step / progress.steps,
                )

            path = train(
                load_corpus(self.corpus), self.out, config, training, report, self.minutes, stage,
                parts=self.parts, loaders=self.loaders, first_stage_of=first_stage_of, init=init,
            )  # fmt: skip
            leave()
        if not is_first():
            return
        if last is not None:
            note("ksdiff:", str(last.throughput))
            if last.step < training.steps:
                note("ksdiff:", f"stopped after step {last.step} of {training.steps}; the same command resumes")
        say(f"{path}")
