"""The user's own character in a real browser: dropped, driven, its map edited, undone, saved and exported."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from support.characters import FACE, HEAD, NAMES, character_bytes
from support.studio_browser import eventually

from ksdiff.editing import Project
from ksdiff.motion.rotation import quaternions
from ksdiff.motion.space import ARKIT
from ksdiff.output.avatar import avatar_of
from ksdiff.output.gltf_reader import parse_gltf
from ksdiff.output.reduction import MOOD

SHOWN = "() => document.querySelector('.stage').character"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def shown(page):
    """Morph weights of the face, and the rotation of the head's bone, as they are drawn; None without a character."""
    both = page.evaluate(f"() => {{ const c = ({SHOWN})(); return c && [c.influences()[{FACE}], c.rotation({HEAD})] }}")
    return both and (np.array(both[0]), np.array(both[1]))


def animation(content, name):
    """Morph weights [T, M] and the head's rotations [T, 4] of the last animation of a file."""
    file = parse_gltf(content, Path(name))
    described = file.content["animations"][-1]

    def curve(node, path, width):
        (channel,) = (c for c in described["channels"] if c["target"] == {"node": node, "path": path})
        accessor = file.content["accessors"][described["samplers"][channel["sampler"]]["output"]]
        at = file.content["bufferViews"][accessor["bufferView"]]["byteOffset"]
        count = accessor["count"] * {"SCALAR": 1, "VEC4": 4}[accessor["type"]]
        return np.frombuffer(bytes(file.binary), "<f4", count, at).reshape(-1, width)

    targets = len(file.content["meshes"][0]["extras"]["targetNames"])
    return curve(FACE, "weights", targets), curve(HEAD, "rotation", 4)


def test_a_character_is_dropped_driven_edited_and_exported(open_studio, tmp_path):
    studio = open_studio()
    page = studio.page

    def until(condition):
        return eventually(condition, bool)

    content = character_bytes()
    names = next(iter(parse_gltf(content, Path("a.glb")).content["meshes"]))["extras"]["targetNames"]
    studio.drop(("Robo.glb", "", content))  # a character needs somebody who speaks
    page.get_by_text("Open a voice or a project first").wait_for()
    studio.give_speech()
    id, motion = studio.id, studio.motion()

    # What cannot be used leaves the head where it is.
    for wrong, message in ((b"glTF and nothing else", "is not a glTF 2.0 file"), (b"", "is empty")):
        studio.drop(("Robo.glb", "", wrong))
        page.get_by_text(message).wait_for()
        assert shown(page) is None
        assert studio.project()["character"] is None

    # It is dropped, and follows the motion: its morph targets by the map, its head by the bone.
    studio.drop(("Robo.glb", "", content))
    until(lambda: shown(page))
    page.keyboard.press("Home")
    for _ in range(2):
        page.keyboard.press("Shift+ArrowRight")
    frame = 50
    jaw = motion[frame, ARKIT.index("jawOpen")]
    assert jaw > 0.02
    until(lambda: abs(shown(page)[0][names.index("jawOpen")] - jaw) < 1e-3)
    weights, rotation = shown(page)
    for number, name in enumerate(names):
        own = name in ARKIT.expression
        expected = motion[frame, ARKIT.index(name)] if own else 0
        # Where shapes are missing, their neighbours of the same region make up for them.
        if not name.startswith((*MOOD, "cheek", "nose")):
            assert weights[number] == pytest.approx(expected, abs=1e-3), name
    assert weights[names.index("Fcl_EYE_Close_L")] == 0  # the lid travels once
    turn = quaternions(0.6 * motion[frame : frame + 1, 51:54].astype(np.float64))[0]
    assert abs(float(turn @ rotation)) == pytest.approx(1, abs=1e-5)

    # The map is edited in the table, and what is drawn follows at once; undo takes it back.
    smile = NAMES["mouthSmileLeft"]
    page.get_by_label("Find a shape").fill(smile)
    page.get_by_label(f"{smile} follows").fill("jawOpen")
    page.get_by_label(f"{smile} follows").press("Enter")
    until(lambda: abs(shown(page)[0][names.index(smile)] - jaw) < 0.02)
    page.get_by_label(f"{smile}: weight of jawOpen").fill("0.5")
    page.get_by_label(f"{smile}: weight of jawOpen").press("Enter")
    until(lambda: abs(shown(page)[0][names.index(smile)] - 0.5 * jaw) < 0.02)
    edited = studio.project()["character"]
    rows = {
        shape["name"]: shape["follows"]
        for shape in json.loads(studio.server.get(f"projects/{id}/character/rig"))["shapes"]
    }
    assert rows[smile] == {"jawOpen": 0.5}
    for expected in (jaw, 0):
        studio.server.post(f"projects/{id}/undo")
        until(lambda expected=expected: abs(shown(page)[0][names.index(smile)] - expected) < 0.02)
    for _ in range(2):
        studio.server.post(f"projects/{id}/redo")
    assert studio.project()["character"] == edited
    until(lambda: abs(shown(page)[0][names.index(smile)] - 0.5 * jaw) < 0.02)

    # One shape alone.
    page.get_by_role("button", name=smile, exact=True).click()
    until(lambda: shown(page)[0][names.index(smile)] == 1 and shown(page)[0].sum() == 1)
    page.get_by_role("button", name=smile, exact=True).click()
    until(lambda: shown(page)[0][names.index(smile)] < 1)
    drawn = shown(page)

    # An export has the weights and the turn that the page has drawn.
    page.keyboard.press("Control+e")
    page.get_by_role("checkbox", name="Robo.glb").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export", exact=True).last.click()
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        assert {"character.glb", "character.txt"} <= set(archive.namelist())
        exported, turns = animation(archive.read("character.glb"), "character.glb")
    np.testing.assert_allclose(drawn[0], exported[frame], atol=2e-3)
    assert abs(float(turns[frame] @ drawn[1])) == pytest.approx(1, abs=1e-5)
    page.keyboard.press("Escape")

    # Saved as a file, it comes back with its map, also in another studio.
    with page.expect_download() as download:
        page.keyboard.press("Control+s")
    saved = Path(download.value.path()).read_bytes()
    (tmp_path / "p.ksd").write_bytes(saved)
    kept = Project.load(tmp_path / "p.ksd").character
    assert kept.data == content
    assert kept.shapes[smile] == {"jawOpen": 0.5}
    assert avatar_of(parse_gltf(kept.data, Path(kept.name)), kept.name).bones["head"].node == HEAD
    studio.drop(("moved.ksd", "", saved))
    until(lambda: page.evaluate("() => location.hash") not in (f"#{id}", ""))
    assert studio.project()["character"] == edited
    until(lambda: shown(page))
    page.reload()
    page.wait_for_selector("#studio[data-ready]:not(.empty)")
    until(lambda: shown(page))

    # A VRM 0.x, which looks the other way, is turned to the camera; removed, the head is there again.
    studio.drop(("Robo.vrm", "", character_bytes(backwards=True)))
    until(lambda: page.evaluate(f"() => ({SHOWN})()?.root.rotation.y > 3"))
    page.get_by_role("button", name="Remove the character").click()
    until(lambda: shown(page) is None)
    assert studio.project()["character"] is None
    assert all(address.startswith((studio.server.address, "about:", "blob:", "data:")) for address in studio.addresses)
