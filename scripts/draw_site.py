"""Draw the documentation's site as desks and phones show it, light and dark, and look for what does not fit.

    make docs && python scripts/draw_site.py [--out FOLDER] [--site site] [--all]

The home page and each of the doors become four pictures: 1440 and 390 pixels wide, light and dark. Prints which pages
are wider than their window, and text whose contrast is below 4.5 (WCAG 2.2, AA); with --all of every page, and without
pictures of the others. Exit code 1 if there is any. Needs playwright and a Chromium (``CHROMIUM`` names it, or it is
found).
"""

import argparse
import os
import shutil
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
DOORS = ("", "start/animators", "start/live_avatars", "start/dubbing", "start/photo", "start/research")
SIZES = ((1440, 900), (390, 844))
SCHEMES = ("light", "dark")
FLAWS = """() => {
  const found = [];
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} wide`);
  const colour = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = (rgb) => rgb.slice(0, 3)
    .map((one) => (one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const over = (top, below) => [0, 1, 2].map((at) => top[at] * (top[3] ?? 1) + below[at] * (1 - (top[3] ?? 1)));
  const ground = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) layers.push(colour(getComputedStyle(one).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const seen = new Set();
  const walker = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, style = getComputedStyle(element);
    if (!walker.currentNode.data.trim() || element.closest("svg, .headerlink, .md-clipboard")) continue;
    const box = element.getBoundingClientRect();
    if (!box.width || style.visibility === "hidden") continue;
    const below = ground(element), mine = light(over(colour(style.color), below)), theirs = light(below);
    const contrast = (Math.max(mine, theirs) + 0.05) / (Math.min(mine, theirs) + 0.05);
    const large = parseFloat(style.fontSize) >= 24;
    const key = `contrast ${contrast.toFixed(1)}: ${element.tagName}.${element.className} ${style.color}`;
    if (contrast < (large ? 3 : 4.5) && !seen.has(key)) {
      seen.add(key);
      found.push(`${key} "${walker.currentNode.data.trim().slice(0, 30)}"`);
    }
  }
  return found;
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, default=ROOT / "site")
    parser.add_argument("--out", type=Path, default=ROOT / "demo/site")
    parser.add_argument("--all", action="store_true", help="look at every page")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(arguments.site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    everything = {path.parent.relative_to(arguments.site).as_posix() for path in arguments.site.rglob("index.html")}
    pages = [*DOORS, *sorted(everything - {*DOORS, "."})] if arguments.all else DOORS
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    wrong = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for width, height in SIZES:
            for scheme in SCHEMES:
                window = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                for name in pages:
                    window.goto(
                        f"http://127.0.0.1:{server.server_port}/{name}/".replace("//", "/").replace(":/", "://")
                    )
                    for flaw in window.evaluate(FLAWS):
                        wrong += 1
                        print(f"{name or 'home'}, {width}, {scheme}: {flaw}", flush=True)
                    if name in DOORS:
                        window.screenshot(
                            path=arguments.out / f"{name.rpartition('/')[2] or 'home'}-{width}-{scheme}.png",
                            full_page=width == 390,
                        )
                window.close()
        browser.close()
    server.shutdown()
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
