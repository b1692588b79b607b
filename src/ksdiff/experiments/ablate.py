"""The whole table by one command: the rows of the paper's Table 3, the baselines, over folds of speakers.

Everything is kept in the folder of the run as soon as it is there, so that a stopped run resumes:

    RUN/augmented/                     the copies of clips that are trained on, for all rows
    RUN/fold-0/sync_expert.safetensors an expert that never saw the fold's test speakers
    RUN/fold-0/ROW/                    what `train` writes; for the regression only model.safetensors; nothing for rows
                                       that sample the weights of another row in another way
    RUN/fold-0/ROW/test.npz            motion for the fold's test clips
    RUN/report.html, .md, .json
"""

import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ksdiff.corpus.dataset import Corpus, Split, load_corpus, split_speakers
from ksdiff.errors import InputError, suggest
from ksdiff.evaluation.clips import EvalClip, eval_clips, scorable_clips
from ksdiff.evaluation.predictions import Predictions, perform, predict, silence_leak
from ksdiff.evaluation.report import Report
from ksdiff.evaluation.score import mean_known
from ksdiff.evaluation.scored import Scored, references, score
from ksdiff.evaluation.summary import report_of
from ksdiff.evaluation.systems import StillFace
from ksdiff.experiments.regression import statistics
from ksdiff.experiments.rows import ROWS, nature, system_of
from ksdiff.files import atomic_write, make_folder
from ksdiff.model.config import RENAMED_ABLATIONS
from ksdiff.model.sampling import Generated
from ksdiff.motion.space import ARKIT, PATHS
from ksdiff.sync_expert.features import expert_clips
from ksdiff.sync_expert.model import SyncExpert, load_expert, save_expert
from ksdiff.sync_expert.train import train_expert
from ksdiff.tasks.on_ray import run_on_ray
from ksdiff.tasks.work import Report as Stage
from ksdiff.tasks.work import Watch, Work
from ksdiff.training.config import TRAINING_PRESETS, TrainingConfig

Progress = Callable[[str, float], None]
TEST_FILE = "test.npz"
EXPERT_FILE = "sync_expert.safetensors"
FOLDS = 3
MAX_STEPS = 10_000_000


@dataclass(frozen=True)
class Ablation:
    """What to train and score.

    Attributes:
        preset: Of model and training: ``paper``, ``base``, ``small`` or ``debug``.
        rows: Names in `ROWS`.
        folds: Parts of the speakers; each tests once.
        fold: Only this fold, so that several machines can share the work; None for all.
        steps: Of training, if other than the preset's.
        expert_steps: Of the sync expert's training.
        seed: Of everything random.
        rest: Let the mouths of all rows come to rest in silence, as `ksdiff.animate` does.
    """

    preset: str = "base"
    rows: tuple[str, ...] = tuple(ROWS)
    folds: int = FOLDS
    fold: int | None = None
    steps: int | None = None
    expert_steps: int = 600
    seed: int = 0
    rest: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(RENAMED_ABLATIONS.get(row, row) for row in self.rows))
        for row in self.rows:
            if row not in ROWS:
                raise InputError(f"unknown row {row!r}: {suggest(row, tuple(ROWS))}")
        if not self.rows:
            raise InputError(f"no row is chosen: name some of {', '.join(ROWS)}")
        if self.preset not in TRAINING_PRESETS:
            raise InputError(f"unknown preset {self.preset!r}: {suggest(self.preset, tuple(TRAINING_PRESETS))}")
        if self.folds < 2:
            raise InputError(f"folds is {self.folds}; it must be at least 2")
        for name in ("folds", "steps", "expert_steps"):
            value = getattr(self, name)
            if value is not None and not 1 <= value <= MAX_STEPS:
                raise InputError(f"{name} is {value}; it must be 1 to {MAX_STEPS}")
        if not 0 <= self.seed < 2**31:
            raise InputError(f"seed is {self.seed}; it must be 0 to 2^31 - 1")
        if len({*self.rows}) < len(self.rows):
            raise InputError(f"a row stands twice in {' '.join(self.rows)}: name each once")
        if self.fold is not None and not 0 <= self.fold < self.folds:
            raise InputError(f"fold is {self.fold}; it must be 0 to {self.folds - 1}")

    def training(self, fold: int) -> TrainingConfig:
        """Settings of the training of one fold."""
        config = replace(TRAINING_PRESETS[self.preset], folds=self.folds, fold=fold, seed=self.seed)
        return (
            config
            if self.steps is None
            else replace(config, steps=self.steps, warmup_steps=min(config.warmup_steps, self.steps))
        )


