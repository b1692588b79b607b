"""Timeline picture: sound, words, both keyframe tracks, mouth and head over time, on one page."""

from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ksdiff.extras import require
from ksdiff.files import atomic_write
from ksdiff.motion import Motion
from ksdiff.motion.rotation import yaw_pitch_roll
from ksdiff.speech.audio import SAMPLE_RATE

_INK, _MUTED, _GRID, _PAPER = "#1d2433", "#6b7487", "#e6e9ef", "#ffffff"
_SOUND, _EXPRESSION, _HEAD = "#8fa3bf", "#e4572e", "#2d6cdf"
# Curves by what they show: channels whose mean is drawn.
_MOUTH = {
    "jaw open": (("jawOpen",), "#e4572e"),
    "lips apart": (
        ("mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight"),
        "#f0a202",
    ),
    "pucker, funnel": (("mouthPucker", "mouthFunnel"), "#7a5cc7"),
    "lips pressed": (("mouthPressLeft", "mouthPressRight", "mouthRollLower", "mouthRollUpper"), "#1b998b"),
}
_ANGLES = {"yaw": "#2d6cdf", "pitch": "#e4572e", "roll": "#1b998b"}
_DOTS = 100  # per inch
_MARGIN_LEFT, _MARGIN_RIGHT = 1.0, 0.3  # inches


def write_timeline(motion: Motion, path: Path | str, samples: Float[np.ndarray, " N"]) -> None:
    """Draw a motion over time as PNG.

    The picture grows with the sound, from 14 to 60 inches at 100 dots an inch; then curves are thinned to
    their least and greatest values and words that would not be legible are left out.

    Args:
        motion: The motion.
        path: The file to write.
        samples: The sound, 16 kHz.

    Raises:
        InputError: matplotlib is not installed.
    """
    figure_module = require("matplotlib.figure", "render")
    agg = require("matplotlib.backends.backend_agg", "render")
    duration = max(motion.duration, len(samples) / SAMPLE_RATE)
    width = float(np.clip(_MARGIN_LEFT + _MARGIN_RIGHT + 0.75 * duration, 14, 60))
    height = 8.6
    # No pyplot: nothing global, so that this is safe in threads and leaves no figure behind.
    figure = figure_module.Figure(figsize=(width, height), dpi=_DOTS, facecolor=_PAPER)
    agg.FigureCanvasAgg(figure)
    axes = figure.subplots(
        4,
        1,
        sharex=True,
        gridspec_kw={
            "height_ratios": [2.1, 1.2, 2.4, 2.4],
            "hspace": 0.16,
            "left": _MARGIN_LEFT / width,
            "right": 1 - _MARGIN_RIGHT / width,
            "top": 1 - 0.85 / height,
            "bottom": 0.55 / height,
        },
    )
    columns = round((width - _MARGIN_LEFT - _MARGIN_RIGHT) * _DOTS)
    _draw_sound(axes[0], motion, samples, columns, duration)
    _draw_keyframes(axes[1], motion, columns)
    _draw_mouth(axes[2], motion, columns)
    _draw_head(axes[3], motion, columns)
    for row in axes:
        _style(row)
    axes[3].set_xlim(0, duration)
    axes[3].set_xlabel("time (s)", color=_MUTED, fontsize=10)
    axes[3].xaxis.set_major_locator(_seconds(duration, width))
    keys = ("model", "style", "expression_seed", "head_seed")
    shown = (f"{key.replace('_', ' ')} {motion.info[key]}" for key in keys if motion.info.get(key) is not None)
    detail = " · ".join(shown)
    frames = f"{duration:.2f} s · {len(motion)} frames at {motion.fps:g} per second"
    figure.text(
        _MARGIN_LEFT / width,
        1 - 0.34 / height,
        frames + (f" · {detail}" if detail else ""),
        color=_MUTED,
        fontsize=11,
        va="center",
    )
    with atomic_write(Path(path)) as temporary:
        figure.savefig(temporary, format="png")


def _draw_sound(axes: Any, motion: Motion, samples: Float[np.ndarray, " N"], columns: int, duration: float) -> None:
    low, high = _envelope(samples, columns)
    loudest = max(float(np.abs([low, high]).max()), 1e-3) if len(low) else 1.0
    seconds = (np.arange(len(low)) + 0.5) * (len(samples) / SAMPLE_RATE / max(len(low), 1))
    axes.fill_between(seconds, low / loudest, high / loudest, color=_SOUND, linewidth=0)
    axes.set_ylim(-1.1, 2.1 if motion.words else 1.1)
    axes.set_yticks([])
    _title(axes, "sound")
    free = [-1.0, -1.0]  # where each of the two rows of words is free from on, s
    dots_per_second = columns / duration
    for word in motion.words:
        axes.axvspan(word.start, word.end, ymin=0, ymax=2.2 / 3.2, color=_HEAD, alpha=0.07, linewidth=0)
        middle = (word.start + word.end) / 2
        half = (len(word.text) * 7.4 / 2 + 2) / dots_per_second  # 7.4 dots a letter at this size
        row = next((row for row in (0, 1) if middle - half >= free[row]), None)
        if row is not None:
            axes.text(
                middle,
                1.16 + 0.42 * row,
                word.text,
                ha="center",
                va="bottom",
                fontsize=9,
                color=_INK,
                clip_on=True,
            )
            free[row] = middle + half


