import asyncio
import io
import json
import os
import re
import shutil
import threading
import time
import zipfile

import numpy as np
import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from support.avatars import avatar, glb_bytes, vrm_1
from support.files import REPOSITORY, SPEECH_VIDEO
from support.portraits import PORTRAITS
from support.studio import HERE, PORT, edit, give, motion_of, state_of, wait
from support.synthetic import synthetic_sound

from ksdiff import pipeline
from ksdiff.editing.project import Project
from ksdiff.errors import InputError
from ksdiff.motion.space import ARKIT
from ksdiff.output.formats import FORMATS
from ksdiff.speech.audio import write_flac
from ksdiff.speech.encoder import SpeechEncoder
from ksdiff.studio import routes, uploads
from ksdiff.studio.answers import Span, spans
from ksdiff.studio.app import make_app
from ksdiff.studio.decoder import Decoder
from ksdiff.studio.events import Streams
from ksdiff.studio.exports import exported as file_of_export
from ksdiff.studio.media import WAVEFORM_RATE, waveform_bytes, write_wav
from ksdiff.studio.refusals import NotFoundError
from ksdiff.studio.uploads import clean_name, without_suffix


def silent_request():
    """A request of which nothing more is heard."""

    async def receive():
        await asyncio.sleep(60)

    return Request({"type": "http", "method": "POST", "path": "/", "headers": []}, receive)


# Who may ask.


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1:80", "127.0.0.1", "", "localhost:1"]
)
def test_other_host_names_are_refused(client, host):
    for address in ("/", "/api/facts", "/api/projects"):
        answer = client.get(address, headers={"host": host})
        assert answer.status_code == 403
        assert "127.0.0.1:7654" in answer.json()["message"]


def test_localhost_is_this_computer_too(client):
    assert client.get("/api/facts", headers={"host": f"localhost:{PORT}"}).status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://127.0.0.1:1", "https://127.0.0.1:7654", "null", "file://", "http://localhost"],
)
def test_other_pages_are_refused(client, id, origin):
    before = len(client.get(f"/api/projects/{id}").json()["takes"][0]["keyframes"]["head"])
    headers = {"origin": origin}
    assert client.get(f"/api/projects/{id}", headers=headers).status_code == 403
    assert client.post(f"/api/projects/{id}/undo", headers=headers).status_code == 403
    assert client.post("/api/projects", params={"name": "x"}, content=b"x", headers=headers).status_code == 403
    assert client.delete(f"/api/projects/{id}", headers=headers).status_code == 403
    assert client.options(f"/api/projects/{id}/edits", headers=headers).status_code == 403
    assert len(client.get(f"/api/projects/{id}").json()["takes"][0]["keyframes"]["head"]) == before


def test_the_own_page_is_answered_and_grants_nothing_to_others(client):
    answer = client.get("/api/facts", headers={"origin": HERE, "sec-fetch-site": "same-origin"})
    assert answer.status_code == 200
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_pictures_and_scripts_of_other_sites_are_refused(client):
    headers = {"sec-fetch-site": "cross-site"}
    assert client.get("/api/projects", headers=headers).status_code == 403
    assert client.get("/studio.js", headers={"sec-fetch-site": "same-site"}).status_code == 403
    assert client.get("/", headers=headers).status_code == 200  # following a link


