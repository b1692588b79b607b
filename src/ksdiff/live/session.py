"""One session of the service: what came in, where its time stands, what goes out."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from ksdiff.live.protocol import Control, End, Flush, Interrupt, Start
from ksdiff.live.streamer import Frames, Streamer
from ksdiff.motion import MOTION_RATE

# Bytes of sound that wait for their turn, nearly six minutes of a synthesiser; then the client is read no further. What
# is not read holds up the pings behind it, and many clients give up without an answer to theirs in 20 s.
MAX_QUEUED = 16 * 2**20
MAX_UNSENT = 250  # frames that wait to be sent; then no more are made
IDLE_SLACK = 0.2  # s by which sound may be late before silence takes its place
MAX_CATCH_UP = 1.0  # s of silence that is put in at most, to catch up with the clock
_SILENCE = 0.12  # s of silence that is put in at once


@dataclass(frozen=True)
class Made:
    """Frames that were made, and their sound."""

    frames: Frames
    sound: Int[np.ndarray, " N"]


@dataclass(frozen=True)
class Interrupted:
    """The frames from this one on were taken back."""

    frame: int


@dataclass(frozen=True)
class Flushed:
    """All frames before this one have been made; sound that comes next lies at ``position``, s."""

    frame: int
    position: float


@dataclass(frozen=True)
class Ended:
    """Nothing more will be made; ``error`` says why, if something went wrong."""

    error: str | None = None


Event = Made | Interrupted | Flushed | Ended


class Session:
    """A streamer, with a clock and queues. But for `put` and `sent`, only the hub's thread works with it."""

    def __init__(self, streamer: Streamer, start: Start, send: Callable[[Event], None], now: float) -> None:
        """Begin.

        Args:
            streamer: What makes the motion.
            start: What the client wants.
            send: Takes what is to be sent.
            now: Instant of a clock that never goes back, s.
        """
        self.streamer, self.start = streamer, start
        self._send = send
        self._began = now
        self._inbox: deque[np.ndarray | Control] = deque()
        self._queued = 0  # bytes of sound in the inbox
        self._lock = threading.Lock()  # of the inbox and of what counts
        self._flushing: Flush | End | None = None  # a wish whose frames are being made
        self._sound = np.zeros(0, np.int16)  # not sent yet, from the next frame on
        self._sound_from = 0  # sample of its first
        self._unsent = 0  # frames
        self.made = 0
        self.dropped = 0  # samples
        self.silence = 0.0  # s that were put in
        self.ended = False

    @property
    def has_room(self) -> bool:
        """Whether more sound may be put in."""
        return self._queued < MAX_QUEUED

    def put(self, item: np.ndarray | Control) -> None:
        """Take sound or a wish of the client; from any thread."""
        with self._lock:
            if isinstance(item, Interrupt):  # what waits before it will not be said
                self._inbox.clear()
                self._queued = 0
            elif isinstance(item, np.ndarray):
                self._queued += item.nbytes
            self._inbox.append(item)

    def sent(self, frames: int) -> None:
        """Some frames have been sent; from any thread."""
        with self._lock:
            self._unsent -= frames

    def work(self, now: float) -> bool:
        """Take what waits; gives whether a hop can be made."""
        while not self.ended:
            interrupted = bool(self._inbox) and isinstance(self._inbox[0], Interrupt)
            if self.streamer.ready and not interrupted:
                break
            if self._flushing is not None and not interrupted:
                self._flushed(self._flushing)
                continue
            item = self._next()
            if item is None:
                break
            self._take(item, now)
        if not self.streamer.ready and not self.ended:
            self._keep_time(now)
        return self.streamer.ready and not self.ended and self._unsent < MAX_UNSENT

    def lateness(self, now: float) -> float:
        """How long ago the sound of the next hop was complete by the session's own clock, s; negative for not yet."""
        settings = self.streamer.engine.settings
        return now - self._began - settings.heard_until(self.streamer.next_frame) / 16_000

    def finish(self, frames: Frames) -> None:
        """Send frames that were made, with their sound."""
        if not len(frames):
            return
        self.made += len(frames)
        with self._lock:
            self._unsent += len(frames)
        stop = self._sample(frames.first + len(frames))
        count = max(stop - self._sound_from, 0)
        sound = self._sound[:count]
        sound = np.pad(sound, (0, count - len(sound)))
        self._sound, self._sound_from = self._sound[count:], stop
        self._send(Made(frames, sound))

    def end(self, error: str | None = None) -> None:
        """Make nothing more."""
        if not self.ended:
            self.ended = True
            self._send(Ended(error))

    def _sample(self, frame: int) -> int:
        return frame * self.start.rate // MOTION_RATE

    def _hear(self, samples: np.ndarray) -> None:
        self.streamer.feed(samples)
        kept = samples if samples.dtype == np.int16 else np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)
        self._sound = np.concatenate([self._sound, kept])

    def _in_time(self, samples: np.ndarray, now: float) -> np.ndarray:
        """The samples, without the first ones where they would come later than the client allows."""
        if self.start.max_lag is None:
            return samples
        end = self.streamer.position + len(samples) / self.start.rate
        late = round((end - (now - self._began) - self.start.max_lag) * self.start.rate)
        late = int(np.clip(late, 0, len(samples)))
        self.dropped += late
        return samples[late:]

    def _next(self) -> np.ndarray | Control | None:
        with self._lock:
            if not self._inbox:
                return None
            item = self._inbox.popleft()
            if isinstance(item, np.ndarray):
                self._queued = max(self._queued - item.nbytes, 0)
            return item

    def _take(self, item: np.ndarray | Control, now: float) -> None:
        if isinstance(item, np.ndarray):
            self._hear(self._in_time(item, now))
        elif isinstance(item, Interrupt):
            self._flushing = None
            self.streamer.cut(item.shown)
            frame = self.streamer.next_frame
            self._sound, self._sound_from = np.zeros(0, np.int16), self._sample(frame)
            self._send(Interrupted(frame))
            self._fill()
        else:
            self.streamer.pad()
            self._fill()
            self._flushing = item

    def _flushed(self, wish: Flush | End) -> None:
        """All frames that a wish to flush, or to end, asked for have been made."""
        self._flushing = None
        if isinstance(wish, End):
            self.end()
        else:
            self._send(Flushed(self.streamer.next_frame, self.streamer.position))

    def _keep_time(self, now: float) -> None:
        """Go on in silence, if the client wants that and its sound is late."""
        late = now - self._began - IDLE_SLACK - self.streamer.position
        if not self.start.idle or late <= 0:
            return
        # After a long stall of this machine there is no point in making up for all of it.
        missing = min(late + _SILENCE, MAX_CATCH_UP)
        self.silence += missing
        self._hear(np.zeros(round(missing * self.start.rate), np.int16))
        self._began += max(late + _SILENCE - missing, 0.0)

    def _fill(self) -> None:
        """Silence that the streamer put in is silence in the sound too."""
        wanted = round(self.streamer.position * self.start.rate) - self._sound_from
        self._sound = np.pad(self._sound, (0, max(wanted - len(self._sound), 0)))[: max(wanted, 0)]
