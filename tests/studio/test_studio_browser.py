"""The studio from end to end: a real server, a real browser, a real voice."""

import io
import signal
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from support.studio_browser import PATIENCE

from ksdiff.motion.rotation import yaw_pitch_roll

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def heads(project, take=0):
    return {keyframe["frame"]: keyframe for keyframe in project["takes"][take]["keyframes"]["head"]}


def test_a_voice_is_dropped_directed_and_exported(open_studio):
    studio = open_studio()
    page = studio.page

    # Drop a voice, and wait for its first motion.
    studio.give_speech()
    first, before = studio.project(), studio.motion()
    assert first["name"] == "speech"
    assert len(before) == first["frames"] == 219

    # Play: time goes on, and stops where it is stopped.
    page.keyboard.press("Space")
    end = time.monotonic() + PATIENCE / 1000
    while studio.now <= 0.5:
        assert time.monotonic() < end
    page.keyboard.press("Space")
    page.get_by_role("button", name="Play", exact=True).wait_for()

    # Add a keyframe of the head at a frame without one, and move it.
    page.keyboard.press("Home")
    page.wait_for_selector(".area[aria-valuenow='0.00']")
    frame = next(frame for frame in range(100, 130) if not set(range(frame, frame + 4)) & set(heads(first)))
    for _ in range(frame // 25):
        page.keyboard.press("Shift+ArrowRight")
    for _ in range(frame % 25):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("h")
    studio.wait(lambda project: frame in heads(project))
    for moved in (frame + 1, frame + 2, frame + 3):
        page.keyboard.press("Alt+ArrowRight")
        project = studio.wait(lambda project, moved=moved: moved in heads(project))
    frame += 3
    assert set(heads(project)) == {*heads(first), frame}

    # Set its pose, and regenerate the frames it affects.
    page.get_by_role("slider", name="Yaw").fill("20")
    project = studio.wait(lambda project: heads(project)[frame]["pose"])
    pose, (reach,) = heads(project)[frame]["pose"], project["takes"][0]["stale"]["head"]
    page.keyboard.press("r")
    project = studio.wait(lambda project: not project["stale"])
    after = studio.motion()
    outside = np.ones(len(before), bool)
    outside[reach["start"] : reach["stop"]] = False
    assert outside.sum() > 100
    assert np.array_equal(after[outside, 51:], before[outside, 51:])
    assert not np.array_equal(after[~outside, 51:], before[~outside, 51:])
    # The eyes make up for the head's turn; nothing else of the expression has moved.
    face = [i for i, name in enumerate(project["channels"]["expression"]) if not name.startswith("eye")]
    assert np.array_equal(after[:, face], before[:, face])
    angles = np.degrees(yaw_pitch_roll(after[frame : frame + 1, 51:54].astype(np.float64)))[0]
    assert angles[0] == pytest.approx(20, abs=0.5)

    # Undo all, redo all.
    for _ in range(5):
        page.keyboard.press("Control+z")
    studio.wait(lambda project: project["undo"] is None)
    assert np.array_equal(studio.motion(), before)
    for _ in range(5):
        page.keyboard.press("Control+Shift+z")
    studio.wait(lambda project: project["redo"] is None)
    assert np.array_equal(studio.motion(), after)

    # Export.
    page.keyboard.press("Control+e")
    page.get_by_label("Frames per second").select_option("50")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export", exact=True).last.click()
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        assert sorted(archive.namelist()) == ["arkit.csv", "head.glb"]
        assert len(archive.read("arkit.csv").splitlines()) == 1 + 2 * len(before)
    page.keyboard.press("Escape")

    # The server is killed in the middle of an edit's work; what was edited last is there again.
    page.keyboard.press("Alt+ArrowDown")
    studio.wait(lambda project: heads(project)[frame]["strength"] == pytest.approx(0.9))
    page.keyboard.press("r")
    studio.server.end(signal.SIGKILL)
    studio.server.start(studio.server.port)
    page.reload()
    page.wait_for_selector("#studio[data-ready]:not(.empty)")
    assert page.get_by_label("Name of the project").input_value() == "speech"
    project = studio.project()
    assert heads(project)[frame]["strength"] == pytest.approx(0.9)
    assert heads(project)[frame]["pose"] == pose
    assert all(address.startswith((studio.server.address, "blob:", "data:")) for address in studio.addresses)


def emotions(project):
    return [(one["start"], one["end"], one["emotion"], one["intensity"]) for one in project["layers"]["emotions"]]


def test_emotions_are_added_dragged_and_undone(open_studio):
    studio = open_studio(1280, 900)
    page = studio.page
    studio.give_speech()
    first, before = studio.project(), studio.motion()
    # Where the lane is: its label stands beside it, and the whole sound with 2 % on both sides is seen.
    label = page.locator(".label.emotion").bounding_box()
    area = page.locator(".area").bounding_box()
    bottom = label["y"] + label["height"]

    def x(time):
        return area["x"] + (time / first["duration"] + 0.02) / 1.04 * area["width"]

    def y(intensity):
        return bottom - 6 - intensity * (label["height"] - 16)

    def shown(project):
        """Wait until the page has what the server has."""
        for label, at in zip(("From", "To"), emotions(project)[0][:2], strict=True):
            field, end = page.get_by_role("spinbutton", name=label), time.monotonic() + PATIENCE / 1000
            while abs(float(field.input_value()) - at) > 0.006:
                assert time.monotonic() < end
        return project

    def drag(start, end):
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        page.mouse.move(*end)
        page.mouse.up()

    # A double click adds one; snapping is off, so that nothing but the pointer decides.
    page.keyboard.press("s")
    page.mouse.dblclick(x(4.0), y(0.5))
    project = shown(studio.wait(lambda project: emotions(project)))
    ((start, end, name, intensity),) = emotions(project)
    assert start == pytest.approx(4.0, abs=0.08)
    assert (end - start, name, intensity) == (pytest.approx(1.0), "happy", 0.7)
    assert not project["stale"]
    after = studio.motion()
    there = np.zeros(len(before), bool)
    there[int((start - 0.35) * 25) : int((end + 0.6) * 25) + 2] = True
    np.testing.assert_array_equal(after[~there], before[~there])
    assert (after[there] != before[there]).any()

    # Its end point is dragged later, all of it is dragged earlier, its intensity up.
    drag((x(end), y(0.7)), (x(6.0), y(0.7)))
    project = shown(studio.wait(lambda project: emotions(project)[0][1] > 5.5))
    assert emotions(project)[0][:2] == (start, pytest.approx(6.0, abs=0.08))
    drag((x(5.0), y(0.4)), (x(4.0), y(0.4)))
    project = shown(studio.wait(lambda project: emotions(project)[0][0] < start))
    assert emotions(project)[0][0] == pytest.approx(start - 1, abs=0.08)
    drag((x(4.5), y(0.4)), (x(4.5), y(0.6)))
    project = studio.wait(lambda project: emotions(project)[0][3] > 0.7)
    assert emotions(project)[0][3] == pytest.approx(0.9, abs=0.06)

    # The foot of its decay is dragged: it takes longer to go.
    end = emotions(project)[0][1]
    drag((x(end + 0.6), bottom - 4), (x(end + 1.2), bottom - 4))
    project = studio.wait(lambda project: project["layers"]["emotions"][0]["decay"] > 0.9)
    assert project["layers"]["emotions"][0]["decay"] == pytest.approx(1.2, abs=0.1)
    drag((x(end + 1.2), bottom - 4), (x(end + 0.6), bottom - 4))
    project = studio.wait(lambda project: project["layers"]["emotions"][0]["decay"] < 0.9)

    # The inspector names it, and makes it another one.
    page.get_by_role("combobox", name="Emotion").select_option("afraid")
    project = studio.wait(lambda project: emotions(project)[0][2] == "afraid")
    page.get_by_role("slider", name="Intensity").fill("0.5")
    project = studio.wait(lambda project: emotions(project)[0][3] == 0.5)
    page.get_by_role("combobox", name="Emotion").select_option("by valence and arousal")
    page.get_by_role("slider", name="Valence").fill("-0.8")
    project = studio.wait(lambda project: project["layers"]["emotions"][0]["valence"] == -0.8)
    assert nameless(page) == []

    # By keys alone: select nothing, find it again, move it, make it stronger, delete it.
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("Escape")
    page.keyboard.press("Home")
    page.keyboard.press("]")
    at = emotions(project)[0][0]
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Alt+ArrowUp")
    studio.wait(lambda project: emotions(project)[0][3] == 0.6)
    assert emotions(studio.project())[0][0] == pytest.approx(at + 0.08)
    page.keyboard.press("Delete")
    project = studio.wait(lambda project: not emotions(project))
    assert np.array_equal(studio.motion(), before)

    # Undo goes back through all of it.
    page.keyboard.press("Control+z")
    studio.wait(lambda project: emotions(project))
    while studio.project()["undo"]:
        version = studio.project()["version"]
        page.keyboard.press("Control+z")
        studio.wait(lambda project, version=version: project["version"] > version)
    assert studio.project()["layers"]["emotions"] == []
    assert np.array_equal(studio.motion(), before)
    page.keyboard.press("Home")
    page.keyboard.press("m")
    assert emotions(studio.wait(lambda project: emotions(project)))[0][:2] == (0.0, 1.0)


def test_a_damaged_file_gives_a_message_in_the_page(open_studio):
    studio = open_studio()
    page = studio.page
    studio.drop(("speech.mp4", "video/mp4", b"no sound at all" * 100))
    message = page.get_by_role("alert").filter(has_text="speech.mp4")
    message.wait_for()
    assert "cannot be read as sound" in message.inner_text()
    assert page.get_by_role("button", name="Choose files").is_visible()


CONTROLS = {"button", "checkbox", "combobox", "link", "listbox", "option", "radio", "searchbox", "separator", "slider"}
CONTROLS |= {"dialog", "progressbar", "spinbutton", "switch", "tab", "tabpanel", "textbox", "toolbar", "Video"}


def nameless(page):
    """Controls without a name in the tree that screen readers get."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    seen = [node for node in nodes if not node["ignored"] and node.get("role", {}).get("value") in CONTROLS]
    assert len(seen) > 1
    return [node for node in seen if not node.get("name", {}).get("value", "").strip()]


def test_every_control_has_a_name_and_can_be_reached_by_keyboard(open_studio):
    studio = open_studio(reduced_motion="reduce", color_scheme="dark")
    page = studio.page
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert nameless(page) == []
    studio.give_speech()

    # Every panel and dialog, opened by keys alone.
    page.keyboard.press("ArrowDown")
    page.get_by_role("slider", name="Strength").wait_for()
    assert nameless(page) == []
    page.keyboard.press("e")
    studio.wait(lambda project: project["undo"])
    page.get_by_role("slider", name="jawOpen").wait_for()
    assert nameless(page) == []
    page.keyboard.press("i")
    page.get_by_role("tab", name="Keyframe").focus()
    for panel in ("Takes", "Layers"):
        page.keyboard.press("ArrowRight")
        page.get_by_role("tab", name=panel, selected=True).wait_for()
        assert nameless(page) == []
    for open_, title in (("Control+e", "Export"), ("?", "Shortcuts")):
        page.keyboard.press(open_)
        page.get_by_role("dialog", name=title).wait_for()
        assert nameless(page) == []
        page.keyboard.press("Escape")
    for opener, title in (("Edit the words", "Words"), ("Choose curves", "Curves")):
        page.get_by_role("button", name=opener).focus()
        page.keyboard.press("Enter")
        page.get_by_role("dialog", name=title).wait_for()
        assert nameless(page) == []
        page.keyboard.press("Escape")

    # The tab key goes round through all that can be used, and shows where it is.
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement?.blur()")
    reached, rounds = [], 0
    while len(reached) < 400:
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
              const at = document.activeElement;
              if (at === document.body) return null;
              at.dataset.reached = "true";
              return [at.outerHTML.slice(0, 120), getComputedStyle(at).outlineStyle];
            }"""
        )
        rounds += at is None
        if rounds == 2:  # the first began where the focus had been
            break
        if at is not None:
            reached.append(at)
    assert [html for html, outline in reached if outline == "none"] == []
    missed = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea, summary, [tabindex='0']")]
          .filter((each) => each.checkVisibility() && !each.disabled && each.tabIndex >= 0 && !each.dataset.reached)
          .map((each) => each.outerHTML.slice(0, 120))"""
    )
    assert missed == []

    # Nothing moves by itself for who does not want it.
    moving = "() => document.getAnimations().filter((each) => each.playState === 'running').length"
    assert page.evaluate(moving) == 0
    page.emulate_media(color_scheme="light")
    page.wait_for_selector("html[data-theme='light']")
