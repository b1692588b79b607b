"""Many voices in a real browser: a list is dropped, one line fails, what waits is cancelled, all are exported."""

import csv
import io
import json
import secrets
import shutil
import zipfile

import numpy as np
import pytest
from support.files import SPEECH_VIDEO
from support.studio_browser import PATIENCE, Server, eventually

from ksdiff.speech.audio import SAMPLE_RATE, load, write_flac

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
CARD = ".project-card"


@pytest.fixture
def take(tmp_path):
    """A folder with a list and pieces of a real voice, one of which is damaged."""
    folder = tmp_path / "take"
    (folder / "wav").mkdir(parents=True)
    samples = load(SPEECH_VIDEO)
    for number in range(4):
        start = number * 2 * SAMPLE_RATE
        write_flac(samples[start : start + 2 * SAMPLE_RATE], folder / f"wav/{number}.flac")
    write_flac(np.tile(samples, 30), folder / "wav/3.flac")  # long enough to be cancelled
    damaged = folder / "wav/1.flac"
    damaged.write_bytes(damaged.read_bytes()[:80])
    rows = ["sound,text,emotion,seed,output", "wav/0.flac,,happy:0.6,3,anna/first", "wav/1.flac,,,,anna/second"]
    rows += ["wav/2.flac,,,,bob/first", "wav/3.flac,,,,bob/second"]
    (folder / "lines.csv").write_text("\n".join(rows))
    return folder


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path / "state")
    yield server
    server.end()


@pytest.fixture
def page(browser, server):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE)
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(server.address)
    page.wait_for_selector("#studio[data-ready]")
    yield page
    page.close()
    assert complaints == []


def choose_folder(page, folder):
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a folder").click()
    chooser.value.set_files(str(folder))


def states(server):
    return {each["name"]: each["state"] for each in json.loads(server.get("projects"))}


def test_a_list_is_cancelled_tried_again_opened_and_exported(page, server, take):
    choose_folder(page, take)
    page.locator(CARD).nth(3).wait_for()
    # The last line is cancelled while it waits, or is worked on.
    page.get_by_role("button", name="Cancel bob - second").click()
    ends = ("ready", "failed", "cancelled")
    found = eventually(lambda: states(server), lambda found: all(state in ends for state in found.values()))
    assert found == {
        "anna - first": "ready",
        "anna - second": "failed",
        "bob - first": "ready",
        "bob - second": "cancelled",
    }
    failed = page.locator(f'{CARD}[data-state="failed"]')
    failed.wait_for()
    assert "cannot be read as sound" in failed.inner_text()
    page.get_by_text("1 failed, 1 cancelled").wait_for()

    page.get_by_role("button", name="Try bob - second again").click()
    eventually(lambda: states(server), lambda found: found["bob - second"] == "ready")
    page.locator(f'{CARD}[data-state="ready"] img').nth(2).wait_for()  # each has its picture

    # Search, and export what is found.
    page.get_by_role("searchbox", name="Search projects").fill("bob")
    page.get_by_text("2 of 4 projects").wait_for()
    page.get_by_role("searchbox", name="Search projects").fill("")
    page.get_by_role("button", name="Export all of these").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as zip").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        names = set(archive.namelist())
        table = list(csv.DictReader(io.StringIO(archive.read("results.csv").decode())))
    assert {"anna - first/arkit.csv", "bob - second/head.glb", "results.json"} <= names
    assert [row["status"] for row in table] == ["done"] * 3
    page.keyboard.press("Escape")

    # A line opens in the editor, as its list wished.
    page.get_by_text("anna - first").click()
    page.wait_for_selector("#studio:not(.empty)")
    project = server.project(page.url.split("#")[1])
    assert project["takes"][0]["sampling"]["head"]["seed"] == 3
    assert project["layers"]["emotions"][0]["emotion"] == "happy"


def test_a_list_without_its_sounds_says_what_is_missing(page, take, tmp_path):
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(take / "lines.csv", alone)
    choose_folder(page, alone)
    page.get_by_text("line 1: wav/0.flac: it was not dropped").wait_for()


def test_all_projects_are_listed_as_they_are_scrolled_to(page, server, take):
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files([str(take / "wav/0.flac"), str(take / "wav/2.flac")])
    eventually(lambda: states(server), lambda found: list(found.values()) == ["ready"] * 2)
    made = next(path for path in server.state.iterdir() if (path / "project.ksd").exists())
    about = json.loads((made / "about.json").read_text())
    for number in range(70):
        copy = server.state / secrets.token_hex(8)
        shutil.copytree(made, copy)
        copied = about | {"name": f"copy {number}", "changed": about["changed"] - 1 - number}
        (copy / "about.json").write_text(json.dumps(copied))
    page.reload()
    page.get_by_text("72 projects").wait_for()
    assert page.locator(CARD).count() == 60
    page.locator(CARD).last.scroll_into_view_if_needed()
    page.locator(CARD).nth(71).wait_for()
    page.get_by_role("combobox", name="Order").select_option("name")
    assert page.locator(CARD).nth(4).inner_text().startswith("copy 2")  # 0, 2, copy 0, copy 1, copy 2
