"""Draw docs/studio: the studio in windows of three sizes, light and dark, with a recorded voice; and what it can do.

python scripts/draw_studio.py [name ...]

Needs playwright, Pillow and a Chromium (``CHROMIUM`` names it, or it is found).
"""

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs" / "studio"
VOICE = ROOT / "tests" / "data" / "obama_speech.mp4"
SIZES = ((1440, 900), (1024, 768), (768, 1024))
FLAGS = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--mute-audio")
PATIENCE = 240  # s
COLOURS = 256  # of the pictures' palettes


def main(names: list[str]) -> None:
    """Draw the pictures of these names; all without."""
    with tempfile.TemporaryDirectory() as state:
        command = [sys.executable, "-m", "ksdiff.cli", "studio", "--port", "0", "--no-browser", "--state", state]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            address = server.stdout.readline().split()[2]
            draw(address, names)
        finally:
            server.terminate()
            server.wait()


def draw(address: str, names: list[str]) -> None:
    """Draw the pictures of a server's page."""
    OUT.mkdir(exist_ok=True)
    id = prepare(address)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for theme in ("light", "dark"):
            for width, height in SIZES:
                name = f"{width}x{height}-{theme}"
                if names and not any(each in name for each in names):
                    continue
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
                page.set_default_timeout(PATIENCE * 1000)
                page.goto(f"{address}#{id}")
                page.wait_for_selector("#studio[data-ready]:not(.empty)")
                choose(page)
                keep(page, name)
                page.close()
        for name, show in (("start", None), ("emotion", show_emotion), ("takes", show_takes)):
            if names and name not in names:
                continue
            page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
            page.set_default_timeout(PATIENCE * 1000)
            page.goto(address if show is None else f"{address}#{id}")
            page.wait_for_selector("#studio[data-ready]" + (":not(.empty)" if show else ""))
            if show is not None:
                show(page)
            page.wait_for_timeout(1500)
            keep(page, name)
            page.close()
        browser.close()


def prepare(address: str) -> str:
    """A project with the recorded voice, words, an emotion and a pose; gives its id."""

    def ask(path: str, content: bytes | None = None, kind: str = "application/json"):
        request = urllib.request.Request(f"{address}api/{path}", content, {"content-type": kind})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.loads(answer.read() or b"null")

    id = ask("projects?name=speech.mp4", VOICE.read_bytes(), "video/mp4")["id"]
    end = time.monotonic() + PATIENCE
    while True:
        try:
            project = ask(f"projects/{id}")
            break
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.5)
    turned = {"rotationX": 0.05, "rotationY": 0.35, "rotationZ": 0.04}
    first = project["takes"][0]["keyframes"]["head"]
    near = min((each["frame"] for each in first), key=lambda frame: abs(frame - 80))
    edits = [
        {"edit": "set_pose", "path": "head", "time": near / 25, "pose": turned, "hold": 0.8, "attack": 0.3},
        {"edit": "set_emotion", "start": 4.4, "end": 6.2, "emotion": "happy", "intensity": 0.6},
    ]
    ask(f"projects/{id}/edits", json.dumps({"edits": edits}).encode())
    ask(f"projects/{id}/regenerate", b"")
    edits = [{"edit": "set_sampling", "path": "expression", "start": 6.4, "end": 7.4, "seed": 3}]
    ask(f"projects/{id}/edits", json.dumps({"edits": edits}).encode())
    return id


def choose(page: Page) -> None:
    """Select the keyframe that has a pose."""
    page.keyboard.press("Home")
    for _ in range(60):
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(100)
        if page.get_by_text("channels are set").count() and page.get_by_role("heading", name="Head keyframe").count():
            break
    page.evaluate("document.activeElement?.blur()")
    page.wait_for_timeout(1500)


def show_emotion(page: Page) -> None:
    """Select the emotion."""
    page.keyboard.press("Home")
    page.keyboard.press("]")


def show_takes(page: Page) -> None:
    """Add a take, and show it side by side."""
    page.get_by_role("tab", name="Takes").click()
    page.get_by_role("button", name="New take: other seeds").click()
    page.get_by_role("button", name="Edit B").first.wait_for()
    page.keyboard.press("r")
    page.get_by_role("button", name="Cancel what is being done").wait_for()
    page.get_by_role("button", name="Cancel what is being done").wait_for(state="hidden")
    page.get_by_role("button", name="Compare B side by side").click()
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")


def keep(page: Page, name: str) -> None:
    """Keep a picture, with as many colours as it needs."""
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    path = OUT / f"{name}.png"
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
