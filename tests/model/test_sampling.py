"""Sampling: windows that tile, seams that do not show, seeds that act on their own path only."""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest
import torch
from support.synthetic import synthetic_speech

from ksdiff.errors import InputError
from ksdiff.model.config import model_config
from ksdiff.model.encoded import Encoded
from ksdiff.model.keyframe_decoding import decode_keyframes
from ksdiff.model.known_motion import BEND, past
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.network import Contexts, Network
from ksdiff.model.parts import PARTS
from ksdiff.model.sampling import (
    BATCH,
    COMMIT,
    FIXED,
    OVERLAP,
    WINDOW,
    DDIMScheduler,
    Generated,
    KeyframeTracks,
    Paths,
    SamplingOptions,
    Speech,
    frame_noise,
    generate,
    generate_all,
    pick_keyframes,
)
from ksdiff.model.sampling.generate import _denoise
from ksdiff.model.sampling.windows import SHORTEST, windows
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.motion import Word
from ksdiff.motion.limits import limit_translation
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, PATHS
from ksdiff.training.noise import random_noise

FEATURES = 16
OPTIONS = SamplingOptions(num_inference_steps=2, keyframe_threshold={EXPRESSION: 0.12, HEAD: 0.12})


@pytest.fixture(scope="module")
def model() -> Network:
    torch.manual_seed(1)
    model = KSDiff(model_config("debug"), ARKIT, FEATURES, 2)
    for parameter in model.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.1)
    return TorchNetwork(model)


def speech(frames: int, seed: int = 0) -> Speech:
    return synthetic_speech(frames, FEATURES, seed, (Word("map", 0.3, 0.8),))


@pytest.mark.parametrize("frames", [1, 8, WINDOW - 1, WINDOW, WINDOW + 1, COMMIT * 2, COMMIT * 3 + 7])
def test_pieces_tile_the_sound(model: Network, frames: int) -> None:
    pieces = list(generate(model, speech(frames), OPTIONS, 2))
    for path in PATHS:
        assert sum(len(piece.motion[path]) for piece in pieces) == frames
        assert sum(len(piece.keyframes[path]) for piece in pieces) == frames