def test_the_page_needs_nothing_from_elsewhere(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert "http" not in answer.text.replace("http-equiv", "")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "three.js authors" in client.get("/studio.js").text  # the MIT licence travels with the code


# What comes in.


@pytest.mark.parametrize(
    "address",
    [
        "/../app.py",
        "/%2e%2e/app.py",
        "/..%2fapp.py",
        "/static/../../app.py",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/..\\app.py",
    ],
)
def test_no_address_leads_out_of_the_page(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert "workspace" not in answer.text


@pytest.mark.parametrize("bad", ["%2e%2e", "%2fetc", "a%00b", "x" * 5000, "about.json"])
def test_ids_in_addresses_are_no_paths(client, id, bad):
    before = sorted(state_of(client).rglob("*"))
    for suffix in ("", "/motion", "/file", "/reference", "/sound.wav", "/exports/x"):
        assert client.get(f"/api/projects/{bad}{suffix}").status_code in (404, 405)
    assert client.delete(f"/api/projects/{bad}").status_code in (404, 405)
    assert client.get(f"/api/projects/{id}/exports/{bad}").status_code in (404, 405)
    assert sorted(state_of(client).rglob("*")) == before


@pytest.mark.parametrize("bad", ["..", ".", "", "../..", "/", "/etc", "\0"])
def test_ids_are_no_paths(client, id, bad):  # clients tidy such addresses up, so past them
    workspace = client.app.state.workspace
    for refused in (
        lambda: workspace.project(bad),
        lambda: workspace.remove(f"{bad}/{id}"),
        lambda: file_of_export(workspace.project(id), bad),
        lambda: file_of_export(workspace.project(id), f"{bad}/{id}"),
    ):
        with pytest.raises(NotFoundError):
            refused()
    assert (state_of(client) / id / "project.ksd").exists()


@pytest.mark.parametrize("name", ["../../ev\0il\n.wav", "..\\..\\evil", "", "x" * 10_000])
def test_names_are_for_people_only(client, voice, name):
    outside = sorted(path.name for path in state_of(client).parent.iterdir())
    id = give(client, voice, name)
    (shown,) = (each["name"] for each in client.get("/api/projects").json() if each["id"] == id)
    assert 0 < len(shown) <= 120
    assert not set("/\\\0\n") & set(shown)
    allowed = {"voice", "about.json", "project.ksd", "thumbnail"}
    assert {path.name for path in (state_of(client) / id).iterdir() if "partial" not in path.name} <= allowed
    assert client.delete(f"/api/projects/{id}").status_code == 204
    assert client.get(f"/api/projects/{id}").status_code == 404
    assert sorted(path.name for path in state_of(client).parent.iterdir()) == outside


def test_names_that_are_left():
    assert clean_name("C:\\voices\\line 12.wav") == "line 12.wav"
    assert clean_name("/home/me/ä ö.mp3") == "ä ö.mp3"
    assert clean_name(" \n ") == "Untitled"
    assert without_suffix("line 12.v2.wav") == "line 12.v2"
    assert without_suffix("Recording, 21.11.2026, 13:05") == "Recording, 21.11.2026, 13:05"
    assert without_suffix(".wav") == ".wav"


def test_too_large(client, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_UPLOAD", 1000)
    before = sorted(state_of(client).iterdir())

    def parts():  # sent without saying how much will come
        for _ in range(50):
            yield b"x" * 100

    for content in (b"x" * 1001, parts()):
        answer = client.post("/api/projects", params={"name": "voice.wav"}, content=content)
        assert answer.status_code == 400
        assert "larger than" in answer.json()["message"]
    assert sorted(state_of(client).iterdir()) == before


def test_messages_have_a_limit_too(client, id):
    body = {"edits": [{"edit": "set_layers", "changes": {"rest": True, "x": "x" * (17 << 20)}}]}
    answer = client.post(f"/api/projects/{id}/edits", json=body)
    assert answer.status_code == 403
    assert "too large" in answer.json()["message"]


def test_empty(client):
    answer = client.post("/api/projects", params={"name": "voice.wav"}, content=b"")
    assert answer.status_code == 400
    assert "empty" in answer.json()["message"]


def test_too_slow(tmp_path):
    began = time.monotonic()
    with pytest.raises(InputError, match=r"did not arrive within 0\.2 s"):
        asyncio.run(uploads.receive(silent_request(), tmp_path / "voice", seconds=0.2))
    assert time.monotonic() - began < 5
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "content",
    [
        b"hello, this is no sound" * 50,
        b"RIFF\xff\xff\xff\x7fWAVEfmt \x10\0\0\0" + b"\0" * 100,
        b"\0" * 5000,
        b"#EXTM3U\n/etc/passwd\n",
    ],
    ids=["text", "header", "zeros", "playlist"],
)
def test_damaged_files_give_a_message(client, content):
    id = give(client, content, "my line.wav")
    message = wait(client, id)["message"]
    assert "my line.wav" in message
    assert str(state_of(client)) not in message
    assert id not in message
    assert not (state_of(client) / id).exists()


def test_half_a_video_gives_a_message(client):
    id = give(client, SPEECH_VIDEO.read_bytes()[:20_000], "half.mp4")
    assert "half.mp4" in wait(client, id)["message"]


def test_a_decoder_that_hangs_is_ended(tmp_path, voice):
    decoder = Decoder()
    try:
        os.mkfifo(tmp_path / "endless")  # nobody ever writes to it
        with pytest.raises(InputError, match=r"line\.wav could not be read within 0\.5 s"):
            decoder.load(tmp_path / "endless", "line.wav", seconds=0.5)
        (tmp_path / "voice").write_bytes(voice)
        samples, video = decoder.load(tmp_path / "voice", "voice.flac")
        np.testing.assert_allclose(samples, synthetic_sound(4.0), atol=1e-4)
        assert video is None
    finally:
        decoder.close()


def test_a_decoder_that_crashes_gives_a_message(tmp_path, voice):
    decoder = Decoder()
    try:
        (tmp_path / "voice").write_bytes(voice)
        decoder.load(tmp_path / "voice", "voice.flac")
        decoder._process.kill()
        with pytest.raises(InputError, match=r"line\.wav is damaged: the decoder broke down"):
            decoder.load(tmp_path / "voice", "line.wav")
        assert len(decoder.load(tmp_path / "voice", "voice.flac")[0]) == 64_000
    finally:
        decoder.close()


@pytest.mark.parametrize("body", ["{", "[]", '{"edits": 5}', '{"edits": [5]}', '{"edits": [{"edit": "no_such"}]}'])
def test_edits_that_are_none(client, id, body):
    before = client.get(f"/api/projects/{id}").json()
    answer = client.post(f"/api/projects/{id}/edits", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["message"]
    assert client.get(f"/api/projects/{id}").json() == before


def test_of_several_edits_all_hold_or_none(client, id):
    before = client.get(f"/api/projects/{id}").json()
    fine = {"edit": "set_layers", "changes": {"head_amplitude": 0.5}}
    answer = edit(client, id, fine, {"edit": "add_keyframe", "path": "head", "time": 99.0})
    assert answer.status_code == 400
    assert "99" in answer.json()["message"]
    assert client.get(f"/api/projects/{id}").json() == before


# What is done.


def test_a_voice_becomes_a_project(client, id):
    project = client.get(f"/api/projects/{id}").json()
    assert project["name"] == "voice"
    assert project["frames"] == 100
    assert project["duration"] == 4.0
    assert project["undo"] is None
    assert project["redo"] is None
    assert [take["name"] for take in project["takes"]] == ["A"]
    assert len(project["channels"]["expression"]) == 51
    motion = motion_of(client, id)
    assert motion.shape == (100, 57)
    held = Project.load(state_of(client) / id / "project.ksd").motion
    assert np.array_equal(motion, np.concatenate([held.expression, held.head], axis=1))
    assert id in [each["id"] for each in client.get("/api/projects").json()]


def test_an_edit_reaches_its_surroundings_alone_and_can_be_undone(client, voice):
    id = give(client, voice)
    wait(client, id)
    before = motion_of(client, id)
    made = edit(client, id, {"edit": "add_keyframe", "path": "head", "time": 1.0, "strength": 0.7}).json()
    assert made["undo"] == "add keyframe"
    stale = made["takes"][0]["stale"]
    assert stale["expression"] == []
    (reach,) = stale["head"]
    assert reach["start"] <= 25 < reach["stop"] < 100
    assert np.array_equal(motion_of(client, id), before)  # nothing moves before it is regenerated

    made = client.post(f"/api/projects/{id}/regenerate").json()
    assert not made["stale"]
    assert made["undo"] == "add keyframe"
    after = motion_of(client, id)
    outside = np.ones(100, bool)
    outside[reach["start"] : reach["stop"]] = False
    assert np.array_equal(after[outside, 51:], before[outside, 51:])
    assert not np.array_equal(after[:, 51:], before[:, 51:])

    undone = client.post(f"/api/projects/{id}/undo").json()
    assert undone["redo"] == "add keyframe"
    assert np.array_equal(motion_of(client, id), before)
    redone = client.post(f"/api/projects/{id}/redo").json()
    assert redone["redo"] is None
    assert np.array_equal(motion_of(client, id), after)
    assert redone["version"] > undone["version"] > made["version"]


def test_edits_that_continue_the_last_step_are_undone_with_it(client, voice):
    id = give(client, voice)
    wait(client, id)

    def heads(project):
        return [keyframe["frame"] for keyframe in project["takes"][0]["keyframes"]["head"]]

    def move(time, to, continues):
        edits = [{"edit": "move_keyframe", "path": "head", "time": time, "to": to}]
        return client.post(f"/api/projects/{id}/edits", json={"edits": edits, "continues": continues}).json()

    first = client.get(f"/api/projects/{id}").json()
    assert move(heads(first)[0] / 25, 1.0, True)["undo"] == "move keyframe"  # nothing to continue: a step of its own
    client.post(f"/api/projects/{id}/undo")
    move(heads(first)[0] / 25, 1.0, False)
    move(1.0, 1.04, True)
    made = move(1.04, 1.08, True)
    assert 27 in heads(made)
    assert made["undo"] == "move keyframe"
    undone = client.post(f"/api/projects/{id}/undo").json()
    assert heads(undone) == heads(first)
    assert undone["undo"] is None
    assert heads(client.post(f"/api/projects/{id}/redo").json()) == heads(made)


def test_layers_takes_and_choices(client, voice):
    id = give(client, voice)
    wait(client, id)
    first = motion_of(client, id)
    edit(client, id, {"edit": "add_take", "name": "B", "sampling": {"head_seed": 5}})
    client.post(f"/api/projects/{id}/regenerate")
    assert np.array_equal(motion_of(client, id), first)
    alone = motion_of(client, id, take="B")
    assert not np.array_equal(alone[:, 51:], first[:, 51:])
    made = edit(client, id, {"edit": "choose_take", "take": "B", "path": "head", "start": 0.0, "end": 4.0}).json()
    assert made["choices"] == [{"take": "B", "path": "head", "start": 0, "stop": 100}]
    assert np.array_equal(motion_of(client, id)[:, 51:], alone[:, 51:])
    assert client.get(f"/api/projects/{id}/motion", params={"take": "C"}).status_code == 400
    made = edit(client, id, {"edit": "set_layers", "changes": {"head_amplitude": 0.0}}).json()
    assert made["layers"]["head_amplitude"] == 0
    assert not motion_of(client, id)[:, 51:].any()


def test_export_is_a_zip_at_the_rate_wanted(client, id):
    answer = client.post(f"/api/projects/{id}/exports", json={"formats": ["csv", "npz", "glb"], "fps": 30})
    assert answer.json()["missing"] == {}
    address = f"/api/projects/{id}/exports/{answer.json()['id']}"
    content = client.get(address)
    assert "voice.zip" in content.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(content.content)) as archive:
        assert sorted(archive.namelist()) == ["arkit.csv", "head.glb", "motion.npz"]
        with np.load(io.BytesIO(archive.read("motion.npz"))) as arrays:
            assert float(arrays["fps"]) == 30
            assert len(arrays["expression"]) == 120


@pytest.fixture(scope="module")
def short(client, tmp_path_factory):
    """A project of half a second, of which videos are soon drawn."""
    path = tmp_path_factory.mktemp("short") / "voice.flac"
    write_flac(synthetic_sound(0.48), path)
    id = give(client, path.read_bytes(), "../a short one.flac")
    assert wait(client, id)["frames"] == 12
    return id


def exported(client, id, **wanted):
    """The answer, and what is in the zip."""
    answer = client.post(f"/api/projects/{id}/exports", json={"formats": [], "fps": 25, **wanted})
    assert answer.status_code == 200, answer.text
    content = client.get(f"/api/projects/{id}/exports/{answer.json()['id']}").content
    archive = zipfile.ZipFile(io.BytesIO(content))
    return answer.json(), {name: archive.read(name) for name in archive.namelist()}


def test_pictures_go_into_the_zip_as_a_folder(client, short):
    _, files = exported(client, short, formats=["png", "csv"], fps=12.5, timecode="10:00:00:00")
    # Numbered by timecode, which counts 12 frames in a second at this rate.
    first = 12 * 36_000
    assert sorted(files) == ["arkit.csv", *(f"frames/head.{first + frame:07d}.png" for frame in range(6))]
    assert all(files[name][:4] == b"\x89PNG" for name in files if name.startswith("frames/"))
    assert files["arkit.csv"].decode().splitlines()[1].startswith("10:00:00:00")
    assert not list((state_of(client) / short / "exports").glob("*/"))


@pytest.mark.slow
def test_all_that_the_command_line_writes_can_be_exported(client, short):
    formats = client.get("/api/facts").json()["formats"]
    names = [each["name"] for each in formats]
    assert names == [format.name for format in FORMATS.values() if ARKIT in format.spaces]
    assert all(each["about"] for each in formats)
    answer, files = exported(client, short, formats=names, fps=12.5)
    assert all("pip install" in reason for reason in answer["missing"].values())  # what is not installed is named
    made = {name.split("/")[0] for name in files}
    assert made == {FORMATS[name].file for name in names if name not in answer["missing"]}
    assert all(len(content) > 100 for content in files.values())


def test_one_take_alone_is_exported(client, short):
    edit(client, short, {"edit": "add_take", "name": "B", "sampling": {"head_seed": 9}})
    client.post(f"/api/projects/{short}/regenerate")
    _, files = exported(client, short, formats=["npz"], take="B")
    with np.load(io.BytesIO(files["motion.npz"])) as arrays:
        assert np.array_equal(arrays["head"], motion_of(client, short, take="B")[:, 51:])
        assert not np.array_equal(arrays["head"], motion_of(client, short)[:, 51:])
    client.post(f"/api/projects/{short}/undo")


def give_character(client, id, name, content):
    return client.post(f"/api/projects/{id}/character", params={"name": name}, content=content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("me.glb", glb_bytes(*avatar(("jawOpen", "eyeBlinkLeft", "eyeBlinkRight")))),
        ("C:\\heads\\Me.VRM", glb_bytes(*avatar(("up", "down"), extensions=vrm_1({"aa": {0: 1.0}})))),
    ],
    ids=["glb", "vrm"],
)
def test_motion_is_put_onto_a_character_of_ones_own(client, short, name, content):
    answer = give_character(client, short, name, content)
    assert answer.json()["character"]["name"] == name.split("\\")[-1]
    assert client.get(f"/api/projects/{short}").json()["character"] == answer.json()["character"]
    assert client.get("/api/projects").json()[0]["character"] == name.split("\\")[-1]
    assert client.get(f"/api/projects/{short}/character").content == content
    suffix = name[-4:].lower()
    answer, files = exported(client, short, character=True, fps=50)
    assert set(files) == {f"character{suffix}", "character.txt"}
    assert any(line.startswith("shown: ") for line in answer["report"])
    assert files["character.txt"].decode().splitlines()[1:] == answer["report"]
    text = files[f"character{suffix}"]
    described = json.loads(text[20 : 20 + int.from_bytes(text[12:16], "little")])
    assert [animation["name"] for animation in described["animations"]] == ["Idle", "Speech"]
    assert len(list((state_of(client) / short).glob("character*"))) == 1
    answer = edit(client, short, {"edit": "set_character", "head_node": "Nobody"})
    assert answer.status_code == 400
    assert "no node 'Nobody'" in answer.json()["message"]


def test_a_photo_becomes_a_character(client, short):
    answer = give_character(client, short, "Her face.JPG", PORTRAITS["render_1"].read_bytes())
    character = answer.json()["character"]
    assert (character["name"], character["shapes"], character["following"]) == ("Her face.glb", 52, 51)
    assert client.get(f"/api/projects/{short}/character").content[:4] == b"glTF"
    (head, *_) = client.get(f"/api/projects/{short}/character/rig").json()["bones"]
    assert (head["name"], head["label"]) == ("head", "Head")
    refused = give_character(client, short, "wall.png", PORTRAITS["render_1"].read_bytes()[:2000])
    assert refused.status_code == 400
    assert "the photo is not a picture that can be read" in refused.json()["message"]
    assert client.get(f"/api/projects/{short}").json()["character"] == character


def test_the_map_of_a_character_is_edited_undone_exported_and_saved(client, short, tmp_path):
    names = ("jawOpen", "Joy", "eyeBlinkLeft", "Fcl_EYE_Close_L")
    content = glb_bytes(*avatar(names))
    given = give_character(client, short, "me.glb", content).json()
    assert (given["character"]["following"], given["character"]["shapes"]) == (2, 4)
    rig = client.get(f"/api/projects/{short}/character/rig").json()
    shapes = {shape["name"]: shape for shape in rig["shapes"]}
    assert shapes["eyeBlinkLeft"]["follows"] == shapes["eyeBlinkLeft"]["proposed"] == {"eyeBlinkLeft": 1.0}
    assert shapes["Fcl_EYE_Close_L"]["follows"] == {}
    assert rig["bones"][0] == {"name": "head", "node": 2, "label": "Head", "share": 0.6}
    assert "Armature" in rig["nodes"]
    edited = edit(
        client, short, {"edit": "set_character", "shapes": {"Joy": {"mouthSmileLeft": 0.5}}, "head_node": "Neck"}
    ).json()
    assert edited["character"]["revision"] != given["character"]["revision"]
    assert edited["undo"] == "set character"
    rig = client.get(f"/api/projects/{short}/character/rig").json()
    assert {shape["name"]: shape["follows"] for shape in rig["shapes"]}["Joy"] == {"mouthSmileLeft": 0.5}
    assert [bone["label"] for bone in rig["bones"] if bone["name"] == "head"] == ["Neck"]
    answer, _ = exported(client, short, character=True)
    assert "mouthSmileLeft -> Joy" in answer["report"]
    # Undo to before the character, which comes back with its file.
    client.post(f"/api/projects/{short}/undo")
    assert client.post(f"/api/projects/{short}/undo").json()["redo"] == "character"
    client.post(f"/api/projects/{short}/redo")
    again = client.post(f"/api/projects/{short}/redo").json()
    assert again["character"] == edited["character"]
    assert client.get(f"/api/projects/{short}/character").content == content
    # The project file takes it to another computer.
    saved = client.get(f"/api/projects/{short}/file").content
    assert Project.load(_written(tmp_path / "p.ksd", saved)).character.data == content
    other = client.post("/api/projects/open", params={"name": "p.ksd"}, content=saved).json()["id"]
    assert client.get(f"/api/projects/{other}").json()["character"] == edited["character"]
    assert client.get(f"/api/projects/{other}/character").content == content
    assert not list((state_of(client) / short).glob(".*partial*"))
    # It goes, and comes back by undo.
    gone = client.delete(f"/api/projects/{short}/character").json()
    assert gone["character"] is None
    assert client.get(f"/api/projects/{short}/character").status_code == 404
    assert client.get(f"/api/projects/{short}/character/rig").status_code == 404
    assert client.post(f"/api/projects/{short}/undo").json()["character"] == edited["character"]
    assert client.get(f"/api/projects/{short}/character").content == content
    client.delete(f"/api/projects/{other}")
    client.delete(f"/api/projects/{short}/character")


def test_a_character_is_there_after_a_restart(weights, client, short, tmp_path):
    content = glb_bytes(*avatar(("jawOpen", "Joy")))
    give_character(client, short, "me.glb", content)
    edit(client, short, {"edit": "set_character", "shapes": {"Joy": {"cheekPuff": 1.0}}})
    saved = client.get(f"/api/projects/{short}/file").content
    client.delete(f"/api/projects/{short}/character")
    with TestClient(make_app(tmp_path, PORT, weights, warm=False), base_url=HERE) as first:
        id = first.post("/api/projects/open", params={"name": "p.ksd"}, content=saved).json()["id"]
        before = first.get(f"/api/projects/{id}").json()["character"]
    with TestClient(make_app(tmp_path, PORT, weights, warm=False), base_url=HERE) as second:
        assert second.get(f"/api/projects/{id}").json()["character"] == before
        assert second.get(f"/api/projects/{id}/character").content == content
    (file,) = (tmp_path / id).glob("character-*")
    file.write_bytes(b"damaged")
    with TestClient(make_app(tmp_path, PORT, weights, warm=False), base_url=HERE) as third:
        answer = third.get(f"/api/projects/{id}").json()["character"]
        assert (answer["here"], answer["following"]) == (False, 2)
        assert third.get(f"/api/projects/{id}/character/rig").status_code == 400
        assert give_character(third, id, "me.glb", content).json()["character"] == before


@pytest.mark.parametrize(
    ("extension", "key", "name"),
    [
        ("KHR_draco_mesh_compression", "extensionsUsed", "Draco"),
        ("EXT_meshopt_compression", "extensionsRequired", "meshopt"),
        ("KHR_texture_basisu", "extensionsRequired", "KTX2 (Basis Universal)"),
        ("KHR_texture_basisu", "extensionsUsed", None),
    ],
)
def test_compressed_characters_are_kept_and_told(client, short, extension, key, name):
    content = glb_bytes(*avatar(("jawOpen",), **{key: [extension]}))
    assert give_character(client, short, "me.glb", content).status_code == 200
    assert client.get(f"/api/projects/{short}/character/rig").json()["undrawn"] == name
    client.delete(f"/api/projects/{short}/character")


def _written(path, content):
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("me.fbx", b"x", "must end in .glb, .vrm, .gltf"),
        ("me.glb", b"glTF, but nothing else", "me.glb is not a glTF 2.0 file"),
        ("me.glb", glb_bytes(*avatar(("one", "two"))), "no shape that is known"),
        (
            "me.gltf",
            json.dumps(
                {"asset": {"version": "2.0"}, "buffers": [{"uri": "../../about.json", "byteLength": 9}]}
            ).encode(),
            "not in its folder",
        ),
        (
            "me.gltf",
            json.dumps(
                {"asset": {"version": "2.0"}, "buffers": [{"uri": "file:///etc/passwd", "byteLength": 9}]}
            ).encode(),
            "not in its folder",
        ),
    ],
    ids=["kind", "damaged", "shapes", "neighbour", "absolute"],
)
def test_characters_that_cannot_be_moved(client, id, name, content, message):
    answer = give_character(client, id, name, content)
    assert answer.status_code == 400
    assert message in answer.json()["message"]
    assert str(state_of(client)) not in answer.json()["message"]
    assert client.get(f"/api/projects/{id}").json()["character"] is None
    assert not [path for path in (state_of(client) / id).rglob("*") if "character" in path.name]
    answer = client.post(f"/api/projects/{id}/exports", json={"formats": [], "fps": 25, "character": True})
    assert "no character to put the motion onto" in answer.json()["message"]


