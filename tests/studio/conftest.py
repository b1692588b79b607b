from contextlib import ExitStack

import pytest
from starlette.testclient import TestClient
from support.checkpoints import save_untrained
from support.studio import HERE, PORT, give, wait
from support.studio_browser import DRAWING, FLAGS, Server, opened
from support.synthetic import synthetic_sound

from ksdiff.speech.audio import write_flac
from ksdiff.studio.app import make_app


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return str(save_untrained(tmp_path_factory.mktemp("weights") / "untrained.safetensors"))


@pytest.fixture(scope="module")
def voice(tmp_path_factory):
    path = tmp_path_factory.mktemp("voice") / "voice.flac"
    write_flac(synthetic_sound(4.0), path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def client(weights, tmp_path_factory):
    with TestClient(make_app(tmp_path_factory.mktemp("state"), PORT, weights, warm=False), base_url=HERE) as client:
        yield client


@pytest.fixture(scope="module")
def id(client, voice):
    id = give(client, voice)
    wait(client, id)
    return id


@pytest.fixture(scope="package")
def playwright():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(chromium, playwright):
    browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *DRAWING])
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def plain_browser(chromium, playwright):
    """A browser that does not draw the head, which takes most of the time where there is no graphics card."""
    browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, "--disable-3d-apis"])
    yield browser
    browser.close()


@pytest.fixture
def open_studio(browser, tmp_path):
    """Start a studio, and open its page: ``open_studio(width, height, **context)``."""
    with ExitStack() as cleanup:

        def open_(*size, **context):
            server = Server(tmp_path)
            cleanup.callback(server.end)
            return cleanup.enter_context(opened(browser, server, *size, **context))

        yield open_
