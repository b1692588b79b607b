"""A photo as the character in a real browser: dropped, seen to speak, edited, exported; and photos that are refused."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.portraits import PORTRAITS, pixels_of
from support.studio_browser import eventually

from ksdiff.motion.space import ARKIT
from ksdiff.output.avatar import avatar_of
from ksdiff.output.gltf_reader import parse_gltf

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

CHARACTER = "() => document.querySelector('.stage').character"
LOUD = 2.12  # s: jaw open, as the motion says
TURN_LIMIT = 15.0  # degrees


def jpeg(pixels):
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=92)
    return stream.getvalue()


def drawn(page):
    """What the viewport shows, as soon as it shows the same twice."""
    stage = page.locator(".stage canvas")
    before = None
    for _ in range(20):
        now = np.asarray(Image.open(io.BytesIO(stage.screenshot())).convert("RGB")).astype(int)
        if before is not None and np.array_equal(now, before):
            return now
        before = now
        page.wait_for_timeout(200)
    raise AssertionError("the picture does not come to rest")


def test_a_photo_speaks_is_edited_and_exported(open_studio):
    studio = open_studio(1280, 900)
    page = studio.page
    studio.give_speech()
    motion = studio.motion()
    jaw = motion[:, ARKIT.index("jawOpen")]
    loud, quiet = int(jaw.argmax()), int(np.argmin(jaw[: int(jaw.argmax())]))
    assert jaw[loud] - jaw[quiet] > 0.3

    studio.drop(("Hopper.jpg", "image/jpeg", PORTRAITS["hopper"].read_bytes()))
    page.get_by_text("Hopper.jpg speaks in place of the head.").wait_for()
    assert studio.project()["character"]["name"] == "Hopper.glb"
    rig = page.evaluate("async (id) => (await fetch(`api/projects/${id}/character/rig`)).json()", studio.id)
    assert [bone["name"] for bone in rig["bones"]] == ["head"]
    assert np.degrees(rig["most"][1]) == pytest.approx(TURN_LIMIT)
    page.locator(".toast").wait_for(state="hidden")

    def at(frame):
        page.keyboard.press("Home")
        page.wait_for_selector(".area[aria-valuenow='0.00']")
        studio.keep_pressing("Shift+ArrowRight", frame // 25)
        studio.keep_pressing("ArrowRight", frame % 25)
        page.wait_for_selector(f".area[aria-valuenow='{frame / 25:.2f}']")
        return drawn(page)

    # The mouth moves; what is behind the person does not.
    closed, open_ = at(quiet), at(loud)
    height = len(closed)
    # Beside the photo the page is grey.
    left, right = np.flatnonzero(np.ptp(closed[height // 2], axis=1) > 24)[[0, -1]]
    photo = np.abs(open_ - closed).max(axis=2)[:, left : right + 1]
    across = photo.shape[1]
    mouth = photo[height * 55 // 100 : height * 75 // 100, across * 35 // 100 : across * 65 // 100]
    assert (mouth > 24).mean() > 0.05
    for corner in (photo[: height // 5, : across // 6], photo[: height // 5, -across // 6 :], photo[-height // 16 :]):
        assert (corner > 8).mean() < 0.002

    # The head is turned by 60 degrees, and the photo by what it bears; the shoulders stand still.
    page.keyboard.press("h")
    studio.wait(lambda project: any(one["frame"] == loud for one in project["takes"][0]["keyframes"]["head"]))
    page.get_by_role("slider", name="Yaw").fill("60")
    page.keyboard.press("r")
    studio.wait(lambda project: not project["stale"] and project["undo"])
    far = drawn(page)
    assert np.abs(far - open_).max(axis=2)[:, left : right + 1][height // 3 : height // 2].max() > 60
    below = np.abs(far - open_).max(axis=2)[-height // 16 :]
    assert (below > 8).mean() < 0.002

    # It is exported as it was seen: no further.
    page.keyboard.press("Control+e")
    page.get_by_role("checkbox", name="Hopper.glb").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export", exact=True).last.click()
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        name = "character.glb"
        file = parse_gltf(archive.read(name), Path(name))
    assert avatar_of(file, name).photo
    rotations = curve(file, "Head", "rotation", 4)
    assert len(rotations) == len(motion)
    assert 10 < np.degrees(2 * np.arccos(np.abs(rotations[:, 3]).min())) < 22  # of all axes together: 12, 15 and 10
    page.keyboard.press("Escape")

    # It goes by one undo, and the head is there again.
    page.keyboard.press("a")
    page.get_by_role("button", name="Remove the character").click()
    studio.wait(lambda project: project["character"] is None)
    eventually(lambda: page.evaluate(CHARACTER), lambda shown: shown is None)
    page.keyboard.press("Control+z")
    studio.wait(lambda project: project["character"])


def curve(file, node, path, width):
    """Values of a node in the last animation of a file."""
    animation = file.content["animations"][-1]
    number = next(at for at, one in enumerate(file.content["nodes"]) if one.get("name") == node)
    (channel,) = (c for c in animation["channels"] if c["target"] == {"node": number, "path": path})
    accessor = file.content["accessors"][animation["samplers"][channel["sampler"]]["output"]]
    at = file.content["bufferViews"][accessor["bufferView"]]["byteOffset"]
    return np.frombuffer(bytes(file.binary), "<f4", accessor["count"] * width, at).reshape(-1, width)


def test_photos_that_cannot_be_used_leave_all_as_it_is(open_studio):
    studio = open_studio(1280, 1600)  # so high that the head fills a photo
    page = studio.page
    studio.drop(("face.jpg", "image/jpeg", PORTRAITS["render_1"].read_bytes()))
    page.get_by_text("Open a voice or a project first").wait_for()
    studio.give_speech()
    before = studio.project()
    page.keyboard.press("k")
    page.keyboard.press("k")  # seen from its right
    drawn(page)
    aside = page.locator(".stage canvas").screenshot()
    for name, content, message in (
        ("aside.png", aside, "degrees to the side: give a photo from the front"),
        ("noise.jpg", jpeg(np.random.default_rng(0).integers(0, 255, (400, 400, 3), np.uint8)), "no face is seen"),
        ("two.jpg", jpeg(side_by_side(pixels_of("collins"), pixels_of("render_1"))), "shows 2 faces"),
        ("small.jpg", jpeg(pixels_of("collins")[::3, ::3]), "pixels wide: it must be 200 or more"),
        ("cut.jpg", PORTRAITS["collins"].read_bytes()[:3000], "is not a picture that can be read"),
    ):
        studio.drop((name, "image/jpeg", content))
        page.get_by_role("alert").filter(has_text=message).wait_for()
        assert page.evaluate(CHARACTER) is None
        assert studio.project() == before
        assert page.get_by_label("Name of the project").input_value() == "speech"


def side_by_side(one, other):
    both = np.full((max(len(one), len(other)), one.shape[1] + other.shape[1], 3), 128, np.uint8)
    both[: len(one), : one.shape[1]], both[: len(other), one.shape[1] :] = one, other
    return both
