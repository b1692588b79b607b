"""``ksdiff doctor``."""

import json
from dataclasses import dataclass
from typing import Annotated

import tyro

from ksdiff.cli.console import flush, say, stages
from ksdiff.errors import InputError


@dataclass
class Doctor:
    """Say what works on this machine, what is missing for which feature, and the command that brings it.

    The report names neither user nor folders: copy it into a bug report. Exit code 2 if nothing can be animated.
    """

    as_json: Annotated[bool, tyro.conf.arg(name="json")] = False
    """Print JSON."""
    quick: bool = False
    """Look only at what is installed: load no optional package, measure no speed."""

    def run(self) -> None:
        """Print the report."""
        from ksdiff.doctor.report import examine

        with stages() as progress:
            report = examine(self.quick, progress)
        say(json.dumps(report.to_json(), indent=2) if self.as_json else report.to_text())
        flush()
        if report.failures:
            raise InputError(f"nothing can be animated here: {report.failures[0].name}: {report.failures[0].detail}")
