"""Several seeds for one range, as the page asks for them."""

import numpy as np
import pytest
from support.studio import LONGEST, edit, endless, motion_of

from ksdiff.studio import jobs

RANGE = {"path": "head", "start": 1.0, "end": 2.2}


def ask(client, id, **wanted):
    return client.post(f"/api/projects/{id}/variants", json={**RANGE, "seeds": [1, 2, 3], **wanted})


def read(answer, seeds=3):
    assert answer.status_code == 200, answer.text
    return np.frombuffer(answer.content, "<f4").reshape(seeds, -1, 57)


def test_the_one_that_is_chosen_is_what_was_seen(client, id):
    before, motion = client.get(f"/api/projects/{id}").json(), motion_of(client, id)
    seen = read(ask(client, id))
    assert seen.shape == (3, 30, 57)
    assert len({one.tobytes() for one in seen}) == 3
    assert client.get(f"/api/projects/{id}").json() == before  # nothing is changed
    assert edit(client, id, {"edit": "set_sampling", "seed": 3, "take": "A", **RANGE}).status_code == 200
    client.post(f"/api/projects/{id}/regenerate")
    assert motion_of(client, id)[25:55].tobytes() == seen[2].tobytes()
    # It is one step.
    client.post(f"/api/projects/{id}/undo")
    assert motion_of(client, id).tobytes() == motion.tobytes()


def test_a_take_that_is_not_seen_is_shown_alone(client, id):
    edit(client, id, {"edit": "add_take", "name": "B", "source": "A"})
    try:
        finished = motion_of(client, id)[25:55]
        seen = read(ask(client, id, take="B"))
        assert all((one != finished).any() for one in seen)
        assert len({one.tobytes() for one in seen}) == 3
        edit(client, id, {"edit": "set_sampling", "seed": 2, "take": "B", **RANGE})
        client.post(f"/api/projects/{id}/regenerate")
        assert motion_of(client, id, take="B")[25:55].tobytes() == seen[1].tobytes()
        client.post(f"/api/projects/{id}/undo")
    finally:
        client.post(f"/api/projects/{id}/undo")


def test_a_pinned_range_is_refused(client, id):
    edit(client, id, {"edit": "pin", **RANGE})
    try:
        refused = ask(client, id)
        assert (refused.status_code, refused.json()["message"]) == (400, "the head is pinned at 1 s: unpin it first")
    finally:
        client.post(f"/api/projects/{id}/undo")


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"seeds": []}, "seeds"),
        ({"seeds": list(range(9))}, "seeds"),
        ({"seeds": [1, 1]}, "a seed is given twice: 1, 1"),
        ({"seeds": [-1]}, "seeds"),
        ({"seeds": [2**63]}, "seeds"),
        ({"seeds": ["one"]}, "seeds"),
        ({"path": "heat"}, "did you mean 'head'"),
        ({"start": -1.0}, "start"),
        ({"end": 1e9}, "end"),
        ({"end": 30.0}, "the range lasts 29 s; seeds are compared within 20 s: select less"),
        ({"end": 9.0}, "9.0 s is outside the sound"),
        ({"end": 1.0}, "is empty"),
        ({"take": "C"}, "there is no take 'C'"),
        ({"temperature": 1.0}, "temperature"),
    ],
)
def test_what_does_not_fit_is_refused(client, id, wanted, message):
    refused = ask(client, id, **wanted)
    assert refused.status_code == 400, refused.text
    assert message in refused.json()["message"]
    assert not client.app.state.workspace.project(id).works


def test_it_can_be_cancelled(client, id, monkeypatch):
    version = client.get(f"/api/projects/{id}").json()["version"]
    with endless(monkeypatch, jobs, "variants", lambda given, options: options["progress"]) as (begun, others):
        answer = others.submit(ask, client, id)
        assert begun.wait(LONGEST)
        assert client.get(f"/api/projects/{id}").json()["version"] == version
        client.post(f"/api/projects/{id}/cancel")
        refused = answer.result(LONGEST)
    assert (refused.status_code, refused.json()["message"]) == (409, "cancelled: nothing was changed")
