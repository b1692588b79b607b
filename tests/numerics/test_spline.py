import numpy as np
import pytest

from ksdiff.numerics.spline import clamped_spline

interpolate = pytest.importorskip("scipy.interpolate", reason="scipy is what they are compared with")


@pytest.mark.parametrize("count", [2, 3, 4, 9])
def test_a_clamped_spline_is_scipys(count: int) -> None:
    random = np.random.default_rng(count)
    times, values = np.cumsum(random.random(count) + 0.1), random.standard_normal(count)
    at = np.concatenate([np.linspace(times[0], times[-1], 101), times])
    expected = interpolate.CubicSpline(times, values, bc_type="clamped")(at)
    np.testing.assert_allclose(clamped_spline(times, values, at), expected, rtol=0, atol=1e-12)