def test_characters_have_a_limit_too(client, id, monkeypatch):
    monkeypatch.setattr(routes, "MAX_CHARACTER", 1000)
    answer = give_character(client, id, "me.glb", b"x" * 1001)
    assert answer.status_code == 400
    assert "larger than" in answer.json()["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"formats": ["nope"], "fps": 25},
        {"formats": [], "fps": 25},
        {"formats": ["csv"], "fps": 0},
        {"fps": 25},
        {"formats": ["csv"], "fps": 25, "timecode": "1:2"},
        {"formats": ["csv"], "fps": 25, "take": "Z"},
    ],
)
def test_exports_that_cannot_be(client, id, body):
    answer = client.post(f"/api/projects/{id}/exports", json=body)
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_only_the_last_exports_are_kept(client, id):
    for _ in range(5):
        assert client.post(f"/api/projects/{id}/exports", json={"formats": ["keyframes"], "fps": 25}).status_code == 200
    assert len(list((state_of(client) / id / "exports").iterdir())) == 3


def test_a_project_file_goes_out_and_comes_in(client, id):
    edit(client, id, {"edit": "pin", "start": 0.2, "end": 0.6})
    file = client.get(f"/api/projects/{id}/file")
    assert "voice.ksd" in file.headers["content-disposition"]
    answer = client.post("/api/projects/open", params={"name": "mine.ksd"}, content=file.content)
    other = client.get(f"/api/projects/{answer.json()['id']}").json()
    assert other["name"] == "mine"
    assert {(pin["path"], pin["start"], pin["stop"]) for pin in other["pins"]} == {
        ("expression", 5, 15),
        ("head", 5, 15),
    }
    assert np.array_equal(motion_of(client, other["id"]), motion_of(client, id))


