"""What the page does with keys, pointers and files, in a real browser. All tests share a server and a voice."""

import contextlib
import json

import numpy as np
import pytest
from support.files import SPEECH_VIDEO
from support.studio_browser import Server, eventually, opened

from ksdiff.motion.rotation import yaw_pitch_roll

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

AT = 100  # frame of the keyframe that tests edit


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("studio"))
    yield server
    server.end()


@pytest.fixture(scope="module")
def project_file(server):
    """The recorded voice with its first motion, and two keyframes of the head at places of their own."""
    id = server.post("projects?name=speech.mp4", SPEECH_VIDEO.read_bytes())["id"]

    def ask():
        with contextlib.suppress(OSError):
            return server.project(id)

    first = eventually(ask, bool)
    there = {each["frame"] for each in first["takes"][0]["keyframes"]["head"]}
    edits = [
        {"edit": "delete_keyframe", "path": "head", "time": frame / 25, "take": "A"}
        for frame in there
        if AT - 20 < frame < AT + 40
    ]
    edits += [{"edit": "add_keyframe", "path": "head", "time": frame / 25} for frame in (AT, AT + 20)]
    server.edit(id, *edits)
    server.post(f"projects/{id}/regenerate")
    return server.get(f"projects/{id}/file")


@pytest.fixture
def studio(plain_browser, server, project_file, request):
    """A page with a project of its own; the size of the window may be given by ``indirect``."""
    with opened(plain_browser, server, *getattr(request, "param", (1280, 800))) as studio:
        studio.goto(server.post("projects/open?name=speech.ksd", project_file)["id"])
        yield studio


def head_keyframe(project, frame=AT):
    return {each["frame"]: each for each in project["takes"][0]["keyframes"]["head"]}.get(frame)


def angles(project):
    """Yaw, pitch and roll of the keyframe's pose, degrees; nothing where it has none."""
    pose = head_keyframe(project)["pose"]
    names = project["channels"]["head"][:3]
    return [] if not pose else list(np.degrees(yaw_pitch_roll(np.array([[pose[name] for name in names]])))[0])


def turned_by(yaw):
    return lambda project: angles(project)[:1] == [pytest.approx(yaw, abs=0.01)]


def x_of(studio, time, project):
    """Where a time is on the page, when the whole sound is shown with 2 % on both sides."""
    area = studio.page.locator(".area").bounding_box()
    return area["x"] + (time / project["duration"] + 0.02) / 1.04 * area["width"]


def y_of(studio, row, part=0.5):
    label = studio.page.locator(f".label.{row}").first
    box = eventually(label.bounding_box, lambda found: found is not None)  # labels are made anew
    return box["y"] + part * box["height"]


def steps_of_undo(studio):
    """How many steps can be undone; undoes them all."""
    steps = 0
    while studio.project()["undo"]:
        studio.server.post(f"projects/{studio.id}/undo")
        steps += 1
    return steps


def select_keyframe(studio, frame=AT):
    """Go to a keyframe of the head by keys."""
    page = studio.page
    page.keyboard.press("Home")
    while page.get_by_role("heading", name="Head keyframe").count() == 0 or abs(studio.now - frame / 25) > 0.02:
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(50)


def test_keys_on_a_slider_lose_nothing_and_are_one_step(studio):
    page = studio.page
    select_keyframe(studio)
    slider = page.get_by_role("slider", name="Yaw")
    slider.fill("0")
    studio.wait(turned_by(0))
    slider.focus()
    studio.keep_pressing("ArrowRight", 20)
    project = studio.wait(lambda project: not turned_by(0)(project))
    assert angles(project)[0] == pytest.approx(10, abs=0.01)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Yaw"

    # A key that regenerates means the step before it, however quickly it follows.
    page.keyboard.press("ArrowRight")
    page.keyboard.press("r")
    project = studio.wait(lambda project: not project["stale"])
    assert angles(project)[0] == pytest.approx(10.5, abs=0.01)

    # Three controls in quick succession: none takes back another. A number can be typed.
    slider.fill("-5")
    page.get_by_role("slider", name="Pitch").fill("7")
    page.get_by_role("spinbutton", name="Roll").fill("3.3")
    page.keyboard.press("Enter")
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("r")
    project = studio.wait(lambda project: not turned_by(10.5)(project) and not project["stale"])
    assert angles(project) == pytest.approx([-5, 7, 3.3], abs=0.01)
    assert steps_of_undo(studio) == 1 + 1 + 1 + 3


SLOW_EDITS = """() => {
  const { fetch } = window;
  window.fetch = async (address, ...options) => {
    if (String(address?.url ?? address).includes("/edits")) await new Promise((done) => setTimeout(done, 1500));
    return fetch(address, ...options);
  };
}"""