def ablate(
    corpus_path: Path,
    out: Path,
    plan: Ablation,
    facts: Mapping[str, str],
    progress: Progress = lambda name, done: None,
    ray: str | None = None,
) -> Report | None:
    """Train what is not trained yet, and score every fold of which all rows are there.

    Args:
        corpus_path: A prepared corpus.
        out: Folder of the run.
        plan: What to train and score.
        facts: How it was made, for the report.
        progress: Called with what is being done and how much of all is.
        ray: Address of a Ray cluster that trains rows and folds at the same time, empty for one that is running here or
            is started; all its nodes must see the folders. None trains here, one after the other.

    Returns:
        The report, or None where not one fold has all rows (some were left to others).

    Raises:
        InputError: The corpus cannot be used, or has fewer speakers than folds; or some rows failed on the cluster.
    """
    corpus = load_corpus(corpus_path).beginning(plan.training(0).seconds)
    folds = range(plan.folds) if plan.fold is None else (plan.fold,)
    splits = {fold: split_speakers(corpus, plan.training(fold).held_out, plan.folds, fold) for fold in folds}
    make_folder(out)
    if ray is not None:
        _on_ray(corpus_path, corpus, out, plan, folds, ray, progress)
    for fold, split in splits.items():
        for number, row in enumerate(plan.rows):
            share = (fold + number / len(plan.rows)) / plan.folds

            def stage(name: str, done: float, row: str = row, fold: int = fold, share: float = share) -> None:
                progress(f"fold {fold} {row}: {name}", share + done / len(plan.rows) / plan.folds)

            predict_row(corpus, split, out, fold, row, plan, stage)
    complete = [
        fold
        for fold in range(plan.folds)
        if all((out / f"fold-{fold}" / row / TEST_FILE).exists() for row in plan.rows)
    ]
    return score_folds(corpus, out, plan, complete, facts, progress) if complete else None


def _on_ray(
    corpus_path: Path, corpus: Corpus, out: Path, plan: Ablation, folds: Iterable[int], ray: str, progress: Progress
) -> None:
    """Do the rows of the folds, and their experts, as tasks; those that are done already end at once."""
    jobs: list[tuple[int, tuple[str, ...]]] = []
    for fold in folds:
        # Rows that share weights are one task: two must not train the same.
        trained: dict[str, list[str]] = {}
        for row in plan.rows:
            trained.setdefault(ROWS[row].weights or row, []).append(row)
        jobs += [(fold, tuple(rows)) for rows in trained.values()]
        if corpus.space == ARKIT:
            jobs.append((fold, ()))
    failed: list[str] = []
    events = run_on_ray(_do_job, (corpus_path, out, plan), jobs, ray, Watch(None, out), retries=2, wants_gpu=True)
    with closing(events):
        for done, event in enumerate(events, start=1):
            fold, rows = jobs[event.index]
            name = f"fold {fold} {' '.join(rows) or 'sync expert'}"
            progress(name, done / len(jobs))
            if event.kind == "failed":
                failed.append(f"{name}: {event.value}")
    if failed:
        raise InputError(
            f"{len(failed)} of {len(jobs)} tasks failed; what is done is kept, run again for the rest: "
            f"{'; '.join(failed)}"
        )


def _do_job(corpus_path: Path, out: Path, plan: Ablation) -> Work:
    """What trains and animates rows of a fold that share weights; without rows, what trains the fold's sync expert."""
    corpus = load_corpus(corpus_path).beginning(plan.training(0).seconds)

    def work(job: tuple[int, tuple[str, ...]], report: Stage) -> None:
        fold, rows = job
        split = split_speakers(corpus, plan.training(fold).held_out, plan.folds, fold)
        for row in rows:
            predict_row(corpus, split, out, fold, row, plan, report)
        if not rows:
            make_folder(out / f"fold-{fold}")
            fold_expert(corpus, split, out, fold, plan, report)

    return work


