"""A report as one web page that needs no network: tables with plots, players side by side, histograms, definitions.

Looks and behaviour are in ``report.css`` and ``report.js`` of `ksdiff.templates`; the players are those of
``web/viewer``.
"""

import base64
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

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
from ksdiff.output.sound_track import encode_mp3
from ksdiff.speech.audio import SAMPLE_RATE

COLOURS = 10  # of systems, in the style sheet; more systems share them
ROOMY = 7  # metrics whose intervals fit beside their values
GREYS = 3  # of references beside the real face

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="ksdiff">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
script-src 'unsafe-inline'; media-src blob:; img-src blob: data:">
<title>{title}</title>
<style>{style}</style>
<script>{theme}</script>
</head>
<body>
{body}
{data}
<script>{script}</script>
{viewer}
</body>
</html>
"""
# Before anything is drawn, so that nothing flashes.
_THEME = 'document.documentElement.dataset.theme=matchMedia("(prefers-color-scheme: dark)").matches?"dark":"light"'


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
    colours = _colours(report)
    strips = _strips(report, colours)
    sections = [
        ("Systems", _systems(report, colours)),
        ("Listen and look", '<div id="comparison"></div>' if players else ""),
        *(
            (group, (_figure_table if len(metrics) <= MAX_COLUMNS else _long_table)(report, metrics, colours))
            for group, metrics in report.groups().items()
        ),
        ("Comparisons", _comparison_tables(report)),
        ("Clips", '<div id="strips"></div>' if strips["metrics"] else ""),
        ("Distributions", _distributions(report, colours)),
        ("Metrics", _definitions(report)),
    ]
    data = _script("strips-data", strips)
    if players:
        data += _players(report, players, colours)
    page = _PAGE.format(
        title=escape(report.title),
        style=_asset("report.css"),
        theme=_THEME,
        body=_body(report, {name: content for name, content in sections if content}),
        data=data,
        script=_asset("report.js"),
        viewer=f"<script>{_asset('viewer.js')}</script>" if players else "",
    )
    with atomic_write(Path(path)) as temporary:
        temporary.write_text(page, encoding="utf-8")


def _asset(name: str) -> str:
    return (
        files("ksdiff")
        .joinpath(f"{'assets' if name == 'viewer.js' else 'templates'}/{name}")
        .read_text(encoding="utf-8")
    )


def _script(name: str, data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f'<script type="application/json" id="{name}">{text.replace("<", chr(92) + "u003c")}</script>'


def _colours(report: Report) -> dict[str, str]:
    """Name of each system's CSS variable."""
    result, used = {}, {"reference": 0, "other": 0}
    for system in report.systems:
        if system.name == REAL:
            result[system.name] = "--real"
        elif system.kind == "reference":
            result[system.name] = f"--grey-{used['reference'] % GREYS}"
            used["reference"] += 1
        else:
            result[system.name] = f"--system-{used['other'] % COLOURS}"
            used["other"] += 1
    return result


def _body(report: Report, sections: dict[str, str]) -> str:
    anchors = {name: f"section-{number}" for number, name in enumerate(sections)}
    links = "".join(f'<a href="#{anchor}">{escape(name)}</a>' for name, anchor in anchors.items())
    facts = "".join(
        f'<div class="{escape(name)}"><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>'
        for name, value in report.facts.items()
    )
    warning = unequal_clips(report)
    parts = [
        f"<header><h1>{escape(report.title)}</h1>{f'<p>{escape(report.subtitle)}</p>' if report.subtitle else ''}"
        f"{f'<dl>{facts}</dl>' if facts else ''}</header>",
        f'<nav aria-label="Sections">{links}<button type="button" id="theme">Light or dark</button></nav>',
        f'<p class="warning">{escape(warning)}</p>' if warning else "",
        "" if sections else '<p class="warning">No system has a figure: there is nothing to show.</p>',
        *(
            f'<section id="{anchors[name]}"><h2>{escape(name)}</h2>{content}</section>'
            for name, content in sections.items()
        ),
    ]
    return "\n".join(filter(None, parts))


def _label(system: SystemResult, colours: Mapping[str, str]) -> str:
    return f'<i class="swatch" style="--colour:var({colours[system.name]})"></i>{escape(system.label)}'


def _systems(report: Report, colours: Mapping[str, str]) -> str:
    items = (
        f'<li class="{system.kind}"><b>{_label(system, colours)}</b> <em>{system.kind}</em>'
        f"{f'<p>{escape(system.note)}</p>' if system.note else ''}</li>"
        for system in report.systems
    )
    return f'<ul class="systems">{"".join(items)}</ul>' if report.systems else ""