def test_a_panel_that_is_drawn_anew_before_the_server_answers_takes_back_nothing(studio):
    page = studio.page
    select_keyframe(studio)
    page.get_by_role("slider", name="Yaw").fill("0")
    studio.wait(turned_by(0))
    page.evaluate(SLOW_EDITS)
    page.get_by_role("slider", name="Yaw").fill("-5")
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("i")  # a range, which is told in the panel
    page.get_by_role("slider", name="Pitch").fill("7")
    project = studio.wait(lambda project: angles(project)[1] == pytest.approx(7, abs=0.01))
    assert angles(project)[0] == pytest.approx(-5, abs=0.01)


def test_the_focus_stays_where_names_repeat_and_the_filter_where_the_panel_is_drawn_anew(studio):
    page = studio.page
    page.get_by_role("tab", name="Layers").click()
    smoothing = page.get_by_role("group", name="Smoothing").get_by_role("slider", name="Head")
    smoothing.focus()
    studio.keep_pressing("ArrowRight", 3)
    project = studio.wait(lambda project: project["layers"]["head_smoothing"] > 0)
    assert project["layers"]["head_smoothing"] == pytest.approx(0.03)
    page.wait_for_function(
        """() => document.activeElement.closest('[role=group]')?.getAttribute('aria-label') === 'Smoothing'
              && document.activeElement.value === '0.03'"""
    )
    assert project["layers"]["head_amplitude"] == 1

    page.get_by_role("tab", name="Keyframe").click()
    page.get_by_role("button", name="Add expression keyframe").first.click()
    page.get_by_role("searchbox", name="Find a channel").fill("jaw")
    assert page.get_by_role("slider", name="browInnerUp").count() == 0
    page.get_by_role("slider", name="jawOpen").fill("0.4")
    page.get_by_text("1 channel is set").wait_for()
    assert page.get_by_role("slider", name="jawLeft").is_visible()
    assert page.get_by_role("slider", name="mouthSmileLeft").count() == 0
    assert page.get_by_role("searchbox", name="Find a channel").input_value() == "jaw"


def test_a_keyframe_is_dragged_past_another(studio):
    page, project = studio.page, studio.project()
    y = y_of(studio, "track >> nth=1")
    page.mouse.move(x_of(studio, AT / 25, project), y)
    page.mouse.down()
    for frame in range(AT, AT + 26, 5):
        page.mouse.move(x_of(studio, frame / 25, project), y)
    page.mouse.up()
    project = studio.wait(lambda project: not head_keyframe(project))
    frames = [each["frame"] for each in project["takes"][0]["keyframes"]["head"]]
    assert AT + 20 in frames
    assert min(abs(frame - AT - 25) for frame in frames) <= 2

    # Onto another one: beside it, and nothing is refused.
    moved = min(frames, key=lambda frame: abs(frame - AT - 25))
    page.mouse.move(x_of(studio, moved / 25, project), y)
    page.mouse.down()
    for frame in (moved - 2, AT + 22, AT + 20):
        page.mouse.move(x_of(studio, frame / 25, project), y)
    page.mouse.up()
    project = studio.wait(lambda project: not head_keyframe(project, moved))
    frames = [each["frame"] for each in project["takes"][0]["keyframes"]["head"]]
    assert AT + 20 in frames
    assert {AT + 19, AT + 21} & set(frames)
    assert not page.locator(".toast").is_visible()


def test_all_files_that_are_dropped_are_opened_and_a_bad_one_closes_nothing(studio, project_file):
    page, first = studio.page, studio.id
    name = studio.project()["name"]
    studio.drop(("notes.wav", "audio/wav", b"no sound at all" * 100))
    page.get_by_text("notes.wav: cannot be read as sound").or_(page.get_by_text("notes.wav cannot be read")).wait_for()
    assert studio.id == first
    assert page.get_by_label("Name of the project").input_value() == name

    kind = "application/octet-stream"
    studio.drop(("one.ksd", kind, project_file), ("broken.ksd", kind, b"PK"), ("two.ksd", kind, project_file))
    page.wait_for_function("(first) => location.hash !== '#' + first", arg=first)
    message = page.get_by_role("alert").filter(has_text="two.ksd is ready under All projects.")
    message.wait_for()
    assert "broken.ksd" in message.inner_text()
    assert page.get_by_label("Name of the project").input_value() == "one"
    names = [each["name"] for each in json.loads(studio.server.get("projects"))]
    assert {"one", "two"} <= set(names)
    assert "broken" not in names


