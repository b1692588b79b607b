import json

import numpy as np
import pytest
import torch
from support.files import REPOSITORY
from support.liveportrait import SMALL, save_safetensors

from ksdiff.errors import InputError, UnavailableError
from ksdiff.liveportrait.convert import convert
from ksdiff.liveportrait.load import load_networks
from ksdiff.liveportrait.onnx_networks import OnnxNetworks
from ksdiff.liveportrait.settings import APPEARANCE, GENERATOR, MOTION, NETWORKS, PUBLISHED, STITCHING, WARPING
from ksdiff.liveportrait.torch_networks import manifest, outlines

# LivePortrait, assets/docs/speed.md: millions of parameters, and MB of each file.
PARAMETERS = {APPEARANCE: 0.84, MOTION: 28.12, WARPING: 45.53, GENERATOR: 55.37, STITCHING: 0.23}
MEGABYTES = {APPEARANCE: 3.3, MOTION: 108, WARPING: 174, GENERATOR: 212}
PICTURE = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)


def test_the_networks_have_the_published_sizes():
    for name, network in outlines(PUBLISHED).items():
        parameters = sum(each.numel() for each in network.parameters()) / 1e6
        assert parameters == pytest.approx(PARAMETERS[name], abs=0.006)
        if name in MEGABYTES:
            size = sum(each.numel() * each.element_size() for each in network.state_dict().values()) / 2**20
            assert size == pytest.approx(MEGABYTES[name], rel=0.035)


def test_tensors_are_named_and_shaped_as_in_the_published_files():
    known = json.loads((REPOSITORY / "tests/data/liveportrait/manifest.json").read_text())
    for name, network in outlines(PUBLISHED).items():
        assert {key: list(each.shape) for key, each in manifest(network).items()} == known[name]


def test_weights_of_every_form_give_the_same(published, tensors, graphs, tmp_path):
    """As published, as safetensors, as converted by us, and as ONNX."""
    convert(published, tmp_path, settings=SMALL)
    folders = published, published / "liveportrait", tensors, tmp_path, graphs
    networks = [load_networks(folder, "cpu", SMALL) for folder in folders]
    assert isinstance(networks[-1], OnnxNetworks)
    first = networks[0]
    source = first.face(PICTURE).points
    driving = source + 0.05 * np.random.default_rng(1).standard_normal((21, 3))
    drawn = first.draw(first.features(PICTURE), source, driving)
    assert drawn.shape == (128, 128, 3)
    assert drawn.std() > 5
    for other in networks[1:]:
        again = other.draw(other.features(PICTURE), source, driving)
        assert np.abs(again.astype(int) - drawn).max() <= (0 if other is not networks[-1] else 1)
        assert np.allclose(other.face(PICTURE).points, source, atol=1e-5)
        assert np.allclose(other.stitched(source, driving), first.stitched(source, driving), atol=1e-5)
        assert np.allclose(other.closing(source, 0.2), first.closing(source, 0.2), atol=1e-5)


def test_the_picture_follows_the_keypoints_and_nothing_else(tensors):
    networks = load_networks(tensors, "cpu", SMALL)
    source = networks.face(PICTURE).points
    features = networks.features(PICTURE)
    still = networks.draw(features, source, source)
    assert np.array_equal(still, networks.draw(features, source, source))
    assert not np.array_equal(still, networks.draw(features, source, source + 0.1))


def test_corrections_have_their_parts_in_their_places(tensors):
    networks = load_networks(tensors, "cpu", SMALL)
    source, driving = (np.random.default_rng(seed).standard_normal((21, 3)) for seed in (2, 3))
    corrector = networks.modules[STITCHING].get_submodule("retarget_shoulder")
    given = torch.tensor(np.concatenate([source.ravel(), driving.ravel()]), dtype=torch.float32)[None]
    made = corrector(given)[0].detach().numpy()
    moved = networks.stitched(source, driving) - driving
    assert np.allclose(moved[:, 2], made[2:63:3], atol=1e-6)
    assert np.allclose(moved[:, :2], made[:63].reshape(21, 3)[:, :2] + made[63:], atol=1e-6)


def test_a_file_that_is_not_a_number_is_refused(tmp_path):
    def spoil(name, weights):
        if name == MOTION:
            weights["detector.fc_t.bias"] = torch.full((3,), float("nan"))

    networks = load_networks(save_safetensors(tmp_path, change=spoil), "cpu", SMALL)
    with pytest.raises(InputError, match="not finite"):
        networks.face(PICTURE)


def test_half_precision_is_read(tmp_path, tensors):
    def halve(name, weights):
        weights |= {key: each.half() for key, each in weights.items() if each.is_floating_point()}

    halved = load_networks(save_safetensors(tmp_path, change=halve), "cpu", SMALL)
    whole = load_networks(tensors, "cpu", SMALL)
    assert np.allclose(halved.face(PICTURE).points, whole.face(PICTURE).points, atol=1e-2)


def test_a_device_that_is_not_there_is_named(tensors):
    with pytest.raises(UnavailableError, match="'cudd'"):
        load_networks(tensors, "cudd", SMALL)


@pytest.mark.slow
def test_a_frame_by_networks_of_the_published_sizes(tmp_path):
    networks = load_networks(save_safetensors(tmp_path, PUBLISHED), "cpu")
    picture = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    face = networks.face(picture)
    features = networks.features(picture)
    assert features.shape == (1, 32, 16, 64, 64)
    drawn = networks.draw(features, face.points, face.points + 0.02)
    assert drawn.shape == (512, 512, 3)
    assert drawn.std() > 1
    assert set(NETWORKS) == set(networks.modules)
