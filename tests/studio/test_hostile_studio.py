"""The studio against damaged files, full disks, floods, and a second studio."""

import errno
import io
import json
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import time
import zipfile
from contextlib import ExitStack, contextmanager, suppress

import numpy as np
import pytest
from starlette.testclient import TestClient
from support.files import PROJECT_V1
from support.studio import HERE, PORT, edit, state_of

from ksdiff.cli import main
from ksdiff.errors import InputError
from ksdiff.studio import app, uploads
from ksdiff.studio.app import make_app


def opened(client, content, name="mine.ksd"):
    return client.post("/api/projects/open", params={"name": name}, content=content)


@pytest.fixture(scope="module")
def project_file():
    return PROJECT_V1.read_bytes()


@contextmanager
def disk_full(monkeypatch, *owners):
    """What is written through these fails as on a full disk."""
    from pathlib import Path

    def full(*given, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        for owner, name in owners or ((Path, "replace"), (zipfile.ZipFile, "writestr")):
            patched.setattr(owner, name, full)
        yield


# Files.


def test_flipped_bytes_leave_no_folder(client, project_file):
    before = sorted(state_of(client).iterdir())
    draw = random.Random(0)
    refused = 0
    for _ in range(25):
        content = bytearray(project_file)
        content[draw.randrange(len(content))] ^= 255
        answer = opened(client, bytes(content))
        if answer.status_code == 200:
            client.delete(f"/api/projects/{answer.json()['id']}")
        else:
            assert answer.status_code == 400
            assert "mine.ksd" in answer.json()["message"]
            refused += 1
    assert refused > 10
    assert sorted(state_of(client).iterdir()) == before


def test_arrays_of_a_wrong_kind_are_refused_once(client, project_file):
    with zipfile.ZipFile(io.BytesIO(project_file)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    arrays = dict(np.load(io.BytesIO(parts["motion.npz"])))
    buffer = io.BytesIO()
    np.savez(buffer, **{**arrays, "take0_head": np.zeros((30, 6), "U4")})
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as new:
        for name, data in {**parts, "motion.npz": buffer.getvalue()}.items():
            new.writestr(name, data)
    before = sorted(state_of(client).iterdir())
    answer = opened(client, whole.getvalue())
    assert answer.status_code == 400
    assert "take0_head" in answer.json()["message"]
    assert sorted(state_of(client).iterdir()) == before


@pytest.mark.parametrize(
    "about",
    [
        b"", b"{", b"[]", b"\xff", b'{"name": 5}', b'{"name": "a", "changed": NaN}', b'{"name": "a", "changed": 1e400}',
        b'{"name": "a", "changed": "x"}', b'{"name": "a", "reference": {"x": 1}}', b'{"name": ["a"]}',
        b'{"name": "\\ud800"}', b'{"name": "' + b"x" * 200_000 + b'"}', b"[" * 5000,
    ],
)  # fmt: skip
def test_a_damaged_about_spoils_no_list(client, project_file, about):
    id = opened(client, project_file).json()["id"]
    (state_of(client) / id / "about.json").write_bytes(about)
    listed = client.get("/api/projects")
    assert listed.status_code == 200
    (entry,) = [each for each in listed.json() if each["id"] == id]
    assert entry["name"] == "Recovered"
    assert client.get(f"/api/projects/{id}").status_code == 200
    assert client.delete(f"/api/projects/{id}").status_code == 204


def test_a_project_whose_file_was_damaged_later_can_be_deleted(weights, project_file, tmp_path):
    with TestClient(make_app(tmp_path, PORT, weights, warm=False), base_url=HERE) as client:
        id = opened(client, project_file).json()["id"]
    (tmp_path / id / "project.ksd").write_bytes(b"spoilt")
    with TestClient(make_app(tmp_path, PORT, weights, warm=False), base_url=HERE) as client:
        assert client.get("/api/projects").status_code == 200
        answer = client.get(f"/api/projects/{id}")
        assert answer.status_code == 400
        assert str(tmp_path) not in answer.json()["message"]
        assert client.delete(f"/api/projects/{id}").status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        {"edit": "add_keyframe", "path": "head", "time": 10**40},
        {"edit": "add_keyframe", "path": "head", "time": 1.0, "strength": -5},
        {"edit": "set_sampling", "path": "head", "start": 0, "end": 1, "seed": 2**70},
        {"edit": "set_sampling", "path": "head", "start": 0, "end": 1, "temperature": 1e300},
        {"edit": "set_pose", "path": "expression", "time": 1.0, "pose": {"jawOpen": 1e308}},
        {"edit": "set_layers", "changes": {"offsets": {"rotationY": 1e308}}},
        {"edit": "set_layers", "changes": {"eyes": {"viewer_distance": 1e308}}},
        {"edit": "set_layers", "changes": {"gaze": [{"start": 0, "end": 1e308, "yaw": 9, "pitch": 0}]}},
        {"edit": "set_layers", "changes": {"emotions": [{"start": 0, "end": 1e308, "emotion": "sad"}]}},
        {"edit": "set_emotion", "start": 0, "end": 1, "emotion": "sad", "intensity": 1e308},
        {"edit": "set_emotion", "start": 0, "end": 1, "emotion": "x" * 900},
        {"edit": "add_vocalization", "start": 0, "end": 1, "sound": "x" * 900},
        {"edit": "add_vocalization", "start": 0, "end": 1, "sound": "laugh", "intensity": 1e308},
        {"edit": "set_words", "words": [{"text": "a", "start": 1e308, "end": 1e309}]},
        {"edit": "add_take", "name": "x" * 100_000},
        {"edit": "x" * 100_000},
    ],
    ids=range(16),
)
def test_numbers_beyond_bounds_are_refused(client, id, body):
    before = client.get(f"/api/projects/{id}").json()
    answer = client.post(
        f"/api/projects/{id}/edits",
        content=json.dumps({"edits": [body]}),
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 400, answer.text
    assert 0 < len(answer.json()["message"]) < 3000
    assert client.get(f"/api/projects/{id}").json() == before


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"edits": [' + b"9" * 10_000 + b"]}", b'{"edits": ["\\ud800"]}'])
def test_json_that_is_none_is_refused(client, id, body):
    answer = client.post(f"/api/projects/{id}/edits", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["message"]


# A full disk.


def test_a_full_disk_is_said_and_changes_nothing(client, id, voice, project_file, monkeypatch):
    before = client.get(f"/api/projects/{id}").json()
    files = sorted(path for path in state_of(client).rglob("*"))
    listed = client.get("/api/projects").json()
    with disk_full(monkeypatch):
        answers = [
            client.post("/api/projects", params={"name": "voice.flac"}, content=voice),
            opened(client, project_file),
            edit(client, id, {"edit": "set_layers", "changes": {"rest": False}}),
            client.post(f"/api/projects/{id}/name", json={"name": "other"}),
            client.post(f"/api/projects/{id}/exports", json={"formats": ["csv", "keyframes"], "fps": 25}),
            client.post(f"/api/projects/{id}/character", params={"name": "me.glb"}, content=b"glTF"),
            client.post(f"/api/projects/{id}/reference", content=b"video"),
        ]
    for answer in answers:
        assert answer.status_code == 507, answer.text
        assert answer.json()["message"] == app.NO_ROOM
    assert client.get(f"/api/projects/{id}").json() == before
    assert client.get("/api/projects").json() == listed
    made = {path for path in state_of(client).rglob("*") if path.name != "exports"}
    assert made <= set(files)


def test_a_disk_that_fills_up_during_an_upload_leaves_nothing(client, voice, monkeypatch):
    before = sorted(state_of(client).rglob("*"))

    async def full(*given):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(uploads.asyncio, "to_thread", full)
        answer = client.post("/api/projects", params={"name": "voice.flac"}, content=voice)
    assert answer.status_code == 507
    assert sorted(state_of(client).rglob("*")) == before


# What an earlier studio left.


def test_what_a_killed_studio_left_half_done_is_cleared_away(weights, voice, project_file, tmp_path):
    with TestClient(make_app(tmp_path, PORT, weights, warm=False), base_url=HERE) as client:
        id = opened(client, project_file).json()["id"]
        client.post(f"/api/projects/{id}/exports", json={"formats": ["keyframes"], "fps": 25})
    kept = sorted(path for path in tmp_path.rglob("*"))
    unfinished = tmp_path / "0123456789abcdef"
    unfinished.mkdir()
    for leftover in (
        unfinished / "voice", unfinished / ".project.ksd.partial", tmp_path / id / ".project.77-ab.partial.ksd",
        tmp_path / id / "reference.new", tmp_path / id / "exports" / "fedcba9876543210" / "arkit.csv",
        tmp_path / id / "exports" / ".fedc.77-ab.partial.zip", tmp_path / id / "avatars" / "00ff" / "avatar.glb",
    ):  # fmt: skip
        leftover.parent.mkdir(parents=True, exist_ok=True)
        leftover.write_bytes(voice)
    foreign = tmp_path / "my own folder"  # whatever else lies there is not the studio's
    foreign.mkdir()
    (foreign / "voice").write_bytes(voice)
    with TestClient(make_app(tmp_path, PORT, weights, warm=False), base_url=HERE) as client:
        assert [each["id"] for each in client.get("/api/projects").json()] == [id]
    assert sorted(path for path in tmp_path.rglob("*")) == sorted([*kept, foreign, foreign / "voice"])


# Two studios; weights.


def test_a_second_studio_is_refused(weights, tmp_path, capsys):
    with TestClient(make_app(tmp_path, PORT, weights, warm=False), base_url=HERE):
        with pytest.raises(InputError, match="another studio uses the projects in"):
            make_app(tmp_path, PORT, weights, warm=False)
        with pytest.raises(SystemExit) as ended:
            main(["studio", "--state", str(tmp_path), "--model", weights, "--port", "0", "--no-browser"])
        assert ended.value.code == 2
        assert "another studio" in " ".join(capsys.readouterr().err.split())
    make_app(tmp_path, PORT, weights, warm=False).state.workspace.close()  # the first one has ended


def test_weights_that_do_not_exist_are_told_before_serving(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["studio", "--state", str(tmp_path / "state"), "--model", "nope", "--port", "0", "--no-browser"])
    assert ended.value.code == 2
    captured = capsys.readouterr()
    assert "there are no weights 'nope'" in " ".join(captured.err.split())
    assert "studio at" not in captured.out
    assert not (tmp_path / "state").exists()


# Floods, against a real server.


@pytest.fixture
def server(weights, project_file, tmp_path):
    """A studio in a process of its own with few file descriptors: its port, an open project's id, and its messages."""
    command = [sys.executable, "-m", "ksdiff.cli", "studio", "--port", "0", "--state", str(tmp_path / "state")]
    log = tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, "--model", weights, "--no-browser"], stdout=subprocess.PIPE, stderr=file,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (400, 400)),
        )  # fmt: skip
    try:
        line = process.stdout.readline().decode()
        port = int(re.search(r"http://127\.0\.0\.1:(\d+)/", line)[1])
        head, body = asked(port, "POST", "/api/projects/open?name=mine.ksd", project_file)
        assert "200" in head.splitlines()[0], body
        yield port, json.loads(body)["id"], log
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) in (0, -signal.SIGTERM)
        process.stdout.close()


