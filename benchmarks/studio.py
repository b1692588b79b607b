"""How quickly the studio answers, in a real browser: what a person waits for, and whether picture and sound agree.

    python benchmarks/studio.py [--voice FILE] [--rows drop regenerate drift frames interactions open]

The voice is repeated to the lengths wanted. Needs playwright and a Chromium (``CHROMIUM`` names its program). The
browser draws with the processor (SwiftShader), on threads that take time from the studio's server; on a computer with
a graphics card all rows but the script's own work are quicker.
"""

import argparse
import base64
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from ksdiff.speech.audio import SAMPLE_RATE, load, write_flac

VOICE = Path(__file__).parents[1] / "tests/data/obama_speech.mp4"
FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--mute-audio",
         "--autoplay-policy=no-user-gesture-required", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--no-first-run"]  # fmt: skip
PATIENCE = 300_000  # ms
DROPPED = 20.0  # s of voice
PLAYED = 60.0  # s
WORKED = 60.0  # s of voice that interactions are tried on
LONG = 300.0  # s of voice of a project that is opened
REPEATS = 3
# Before the page's own script: keep its sound, and time its work for each picture.
WATCH = """
  const { Audio, requestAnimationFrame } = window;
  window.Audio = function (...given) { return (window.sound = new Audio(...given)); };
  window.pictures = [];
  window.tasks = [];
  new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: "longtask" });
  window.requestAnimationFrame = (draw) => requestAnimationFrame((at) => {
    const began = performance.now();
    draw(at);
    window.pictures.push(performance.now() - began);
  });
  window.painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
"""
DROP = """async (content) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], "voice.flac", { type: "audio/flac" }));
  const studio = document.getElementById("studio");
  const began = performance.now();
  document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  const emptied = () => studio.classList.contains("empty");
  const until = (condition) => new Promise((done) => {
    const look = () => condition() && (watcher.disconnect(), done());
    const watcher = new MutationObserver(look);
    watcher.observe(studio, { attributes: true });
    look();
  });
  await until(emptied);
  await until(() => !emptied());
  await window.painted();
  return (performance.now() - began) / 1000;
}"""
# From the key to the picture after the answer; the bar at the top is there as long as the page waits.
REGENERATE = """() => new Promise((done) => {
  const bar = document.querySelector(".busy");
  addEventListener("keydown", () => {
    const began = performance.now();
    const watcher = new MutationObserver(async () => {
      if (!bar.hidden) return;
      watcher.disconnect();
      await window.painted();
      done((performance.now() - began) / 1000);
    });
    watcher.observe(bar, { attributes: true, attributeFilter: ["hidden"] });
  }, { once: true, capture: true });
})"""
# Each time the page has drawn: the instant it drew, and the sound's.
PLAY = """(seconds) => new Promise((done) => {
  const area = document.querySelector(".area");
  const samples = [];
  const watcher = new MutationObserver(() => {
    samples.push([Number(area.getAttribute("aria-valuenow")), window.sound.currentTime]);
    if (samples.at(-1)[1] < seconds) return;
    watcher.disconnect();
    done(samples);
  });
  watcher.observe(area, { attributes: true, attributeFilter: ["aria-valuenow"] });
})"""


