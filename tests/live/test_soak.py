"""Many minutes of sessions with bad neighbours; ``KSDIFF_SOAK_SECONDS`` sets how long (1800 for the half hour)."""

import contextlib
import json
import os
import random
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from support.live import Service, pcm
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from ksdiff.live.guard import Guard

SECONDS = float(os.environ.get("KSDIFF_SOAK_SECONDS", "40"))


def memory() -> float:
    """MB that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def good_client(service: Service, voice: np.ndarray, seed: int, end: float) -> int:
    """A voice in pieces, with stalls and bursts; gives the number of frames, of which none may be missing."""
    rng, sound, frames, failed = random.Random(seed), pcm(voice), 0, []
    with service.open(seed=seed, idle=False, output="binary") as client:
        assert json.loads(client.recv(timeout=120))["type"] == "header"
        done = threading.Event()

        def listen() -> None:
            nonlocal frames
            while True:
                message = client.recv(timeout=300)
                if isinstance(message, str):
                    assert json.loads(message)["status"] == "ok", message
                    done.set()
                    return
                count, first = int.from_bytes(message[2:4], "little"), int.from_bytes(message[4:8], "little")
                if first != frames:
                    failed.append((first, frames))
                frames += count

        listening = threading.Thread(target=listen)
        listening.start()
        sent = at = 0
        while time.monotonic() < end:
            size = 2 * rng.choice([160, 320, 641, 4000])
            client.send(sound[at : at + size])
            sent += len(sound[at : at + size]) // 2
            at = 0 if at + size >= len(sound) else at + size
            time.sleep(rng.choice([0.01, 0.02, 0.04, 0.5]))
        client.send('{"type": "end"}')
        listening.join(600)
        assert done.is_set()
        assert not failed
        assert frames >= sent / 640 - 1
    return frames


def bad_clients(service: Service, end: float) -> int:
    """Garbage, floods, cuts in the middle, and clients that do not read."""
    rng, count = random.Random(0), 0
    while time.monotonic() < end:
        with contextlib.suppress(ConnectionClosed, OSError, TimeoutError):
            client = connect(service.address, open_timeout=60)
            kind = rng.randrange(5)
            if kind:
                client.send('{"type": "start", "idle": true}')
            if kind == 0:
                client.send("garbage")
            elif kind == 1:
                client.send(rng.randbytes(999))
            elif kind == 2:
                client.send('{"type": "interrupt", "shown": 1e300}')
            elif kind == 3:
                client.send(rng.randbytes(64_000))
                client.socket.close()
            else:
                client.send(b"\x00" * 200_000)  # and never reads
            time.sleep(0.3)
            client.close()
        count += 1
    return count


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read as Linux gives it")
def test_soak(engine, voice):
    service = Service(engine, Guard(), max_sessions=8)
    errors: list[BaseException] = []
    results: list[int] = []

    def run(function, *arguments) -> None:
        try:
            results.append(function(*arguments))
        except BaseException as error:
            errors.append(error)

    try:
        warm = threading.Thread(target=run, args=(good_client, service, voice, 9, time.monotonic() + SECONDS / 4))
        warm.start()
        warm.join()
        before, end = memory(), time.monotonic() + SECONDS
        clients = [threading.Thread(target=run, args=(good_client, service, voice, seed, end)) for seed in range(4)]
        clients.append(threading.Thread(target=run, args=(bad_clients, service, end)))
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        assert not errors, errors
        assert len(results) == 6
        assert service.empty()
        assert memory() - before < 120  # four sessions at once take some; it does not depend on the time
        assert "ksdiff_live_failed_total 0.0" in service.get("/metrics")
    finally:
        service.stop()
