import io
import json
import pickle
import shutil
import struct
import sys
import zipfile

import pytest
import torch
from support.liveportrait import SMALL, nested, random_weights, save_published, save_safetensors

from ksdiff.errors import InputError, UnavailableError
from ksdiff.liveportrait.convert import convert
from ksdiff.liveportrait.files import find_weights
from ksdiff.liveportrait.load import load_networks
from ksdiff.liveportrait.settings import APPEARANCE, GENERATOR, MOTION, STITCHING, WARPING


def refused(folder, message):
    with pytest.raises(InputError, match=message) as error:
        load_networks(folder, "cpu", SMALL)
    return str(error.value)


def test_what_is_missing_is_named_with_where_it_can_be_had(tmp_path):
    message = refused(tmp_path, "lacks appearance_feature_extractor.safetensors or .pth, motion_extractor")
    assert "huggingface.co/KlingTeam/LivePortrait" in message
    assert "terms" in message
    save_safetensors(tmp_path)
    (tmp_path / f"{WARPING}.safetensors").unlink()
    assert "lacks warping_module.safetensors or .pth." in refused(tmp_path, "lacks")
    refused(tmp_path / "nowhere", "there is no folder")
    refused(tmp_path / f"{MOTION}.safetensors", "is a file: name the folder")


def test_graphs_that_are_missing_are_named(graphs, tmp_path):
    shutil.copytree(graphs, tmp_path, dirs_exist_ok=True)
    (tmp_path / "stitching_lip.onnx").unlink()
    assert "lacks stitching_lip.onnx." in refused(tmp_path, "lacks")


@pytest.mark.parametrize("save", [save_published, save_safetensors])
@pytest.mark.parametrize(
    ("network", "spoil", "message"),
    [
        (GENERATOR, lambda given: given.pop("fc.bias"), r"spade_generator.* lacks fc\.bias: is it"),
        (MOTION, lambda given: given.update(more=torch.zeros(3)), "holds more, which this network has not"),
        (
            APPEARANCE,
            lambda given: given.update({"first.conv.weight": torch.zeros(5, 3, 3, 3)}),
            r"first.conv.weight has the shape \(5, 3, 3, 3\); it must be \(4, 3, 3, 3\)",
        ),
        (
            WARPING,
            lambda given: given.update({"fourth.bias": torch.zeros(16, dtype=torch.int64)}),
            "fourth.bias is of the type I64; it must be F32",
        ),
        (STITCHING, lambda given: given.pop("retarget_eye.mlp.0.bias"), r"lacks retarget_eye\.mlp\.0\.bias"),
    ],
)
def test_tensors_that_do_not_fit_are_named(tmp_path, save, network, spoil, message):
    save(tmp_path, change=lambda name, tensors: spoil(tensors) if name == network else None)
    refused(tmp_path, message)


def test_weights_for_animals_or_of_other_sizes_are_refused_before_they_are_read(published):
    with pytest.raises(InputError, match="for people"):
        load_networks(published, "cpu")  # they are smaller than the published ones


@pytest.mark.parametrize("keep", [0, 7, 0.5, 0.999])
@pytest.mark.parametrize(("save", "suffix"), [(save_published, ".pth"), (save_safetensors, ".safetensors")])
def test_truncated_files_are_refused(tmp_path, save, suffix, keep):
    save(tmp_path)
    path = next(tmp_path.rglob(f"{GENERATOR}{suffix}"))
    content = path.read_bytes()
    path.write_bytes(content[: keep if isinstance(keep, int) else int(keep * len(content))])
    refused(tmp_path, f"{GENERATOR}{suffix} (is damaged|cannot be read)")


class Evil:
    def __reduce__(self):
        return (open, ("/tmp/ksdiff_was_here", "w"))


def test_nothing_in_a_pickle_is_run(tmp_path):
    save_published(tmp_path)
    path = next(tmp_path.rglob(f"{MOTION}.pth"))
    with zipfile.ZipFile(path) as archive:
        entries = {each.filename: archive.read(each) for each in archive.infolist()}
    name = next(each for each in entries if each.endswith("data.pkl"))
    entries[name] = pickle.dumps({"a": Evil()})
    with zipfile.ZipFile(path, "w") as archive:
        for each, content in entries.items():
            archive.writestr(each, content)
    refused(tmp_path, "cannot be read as weights")