def main() -> None:
    every = (drop, regenerate, drift, frames, interactions, open_)
    rows = {row.__name__.strip("_"): row for row in every}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice", type=Path, default=VOICE)
    parser.add_argument("--rows", nargs="+", choices=rows, default=tuple(rows))
    arguments = parser.parse_args()
    samples = load(arguments.voice)
    print(f"{os.cpu_count()} cores; load is the mean of the last minute, before each row")
    print("| | measured | target | load |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        for name in arguments.rows:
            load_before = os.getloadavg()[0]
            for what, measured, target in rows[name](browser, samples, Path(folder) / name):
                print(f"| {what} | {measured} | {target} | {load_before:.1f} |", flush=True)


def drop(browser: Browser, samples: np.ndarray, folder: Path) -> Iterator[tuple[str, str, str]]:
    """From letting a voice go over the page to its first picture, in a studio that has been open for a while."""
    with studio(folder) as address, opened(browser, address) as page:
        content = flac(samples, DROPPED, folder)
        page.evaluate(DROP, flac(samples, 1.0, folder))  # once the model is there
        seconds = [page.evaluate(DROP, content) for _ in range(REPEATS)]
    yield f"{DROPPED:g} s of voice dropped, to its first picture", of(seconds, "s"), "5 s"


def regenerate(browser: Browser, samples: np.ndarray, folder: Path) -> Iterator[tuple[str, str, str]]:
    """From the key to the picture, in a project just opened from disk and in one that has been open."""
    with studio(folder) as address, opened(browser, address) as page:
        page.evaluate(DROP, flac(samples, DROPPED, folder))
        later = [again(page, path, seed) for seed in range(REPEATS) for path in ("expression", "head")]
        project = page.url.split("#")[1]
    with studio(folder) as address, opened(browser, f"{address}#{project}") as page:
        page.wait_for_selector("#studio:not(.empty)")
        first = again(page, "head", REPEATS)
        page.wait_for_timeout(5000)
        settled = again(page, "head", REPEATS + 1)
    yield "2 s of one path regenerated, from the key to its picture", of(later, "s"), "1 s"
    yield "the same in a server just started, as soon as the project is seen", f"{first:.2f} s", ""
    yield "the same 5 s later", f"{settled:.2f} s", "1 s"


def again(page: Page, path: str, seed: int) -> float:
    """Seconds that another seed in 2 s takes."""
    edit = {"edit": "set_sampling", "path": path, "start": 8.0, "end": 10.0, "seed": 1000 + seed}
    page.evaluate(
        """async (edit) => {
          const address = `api/projects/${location.hash.slice(1)}/edits`;
          const headers = { "content-type": "application/json" };
          await fetch(address, { method: "POST", headers, body: JSON.stringify({ edits: [edit] }) });
        }""",
        edit,
    )
    page.get_by_role("button", name="Regenerate affected frames").and_(page.locator(":enabled")).wait_for()
    page.evaluate(f"void (window.measured = ({REGENERATE})())")
    page.keyboard.press("r")
    return page.evaluate("window.measured")


def drift(browser: Browser, samples: np.ndarray, folder: Path) -> Iterator[tuple[str, str, str]]:
    """How far the instant that is drawn is from the instant that is heard."""
    with studio(folder) as address, opened(browser, address) as page:
        page.evaluate(DROP, flac(samples, PLAYED + 2, folder))
        page.evaluate(f"void (window.measured = ({PLAY})({PLAYED}))")
        page.keyboard.press("Space")
        drawn, heard = np.array(page.evaluate("window.measured"), np.float64).T
    off = 1000 * (drawn - heard)
    trend = np.polyfit(heard, off, 1)[0] * PLAYED
    yield f"picture against sound over {PLAYED:g} s at 1×, greatest", f"{np.abs(off).max():.0f} ms", "40 ms"
    yield "95 of 100 pictures", f"{np.percentile(np.abs(off), 95):.0f} ms", ""
    yield f"trend over {PLAYED:g} s", f"{trend:+.1f} ms", ""
    yield "pictures drawn a second", f"{len(off) / PLAYED:.0f}", ""


def frames(browser: Browser, samples: np.ndarray, folder: Path) -> Iterator[tuple[str, str, str]]:
    """The page's own work for a picture: script and handing over to the graphics driver, not its drawing."""
    with studio(folder) as address, opened(browser, address) as page:
        page.evaluate(DROP, flac(samples, DROPPED, folder))
        for what, selector, height in (("orbiting", ".stage canvas", 0.5), ("scrubbing", ".area", 0.02)):
            box = page.locator(selector).bounding_box()
            assert box
            x, y = box["x"], box["y"] + height * box["height"]
            page.mouse.move(x + 0.2 * box["width"], y)
            page.mouse.down()
            page.evaluate("window.pictures.length = 0")
            for step in range(120):
                part = 0.5 + 0.3 * np.sin(step / 10)
                page.mouse.move(x + float(part) * box["width"], y)
                page.wait_for_timeout(10)
            spent = np.array(page.evaluate("window.pictures"))
            page.mouse.up()
            middle, most = np.median(spent), np.percentile(spent, 95)
            yield f"main thread for a picture, {what}: median", f"{middle:.1f} ms", "16 ms"
            yield "95 of 100", f"{most:.1f} ms", ""


def interactions(browser: Browser, samples: np.ndarray, folder: Path) -> Iterator[tuple[str, str, str]]:
    """The longest that the page's main thread is busy at a time, in what a person does; browsers tell from 50 ms on."""
    with studio(folder) as address, opened(browser, address) as page:
        page.evaluate(DROP, flac(samples, WORKED, folder))
        page.wait_for_timeout(2000)
        yield f"longest task, {WORKED:g} s of sound: opening it", longest(page), ""
        area = page.locator(".area").bounding_box()
        assert area
        wanted: dict[str, Callable[[], None]] = {
            "play and pause": lambda: (
                page.keyboard.press("Space"),
                page.wait_for_timeout(2000),
                page.keyboard.press("Space"),
            ),
            "step through keyframes": lambda: [page.keyboard.press(".") for _ in range(8)],
            "zoom in and out": lambda: [page.keyboard.press(key) for key in "++++----"],
            "scrub": lambda: drag(page, area["x"] + 0.2 * area["width"], area["y"] + 8, 0.6 * area["width"]),
            "move a keyframe": lambda: [page.keyboard.press("Alt+ArrowRight") for _ in range(8)],
            "pose it": lambda: page.get_by_role("slider", name="Yaw").fill("12"),
            "regenerate": lambda: page.keyboard.press("r"),
            "undo": lambda: page.keyboard.press("Control+z"),
            "another tab of the inspector": lambda: page.get_by_role("tab", name="Takes").click(),
        }
        page.keyboard.press("Home")
        for what, act in wanted.items():
            if what == "move a keyframe":
                page.get_by_role("button", name="Add head keyframe").first.click()
            page.wait_for_timeout(500)
            page.evaluate("window.tasks.length = 0")
            act()
            page.wait_for_timeout(1500)
            yield f"longest task, {WORKED:g} s of sound: {what}", longest(page), "100 ms"


def longest(page: Page) -> str:
    milliseconds = page.evaluate("Math.max(0, ...window.tasks)")
    return f"{milliseconds:.0f} ms" if milliseconds else "below 50 ms"


def drag(page: Page, x: float, y: float, by: float) -> None:
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 21):
        page.mouse.move(x + by * step / 20, y)
        page.wait_for_timeout(10)
    page.mouse.up()