@pytest.mark.parametrize("content", [b"no zip", b"PK\x03\x04" + b"\0" * 200], ids=["text", "zip"])
def test_damaged_project_files_give_a_message(client, content):
    before = sorted(state_of(client).iterdir())
    answer = client.post("/api/projects/open", params={"name": "mine.ksd"}, content=content)
    assert answer.status_code == 400
    assert "mine.ksd" in answer.json()["message"]
    assert str(state_of(client)) not in answer.json()["message"]
    assert sorted(state_of(client).iterdir()) == before


def test_what_is_opened_is_heard_ahead_and_only_once(client, id, monkeypatch):
    file = client.get(f"/api/projects/{id}/file").content
    pitches, windows, may_go_on = [], [], threading.Event()  # by the threads that computed them
    prosody, encoded = pipeline.prosody, SpeechEncoder.windows

    def slow_prosody(*given):
        pitches.append(threading.current_thread().name)
        assert may_go_on.wait(60)
        return prosody(*given)

    def counted_windows(self, samples, start=0, stop=None):
        for first, values in encoded(self, samples, start, stop):
            windows.append(threading.current_thread().name)
            yield first, values

    monkeypatch.setattr(pipeline, "prosody", slow_prosody)
    monkeypatch.setattr(SpeechEncoder, "windows", counted_windows)
    opened = client.post("/api/projects/open", params={"name": "mine.ksd"}, content=file).json()["id"]
    edit(client, opened, {"edit": "set_sampling", "path": "head", "start": 1.0, "end": 3.0, "seed": 77})
    # Regenerating begins while the voice is still being heard: it waits for that, and goes on with what was heard.
    answers = []
    regenerating = threading.Thread(
        target=lambda: answers.append(client.post(f"/api/projects/{opened}/regenerate").json())
    )
    regenerating.start()
    regenerating.join(0.5)
    assert not answers
    may_go_on.set()
    regenerating.join(120)
    assert not answers[0]["stale"]
    for heard in (pitches, windows):  # four seconds lie in one window; other projects may be heard beside
        assert [name for name in heard if name == f"hear-{opened}" or not name.startswith("hear-")] == [
            f"hear-{opened}"
        ]


