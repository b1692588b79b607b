import numpy as np
import pytest

from ksdiff.numerics.sparse import SparseMatrix

sparse = pytest.importorskip("scipy.sparse", reason="scipy is what they are compared with")


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("trailing", [(), (3,), (2, 4)])
def test_products_are_scipys_to_the_last_bit(kind: type, trailing: tuple[int, ...]) -> None:
    random = np.random.default_rng(1)
    filled = random.random((50, 20)) < random.random((50, 1)) ** 2  # some rows are empty, some all but full
    rows, columns = filled.nonzero()
    mixed = random.permutation(len(rows))
    rows, columns = rows[mixed], columns[mixed]
    weights = random.standard_normal(len(rows)).astype(np.float32)
    values = random.standard_normal((20, *trailing)).astype(kind)
    product = SparseMatrix.from_entries(rows, columns, weights, (50, 20)) @ values
    known = sparse.coo_array((weights, (rows, columns)), shape=(50, 20)).tocsr()
    known.sort_indices()
    expected = known @ values.reshape(20, -1)
    assert product.dtype == expected.dtype
    np.testing.assert_array_equal(product, expected.reshape(50, *trailing))


def test_elements_at_one_place_are_added() -> None:
    matrix = SparseMatrix.from_entries(np.array([1, 1]), np.array([0, 0]), np.array([2.0, 3.0]), (3, 1))
    np.testing.assert_array_equal(matrix @ np.ones(1), [0, 5, 0])


def test_a_matrix_without_elements_gives_zeros() -> None:
    none = np.zeros(0, int)
    assert not (SparseMatrix.from_entries(none, none, np.zeros(0), (3, 2)) @ np.ones((2, 4))).any()


def test_values_must_have_as_many_rows_as_it_has_columns() -> None:
    matrix = SparseMatrix.from_entries(np.array([0]), np.array([0]), np.ones(1), (1, 2))
    with pytest.raises(ValueError, match="3 rows of values for 2 columns"):
        matrix @ np.ones(3)
