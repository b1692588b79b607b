"""The rating page in a real browser: a whole session with the keyboard, reloaded in the middle, without a network."""

import json
from pathlib import Path

import pytest
from support.videos import NAMES, folders, write_clip

from ksdiff.study.page import StudyOptions, make_study
from ksdiff.study.results import read_key, read_results

pytestmark = pytest.mark.slow
SECONDS = 0.4  # of a clip


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("study")
    for system in folders(root):
        for clip in ("one", "two", "three"):
            write_clip(root / system / f"{clip}.mp4", seconds=SECONDS)
    make_study(folders(root), root / "page", root / "key.json", StudyOptions(repeats=1, raters=2))
    return root


@pytest.fixture(scope="module")
def browser(chromium):
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser, study: Path):
    page = browser.new_context(accept_downloads=True).new_page()
    page.set_default_timeout(60_000)
    page.trouble = []
    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    page.on("console", lambda message: page.trouble.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: None if request.url.startswith("file:") else page.trouble.append(request.url))
    page.goto((study / "page" / "index.html").as_uri() + "?rater=2")
    yield page
    assert page.trouble == []
    page.context.close()


def watch(page) -> None:
    page.keyboard.press("Space")
    page.wait_for_function("() => !document.querySelector('#criteria fieldset').disabled")


def status(page) -> str:
    return page.text_content("#status")


def test_a_whole_session_with_the_keyboard(page, study: Path, tmp_path: Path) -> None:
    key = read_key(study / "key.json")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # begins
    page.keyboard.press("5")
    assert "to the end" in status(page)  # no mark before the video has been watched
    watch(page)
    page.keyboard.type("3333")
    page.keyboard.press("Enter")  # practice is over
    given = []
    for number, video in enumerate(key.sessions[1]):
        assert page.text_content("#count") == f"Video {number + 1} of 7"
        assert page.get_attribute("video", "src") == f"{video}.mp4"
        if number == 3:
            page.reload()
            assert "3 of 7" in page.text_content("#state")
            page.click("#continue")
        watch(page)
        marks = [1 + (number + place) % 5 for place in range(4)]
        page.keyboard.type("".join(map(str, marks[:3])))
        page.keyboard.press("Enter")
        assert "all questions" in status(page)
        page.keyboard.type(str(marks[3]))
        given.append(dict(zip(NAMES, marks, strict=True)))
        if number < 6:
            page.keyboard.press("Enter")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "first.json")
    sent = json.loads((tmp_path / "first.json").read_text())
    assert [trial["ratings"] for trial in sent["trials"]] == given
    assert [trial["repeat"] for trial in sent["trials"]] == [False] * 6 + [True]
    assert (sent["rater"], sent["session"]) == ("2", 1)
    assert all(trial["plays"] == 1 and trial["seconds"] >= SECONDS / 2 for trial in sent["trials"])

    page.reload()
    assert page.is_visible("#done")
    with page.expect_download() as download:
        page.click("#download")
    assert download.value.suggested_filename == f"ratings-{key.study}-2-{sent['id']}.json"
    (tmp_path / "other.json").write_text(json.dumps(sent | {"id": "other"}))
    results = read_results([tmp_path], key, 5.0)
    assert [rater.number for rater in results.raters] == ["2", "2"]
    assert list(results.raters[0].marks) == list(key.sessions[1][:6])

    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#another")
    assert page.is_visible("#fresh")
    assert page.evaluate("localStorage.length") == 0


def test_what_a_screen_reader_finds(page) -> None:
    page.click("#start button")
    watch(page)
    for label in ("Full face How natural", "Lip sync How well", "Head motion How plausible", "Fluency How smooth"):
        group = page.get_by_role("group", name=label)
        assert group.get_by_role("radio").count() == 5
    page.get_by_role("group", name="Lip sync").get_by_role("radio", name="4 good").check()
    assert page.evaluate("document.querySelectorAll('[name=lip_sync]')[3].checked")
    assert page.get_by_role("button", name="Play again").count() == 1
    assert page.get_by_role("progressbar", name="Watched").count() == 1


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844)])
def test_everything_fits_on_the_screen(page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.click("#start button")
    page.wait_for_function("() => document.querySelector('video').readyState >= 2")
    size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert size[0] <= width
    assert size[1] <= height
    for selector in ("#stage", "#play", "#next", "#criteria"):
        box = page.locator(selector).bounding_box()
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
