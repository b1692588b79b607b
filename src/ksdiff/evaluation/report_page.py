"""A report as one web page that needs no network: tables with plots, players side by side, histograms, definitions.

What is shown is gathered here; ``templates/evaluation_section.html`` says how, in the frame of ``report.html``. The
players are those of ``web/viewer``.
"""

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from markupsafe import Markup

from ksdiff.errors import InputError
from ksdiff.evaluation.metrics import Metric
from ksdiff.evaluation.number_format import DASH, Scale, p_text
from ksdiff.evaluation.plots import Axis, histogram, interval, row_of_dots
from ksdiff.evaluation.report import (
    ARROWS,
    BETTER,
    MAX_COLUMNS,
    REAL,
    Comparison,
    Figure,
    Report,
    SystemResult,
    scale_of,
    unequal_clips,
    value_of,
)
from ksdiff.files import atomic_write
from ksdiff.motion import Motion
from ksdiff.output.gltf import glb_of_takes
from ksdiff.output.html import loudness
from ksdiff.output.mp3 import encode_mp3
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.templates import render_page

COLOURS = 10  # of systems, in the style sheet; more systems share them
ROOMY = 7  # metrics whose intervals fit beside their values
GREYS = 3  # of references beside the real face

View = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Player:
    """One clip that the page plays.

    Attributes:
        clip: Its name.
        sound: Mono samples at 16 kHz.
        takes: What each system made of it, by name of the system; all in the arkit space.
    """

    clip: str
    sound: Float[np.ndarray, " N"]
    takes: Mapping[str, Motion]


def write_html(report: Report, path: Path | str, players: Sequence[Player] = ()) -> None:
    """Write the report as a web page.

    Args:
        report: The report.
        path: The file to write.
        players: Clips to play; each second of a take adds 8 kB to the page.

    Raises:
        InputError: A take is of a system that the report does not have, or not in the arkit space.
    """
    for player in players:
        if not player.takes:
            raise InputError(f"the clip {player.clip!r} has no take to play")
        for name in player.takes:
            if report.system(name) is None:
                raise InputError(
                    f"the clip {player.clip!r} has a take of {name!r}, which is not among the report's systems: "
                    + (", ".join(system.name for system in report.systems) or "it has none")
                )
    systems = _systems(report)
    strips = _strips(report, systems)
    groups = report.groups()
    sections = {
        "Systems": _section("systems", systems=list(systems.values())) if systems else "",
        "Listen and look": Markup('<div id="comparison"></div>') if players else "",
        **{
            group: (_figures if len(metrics) <= MAX_COLUMNS else _long)(report, metrics, systems)
            for group, metrics in groups.items()
        },
        "Comparisons": _comparisons(report),
        "Clips": Markup('<div id="strips"></div>') if strips["metrics"] else "",
        "Distributions": _distributions(report, systems),
        "Metrics": _section("definitions", groups=_definitions(report)) if groups else "",
    }
    data, head = {"strips-data": strips}, ""
    if players:
        data["players"], head = _players(report, players, systems)
    nothing = "" if any(sections.values()) else "No system has a figure: there is nothing to show."
    page = render_page(
        "report.html",
        title=report.title,
        subtitle=report.subtitle,
        facts=report.facts,
        warnings=list(filter(None, (unequal_clips(report), nothing))),
        sections=sections,
        data=data,
        head=head,
    )
    with atomic_write(Path(path)) as temporary:
        temporary.write_text(page, encoding="utf-8")


def _section(kind: str, **view: Any) -> Markup:
    return render_page("evaluation_section.html", kind=kind, view=view)


def _systems(report: Report) -> dict[str, View]:
    """What the page says of each system, with the CSS variable of its colour."""
    result, used = {}, {"reference": 0, "other": 0}
    for system in report.systems:
        if system.name == REAL:
            colour = "--real"
        elif system.kind == "reference":
            colour = f"--grey-{used['reference'] % GREYS}"
            used["reference"] += 1
        else:
            colour = f"--system-{used['other'] % COLOURS}"
            used["other"] += 1
        result[system.name] = {"label": system.label, "colour": colour, "kind": system.kind, "note": system.note}
    return result


