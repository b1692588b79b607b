"""The table: folds of speakers, baselines, and a run that resumes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.corpora import make_corpus

from ksdiff.cli import main
from ksdiff.corpus.dataset import load_corpus, speech_of, split_speakers
from ksdiff.errors import InputError
from ksdiff.evaluation.metrics import pearson
from ksdiff.evaluation.systems import ModelSystem
from ksdiff.experiments import regression
from ksdiff.experiments import rows as rows_module
from ksdiff.experiments.ablate import Ablation, ablate, read_predictions
from ksdiff.experiments.retrieval import RetrievalSystem
from ksdiff.experiments.rows import ROWS, finished, nature
from ksdiff.model.condition import FrameGrid
from ksdiff.model.config import ABLATIONS, model_config
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, PATHS
from ksdiff.training.config import TRAINING_PRESETS

JAW = ARKIT.index("jawOpen")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_corpus(tmp_path_factory.mktemp("corpora") / "corpus", speakers=6)


def test_every_speaker_tests_once_and_never_trains_on_that_fold(corpus: Path) -> None:
    loaded = load_corpus(corpus)
    splits = [split_speakers(loaded, 0.3, 3, fold) for fold in range(3)]
    assert sorted(name for split in splits for name in split.test) == sorted(loaded.speakers)
    for split in splits:
        assert not {*split.train} & {*split.test, *split.validation}
        assert not {*split.validation} & {*split.test}
        assert split.validation
    with pytest.raises(InputError, match="fewer folds"):
        split_speakers(loaded, 0.3, 7, 0)


def test_retrieval_finds_what_it_has_seen(corpus: Path) -> None:
    loaded = load_corpus(corpus)
    system = RetrievalSystem.of(loaded, loaded.speakers)
    clip = loaded.clips[0]
    made = system.generate(speech_of(clip, FrameGrid.of(loaded.encoder), len(clip)))
    known = clip.mask[EXPRESSION]
    assert pearson(made.motion[EXPRESSION][known, JAW], clip.motion[EXPRESSION][known, JAW]) > 0.95
    assert made.motion[HEAD].shape == clip.motion[HEAD].shape
    # Of speakers that it does not know it is no oracle.
    blind = RetrievalSystem.of(loaded, loaded.speakers[1:])
    other = blind.generate(speech_of(clip, FrameGrid.of(loaded.encoder), len(clip)))
    assert not np.array_equal(made.motion[EXPRESSION], other.motion[EXPRESSION])


def test_every_row_is_a_model_or_a_baseline() -> None:
    trained = {name for name, row in ROWS.items() if row.weights is None}
    assert trained == set(ABLATIONS) | {"regression", "retrieval"}
    assert {row.weights for row in ROWS.values() if row.weights} <= trained
    assert nature("prior-alone", "debug") == nature("regression-no-gains", "debug") == ((EXPRESSION,), False)
    assert nature("diffspeaker-own-sampling", "debug") == (PATHS, False)
    single = model_config("debug", "diffspeaker")
    parts = ("dual_path", "refine", "speech_split", "keyframes", "transcript", "prosody", "regression_prior")
    assert not any(getattr(single, part) for part in parts)
    assert single.cross_window == single.convolution == 0


@pytest.mark.slow
def test_the_table_goes_on_where_it_was(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, rows = tmp_path / "run", ("full", "diffspeaker-expression", "regression", "retrieval")
    plan = Ablation("debug", rows, folds=2, steps=2, expert_steps=2)
    first = ablate(corpus, out, Ablation("debug", rows[:1], folds=2, fold=0, steps=2, expert_steps=2), {})
    assert first is not None  # one row on one fold is a table too
    assert finished(out / "fold-0" / "full" / "model.safetensors")
    before = (out / "fold-0" / "full" / "model.safetensors").read_bytes()
    trained = []
    real = rows_module.train
    monkeypatch.setattr(rows_module, "train", lambda *a, **k: trained.append(a[1].parent.name) or real(*a, **k))
    report = ablate(corpus, out, plan, {"command": "test"})
    assert report is not None
    assert trained.count("fold-0") == 1  # what was there stays
    assert trained.count("fold-1") == 2
    assert (out / "fold-0" / "full" / "model.safetensors").read_bytes() == before
    assert [one.name for one in report.systems] == [*rows, "real", "still", "shuffled"]
    clips = report.systems[0].clips
    assert len(clips) == 6  # every speaker's clip, over both folds


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "nowhere is not a prepared corpus"),
        (["CORPUS", "--seed", "-5"], "seed is -5; it must be 0 to"),
        (["CORPUS", "--steps", "0"], "steps is 0; it must be 1 to"),
        (["CORPUS", "--folds", "99"], "99 folds of 6 speakers"),
        (["CORPUS", "--rows", "ful"], "unknown row 'ful': did you mean 'full'?"),
        (["CORPUS", "--rows", "full", "full"], "stands twice"),
        (["CORPUS", "--preset", "huge"], "unknown preset 'huge'"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    arguments = [str(corpus) if word == "CORPUS" else word for word in arguments]
    preset = [] if "--preset" in arguments else ["--preset", "debug"]
    with pytest.raises(SystemExit) as stopped:
        main(["ablate", *arguments, *preset, "--out", str(tmp_path / "run")])
    assert stopped.value.code == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.strip().splitlines()) == 1
    assert not (tmp_path / "run").exists()


def test_damaged_predictions_are_named(tmp_path: Path) -> None:
    (tmp_path / "test.npz").write_bytes(b"PK\x03\x04 no more")
    with pytest.raises(InputError, match="damaged"):
        read_predictions(tmp_path / "test.npz")


def test_a_plan_that_makes_no_sense_is_refused() -> None:
    for wrong in ({"rows": ("ful",)}, {"rows": ()}, {"preset": "bse"}, {"folds": 1}, {"folds": 3, "fold": 3}):
        with pytest.raises(InputError):
            Ablation(**{"preset": "debug", **wrong})  # type: ignore[arg-type]


@pytest.mark.slow
def test_rows_that_share_weights_differ_in_how_they_are_sampled(corpus: Path, tmp_path: Path) -> None:
    rows = (
        "regression-prior", "regression-prior-no-gains", "prior-alone", "diffspeaker", "diffspeaker-own-sampling",
        "regression", "regression-no-gains",
    )  # fmt: skip
    report = ablate(corpus, tmp_path, Ablation("debug", rows, folds=2, fold=0, steps=3, expert_steps=2), {})
    assert report is not None
    assert report.facts["mouth in silence"] == "at rest, as animate writes it"
    folder = tmp_path / "fold-0"
    trained = sorted(one.parent.name for one in folder.glob("*/model.safetensors"))
    assert trained == ["diffspeaker", "regression", "regression-prior"]
    motion = {row: next(iter(read_predictions(folder / row / "test.npz").values())).motion for row in rows}
    for a, b in (rows[:2], rows[1:3], rows[3:5], rows[5:]):
        assert not np.array_equal(motion[a][EXPRESSION], motion[b][EXPRESSION])
    assert not motion["prior-alone"][HEAD].any()
    loaded = load_corpus(corpus)
    split, config = split_speakers(loaded, 0.3, 2, 0), TRAINING_PRESETS["debug"]
    own = rows_module.system_of(
        "diffspeaker-own-sampling", "debug", loaded, split, config, folder, tmp_path / "speeds", lambda name, done: None
    )
    assert isinstance(own, ModelSystem)
    assert own.options is not None
    assert (own.options.num_inference_steps, own.options.guidance, own.gains) == (50, 1.0, False)
    assert own.options.expression_temperature == own.options.head_temperature == 1.0


def test_the_regression_is_augmented_averaged_and_calibrated(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load_corpus(corpus)
    split = split_speakers(loaded, 0.3, 3, 0)
    config = replace(TRAINING_PRESETS["debug"], steps=3, speed_perturbation=True, feature_noise=0.1)
    seen: list[str] = []
    monkeypatch.setattr(regression, "augmented", lambda c, clips, *rest: seen.append("copies") or clips)
    monkeypatch.setattr(regression, "corrupt", lambda condition, c: seen.append("noise") or condition)
    regression.train_regressor(loaded, split, config, tmp_path / "model.safetensors", tmp_path / "copies")
    assert seen == ["copies", "noise", "noise", "noise"]
    clip = next(clip for clip in loaded.clips if clip.speaker in split.validation)
    system, plain = (
        regression.RegressionSystem.load(tmp_path / "model.safetensors", loaded, gains) for gains in (True, False)
    )
    speech = speech_of(clip, FrameGrid.of(loaded.encoder), len(clip))
    louder, own = (one.generate(speech).motion[EXPRESSION].std(axis=0) for one in (system, plain))
    gain = system.model.gain.numpy()
    np.testing.assert_allclose(louder, gain * own, rtol=1e-3)
    assert gain.max() > 1.5  # after three steps it hardly moves
    for left, right in ARKIT.pairs:
        assert gain[left] == gain[right]
    (tmp_path / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(InputError, match="delete it and run again"):
        regression.RegressionSystem.load(tmp_path / "model.safetensors", loaded)


@pytest.mark.slow
def test_two_stages_share_their_generators_of_poses(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ("regression-features", "two-stages-grid", "two-stages-keyframes")
    plan = Ablation("debug", rows, folds=2, fold=0, steps=2, expert_steps=2)
    trained = []
    real = rows_module.train
    monkeypatch.setattr(rows_module, "train", lambda *a, **k: trained.append(a[1].name) or real(*a, **k))
    assert ablate(corpus, tmp_path, plan, {}) is not None
    assert trained == ["regression-features", "first-stage"]
    motions = [read_predictions(tmp_path / "fold-0" / row / "test.npz") for row in rows]
    clip = next(iter(motions[0]))
    one_stage, grid, keyframes = (motion[clip].motion[EXPRESSION] for motion in motions)
    assert not np.allclose(one_stage, grid)
    assert not np.allclose(grid, keyframes)
