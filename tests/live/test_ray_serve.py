"""Two replicas behind Ray Serve, by the config that the documentation names."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from support.files import REPOSITORY
from support.live import pcm, receive
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

pytest.importorskip("ray.serve", reason="ray[serve] is not installed", exc_type=ImportError)
import yaml

CONFIG = REPOSITORY / "examples/ray_serve.yaml"
PATIENCE = 420  # s: machines that test may be busy
TOKEN = "a-token-of-this-test"


def parents() -> dict[int, int]:
    """Parent of each process."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended
    return found


def replicas(of: int) -> list[int]:
    """Processes of replicas that descend from a process; other clusters on this machine are not touched."""
    above = parents()

    def descends(process: int) -> bool:
        while process in above:
            if process == of:
                return True
            process = above[process]
        return False

    found = []
    for process in above:
        try:
            title = Path(f"/proc/{process}/cmdline").read_bytes()
        except OSError:
            continue
        if title.startswith(b"ray::ServeReplica:ksdiff:live") and descends(process):
            found.append(process)
    return found


class Cluster:
    """`serve run` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        (folder / "token").write_text(TOKEN)
        config = yaml.safe_load(CONFIG.read_text())
        config["http_options"]["port"] = self.port
        config["proxy_location"] = "HeadOnly"
        (application,) = config["applications"]
        application["args"] |= {"token_file": str(folder / "token"), "max_sessions": 2}
        (deployment,) = application["deployments"]
        deployment["ray_actor_options"]["num_cpus"] = 0.5  # two, on any machine
        deployment |= {"health_check_period_s": 1, "graceful_shutdown_timeout_s": 1}
        (folder / "config.yaml").write_text(yaml.safe_dump(config))
        program = [sys.executable, "-c", "from ray.serve.scripts import cli; cli()"]  # `serve`, of this Python
        environment = {
            **os.environ, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one),
            "RAY_USAGE_STATS_ENABLED": "0", "RAY_DEDUP_LOGS": "0",
            # On a busy machine Ray Serve else replaces its proxy, and does not wait for what an idle replica says.
            "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "100", "RAY_SERVE_PROXY_HEALTH_CHECK_TIMEOUT_S": "100",
            "RAY_SERVE_QUEUE_LENGTH_RESPONSE_DEADLINE_S": "5", "RAY_SERVE_MAX_QUEUE_LENGTH_RESPONSE_DEADLINE_S": "20",
        }  # fmt: skip
        self.log = (folder / "log").open("w")
        self.process = subprocess.Popen(
            [*program, "run", "config.yaml"], cwd=folder, env=environment, stdout=self.log, stderr=subprocess.STDOUT
        )

    def wait_for(self, count: int) -> list[int]:
        """Until so many replicas have answered; those that still load their weights do not."""
        end = time.monotonic() + PATIENCE
        while True:
            self.health()  # whichever replica it reaches says so in the log
            said = re.findall(r"live pid=(\d+)\).*GET /health 200", Path(self.log.name).read_text(errors="replace"))
            found = [process for process in replicas(self.process.pid) if str(process) in said]
            if len(found) == count:
                return found
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError(Path(self.log.name).read_text(errors="replace")[-3000:])
            time.sleep(0.5)

    def sessions(self) -> set[int]:
        """How many sessions replicas have, as those say that are asked."""
        found = set()
        for _ in range(20):
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.port}/health", headers={"Authorization": f"Bearer {TOKEN}"}
            )
            with urllib.request.urlopen(request, timeout=60) as answer:
                found.add(json.load(answer)["sessions"])
        return found

    def health(self, token: str = TOKEN) -> int:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/health", headers={"Authorization": f"Bearer {token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def open(self, token: str = TOKEN) -> ClientConnection:
        headers = {"Authorization": f"Bearer {token}"}
        session = connect(
            f"ws://127.0.0.1:{self.port}/stream", max_size=None, open_timeout=60, additional_headers=headers
        )
        session.send(json.dumps({"type": "start", "rate": 16_000, "idle": False}))
        return session

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    running = Cluster(tmp_path_factory.mktemp("ray_serve"))
    try:
        running.wait_for(2)
        yield running
    finally:
        running.stop()


def sound(seconds: float) -> bytes:
    times = np.arange(round(16_000 * seconds)) / 16_000
    return pcm(0.3 * np.sin(2 * np.pi * 150 * times) * (0.5 + 0.5 * np.sin(2 * np.pi * 3 * times)))


def motion(messages: list[dict]) -> list:
    return [frame for message in messages if message["type"] == "frames" for frame in message["expression"]]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_replicas_share_the_sessions_and_one_outlives_the_other(cluster: Cluster) -> None:
    sessions: list[ClientConnection] = []
    while len(sessions) < 2 or (0 in cluster.sessions() and len(sessions) < 4):  # until each replica has one
        sessions.append(cluster.open())
        assert receive(sessions[-1], "header")[-1]["fps"] == 25
    assert 0 not in cluster.sessions()
    for session in sessions:
        session.send(sound(1.0))
        session.send(json.dumps({"type": "flush"}))
    found = [receive(session, "flushed") for session in sessions]
    for messages in found:  # each gets all of its own, from processes of their own
        assert len(motion(messages)) == messages[-1]["frame"] == found[0][-1]["frame"]
        np.testing.assert_allclose(motion(messages), motion(found[0]), atol=2e-3)

    (killed, survivor) = before = cluster.wait_for(2)
    os.kill(killed, signal.SIGKILL)
    ended = []
    for session in sessions:
        try:
            session.send(sound(1.0))
            session.send(json.dumps({"type": "end"}))
            messages = receive(session)
            ended.append(messages[-1]["status"])
        except ConnectionClosed:
            ended.append("lost")
    assert set(ended) == {"lost", "ok"}

    again = cluster.open()  # at once: on the survivor
    again.send(sound(0.5))
    again.send(json.dumps({"type": "end"}))
    assert receive(again)[-1]["status"] == "ok"
    after = cluster.wait_for(2)
    assert survivor in after
    assert set(after) != set(before)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_limits_and_token_are_those_of_the_service(cluster: Cluster) -> None:
    cluster.wait_for(2)
    assert cluster.health("another-token") == 403
    with pytest.raises(InvalidStatus, match="403"):
        cluster.open("another-token")
    sessions: list[ClientConnection] = []
    refused = None
    while refused is None:
        session = cluster.open()
        answer = json.loads(session.recv(timeout=60))
        if answer["type"] == "header":
            sessions.append(session)
            assert len(sessions) <= 4  # two on each replica
            continue
        assert answer["status"] == "error"
        with pytest.raises(ConnectionClosed) as refused:
            session.recv(timeout=60)
    assert len(sessions) >= 2
    assert refused.value.rcvd is not None
    assert refused.value.rcvd.code == 1013
    for session in sessions:
        session.close()
