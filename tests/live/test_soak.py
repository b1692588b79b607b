"""Minutes of four sessions of ``ksdiff serve`` with bad neighbours.

``KSDIFF_SOAK_SECONDS`` sets how much sound each session hears (60 if not given; 1800 for half an hour), and
``KSDIFF_SOAK_SPEED`` how many times faster than real time it comes (1; 0 for as fast as the service takes it).
Delays are judged at speed 1, of the frames that come while less than 1.5 processes want each core, the service's own
among them.

    KSDIFF_SOAK_SECONDS=1800 pytest -m slow -s tests/live/test_soak.py
"""

import contextlib
import json
import os
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from support.live import ServiceProcess, pcm
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from ksdiff.live.settings import StreamSettings
from ksdiff.live.streamer import Engine, Streamer, StreamOptions

SECONDS = float(os.environ.get("KSDIFF_SOAK_SECONDS", "60"))
SPEED = float(os.environ.get("KSDIFF_SOAK_SPEED", "1"))
SESSIONS = 4
WARM = 10.0  # s of sound before memory is watched
BUSY = 1.5  # processes that want each core, from which on delays tell nothing
LATE = 0.5  # s after the last sound that it needs, within which a frame comes, but for one in a thousand
GROWTH = 25.0  # MB that the second half of the time may take more than the first: what Python's allocator drifts by
AHEAD = 60.0  # s of sound that a client is ahead of its frames at most
PIECES = (160, 320, 641, 4000)  # samples
BAD_TEXTS = ("garbage", "{}", '{"type": "start", "rate": 1}', '{"type": "start", "extra": 1}', "[" * 5000, "")
BAD_WISHES = ('{"type": "interrupt", "shown": 1e300}', '{"type": "flush", "x": 1}', '{"type": "start"}', "\x00")


