"""Frames to other programs over UDP, each at its time: they show what comes at once, and have no clock of their own."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from ksdiff.errors import InputError
from ksdiff.live import live_link, vmc
from ksdiff.live.streamer import Frames
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, MotionSpace

AHEAD = 0.08  # s by which the first frame waits, so that the following ones are there in time
_Encode = Callable[[str, int, Frames, int], bytes]  # subject, number of the frame, frames, index among them


@dataclass
class _Line:
    """The frames of one session that wait for their time."""

    subject: str
    waiting: deque[tuple[int, Frames, int]] = field(default_factory=deque)
    zero: float | None = None  # instant of frame 0, by the loop's clock
    task: "asyncio.Task[None] | None" = None


class Outputs:
    """Where the frames of all sessions go besides their clients."""

    def __init__(self, live_link_to: str | None = None, vmc_to: str | None = None, space: MotionSpace = ARKIT) -> None:
        """Nowhere, unless an address is given.

        Args:
            live_link_to: Address for Live Link Face, ``HOST`` or ``HOST:PORT``.
            vmc_to: Address for VMC.
            space: What the channels of the frames are.

        Raises:
            InputError: An address cannot be used, or the frames are no ARKit shapes.
        """
        self._targets: list[tuple[tuple[str, int], _Encode]] = []
        self._lines: dict[Hashable, _Line] = {}
        self._socket: socket.socket | None = None
        if live_link_to is None and vmc_to is None:
            return
        if space != ARKIT:
            raise InputError(f"Live Link and VMC need ARKit shapes, but these weights move {space.name}")
        if live_link_to is not None:
            self._targets.append((address(live_link_to, live_link.PORT), _live_link))
        if vmc_to is not None:
            self._targets.append((address(vmc_to, vmc.PORT), _vmc))
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def put(self, session: Hashable, subject: str, frames: Frames) -> None:
        """Send frames, each when it is its turn. Call within the event loop."""
        if self._socket is None:
            return
        line = self._lines.setdefault(session, _Line(subject))
        line.waiting.extend((frames.first + index, frames, index) for index in range(len(frames)))
        if line.task is None or line.task.done():
            line.task = asyncio.ensure_future(self._play(line))

    def interrupt(self, session: Hashable, frame: int) -> None:
        """Forget the frames from a number on."""
        line = self._lines.get(session)
        if line is not None:
            line.waiting = deque(waiting for waiting in line.waiting if waiting[0] < frame)

    def leave(self, session: Hashable) -> None:
        """A session has ended: what it still has is not shown."""
        line = self._lines.pop(session, None)
        if line is not None and line.task is not None:
            line.task.cancel()

    def close(self) -> None:
        """Send nothing more."""
        for session in list(self._lines):
            self.leave(session)
        if self._socket is not None:
            self._socket.close()

    async def _play(self, line: _Line) -> None:
        loop = asyncio.get_running_loop()
        while line.waiting:
            number, frames, index = line.waiting[0]
            now = loop.time()
            if line.zero is None or now > line.zero + number / MOTION_RATE + AHEAD:  # at first, or after a stall
                line.zero = now + AHEAD - number / MOTION_RATE
            wait = line.zero + number / MOTION_RATE - now
            if wait > 0:
                await asyncio.sleep(min(wait, 0.1))  # an interruption may come in between
                continue
            line.waiting.popleft()
            assert self._socket is not None
            for target, encode in self._targets:
                try:
                    self._socket.sendto(encode(line.subject, number, frames, index), target)
                except OSError:  # nobody listens, or the buffer is full: the next frame is as good
                    continue


def address(text: str, port: int) -> tuple[str, int]:
    """Host and port from ``HOST`` or ``HOST:PORT``; checked here, so that no frame is held up by the look-up.

    Raises:
        InputError: There is no such host, or the port is no number.
    """
    host, _, given = text.partition(":")
    try:
        number = int(given) if given else port
        if not 0 < number < 65536:
            raise ValueError("a port is 1 to 65535")
        return str(socket.getaddrinfo(host, number, socket.AF_INET, socket.SOCK_DGRAM)[0][4][0]), number
    except (ValueError, OSError) as error:
        raise InputError(
            f"{text!r} is no address to send to ({error}): give HOST:PORT, such as 127.0.0.1:{port}"
        ) from error


def _live_link(subject: str, number: int, frames: Frames, index: int) -> bytes:
    return live_link.packet(subject, number, MOTION_RATE, frames.expression[index], frames.head[index])


def _vmc(subject: str, number: int, frames: Frames, index: int) -> bytes:
    del subject
    return vmc.bundle(number / MOTION_RATE, frames.expression[index], frames.head[index])
