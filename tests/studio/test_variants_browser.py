"""The sheet of seeds: a range is performed several times, seen side by side, and one is chosen."""

import numpy as np
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

# How many different pictures there are, and the least part of one that is drawn.
PICTURES = """() => {
  const drawn = [...document.querySelectorAll(".variant canvas")].map((canvas) =>
    canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data);
  const part = (data) => data.filter((value, index) => index % 4 === 3 && value > 0).length / (data.length / 4);
  return [new Set(drawn.map((data) => data.join())).size, Math.min(...drawn.map(part))];
}"""


def test_a_seed_is_chosen_by_looking(open_studio):
    studio = open_studio()
    page = studio.page
    studio.give_speech()
    first, before = studio.project(), studio.motion()

    # Select 2 to 4 s by keys.
    page.keyboard.press("Home")
    page.wait_for_selector(".area[aria-valuenow='0.00']")
    studio.keep_pressing("Shift+ArrowRight", 2)
    page.wait_for_selector(".area[aria-valuenow='2.00']")
    page.keyboard.press("i")
    studio.keep_pressing("Shift+ArrowRight", 2)
    page.wait_for_selector(".area[aria-valuenow='4.00']")
    page.keyboard.press("o")
    page.get_by_role("heading", name="Range 2.00 to 4.00 s").wait_for()

    # The space bar plays the range, and goes on to loop it. Closing changes nothing.
    page.keyboard.press("Shift+N")
    page.wait_for_selector(".variant:enabled")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Play the range with its sound", pressed=True).wait_for()
    for _ in range(20):
        page.wait_for_timeout(150)
        assert 1.95 <= studio.now <= 4.1
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")
    page.wait_for_selector(".area[aria-valuenow='4.00']")
    page.get_by_role("button", name="Play", exact=True).wait_for()
    assert studio.project() == first

    # Six heads are seen, and no two are alike.
    page.get_by_role("button", name="Several seeds for the head here").click()
    page.get_by_role("heading", name="Seeds for the head, 2.00 to 4.00 s").wait_for()
    page.wait_for_selector(".variant:enabled")
    assert page.locator(".variant").all_inner_texts() == [f"seed {seed}" for seed in range(1, 7)]
    page.wait_for_function(f"() => {{ const [kinds, part] = ({PICTURES})(); return kinds === 6 && part > 0.2; }}")

    # The third is chosen by keys; it is one edit, and regenerated.
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    project = studio.wait(lambda project: project["takes"][0]["variations"] and not project["stale"])
    (variation,) = project["takes"][0]["variations"]
    assert {name: variation[name] for name in ("path", "start", "stop", "seed")} == {
        "path": "head", "start": 50, "stop": 100, "seed": 3,
    }  # fmt: skip
    differs = np.flatnonzero((studio.motion()[:, 51:] != before[:, 51:]).any(axis=1))
    assert (differs.min(), differs.max()) == (50, 99)
    assert project["undo"] == "set sampling"
    page.wait_for_selector("dialog", state="detached")

    # One undo takes it back.
    page.keyboard.press("Control+z")
    project = studio.wait(lambda project: not project["takes"][0]["variations"])
    assert project["undo"] == first["undo"]
    assert studio.motion().tobytes() == before.tobytes()
