"""The folder that a page loads ksdiff from, and the demo page in a real browser with a recorded microphone."""

import gzip
import json
import os
import runpy
import shutil
import subprocess
import sys
import wave
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
from safetensors.numpy import load_file
from support.avatars import avatar, full_body, glb_bytes, vrm_1
from support.checkpoints import save_untrained
from support.files import REPOSITORY
from support.studio_browser import DRAWING, FLAGS, PATIENCE

from ksdiff.errors import InputError
from ksdiff.live.browser import HEAD, MANIFEST, NOTICES, RIGHTS, write_assets
from ksdiff.model.checkpoint import load_model
from ksdiff.motion.space import ARKIT
from ksdiff.output.gltf import glb_of_takes
from ksdiff.speech.audio import load as load_sound

PACKAGE = REPOSITORY / "web/ksdiff"
DATA = PACKAGE / "tests/data"
MOST = 25e6  # bytes to download
JAW = ARKIT.index("jawOpen")
# Processes that want to run on each core: more leave no figures to judge, or no sound in real time.
BUSY, STUCK = 1.5, 3.0
LIMBS = ("UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot")
SILENCE = 2.5  # s around the voice in what the microphone hears
# Called in the page every 20 ms: what is heard now and what is shown, on the session's clock.
RECORD = """(jaw) => {
  globalThis.rows = [];
  const sound = new Float32Array(1024);
  setInterval(() => {
    const [face, source] = [demo.face(), demo.microphone() ?? demo.speaker()];
    if (!face || !demo.analyser()) return;
    demo.analyser().getFloatTimeDomainData(sound);
    const level = Math.sqrt(sound.reduce((sum, value) => sum + value * value, 0) / sound.length);
    rows.push([demo.clock(), face.time, source?.behind ?? 0, level, face.expression[jaw], ...face.head]);
  }, 20);
}"""

# Called in the page: answers come at 24 kHz in real time from now on, in pieces that end within a sample.
IN_REAL_TIME = """() => {
  const { fetch } = globalThis;
  globalThis.fetch = async (address, { signal }) => {
    const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
    let at = 0;
    return new Response(new ReadableStream({
      start: (stream) => signal.addEventListener("abort", () => stream.error(signal.reason)),
      pull: async (stream) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        if (signal.aborted) return;
        if (at < bytes.length) stream.enqueue(bytes.slice(at, (at += 4801)));
        else stream.close();
      },
    }));
  };
}"""


@pytest.fixture(scope="module")
def assets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("assets")
    return folder, write_assets(folder, "open")


def test_the_folder_holds_the_models_of_the_package(assets):
    folder, sizes = assets
    packaged = files("ksdiff").joinpath("assets")
    encoder = "moonshine_base_encoder.onnx"
    for name, source in {encoder: encoder, "denoise.onnx": "graphs/base/denoise.onnx"}.items():
        assert gzip.decompress((folder / f"{name}.gz").read_bytes()) == packaged.joinpath(source).read_bytes()
    assert sum(sizes.values()) < MOST - 4e6  # onnxruntime takes less than that
    assert gzip.decompress((folder / HEAD).read_bytes())[:4] == b"glTF"
    manifest = json.loads((folder / MANIFEST).read_text())
    assert manifest["files"] == {name: (folder / name).stat().st_size for name in sizes}


def test_a_stream_gets_no_generators_of_poses(tmp_path):
    """They need more of the sound than it has; all else of the weights is as packaged."""
    sizes = write_assets(tmp_path / "web")
    assert sum(sizes.values()) < MOST - 4e6
    (tmp_path / "streamed.safetensors").write_bytes(
        gzip.decompress((tmp_path / "web/model.safetensors.gz").read_bytes())
    )
    packaged, streamed = load_model("base"), load_model(tmp_path / "streamed.safetensors")
    assert streamed.model.config == replace(packaged.model.config, pose_generators=False)
    assert (streamed.styles, streamed.facts) == (packaged.styles, packaged.facts)
    tensors = [
        load_file(path)
        for path in (tmp_path / "streamed.safetensors", files("ksdiff").joinpath("assets/base.safetensors"))
    ]
    assert set(tensors[1]) - set(tensors[0]) == {name for name in tensors[1] if name.startswith("pose_generators.")}
    for name, value in tensors[0].items():
        np.testing.assert_array_equal(value, tensors[1][name])