@pytest.mark.parametrize("frames", [8, 50, WINDOW, WINDOW + 10, 2 * COMMIT + 45])
def test_a_window_that_ends_with_the_sound_moves_like_a_whole_one(
    model: Network, frames: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    options, lengths, encode = replace(OPTIONS, guidance=1.5), [], model.encode
    monkeypatch.setattr(model, "encode", lambda condition, frames: lengths.append(frames) or encode(condition, frames))
    short = generate_all(model, speech(frames), options, 2)
    assert lengths[-1] == max(SHORTEST, frames - windows(frames)[-1])
    monkeypatch.setattr(import_module("ksdiff.model.sampling.generate"), "last_length", lambda frames: WINDOW)
    whole = generate_all(model, speech(frames), options, 2)
    assert lengths[-1] == WINDOW
    for path in PATHS:
        np.testing.assert_allclose(short.motion[path], whole.motion[path], atol=1e-5)
        np.testing.assert_allclose(short.keyframes[path], whole.keyframes[path], atol=1e-5)


def test_windows_take_over_from_each_other_without_a_jump(model: Network) -> None:
    """A window begins with what the one before it made of the frames that they share, and goes on from there."""
    spoken = speech(COMMIT + WINDOW - 20)
    joined = generate_all(model, spoken, OPTIONS, 2)

    def alone(start: int) -> dict[str, np.ndarray]:
        encoded = model.encode(spoken.window(start, WINDOW, 2), WINDOW)
        strengths = {path: np.zeros(WINDOW, np.float32) for path in PATHS}
        for path in PATHS:
            known = joined.keyframes[path][start : start + WINDOW]
            strengths[path][: len(known)] = known
        scheduler = DDIMScheduler(model.config.num_train_timesteps, model.config.beta_schedule)
        made = _denoise(model, scheduler, OPTIONS, encoded, None, strengths, {}, start, {})
        return {path: value[0] for path, value in made.items()}

    before = alone(0)
    before[HEAD] = limit_translation(before[HEAD], model.space)
    for path in PATHS:
        shared = COMMIT + OVERLAP
        np.testing.assert_allclose(joined.motion[path][:shared], before[path][:shared], atol=5e-3)
        steps = np.abs(np.diff(joined.motion[path], axis=0)).mean(axis=1)
        assert steps[shared - 1] < 3 * np.median(steps)


def test_memory_does_not_grow_with_the_sound(model: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """The speech of a window is encoded only when its batch comes."""
    encoded = []
    monkeypatch.setattr(model, "encode", lambda *a, encode=model.encode: encoded.append(1) or encode(*a))
    pieces = generate(model, speech(COMMIT * BATCH * 3), OPTIONS, 2)
    next(pieces)
    assert len(encoded) == 1
    for _ in range(BATCH):
        next(pieces)
    assert len(encoded) == 2


def test_the_same_seed_gives_the_same_motion_and_each_seed_its_own_path(model: Network) -> None:
    spoken = speech(200)
    base = generate_all(model, spoken, OPTIONS, 2)
    again = generate_all(model, spoken, OPTIONS, 2)
    head = generate_all(model, spoken, replace(OPTIONS, head_seed=5), 2)
    face = generate_all(model, spoken, replace(OPTIONS, expression_seed=5), 2)
    for path in PATHS:
        np.testing.assert_array_equal(base.motion[path], again.motion[path])
    np.testing.assert_array_equal(base.motion[EXPRESSION], head.motion[EXPRESSION])
    np.testing.assert_array_equal(base.motion[HEAD], face.motion[HEAD])
    assert not np.allclose(base.motion[HEAD], head.motion[HEAD])
    assert not np.allclose(base.motion[EXPRESSION], face.motion[EXPRESSION])


def test_given_keyframes_replace_predicted_ones(model: Network) -> None:
    spoken = speech(300)
    given = np.zeros(300, np.float32)
    given[[10, 130, 290]] = 0.9
    made = generate_all(model, spoken, OPTIONS, 2, {HEAD: given})
    predicted = generate_all(model, spoken, OPTIONS, 2)
    np.testing.assert_array_equal(made.keyframes[HEAD], given)
    assert not np.allclose(made.motion[HEAD], predicted.motion[HEAD])
    assert predicted.keyframes[EXPRESSION].any()
    np.testing.assert_array_equal(made.keyframes[EXPRESSION], predicted.keyframes[EXPRESSION])


def test_guidance_moves_away_from_motion_without_speech(model: Network) -> None:
    spoken = speech(100)
    options = replace(OPTIONS, num_inference_steps=1)
    zero, one, two = (
        generate_all(model, spoken, replace(options, guidance=g), 2).motion[EXPRESSION] for g in (0.0, 1.0, 2.0)
    )
    np.testing.assert_allclose(two - one, one - zero, atol=1e-4)  # one step: exactly linear
    assert np.abs(one - zero).max() > 1e-3


def test_keyframe_guidance_moves_away_from_motion_without_keyframes(model: Network) -> None:
    """In one step it is exactly linear, and each path has its own."""
    spoken, given = speech(100), np.zeros(100, np.float32)
    given[50] = 1.0

    def made(expression: float, head: float) -> dict[str, np.ndarray]:
        guidance = {EXPRESSION: expression, HEAD: head}
        options = replace(OPTIONS, num_inference_steps=1, keyframe_guidance=guidance)
        return generate_all(model, spoken, options, 2, {EXPRESSION: given, HEAD: given}).motion

    zero, one, two, other = made(0.0, 1.0), made(1.0, 1.0), made(2.0, 1.0), made(1.0, 3.0)
    np.testing.assert_allclose(two[EXPRESSION] - one[EXPRESSION], one[EXPRESSION] - zero[EXPRESSION], atol=1e-4)
    assert np.abs(one[EXPRESSION] - zero[EXPRESSION]).max() > 1e-3
    np.testing.assert_array_equal(two[HEAD], one[HEAD])
    np.testing.assert_array_equal(other[EXPRESSION], one[EXPRESSION])
    assert np.abs(other[HEAD] - one[HEAD]).max() > 1e-4


def test_given_keyframes_guide_away_from_predicted_ones(model: Network) -> None:
    """A change of keyframes is followed further than they are where nobody changed them; in one step, linearly."""
    spoken = speech(100)

    def made(keyframes: Mapping[str, np.ndarray], plain: float, given: float | None) -> Generated:
        options = replace(
            OPTIONS,
            num_inference_steps=1,
            keyframe_threshold=dict.fromkeys(PATHS, 0.0),
            keyframe_guidance=dict.fromkeys(PATHS, plain),
            given_keyframe_guidance=None if given is None else dict.fromkeys(PATHS, given),
        )
        generated = generate_all(model, spoken, options, 2, keyframes)
        turned = {**generated.motion, HEAD: generated.motion[HEAD][:, :3]}  # the head's place has a limit
        return replace(generated, motion=turned)

    predicted = made({}, 1.0, 4.0)
    assert all(track.any() for track in predicted.keyframes.values())
    changed = {path: np.roll(track, 5) * 0.5 for path, track in predicted.keyframes.items()}
    same, one, two, three = (
        made(predicted.keyframes, 1.0, 4.0), made(changed, 1.0, 1.0), made(changed, 1.0, 2.0), made(changed, 1.0, 3.0),
    )  # fmt: skip
    for path in PATHS:
        np.testing.assert_array_equal(same.motion[path], predicted.motion[path])
        np.testing.assert_array_equal(two.keyframes[path], changed[path])
        step = one.motion[path] - predicted.motion[path]
        assert np.abs(step).max() > 1e-4
        np.testing.assert_allclose(two.motion[path] - one.motion[path], step, atol=1e-4)
        np.testing.assert_allclose(three.motion[path] - two.motion[path], step, atol=1e-4)
    # With guidance away from no keyframes too, the change comes on top; and as far as that, it is all one.
    both, alike, plain = made(changed, 2.0, 3.0), made(changed, 2.0, 2.0), made(changed, 2.0, None)
    for path in PATHS:
        np.testing.assert_array_equal(alike.motion[path], plain.motion[path])
        pushed = made({}, 2.0, 3.0).motion[path]
        np.testing.assert_allclose(
            both.motion[path] - pushed, 3 * (one.motion[path] - predicted.motion[path]), atol=2e-4
        )


def test_each_path_has_its_own_steps(model: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken, asked, denoise = speech(100), [], model.denoise

    def watched(contexts: Contexts, noisy: Paths, steps: np.ndarray) -> Paths:
        asked.extend((path, int(steps[0])) for path in noisy)
        return denoise(contexts, noisy, steps)

    both = generate_all(model, spoken, replace(OPTIONS, num_inference_steps=3), 2)
    monkeypatch.setattr(model, "denoise", watched)
    apart = generate_all(model, spoken, replace(OPTIONS, num_inference_steps=3, head_steps=1), 2)
    assert [sum(path == each for path, _ in asked) for each in PATHS] == [3, 1]
    np.testing.assert_array_equal(apart.motion[EXPRESSION], both.motion[EXPRESSION])
    assert not np.allclose(apart.motion[HEAD], both.motion[HEAD])


def test_the_order_of_the_solver_tells_in_three_steps(model: Network) -> None:
    spoken, options = speech(100), replace(OPTIONS, num_inference_steps=3)
    first, second = (generate_all(model, spoken, replace(options, solver_order=order), 2).motion for order in (1, 2))
    for path in PATHS:
        assert 1e-5 < np.abs(first[path] - second[path]).max() < 0.5 * np.abs(first[path]).max()


def test_steps_of_both_paths_take_the_place_of_those_of_one() -> None:
    calibrated = SamplingOptions(num_inference_steps=8, expression_steps=3, head_steps=4, solver_order=2)
    assert calibrated.with_steps(None, None, None, None) == calibrated
    fifty = calibrated.with_steps(50, None, None, 1)
    assert [fifty.steps_of(path) for path in PATHS] == [50, 50]
    assert fifty.solver_order == 1
    assert [calibrated.with_steps(50, None, 6, None).steps_of(path) for path in PATHS] == [50, 6]
    assert [calibrated.with_steps(None, 2, None, None).steps_of(path) for path in PATHS] == [2, 4]


def test_threads_change_nothing(model: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for threads in ("1", "4"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        made.append(generate_all(model, speech(WINDOW + 50), OPTIONS, 2))
    for path in PATHS:
        np.testing.assert_array_equal(made[0].motion[path], made[1].motion[path])
        np.testing.assert_array_equal(made[0].keyframes[path], made[1].keyframes[path])


@pytest.mark.parametrize("correlated", [False, True])
def test_noise_depends_on_the_frame_alone(correlated: bool) -> None:
    whole = frame_noise(EXPRESSION, 3, 0, 200, 4, correlated)
    np.testing.assert_array_equal(frame_noise(EXPRESSION, 3, 37, 90, 4, correlated), whole[37:127])
    many = frame_noise(EXPRESSION, 3, 0, 20_000, 4, correlated)
    assert abs(float(many.mean())) < 0.1
    assert abs(float(many.std()) - 1) < 0.1


def test_correlated_noise_moves_slowly_too() -> None:
    """The mean of a window of white noise is all but 0; that of correlated noise is not, in sampling and training."""
    white = frame_noise(HEAD, 1, 0, 160 * 100, 6).reshape(100, 160, 6)
    slow = frame_noise(HEAD, 1, 0, 160 * 100, 6, correlated=True).reshape(100, 160, 6)
    trained = random_noise(torch.zeros(100, 160, 6), correlated=True).numpy()
    assert white.mean(axis=1).std() < 0.1
    for noise in (slow, trained):
        assert 0.3 < noise.mean(axis=1).std() < 0.6
        assert abs(float(noise.std()) - 1) < 0.1
        assert 0.4 < np.diff(noise, axis=1).std() < 1.2  # and quickly as well


def test_known_frames_are_kept_at_every_step() -> None:
    scheduler = DDIMScheduler(100, "squaredcos_cap_v2")
    noise = {EXPRESSION: np.random.default_rng(0).standard_normal((1, 30, 2), np.float32)}
    known = {EXPRESSION: past(np.full((1, 10, 2), 7.0, np.float32), 30)}
    seen = []

    def predict(noisy: dict[str, np.ndarray], steps: np.ndarray) -> dict[str, np.ndarray]:
        seen.append(noisy[EXPRESSION][0, :10].copy())
        return {EXPRESSION: np.zeros_like(noisy[EXPRESSION])}

    result = scheduler.sample(noise, predict, 5, known)[EXPRESSION]
    assert bool((result[:, :10] == 7).all())
    assert bool(
        (np.diff(result[:, 10 : 10 + BEND[EXPRESSION]], axis=1) < 0).all()
    )  # free motion bends from there to its own
    np.testing.assert_allclose(result[:, 10 + BEND[EXPRESSION] :], 0, atol=1e-5)
    means = [float(noisy.mean()) for noisy in seen]  # the model sees ever more of what is known
    assert means == sorted(means)
    assert means[-1] > 5


def test_picked_keyframes_are_peaks() -> None:
    probabilities = np.array([0.1, 0.7, 0.8, 0.6, 0.2, 0.5, 0.5, 0.1, 0.9])
    picked = pick_keyframes(probabilities, 0.5)
    assert np.flatnonzero(picked).tolist() == [2, 6, 8]
    assert picked[2] == pytest.approx(0.8)


@pytest.mark.parametrize(
    "changes",
    [
        {"num_inference_steps": 0},
        {"expression_steps": 0},
        {"head_steps": 1001},
        {"solver_order": 3},
        {"guidance": -1.0},
        {"head_seed": -1},
        {"head_temperature": 9.0},
        {"keyframe_guidance": {"head": 2.0}},
        {"given_keyframe_guidance": {"head": 2.0}},
        {"keyframe_guidance": {"head": 2.0, "expression": -1.0}},
    ],
)
def test_impossible_options_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=next(iter(changes))):
        SamplingOptions(**changes)


def test_windows_fit_together() -> None:
    assert COMMIT + OVERLAP < WINDOW


def test_each_piece_is_computed_by_one_thread_and_the_callers_setting_stays(
    model: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = torch.get_num_threads()
    seen = []
    for name, function in PARTS.items():
        monkeypatch.setitem(PARTS, name, lambda *a, f=function: seen.append(torch.get_num_threads()) or f(*a))
    torch.set_num_threads(2)
    try:
        for _ in generate(model, speech(WINDOW + 1), OPTIONS, 2):
            assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
    assert len(seen) > 3
    assert set(seen) == {1}


def test_equal_seeds_give_the_paths_independent_noise() -> None:
    expression, head = (frame_noise(path, 3, 0, 2000, 6) for path in PATHS)
    assert abs(np.corrcoef(expression.ravel(), head.ravel())[0, 1]) < 0.03
    assert not np.isin(expression[0], head).any()


@pytest.mark.parametrize("seed", range(3))
def test_keyframes_are_one_track_without_doubles_at_joins(
    model: Network, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every local maximum is a keyframe at the threshold 0: two tracks joined would have neighbours among them."""
    frames = 4 * COMMIT
    spoken, tracks = speech(frames, seed), {path: [] for path in PATHS}
    extend = KeyframeTracks.extend

    def watched(self: KeyframeTracks, encoded: Encoded) -> dict[str, np.ndarray]:
        result = extend(self, encoded)
        for path, values in result.items():
            tracks[path].append(values[0, 0, 1:])
        return result

    monkeypatch.setattr(KeyframeTracks, "extend", watched)
    options = replace(OPTIONS, keyframe_threshold={EXPRESSION: 0.0, HEAD: 0.0})
    made = generate_all(model, spoken, options, 2)
    for path in PATHS:
        at = np.flatnonzero(made.keyframes[path])
        assert len(at) > frames / 10
        assert np.diff(at).min() > 1
        whole = np.concatenate([track[:COMMIT] for track in tracks[path]])[:frames]
        np.testing.assert_array_equal(made.keyframes[path][: len(whole) - 1], pick_keyframes(whole, 0.0)[:-1])


def test_what_the_predictor_remembers_passes_from_window_to_window(model: Network) -> None:
    """Where two windows hear the same, their track is that of one long window."""
    condition = speech(2 * WINDOW).window(0, COMMIT + WINDOW, 2)
    encoded = model.encode(condition, COMMIT + WINDOW)
    thresholds = np.array([0.12])
    for path in PATHS:
        whole, _ = decode_keyframes(model, path, encoded, thresholds, range(COMMIT + WINDOW), FIXED)
        first, state = decode_keyframes(model, path, encoded, thresholds, range(WINDOW), FIXED)
        rest, _ = decode_keyframes(
            model, path, encoded, thresholds, range(FIXED, COMMIT + WINDOW), COMMIT + WINDOW, state
        )
        np.testing.assert_allclose(np.concatenate([first[..., :FIXED], rest], axis=2), whole, atol=1e-6, rtol=1e-5)
