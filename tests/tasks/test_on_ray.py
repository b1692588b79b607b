"""Tasks on a local cluster of two nodes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.clusters import two_nodes
from support.faulty import make_where, make_work

from ksdiff.errors import InputError
from ksdiff.tasks.on_ray import run_on_ray
from ksdiff.tasks.work import Watch

ray = pytest.importorskip("ray")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # Ray leaves files of its own open


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with two_nodes() as nodes:
        yield nodes


def test_both_nodes_work(cluster: Any) -> None:
    nodes = {event.value for event in run_on_ray(make_where, (), [0.3] * 8, "")}
    assert len(nodes) == 2


def test_each_task_gets_its_own_result(cluster: Any, tmp_path: Path) -> None:
    tasks = ["one", "crash", "fails", "breaks", "killed", "full", "hang", "two"]
    events = list(run_on_ray(make_work, (tmp_path,), tasks, "", Watch(10.0, tmp_path), retries=1))
    ends = {event.index: event for event in events}
    assert len(events) == len(ends) == 8
    assert [ends[index].value[0] for index in (0, 4, 7)] == ["one", "killed", "two"]
    assert ends[1].value == "its process crashed (Segmentation fault)"
    assert "string_at" in ends[1].stack
    assert [ends[index].error for index in (2, 3, 5)] == ["InputError", "ZeroDivisionError", "WriteError"]
    assert ends[6].value == "it took longer than 10 s, so its process was ended"
    assert [path.name for path in tmp_path.iterdir()] == ["killed"]


def test_a_node_that_leaves_costs_nothing(cluster: Any, tmp_path: Path) -> None:
    extra = cluster.add_node(num_cpus=2)
    seen = 0
    for event in run_on_ray(make_where, (), [0.5] * 12, "", retries=2):
        assert event.kind == "done", event
        seen += 1
        if seen == 2:
            cluster.remove_node(extra, allow_graceful=False)
    assert seen == 12


def test_a_folder_that_nodes_do_not_see_is_told(cluster: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not see the folder"):
        list(run_on_ray(make_work, (tmp_path,), ["one"], "", Watch(10.0, tmp_path / "nowhere")))


def test_no_cluster_is_told() -> None:
    for address in ("127.0.0.1:1", "127.0.0.1:99999", "nonsense"):
        program = f"from ksdiff.tasks.on_ray import connect; connect({address!r})"
        result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100)
        assert f"InputError: cannot join the Ray cluster {address}" in result.stderr
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"  # nothing is reported