@dataclass
class Client:
    """Somebody who behaves.

    Attributes:
        seed: Of the motion and of when what is sent; also tells what the client does.
        frames: Their numbers, in the order in which they came.
        sent: Sound that was sent, s.
        delays: When each message of frames came, and how long after the last sound that it needs, s.
        first: The first frames.
        cuts: How often it has interrupted itself.
        lost: Sound for which no frames will come, at most, s.
        taken: Frames that came, those that were void later too.
        failures: Of listening.
    """

    seed: int
    frames: list[int] = field(default_factory=list)
    sent: float = 0.0
    delays: list[tuple[float, float]] = field(default_factory=list)
    first: list[np.ndarray] = field(default_factory=list)
    cuts: int = 0
    lost: float = 0.0
    taken: int = 0
    failures: list[BaseException] = field(default_factory=list)

    @property
    def interrupts(self) -> bool:
        return self.seed % SESSIONS == 2

    @property
    def reads_slowly(self) -> bool:
        return self.seed % SESSIONS == 3

    def run(self, service: ServiceProcess, sound: bytes, seconds: float) -> None:
        """Send so much sound, with jitter, stalls and bursts, and take all frames."""
        rng, sent, instants = random.Random(self.seed), 0, [(0, time.monotonic())]
        with service.open(seed=self.seed, idle=False, output="binary") as client:
            assert json.loads(client.recv(timeout=300))["type"] == "header"
            listening = threading.Thread(target=self._listen, args=(client, instants))
            listening.start()
            while sent < seconds * 16_000:
                at = 2 * sent % len(sound)
                piece = sound[at : at + 2 * rng.choice(PIECES)]
                client.send(piece)
                sent += len(piece) // 2
                instants.append((sent, time.monotonic()))
                self.sent = sent / 16_000
                if self.interrupts and rng.random() < 0.001:
                    client.send('{"type": "interrupt"}')
                    self.lost = sent / 16_000 - self.taken / 25  # at most: an interruption forgets what waits
                elif self.interrupts and rng.random() < 0.001:
                    client.send('{"type": "flush"}')
                while sent / 16_000 - self.taken / 25 - self.lost > AHEAD and listening.is_alive():
                    time.sleep(0.05)
                if SPEED:
                    stall = rng.random() < 0.01
                    time.sleep((0.7 if stall else rng.uniform(0.6, 1.2) * len(piece) / 32_000) / SPEED)
            client.send('{"type": "end"}')
            listening.join(900)
            assert not listening.is_alive(), "the last frames did not come"
            assert not self.failures, self.failures

    def _listen(self, client, instants: list[tuple[int, float]]) -> None:
        try:
            self._take(client, instants)
        except BaseException as error:
            self.failures.append(error)

    def _take(self, client, instants: list[tuple[int, float]]) -> None:
        heard_until, hop, at = StreamSettings().heard_until, StreamSettings().hop, 0
        while True:
            message = client.recv(timeout=900)
            now = time.monotonic()
            if isinstance(message, str):
                found = json.loads(message)
                if found["type"] == "interrupted":
                    self.frames = [number for number in self.frames if number < found["frame"]]
                    self.cuts += 1
                elif found["type"] == "status":
                    assert found["status"] == "ok", found
                    return
                continue
            count, first = int.from_bytes(message[2:4], "little"), int.from_bytes(message[4:8], "little")
            self.frames += range(first, first + count)
            self.taken += count
            if len(self.first) < 25:
                self.first.append(np.frombuffer(message[16:], "<f4").reshape(count, -1))
            if not self.interrupts:  # after which sound and frames count from another instant
                while at < len(instants) - 1 and instants[at][0] < heard_until(first // hop * hop):
                    at += 1
                self.delays.append((now, now - instants[at][1]))
            if self.reads_slowly and first % 100 < hop:
                time.sleep(1.0)

    def check(self, engine: Engine, voice: np.ndarray) -> None:
        """No frame is missing or comes twice; the first second is what the client would have got alone."""
        assert self.frames == list(range(len(self.frames)))
        if not self.interrupts:
            assert len(self.frames) >= SECONDS * 25 - 1
        alone = Streamer(engine, StreamOptions(seed=self.seed)).push(np.frombuffer(pcm(voice), "<i2"))
        found = np.concatenate(self.first)[:25]
        expected = np.concatenate([alone.expression, alone.head], axis=1)[: len(found)]
        np.testing.assert_allclose(found, expected, atol=5e-3)


def bad_clients(service: ServiceProcess, going: threading.Event, seed: int) -> int:
    """Garbage, floods, cuts in the middle, and clients that say nothing or do not read."""
    rng, count = random.Random(seed), 0
    while going.is_set():
        with contextlib.suppress(ConnectionClosed, OSError, TimeoutError):
            client = connect(service.address, open_timeout=60)
            kind = rng.randrange(8)
            if kind > 1:
                client.send('{"type": "start", "idle": true}')
            if kind == 0:
                client.send(rng.choice(BAD_TEXTS))
            elif kind == 1:
                client.send(rng.randbytes(999))
            elif kind == 2:
                client.send(rng.choice(BAD_WISHES))
            elif kind == 3:
                client.send(rng.randbytes(64_000))
                client.socket.close()  # the line is cut
            elif kind == 4:
                client.send(rng.randbytes(64_001))  # half a sample
            elif kind == 5:
                for _ in range(1000):
                    client.send(b"")
            elif kind == 6:
                client.send(b"\x00" * 200_000)  # and never reads
            time.sleep(0.3)
            client.close()
        count += 1
    return count


@dataclass
class Watch:
    """What the service holds, MB, and how many processes want each core, over time."""

    samples: list[tuple[float, float]] = field(default_factory=list)
    loads: list[tuple[float, float]] = field(default_factory=list)

    def watch(self, service: ServiceProcess, going: threading.Event, done: Callable[[], float]) -> None:
        """Take a sample every second, with how much of the sound has been sent."""
        while going.is_set():
            self.samples.append((done(), service.memory))
            self.loads.append((time.monotonic(), os.getloadavg()[0] / (os.cpu_count() or 1)))
            time.sleep(1)

    def at(self, begin: float, end: float) -> float:
        """Mean while the share of the sound that has been sent was between two."""
        return float(np.mean([size for share, size in self.samples if begin <= share <= end] or [np.nan]))

    def after(self, minutes: float) -> float:
        """Mean of the ten seconds of sound around so many minutes of it."""
        return self.at((60 * minutes - 5) / SECONDS, (60 * minutes + 5) / SECONDS)

    def busy(self, instants: np.ndarray) -> np.ndarray:
        """Processes that wanted each core, on average over the minute before some instants."""
        return np.interp(instants, *np.transpose(self.loads))


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read as Linux gives it")
def test_soak(engine, voice):
    service = ServiceProcess(max_sessions=SESSIONS + 4)
    errors: list[BaseException] = []
    counts: list[int] = []
    warming, clients = ([Client(first + seed) for seed in range(SESSIONS)] for first in (100, 0))
    memory, going = Watch(), threading.Event()
    going.set()

    def guarded(function: Callable[..., object], *arguments: object) -> threading.Thread:
        def run() -> None:
            try:
                made = function(*arguments)
                if isinstance(made, int):
                    counts.append(made)
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def share() -> float:
        return sum(client.sent for client in clients) / (SECONDS * SESSIONS)

    began = time.monotonic()
    try:
        for thread in [guarded(client.run, service, pcm(voice), WARM) for client in warming]:
            thread.join()
        others = [guarded(bad_clients, service, going, seed) for seed in range(2)]
        others.append(guarded(memory.watch, service, going, share))
        for thread in [guarded(client.run, service, pcm(voice), SECONDS) for client in clients]:
            thread.join()
        going.clear()
        for thread in others:
            thread.join()
        assert not errors, errors
        for client in clients:
            client.check(engine, voice)
        assert service.empty()
        assert "ksdiff_live_failed_total 0.0" in service.get("/metrics")
        early, late = memory.at(0.25, 0.5), memory.at(0.75, 1.0)
        came, delays = np.transpose([one for client in clients if not client.reads_slowly for one in client.delays])
        busy = memory.busy(came)
        calm = delays[busy < BUSY]
        loads = ", ".join(f"{np.percentile(busy, share):.1f}" for share in (0, 50, 100))
        minutes = [minute for minute in (1, 10, 20, 30) if 60 * minute <= SECONDS]
        held = ", ".join(f"{memory.after(minute):.0f} MB after {minute} min" for minute in minutes)
        quarters = ", ".join(f"{memory.at(q / 4, (q + 1) / 4):.0f}" for q in range(4))
        print(
            f"\n{SECONDS:g} s of sound for {SESSIONS} sessions in {time.monotonic() - began:.0f} s, "
            f"processes a core {loads} (least, median, most): {sum(counts)} bad clients, "
            f"memory {held}; by quarters {quarters} MB; delay after the last sound {_percentiles(delays)}, "
            f"of the {len(calm) / len(delays):.0%} with less than {BUSY} processes a core {_percentiles(calm)}"
        )
        assert late - early < GROWTH
        if SPEED == 1 and len(calm) > 1000:
            assert np.percentile(calm, 99.9) < LATE
    finally:
        going.clear()
        complaints = service.stop()
    assert complaints == ""


def _percentiles(delays: np.ndarray) -> str:
    figures = (f"{1000 * np.percentile(delays, share):.0f}" for share in (50, 99, 99.9, 100) if len(delays))
    return f"p50, p99, p99.9, max {', '.join(figures)} ms"
