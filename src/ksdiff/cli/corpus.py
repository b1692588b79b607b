"""``ksdiff corpus``: ``cut``, ``check``, ``merge``, ``split`` and ``stats``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

from ksdiff.cli.console import Positional, RayAddress, note, say, stages
from ksdiff.errors import InputError


@dataclass
class Check:
    """Read a whole corpus and say what is damaged."""

    corpus: Positional
    """A corpus, in single files or in shards."""

    def run(self) -> None:
        """Check it."""
        from ksdiff.corpus.upkeep import check_corpus

        with stages() as stage:
            checked = check_corpus(self.corpus, stage)
        for problem in checked.problems:
            note("damaged:", problem, "red")
        if checked.problems:
            raise InputError(f"{self.corpus}: {len(checked.problems)} problems in {checked.clips} clips")
        say(f"{checked.clips} clips are whole")


@dataclass
class Merge:
    """Put corpora together in shards; one alone is put into shards."""

    corpora: tyro.conf.Positional[tuple[Path, ...]]
    """Corpora that were made with the same settings."""
    out: Path
    """Folder of the new corpus."""
    shard_mb: int = 256
    """A shard that has so many MB is followed by another."""

    def run(self) -> None:
        """Merge them."""
        from ksdiff.corpus.upkeep import merge

        if not self.corpora:
            raise InputError("name at least one corpus")
        if not 1 <= self.shard_mb <= 1_000_000:
            raise InputError(f"shard-mb is {self.shard_mb}; it must be 1 to 1000000")
        with stages() as stage:
            clips = merge(self.corpora, self.out, self.shard_mb << 20, stage)
        say(f"{clips} clips in {self.out}")


@dataclass
class Split:
    """Share a corpus out into several in shards, each speaker in one of them."""

    corpus: Positional
    """A corpus."""
    out: Path
    """Folder that gets part-0, part-1 and so on."""
    parts: int = 2
    """How many."""
    shard_mb: int = 256
    """A shard that has so many MB is followed by another."""

    def run(self) -> None:
        """Split it."""
        from ksdiff.corpus.upkeep import split

        if not 1 <= self.shard_mb <= 1_000_000:
            raise InputError(f"shard-mb is {self.shard_mb}; it must be 1 to 1000000")
        with stages() as stage:
            counts = split(self.corpus, self.out, self.parts, self.shard_mb << 20, stage)
        say("\n".join(f"{count} clips in {self.out / f'part-{part}'}" for part, count in enumerate(counts)))


@dataclass
class Stats:
    """Count what is in a corpus, and make a page of it."""

    corpus: Positional
    """A corpus."""
    out: Path | None = None
    """Folder for report.html; none is made if not given."""

    def run(self) -> None:
        """Count."""
        from ksdiff.corpus.census import take_census
        from ksdiff.corpus.report import hours, write_report

        with stages() as stage:
            census = take_census(self.corpus, stage)
            path = None if self.out is None else write_report(census, self.out)
        languages = ", ".join(f"{name} {hours(value)}" for name, value in census.languages.items())
        say(
            f"{census.clips} clips, {hours(census.seconds)}, {len(census.speakers)} speakers; {languages}; "
            f"{sum(census.left_out.values())} left out"
        )
        if path is not None:
            say(f"{path}")


@dataclass
class Cut:
    """Cut clips out of your own copies of a data set's videos, as its lists say: range, face window, square of 512."""

    lists: Positional
    """Folder of the lists: HDTF_dataset of HDTF, txt of VoxCeleb2."""
    videos: Positional
    """Folder of your videos: RD_Radio1.mp4 of HDTF, 5r0dWxy17C8.mp4 of VoxCeleb2."""
    out: Path
    """Folder for the clips, and the manifest.csv that prepare reads."""
    recipe: Literal["hdtf", "voxceleb2"] = "hdtf"
    """Whose lists they are."""
    workers: int | None = None
    """Videos worked on at the same time; as many as there are processors by default."""
    ray: RayAddress = None
    """Work on a Ray cluster: its ADDRESS, or the one that runs or is started here. Extra cluster."""

    def run(self) -> None:
        """Cut."""
        from ksdiff.corpus.cutting import cut_all
        from ksdiff.corpus.recipes import RECIPES
        from ksdiff.tasks.workers import Workers, processors

        workers = Workers(processors() if self.workers is None else self.workers, self.ray)
        cuts = RECIPES[self.recipe](self.lists)
        with stages() as stage:
            result = cut_all(cuts, self.videos, self.out, workers, stage)
        for reason in result.left_out:
            note("left out:", reason)
        say(f"{len(result.written)} clips in {self.out}, {len(result.left_out)} left out")


@dataclass
class Corpus:
    """Look after corpora: cut, check, merge, split, count."""

    what: Annotated[
        Annotated[Cut, tyro.conf.subcommand("cut")]
        | Annotated[Check, tyro.conf.subcommand("check")]
        | Annotated[Merge, tyro.conf.subcommand("merge")]
        | Annotated[Split, tyro.conf.subcommand("split")]
        | Annotated[Stats, tyro.conf.subcommand("stats")],
        tyro.conf.OmitSubcommandPrefixes,
    ]

    def run(self) -> None:
        """Run the command."""
        self.what.run()
