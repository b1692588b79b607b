"""Speech encoders: the grid of frames, windows, and what the features say."""

import json
import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from support.files import SPEECH_VIDEO

from ksdiff.errors import InputError
from ksdiff.speech import encoder as features
from ksdiff.speech.audio import SAMPLE_RATE, load
from ksdiff.speech.encoder import MoonshineEncoder, SpeechEncoder, encoder_of, load_encoder

ASSETS = Path(str(files("ksdiff").joinpath("assets")))


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    return load(SPEECH_VIDEO)


@pytest.fixture(scope="module")
def encoder() -> SpeechEncoder:
    return load_encoder(threads=1)


def test_shape_and_times(encoder, speech):
    found = encoder.encode(speech)
    assert found.dtype == np.float32
    assert found.shape == (encoder.frame_count(len(speech)), encoder.width)
    assert np.isfinite(found).all()
    times = encoder.frame_times(len(found))
    np.testing.assert_allclose(times[:2], [447 / SAMPLE_RATE, (447 + 384) / SAMPLE_RATE])
    assert len(speech) / SAMPLE_RATE - 0.06 < times[-1] < len(speech) / SAMPLE_RATE
    np.testing.assert_array_equal(encoder.frame_times(3, start=5), times[5:8])


def test_frames_lie_where_their_times_say(encoder):
    """Noise that begins at a known instant changes the features from the frame there on."""
    rng = np.random.default_rng(0)
    for onset in (1.0, 1.3, 1.777):
        samples = 0.01 * rng.standard_normal(3 * SAMPLE_RATE).astype(np.float32)
        samples[round(onset * SAMPLE_RATE) :] *= 30
        found = encoder.encode(samples)[:, : encoder.width // 2]
        step = np.abs(found[2:] - found[:-2]).sum(1)
        at = encoder.frame_times(len(found))[1:-1][np.argmax(step)]
        assert abs(at - onset) < 0.04


def test_any_stretch_alone_is_the_same(encoder, speech):
    sound = np.tile(speech, 4)
    whole = encoder.encode(sound)
    for start, stop in [(0, 10), (330, 350), (700, 1100), (1000, None)]:
        np.testing.assert_array_equal(encoder.encode(sound, start, stop), whole[start:stop])
    joined = [found for _, found in encoder.windows(sound)]
    np.testing.assert_array_equal(np.concatenate(joined), whole)
    assert [first for first, _ in encoder.windows(sound)] == list(range(0, len(whole), 336))


def test_windows_agree_where_they_meet(encoder, speech, monkeypatch):
    """A frame differs little whether a seam is near it or not."""
    sound = np.tile(speech, 2)
    seamed = encoder.encode(sound)
    monkeypatch.setattr(encoder, "_hop", 10_000)
    whole = encoder.encode(sound)
    spread = whole.std(0)
    error = np.sqrt((((seamed - whole) / spread) ** 2).mean(1))
    assert error.mean() < 0.35
    assert error[332:340].mean() < 2 * error.mean()


def test_features_tell_sounds_apart(encoder, speech):
    """The same stretch at half the level is nearer than another stretch."""
    quiet, loud = encoder.encode(speech * 0.5), encoder.encode(speech)
    scale = loud.std(0)
    same = np.abs((quiet - loud) / scale).mean()
    other = np.abs((np.roll(loud, 40, 0) - loud) / scale).mean()
    assert same < other / 3


def test_what_nobody_hears_changes_no_feature(encoder, speech):
    """Activations of 8 bits would change by as much for a last bit as for noise that is heard: by .03 here."""
    noise = 1e-6 * np.random.default_rng(0).standard_normal(len(speech)).astype(np.float32)  # -120 dB of full scale
    clean, noisy = encoder.encode(speech), encoder.encode(speech + noise)
    assert np.sqrt(np.mean((noisy - clean) ** 2)) < 0.001 * clean.std()


@pytest.mark.parametrize("count", [4800, 4801, 5000, 895, 100, 1])
def test_short_sound(encoder, count):
    found = encoder.encode(np.zeros(count, np.float32))
    assert found.shape == (encoder.frame_count(count), encoder.width)
    assert len(found) >= 1
    assert np.isfinite(found).all()


def test_reads_mapped_sound(encoder, speech, tmp_path):
    np.save(tmp_path / "a.npy", speech)
    mapped = np.load(tmp_path / "a.npy", mmap_mode="r")
    np.testing.assert_array_equal(encoder.encode(mapped), encoder.encode(speech))


def test_stretch_outside(encoder, speech):
    with pytest.raises(ValueError, match="are not within"):
        encoder.encode(speech, 1000, 1001)


def test_record_finds_the_encoder_again(encoder):
    record = encoder.record
    assert (record["name"], record["layers"], record["width"]) == ("moonshine-base", [1, 4], 832)
    assert json.loads(json.dumps(record)) == record
    assert encoder_of(record, threads=1) is encoder
    with pytest.raises(InputError, match="not the one that was used before"):
        encoder_of({**record, "layers": [4, 7]}, threads=1)


@pytest.mark.parametrize("damaged", ["encoder", "whole"])
def test_damaged_files(monkeypatch, tmp_path, damaged):
    shutil.copytree(ASSETS, tmp_path / "assets", ignore=lambda _, names: [n for n in names if "moonshine" not in n])
    (tmp_path / f"assets/moonshine_base_{damaged}.onnx").write_bytes(b"not a model")
    monkeypatch.setattr(features, "files", lambda _: tmp_path)
    with pytest.raises(InputError, match="damaged"):
        MoonshineEncoder()


def test_unknown_name():
    with pytest.raises(InputError, match="did you mean 'moonshine-base'"):
        load_encoder("moonshine-bse")
    with pytest.raises(InputError, match="unknown speech encoder 'wav2vec2:'"):
        load_encoder("wav2vec2:")


def test_threads_from_the_environment(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert features.session_options().intra_op_num_threads == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "")
    assert 1 <= features.session_options().intra_op_num_threads <= 4
    assert features.session_options(2).intra_op_num_threads == 2


@pytest.fixture(scope="module")
def tiny_wav2vec2(tmp_path_factory) -> Path:
    transformers = pytest.importorskip("transformers")
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    config = transformers.Wav2Vec2Config(
        hidden_size=24, num_hidden_layers=3, num_attention_heads=2, intermediate_size=32, conv_dim=[16] * 7,
        num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=2,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("tiny")
    transformers.Wav2Vec2Model(config).save_pretrained(folder)
    transformers.Wav2Vec2FeatureExtractor(do_normalize=True).save_pretrained(folder)
    return folder


@pytest.mark.filterwarnings("ignore")
def test_wav2vec2_from_a_folder(tiny_wav2vec2, speech):
    encoder = load_encoder(f"wav2vec2:{tiny_wav2vec2}@0,2")
    assert (encoder.stride, encoder.support, encoder.width, encoder.layers) == (320, 400, 48, (0, 2))
    sound = np.tile(speech, 2)
    found = encoder.encode(sound)
    assert found.shape == (encoder.frame_count(len(sound)), 48)
    np.testing.assert_array_equal(encoder.encode(sound, 390, 500), found[390:500])
    np.testing.assert_allclose(encoder.encode(sound * 0.1), found, atol=1e-2)  # input is normalised
    assert encoder_of(encoder.record) is encoder
    assert load_encoder(f"wav2vec2:{tiny_wav2vec2}").layers == (2,)


@pytest.mark.filterwarnings("ignore")
def test_transformers_refusals(tiny_wav2vec2, tmp_path):
    with pytest.raises(InputError, match="is a wav2vec2 model, not hubert"):
        load_encoder(f"hubert:{tiny_wav2vec2}")
    with pytest.raises(InputError, match="has layers 0 to 2"):
        load_encoder(f"wav2vec2:{tiny_wav2vec2}@3")
    with pytest.raises(InputError, match="cannot load the speech encoder"):
        load_encoder(f"wav2vec2:{tmp_path}")
