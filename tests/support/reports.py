"""A made-up report of three systems, one of them the real face."""

import math

import numpy as np

from ksdiff.evaluation.metrics import Metric
from ksdiff.evaluation.report import Comparison, Distribution, Figure, Report, SystemResult

LVE = Metric("lve", "LVE", "m²", "lower", "mean of max ‖p − g‖² over the lips", "CodeTalker, cal_metric.py", "Lips")
SYNC = Metric("sync", "Sync | confidence", "", "higher", "median − least", "", "Lips")
JITTER = Metric("jitter", "Jitter", "1/s³", "real", "third derivative", "", "Head")
UNUSED = Metric("unused", "Never measured", "", "lower", "", "", "Other")


def synthetic_system(name, lve, sync, jitter, kind="model", clips=("a", "b")):
    figures = {"lve": Figure(lve, lve * 0.9, lve * 1.1), "sync": Figure(sync), "jitter": Figure(jitter)}
    values = {clip: {"lve": lve * (1 + k / 10), "sync": sync} for k, clip in enumerate(clips)}
    return SystemResult(name, name.title(), kind, f"what {name} is", figures, values)


def synthetic_report():
    return Report(
        title="Two <systems> & one face",
        subtitle="Ours is better.",
        facts={"command": "ksdiff evaluate a b", "date": "2026-11-21"},
        metrics=(LVE, SYNC, JITTER, UNUSED),
        systems=(
            synthetic_system("real", 0.0, 6.0, 900.0, "reference"),
            synthetic_system("ours", 2.1e-5, 5.0, 850.0),
            synthetic_system("theirs", 3.4e-5, math.nan, 1700.0, "baseline"),
        ),
        comparisons=(Comparison("lve", "ours", "theirs", -1.3e-5, -2e-5, -0.6e-5, 0.0004),),
        distributions=(
            Distribution.of("Head speed", "°/s", [0.0, 1.0, 2.0], {"real": np.array([0.5, 1.5, 9.0, -3.0])}),
        ),
    )
