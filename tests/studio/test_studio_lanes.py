"""Lanes of the studio in a real browser: looks, layers of ranges and curves are drawn, dragged, met and undone."""

import time

import numpy as np
import pytest

from ksdiff.motion.rotation import yaw_pitch_roll

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_looks_layers_and_curves(open_studio):
    studio = open_studio(1440, 1000)
    page = studio.page
    studio.give_speech()
    first, before = studio.project(), studio.motion()
    area = page.locator(".area").bounding_box()
    page.keyboard.press("s")  # no snapping: the pointer alone decides

    def x(time):
        return area["x"] + (time / first["duration"] + 0.02) / 1.04 * area["width"]

    def box_of(label):
        """Where a label is; labels are made anew when the project changes, and then are nowhere for an instant."""
        while (box := label.bounding_box()) is None:
            time.sleep(0.05)
        return box

    def middle(label):
        box = box_of(label)
        return box["y"] + box["height"] / 2

    def drag(start, end):
        page.mouse.move(*start)
        page.mouse.down()
        for part in (0.4, 0.7, 1.0):
            page.mouse.move(*(one + part * (other - one) for one, other in zip(start, end, strict=True)))
        page.mouse.up()

    def steady():
        """Wait until the page shows what the server has."""
        version = studio.project()["version"]
        page.wait_for_function("version => document.querySelector('.saved').textContent === 'Saved'", arg=version)
        time.sleep(0.5)

    # A look: added, moved, and turned to the right; head and eyes go there.
    row = middle(page.locator(".label.blocks", has_text="Look at"))
    page.mouse.dblclick(x(3.0), row)
    studio.wait(lambda project: project["layers"]["gaze"])
    steady()
    drag((x(3.5), row), (x(4.5), row))
    project = studio.wait(lambda project: project["layers"]["gaze"][0]["start"] > 3.5)
    look = project["layers"]["gaze"][0]
    assert (look["start"], look["end"] - look["start"]) == (pytest.approx(4.0, abs=0.1), pytest.approx(1.0))
    page.get_by_role("button", name="Look right").click()
    studio.wait(lambda project: project["layers"]["gaze"][0]["yaw"] == -0.6)
    held = slice(int((look["start"] + 0.7) * 25), int(look["end"] * 25))
    turned, plain = (
        np.degrees(yaw_pitch_roll(each[held, 51:54].astype(float)))[:, 0] for each in (studio.motion(), before)
    )
    assert (turned - plain).mean() < -15

    # Layers of a range: added, its end dragged, the amplitude of the head typed.
    row = middle(page.locator(".label.blocks", has_text="Layers"))
    page.mouse.dblclick(x(1.0), row)
    studio.wait(lambda project: project["layers"]["ranges"])
    steady()
    drag((x(2.0), row), (x(2.5), row))
    studio.wait(lambda project: project["layers"]["ranges"][0]["end"] == pytest.approx(2.5, abs=0.1))
    steady()
    page.get_by_role("spinbutton", name="Amplitude of the head").fill("0")
    page.get_by_role("spinbutton", name="Amplitude of the head").press("Enter")
    studio.wait(lambda project: project["layers"]["ranges"][0]["head_amplitude"] == 0)
    assert not studio.motion()[30:60, 51:].any()

    # A curve: a key by a double click, dragged up, and met by the finished motion.
    page.get_by_label("Channel of the curve").select_option("browInnerUp")
    page.locator(".label.curve").wait_for()
    steady()
    box = box_of(page.locator(".label.curve"))

    def y(value):
        return box["y"] + box["height"] - 7 - (value + 1) / 2 * (box["height"] - 14)

    page.mouse.dblclick(x(6.0), y(0.2))
    studio.wait(lambda project: project["layers"]["curves"])
    steady()
    drag((x(6.0), y(0.2)), (x(6.4), y(0.5)))
    project = studio.wait(lambda project: project["layers"]["curves"][0]["keys"][0]["time"] > 6.2)
    (key,) = project["layers"]["curves"][0]["keys"]
    assert (key["time"], key["value"]) == (pytest.approx(6.4, abs=0.05), pytest.approx(0.5, abs=0.05))
    steady()
    page.get_by_role("combobox", name="The curve is").select_option("replace")
    studio.wait(lambda project: project["layers"]["curves"][0]["mode"] == "replace")
    brow = project["channels"]["expression"].index("browInnerUp")
    assert studio.motion()[round(key["time"] * 25), brow] == pytest.approx(key["value"], abs=0.02)

    # All of it undone is what was.
    while studio.project()["undo"]:
        version = studio.project()["version"]
        page.keyboard.press("Control+z")
        studio.wait(lambda project, version=version: project["version"] > version)
    assert np.array_equal(studio.motion(), before)