def predict_row(
    corpus: Corpus, split: Split, out: Path, fold: int, row: str, plan: Ablation, progress: Progress
) -> None:
    """Train one row on one fold and animate its test clips, unless that is done."""
    folder = make_folder(out / f"fold-{fold}" / row)
    if (folder / TEST_FILE).exists():
        return
    system = system_of(row, plan.preset, corpus, split, plan.training(fold), folder.parent, out / "augmented", progress)
    clips = scorable_clips(corpus, split.test)
    predictions = predict(system, corpus, clips, progress=progress)
    leaks = {rest: silence_leak(system, corpus, rest) for rest in (True, False)}
    with atomic_write(folder / TEST_FILE) as temporary:
        arrays: dict[str, Any] = flatten(predictions)
        arrays["silence_leak"] = np.array([leaks[False], leaks[True]])
        np.savez_compressed(temporary, **arrays)


def flatten(predictions: Predictions) -> dict[str, np.ndarray]:
    """As arrays by ``clip/path/what``."""
    return {
        f"{clip}/{path}/{what}": getattr(one, what)[path].astype(np.float32)
        for clip, one in predictions.items()
        for path in PATHS
        for what in ("motion", "keyframes")
    }


def read_predictions(path: Path) -> dict[str, Generated]:
    """Read what `predict_row` wrote.

    Raises:
        InputError: The file is damaged.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            clips = dict.fromkeys(name.rsplit("/", 2)[0] for name in data.files if "/" in name)
            return {
                clip: Generated(
                    {p: data[f"{clip}/{p}/motion"] for p in PATHS}, {p: data[f"{clip}/{p}/keyframes"] for p in PATHS}
                )
                for clip in clips
            }
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(f"{path} is damaged ({error}): delete it and run again") from error


def read_leak(path: Path, rest: bool) -> float:
    """How often a row opens the mouth in silence; NaN where `predict_row` did not say."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
        return float(data["silence_leak"][int(rest)]) if "silence_leak" in data.files else float("nan")


def fold_expert(corpus: Corpus, split: Split, out: Path, fold: int, plan: Ablation, progress: Progress) -> SyncExpert:
    """The sync expert of a fold, trained on its training speakers unless that is done."""
    path = out / f"fold-{fold}" / EXPERT_FILE
    if not path.exists():
        progress(f"fold {fold}: sync expert", 0.0)
        clips = expert_clips(corpus, split.train)
        save_expert(train_expert(clips, plan.seed, plan.expert_steps), path)
    return load_expert(path)


def score_folds(
    corpus: Corpus, out: Path, plan: Ablation, folds: Sequence[int], facts: Mapping[str, str], progress: Progress
) -> Report:
    """Score the folds together, each clip by the models that did not see its speaker."""
    clips: list[EvalClip] = []
    experts: dict[str, SyncExpert] = {}
    predictions: dict[str, dict[str, Generated]] = {row: {} for row in plan.rows}
    faces: dict[str, Generated] = {}
    for fold in folds:
        split = split_speakers(corpus, plan.training(fold).held_out, plan.folds, fold)
        here = eval_clips(corpus, split.test, progress)
        clips += here
        if corpus.space == ARKIT:  # the sync expert sees no other motion
            experts |= dict.fromkeys(split.test, fold_expert(corpus, split, out, fold, plan, progress))
        mean, _ = statistics([clip for clip in corpus.clips if clip.speaker in split.train])
        still = StillFace(mean, len(corpus.space.head))
        faces |= predict(still, corpus, [one.clip for one in here])
        for row in plan.rows:
            predictions[row] |= read_predictions(out / f"fold-{fold}" / row / TEST_FILE)
    scored: list[Scored] = []
    for number, row in enumerate(plan.rows):
        progress(f"scoring {row}", number / len(plan.rows))
        about = ROWS[row]
        performances = perform(clips, predictions[row], *nature(row, plan.preset), plan.rest)
        leaks = np.array([read_leak(out / f"fold-{fold}" / row / TEST_FILE, plan.rest) for fold in folds])
        pooled = {"silence_leak": mean_known(leaks)}
        scored.append(score(row, about.label, about.kind, clips, performances, experts, note=about.note, pooled=pooled))
    scored += references(clips, predictions[plan.rows[0]], faces, experts, plan.rest)
    facts = {**facts, "mouth in silence": "at rest, as animate writes it" if plan.rest else "as generated"}
    title = f"KSDiff and its parts, preset {plan.preset}"
    subtitle = (
        f"{len({one.clip.speaker for one in clips})} speakers, each scored by models that never saw them "
        f"({len(folds)} of {plan.folds} folds, {plan.training(0).steps} steps each)."
    )
    return report_of(title, facts, scored, subtitle)
