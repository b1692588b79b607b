"""Evaluation from weights and a corpus to a report, and the layer that lets a mouth rest."""

import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from support.corpora import make_corpus

from ksdiff.cli import main
from ksdiff.corpus.dataset import load_corpus
from ksdiff.errors import InputError
from ksdiff.evaluation import evaluate as evaluation
from ksdiff.evaluation.clips import EvalClip, eval_clips, scorable_clips
from ksdiff.evaluation.evaluate import EvaluationOptions, Judges, choose_speakers
from ksdiff.evaluation.performance import Performance
from ksdiff.evaluation.predictions import perform, predict, shuffled, silence_leak
from ksdiff.evaluation.report_file import read_json
from ksdiff.evaluation.scored import references, score, seams
from ksdiff.evaluation.summary import report_of
from ksdiff.evaluation.systems import ModelSystem, PriorSystem, StillFace
from ksdiff.layers.rest import rest_in_silence
from ksdiff.model.checkpoint import load_model
from ksdiff.model.config import model_config
from ksdiff.model.sampling import COMMIT, OVERLAP, Generated
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, PATHS
from ksdiff.speech.encoder import load_encoder
from ksdiff.sync_expert.model import load_expert
from ksdiff.training.config import TRAINING_PRESETS
from ksdiff.training.train import train


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_corpus(tmp_path_factory.mktemp("corpora") / "corpus")


