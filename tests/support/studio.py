"""What tests ask of a studio."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np

PORT = 7654
HERE = f"http://127.0.0.1:{PORT}"
LONGEST = 60  # s


def state_of(client):
    return client.app.state.workspace.storage.folder


def give(client, content, name="voice.flac"):
    answer = client.post("/api/projects", params={"name": name}, content=content)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def wait(client, id):
    """The project, once its first motion is there; or why there is none."""
    end = time.monotonic() + 240
    while time.monotonic() < end:
        answer = client.get(f"/api/projects/{id}")
        if answer.status_code == 200 or "still being made" not in answer.json()["message"]:
            return answer.json()
        time.sleep(0.05)
    raise AssertionError("no motion within four minutes")


def motion_of(client, id, **query):
    content = client.get(f"/api/projects/{id}/motion", params=query).content
    return np.frombuffer(content, "<f4").reshape(-1, 57)


def edit(client, id, *edits):
    return client.post(f"/api/projects/{id}/edits", json={"edits": list(edits)})


@contextmanager
def endless(monkeypatch, owner, name, progress_of):
    """Work in place of a function that goes on until it is cancelled; gives an event that says it has begun."""
    begun = threading.Event()

    def work(*given, **options):
        report = progress_of(given, options)
        for _ in range(LONGEST * 100):
            report("motion", 0.1)
            begun.set()
            threading.Event().wait(0.01)
        raise AssertionError("nobody cancelled it")

    with monkeypatch.context() as patched, ThreadPoolExecutor(1) as others:
        patched.setattr(owner, name, work)
        yield begun, others
