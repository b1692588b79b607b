"""Many voices in the studio: lists, the queue of first motions, exports of many projects."""

import csv
import io
import threading
import time
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from starlette.testclient import TestClient
from support.studio import HERE, PORT, give, motion_of, wait
from support.synthetic import synthetic_motion, synthetic_sound

from ksdiff.speech.audio import write_flac
from ksdiff.studio.app import make_app
from ksdiff.studio.thumbnails import telling_frame


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    path = tmp_path_factory.mktemp("voice") / "voice.flac"
    write_flac(synthetic_sound(1.2), path)
    return path.read_bytes()


def read(client, **request):
    return client.post("/api/lists", json=request)


def send(client, answer, sounds):
    """Send the sound of each line; the ids of their projects."""
    ids = []
    for line in answer["lines"]:
        query = {"name": line["file"], "list": answer["id"], "line": line["number"]}
        sent = client.post("/api/projects", params=query, content=sounds[line["file"]])
        assert sent.status_code == 200, sent.text
        ids.append(sent.json()["id"])
    return ids


def summary(client, id):
    return next(each for each in client.get("/api/projects").json() if each["id"] == id)


def settled(client, ids):
    """What the list says of projects, once nothing is on its way."""
    end = time.monotonic() + 240
    while True:
        found = [summary(client, id) for id in ids]
        if all(each["state"] not in ("waiting", "working") for each in found):
            return found
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_list_becomes_projects_as_it_wishes(client, sound):
    rows = [
        "sound,text_file,style,emotion,seed,head_seed,output,emotion_file",
        "wav/1.flac,,ann,happy:0.6,5,7,scene 1/anna,",
        "wav/2.flac,,,,,,,mood.csv",
    ]
    texts = {"take/mood.csv": "time,emotion\n0,sad\n"}
    answer = read(client, name="take/lines.csv", content="\n".join(rows), files=["take/wav/1.flac", "take/wav/2.flac"],
                  texts=texts).json()  # fmt: skip
    assert [line["name"] for line in answer["lines"]] == ["scene 1 - anna", "wav - 2"]
    ids = send(client, answer, dict.fromkeys(("take/wav/1.flac", "take/wav/2.flac"), sound))
    assert [(each["state"], each["source"]) for each in settled(client, ids)] == [("ready", "lines.csv")] * 2
    first, second = (wait(client, id) for id in ids)
    assert first["takes"][0]["sampling"]["expression"]["seed"] == 5
    assert first["takes"][0]["sampling"]["head"]["seed"] == 7
    assert first["layers"]["emotions"][0]["emotion"] == "happy"
    assert second["layers"]["emotions"][0]["emotion"] == "sad"


def test_sounds_that_are_dropped_together_are_lines(client, sound):
    answer = read(client, files=["take/a/1.flac", "take/b/1.flac"], texts={"take/a/1.txt": "[lagh]"})
    assert "did you mean 'laugh'" in answer.json()["message"]
    answer = read(client, files=["take/a/1.flac", "take/b/1.flac"]).json()
    assert [line["name"] for line in answer["lines"]] == ["a - 1", "b - 1"]
    ids = send(client, answer, dict.fromkeys(("take/a/1.flac", "take/b/1.flac"), sound))
    assert [each["source"] for each in settled(client, ids)] == ["take"] * 2


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"files": []}, "no sound"),
        ({"name": "l.csv", "content": "sound\na.wav\nb.wav", "files": ["a.wav"]}, "line 2: b.wav: it was not dropped"),
        ({"name": "l.csv", "content": "sound\nx/a.wav", "files": ["y/a.wav", "z/a.wav"]}, "several of this name"),
        ({"name": "l.csv", "content": "sound,style\na.wav,annn", "files": ["a.wav"]}, "did you mean 'ann'"),
        ({"name": "l.csv", "content": "sound,emotion\na.wav,auto", "files": ["a.wav"]}, "does not guess emotions"),
        ({"name": "l.csv", "content": "sound,keyframes\na.wav,k.json", "files": ["a.wav"]}, "reads no keyframe files"),
        ({"name": "l.csv", "content": "sound,emotion_file\na.wav,m.csv", "files": ["a.wav"]}, "m.csv: it was not"),
        ({"name": "l.json", "content": "[", "files": ["a.wav"]}, "l.json cannot be read as JSON"),
        ({"files": ["a" * 5000]}, "at most 4000"),
    ],
)  # fmt: skip
def test_lists_that_cannot_be_used(client, request_, message):
    answer = client.post("/api/lists", json=request_)
    assert answer.status_code == 400
    assert message in answer.json()["message"]


