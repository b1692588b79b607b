"""``ksdiff study``: ``make`` and ``analyse``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from ksdiff.cli.console import note, say, stages
from ksdiff.errors import InputError


@dataclass
class Make:
    """Make a page on which people rate videos of several systems, without knowing which is whose."""

    systems: tyro.conf.Positional[tuple[str, ...]]
    """SYSTEM=FOLDER for each; files of the same name are the same clip."""
    out: Path
    """Folder for the page, which raters may have."""
    key: Path | None = None
    """File that tells which video is whose, not for raters; OUT-key.json if not given."""
    common: bool = False
    """Leave out clips that a system lacks."""
    clips: int | None = None
    """Clips drawn at random; all if not given."""
    clips_per_rater: int | None = None
    """Clips that each rater sees; all if not given."""
    repeats: int = 4
    """Videos shown a second time, to see how consistently a rater answers."""
    raters: int = 24
    """Raters expected; rounded up so that the order of systems is balanced."""
    together: bool = False
    """Show a clip by all systems in a row."""
    watch_to_end: bool = True
    """Let a video be rated only when it has been watched to the end."""
    practice: Path | None = None
    """A video to try the page with; each rater's last one if not given."""
    title: str = "Talking faces"
    """Of the page."""
    instructions: Path | None = None
    """Text file with what the page begins with."""
    seed: int | None = None
    """Seed of names and orders; a secret one if not given."""

    def run(self) -> None:
        """Make."""
        from ksdiff.files import read_text
        from ksdiff.study.page import INSTRUCTIONS, StudyOptions, make_study

        options = StudyOptions(
            clips=self.clips, clips_per_rater=self.clips_per_rater, repeats=self.repeats, raters=self.raters,
            together=self.together, watch_to_end=self.watch_to_end, practice=self.practice, title=self.title,
            instructions=read_text(self.instructions) if self.instructions else INSTRUCTIONS, seed=self.seed,
        )  # fmt: skip
        key = self.key or self.out.with_name(f"{self.out.name}-key.json")
        with stages() as stage:
            made = make_study(named_folders(self.systems), self.out, key, options, self.common, stage)
        for remark in made.notes:
            note("note:", remark)
        say(
            f"{made.page}: for raters; begins with index.html, or index.html?rater=1 and so on\n"
            f"{made.key}: which video is whose; keep it from raters\n"
            f"{made.systems} systems, {made.clips} clips, {made.trials} videos a rater, about {made.minutes:.0f} min; "
            f"{made.sessions} different sessions"
        )


@dataclass
class Analyse:
    """Turn raters' files into means, intervals, tests and agreement: report.md, report.json, report.html."""

    results: tyro.conf.Positional[tuple[Path, ...]]
    """Files that raters sent, or folders of them."""
    key: Path
    """The key that `make` wrote."""
    out: Path
    """Folder for the report."""
    consistency: float = 1.25
    """Mean difference between the marks of a repeated video above which a rater is left out."""
    seed: int = 0
    """Seed of the bootstrap."""

    def run(self) -> None:
        """Analyse."""
        from ksdiff.files import make_folder
        from ksdiff.study.analysis import analyse
        from ksdiff.study.report import table, write_report
        from ksdiff.study.results import read_key, read_results

        key = read_key(self.key)
        results = read_results(self.results, key, self.consistency)
        analysis = analyse(results, key, self.seed)
        make_folder(self.out)
        write_report(analysis, self.out)
        say(table(analysis).rstrip())
        for rater in analysis.excluded:
            note("left out:", f"{rater.name}: {rater.reason}")


Action = Annotated[Make, tyro.conf.subcommand("make")] | Annotated[Analyse, tyro.conf.subcommand("analyse")]


@dataclass
class Study:
    """Let people rate systems blindly, and say what the ratings mean."""

    action: Action

    def run(self) -> None:
        """Do one of the two."""
        self.action.run()


def named_folders(given: tuple[str, ...]) -> dict[str, Path]:
    """Read SYSTEM=FOLDER.

    Raises:
        InputError: There is no ``=``, a part is empty, or a system is named twice.
    """
    folders: dict[str, Path] = {}
    for item in given:
        name, _, folder = item.partition("=")
        if not name or not folder:
            raise InputError(f"{item!r} must be SYSTEM=FOLDER, such as ours=videos/ours")
        if name in folders:
            raise InputError(f"the system {name!r} is given twice: give each another name")
        folders[name] = Path(folder)
    return folders