def test_a_later_studio_finds_the_last_edit(client, id, weights, tmp_path):
    edit(client, id, {"edit": "add_keyframe", "path": "expression", "time": 3.0, "strength": 0.25})
    client.post(f"/api/projects/{id}/name", json={"name": "Nod"})
    # As if the first studio had been killed: what its folder holds now is all that there is.
    state = shutil.copytree(state_of(client), tmp_path / "state")
    with TestClient(make_app(state, PORT, weights, warm=False), base_url=HERE) as later:
        project = later.get(f"/api/projects/{id}").json()
        assert project["name"] == "Nod"
        keyframes = {each["frame"]: each for each in project["takes"][0]["keyframes"]["expression"]}
        assert (keyframes[75]["strength"], keyframes[75]["pose"]) == (0.25, {})
        assert np.array_equal(motion_of(later, id), motion_of(client, id))
        assert project["version"] > 1


def test_a_voice_whose_performance_was_cut_off_is_performed_again(weights, voice, tmp_path):
    folder = tmp_path / "0123456789abcdef"
    folder.mkdir()
    (folder / "voice").write_bytes(voice)
    about = {"name": "voice", "duration": 0.0, "changed": 1.0, "reference": None}
    (folder / "about.json").write_text(json.dumps(about))
    with TestClient(make_app(tmp_path, PORT, weights, warm=False), base_url=HERE) as client:
        assert wait(client, folder.name)["frames"] == 100


