"""The network: causality, cached decoding, dropped conditions, windows."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from ksdiff.errors import InputError
from ksdiff.model.attention import Attention, diagonal_bias, periodic_bias
from ksdiff.model.condition import Condition, FrameGrid, condition_of, stack
from ksdiff.model.config import ABLATIONS, KEYFRAMES, ModelConfig, model_config
from ksdiff.model.dpse import pool
from ksdiff.model.interpolation import interpolate_tokens
from ksdiff.model.keyframe_decoding import decode_keyframes
from ksdiff.model.keyframe_predictor import causal_bias
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.sampling import keyframe_input
from ksdiff.model.torch_network import TorchNetwork, to_tensors
from ksdiff.motion import Word
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, PATHS

FEATURES, STYLES, FRAMES = 24, 3, 40
GRID = FrameGrid(0.028, 0.024)


def make_condition(batch: int = 2, seed: int = 0) -> Condition:
    return to_tensors(make_arrays(batch, seed))


def make_arrays(batch: int = 2, seed: int = 0) -> Condition:
    random = np.random.default_rng(seed)
    words = (Word("map", 0.2, 0.6), Word("bee", 0.8, 1.2))
    return stack(
        [
            condition_of(
                random.standard_normal((90, FEATURES)).astype(np.float32),
                random.standard_normal((90, 3)).astype(np.float32),
                words[: index + 1],
                GRID,
                start=0,
                frames=FRAMES,
                style=index,
                total=FRAMES,
            )
            for index in range(batch)
        ]
    )


def make_model(ablation: str = "full", **changes: object) -> KSDiff:
    torch.manual_seed(0)
    model = KSDiff(replace(model_config("debug", ablation), **changes), ARKIT, FEATURES, STYLES)
    for parameter in model.parameters():  # the output layers start at zero, which would hide everything
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.1)
    return model.eval()


def denoise(model: KSDiff, condition: Condition, seed: int = 1, strength: float = 0.0) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    noisy = {path: torch.randn(len(condition), FRAMES, model.channels[path], generator=generator) for path in PATHS}
    track = torch.zeros(len(condition), FRAMES)
    track[:, 20] = strength
    keyframes = dict.fromkeys(PATHS, torch.stack([track, torch.ones_like(track)], dim=-1))
    steps = torch.full((len(condition),), 50)
    return model.denoise(noisy, steps, model.encode(condition, FRAMES), keyframes)


@pytest.mark.parametrize("ablation", ABLATIONS)
def test_every_row_of_table_3_is_a_switch(ablation: str) -> None:
    model = make_model(ablation)
    clean = denoise(model, make_condition())
    assert clean[EXPRESSION].shape == (2, FRAMES, 51)
    assert clean[HEAD].shape == (2, FRAMES, 6)
    bare = ablation.startswith(("diffspeaker", "kdtalker"))  # neither keyframes nor words
    assert bool(model.predictors) == (ablation != "without-keyframes" and not bare)
    assert (model.text_encoder is None) == (ablation == "without-transcript" or bare)
    assert (model.regression_prior is not None) == ablation.startswith("regression")
    assert (model.prior_features is not None) == (ablation == "regression-features")


def test_the_papers_keyframes_are_there_or_not() -> None:
    assert not model_config("paper").keyframe_strength
    condition = make_condition()
    for told in (True, False):
        model = make_model(keyframe_strength=told)
        none, weak, strong = (denoise(model, condition, strength=strength) for strength in (0.0, 0.3, 1.0))
        for path in PATHS:
            assert torch.equal(weak[path], strong[path]) == (not told)
            assert not torch.equal(none[path], weak[path])


def test_keyframe_predictor_sees_only_past_keyframes() -> None:
    model = make_model()
    encoded = model.encode(make_condition(1), FRAMES)
    predictor = model.predictors[HEAD]
    seen = []
    predictor.previous.register_forward_hook(lambda module, inputs, output: seen.append(output) or output.retain_grad())
    keyframes = torch.zeros(1, FRAMES, dtype=torch.long)
    logits = predictor(keyframes, encoded.speech[HEAD], encoded.text, encoded.condition, encoded.times)
    logits[0, 20].backward()
    # Input t is keyframe t - 1, so that the logit of frame 20 may depend on inputs 0 to 20.
    reach = seen[0].grad[0].abs().sum(-1)
    assert (reach[21:] == 0).all()
    assert (reach[:21] > 0).all()


def test_cached_decoding_equals_all_frames_at_once() -> None:
    model = make_model(keyframe_window=8)  # shorter than the sequence, so that the cache is cut
    condition, network, thresholds = make_arrays(), TorchNetwork(model), np.array([0.12, 0.9])
    heard = network.encode(condition, FRAMES)
    decoded = {
        path: torch.from_numpy(decode_keyframes(network, path, heard, thresholds, range(FRAMES), FRAMES)[0])
        for path in PATHS
    }
    encoded = model.encode(to_tensors(condition), FRAMES)
    for index, threshold in enumerate(thresholds):
        reached = {path: decoded[path][index] >= threshold for path in PATHS}
        # Of a run of frames that reach the threshold, the first is fed back.
        chosen = {path: (x & ~torch.nn.functional.pad(x[:, :-1], (1, 0))).long() for path, x in reached.items()}
        assert any(value.any() for value in chosen.values()) == (threshold < 0.5)
        at_once = model.keyframe_logits(encoded, chosen)
        for path in PATHS:
            torch.testing.assert_close(at_once[path].sigmoid(), decoded[path][index], atol=1e-5, rtol=1e-4)


def test_a_single_key_has_all_the_weight() -> None:
    torch.manual_seed(0)
    attention = Attention(32, 4)
    query, memory, bias = torch.randn(2, 5, 32), torch.randn(2, 1, 32), torch.randn(1, 1, 5, 1)
    twice = torch.cat([memory, torch.randn(2, 1, 32)], dim=1)
    hidden = torch.cat([bias, torch.full_like(bias, -torch.inf)], dim=-1)
    torch.testing.assert_close(attention(query, memory, bias), attention(query, twice, hidden))


@pytest.mark.parametrize("ablation", ["full", "regression-prior", "without-dual-path", "kdtalker"])
@pytest.mark.parametrize("words", [True, False])
@pytest.mark.parametrize("parts", [(EXPRESSION, HEAD, KEYFRAMES), (EXPRESSION,)])
def test_the_sampler_sees_the_network_that_was_trained(ablation: str, words: bool, parts: tuple[str, ...]) -> None:
    """Of no words, it leaves out the keys of padding; in training they are only hidden."""
    model, condition = make_model(ablation, transcript_parts=parts), make_arrays()
    if not words:
        condition = replace(condition, text_mask=np.zeros_like(condition.text_mask))
    trained = denoise(model, to_tensors(condition), strength=0.7)
    network, generator = TorchNetwork(model), torch.Generator().manual_seed(1)
    noisy = {path: torch.randn(2, FRAMES, model.channels[path], generator=generator).numpy() for path in PATHS}
    track = np.zeros((2, FRAMES), np.float32)
    track[:, 20] = 0.7
    keyframes = {path: keyframe_input(track, True) for path in PATHS}
    contexts = network.contexts(network.encode(condition, FRAMES), keyframes)
    sampled = network.denoise(contexts, noisy, np.full(2, 50))
    for path in PATHS:
        np.testing.assert_allclose(sampled[path], trained[path].detach().numpy(), atol=1e-6, rtol=1e-5)


def test_dropped_text_and_padded_text_change_nothing() -> None:
    model, condition = make_model(), make_condition()
    everything = torch.ones(2, dtype=torch.bool)
    without = model.drop_conditions(condition, text=everything)
    scrambled = replace(without, text=255 - without.text, text_times=without.text_times + 1)
    first, second = denoise(model, without), denoise(model, replace(scrambled, text_mask=without.text_mask))
    padded = replace(
        condition,
        text=torch.nn.functional.pad(condition.text, (0, 5), value=7),
        text_times=torch.nn.functional.pad(condition.text_times, (0, 5)),
        text_mask=torch.nn.functional.pad(condition.text_mask, (0, 5)),
    )
    for path in PATHS:
        torch.testing.assert_close(first[path], second[path])
        torch.testing.assert_close(denoise(model, condition)[path], denoise(model, padded)[path], atol=1e-5, rtol=1e-4)
        assert not torch.allclose(denoise(model, condition)[path], first[path], atol=1e-4)


@pytest.mark.parametrize("part", [EXPRESSION, HEAD, KEYFRAMES])
def test_words_are_read_by_the_parts_that_are_to_read_them(part: str) -> None:
    model, condition = make_model(transcript_parts=(part,)), make_condition()
    without = model.drop_conditions(condition, text=torch.ones(2, dtype=torch.bool))
    track = {path: torch.zeros(2, FRAMES, dtype=torch.long) for path in PATHS}

    def made(condition: Condition) -> dict[str, torch.Tensor]:
        logits = model.keyframe_logits(model.encode(condition, FRAMES), track)
        return {**denoise(model, condition), KEYFRAMES: torch.stack([logits[path] for path in PATHS])}

    read, unread = made(condition), made(without)
    assert {name for name in read if not torch.allclose(read[name], unread[name], atol=1e-5)} == {part}
    # The same where the network runs.
    network, arrays = TorchNetwork(model), make_arrays()
    encoded = [
        network.encode(each, FRAMES) for each in (arrays, replace(arrays, text_mask=np.zeros_like(arrays.text_mask)))
    ]
    decoded = [
        decode_keyframes(network, HEAD, each, np.array([0.5]), range(FRAMES), FRAMES, None)[0] for each in encoded
    ]
    assert np.allclose(*decoded, atol=1e-6) == (part != KEYFRAMES)


def test_dropped_speech_and_style_are_the_same_for_every_voice() -> None:
    model = make_model()
    everything = torch.ones(2, dtype=torch.bool)
    results = [
        denoise(model, model.drop_conditions(make_condition(2, seed), everything, everything, everything))
        for seed in (0, 1)
    ]
    for path in PATHS:
        torch.testing.assert_close(results[0][path], results[1][path])


def test_head_path_hears_slower_speech_than_expression_path() -> None:
    """A click in the features moves f_e near it, and f_h over its long window."""
    model, condition = make_model(), make_condition(1)
    features = condition.features.clone()
    features[:, 40] += 5 * torch.randn(FEATURES, generator=torch.Generator().manual_seed(0))
    before = model.encode(condition, FRAMES)
    after = model.encode(replace(condition, features=features), FRAMES)

    def width(path: str) -> float:
        change = (after.speech[path] - before.speech[path]).norm(dim=-1)[0]
        return float((change > 0.1 * change.max()).sum())

    assert width(HEAD) > width(EXPRESSION)


def test_padding_never_enters_a_pooled_token() -> None:
    sequence = torch.ones(1, 30, 2)
    times = torch.arange(30)[None] * 0.024
    mask = torch.arange(30)[None] < 20
    tokens, _, _ = pool(sequence.masked_fill(~mask.unsqueeze(-1), 1e4), times, mask, 0.25, 4)
    assert float(tokens.max()) <= 1.0001


def test_tokens_land_at_their_true_times() -> None:
    """Pooling and interpolation together keep a ramp a ramp: no shift by half a window."""
    times = torch.arange(100)[None] * 0.024 + 0.028
    ramp = times.unsqueeze(-1)
    for window in (1.0, 0.25, 0.1):
        tokens, centres, _ = pool(ramp, times, torch.ones(1, 100, dtype=torch.bool), window, 4)
        at = torch.arange(20, 40) / 25
        torch.testing.assert_close(interpolate_tokens(tokens, centres, at)[0, :, 0], at, atol=1e-4, rtol=0)


def test_biases() -> None:
    bias = periodic_bias(torch.arange(60), 4, 25)
    assert bias[0, 30, 30] == 0
    assert bias[0, 30, 6] == 0  # 24 frames back: within the period
    assert bias[0, 30, 5] == -0.25  # 25 frames back: one step of m = 1/4
    assert bias[3, 0, 59] == -(58 // 25) / 256
    diagonal = diagonal_bias(5, 1)
    assert torch.isinf(diagonal[0, 2])
    assert diagonal[0, 1] == 0
    causal = causal_bias(6, 2, 3)
    assert torch.isinf(causal[0, 2, 3])
    assert torch.isinf(causal[0, 5, 2])
    assert torch.isfinite(causal[0, 5, 3])


def test_condition_of_a_window_beyond_the_ends_is_masked() -> None:
    features = np.ones((50, FEATURES), np.float32)
    condition = condition_of(features, np.ones((50, 3), np.float32), (), GRID, start=-10, frames=60, style=0, total=48)
    inside = condition.speech_mask[0]
    assert not inside[0]
    assert not inside[-1]
    assert (condition.features[0][~inside] == 0).all()
    first = int(np.flatnonzero(inside)[0])
    # The first speech frame is centred at 0.028 s of the sound, which is 0.428 s from the window's start.
    assert condition.speech_times[0, first].item() == pytest.approx(0.428, abs=1e-5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"hidden_dim": 30, "num_heads": 4}, "multiple"), ({"dropout": 1.0}, "dropout"), ({"convolution": 4}, "odd")],
)
def test_impossible_settings_are_refused(changes: dict[str, int], message: str) -> None:
    with pytest.raises(InputError, match=message):
        ModelConfig(**changes)


def test_typos_get_a_suggestion() -> None:
    with pytest.raises(InputError, match="did you mean 'base'"):
        model_config("bsae")
    with pytest.raises(InputError, match="did you mean 'without-keyframes'"):
        model_config("base", "without-keyframe")
