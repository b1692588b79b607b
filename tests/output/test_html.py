import base64
import io
import json
import subprocess
import wave
from dataclasses import replace
from html.parser import HTMLParser

import av
import numpy as np
import pytest
from scipy.signal import correlate, resample_poly
from support.files import SPEECH_VIDEO
from support.synthetic import synthetic_motion, synthetic_sound

from ksdiff.motion import Word
from ksdiff.output.gltf import glb
from ksdiff.output.html import write_html
from ksdiff.output.mp3 import encode_mp3
from ksdiff.speech.audio import load


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.scripts, self.addresses, self.title, self._into = {}, [], "", None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.addresses += [attributes[key] for key in ("src", "href") if key in attributes]
        self._into = attributes.get("id", "viewer") if tag == "script" else tag

    def handle_endtag(self, tag):
        self._into = None

    def handle_data(self, data):
        if self._into == "title":
            self.title += data
        elif self._into in ("performance", "sound", "head", "viewer"):
            self.scripts[self._into] = self.scripts.get(self._into, "") + data


def decoded(mp3):
    with av.open(io.BytesIO(mp3)) as container:
        blocks = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
        return np.concatenate(blocks), container.streams.audio[0].rate


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "preview.html"
    write_html(synthetic_motion(), path, synthetic_sound(), title="voice <1> & more.wav")
    return Page(path.read_text(encoding="utf-8"))


def test_the_page_carries_everything(page):
    assert page.addresses == []
    assert base64.b64decode(page.scripts["head"]) == glb(synthetic_motion())
    assert base64.b64decode(page.scripts["sound"]) == encode_mp3(synthetic_sound(), 2.0)
    assert "three.js authors" in page.scripts["viewer"]  # the MIT licence travels with the code
    assert page.title == "voice <1> & more.wav"


def test_the_page_tells_the_performance(page):
    motion, performance = synthetic_motion(), json.loads(page.scripts["performance"])
    assert performance["fps"] == 25
    assert performance["duration"] == pytest.approx(2.0)
    assert performance["words"][1] == {"text": "wörld", "start": 0.7, "end": 1.1}
    for name, strengths in (("expression", motion.keyframes_expression), ("head", motion.keyframes_head)):
        at = np.flatnonzero(strengths)
        assert [k["time"] for k in performance["keyframes"][name]] == pytest.approx(at / 25)
        assert [k["strength"] for k in performance["keyframes"][name]] == pytest.approx(strengths[at], abs=1e-3)
    assert max(performance["loudness"]) == 1
    assert len(performance["loudness"]) == 1500


def test_words_cannot_end_the_script(tmp_path):
    motion = replace(synthetic_motion(), words=(Word("</script><b>", 0.1, 0.2),))
    write_html(motion, tmp_path / "p.html", synthetic_sound())
    text = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "</script><b>" not in text
    assert json.loads(Page(text).scripts["performance"])["words"][0]["text"] == "</script><b>"


def test_the_compressed_sound_is_in_step_with_the_original():
    random = np.random.default_rng(0)
    samples = (0.3 * np.repeat(random.normal(size=500), 96)).clip(-1, 1).astype(np.float32)  # 3 s
    sound, rate = decoded(encode_mp3(samples, 3.0))
    sound = resample_poly(sound, 16_000, rate)
    lag = np.argmax(correlate(sound, samples, "full")) - (len(samples) - 1)
    assert abs(lag) <= 16  # 1 ms
    assert abs(len(sound) - len(samples)) <= 400


@pytest.mark.parametrize(("rate", "kept"), [(96_000, 48_000), (44_100, 44_100), (16_000, 16_000), (8_000, 48_000)])
def test_sound_that_mp3_cannot_hold_is_brought_to_a_rate_that_it_can(tmp_path, rate, kept):
    seconds = np.arange(rate) / rate
    with wave.open(str(tmp_path / "voice.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((9000 * np.sin(2 * np.pi * 200 * seconds)).astype("<i2").tobytes())
    sound, found = decoded(encode_mp3(tmp_path / "voice.wav", 1.0))
    assert found == kept
    assert len(sound) / found == pytest.approx(1.0, abs=0.08)


def test_the_sound_of_a_video_is_taken_over(tmp_path):
    write_html(synthetic_motion(seconds=8.7), tmp_path / "p.html", SPEECH_VIDEO)
    page = Page((tmp_path / "p.html").read_text(encoding="utf-8"))
    assert page.title == "obama_speech.mp4"
    (sound, rate), samples = decoded(base64.b64decode(page.scripts["sound"])), load(SPEECH_VIDEO)
    assert rate > 16_000  # not what the model hears, but the full quality
    assert len(sound) / rate == pytest.approx(len(samples) / 16_000, abs=0.03)
    sound = resample_poly(sound, 16_000, rate)
    lag = np.argmax(correlate(sound, samples, "full")) - (len(samples) - 1)
    assert abs(lag) <= 32  # 2 ms


def test_silence_has_no_loudness(tmp_path):
    write_html(synthetic_motion(), tmp_path / "p.html", np.zeros(32000, np.float32))
    performance = json.loads(Page((tmp_path / "p.html").read_text(encoding="utf-8")).scripts["performance"])
    assert set(performance["loudness"]) == {0.0}


@pytest.mark.slow
def test_a_browser_shows_the_head_without_a_network(chromium, tmp_path):
    write_html(synthetic_motion(), tmp_path / "p.html", synthetic_sound())
    flags = ["--headless=new", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    command = [chromium, *flags, "--virtual-time-budget=8000", "--dump-dom", f"file://{tmp_path}/p.html"]
    page = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    assert 'data-ready="true"' in page
    assert '<p class="message" role="status"></p>' in page  # where it would say that there is no WebGL
    assert "<canvas" in page
    assert "0:00.0 / 0:02.0" in page