def test_other_contents_are_refused(tmp_path):
    save_published(tmp_path)
    path = next(tmp_path.rglob(f"{MOTION}.pth"))
    for content in ([torch.zeros(2)], {"epoch": 3}, {}, torch.zeros(3)):
        torch.save(content, path)
        refused(tmp_path, "holds no weights")
    path.write_bytes(pickle.dumps({"a": 1}))
    refused(tmp_path, "no .pth file of torch")


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path, monkeypatch):
    save_published(tmp_path)
    path = next(tmp_path.rglob(f"{MOTION}.pth"))
    monkeypatch.setattr("ksdiff.liveportrait.files.MAX_FILE", 20_000_000)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data/0", bytes(30_000_000))
    refused(tmp_path, "unpacks to more than")
    monkeypatch.setattr("ksdiff.liveportrait.files.MAX_FILE", 1000)
    refused(tmp_path, "has more than")


def test_a_safetensors_header_that_lies_is_refused(tmp_path):
    save_safetensors(tmp_path)
    header = json.dumps({"fc.weight": {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]}}).encode()
    (tmp_path / f"{GENERATOR}.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    refused(tmp_path, "is damaged")


def test_graphs_that_do_not_fit_are_refused(graphs, tmp_path):
    shutil.copytree(graphs, tmp_path, dirs_exist_ok=True)
    stitching, warping = tmp_path / "stitching.onnx", tmp_path / "warping_spade.onnx"
    good = stitching.read_bytes()
    stitching.write_bytes((tmp_path / "stitching_lip.onnx").read_bytes())
    refused(tmp_path, r"stitching\.onnx takes arrays of the shapes \[\(1, 65\)\]; they must be \[\(1, 126\)\]")
    stitching.write_bytes(good)
    warping.write_bytes(warping.read_bytes()[:5000])
    refused(tmp_path, "cannot be loaded by onnxruntime")
    warping.write_bytes(b"")
    refused(tmp_path, "cannot be loaded by onnxruntime")


def test_safetensors_go_before_pth_and_both_before_graphs(graphs, tmp_path):
    shutil.copytree(graphs, tmp_path, dirs_exist_ok=True)
    assert find_weights(tmp_path).kind == "onnx"
    save_published(tmp_path)
    assert {path.suffix for path in find_weights(tmp_path).paths.values()} == {".pth"}
    save_safetensors(tmp_path)
    assert {path.suffix for path in find_weights(tmp_path).paths.values()} == {".safetensors"}


def test_converting_overwrites_no_input_and_writes_nothing_of_bad_weights(published, tensors, graphs, tmp_path):
    with pytest.raises(InputError, match="would replace"):
        convert(tensors, tensors, settings=SMALL)
    with pytest.raises(InputError, match="lacks"):
        convert(tmp_path, tmp_path / "out", settings=SMALL)
    with pytest.raises(InputError, match="for people"):  # these are smaller than the published ones
        convert(published, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InputError, match="ONNX graphs already"):
        convert(graphs, tmp_path / "out", settings=SMALL)


def test_writing_graphs_without_onnx_says_what_to_install(published, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    monkeypatch.setattr("ksdiff.liveportrait.convert.find_spec", lambda name: None)
    with pytest.raises(UnavailableError, match="pip install onnx"):
        convert(published, tmp_path / "out", onnx=True, settings=SMALL)
    assert list(tmp_path.iterdir()) == []


def test_names_in_the_stitching_file_are_those_in_use():
    content = io.BytesIO()
    torch.save(nested(random_weights()[STITCHING]), content)
    content.seek(0)
    loaded = torch.load(content, weights_only=True)
    assert set(loaded) == {"retarget_shoulder", "retarget_mouth", "retarget_eye"}
    assert all(name.startswith("module.mlp.") for name in loaded["retarget_eye"])
