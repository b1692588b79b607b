"""The command line: parses arguments; alone prints and sets exit codes."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import tyro

# Idle threads sleep: spinning ones would starve their neighbours where cores are shared. Read when torch is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from ksdiff.cli.ablate import Ablate
from ksdiff.cli.animate import Animate
from ksdiff.cli.console import console
from ksdiff.cli.convert import Convert
from ksdiff.cli.edit import Edit
from ksdiff.cli.evaluate import Evaluate
from ksdiff.cli.prepare import Prepare
from ksdiff.cli.retarget import Retarget
from ksdiff.cli.studio import Studio
from ksdiff.cli.study import Study
from ksdiff.cli.train import Train
from ksdiff.errors import InputError

Command = (
    Annotated[Animate, tyro.conf.subcommand("animate")]
    | Annotated[Retarget, tyro.conf.subcommand("retarget")]
    | Annotated[Convert, tyro.conf.subcommand("convert")]
    | Annotated[Prepare, tyro.conf.subcommand("prepare")]
    | Annotated[Train, tyro.conf.subcommand("train")]
    | Annotated[Evaluate, tyro.conf.subcommand("evaluate")]
    | Annotated[Ablate, tyro.conf.subcommand("ablate")]
    | Annotated[Study, tyro.conf.subcommand("study")]
    | Annotated[Edit, tyro.conf.subcommand("edit")]
    | Annotated[Studio, tyro.conf.subcommand("studio")]
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point. Exit code 2 and one message for anything that the user can mend."""
    run: Callable[[], None] = tyro.cli(
        Command,  # type: ignore[arg-type]
        prog="ksdiff",
        args=arguments,
        config=(tyro.conf.OmitArgPrefixes,),
    ).run
    try:
        run()
    except InputError as error:
        console.print(f"[red]ksdiff:[/] {error}", highlight=False, soft_wrap=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
