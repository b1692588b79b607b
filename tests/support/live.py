"""The live service, in a thread or as a process of its own, and what its clients say."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import numpy as np
import uvicorn
from websockets.sync.client import ClientConnection, connect

from ksdiff.live.app import make_app
from ksdiff.live.guard import Guard
from ksdiff.live.serve import config_of
from ksdiff.live.streamer import Engine


class Reached:
    """What a test asks of a service that listens at a port of this machine."""

    port: int

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self.port}/stream"

    def open(self, **start: object) -> ClientConnection:
        socket = connect(self.address, max_size=None, open_timeout=60)
        socket.send(json.dumps({"type": "start", **start}))
        return socket

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            return answer.read().decode()


class Service(Reached):
    """The service in a thread."""

    def __init__(self, engine: Engine, guard: Guard, max_sessions: int = 3, send_buffer: int | None = None) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        if send_buffer is not None:  # bytes; of all connections
            self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        self.port = self._listening.getsockname()[1]
        self.app = make_app(engine, guard, max_sessions)
        self.server = uvicorn.Server(config_of(self.app))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self._listening]})
        self.thread.start()
        while not self.server.started:
            time.sleep(0.05)

    def empty(self) -> bool:
        """Whether all sessions have gone, after a while."""
        end = time.monotonic() + 60
        while self.app.state.hub.sessions and time.monotonic() < end:
            time.sleep(0.05)
        return self.app.state.hub.sessions == 0

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(30)
        self._listening.close()
        assert not self.thread.is_alive()


class ServiceProcess(Reached):
    """``ksdiff serve`` as users start it."""

    def __init__(self, max_sessions: int) -> None:
        command = [sys.executable, "-m", "ksdiff.cli", "serve", "--port", "0", "--max-sessions", str(max_sessions)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("listening at ws://"), line + self._process.communicate()[1]
        self.port = int(line.split(":")[2].split("/")[0])

    @property
    def memory(self) -> float:
        """What the process holds, MB."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def empty(self) -> bool:
        """Whether all sessions have gone, after a while."""
        end = time.monotonic() + 60
        while (left := json.loads(self.get("/health"))["sessions"]) and time.monotonic() < end:
            time.sleep(0.5)
        return left == 0

    def stop(self) -> str:
        """End it as Ctrl+C does; gives what it complained about."""
        self._process.send_signal(signal.SIGINT)
        return self._process.communicate(timeout=60)[1]


def pcm(sound: np.ndarray) -> bytes:
    return (sound * 32767).astype("<i2").tobytes()


def receive(socket: ClientConnection, until: str = "status") -> list[dict]:
    """Messages up to one of a type."""
    found = []
    while not found or found[-1]["type"] != until:
        found.append(json.loads(socket.recv(timeout=120)))
    return found
