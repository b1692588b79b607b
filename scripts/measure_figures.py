"""Write docs/results/figures.json: the figures, but for times, that README and the documentation state.

    python scripts/measure_figures.py
    python scripts/measure_figures.py --corpus CORPUS --report sample=REPORT/report.json ...

The first is part of `make figures`, and measures what needs only this repository: sizes of package and model, and the
motion of the voices of docs/gallery.md (but the recorded one, all need eSpeak NG). What needs the corpus is taken from
a report of `ksdiff evaluate base`, where one is given, and stays as it is where not. `tests/house/test_measured.py`
compares the pages with this file, and this file with the repository.
"""

import argparse
import hashlib
import importlib.util
import json
import math
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import ksdiff
from ksdiff.corpus.census import take_census
from ksdiff.evaluation.report import Report
from ksdiff.evaluation.report_file import read_json
from ksdiff.live.settings import StreamSettings
from ksdiff.model.checkpoint import PACKAGED
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs/results/figures.json"
ASSETS = ROOT / "src/ksdiff/assets"
REPORTS = ("sample", "with_words", "seven_speakers", "tracked_again")
OF_A_CHANNEL = re.compile(r"(r|amplitude)_(jaw|mouth)[A-Z]")  # one metric for each channel of the mouth
DIGITS = 6  # that count


def rounded(value: float | None) -> float | None:
    """To the digits that count; None for what is not a number, which JSON lacks."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.{DIGITS}g}")


def package() -> dict[str, Any]:
    """What can be counted in this repository within a second."""
    from safetensors import safe_open

    with safe_open(str(ASSETS / "base.safetensors"), "np") as weights:
        sizes = [math.prod(weights.get_slice(name).get_shape()) for name in weights.keys()]  # noqa: SIM118
    live = StreamSettings()
    return {
        "expression_channels": len(ARKIT.expression),
        "head_channels": len(ARKIT.head),
        "frames_per_second": MOTION_RATE,
        "parameters": sum(sizes),
        "weights_bytes": (ASSETS / "base.safetensors").stat().st_size,
        "live_delay_ms": round(1000 * live.delay),
        "live_last_delay_ms": round(1000 * (live.delay - (live.hop - 1) / MOTION_RATE)),
    }


def gallery() -> Any:
    """The script that makes the gallery."""
    spec = importlib.util.spec_from_file_location("make_gallery", ROOT / "scripts/make_gallery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def voices(names: tuple[str, ...]) -> dict[str, Any]:
    """What the gallery says of its voices."""
    make, model = gallery(), ksdiff.load_model()
    with make.voices(names) as sounds:
        found = {name: make.measure(ksdiff.animate(sound, model=model)) for name, sound in sounds.items()}
    return {name: {key: rounded(value) for key, value in one.items()} for name, one in found.items()}


def corpus(folder: Path) -> dict[str, Any]:
    census = take_census(folder)
    return {"minutes": rounded(census.seconds / 60), "speakers": len(census.speakers), "clips": census.clips}


def evaluation(report: Report) -> dict[str, Any]:
    """Value and interval of each figure of each system, but those of single channels."""
    command = " ".join(Path(word).name if "/" in word else word for word in shlex.split(report.facts["command"]))
    systems = {
        system.name: {
            name: [rounded(figure.value), rounded(figure.low), rounded(figure.high)]
            for name, figure in system.figures.items()
            if not OF_A_CHANNEL.match(name)
        }
        for system in report.systems
    }
    return {
        "command": command,
        "date": report.facts["date"],
        "clips": int(report.facts["clips"]),
        "speakers": len(report.facts["speakers"].split(", ")),
        "systems": systems,
    }


def write(figures: dict[str, Any]) -> None:
    text = json.dumps(figures, indent=1, ensure_ascii=False)
    text = re.sub(r"\[[^\[\]{}]*\]", lambda found: " ".join(found[0].split()), text)
    TARGET.write_text(text + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="the corpus that base was trained on")
    parser.add_argument(
        "--report", action="append", default=[], metavar="NAME=FILE", help=f"NAME: {', '.join(REPORTS)}"
    )
    arguments = parser.parse_args()
    figures = json.loads(TARGET.read_text(encoding="utf-8")) if TARGET.exists() else {}
    weights = hashlib.sha256((ASSETS / "base.safetensors").read_bytes()).hexdigest()
    assert weights == PACKAGED["base"]
    figures["package"] = package()
    names = tuple(gallery().NAMES)
    if shutil.which("espeak-ng") is None:
        print("without espeak-ng: the synthetic voices of the gallery stay as they were")
        names = names[:1]
    figures["voices"] = figures.get("voices", {}) | voices(names)
    if arguments.corpus is not None:
        figures["corpus"] = corpus(arguments.corpus)
    evaluations = figures.setdefault("evaluations", {})
    for given in arguments.report:
        name, _, path = given.partition("=")
        if name not in REPORTS:
            parser.error(f"--report {given}: the name must be one of {', '.join(REPORTS)}")
        report = read_json(Path(path))
        evaluations[name] = {"weights": weights, **evaluation(report)}
        labels = {metric.name: metric.label for metric in report.metrics if not OF_A_CHANNEL.match(metric.name)}
        figures["labels"] = figures.get("labels", {}) | labels
    for name, one in evaluations.items():
        if one["weights"] != weights:
            print(f"the evaluation {name} is of other weights: run `ksdiff evaluate` again, and give its report")
    write(figures)


if __name__ == "__main__":
    main()
