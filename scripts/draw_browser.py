"""Draw docs/images/browser.webp: the demo page in the browser, light and dark.

python scripts/build_browser.py --out build/web
python scripts/draw_browser.py build/web

Needs playwright, Pillow and a Chromium (``CHROMIUM`` names it, or it is found).
"""

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from ksdiff.motion.space import ARKIT

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs/images/browser.webp"
VOICE = ROOT / "web/ksdiff/tests/data/voice.wav"
WIDTH, HEIGHT = 720, 640
FLAGS = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--mute-audio",
         "--autoplay-policy=no-user-gesture-required")  # fmt: skip
PATIENCE = 240_000  # ms
# The face stands still where its mouth is open, and the machine's speed is no part of the picture.
OPEN = """(jaw) => {
  const face = demo.face();
  if (!(face?.expression[jaw] > 0.25)) return false;
  demo.speaker().face = () => face;
  return true;
}"""
QUICKLY = "Object.defineProperty(demo.ksdiff, 'cost', { get: () => NaN })"


def main(folder: str) -> None:
    command = [sys.executable, str(ROOT / "scripts/serve_browser.py"), folder, "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    address = server.stdout.readline().strip()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    pictures = []
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
            for theme in ("light", "dark"):
                page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=theme)
                page.set_default_timeout(PATIENCE)
                page.goto(address)
                page.wait_for_function("globalThis.demo")
                page.evaluate(QUICKLY)
                page.locator("input[type=file]").set_input_files(VOICE)
                page.wait_for_function(OPEN, arg=ARKIT.index("jawOpen"))
                page.wait_for_timeout(500)  # until it is drawn
                pictures.append(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
            browser.close()
    finally:
        server.terminate()
        server.wait()
    joined = Image.new("RGB", (WIDTH * len(pictures), HEIGHT))
    for number, picture in enumerate(pictures):
        joined.paste(picture, (number * WIDTH, 0))
    joined.save(OUT, quality=85, method=6)


if __name__ == "__main__":
    main(sys.argv[1])
