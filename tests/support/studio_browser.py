"""The studio as a user has it: a server in a process of its own, and a page in a real browser."""

import base64
import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from support.files import SPEECH_VIDEO

FLAGS = ["--no-sandbox", "--mute-audio", "--autoplay-policy=no-user-gesture-required", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
DRAWING = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]  # WebGL by the processor
PATIENCE = 120_000  # ms: machines that test may be busy
DROP = """async (files) => {
  const data = new DataTransfer();
  for (const [name, type, content] of files) {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""


class Server:
    """``ksdiff studio`` in a process of its own."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.start()

    def start(self, port=0):
        options = ["--port", str(port), "--state", str(self.state), "--no-browser"]
        command = [sys.executable, "-m", "ksdiff.cli", "studio", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("studio at http://127.0.0.1:"), line
        self.address = line.split()[2]
        self.port = int(self.address.rstrip("/").rsplit(":", 1)[1])

    def get(self, path):
        with urllib.request.urlopen(f"{self.address}api/{path}", timeout=60) as answer:
            return answer.read()

    def post(self, path, content=b"", kind="application/octet-stream"):
        request = urllib.request.Request(f"{self.address}api/{path}", content, {"content-type": kind})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def edit(self, id, *edits):
        return self.post(f"projects/{id}/edits", json.dumps({"edits": edits}).encode(), "application/json")

    def project(self, id):
        return json.loads(self.get(f"projects/{id}"))

    def motion(self, id):
        return np.frombuffer(self.get(f"projects/{id}/motion"), "<f4").reshape(-1, 57)

    def wait(self, id, condition: Callable):
        return eventually(lambda: self.project(id), condition)

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(timeout=60)
        self.process.stdout.close()


def eventually(ask: Callable, condition: Callable):
    """Ask until the answer meets a condition."""
    end = time.monotonic() + PATIENCE / 1000
    while not condition(answer := ask()):
        assert time.monotonic() < end, answer
        time.sleep(0.1)
    return answer


class Studio:
    """A page of the studio, and what went wrong in it."""

    def __init__(self, server: Server, page) -> None:
        self.server, self.page = server, page
        self.complaints: list[str] = []
        self.addresses: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.addresses.append(request.url))

    @property
    def id(self) -> str:
        return self.page.url.split("#")[1]

    @property
    def now(self) -> float:
        """Where the playhead is, s."""
        return float(self.page.locator(".area").get_attribute("aria-valuenow"))

    def project(self):
        return self.server.project(self.id)

    def motion(self):
        return self.server.motion(self.id)

    def wait(self, condition: Callable):
        return self.server.wait(self.id, condition)

    def goto(self, id: str | None = None) -> None:
        """Go to the start, or open a project, and wait until it can be used."""
        self.page.goto("about:blank")  # a new address behind # alone would not load the page
        self.page.goto(self.server.address + (f"#{id}" if id else ""))
        self.page.wait_for_selector("#studio[data-ready]" + (":not(.empty)" if id else ""))

    def drop(self, *files: tuple[str, str, bytes]) -> None:
        """Drop files, each a name, a media type and a content."""
        self.page.evaluate(DROP, [[name, kind, base64.b64encode(content).decode()] for name, kind, content in files])

    def give_speech(self) -> None:
        """Drop the recorded voice, and wait for its first motion."""
        self.drop(("speech.mp4", "video/mp4", SPEECH_VIDEO.read_bytes()))
        self.page.wait_for_selector("#studio:not(.empty)")

    def keep_pressing(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)


@contextmanager
def opened(browser, server: Server, width=1280, height=800, **context):
    """A page of a server in a window of this size; closed after, with nothing to complain about."""
    page = browser.new_page(viewport={"width": width, "height": height}, **context)
    studio = Studio(server, page)
    try:
        studio.goto()
        yield studio
        assert studio.complaints == []
    finally:
        page.close()
