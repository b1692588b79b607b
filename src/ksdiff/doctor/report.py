"""All checks together, as text for people and as JSON for programs."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from ksdiff.doctor.check import Check
from ksdiff.doctor.checks import (
    Speed,
    check_drawing,
    check_encoders,
    check_tracker,
    check_weights,
    measure_speed,
)
from ksdiff.doctor.features import find_features, load_apart
from ksdiff.doctor.machine import machine
from ksdiff.errors import InputError

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Report:
    """What works on this machine.

    Attributes:
        machine: Versions, processor, memory and threads, each as text.
        checks: What was looked at.
        speed: How fast motion is made; None if it was not measured.
    """

    machine: dict[str, str]
    checks: tuple[Check, ...]
    speed: Speed | None

    @property
    def failures(self) -> tuple[Check, ...]:
        """What is missing of that without which nothing can be animated."""
        return tuple(check for check in self.checks if check.required and not check.works)

    def to_json(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        speed = self.speed and {**asdict(self.speed), "ratio": round(self.speed.ratio, 2)}
        return {"version": 1, "machine": self.machine, "checks": [asdict(c) for c in self.checks], "speed": speed}

    def to_text(self) -> str:
        """The report as plain text."""
        lines = [f"{name:12} {value}" for name, value in self.machine.items()]
        for works, heading in ((True, "Works"), (False, "Does not work yet")):
            checks = [check for check in self.checks if check.works == works]
            lines += ["", heading] * bool(checks)
            for check in checks:
                lines += [f"  {check.name}", f"      {check.detail}"]
                lines += [f"      -> {check.remedy}"] * bool(check.remedy)
        if self.speed is not None:
            lines += [
                "",
                "Speed",
                f"  {self.speed.sound:g} s of sound became motion in {self.speed.taken:.1f} s: "
                f"{self.speed.ratio:.1f} times as fast as real time",
                f"  README: {self.speed.published:g} times, on two cores of an AMD EPYC with nothing else to do",
            ]
        return "\n".join(lines)


def examine(quick: bool = False, progress: Progress = lambda name, done: None) -> Report:
    """Look at this machine.

    Args:
        quick: Look only at what is installed: load no optional package, measure no speed.
        progress: Called with what is looked at and the share that is done.

    Raises:
        InputError: ksdiff is not installed.
    """
    progress("packages", 0.0)
    tried = {"number": 0}

    def load(module: str) -> str:
        tried["number"] += 1
        progress(f"loading {module}", min(0.6, 0.02 * tried["number"]))
        return load_apart(module)

    features = find_features(None if quick else load)
    checks = [feature.check() for feature in features]
    progress("weights, drawing, encoders", 0.6)
    checks += [check_weights(), check_drawing(), *check_encoders(), *check_tracker()]
    progress("speed", 0.75)
    report = Report(machine(), tuple(checks), None)
    if quick or report.failures:
        return report
    try:
        return Report(report.machine, report.checks, measure_speed())
    except InputError as error:
        failed = Check("animating a sound", False, str(error), required=True)
        return Report(report.machine, (*report.checks, failed), None)