def test_the_folder_says_what_the_weights_may_be_used_for(assets, tmp_path):
    assert json.loads((assets[0] / MANIFEST).read_text())["rights"] == RIGHTS["open"]
    write_assets(tmp_path)
    assert "research" in json.loads((tmp_path / MANIFEST).read_text())["rights"]
    own = tmp_path / "own.safetensors"
    shutil.copy(str(files("ksdiff").joinpath("assets/base.safetensors")), own)
    write_assets(tmp_path, str(own))
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    assert manifest["model"] == "own"
    assert "trained them" in manifest["rights"]


def test_the_folder_carries_the_licences_of_what_it_holds(assets):
    notices = (assets[0] / NOTICES).read_text()
    for holder in ("Useful Sensors", "Silero Team", "Lars Nieradzik", "Microsoft", "GRID"):
        assert holder in notices


def test_weights_without_graphs_are_refused_before_anything_is_written(tmp_path):
    weights = save_untrained(tmp_path / "untrained.safetensors")
    with pytest.raises(InputError, match="cannot run in a browser"):
        write_assets(tmp_path / "out", str(weights))
    with pytest.raises(InputError, match="cannot read"):
        write_assets(tmp_path / "out", "base", tmp_path)
    assert not (tmp_path / "out").exists()


def test_vowels_of_vrm_models_are_those_of_the_retargeting():
    """If they are not: ``python scripts/write_vrm_vowels.py``."""
    made = runpy.run_path(str(REPOSITORY / "scripts/write_vrm_vowels.py"))["vowels"]()
    assert json.loads((PACKAGE / "src/adapters/vowels.json").read_text()) == made


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Address of the repository's pages, as they are built now."""
    if not (PACKAGE / "node_modules").is_dir():
        pytest.skip("web/ksdiff is not installed: npm ci --prefix web/ksdiff")
    folder = tmp_path_factory.mktemp("repository")
    for name in ("examples", "web"):
        (folder / name).symlink_to(REPOSITORY / name)
    subprocess.run(["npm", "run", "--silent", "build"], cwd=PACKAGE, check=True)
    command = [sys.executable, str(REPOSITORY / "scripts/build_browser.py"), "--no-npm", "--out", folder / "build/web"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    command = [sys.executable, str(REPOSITORY / "scripts/serve_browser.py"), str(folder), "0"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    yield running.stdout.readline().strip()
    running.terminate()
    running.wait()
    running.stdout.close()


@pytest.fixture(scope="module")
def browser(chromium, tmp_path_factory):
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with wave.open(str(DATA / "voice.wav")) as file:
        rate, voice = file.getframerate(), file.readframes(file.getnframes())
    heard = tmp_path_factory.mktemp("microphone") / "heard.wav"
    silence = bytes(2 * round(SILENCE * rate))
    with wave.open(str(heard), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(silence + voice + silence)
    microphone = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=chromium, args=[*FLAGS, *DRAWING, *microphone, f"--use-file-for-fake-audio-capture={heard}"]
        )
        yield browser
        browser.close()


def load():
    """Processes that want to run on each core, over the last minute."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)


@pytest.fixture
def open_page(browser, server):
    """Open a page, and see that it complains about nothing and asks nobody else."""
    if load() > STUCK:
        pytest.skip(f"{load():.1f} processes want to run on each core: no sound in real time can be judged")
    page = browser.new_page(viewport={"width": 480, "height": 420})
    complaints: list[str] = []
    addresses: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: addresses.append(request.url))
    page.set_default_timeout(PATIENCE)

    def open_(address):
        page.goto(server + address)
        return page

    yield open_
    page.close()
    assert complaints == []
    assert all(address.startswith((server, "blob:", "data:", "http://127.0.0.2:9/")) for address in addresses)


@pytest.fixture
def page(open_page):
    """The demo page, ready and recorded."""
    page = open_page("build/web/?seed=7")
    page.wait_for_function("globalThis.demo")
    page.evaluate(RECORD, JAW)
    return page


def recorded(page):
    """What `RECORD` wrote: clock, time of the face, how far it is behind, level of the sound, jaw, head."""
    return np.array(page.evaluate("rows"))


@pytest.mark.slow
def test_a_microphone_moves_the_head(page):
    before = page.locator(".stage canvas").screenshot()
    page.get_by_role("button", name="Microphone").click()
    page.wait_for_timeout(16_000)
    rows = recorded(page)
    _, time, behind, level, jaw, turn = rows.T[:6]
    cost = page.evaluate("demo.ksdiff.cost")
    print(f"{cost:.2f} s of work for each second of sound, {behind[-1]:.2f} s behind it at the end; load {load():.1f}")
    if load() < BUSY:
        assert cost < 1  # it keeps up
        assert behind[-1] < 1
    assert page.evaluate("crossOriginIsolated")
    # On the clock of the sound: what was heard at the instants that the face shows.
    sound = np.interp(time, time + behind, level)
    loud = np.convolve(sound > 0.003, np.ones(75), "same") > 0  # within 0.75 s
    assert loud.any()
    assert not loud.all()
    smooth = np.convolve(np.sqrt(sound), np.ones(5) / 5, "same")
    assert np.corrcoef(smooth, jaw)[0, 1] > 0.4
    assert np.ptp(jaw[loud]) > 0.1
    assert np.ptp(jaw[~loud]) < 0.02  # closed in silence
    assert np.ptp(turn) > 0.01
    assert page.locator(".stage canvas").screenshot() != before
    page.get_by_role("button", name="Microphone").click()
    assert page.evaluate("demo.microphone() === undefined")


@pytest.mark.slow
def test_a_sound_file_moves_the_head_in_time_with_it(page):
    page.locator("input[type=file]").set_input_files(DATA / "voice.wav")
    page.wait_for_function("demo.speaker()?.speaking")
    page.wait_for_function("!demo.speaker().speaking")
    rows = recorded(page)
    clock, time, _, _, jaw = rows.T[:5]
    expected = load_file(DATA / "golden.safetensors")["spoken_expression"][:, JAW]
    inside = (time > 0.3) & (time < 3.8)
    assert inside.sum() > 50
    shown = np.interp(time[inside], np.arange(len(expected)) / 25, expected)
    assert np.corrcoef(shown, jaw[inside])[0, 1] > 0.95  # the face of Python's streamer at the same instants
    # The sound is the master: the face's time passes as its clock does, and stands still where it halts.
    steps = np.stack([np.diff(time), np.diff(clock)])[:, inside[1:] & inside[:-1] & (np.diff(time) > 0)]
    assert (steps[0] < steps[1] + 0.04).all()
    assert abs(np.median(steps[0] - steps[1])) < 0.005
    page.wait_for_timeout(1500)  # and then the face goes on in silence
    assert recorded(page)[-1, 1] > time[-1] + 0.5


@pytest.mark.slow
def test_stopping_closes_the_lips(page):
    page.locator("input[type=file]").set_input_files(DATA / "voice.wav")
    page.wait_for_function(f"demo.face()?.expression[{JAW}] > 0.2")
    page.get_by_role("button", name="Stop").click()
    page.wait_for_timeout(1500)
    jaw = recorded(page)[-10:, 4]
    assert np.ptp(jaw) < 0.02
    assert not page.evaluate("demo.speaker().speaking")


@pytest.mark.slow
def test_a_file_that_is_no_sound_is_refused(page):
    page.locator("input[type=file]").set_input_files(REPOSITORY / "README.md")
    page.get_by_text("cannot read README.md").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("assets", "message"), [("/nowhere/", "its script is not in the assets"), ("http://127.0.0.2:9/", "own server")]
)
def test_a_page_is_told_where_the_assets_are_missing(open_page, assets, message):
    page = open_page("build/web/assets/manifest.json")
    told = page.evaluate(
        """async (assets) => {
          const { load } = await import("/build/web/assets/ksdiff.js");
          return load({ assets }).catch((error) => `${error.name}: ${error.message}`);
        }""",
        assets,
    )
    assert told.startswith("InputError: ")
    assert message in told


@pytest.mark.slow
def test_a_page_uses_the_package_by_itself(open_page):
    page = open_page("build/web/assets/manifest.json")
    found = page.evaluate("""async () => {
      const { load } = await import("/build/web/assets/ksdiff.js");
      const told = [];
      const onProgress = ({ done, total }) => told.push(done / total);
      const ksdiff = await load({ assets: "/build/web/assets", onProgress });
      const frames = await ksdiff.push(new Float32Array(24_000), 24_000);
      const next = await ksdiff.push(new Float32Array(48_000), 48_000);
      const refused = await ksdiff.push(new Float32Array(10), 96_000).catch(({ message }) => message);
      await ksdiff.restart({ seed: 3 });
      const again = await ksdiff.push(new Int16Array(48_000), 48_000);
      const style = await ksdiff.restart({ style: "nobody" }).catch(({ message }) => message);
      const { rights } = ksdiff.info;
      ksdiff.close();
      const closed = await ksdiff.flush().catch(({ message }) => message);
      const [count, first] = [frames.count, again.first];
      return { told: told.at(-1), count, next: next.first, refused, again: first, style, rights, closed };
    }""")
    assert found["told"] == 1
    assert found["count"] == 20
    assert found["again"] == 0
    assert found["next"] == 20
    assert "96000 samples/s" in found["refused"]
    assert 'unknown style "nobody"' in found["style"]
    assert "research" in found["rights"]
    assert found["closed"] == "ksdiff is closed"


@pytest.mark.slow
def test_the_example_of_three_js_opens_its_mouth(open_page):
    page = open_page("examples/web/three.html")
    page.wait_for_selector("input:enabled")
    page.locator("input").set_input_files(DATA / "voice.wav")
    page.wait_for_function("""() => {
      const [mesh] = example.meshes;
      return mesh.morphTargetInfluences[mesh.morphTargetDictionary.jawOpen] > 0.2;
    }""")


@pytest.mark.slow
def test_the_example_of_vrm_moves_a_model(open_page, tmp_path):
    model = tmp_path / "model.vrm"
    model.write_bytes(vrm_model())
    page = open_page("examples/web/vrm.html")
    page.wait_for_selector("input:enabled")
    page.locator("input").set_input_files(model)
    page.get_by_text("has vowels").wait_for()
    page.get_by_role("button", name="Microphone").click()
    page.wait_for_function("example.vrm().expressionManager.getValue('aa') > 0.1")
    page.wait_for_function("Math.abs(example.vrm().humanoid.getNormalizedBoneNode('neck').quaternion.y) > 0.002")


@pytest.mark.slow
def test_the_example_of_talking_head_speaks(open_page, tmp_path):
    """TalkingHead itself, with ksdiff's head on a body, and a voice in place of a synthesiser."""
    if not (PACKAGE / "node_modules/@met4citizen/talkinghead").is_dir():
        pytest.skip("TalkingHead is not installed: npm ci --prefix web/ksdiff")
    body, voice = full_body(glb_of_takes({})), np.array(load_sound(DATA / "voice.wav"))
    pcm = (np.repeat(voice, 3)[::2] * 32767).astype("<i2").tobytes()  # 24 kHz
    page = open_page("build/web/assets/manifest.json")
    page.route("**/avatar.glb", lambda route: route.fulfill(body=body, content_type="model/gltf-binary"))
    page.route("**/speech?*", lambda route: route.fulfill(body=pcm, content_type="application/octet-stream"))
    page = open_page("examples/web/talkinghead.html")
    page.wait_for_selector("button:enabled")
    page.get_by_role("button", name="Speak").click()
    applied = "(name) => example.head.mtAvatar[name].applied"
    # What is drawn: the mesh's weight, and the head's bone, which turns with the angles that it is given.
    page.wait_for_function("""() => {
      const [[mesh], jaw] = [example.head.morphs, example.head.mtAvatar.jawOpen.applied];
      return jaw > 0.15 && mesh.morphTargetInfluences[mesh.morphTargetDictionary.jawOpen] === jaw;
    }""")
    page.screenshot(path=tmp_path / "talkinghead.png")
    turns = [page.evaluate(applied, name) for name in ("headRotateX", "headRotateY", "headRotateZ")]
    assert max(map(abs, turns)) > 0.001
    # The lips close: the jaw is where the neutral face has it, which is not at 0.
    checkpoint = load_model("base")
    rest = float(checkpoint.model.statistics.neutrals[checkpoint.style("neutral")][JAW])
    closed = "(rest) => Math.abs(example.head.mtAvatar.jawOpen.applied - rest) < 0.005"
    page.get_by_role("button", name="Stop").click()
    page.wait_for_function(closed, arg=rest)
    # Nothing is said after that, though the synthesiser has not come to its end.
    page.evaluate(IN_REAL_TIME)
    page.get_by_role("button", name="Speak").click()
    page.wait_for_function("example.head.mtAvatar.jawOpen.applied > 0.15")
    page.get_by_role("button", name="Stop").click()
    page.wait_for_function("!example.speaker.speaking")
    page.wait_for_timeout(1000)
    assert not page.evaluate("example.speaker.speaking")
    page.wait_for_function(closed, arg=rest)


def vrm_model():
    """A VRM 1.0 model with the bones that it must have, and vowels."""
    bones = ["hips", "spine", *(side + bone for side in ("left", "right") for bone in LIMBS)]
    content, binary = avatar(("aa", "ih", "ou", "ee", "oh"))
    extensions = vrm_1({name: {number: 1.0} for number, name in enumerate(("aa", "ih", "ou", "ee", "oh"))})
    first = len(content["nodes"])
    content["nodes"] += [{"name": name, "translation": [0, 0.1, 0]} for name in bones]
    content["scenes"][0]["nodes"] += range(first, first + len(bones))
    extensions["VRMC_vrm"]["humanoid"]["humanBones"] |= {name: {"node": first + at} for at, name in enumerate(bones)}
    return glb_bytes(content | {"extensions": extensions, "extensionsUsed": list(extensions)}, binary)
