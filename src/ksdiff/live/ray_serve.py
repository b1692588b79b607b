"""Replicas of the service behind Ray Serve: `application` is what its config names (examples/ray_serve.yaml).

A replica is a process with weights and sessions of its own. Ray Serve sends each WebSocket to one replica, where it
stays, so a session never changes its replica; new ones go where fewer are.
"""

from pathlib import Path
from typing import Annotated

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from ray import serve  # pyright: ignore[reportMissingImports] (there only where Ray is)
from ray.serve import Application  # pyright: ignore[reportMissingImports]

from ksdiff.live.app import make_app
from ksdiff.live.guard import Guard, read_token
from ksdiff.live.streamer import Engine

LOOKS = 4  # requests to /health and /metrics that a replica answers beside its sessions

_app: FastAPI | None = None  # of this process: a replica has one of its own


class Settings(BaseModel):
    """What the ``args`` of the config say.

    Attributes:
        model: Weights: a name, or a file that all nodes see.
        max_sessions: Greatest number of sessions of a replica.
        token_file: File with the token that clients must give; all nodes must see it. Without one, the service answers
            only clients that reach it at localhost.
        origins: Web pages that may use the service besides those of this computer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = "base"
    max_sessions: Annotated[int, Field(ge=1, le=64)] = 8
    token_file: Path | None = None
    origins: tuple[str, ...] = ()


def application(settings: Settings) -> Application:
    """The service as Ray Serve runs it: replicas, their number and processors are those of the config.

    A replica that is full answers 1013 ("try again later"), as the service alone does.
    """
    deployed = serve.deployment(name="live", max_ongoing_requests=settings.max_sessions + LOOKS)
    return deployed(serve.ingress(_app_of_this_process)(_Replica)).bind(settings)


class _Replica:
    """One replica; Ray Serve makes it first and then asks for its app."""

    def __init__(self, settings: Settings) -> None:
        """Load the weights.

        Raises:
            InputError: The token or the weights cannot be read.
        """
        global _app
        token = None if settings.token_file is None else read_token(settings.token_file)
        _app = make_app(Engine(settings.model), Guard(token, settings.origins), settings.max_sessions)

    def check_health(self) -> None:
        """Asked by Ray Serve again and again, which replaces the replica after some failures.

        Raises:
            RuntimeError: The thread that makes motion has ended.
        """
        if _app is None or not _app.state.hub.alive:
            raise RuntimeError("the thread that makes motion has ended")


def _app_of_this_process() -> FastAPI:
    assert _app is not None
    return _app
