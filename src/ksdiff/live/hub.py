"""All sessions of one process: a thread of its own sees what is to be made, and a few make it, in batches."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ksdiff.concurrency import available_cores
from ksdiff.errors import InputError
from ksdiff.layers.eyes import NATURAL
from ksdiff.live.metrics import Metrics
from ksdiff.live.protocol import Control, Start
from ksdiff.live.session import Event, Session
from ksdiff.live.streamer import Engine, Streamer, StreamOptions

TICK = 0.02  # s between looks at the clock while sessions are open
_log = logging.getLogger(__name__)


class FullError(InputError):
    """There are as many sessions as this process serves."""


class Hub:
    """Opens sessions, and moves those that have enough sound, again and again: in one batch for each core."""

    def __init__(self, engine: Engine, max_sessions: int, metrics: Metrics) -> None:
        """Start the thread; `close` ends it.

        Args:
            engine: Moves the sessions.
            max_sessions: Greatest number of sessions at a time.
            metrics: Are kept up to date.
        """
        self.engine, self.max_sessions, self.metrics = engine, max_sessions, metrics
        self._sessions: list[Session] = []
        self._opening = 0
        self._closed = self._news = False
        self._changed = threading.Condition()
        # The networks compute with one thread each. Two small batches beside each other are ready before one large one.
        self._batches = available_cores()
        self._makers = ThreadPoolExecutor(self._batches, thread_name_prefix="live")
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)
        self._thread.start()

    @property
    def sessions(self) -> int:
        """How many are open."""
        return len(self._sessions) + self._opening

    @property
    def alive(self) -> bool:
        """Whether the thread works."""
        return self._thread.is_alive() and not self._closed

    def open(self, start: Start, send: Callable[[Event], None]) -> Session:
        """Begin a session.

        Args:
            start: What the client wants.
            send: Takes what is to be sent; called from the hub's thread.

        Raises:
            FullError: There are too many.
            InputError: There is no such style.
        """
        with self._changed:
            if self.sessions >= self.max_sessions:
                raise FullError(f"all {self.max_sessions} sessions are in use: try again later")
            self._opening += 1
        try:
            options = StreamOptions(start.style, start.seed, start.rest, NATURAL if start.blinks else None)
            session = Session(Streamer(self.engine, options, start.rate), start, send, time.monotonic())
        finally:
            with self._changed:
                self._opening -= 1
        with self._changed:
            self._sessions.append(session)
            self.metrics.opened.inc()
            self.metrics.sessions.set(len(self._sessions))
        self._wake()
        return session

    def put(self, session: Session, item: np.ndarray | Control) -> None:
        """Give a session sound, or a wish of its client."""
        session.put(item)
        self._wake()

    def sent(self, session: Session, frames: int) -> None:
        """Some of a session's frames have been sent."""
        session.sent(frames)
        self._wake()

    def leave(self, session: Session) -> None:
        """The client has gone."""
        with self._changed:
            session.ended = True
            if session in self._sessions:
                self._sessions.remove(session)
                self.metrics.dropped.inc(session.dropped / session.start.rate)
                self.metrics.silence.inc(session.silence)
            self.metrics.sessions.set(len(self._sessions))

    def close(self) -> None:
        """End all sessions, and the thread."""
        self._closed = True
        self._wake()
        self._thread.join()
        self._makers.shutdown()
        for session in list(self._sessions):
            session.end("the service ends")

    def _wake(self) -> None:
        with self._changed:
            self._news = True
            self._changed.notify()

    def _run(self) -> None:
        while not self._closed:
            with self._changed:
                sessions, self._news = list(self._sessions), False
            # Without the lock, which would hold up those who bring sound.
            ready = [session for session in sessions if self._works(session)]
            if len(ready) > 1:
                list(self._makers.map(self._advance, _shared(ready, self._batches)))
            elif ready:
                self._advance(ready)
            if ready:
                continue
            with self._changed:
                if not self._news and not self._closed:
                    self._changed.wait(TICK if sessions else None)

    def _works(self, session: Session) -> bool:
        try:
            return session.work(time.monotonic())
        except Exception as error:  # one session's failure is not that of the others
            self._fail(session, error)
            return False

    def _advance(self, ready: list[Session]) -> None:
        began = time.monotonic()
        try:
            made = self.engine.advance([session.streamer for session in ready])
        except Exception as error:
            if len(ready) == 1:
                self._fail(ready[0], error)
            else:  # whose fault it is shows when each is alone
                for session in ready:
                    if session.streamer.ready:
                        self._advance([session])
            return
        done = time.monotonic()
        self.metrics.hop.observe(done - began)
        for session, frames in zip(ready, made, strict=True):
            if not session.ended:
                lateness = session.lateness(done) + self.engine.settings.hop / 25
                self.metrics.lateness.observe(max(lateness, 0.0))
                self.metrics.frames.inc(len(frames))
                session.finish(frames)

    def _fail(self, session: Session, error: Exception) -> None:
        if isinstance(error, InputError):
            session.end(str(error))
            return
        _log.error("a session failed", exc_info=error)
        self.metrics.failed.inc()
        session.end("this program failed; the session cannot go on")


def _shared(sessions: list[Session], count: int) -> list[list[Session]]:
    """The sessions in as many parts as there are, at most ``count``, of about the same size."""
    parts = min(count, len(sessions))
    return [sessions[part::parts] for part in range(parts)]