def _described(metric: Metric, scale: Scale | None = None) -> View:
    return {
        "label": metric.label,
        "name": metric.name,
        "formula": metric.formula,
        "arrow": ARROWS[metric.direction],
        "better": BETTER[metric.direction],
        "unit": "" if scale is None else scale.unit(metric.unit),
    }


def _figures(report: Report, metrics: Sequence[Metric], systems: Mapping[str, View]) -> Markup:
    real = report.system(REAL)
    scales = [scale_of(report, metric) for metric in metrics]
    best = [report.best(metric) for metric in metrics]
    axes = []
    for metric in metrics:
        shown = [system.figures[metric.name] for system in report.systems if metric.name in system.figures]
        axes.append(Axis.around([end for figure in shown for end in (figure.value, figure.low, figure.high)]))

    def cell(system: SystemResult, column: int) -> View:
        metric, scale = metrics[column], scales[column]
        figure = system.figures.get(metric.name, Figure(math.nan))
        reference = value_of(real, metric) if real else math.nan
        return {
            "value": repr(float(figure.value)) if math.isfinite(figure.value) else None,
            "text": scale.text(figure.value),
            "interval": scale.interval(figure.low, figure.high),
            "plot": interval(axes[column], figure.value, figure.low, figure.high, reference),
            "best": system.name in best[column],
        }

    return _section(
        "figures",
        roomy=len(metrics) <= ROOMY,
        metrics=[
            {**_described(metric, scale), "ticks": _ticks(axis, scale)}
            for metric, scale, axis in zip(metrics, scales, axes, strict=True)
        ],
        rows=[
            {"system": systems[system.name], "cells": [cell(system, column) for column in range(len(metrics))]}
            for system in report.systems
        ],
    )


def _long(report: Report, metrics: Sequence[Metric], systems: Mapping[str, View]) -> Markup:
    """Metrics down and systems across, with all systems in one plot; folded."""
    real = report.system(REAL)
    rows = []
    for metric in metrics:
        scale, best = scale_of(report, metric), report.best(metric)
        values = {system.name: value_of(system, metric) for system in report.systems}
        dots = [(value, f"var({systems[name]['colour']})") for name, value in values.items()]
        reference = value_of(real, metric) if real else math.nan
        rows.append(
            {
                "metric": _described(metric, scale),
                "plot": row_of_dots(Axis.around(list(values.values())), dots, reference),
                "cells": [
                    {"colour": systems[name]["colour"], "text": scale.text(value), "best": name in best}
                    for name, value in values.items()
                ],
            }
        )
    return _section("long", systems=list(systems.values()), rows=rows)


def _ticks(axis: Axis, scale: Scale, least: int = 2) -> list[tuple[str, str]]:
    """Where each mark stands, and what is written there."""
    return [(axis.percent(tick), f"{tick / 10.0**scale.exponent:.6g}".replace("-", "−")) for tick in axis.ticks(least)]


def _comparisons(report: Report) -> Markup | str:
    pairs: dict[tuple[str, str], list[View]] = {}
    labels = {system.name: system.label for system in report.systems}
    for test in report.comparisons:
        metric, scale = report.metric(test.metric), Scale.of([test.difference, test.low, test.high])
        axis = Axis.around([0.0, test.difference, test.low, test.high, -test.difference, -test.low, -test.high])
        pairs.setdefault((test.a, test.b), []).append(
            {
                "metric": _described(metric),
                "plot": interval(axis, test.difference, test.low, test.high, reference=0.0),
                "difference": scale.text(test.difference),
                "interval": scale.interval(test.low, test.high),
                "unit": scale.unit(metric.unit),
                "p": p_text(test.p),
                "verdict": _verdict(test, metric, labels),
            }
        )
    shown = [{"caption": f"{labels[a]} − {labels[b]}", "rows": rows} for (a, b), rows in pairs.items()]
    return _section("comparisons", pairs=shown) if shown else ""


