"""What happens to a project, as server-sent events. There are only so many streams: each holds a connection."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from fastapi.sse import ServerSentEvent

from ksdiff.studio.answers import Answer, Changed, Refusal
from ksdiff.studio.open_project import Listener, OpenProject
from ksdiff.studio.refusals import OverloadedError, TooManyError
from ksdiff.studio.workspace import Workspace

MAX_STREAMS = 64
MAX_STREAMS_OF_PROJECT = 16
MAX_WAITING = 256  # events that a stream keeps for a page that is slow to read; older ones go


class Streams:
    """The streams that are open."""

    def __init__(self) -> None:
        self._count = 0

    @contextmanager
    def of(self, project: OpenProject) -> Iterator[AsyncIterator[ServerSentEvent]]:
        """Give a stream of what happens to a project; first, how things stand.

        Raises:
            TooManyError: This project has too many streams.
            OverloadedError: All projects together have.
        """
        if len(project.listeners) >= MAX_STREAMS_OF_PROJECT:
            raise TooManyError(
                f"this project is open in {MAX_STREAMS_OF_PROJECT} windows, the most that the studio serves: close one"
            )
        with self._listening(project.listeners) as queue:
            yield _events(project, queue)

    @contextmanager
    def of_all(self, workspace: Workspace) -> Iterator[AsyncIterator[ServerSentEvent]]:
        """Give a stream of what happens to the list of projects.

        Raises:
            OverloadedError: There are too many streams.
        """
        with self._listening(workspace.listeners) as queue:
            yield _following(queue)

    @contextmanager
    def _listening(self, listeners: set[Listener]) -> Iterator[asyncio.Queue[ServerSentEvent]]:
        if self._count >= MAX_STREAMS:
            raise OverloadedError(f"the studio serves at most {MAX_STREAMS} windows: close one")
        loop, queue = asyncio.get_running_loop(), asyncio.Queue[ServerSentEvent]()

        def put(event: ServerSentEvent) -> None:
            queue.put_nowait(event)
            if queue.qsize() > MAX_WAITING:
                queue.get_nowait()

        def listener(name: str, data: Answer | None) -> None:  # from any thread
            loop.call_soon_threadsafe(put, _event(name, data))

        self._count += 1
        listeners.add(listener)
        try:
            yield queue
        finally:
            listeners.discard(listener)
            self._count -= 1


async def _events(project: OpenProject, queue: asyncio.Queue[ServerSentEvent]) -> AsyncIterator[ServerSentEvent]:
    if project.failure is not None:
        yield _event("failed", Refusal(message=project.failure))
    elif project.opened is not None:
        yield _event("changed", Changed(version=project.version))
        if project.works:
            yield _event("progress", project.progress)
    else:
        yield _event("progress", project.progress)
    async for event in _following(queue):
        yield event


async def _following(queue: asyncio.Queue[ServerSentEvent]) -> AsyncIterator[ServerSentEvent]:
    event = None
    while event is None or event.event != "shutdown":
        event = await queue.get()
        yield event


def _event(name: str, data: Answer | None) -> ServerSentEvent:
    return ServerSentEvent(event=name, data={} if data is None else data.model_dump())
