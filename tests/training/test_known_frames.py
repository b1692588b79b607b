"""Random parts of a motion that the generators are given in training."""

import pytest
import torch

from ksdiff.motion.space import ARKIT, EXPRESSION, FLAME, HEAD, PATHS, MotionSpace
from ksdiff.training.known_frames import known_frames

FRAMES, WINDOWS = 64, 400


def given(path: str, share: float = 1.0, seed: int = 0, space: MotionSpace = ARKIT) -> tuple[torch.Tensor, ...]:
    torch.manual_seed(seed)
    motion = torch.randn(WINDOWS, FRAMES, len(space.channels(path)))
    mask = torch.ones(WINDOWS, FRAMES, dtype=torch.bool)
    mask[:, 50:] = False
    keyframes = torch.zeros(WINDOWS, FRAMES)
    keyframes[:, ::9] = 0.7
    known = known_frames(motion, mask, keyframes, space, path, share)
    return motion, mask, known.values, known.strength


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("space", [ARKIT, FLAME], ids=lambda space: space.name)
def test_what_is_given_is_true_to_its_strength_and_never_where_nothing_is_known(path: str, space: MotionSpace) -> None:
    motion, mask, values, strength = given(path, space=space)
    assert bool((strength[~mask] == 0).all())
    exact = strength == 1
    assert 0.05 < exact.float().mean() < 0.6
    torch.testing.assert_close(values[exact], motion[exact])
    for low, high in ((0.2, 0.5), (0.7, 0.95)):
        soft = (strength > low) & (strength < high)
        error = (values - motion)[soft].std() / (1 - strength[soft]).mean()
        assert 0.85 < error < 1.15


def test_all_kinds_of_subsets_come_up() -> None:
    _, _, _, strength = given(EXPRESSION)
    frames = (strength > 0).any(dim=2)
    counts = frames.sum(dim=1)
    assert (counts == 1).any()  # one pose
    assert (frames[:, 0] & ~frames[:, 40]).any()  # a past
    assert (frames[:, 0] & ~frames[:, 25] & frames[:, 49]).any()  # a gap
    assert (~frames[:, 0] & frames[:, 20:30].all(dim=1) & ~frames[:, 49]).any()  # a range
    whole = ((strength > 0).any(dim=1)).all(dim=1).float().mean()
    assert 0.3 < whole < 0.7  # all channels, or some
    brows = list(ARKIT.groups(EXPRESSION)["brow"])
    mouth = list(ARKIT.groups(EXPRESSION)["mouth"])
    some = (strength > 0).any(dim=1)
    assert (some[:, brows].all(dim=1) & ~some[:, mouth].any(dim=1)).any()


def test_a_share_of_the_windows_is_given_nothing_and_the_seed_decides() -> None:
    *_, strength = given(HEAD, share=0.3)
    assert 0.2 < (strength > 0).any(dim=2).any(dim=1).float().mean() < 0.4
    torch.testing.assert_close(given(HEAD, seed=3)[3], given(HEAD, seed=3)[3])
    assert not torch.equal(given(HEAD, seed=3)[3], given(HEAD, seed=4)[3])


def test_groups_of_channels_cover_each_path_once() -> None:
    for space in (ARKIT, FLAME):
        for path in PATHS:
            groups = space.groups(path)
            assert sorted(index for group in groups.values() for index in group) == list(
                range(len(space.channels(path)))
            )
    assert set(ARKIT.groups(HEAD)) == {"rotation", "translation"}
