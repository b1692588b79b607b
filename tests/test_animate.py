"""From a real voice to motion, through every stage, with untrained weights (quality is measured elsewhere)."""

import json
import pickle
from pathlib import Path

import av
import numpy as np
import pytest
from support.checkpoints import save_untrained
from support.files import SPEECH_VIDEO

import ksdiff
from ksdiff.editing import create
from ksdiff.errors import InputError
from ksdiff.layers.emotion import EmotionRange
from ksdiff.layers.eyes import gaze_angles
from ksdiff.model.checkpoint import Checkpoint, load_model, save_model
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.motion.space import ARKIT, FLAME_JAW, KEYPOINTS
from ksdiff.speech import prosody
from ksdiff.speech.audio import SAMPLE_RATE, load


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return load_model(save_untrained(tmp_path_factory.mktemp("weights") / "untrained.safetensors"))


@pytest.fixture(scope="module")
def voice() -> np.ndarray:
    return load(SPEECH_VIDEO)[: 3 * SAMPLE_RATE]


def test_pitch_is_tracked_once(checkpoint: Checkpoint, voice: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model and the layers read the same track; tracking takes a tenth of all time."""
    detector, heard = prosody._detector(), []

    class Counting:
        def detect(self, samples: np.ndarray, *arguments: float) -> object:
            heard.append(len(samples))
            return detector.detect(samples, *arguments)

    monkeypatch.setattr(prosody, "_detector", Counting)
    ksdiff.animate(voice, model=checkpoint)
    assert len(heard) == 1


def test_motion_is_as_long_as_the_sound_and_within_its_range(checkpoint: Checkpoint, voice: np.ndarray) -> None:
    stages = []
    motion = ksdiff.animate(voice, model=checkpoint, progress=lambda name, done: stages.append(name))
    assert len(motion) == 75
    assert motion.fps == 25
    assert motion.expression.min() >= 0
    assert motion.expression.max() <= 1
    assert [name for index, name in enumerate(stages) if name not in stages[:index]] == [
        "model", "sound", "speech", "prosody", "motion",
    ]  # fmt: skip
    assert motion.info["style"] == "neutral"
    assert pickle.loads(pickle.dumps(motion)) == motion  # as a worker process returns it


@pytest.mark.parametrize("seconds", [0.3, 0.31, 1.0])
def test_short_sounds(checkpoint: Checkpoint, voice: np.ndarray, seconds: float) -> None:
    motion = ksdiff.animate(voice[SAMPLE_RATE:][: int(seconds * SAMPLE_RATE)], model=checkpoint)
    assert len(motion) == round(int(seconds * SAMPLE_RATE) / 640)


def test_the_same_sound_from_wav_and_mp4_gives_the_same_motion(checkpoint: Checkpoint, tmp_path: Path) -> None:
    wav = tmp_path / "voice with space é.wav"
    with av.open(str(wav), "w") as container:
        stream = container.add_stream("pcm_f32le", rate=SAMPLE_RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(load(SPEECH_VIDEO)[None], format="fltp", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    from_mp4, from_wav = ksdiff.animate(SPEECH_VIDEO, model=checkpoint), ksdiff.animate(wav, model=checkpoint)
    np.testing.assert_allclose(from_mp4.expression, from_wav.expression, atol=1e-3)
    np.testing.assert_allclose(from_mp4.head, from_wav.head, atol=1e-3)


def test_silence_is_idle_motion_with_the_mouth_at_rest(checkpoint: Checkpoint) -> None:
    motion = ksdiff.animate(np.zeros(4 * SAMPLE_RATE, np.float32), model=checkpoint)
    np.testing.assert_allclose(motion.channel("jawOpen"), 0.05, atol=1e-6)
    assert motion.channel("eyeBlinkLeft").max() > 0.5  # and it is alive
    assert np.ptp(motion.head, axis=0).max() > 0.01


def test_the_mouth_rests_in_pauses_only(checkpoint: Checkpoint, voice: np.ndarray) -> None:
    sound = np.concatenate([voice[SAMPLE_RATE : 2 * SAMPLE_RATE], np.zeros(2 * SAMPLE_RATE, np.float32)])
    resting = ksdiff.animate(sound, model=checkpoint, options=ksdiff.AnimateOptions(eyes=None))
    free = ksdiff.animate(sound, model=checkpoint, options=ksdiff.AnimateOptions(eyes=None, rest=False))
    jaw, without = resting.channel("jawOpen"), free.channel("jawOpen")
    np.testing.assert_array_equal(jaw[5:20], without[5:20])
    np.testing.assert_allclose(jaw[50:], 0.05, atol=1e-6)
    assert np.abs(np.diff(jaw)).max() <= np.abs(np.diff(without)).max() + 0.05  # it closes, it does not snap


@pytest.mark.parametrize(("fps", "frames"), [(24.0, 72), (29.97, 90), (30.0, 90), (60.0, 180)])
def test_other_frame_rates(checkpoint: Checkpoint, voice: np.ndarray, fps: float, frames: int) -> None:
    motion = ksdiff.animate(voice, model=checkpoint, options=ksdiff.AnimateOptions(fps=fps))
    assert len(motion) == frames


def test_seeds_styles_and_words_each_do_their_part(checkpoint: Checkpoint, voice: np.ndarray) -> None:
    def made(text: str | None = None, **options: object) -> ksdiff.Motion:
        return ksdiff.animate(voice, text, model=checkpoint, options=ksdiff.AnimateOptions(eyes=None, **options))

    base, head, style, spoken = made(), made(head_seed=9), made(style="bob"), made("one more map")
    np.testing.assert_array_equal(base.expression, head.expression)
    assert not np.allclose(base.head, head.head)
    assert not np.allclose(base.expression, style.expression)
    assert not np.allclose(base.expression, spoken.expression)
    assert [word.text for word in spoken.words] == ["one", "more", "map"]
    assert base.words == ()


def test_a_keyframe_file_is_followed(checkpoint: Checkpoint, voice: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "keyframes.json"
    path.write_text(json.dumps({"version": 1, "fps": 25, "head": [{"time": 1.2, "strength": 0.7}]}))
    motion = ksdiff.animate(voice, model=checkpoint, keyframes=path)
    assert np.flatnonzero(motion.keyframes_head).tolist() == [30]
    assert motion.keyframes_head[30] == pytest.approx(0.7)
    predicted = ksdiff.animate(voice, model=checkpoint)
    np.testing.assert_array_equal(motion.keyframes_expression, predicted.keyframes_expression)
    path.write_text(json.dumps({"version": 1, "fps": 25, "head": [{"time": 3.5, "strength": 0.7}]}))
    with pytest.raises(InputError, match=r"3\.5 s, outside the sound, which lasts 3\.00 s"):
        ksdiff.animate(voice, model=checkpoint, keyframes=path)


def test_unknown_style_suggests_the_nearest(checkpoint: Checkpoint, voice: np.ndarray) -> None:
    with pytest.raises(InputError, match="did you mean 'neutral'"):
        ksdiff.animate(voice, model=checkpoint, options=ksdiff.AnimateOptions(style="neutrl"))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_samples_that_are_not_numbers(checkpoint: Checkpoint, voice: np.ndarray, value: float) -> None:
    spoiled = voice.copy()
    spoiled[100] = value
    with pytest.raises(InputError, match="finite"):
        ksdiff.animate(spoiled, model=checkpoint)


def test_round_trip_of_a_checkpoint(checkpoint: Checkpoint, tmp_path: Path) -> None:
    path = tmp_path / "again.safetensors"
    assert isinstance(checkpoint.model, TorchNetwork)
    save_model(checkpoint.model.module, path, checkpoint.encoder, list(checkpoint.styles), checkpoint.facts)
    again = load_model(path)
    assert isinstance(again.model, TorchNetwork)
    assert again.model.config == checkpoint.model.config
    tensors = again.model.module.state_dict()
    for name, before in checkpoint.model.module.state_dict().items():
        np.testing.assert_array_equal(before.numpy(), tensors.pop(name).numpy(), err_msg=name)
    assert not tensors


def test_damaged_checkpoints(checkpoint: Checkpoint, tmp_path: Path) -> None:
    path = save_untrained(tmp_path / "whole.safetensors")
    content = path.read_bytes()
    for name, spoiled in (
        ("cut", content[: len(content) // 2]),
        ("noise", b"\xff" * 1000),
        ("empty", b""),
        ("other", content.replace(b'\\"format\\": \\"ksdiff-3\\"', b'\\"format\\": \\"ksdiff-9\\"')),
        ("space", content.replace(b'\\"space\\": \\"arkit\\"', b'\\"space\\": \\"flyme\\"')),
    ):
        broken = tmp_path / f"{name}.safetensors"
        broken.write_bytes(spoiled)
        assert spoiled != content
        with pytest.raises(InputError, match=r"damaged|format|motion space"):
            load_model(broken)
    with pytest.raises(InputError, match="there are no weights"):
        load_model(tmp_path / "missing.safetensors")


def test_emotions_need_a_space_that_has_them(tmp_path: Path, voice: np.ndarray) -> None:
    options = ksdiff.AnimateOptions(emotions=(EmotionRange(0.0, 1.0, "happy"),))
    with pytest.raises(InputError, match="these weights make flame-jaw motion"):
        ksdiff.animate(voice, model=save_untrained(tmp_path / "flame.safetensors", FLAME_JAW), options=options)


def test_keypoints_are_written_as_the_weights_that_they_look_like(tmp_path: Path, voice: np.ndarray) -> None:
    kdtalker = ksdiff.load_model(save_untrained(tmp_path / "points.safetensors", KEYPOINTS, "kdtalker"))
    options = ksdiff.AnimateOptions(emotions=(EmotionRange(0.0, 1.0, "happy"),), eyes=None)
    motion = ksdiff.animate(voice, model=kdtalker, options=options)
    assert motion.space == ARKIT
    assert motion.expression.std(axis=0).max() > 0.01
    assert motion.channel("mouthSmileLeft")[:15].mean() > motion.channel("mouthSmileLeft")[-10:].mean() + 0.1
    with pytest.raises(InputError, match="moves keypoints, which cannot be edited"):
        create(voice, model=kdtalker)
    with pytest.raises(InputError, match="moves keypoints, which cannot be streamed"):
        ksdiff.Streamer(kdtalker)


@pytest.mark.parametrize("fps", [24.0, 60.0])
def test_emotions_leave_the_rest_of_a_performance_alone(checkpoint: Checkpoint, voice: np.ndarray, fps: float) -> None:
    plain, felt = (
        ksdiff.animate(voice, model=checkpoint, options=ksdiff.AnimateOptions(fps=fps, emotions=emotions))
        for emotions in ((), (EmotionRange(1.0, 1.5, "surprised", onset=0.2, decay=0.3),))
    )
    outside = (plain.times < 0.76) | (plain.times > 1.84)
    for path in ("expression", "head"):
        np.testing.assert_array_equal(getattr(plain, path)[outside], getattr(felt, path)[outside])
    assert (plain.channel("eyeBlinkLeft") > 0.9).tolist() == (felt.channel("eyeBlinkLeft") > 0.9).tolist()


def test_eyes_stay_on_the_viewer_while_an_emotion_tilts_the_head(checkpoint: Checkpoint, voice: np.ndarray) -> None:
    sad = (EmotionRange(0.0, float("inf"), "sad"),)
    plain, felt = (
        ksdiff.animate(voice, model=checkpoint, options=ksdiff.AnimateOptions(emotions=emotions))
        for emotions in ((), sad)
    )
    lowered = (felt.head - plain.head)[:, 0]
    np.testing.assert_allclose(lowered, np.radians(7.0), atol=1e-3)
    raised = (gaze_angles(felt.expression) - gaze_angles(plain.expression))[:, :, 1].mean(axis=1)
    assert np.median(raised) == pytest.approx(np.radians(7.0), abs=np.radians(2.0))