def test_another_seed_says_that_it_is_not_regenerated_yet(studio):
    page, project = studio.page, studio.project()
    y = y_of(studio, "sound")
    page.mouse.move(x_of(studio, 1.0, project), y)
    page.mouse.down()
    page.mouse.move(x_of(studio, 1.5, project), y)
    page.mouse.move(x_of(studio, 2.0, project), y)
    page.mouse.up()
    notice = page.get_by_role("status").filter(has_text="not regenerated yet")
    assert notice.count() == 0
    page.get_by_role("button", name="Another seed for the expression here").click()
    notice.wait_for()
    assert "s of expression not regenerated yet" in notice.inner_text()
    before = studio.motion()
    notice.get_by_role("button", name="Regenerate").click()
    studio.wait(lambda project: not project["stale"])
    notice.wait_for(state="hidden")
    assert (studio.motion() != before).any()


def box_of(studio, selector):
    box = studio.page.locator(selector).first.bounding_box()
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def overlap(one, other):
    return min(one[2], other[2]) - max(one[0], other[0]) > 1 and min(one[3], other[3]) - max(one[1], other[1]) > 1


@pytest.mark.parametrize("studio", [(1440, 900)], indirect=True)
def test_all_is_in_its_place_in_windows_of_any_size(studio):
    page = studio.page
    select_keyframe(studio)
    for width, height in ((1440, 900), (1280, 800), (1024, 768), (890, 800), (768, 1024)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(300)
        parts = {part: box_of(studio, f".{part}") for part in ("top", "viewport", "inspector", "transport", "timeline")}
        for name, box in parts.items():
            assert (0 <= box[0] <= box[2] <= width, box[3] <= height) == (True, True), (width, name, box)
            others = [other for other in parts if other != name and overlap(box, parts[other])]
            assert others == [], (width, name, others)
        # The last row is seen whole, as are the controls of the bars and the panel.
        assert box_of(studio, ".label.angles")[3] <= height + 1, width
        for bar in (".top button:visible", ".transport button:visible", ".inspector .slider input[type=number]"):
            for each in page.locator(bar).all():
                box = each.bounding_box()
                assert 0 <= box["x"] <= width - box["width"], (width, bar)
        slider = page.get_by_role("slider", name="Yaw").bounding_box()
        assert slider["width"] >= (130 if width == 1440 else 80)
        assert not page.get_by_text("The studio needs a window").is_visible()
    page.set_viewport_size({"width": 700, "height": 900})
    page.get_by_text("The studio needs a window at least 768 pixels wide").wait_for()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="All projects").click()
    page.get_by_role("button", name="Choose files").wait_for()
    assert not page.locator(".lower, .inspector, .viewtools").first.is_visible()


def test_the_overview_moves_the_timeline(studio):
    page = studio.page
    strip = page.get_by_role("scrollbar", name="Part of the sound that is shown")

    def shown():
        start, _, end, *_ = strip.get_attribute("aria-valuetext").split()
        return float(start), float(end)

    duration = studio.project()["duration"]
    eventually(shown, lambda ends: ends == (0, pytest.approx(duration, abs=0.1)))  # once its waveform is there
    page.keyboard.press("Home")
    studio.keep_pressing("+", 4)
    start, end = eventually(shown, lambda ends: ends[1] - ends[0] < duration / 3)
    box = strip.bounding_box()
    place = lambda time: (box["x"] + time / duration * box["width"], box["y"] + box["height"] / 2)  # noqa: E731
    page.mouse.move(*place((start + end) / 2))
    page.mouse.down()
    page.mouse.move(*place((start + end) / 2 + 2))
    page.mouse.move(*place((start + end) / 2 + 4))
    page.mouse.up()
    eventually(shown, lambda ends: ends[0] == pytest.approx(start + 4, abs=0.3))
    strip.focus()
    page.keyboard.press("End")
    eventually(shown, lambda ends: ends[1] == pytest.approx(duration, abs=0.1))


def test_both_sides_of_the_face_move_together_and_a_pose_is_mirrored(studio):
    page = studio.page

    def pose(project):
        found = [each for each in project["takes"][0]["keyframes"]["expression"] if each["pose"]]
        return {name: round(value, 3) for name, value in found[0]["pose"].items()} if found else {}

    page.get_by_role("button", name="Add expression keyframe").first.click()
    page.get_by_role("spinbutton", name="mouthSmileLeft").fill("0.5")
    page.keyboard.press("Enter")
    both = {"mouthSmileLeft": 0.5, "mouthSmileRight": 0.5}
    studio.wait(lambda project: pose(project) == both)
    link = page.get_by_role("button", name="Move left and right together")
    assert link.get_attribute("aria-pressed") == "true"
    link.click()
    page.get_by_text("2 channels are set").wait_for()
    page.get_by_role("slider", name="mouthSmileRight").fill("0.1")
    studio.wait(lambda project: pose(project) == {**both, "mouthSmileRight": 0.1})
    page.get_by_role("button", name="Mirror the pose").click()
    studio.wait(lambda project: pose(project) == {"mouthSmileLeft": 0.1, "mouthSmileRight": 0.5})


