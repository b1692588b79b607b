"""The rows of the table: what each is, how it is trained, and how it is sampled."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ksdiff.corpus.dataset import Corpus, Split
from ksdiff.evaluation.report import Kind
from ksdiff.evaluation.systems import ModelSystem, PriorSystem, System
from ksdiff.experiments.regression import RegressionSystem, train_regressor
from ksdiff.experiments.retrieval import RetrievalSystem
from ksdiff.files import make_folder
from ksdiff.model.checkpoint import load_model
from ksdiff.model.config import model_config
from ksdiff.model.sampling import AT_KEYFRAMES, GRID, NONE, Plan, SamplingOptions
from ksdiff.motion.space import EXPRESSION, PATHS
from ksdiff.training.config import FIRST_STAGE_PRESETS, TrainingConfig
from ksdiff.training.train import MODEL_FILE, train

Progress = Callable[[str, float], None]
REGRESSION, RETRIEVAL = "regression", "retrieval"
FIRST_STAGE = "first-stage"  # folder of weights with generators of poses


@dataclass(frozen=True)
class Row:
    """One system of the table.

    Attributes:
        label: For readers.
        kind: What it is there for.
        note: What is special about it.
        weights: Row whose weights it uses; its own if None.
        gains: Whether the amplitudes are restored that calibration found too small.
        prior: Whether it is the regression prior of the weights alone.
        plan: Where poses are drawn first, by generators that are trained for the weights.
        own_sampling: Whether it is sampled as DiffSpeaker is: 50 steps, full noise in both paths, no gains.
    """

    label: str
    kind: Kind
    note: str
    weights: str | None = None
    gains: bool = True
    prior: bool = False
    plan: Plan = NONE
    own_sampling: bool = False


# By name. Rows without ``weights`` that `model_config` knows as ablations are trained by `train`.
ROWS: dict[str, Row] = {
    "full": Row("KSDiff", "model", "the whole model"),
    "regression-features": Row(
        "KSDiff, regression features", "model", "the whole model, its expression path reads what a regression reads"
    ),
    "two-stages-grid": Row(
        "KSDiff, two stages, grid", "model", "poses on a grid first, as in KeyFace", "regression-features", plan=GRID
    ),
    "two-stages-keyframes": Row(
        "KSDiff, two stages, keyframes",
        "model",
        "poses at the keyframes first",
        "regression-features",
        plan=AT_KEYFRAMES,
    ),
    "regression-prior": Row(
        "KSDiff, regression prior", "model", "the whole model, its expression around a regression from speech"
    ),
    "regression-prior-no-gains": Row(
        "KSDiff, regression prior, no gains", "model", "the same as sampled", "regression-prior", gains=False
    ),
    "prior-alone": Row(
        "Prior alone",
        "ablation",
        "the regression inside the row above, without diffusion",
        "regression-prior",
        prior=True,
    ),
    "diffspeaker": Row(
        "DiffSpeaker",
        "baseline",
        "its biases and adapters on frozen features, one path for head and expression; sampled as KSDiff",
    ),
    "diffspeaker-own-sampling": Row(
        "DiffSpeaker, own sampling",
        "baseline",
        "the same weights, 50 steps, full noise in both paths, no gains",
        "diffspeaker",
        gains=False,
        own_sampling=True,
    ),
    "diffspeaker-expression": Row("DiffSpeaker, expression only", "baseline", "the same without head motion"),
    "kdtalker": Row(
        "KDTalker",
        "baseline",
        "its spatiotemporal diffusion on frozen features, tokens of keypoints or groups of channels; sampled as KSDiff",
    ),
    REGRESSION: Row(
        "Regression",
        "baseline",
        "temporal convolution on the frozen features, no diffusion, no head; augmentation, EMA, gains of KSDiff",
    ),
    "regression-no-gains": Row("Regression, no gains", "baseline", "the same as trained", REGRESSION, gains=False),
    RETRIEVAL: Row("Retrieval", "baseline", "motion of the training frames with the nearest speech features"),
    "without-speech-split": Row("w/o speech split", "ablation", "one speech feature for head and expression"),
    "without-dual-path": Row("w/o dual-path diffusion", "ablation", "one diffusion for head and expression"),
    "without-keyframes": Row("w/o keyframes", "ablation", "keyframes neither predicted nor used"),
    "without-prosody": Row("w/o prosody", "ablation", "no pitch, energy and voicing"),
    "without-transcript": Row("w/o transcript", "ablation", "no words"),
    "frozen-features-only": Row(
        "frozen features only", "ablation", "a linear projection in place of the speech encoder"
    ),
}
DIFFSPEAKER_STEPS = 50


def system_of(
    row: str,
    preset: str,
    corpus: Corpus,
    split: Split,
    config: TrainingConfig,
    fold: Path,
    cache: Path,
    progress: Progress,
) -> System:
    """The system of a row; its weights are trained first, unless that is done.

    Args:
        row: Name in `ROWS`.
        preset: Of the model.
        corpus: What to train on.
        split: Speakers of the fold.
        config: Of the training.
        fold: Folder of the fold; each set of weights has its own in it.
        cache: Folder of the copies of clips that are trained on.
        progress: Called with what is being done and how much of it is.
    """
    about = ROWS[row]
    trained = about.weights or row
    if trained == RETRIEVAL:
        return RetrievalSystem.of(corpus, split.train)
    model = make_folder(fold / trained) / MODEL_FILE
    if trained == REGRESSION:
        if not model.exists():
            train_regressor(corpus, split, config, model, cache, progress)
        return RegressionSystem.load(model, corpus, about.gains)
    if not finished(model):
        train(
            corpus, model.parent, model_config(preset, trained), config,
            lambda p: progress(f"step {p.step}/{p.steps}", p.step / p.steps), stage=progress, cache=cache,
        )  # fmt: skip
    if about.plan != NONE:
        model = _first_stage(model, preset, corpus, config, cache, progress)
    checkpoint = load_model(model)
    if about.prior:
        return PriorSystem(checkpoint)
    sampling = replace(checkpoint.sampling, plan=about.plan)
    if about.own_sampling:
        steps = min(DIFFSPEAKER_STEPS, checkpoint.model.config.num_train_timesteps)
        sampling = SamplingOptions(steps, expression_temperature=1.0, head_temperature=1.0)
    return ModelSystem(checkpoint, sampling, gains=about.gains)


def _first_stage(
    weights: Path, preset: str, corpus: Corpus, config: TrainingConfig, cache: Path, progress: Progress
) -> Path:
    """The same weights with generators of poses, which are trained first, unless that is done."""
    model = make_folder(weights.parent.parent / FIRST_STAGE) / MODEL_FILE
    training = FIRST_STAGE_PRESETS[preset]
    steps = min(training.steps, config.steps)
    training = replace(training, steps=steps, warmup_steps=min(training.warmup_steps, steps), seed=config.seed)
    if not model.exists() or load_model(model).facts["first_stage"]["step"] < steps:
        checkpoint = load_model(weights, device="cpu")
        train(
            corpus, model.parent, checkpoint.model.config, training,
            lambda p: progress(f"first stage, step {p.step}/{p.steps}", p.step / p.steps), stage=progress,
            cache=cache, first_stage_of=checkpoint,
        )  # fmt: skip
    return model


def finished(model: Path) -> bool:
    """Whether a training has come to its end: only then are its weights calibrated."""
    return model.exists() and "sampling" in load_model(model).facts


def nature(row: str, preset: str) -> tuple[tuple[str, ...], bool]:
    """Which paths a row moves, and whether it predicts keyframes."""
    about = ROWS[row]
    trained = about.weights or row
    if trained == RETRIEVAL:
        return PATHS, False
    if trained == REGRESSION or about.prior:
        return (EXPRESSION,), False
    config = model_config(preset, trained)
    return PATHS if config.head else (EXPRESSION,), config.keyframes
