import numpy as np
import pytest

from ksdiff.numerics.spline import catmull_rom, clamped_spline, slope

interpolate = pytest.importorskip("scipy.interpolate", reason="scipy is what they are compared with")


@pytest.mark.parametrize("count", [2, 3, 4, 9])
def test_a_clamped_spline_is_scipys(count: int) -> None:
    random = np.random.default_rng(count)
    times, values = np.cumsum(random.random(count) + 0.1), random.standard_normal(count)
    at = np.concatenate([np.linspace(times[0], times[-1], 101), times])
    expected = interpolate.CubicSpline(times, values, bc_type="clamped")(at)
    np.testing.assert_allclose(clamped_spline(times, values, at), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("count", [2, 3, 9])
@pytest.mark.parametrize("within", [True, False])
def test_catmull_and_roms_curves_are_hermites(count: int, within: bool) -> None:
    values = np.random.default_rng(count).standard_normal((count, 4))
    at = np.linspace(0, count - 1, 101)
    rises = np.diff(values, axis=0)
    slopes = slope(np.concatenate([rises[:1], rises]), np.concatenate([rises, rises[-1:]]), within)
    expected = interpolate.CubicHermiteSpline(np.arange(count), values, slopes)(at)
    np.testing.assert_allclose(catmull_rom(values, at, within), expected, rtol=0, atol=1e-12)


def test_slopes_that_stay_within_are_monotone() -> None:
    values = np.random.default_rng(0).standard_normal((200, 3)) ** 3
    fine = catmull_rom(values, np.linspace(0, 199, 199 * 40 + 1))
    steps = np.diff(fine, axis=0).reshape(199, 40, 3) * np.sign(np.diff(values, axis=0))[:, None]
    assert steps.min() > -1e-9