def _draw_keyframes(axes: Any, motion: Motion, columns: int) -> None:
    for level, name, strengths, color in (
        (1, "expression", motion.keyframes_expression, _EXPRESSION),
        (0, "head", motion.keyframes_head, _HEAD),
    ):
        at = np.flatnonzero(strengths)
        strength = strengths[at]
        crowded = len(at) > columns / 5
        axes.axhline(level, color=_GRID, linewidth=1, zorder=0)
        axes.vlines(at / motion.fps, level, level + 0.75 * strength, color=color, linewidth=0.6 if crowded else 1.6)
        if not crowded:
            axes.scatter(
                at / motion.fps,
                level + 0.75 * strength,
                s=22,
                color=color,
                edgecolors=_PAPER,
                linewidths=0.8,
                zorder=3,
            )
        # The name of each track takes the place of a y tick.
        axes.text(
            -0.008,
            level + 0.36,
            name,
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="center",
            fontsize=9,
            color=color,
        )
    axes.set_ylim(-0.1, 2.0)
    axes.set_yticks([])
    _title(axes, "keyframes")


def _draw_mouth(axes: Any, motion: Motion, columns: int) -> None:
    for label, (channels, color) in _MOUTH.items():
        present = [name for name in channels if name in motion.space.expression]
        if present:
            _curve(
                axes,
                motion,
                np.mean([motion.channel(name) for name in present], axis=0),
                columns,
                label,
                color,
            )
    if motion.space.jaw is None:
        axes.set_ylim(0, max(0.3, axes.get_ylim()[1]))  # a mouth at rest must not look lively
        axes.set_ylabel(motion.space.expression_unit, color=_MUTED, fontsize=9)
    else:
        _curve(axes, motion, np.degrees(motion.opening), columns, "jaw open", _EXPRESSION)
        low, high = axes.get_ylim()
        axes.set_ylim(min(0.0, low), max(8.0, high))
        axes.set_ylabel("degrees", color=_MUTED, fontsize=9)
    _title(axes, "mouth")
    _legend(axes)


def _draw_head(axes: Any, motion: Motion, columns: int) -> None:
    angles = np.degrees(yaw_pitch_roll(motion.head[:, motion.space.rotation]))
    axes.axhline(0, color=_GRID, linewidth=1, zorder=0)
    for (label, color), values in zip(_ANGLES.items(), angles.T, strict=True):
        _curve(axes, motion, values, columns, label, color)
    reach = max(5.0, float(np.abs(angles).max()) * 1.15)
    axes.set_ylim(-reach, reach)
    _title(axes, "head")
    axes.set_ylabel("degrees", color=_MUTED, fontsize=9)
    _legend(axes)


def _curve(axes: Any, motion: Motion, values: Float[np.ndarray, " T"], columns: int, label: str, color: str) -> None:
    if len(values) <= 2 * columns:
        axes.plot(motion.times, values, color=color, linewidth=1.5, label=label)
        return
    low, high = _envelope(values, columns)
    seconds = (np.arange(columns) + 0.5) * motion.duration / columns
    axes.fill_between(seconds, low, high, color=color, alpha=0.7, linewidth=0.5, label=label)


def _envelope(values: Float[np.ndarray, " N"], columns: int) -> tuple[Float[np.ndarray, " C"], Float[np.ndarray, " C"]]:
    """Least and greatest value within each column of the picture."""
    edges = np.linspace(0, len(values), min(columns, len(values)) + 1).astype(int)[:-1]
    return np.minimum.reduceat(values, edges), np.maximum.reduceat(values, edges)


def _seconds(duration: float, width: float) -> Any:
    """A tick every so many seconds that there is about one an inch."""
    ticker = require("matplotlib.ticker", "render")
    steps = np.array([0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600])
    step = steps[np.searchsorted(steps, min(duration / width, 600))]
    return ticker.MultipleLocator(step)


def _style(axes: Any) -> None:
    axes.set_facecolor(_PAPER)
    axes.grid(axis="x", color=_GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=_MUTED, labelsize=9, length=0)
    for name, spine in axes.spines.items():
        spine.set_visible(name == "bottom")
        spine.set_color(_GRID)


def _title(axes: Any, text: str) -> None:
    axes.set_title(text, loc="left", fontsize=10, color=_INK, weight="bold", pad=3)


def _legend(axes: Any) -> None:
    inch = 1 / (axes.figure.get_figwidth() - _MARGIN_LEFT - _MARGIN_RIGHT)
    axes.legend(loc="lower left", bbox_to_anchor=(0.6 * inch, 0.985), ncols=4, fontsize=9, frameon=False,
                labelcolor=_MUTED, borderaxespad=0, handlelength=1.4, columnspacing=1.4)  # fmt: skip