@pytest.fixture(scope="module")
def weights(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    return train(load_corpus(corpus), out, model_config("debug"), TRAINING_PRESETS["debug"])


@pytest.fixture(scope="module")
def clips(corpus: Path) -> list[EvalClip]:
    return eval_clips(load_corpus(corpus), ("speaker1", "speaker2"))


def truth(clips: list[EvalClip], change: float = 0.0) -> dict[str, Generated]:
    """What a system would make that knows the truth and adds a constant to the mouth."""
    return {
        s.clip.name: Generated(
            {EXPRESSION: s.clip.motion[EXPRESSION] + change, HEAD: s.clip.motion[HEAD]}, s.clip.keyframes
        )
        for s in clips
    }


def test_the_mouth_rests_in_long_pauses_only() -> None:
    expression = np.full((150, 51), 0.4)
    smile = ARKIT.index("mouthSmileLeft")
    expression[:, smile] = 0.2
    rest = np.zeros(51)
    silent = np.zeros(150, dtype=bool)
    silent[10:22] = True  # 0.48 s: between sentences
    silent[60:120] = True
    result = rest_in_silence(expression, rest, silent, ARKIT, 25.0)
    jaw = result[:, ARKIT.index("jawOpen")]
    np.testing.assert_allclose(jaw[:61], 0.4)
    np.testing.assert_allclose(jaw[72:110], 0, atol=1e-12)
    np.testing.assert_allclose(jaw[120:], 0.4)
    assert (np.diff(jaw[60:72]) <= 1e-12).all()
    np.testing.assert_array_equal(result[:, ARKIT.index("browInnerUp")], expression[:, ARKIT.index("browInnerUp")])
    np.testing.assert_array_equal(result[:, smile], expression[:, smile])


def test_the_mouth_is_at_rest_before_the_first_sound_and_wherever_all_is_silent() -> None:
    expression, rest, jaw = np.full((150, 51), 0.4), np.zeros(51), ARKIT.index("jawOpen")
    begins = rest_in_silence(expression, rest, np.arange(150) < 10, ARKIT, 25.0)[:, jaw]
    np.testing.assert_allclose(begins[:5], 0, atol=1e-12)
    np.testing.assert_allclose(begins[10:], 0.4)
    short = np.full((8, 51), 0.4)
    assert not rest_in_silence(short, rest, np.ones(8, dtype=bool), ARKIT, 25.0)[:, jaw].any()


@pytest.mark.parametrize(("smile", "stays"), [(0.1, 0.1), (0.9, 0.4)])
def test_a_resting_face_may_smile_but_does_not_grin(smile: float, stays: float) -> None:
    expression = np.zeros((150, 51), np.float32)
    channels = [ARKIT.index("mouthSmileLeft"), ARKIT.index("mouthSmileRight")]
    expression[:, channels] = smile
    expression[:, ARKIT.index("jawOpen")] = 0.3
    silent = (np.arange(150) >= 25) & (np.arange(150) < 125)
    result = rest_in_silence(expression, np.zeros(51, np.float32), silent, ARKIT, 25.0)
    np.testing.assert_allclose(result[60:100][:, channels], stays, atol=0.01)
    np.testing.assert_array_equal(result[:25], expression[:25])
    assert np.abs(np.diff(result[:, channels], axis=0)).max() < 0.15  # no faster than lips that close


def test_the_truth_scores_as_the_real_face_does(clips: list[EvalClip]) -> None:
    true = perform(clips, truth(clips))
    figures = score("truth", "Truth", "model", clips, true, {}).scores[0]
    assert figures["lve"][0] == pytest.approx(0, abs=1e-12)
    assert figures["jaw_r"][0] == pytest.approx(1, abs=1e-6)
    assert figures["keyframes_head_f1"][0] == 1


def test_a_system_without_a_head_gets_no_figures_of_heads(clips: list[EvalClip]) -> None:
    without = score("a", "A", "model", clips, perform(clips, truth(clips), (EXPRESSION,), False), {})
    for scores in without.scores:
        assert scores["jaw_r"][1] > 0
        assert scores["head_speed"][1] == scores["keyframes_expression_f1"][1] == 0


def test_shuffled_audio_is_the_motion_of_another_speaker_at_the_right_length(clips: list[EvalClip]) -> None:
    predictions = truth(clips)
    other = shuffled(clips, predictions)
    first, second = (s.clip.name for s in clips)
    np.testing.assert_array_equal(other[first].motion[HEAD][:100], predictions[second].motion[HEAD][:100])
    short = {**predictions, second: Generated({p: m[:30] for p, m in predictions[second].motion.items()},
                                       {p: k[:30] for p, k in predictions[second].keyframes.items()})}  # fmt: skip
    assert len(shuffled(clips, short)[first].motion[HEAD]) == len(clips[0].clip)


def test_a_jump_where_windows_meet_is_seen(clips: list[EvalClip]) -> None:
    frames = 400
    smooth = np.sin(np.arange(frames) / 9)[:, None] * np.ones(51) * 0.2 + 0.4
    jump = smooth.copy()
    jump[COMMIT:] += 0.2
    meets = (COMMIT, COMMIT + OVERLAP)

    def performance(expression: np.ndarray) -> Performance:
        track, known = np.zeros((frames, 6)), np.ones(frames, dtype=bool)
        return Performance(
            "c", "s", expression, track, {}, expression, track, {}, dict.fromkeys(PATHS, known), np.zeros(51),
            ~known, [], np.zeros(0), ARKIT,
        )  # fmt: skip

    assert seams(performance(smooth), meets)["seam_expression"][0] <= 1
    assert seams(performance(jump), meets)["seam_expression"][0] > 10
    assert seams(performance(jump), ()) == {}


def test_references_give_the_scale(clips: list[EvalClip], corpus: Path, weights: Path) -> None:
    loaded, system = load_corpus(corpus), ModelSystem(load_model(weights))
    plain = [s.clip for s in clips]
    predictions = predict(system, loaded, plain)
    ours = score("ours", "Ours", "model", clips, perform(clips, predictions), {}, system.seams)
    better = score("better", "Better", "baseline", clips, perform(clips, truth(clips, 0.01)), {})
    still = predict(StillFace(np.zeros(51), 6), loaded, plain)
    report = report_of("t", {}, [ours, better, *references(clips, predictions, still, {})])
    value = {one.name: {name: figure.value for name, figure in one.figures.items()} for one in report.systems}
    assert value["real"]["lve"] == 0
    assert value["still"]["amplitude_jaw"] == pytest.approx(0, abs=1e-6)
    assert value["better"]["lve"] < min(value["ours"]["lve"], value["still"]["lve"])
    (test,) = (test for test in report.comparisons if test.metric == "lve")
    assert (test.a, test.b) == ("ours", "better")
    assert test.difference > 0
    with pytest.raises(InputError, match="different clips"):
        report_of("t", {}, [ours, score("c", "C", "model", clips[:1], perform(clips[:1], predictions), {})])


def test_seeds_make_different_heads(clips: list[EvalClip], corpus: Path, weights: Path) -> None:
    loaded, system = load_corpus(corpus), ModelSystem(load_model(weights))
    samples = [predict(system, loaded, [s.clip for s in clips], seed) for seed in (0, 1)]
    ours = score("ours", "Ours", "model", clips, perform(clips, samples[0]), {}, samples=samples[1:])
    assert all(scores["head_diversity_samples"][0] > 0 for scores in ours.scores)


def test_what_does_not_fit_is_refused(corpus: Path, weights: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no clip"):
        scorable_clips(load_corpus(corpus), ())
    other = make_corpus(tmp_path / "other")
    (other / "corpus.json").write_text((other / "corpus.json").read_text().replace("made-up", "other"))
    with pytest.raises(InputError, match="another speech encoder"):
        ModelSystem(load_model(weights)).check(load_corpus(other))


def test_the_command_writes_one_report_in_three_forms(
    corpus: Path, weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["evaluate", str(weights), str(weights), "--corpus", str(corpus), "--out", str(tmp_path / "report")])
    assert "jaw r" in capsys.readouterr().out
    report = read_json(tmp_path / "report" / "report.json")
    assert [one.kind for one in report.systems] == ["model", "model", "reference", "reference", "reference"]
    assert len({one.name for one in report.systems}) == 5
    assert (tmp_path / "report" / "report.md").stat().st_size > 1000
    assert "<html" in (tmp_path / "report" / "report.html").read_text()[:500]
    with pytest.raises(SystemExit) as stopped:
        main(["evaluate", "base", "--split", "test", "--corpus", str(corpus), "--out", str(tmp_path / "none")])
    assert stopped.value.code == 2
    assert "encoder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--samples", "0"], "samples is 0; it must be 1 to 32"),
        (["--players", "-1"], "players is -1; it must be 0 to 20"),
        (["--steps", "0"], "steps is 0; it must be 1 to 1000"),
        (["--guidance", "nan"], "guidance is nan; it must be 0 to 20"),
        (["--temperature", "1e9"], "expression_temperature is 1000000000.0"),
        (["--expert", "README.md"], "is not a sync expert"),
        (["--corpus", "nowhere"], "nowhere is not a prepared corpus"),
        (["--split", "test"], "the models have no test speaker"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(
    corpus: Path,
    weights: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = {"--corpus": str(corpus), "--out": str(tmp_path / "report"), arguments[0]: arguments[1]}
    if arguments[0] == "--split":
        monkeypatch.setattr(evaluation, "speakers_of", lambda checkpoint, part: [])
    with pytest.raises(SystemExit) as stopped:
        main(["evaluate", str(weights), *(word for pair in given.items() for word in pair)])
    assert stopped.value.code == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.strip().splitlines()) == 1
    assert not list(tmp_path.glob("report/*"))


def test_the_folder_of_the_report_is_checked_before_the_work(
    corpus: Path, weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "predict", lambda *a, **k: pytest.fail("worked before it looked"))
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit) as stopped:
        main(["evaluate", str(weights), "--corpus", str(corpus), "--out", str(tmp_path / "file")])
    assert stopped.value.code == 2
    assert "cannot write to the folder" in capsys.readouterr().err