def _verdict(test: Comparison, metric: Metric, labels: Mapping[str, str]) -> str:
    """Which of the two is better, where the interval says so."""
    if metric.direction in ("real", "one", "none"):
        return ""
    if not (test.low > 0 or test.high < 0):
        return "no clear difference"
    a_is_better = (test.difference > 0) == (metric.direction == "higher")
    return f"{labels[test.a if a_is_better else test.b]} is better"


def _strips(report: Report, systems: Mapping[str, View]) -> View:
    """Values of each clip, for ``report.js`` to draw."""
    metrics = [
        metric
        for metric in report.metrics
        if any(
            math.isfinite(values.get(metric.name, math.nan))
            for system in report.systems
            for values in system.clips.values()
        )
    ]

    def number(value: float) -> float | None:
        return float(f"{value:.4g}") if math.isfinite(value) else None

    return {
        "metrics": [
            {
                "label": f"{metric.label} {ARROWS[metric.direction]}",
                "unit": (scale := scale_of(report, metric)).unit(metric.unit),
                "exponent": scale.exponent,
                "group": metric.group,
            }
            for metric in metrics
        ],
        "systems": [
            {
                "label": system.label,
                "colour": systems[system.name]["colour"],
                "clips": {
                    clip: [number(values.get(metric.name, math.nan)) for metric in metrics]
                    for clip, values in system.clips.items()
                },
            }
            for system in report.systems
            if system.clips
        ],
    }


def _distributions(report: Report, systems: Mapping[str, View]) -> Markup | str:
    if not report.distributions:
        return ""
    return _section(
        "distributions",
        distributions=[
            {"label": d.label, "unit": d.unit, "ticks": _ticks(Axis(d.edges[0], d.edges[-1]), Scale(0, 0), least=4)}
            for d in report.distributions
        ],
        rows=[
            {
                "system": system,
                "plots": [
                    histogram(d.shares[name], d.shares.get(REAL, ())) if name in d.shares else DASH
                    for d in report.distributions
                ],
            }
            for name, system in systems.items()
            if any(name in d.shares for d in report.distributions)
        ],
    )


def _definitions(report: Report) -> dict[str, list[View]]:
    return {
        group: [
            {
                **_described(metric),
                "facts": " · ".join(filter(None, (metric.unit, BETTER[metric.direction], metric.source))),
            }
            for metric in metrics
        ]
        for group, metrics in report.groups().items()
    }


def _players(report: Report, players: Sequence[Player], systems: Mapping[str, View]) -> tuple[View, str]:
    """What the viewer reads: sounds and words; and the head once, in base64, with all takes as its animations."""
    takes: dict[str, Motion] = {}
    clips = []
    for number, player in enumerate(players):
        duration = max([len(player.sound) / SAMPLE_RATE, *(motion.duration for motion in player.takes.values())])
        described = {}
        for system, motion in player.takes.items():
            name = f"{number} {system}"
            takes[name] = motion
            described[system] = {
                "animation": name,
                "fps": motion.fps,
                "jaw": motion.channel("jawOpen").astype(float).clip(0, 1).round(2).tolist(),
            }
        words = next((motion.words for motion in player.takes.values() if motion.words), ())
        clips.append(
            {
                "name": player.clip,
                "duration": duration,
                "words": [{"text": word.text, "start": word.start, "end": word.end} for word in words],
                "loudness": loudness(player.sound),
                "sound": base64.b64encode(encode_mp3(player.sound, duration)).decode(),
                "takes": described,
            }
        )
    shown = [
        {"name": system.name, "label": system.label, "colour": systems[system.name]["colour"]}
        for system in report.systems
        if any(system.name in player.takes for player in players)
    ]
    return {"systems": shown, "clips": clips}, base64.b64encode(glb_of_takes(takes)).decode()