def test_what_a_page_hears(client, id, weights, voice):
    project = client.app.state.workspace.project(id)

    async def first_events():
        with Streams().of(project) as events:
            first = await anext(events)
            project.report("motion", 0.5)
            second = await anext(events)
            client.app.state.workspace.shutdown()
            assert (await anext(events)).event == "shutdown"
            with pytest.raises(StopAsyncIteration):  # so that the server need not wait for pages that are open
                await anext(events)
        return first, second

    first, second = asyncio.run(first_events())
    assert (first.event, first.data) == ("changed", {"version": project.version})
    assert (second.event, second.data) == ("progress", {"stage": "motion", "done": 0.5})
    assert not project.listeners


def test_a_video_is_its_own_reference(client):
    id = give(client, SPEECH_VIDEO.read_bytes(), "speech.mp4")
    assert wait(client, id)["reference"]
    part = client.get(f"/api/projects/{id}/reference", headers={"range": "bytes=0-99"})
    assert part.status_code == 206
    assert part.headers["content-type"] == "video/mp4"
    assert part.content == SPEECH_VIDEO.read_bytes()[:100]


def test_reference_videos(client, id, voice):
    assert client.get(f"/api/projects/{id}/reference").status_code == 404
    answer = client.post(f"/api/projects/{id}/reference", content=voice)
    assert answer.status_code == 400
    assert "convert it to MP4" in answer.json()["message"]
    assert client.post(f"/api/projects/{id}/reference", content=b"<html>").status_code == 400
    assert client.post(f"/api/projects/{id}/reference", content=SPEECH_VIDEO.read_bytes()).json()["reference"]
    assert client.get(f"/api/projects/{id}/reference").headers["content-type"] == "video/mp4"


