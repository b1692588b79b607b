"""A Ray cluster of two nodes with a processor each, on this machine."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ksdiff.tasks.on_ray import connect


@contextmanager
def two_nodes() -> Iterator[Any]:
    """The cluster, which this process has joined; its workers can import what the tests can."""
    ray = pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
        nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
        try:
            nodes.add_node(num_cpus=1)
            connect(nodes.address)
            yield nodes
        finally:
            ray.shutdown()
            nodes.shutdown()