def asked(port, method, path, content=b"", connection=None):
    """Head and body of an answer."""
    connection = connection or socket.create_connection(("127.0.0.1", port), timeout=60)
    head = f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-length: {len(content)}\r\n"
    connection.sendall(f"{head}connection: close\r\n\r\n".encode() + content)
    answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    connection.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.decode(), body


def status(port, path):
    return int(asked(port, "GET", path)[0].split()[1])


def listen(port, id):
    """An event stream that stays open, and the status of its answer; None where the connection was ended."""
    stream = socket.create_connection(("127.0.0.1", port), timeout=60)
    try:
        stream.sendall(f"GET /api/projects/{id}/events HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n\r\n".encode())
        line = stream.recv(100)
    except ConnectionError:
        line = b""
    return stream, int(line.split()[1]) if line else None


@pytest.mark.slow
def test_a_flood_of_event_streams_does_not_stop_the_studio(server):
    port, id, log = server
    with ExitStack() as stack:
        statuses = []
        for _ in range(1100):
            stream, answered = listen(port, id)
            stack.callback(stream.close)
            statuses.append(answered)
        assert statuses[:16] == [200] * 16
        assert set(statuses[16:]) <= {429, 503, None}
        assert statuses[16] == 429
        assert log.stat().st_size < 10_000
    end = time.monotonic() + 30
    answered = None
    while answered != 200:  # the server notices in its own time that they have gone
        stream, answered = listen(port, id)
        stream.close()
        assert time.monotonic() < end, answered
        time.sleep(0.2)
    assert status(port, f"/api/projects/{id}") == 200
    assert log.stat().st_size < 10_000


@pytest.mark.slow
def test_headers_that_never_end_are_given_up(server):
    port, id, log = server
    half = f"GET /api/facts HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nx: ".encode()
    with ExitStack() as stack:
        held = []
        for _ in range(600):
            connection = socket.create_connection(("127.0.0.1", port), timeout=60)
            stack.callback(connection.close)
            held.append(connection)
            try:
                connection.sendall(half)
            except ConnectionError:
                continue
        began = time.monotonic()
        held[0].settimeout(30)
        with suppress(ConnectionError):
            assert held[0].recv(100) == b""
        assert time.monotonic() - began < 20
        assert status(port, f"/api/projects/{id}") == 200
    assert log.stat().st_size < 10_000
