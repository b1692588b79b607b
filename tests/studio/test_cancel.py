"""Work that takes its time: it can be cancelled, and what is there meanwhile can be asked for."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.studio import LONGEST, edit, endless

from ksdiff.studio import exports, jobs


@pytest.fixture
def stale(client, id):
    """The project with an edit that is not regenerated yet."""
    project = client.get(f"/api/projects/{id}").json()
    used = {each["frame"] for each in project["takes"][0]["keyframes"]["head"]}
    frame = next(frame for frame in range(30, 90) if frame not in used)
    answer = edit(client, id, {"edit": "add_keyframe", "path": "head", "time": frame / 25, "strength": 1.0})
    assert answer.json()["stale"]
    yield answer.json()
    client.post(f"/api/projects/{id}/undo")


def test_a_project_can_be_seen_while_it_is_regenerated_and_that_is_cancelled(client, id, stale, monkeypatch):
    with endless(monkeypatch, jobs, "regenerate", lambda given, options: options["progress"]) as (begun, others):
        answer = others.submit(client.post, f"/api/projects/{id}/regenerate")
        assert begun.wait(LONGEST)
        # A page that is loaded anew gets everything at once.
        seen = client.get(f"/api/projects/{id}").json()
        assert (seen["version"], seen["stale"]) == (stale["version"], True)
        assert client.get(f"/api/projects/{id}/sound.wav").status_code == 200
        assert client.post(f"/api/projects/{id}/name", json={"name": "renamed"}).json()["name"] == "renamed"
        assert not answer.done()
        assert client.post(f"/api/projects/{id}/cancel").status_code == 204
        refused = answer.result(LONGEST)
    assert (refused.status_code, refused.json()["message"]) == (409, "cancelled: nothing was changed")
    assert client.get(f"/api/projects/{id}").json()["stale"]
    # The next one is not touched by it.
    assert not client.post(f"/api/projects/{id}/regenerate").json()["stale"]


def test_who_waits_for_the_model_can_be_cancelled(client, id, stale):
    model = client.app.state.workspace.jobs._model
    with ThreadPoolExecutor(1) as others, model:
        answer = others.submit(client.post, f"/api/projects/{id}/regenerate")
        project = client.app.state.workspace.project(id)
        while not project.works:
            threading.Event().wait(0.01)
        client.post(f"/api/projects/{id}/cancel")
        assert answer.result(LONGEST).status_code == 409


def test_an_export_is_cancelled_and_leaves_nothing(client, id, monkeypatch):
    folder = client.app.state.workspace.project(id).folder.exports
    before = sorted(folder.glob("*"))
    with endless(monkeypatch, exports, "write_outputs", lambda given, options: given[4]) as (begun, others):
        answer = others.submit(client.post, f"/api/projects/{id}/exports", json={"formats": ["mp4", "csv"], "fps": 25})
        assert begun.wait(LONGEST)
        client.post(f"/api/projects/{id}/cancel")
        assert answer.result(LONGEST).status_code == 409
    assert sorted(folder.glob("*")) == before