# How it looks.


def palette(theme):
    """Colours of a theme by their names in the style sheet, 0..1."""
    sheet = (REPOSITORY / "web/studio/src/style.css").read_text(encoding="utf-8")
    block = sheet[sheet.index(theme) :].split("}")[0]
    return {name: parsed(colour) for name, colour in re.findall(r"--([\w-]+): #([0-9a-f]{6});", block)}


def parsed(colour):
    return np.array([int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)])


def contrast(one, other):
    """Ratio of WCAG 2.2."""

    def luminance(colour):
        light = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
        return float(light @ [0.2126, 0.7152, 0.0722]) + 0.05

    low, high = sorted((luminance(one), luminance(other)))
    return high / low


@pytest.mark.parametrize("theme", [":root {", ':root[data-theme="dark"] {'], ids=["light", "dark"])
def test_text_can_be_read(theme):
    colours = palette(theme)
    tinted = {
        "pressed": 0.12 * colours["accent"] + 0.88 * colours["surface"],
        "warned": 0.11 * colours["warn"] + 0.89 * colours["surface"],
        "chosen": 0.08 * colours["accent"] + 0.92 * colours["raised"],
    }
    pairs = [(text, ground) for text in ("ink", "muted", "warn") for ground in ("paper", "surface", "raised", "glow")]
    pairs += [("ink", "lane"), ("accent", "surface"), ("on-accent", "accent"), ("paper", "ink")]
    pairs += [("accent", "pressed"), ("warn", "warned"), ("ink", "chosen"), ("muted", "chosen")]
    for text, ground in pairs:
        assert contrast(colours[text], (colours | tinted)[ground]) >= 4.5, (text, ground)
    for mark in ("accent", "expression", "head", "chosen"):  # what is no text needs less
        assert contrast(colours[mark], colours["surface"]) >= 3, mark