@pytest.mark.slow
def test_rows_of_one_model(corpus: Path, tmp_path: Path) -> None:
    """With and without the rest layer and gains, the prior alone, and the mean and the nearest of samples."""
    loaded = load_corpus(corpus)
    config = model_config("debug", "regression-prior")
    path = train(loaded, tmp_path / "run", config, TRAINING_PRESETS["debug"])
    checkpoint = load_model(path, device="cpu")
    assert isinstance(checkpoint.model, TorchNetwork)
    for generator in checkpoint.model.module.generators.values():  # so little trained, samples would be all alike
        torch.nn.init.normal_(generator.output.weight, std=0.03)
    checkpoint.model.statistics.gain[EXPRESSION][:] = 1.2
    few = replace(loaded, clips=loaded.clips[:2])
    options = EvaluationOptions(
        split="all", samples=3, variants=("written", "no-rest", "no-gains", "prior"), temperature=1.0
    )
    report, _ = evaluation.evaluate({"a": checkpoint}, few, Judges(load_expert()), options, {})
    value = {one.name: {name: figure.value for name, figure in one.figures.items()} for one in report.systems}
    assert list(value)[:6] == ["a", "a, no rest", "a, no gains", "a, prior alone", "a, mean of 3", "a, nearest of 3"]
    assert [one.kind for one in report.systems[4:6]] == ["baseline", "reference"]
    # Of all samples the nearest, by its lips, is no worse than the first; their mean is calmer than any.
    assert value["a, nearest of 3"]["lip_distance"] <= value["a"]["lip_distance"]
    assert value["a, mean of 3"]["jerk"] < value["a"]["jerk"]
    assert value["a, mean of 3"]["lve_sequence"] < 1.01 * value["a"]["lve_sequence"]  # limits bend the mean a little
    assert math.isfinite(value["a"]["head_speed"])
    assert not math.isfinite(value["a, prior alone"]["head_speed"])
    assert len({value[name]["jerk"] for name in ("a", "a, no gains", "a, prior alone")}) == 3
    with pytest.raises(InputError, match="no variant is chosen"):
        EvaluationOptions(variants=())


