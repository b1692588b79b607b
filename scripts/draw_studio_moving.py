"""Draw docs/images/studio.webp: a head is turned in the studio, the frames around are regenerated, and it plays.

python scripts/draw_studio_moving.py

Needs playwright, Pillow and a Chromium. The page goes through time frame by frame, so that the picture runs evenly
however slowly this machine draws.
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from draw_studio import FLAGS, PATIENCE, choose, prepare
from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs/images/studio.webp"
SIZE, SHOWN = (1200, 750), (960, 600)  # of the window, of the picture; pixels
LIMIT = 3_000_000  # bytes
RATE = 12.5  # pictures per second; two frames of the motion each
YAW = (20, 14, 7, 0, -7, -14, -20, -24)  # degrees that the slider goes through


class Film:
    """Pictures of a page.

    Args:
        page: The studio.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pictures: list[Image.Image] = []
        self.times: list[int] = []

    def take(self, milliseconds: float = 1000 / RATE) -> None:
        """Keep what is seen, and for how long it is shown."""
        picture = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS)
        self.pictures.append(picture)
        self.times.append(round(milliseconds))

    def play(self, pictures: int) -> None:
        """Go through time, two frames at a time."""
        for _ in range(pictures):
            for _ in range(2):
                self.page.keyboard.press("ArrowRight")
            self.page.wait_for_timeout(60)
            self.take()

    def save(self, path: Path) -> None:
        """Write it, as good as it may be large."""
        for quality in (80, 70, 60, 50, 40, 30):
            look = {"duration": self.times, "loop": 0, "quality": quality, "method": 4}
            self.pictures[0].save(path, save_all=True, append_images=self.pictures[1:], **look)
            if path.stat().st_size <= LIMIT:
                break
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB, {len(self.pictures)} pictures")


def act(page: Page, film: Film) -> None:
    """What is shown."""
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")  # to 1 s
    page.wait_for_timeout(500)
    film.take(800)
    film.play(20)
    choose(page)
    film.take(900)
    slider = page.get_by_role("slider", name="Yaw")
    for degrees in YAW:
        slider.fill(str(degrees))
        page.wait_for_timeout(250)
        film.take(110)
    page.wait_for_timeout(1000)
    film.take(900)
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("r")
    page.get_by_text("not regenerated").first.wait_for(state="hidden")
    page.wait_for_timeout(1500)
    film.take(900)
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    film.play(34)
    film.take(1200)


def main() -> None:
    with tempfile.TemporaryDirectory() as state:
        command = [sys.executable, "-m", "ksdiff.cli", "studio", "--port", "0", "--no-browser", "--state", state]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            address = server.stdout.readline().split()[2]
            id = prepare(address)
            with sync_playwright() as playwright:
                chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
                browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
                page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, color_scheme="dark")
                page.set_default_timeout(PATIENCE * 1000)
                page.goto(f"{address}#{id}")
                page.wait_for_selector("#studio[data-ready]:not(.empty)")
                page.keyboard.press("r")  # what the preparation left to be done
                page.get_by_text("not regenerated").first.wait_for(state="hidden")
                film = Film(page)
                act(page, film)
                browser.close()
            film.save(TARGET)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
