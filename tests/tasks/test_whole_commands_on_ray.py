"""Lists of lines and the table of ablations on a local cluster: the same as on one machine."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.checkpoints import save_untrained
from support.clusters import two_nodes
from support.corpora import make_corpus
from support.synthetic import synthetic_sound

from ksdiff.cli import main
from ksdiff.errors import InputError
from ksdiff.experiments.ablate import Ablation, ablate
from ksdiff.speech.audio import write_flac

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # Ray leaves files of its own open


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[Any]:
    with two_nodes() as nodes:
        yield nodes


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_lines_are_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights = str(save_untrained(tmp_path / "untrained.safetensors"))
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    for number, seconds in enumerate((1.0, 1.4, 0.8), start=1):
        write_flac(synthetic_sound(seconds), sounds / f"{number}.flac")
    (sounds / "broken.flac").write_bytes((sounds / "1.flac").read_bytes()[:60])
    for name, options in (("here", ["--workers", "1"]), ("ray", ["--ray"])):
        command = ["animate", str(sounds), "--out", str(tmp_path / name), "--model", weights, "--formats", "npz", "csv"]
        with pytest.raises(SystemExit) as leaving:
            main([*command, *options])
        assert leaving.value.code == 1
        assert "3 done, 1 failed of 4 lines" in capsys.readouterr().out
    here, there = contents(tmp_path / "here"), contents(tmp_path / "ray")
    tables = [json.loads(each.pop("results.json"))["lines"] for each in (here, there)]
    assert [row["status"] for row in tables[0]] == [row["status"] for row in tables[1]]
    del here["results.csv"], there["results.csv"]  # they say how long each line took
    assert here == there


def test_rows_and_folds_are_the_same_and_resume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = make_corpus(tmp_path / "corpus", speakers=6)
    rows = ("full", "regression", "regression-no-gains", "retrieval")
    plan = Ablation("debug", rows, folds=2, steps=2, expert_steps=2)
    assert ablate(corpus, tmp_path / "ray", plan, {}, ray="") is not None
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert ablate(corpus, tmp_path / "here", plan, {}) is not None
    for fold in range(2):
        for row in rows:
            one, other = (tmp_path / name / f"fold-{fold}" / row / "test.npz" for name in ("ray", "here"))
            assert one.read_bytes() == other.read_bytes()
        assert (tmp_path / f"ray/fold-{fold}/sync_expert.safetensors").exists()
    # What is done is not done again, and what cannot be done is named.
    done = (tmp_path / "ray/fold-1/retrieval/test.npz").stat().st_mtime_ns
    (tmp_path / "ray/fold-0/regression/test.npz").unlink()
    (tmp_path / "ray/fold-0/regression/model.safetensors").write_bytes(b"damaged")
    with pytest.raises(InputError, match=r"1 of 8 tasks failed.*fold 0 regression regression-no-gains"):
        ablate(corpus, tmp_path / "ray", plan, {}, ray="")
    (tmp_path / "ray/fold-0/regression/model.safetensors").unlink()
    assert ablate(corpus, tmp_path / "ray", plan, {}, ray="") is not None
    assert (tmp_path / "ray/fold-1/retrieval/test.npz").stat().st_mtime_ns == done
