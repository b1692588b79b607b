"""What tests ask of a studio."""

import time

import numpy as np

PORT = 7654
HERE = f"http://127.0.0.1:{PORT}"


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