def test_lines_of_lists_that_are_gone(client, sound):
    for query in ({"list": "0" * 16, "line": 1}, {"list": "../..", "line": 0}):
        answer = client.post("/api/projects", params={"name": "a.wav", **query}, content=sound)
        assert answer.status_code == 404
        assert "drop it again" in answer.json()["message"]


def test_a_line_that_fails_is_set_aside_and_can_be_tried_again(client, sound):
    files = ["1.flac", "2.flac"]
    answer = read(client, files=files).json()
    failed, good = send(client, answer, {"1.flac": sound[:50], "2.flac": sound})
    first, second = settled(client, [failed, good])
    assert first["state"] == "failed"
    assert "cannot be read as sound" in first["failure"]
    assert second["state"] == "ready"
    assert "cannot be read as sound" in client.get(f"/api/projects/{failed}").json()["message"]
    (client.app.state.workspace.storage.folder / failed / "voice").write_bytes(sound)  # as if the disk had been mended
    assert client.post(f"/api/projects/{failed}/retry").status_code == 204
    assert settled(client, [failed])[0]["state"] == "ready"
    assert client.post(f"/api/projects/{failed}/retry").status_code == 400
    np.testing.assert_array_equal(motion_of(client, failed), motion_of(client, good))


def test_what_waits_and_what_is_being_made_can_be_cancelled(client, sound, monkeypatch):
    workspace = client.app.state.workspace
    going, go_on = threading.Event(), threading.Event()
    load = workspace.decoder.load

    def slow(*given):
        going.set()
        go_on.wait(60)
        return load(*given)

    monkeypatch.setattr(workspace.decoder, "load", slow)
    answer = read(client, files=["1.flac", "2.flac", "3.flac"]).json()
    made, waiting, other = send(client, answer, dict.fromkeys(("1.flac", "2.flac", "3.flac"), sound))
    assert going.wait(60)
    assert [summary(client, id)["state"] for id in (made, waiting, other)] == ["working", "waiting", "waiting"]
    for id in (made, waiting):
        assert client.post(f"/api/projects/{id}/cancel").status_code == 204
    go_on.set()
    assert [each["state"] for each in settled(client, [made, waiting, other])] == ["cancelled", "cancelled", "ready"]
    assert client.post(f"/api/projects/{waiting}/retry").status_code == 204
    assert settled(client, [waiting])[0]["state"] == "ready"
    assert client.delete(f"/api/projects/{made}").status_code == 204


def test_a_single_voice_does_not_wait_for_a_list(client, sound, monkeypatch):
    workspace, order = client.app.state.workspace, []
    go_on, make = threading.Event(), workspace.jobs._make

    def slow(project, name, work):
        go_on.wait(60)
        order.append(project.id)
        make(project, name, work)

    monkeypatch.setattr(workspace.jobs, "_make", slow)
    answer = read(client, files=["1.flac", "2.flac"]).json()
    first, second = send(client, answer, dict.fromkeys(("1.flac", "2.flac"), sound))
    single = give(client, sound)
    go_on.set()
    settled(client, [first, second, single])
    assert order == [first, single, second]


def test_names_are_unique(client, sound):
    ids = [give(client, sound, "unique.flac") for _ in range(3)]
    settled(client, ids)
    assert [summary(client, id)["name"] for id in ids] == ["unique", "unique 2", "unique 3"]
    for name, found in (("unique", "unique 3"), ("Mine", "Mine"), ("unique 2", "unique 3")):
        assert client.post(f"/api/projects/{ids[2]}/name", json={"name": name}).json()["name"] == found


def test_all_are_exported_with_a_table_and_what_fails_is_set_aside(client, id, sound):
    other = give(client, sound, "other.flac")
    settled(client, [other])
    wanted = {"ids": [id, "0" * 16, other], "formats": ["npz", "csv"], "fps": 30}
    answer = client.post("/api/exports", json=wanted)
    assert answer.status_code == 200
    end = time.monotonic() + 120
    while (now := client.get("/api/exports").json())["state"] == "working":
        assert time.monotonic() < end
        time.sleep(0.05)
    assert (now["state"], now["finished"], now["failed"], now["total"]) == ("done", 3, 1, 3)
    content = client.get(f"/api/exports/{now['id']}").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        table = list(csv.DictReader(io.StringIO(archive.read("results.csv").decode())))
        names = {summary(client, each)["name"] for each in (id, other)}
        assert {name.split("/")[0] for name in archive.namelist()} == {*names, "results.csv", "results.json"}
        assert len([name for name in archive.namelist() if name.endswith("arkit.csv")]) == 2
    assert [row["status"] for row in table] == ["done", "failed", "done"]
    assert "no such project" in table[1]["message"]
    assert client.get("/api/exports/0123").status_code == 404
    for bad in ({"formats": ["cvs"]}, {"fps": 0}, {"ids": []}):
        assert client.post("/api/exports", json={**wanted, **bad}).status_code == 400