def test_style_camera_and_picture_are_chosen(studio):
    page = studio.page
    page.get_by_role("tab", name="Takes").click()
    page.get_by_role("combobox", name="Style").select_option("andy")
    project = studio.wait(lambda project: project["style"] == "andy")
    assert project["stale"]
    page.get_by_text("8.8 s of expression and 8.8 s of head not regenerated yet").wait_for()

    # By keys alone: the menu opens, arrows go through it, Escape closes it and changes nothing of the project.
    page.get_by_role("button", name="Camera", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitemradio", name="Front").wait_for()
    studio.keep_pressing("ArrowDown", 5)
    assert page.evaluate("document.activeElement.textContent") == "Mouth"
    page.keyboard.press("Enter")
    page.get_by_role("menuitemradio", name="Front").wait_for(state="detached")
    page.keyboard.press("k")
    page.get_by_role("status").filter(has_text="Eyes").wait_for(state="attached")

    page.get_by_role("button", name="Play", exact=True).hover()
    tip = page.get_by_role("tooltip")
    tip.wait_for()
    assert tip.inner_text().split() == ["Play", "Space"]

    wanted = []

    def refuse(route):
        wanted.append(route.request.post_data_json)
        route.fulfill(status=400, json={"message": "not now"})

    page.route("**/exports", refuse)
    page.keyboard.press("Control+e")
    assert not page.get_by_role("combobox", name="Size").is_visible()
    page.get_by_role("checkbox", name="preview.mp4").check()
    page.get_by_role("combobox", name="Size").select_option("1280 × 720")
    page.get_by_role("combobox", name="Background").select_option("Green")
    page.get_by_role("button", name="Export", exact=True).last.click()
    page.get_by_text("not now").wait_for()
    assert [(each["width"], each["height"], each["background"]) for each in wanted] == [(1280, 720, "#00b140")]


def test_a_pose_is_held_by_its_handles_and_a_keyframe_made_a_nod(studio):
    page, project = studio.page, studio.project()
    select_keyframe(studio)
    kind = page.get_by_role("combobox", name="Kind")
    assert kind.input_value() == "accent"
    page.get_by_role("slider", name="Yaw").fill("15")
    page.get_by_text("3 channels are set").wait_for()
    assert kind.input_value() == "pose"

    # Its handle beside it is dragged, then each length is typed; an empty field leaves it to the model.
    label = page.locator(".label.track").nth(1).bounding_box()
    y = label["y"] + label["height"] - 6 - head_keyframe(studio.project())["strength"] * (label["height"] - 16)
    x = x_of(studio, AT / 25, project)
    page.keyboard.press("s")  # snapping off
    page.mouse.move(x + 14, y)
    page.mouse.down()
    page.mouse.move(x + 30, y)
    frames = 12
    page.mouse.move(x + 14 + x_of(studio, frames / 25, project) - x_of(studio, 0, project), y)
    page.mouse.up()
    project = studio.wait(lambda project: head_keyframe(project)["hold"] > 0)
    assert head_keyframe(project)["hold"] == pytest.approx(frames, abs=1)
    assert head_keyframe(project)["attack"] is None
    page.get_by_role("spinbutton", name="Attack").fill("0.2")
    page.keyboard.press("Enter")
    studio.wait(lambda project: head_keyframe(project)["attack"] == 5)
    page.get_by_role("spinbutton", name="Release").fill("0.4")
    page.keyboard.press("Enter")
    studio.wait(lambda project: head_keyframe(project)["release"] == 10)
    attack = page.get_by_role("spinbutton", name="Attack")
    attack.fill("")
    attack.press("Enter")
    project = studio.wait(lambda project: head_keyframe(project)["attack"] is None)
    assert head_keyframe(project)["release"] == 10

    # The motion stays within a degree of the pose as long as it is held.
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("r")
    project = studio.wait(lambda project: not project["stale"])
    held = studio.motion()[AT : AT + head_keyframe(project)["hold"] + 1, 51:54].astype(np.float64)
    assert np.degrees(yaw_pitch_roll(held))[:, 0] == pytest.approx(15, abs=1)

    kind.select_option("nod")
    project = studio.wait(lambda project: head_keyframe(project)["gesture"] == "nod")
    assert head_keyframe(project)["pose"] == {}
    page.get_by_role("button", name="Another one of its kind").click()
    studio.wait(lambda project: head_keyframe(project)["seed"] == 1)
    kind.select_option("accent")
    studio.wait(lambda project: head_keyframe(project)["gesture"] is None)