def _figure_table(report: Report, metrics: Sequence[Metric], colours: Mapping[str, str]) -> str:
    real = report.system(REAL)
    scales = [scale_of(report, metric) for metric in metrics]
    axes = []
    for metric in metrics:
        shown = [system.figures[metric.name] for system in report.systems if metric.name in system.figures]
        axes.append(Axis.around([end for figure in shown for end in (figure.value, figure.low, figure.high)]))
    heads = "".join(
        f'<th scope="col"><button type="button" title="{escape(metric.formula)}">{_headed(metric)}</button>'
        f"<small>{escape(scale.unit(metric.unit)) or '&nbsp;'}</small></th>"
        for metric, scale in zip(metrics, scales, strict=True)
    )
    rows = []
    for number, system in enumerate(report.systems):
        cells = []
        for metric, scale, axis in zip(metrics, scales, axes, strict=True):
            figure = system.figures.get(metric.name, Figure(math.nan))
            best = ' class="best"' if system.name in report.best(metric) else ""
            reference = value_of(real, metric) if real else math.nan
            order = f' data-value="{figure.value!r}"' if math.isfinite(figure.value) else ""
            cells.append(
                f"<td{order}{best}><b>{scale.text(figure.value)}</b>"
                f" <small>{scale.interval(figure.low, figure.high)}</small>"
                f"{interval(axis, figure.value, figure.low, figure.high, reference)}</td>"
            )
        rows.append(
            f'<tr class="{system.kind}" style="--colour:var({colours[system.name]})">'
            f'<th scope="row" data-value="{number}">{_label(system, colours)}</th>{"".join(cells)}</tr>'
        )
    feet = "".join(f"<td>{_ticks(axis, scale)}</td>" for axis, scale in zip(axes, scales, strict=True))
    system_head = '<th scope="col"><button type="button">System</button><small>&nbsp;</small></th>'
    return _table("figures" if len(metrics) <= ROOMY else "figures many", system_head + heads, rows, f"<th></th>{feet}")


def _headed(metric: Metric) -> str:
    arrow = f'<span class="arrow" title="{BETTER[metric.direction]}">{ARROWS[metric.direction]}</span>'
    return f"{escape(metric.label)}&nbsp;{arrow}"


def _long_table(report: Report, metrics: Sequence[Metric], colours: Mapping[str, str]) -> str:
    """Metrics down and systems across, with all systems in one plot; folded."""
    real = report.system(REAL)
    heads = "".join(f'<th scope="col">{_label(system, colours)}</th>' for system in report.systems)
    rows = []
    for metric in metrics:
        scale, best = scale_of(report, metric), report.best(metric)
        values = {system.name: value_of(system, metric) for system in report.systems}
        dots = [(value, f"var({colours[name]})") for name, value in values.items()]
        plot = row_of_dots(Axis.around(list(values.values())), dots, value_of(real, metric) if real else math.nan)
        cells = "".join(
            f'<td class="{"best" if name in best else ""}" style="--colour:var({colours[name]})">'
            f"<b>{scale.text(value)}</b></td>"
            for name, value in values.items()
        )
        unit = escape(scale.unit(metric.unit))
        rows.append(
            f'<tr><th scope="row" title="{escape(metric.formula)}">{_headed(metric)} <small>{unit}</small></th>'
            f"<td>{plot}</td>{cells}</tr>"
        )
    table = _table("figures long", f"<th></th><th></th>{heads}", rows)
    return f"<details><summary>{len(metrics)} metrics</summary>{table}</details>"


def _ticks(axis: Axis, scale: Scale, least: int = 2) -> str:
    ticks = axis.ticks(least)
    texts = [f"{tick / 10.0**scale.exponent:.6g}".replace("-", "−") for tick in ticks]
    marks = "".join(
        f'<text x="{axis.percent(tick)}" y="11">{text}</text>' for tick, text in zip(ticks, texts, strict=True)
    )
    return f'<svg class="ticks" aria-hidden="true">{marks}</svg>'


