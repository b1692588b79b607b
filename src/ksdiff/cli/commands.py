"""All commands together, and what becomes of their errors."""

import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import tyro

from ksdiff.cli import console
from ksdiff.cli.ablate import Ablate
from ksdiff.cli.animate import Animate
from ksdiff.cli.convert import Convert
from ksdiff.cli.convert_liveportrait import ConvertLivePortrait
from ksdiff.cli.corpus import Corpus
from ksdiff.cli.doctor import Doctor
from ksdiff.cli.edit import Edit
from ksdiff.cli.evaluate import Evaluate
from ksdiff.cli.portrait import Portrait
from ksdiff.cli.prepare import Prepare
from ksdiff.cli.retarget import Retarget
from ksdiff.cli.serve import Serve
from ksdiff.cli.studio import Studio
from ksdiff.cli.study import Study
from ksdiff.cli.train import Train
from ksdiff.cli.web import Web
from ksdiff.errors import InputError, Interrupted

MAX_MESSAGE = 1200  # characters

Command = (
    Annotated[Animate, tyro.conf.subcommand("animate")]
    | Annotated[Retarget, tyro.conf.subcommand("retarget")]
    | Annotated[Convert, tyro.conf.subcommand("convert")]
    | Annotated[ConvertLivePortrait, tyro.conf.subcommand("convert-liveportrait")]
    | Annotated[Portrait, tyro.conf.subcommand("portrait")]
    | Annotated[Prepare, tyro.conf.subcommand("prepare")]
    | Annotated[Corpus, tyro.conf.subcommand("corpus")]
    | Annotated[Train, tyro.conf.subcommand("train")]
    | Annotated[Evaluate, tyro.conf.subcommand("evaluate")]
    | Annotated[Ablate, tyro.conf.subcommand("ablate")]
    | Annotated[Study, tyro.conf.subcommand("study")]
    | Annotated[Edit, tyro.conf.subcommand("edit")]
    | Annotated[Studio, tyro.conf.subcommand("studio")]
    | Annotated[Serve, tyro.conf.subcommand("serve")]
    | Annotated[Web, tyro.conf.subcommand("web")]
    | Annotated[Doctor, tyro.conf.subcommand("doctor")]
)


def run(arguments: Sequence[str] | None = None) -> None:
    """Parse the arguments and run the command that they name."""
    console.open_streams()
    command: Callable[[], None] = tyro.cli(
        Command,  # type: ignore[arg-type]
        prog="ksdiff",
        args=arguments,
        config=(tyro.conf.OmitArgPrefixes,),
    ).run
    try:
        command()
        console.flush()
    except InputError as error:
        _fail(str(error))
    except Interrupted as error:
        console.note("ksdiff:", f"{error}; the same command resumes")
        sys.exit(128 + error.signal)
    except MemoryError:
        _fail("there is not enough memory for this: close other programs, or give a shorter sound")
    except OSError as error:  # what no writer or reader explained better: a full disk, a folder that went away
        name = f" {error.filename}" if error.filename is not None else ""
        _fail(f"cannot read or write{name}: {error.strerror or error}")


def _fail(message: str) -> None:
    line = " ".join(message.splitlines())
    if len(line) > MAX_MESSAGE:  # a damaged file can hold a name of any length
        line = f"{line[: MAX_MESSAGE * 2 // 3]} ... {line[-MAX_MESSAGE // 3 :]}"
    console.note("ksdiff:", line, "red")
    sys.exit(2)