def test_an_export_of_many_can_be_cancelled(client, id, monkeypatch):
    going, go_on = threading.Event(), threading.Event()
    workspace = client.app.state.workspace
    peek = workspace.peek

    def slow(id):
        going.set()
        go_on.wait(60)
        return peek(id)

    monkeypatch.setattr(workspace, "peek", slow)
    wanted = {"ids": [id, id], "formats": ["csv"], "fps": 25}
    client.post("/api/exports", json=wanted)
    assert going.wait(60)
    assert client.post("/api/exports", json=wanted).status_code == 503
    client.delete("/api/exports")
    go_on.set()
    end = time.monotonic() + 60
    while client.get("/api/exports").json()["state"] == "working":
        assert time.monotonic() < end
        time.sleep(0.05)
    assert client.get("/api/exports").json()["state"] == "cancelled"
    assert not list((workspace.storage.folder / "exports").iterdir())


def test_a_thumbnail_is_a_frame_of_the_motion(client, id, sound):
    def picture(id):
        return np.frombuffer(client.get(f"/api/projects/{id}/thumbnail").content, "<f4")

    motion = motion_of(client, id)
    assert (motion == picture(id)).all(axis=1).any()
    changes = {"gains": {"jaw": 2.0}}
    client.post(f"/api/projects/{id}/edits", json={"edits": [{"edit": "set_layers", "changes": changes}]})
    assert (motion_of(client, id) == picture(id)).all(axis=1).any()  # and not that of before
    client.post(f"/api/projects/{id}/undo")
    assert client.get(f"/api/projects/{'0' * 16}/thumbnail").status_code == 404


def test_the_telling_frame_speaks_with_open_eyes():
    motion = synthetic_motion(2.0)
    channel = motion.space.expression.index
    expression = np.zeros_like(motion.expression)
    expression[20, channel("jawOpen")] = expression[30, channel("jawOpen")] = 0.5
    expression[20, channel("eyeBlinkLeft")] = 1.0
    assert telling_frame(replace(motion, expression=expression, head=np.zeros_like(motion.head))) == 30


def test_a_later_studio_goes_on_with_what_waits(weights, sound, tmp_path):
    app = make_app(tmp_path, PORT, weights, warm=False)
    with TestClient(app, base_url=HERE) as client:
        workspace = client.app.state.workspace
        workspace.jobs.perform = lambda *given, **options: None  # as if it were killed before
        answer = read(client, name="l.csv", content="sound,seed\n1.flac,9", files=["1.flac"]).json()
        (id,) = send(client, answer, {"1.flac": sound})
    with TestClient(make_app(tmp_path, PORT, weights, warm=False), base_url=HERE) as client:
        assert settled(client, [id])[0]["state"] == "ready"
        assert wait(client, id)["takes"][0]["sampling"]["head"]["seed"] == 9


def test_the_list_is_told_last_how_a_project_is_now(client, sound, monkeypatch):
    """Also where a slower thread saw how it was before."""
    workspace = client.app.state.workspace
    id = give(client, sound)
    wait(client, id)
    project = workspace.project(id)
    saw, go_on, told = threading.Event(), threading.Event(), []
    slow = threading.Thread(target=lambda: project.tell("progress"))
    look = project.summary

    def summary():
        found = look()
        if threading.current_thread() is slow:
            saw.set()
            assert go_on.wait(60)
        return found

    monkeypatch.setattr(project, "summary", summary)
    workspace.listeners.add(lambda event, data: told.append(data.name))
    slow.start()
    assert saw.wait(60)
    project.rename("now")
    quick = threading.Thread(target=lambda: project.tell("progress"))
    quick.start()
    time.sleep(0.2)
    go_on.set()
    slow.join(60)
    quick.join(60)
    assert told[-1] == "now"