def _comparison_tables(report: Report) -> str:
    pairs: dict[tuple[str, str], list[Comparison]] = {}
    for test in report.comparisons:
        pairs.setdefault((test.a, test.b), []).append(test)
    labels = {system.name: escape(system.label) for system in report.systems}
    parts = []
    for (a, b), tests in pairs.items():
        rows = []
        for test in tests:
            metric, scale = report.metric(test.metric), Scale.of([test.difference, test.low, test.high])
            axis = Axis.around([0.0, test.difference, test.low, test.high, -test.difference, -test.low, -test.high])
            rows.append(
                f'<tr><th scope="row">{_headed(metric)}</th>'
                f"<td>{interval(axis, test.difference, test.low, test.high, reference=0.0)}</td>"
                f"<td><b>{scale.text(test.difference)}</b> <small>{scale.interval(test.low, test.high)}"
                f" {escape(scale.unit(metric.unit))}</small></td>"
                f"<td>{p_text(test.p)}</td><td>{_verdict(test, metric, labels)}</td></tr>"
            )
        heads = "".join(f'<th scope="col">{text}</th>' for text in ("Metric", "Difference, 0 at the line", "", "p", ""))
        parts.append(_table("comparison", heads, rows, caption=f"{labels[a]} − {labels[b]}, clip by clip"))
    return "".join(parts)


def _verdict(test: Comparison, metric: Metric, labels: Mapping[str, str]) -> str:
    """Which of the two is better, where the interval says so."""
    if metric.direction == "real":
        return ""
    if not (test.low > 0 or test.high < 0):
        return "no clear difference"
    a_is_better = (test.difference > 0) == (metric.direction == "higher")
    return f"{labels[test.a if a_is_better else test.b]} is better"


def _strips(report: Report, colours: Mapping[str, str]) -> dict[str, Any]:
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
                "colour": colours[system.name],
                "clips": {
                    clip: [number(values.get(metric.name, math.nan)) for metric in metrics]
                    for clip, values in system.clips.items()
                },
            }
            for system in report.systems
            if system.clips
        ],
    }


def _distributions(report: Report, colours: Mapping[str, str]) -> str:
    if not report.distributions:
        return ""
    shown = [system for system in report.systems if any(system.name in d.shares for d in report.distributions)]
    heads = "".join(
        f'<th scope="col">{escape(d.label)} <small>{escape(d.unit)}</small></th>' for d in report.distributions
    )
    rows = []
    for system in shown:
        cells = "".join(
            f"<td>{histogram(d.shares[system.name], d.shares.get(REAL, ())) if system.name in d.shares else DASH}</td>"
            for d in report.distributions
        )
        head = f'<th scope="row">{_label(system, colours)}</th>'
        rows.append(f'<tr style="--colour:var({colours[system.name]})">{head}{cells}</tr>')
    feet = "".join(
        f"<td>{_ticks(Axis(d.edges[0], d.edges[-1]), Scale(0, 0), least=4)}</td>" for d in report.distributions
    )
    note = "Bars: part of all values in each bin. Line: the real face. The end bins hold all beyond them."
    return f'<p class="hint">{note}</p>' + _table("histograms", f"<th></th>{heads}", rows, f"<th></th>{feet}")


def _table(name: str, head: str, rows: Sequence[str], foot: str = "", caption: str = "") -> str:
    """A table that scrolls within itself where it is wider than the page."""
    parts = (
        f"<caption>{caption}</caption>" if caption else "",
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>",
        f"<tfoot><tr>{foot}</tr></tfoot>" if foot else "",
    )
    return f'<div class="wide"><table class="{name}">{"".join(parts)}</table></div>'


def _definitions(report: Report) -> str:
    parts = []
    for group, metrics in report.groups().items():
        entries = "".join(
            f"<dt>{escape(metric.label)} <code>{escape(metric.name)}</code></dt>"
            f"<dd><p>{escape(metric.formula)}</p><p class='hint'>"
            + escape(" · ".join(filter(None, (metric.unit, BETTER[metric.direction], metric.source))))
            + "</p></dd>"
            for metric in metrics
        )
        parts.append(f"<details><summary>{escape(group)}</summary><dl>{entries}</dl></details>")
    return "".join(parts)


def _players(report: Report, players: Sequence[Player], colours: Mapping[str, str]) -> str:
    """All that the viewer reads: sounds, words, and the head once with all takes as its animations."""
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
    systems = [
        {"name": system.name, "label": system.label, "colour": colours[system.name]}
        for system in report.systems
        if any(system.name in player.takes for player in players)
    ]
    head = base64.b64encode(glb_of_takes(takes)).decode()
    data = _script("players", {"systems": systems, "clips": clips})
    return f'{data}<script type="text/plain" id="head">{head}</script>'