# How things are told.


def test_ranges_of_a_mask():
    mask = np.array([1, 1, 0, 0, 1, 0, 1], bool)
    assert spans(mask) == (Span(start=0, stop=2), Span(start=4, stop=5), Span(start=6, stop=7))
    assert spans(np.zeros(3, bool)) == ()


def test_waveform_holds_the_extremes_of_each_step():
    step = 16_000 // WAVEFORM_RATE
    samples = np.zeros(3 * step, np.float32)
    samples[5], samples[6], samples[2 * step] = 0.5, -0.25, -0.125
    peaks = np.frombuffer(waveform_bytes(samples), np.int8)
    assert peaks.tolist() == [-64, 127, 0, 0, -32, 0]


def test_the_sound_can_be_sought_in(client, id, tmp_path):
    whole = client.get(f"/api/projects/{id}/sound.wav")
    assert whole.headers["accept-ranges"] == "bytes"
    write_wav(Project.load(state_of(client) / id / "project.ksd").voice.samples, tmp_path / "sound.wav")
    assert whole.content == (tmp_path / "sound.wav").read_bytes()
    for wanted, expected in (("bytes=10-19", whole.content[10:20]), ("bytes=100-", whole.content[100:])):
        part = client.get(f"/api/projects/{id}/sound.wav", headers={"range": wanted})
        assert part.status_code == 206
        assert part.content == expected
    assert part.headers["content-range"] == f"bytes 100-{len(whole.content) - 1}/{len(whole.content)}"
    beyond = client.get(f"/api/projects/{id}/sound.wav", headers={"range": "bytes=999999999-"})
    assert beyond.status_code == 416


def test_facts(client):
    facts = client.get("/api/facts").json()
    assert {"csv", "glb", "npz"} <= {each["name"] for each in facts["formats"]}
    assert "flame" not in {each["name"] for each in facts["formats"]}  # it holds motion of another space
    assert facts["channels"][17] == "jawOpen"
    assert client.get("/api/head.glb").content[:4] == b"glTF"