def open_(browser: Browser, samples: np.ndarray, folder: Path) -> Iterator[tuple[str, str, str]]:
    """From the address of a long project, in a server just started, to its first picture."""
    with studio(folder) as address, opened(browser, address) as page:
        page.evaluate(DROP, flac(samples, LONG, folder))
        project = page.url.split("#")[1]
    with studio(folder) as address:
        page = browser.new_page(viewport={"width": 1440, "height": 900}, bypass_csp=True)
        page.set_default_timeout(PATIENCE)
        page.add_init_script(WATCH)
        began = time.perf_counter()
        page.goto(f"{address}#{project}")
        page.wait_for_selector("#studio:not(.empty)")
        page.evaluate("window.painted()")
        seconds = time.perf_counter() - began
        page.close()
    yield (
        f"a project of {LONG / 60:g} minutes opened in a server just started, to its first picture",
        f"{seconds:.1f} s",
        "20 s",
    )


@contextmanager
def chromium() -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def studio(folder: Path) -> Iterator[str]:
    """A server of its own; its address."""
    command = [sys.executable, "-m", "ksdiff.cli", "studio", "--port", "0", "--state", str(folder), "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield process.stdout.readline().split()[2]
    finally:
        process.terminate()
        process.wait()
        time.sleep(0.5)


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, bypass_csp=True)
    page.set_default_timeout(PATIENCE)
    page.add_init_script(WATCH)
    page.goto(address)
    page.wait_for_selector("#studio[data-ready]")
    yield page
    page.close()


def flac(samples: np.ndarray, seconds: float, folder: Path) -> str:
    """So much voice as a file, in base64."""
    wanted = round(seconds * SAMPLE_RATE)
    path = folder.parent / "voice.flac"
    write_flac(np.tile(samples, wanted // len(samples) + 1)[:wanted], path)
    return base64.b64encode(path.read_bytes()).decode()


def of(values: Any, unit: str) -> str:
    return f"{np.median(values):.2f} {unit} ({min(values):.2f} to {max(values):.2f})"


if __name__ == "__main__":
    main()
