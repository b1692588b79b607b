"""The players of the gallery, which share one viewer and one head."""

import base64
import re
import runpy
import struct
from pathlib import Path

import pytest
from support.files import REPOSITORY, SPEECH_VIDEO
from support.studio_browser import DRAWING, FLAGS
from support.synthetic import synthetic_motion

from ksdiff.output.gltf import glb

MOTION = synthetic_motion(seconds=1.0)


@pytest.fixture(scope="module")
def players(tmp_path_factory: pytest.TempPathFactory) -> Path:
    gallery = runpy.run_path(str(REPOSITORY / "scripts/make_gallery.py"))
    folder = tmp_path_factory.mktemp("gallery") / "players"
    head = gallery["write_shared"](folder)
    gallery["write_player"](MOTION, SPEECH_VIDEO, folder / "recording.html", head)
    return folder


def test_a_page_carries_what_the_head_lacks(players: Path) -> None:
    page = (players / "recording.html").read_text()
    shared = re.search('"(.*)"', (players / "head.js").read_text())
    found = re.search(r'json = bytes\("([^"]*)"\), parts = \[bytes\(ksdiffHead\), bytes\("([^"]*)"\)\]', page)
    assert shared
    assert found
    json, motion, head = (base64.b64decode(text) for text in (found[1], found[2], shared[1]))
    whole = glb(MOTION)
    assert whole[20:] == json + struct.pack("<I4s", len(head) + len(motion), b"BIN\0") + head + motion
    assert len(page) < 400_000 < len(whole)
    assert page.count("viewer.js") == 1
    assert "recording, English" in page


@pytest.mark.slow
def test_it_plays_from_a_disk(players: Path, chromium: str) -> None:
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *DRAWING])
        page = browser.new_page()
        wrong: list[str] = []
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto((players / "recording.html").as_uri())
        page.wait_for_selector("canvas", timeout=120_000)
        assert base64.b64decode(page.evaluate("document.getElementById('head').textContent")) == glb(MOTION)
        browser.close()
    assert not wrong