def test_a_model_without_a_prior_has_no_row_of_it(weights: Path) -> None:
    with pytest.raises(InputError, match="has no regression prior"):
        PriorSystem(load_model(weights))


def test_what_is_written_rests_in_silence_within_the_limits(clips: list[EvalClip]) -> None:
    one = clips[0]
    silent = np.zeros(len(one.clip), dtype=bool)
    silent[30:80] = True
    quiet = EvalClip(one.clip, replace(one.real, silent=silent), one.mel)
    loud = Generated(
        {EXPRESSION: np.full_like(one.clip.motion[EXPRESSION], 0.9), HEAD: np.array(one.clip.motion[HEAD])},
        {path: np.array(one.clip.keyframes[path]) for path in PATHS},
    )
    loud.motion[EXPRESSION][:, ARKIT.index("jawOpen")] = 0.3
    predictions = {one.clip.name: loud}
    (rested,), (moving,) = (perform([quiet], predictions, rest=rest) for rest in (True, False))
    jaw, close = ARKIT.index("jawOpen"), ARKIT.index("mouthClose")
    assert rested.expression[55, jaw] == pytest.approx(quiet.real.neutral[jaw], abs=1e-6)
    assert moving.expression[55, jaw] == pytest.approx(quiet.real.neutral[jaw] + 0.3, abs=1e-6)
    for written in (rested, moving):
        assert written.expression.max() <= 1
        assert (written.expression[:, close] <= written.expression[:, jaw] + 1e-6).all()


def test_silence_is_heard_through_the_encoder_of_the_corpus(corpus: Path) -> None:
    loaded = load_corpus(corpus)
    assert math.isnan(silence_leak(StillFace(np.zeros(51), 6), loaded, rest=False))  # a made-up encoder
    real = replace(loaded, encoder=load_encoder().record)
    agape = np.zeros(51)
    agape[ARKIT.index("jawOpen")] = 0.8
    assert silence_leak(StillFace(agape, 6), real, rest=False) == 1
    assert silence_leak(StillFace(agape, 6), real, rest=True) == 0
    assert silence_leak(StillFace(np.zeros(51), 6), real, rest=False) == 0


def test_any_corpus_can_be_scored(corpus: Path, weights: Path, tmp_path: Path) -> None:
    """Speakers that no model knows: all of the corpus is the default."""
    checkpoint = load_model(weights)
    strangers = tmp_path / "strangers"
    shutil.copytree(corpus, strangers)
    for facts in (strangers / "clips").glob("*.json"):
        facts.write_text(facts.read_text().replace('"speaker": "speaker', '"speaker": "stranger'))
    loaded = load_corpus(strangers)
    assert choose_speakers(loaded, [checkpoint], None) == ("all", tuple(f"stranger{n}" for n in range(8)))
    with pytest.raises(InputError, match="choose --split all"):
        choose_speakers(loaded, [checkpoint], "test")
    own = load_corpus(corpus)
    assert choose_speakers(own, [checkpoint], None) == ("test", tuple(checkpoint.facts["speakers"]["test"]))
    assert choose_speakers(own, [checkpoint], "all")[1] == own.speakers
    report, _ = evaluation.evaluate(
        {"a": checkpoint}, replace(loaded, clips=loaded.clips[:1]), Judges(load_expert()), EvaluationOptions(), {}
    )
    assert report.title == "a on unseen speakers"
    assert report.facts["split"] == "all"
    trained = checkpoint.facts["speakers"]["train"]
    one = replace(own, clips=tuple(clip for clip in own.clips if clip.speaker == trained[0]))
    options = EvaluationOptions(split="all", players=0)
    report, _ = evaluation.evaluate({"a": checkpoint}, one, Judges(load_expert()), options, {})
    assert report.facts["trained on"] == trained[0]
    assert "some were trained on" in report.title
