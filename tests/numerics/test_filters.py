import numpy as np
import pytest

from ksdiff.numerics.filters import (
    convolve1d,
    correlate1d,
    gaussian_filter1d,
    minimum_filter1d,
    nearest_false,
    uniform_filter1d,
)

ndimage = pytest.importorskip("scipy.ndimage", reason="scipy is what they are compared with")
MODES = ("reflect", "nearest", "constant")


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("sigma", [0.3, 1.5, 7.5])
@pytest.mark.parametrize("count", [1, 2, 5, 300])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_gaussians_are_scipys_to_the_last_bit(
    mode: str, sigma: float, count: int, kind: type, random: np.random.Generator
) -> None:
    values = random.standard_normal((count, 3)).astype(kind)
    found, expected = (f(values, sigma, axis=0, mode=mode) for f in (gaussian_filter1d, ndimage.gaussian_filter1d))
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(
        gaussian_filter1d(values[:, 0], sigma, mode=mode), ndimage.gaussian_filter1d(values[:, 0], sigma, mode=mode)
    )


@pytest.mark.parametrize("mode", MODES)
def test_weights_need_not_be_symmetric(mode: str, random: np.random.Generator) -> None:
    values, weights = random.standard_normal((40, 2)), random.standard_normal(7)
    for ours, scipys in ((correlate1d, ndimage.correlate1d), (convolve1d, ndimage.convolve1d)):
        np.testing.assert_allclose(
            ours(values, weights, 0, mode), scipys(values, weights, axis=0, mode=mode), rtol=0, atol=1e-14
        )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [1, 2, 5, 12])
@pytest.mark.parametrize("count", [3, 50])
def test_means_and_least_of_neighbours_are_scipys(
    mode: str, size: int, count: int, random: np.random.Generator
) -> None:
    values = random.standard_normal(count)
    np.testing.assert_array_equal(
        minimum_filter1d(values, size, mode), ndimage.minimum_filter1d(values, size, mode=mode)
    )
    np.testing.assert_allclose(
        uniform_filter1d(values, size, mode), ndimage.uniform_filter1d(values, size, mode=mode), rtol=0, atol=1e-15
    )


def test_the_nearest_false_is_scipys(random: np.random.Generator) -> None:
    for _ in range(200):
        values = random.random(30) < random.random()
        if values.all():
            continue
        expected = ndimage.distance_transform_edt(values, return_distances=False, return_indices=True)[0]
        np.testing.assert_array_equal(nearest_false(values), expected)


def test_where_all_are_true_none_is_nearest() -> None:
    with pytest.raises(ValueError, match="all are true"):
        nearest_false(np.ones(3, bool))
