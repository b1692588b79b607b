"""Small work runs in one thread and leaves the caller's setting alone."""

import threading
from collections.abc import Iterator

import pytest
import torch

from ksdiff.threads import single_thread


@pytest.fixture(autouse=True)
def three_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


def test_the_setting_is_restored_after_an_error_too() -> None:
    with single_thread():
        assert torch.get_num_threads() == 1
        with single_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 3
    with pytest.raises(KeyError), single_thread():
        raise KeyError
    assert torch.get_num_threads() == 3


def test_as_a_decorator() -> None:
    assert single_thread()(torch.get_num_threads)() == 1
    assert torch.get_num_threads() == 3


def test_overlapping_threads_all_get_their_setting_back() -> None:
    """The second enters while the first is inside, takes torch's number there, and leaves after it."""
    entered, left = threading.Event(), threading.Event()
    seen: list[int] = []

    def second() -> None:
        with single_thread():
            seen.append(torch.get_num_threads())
            entered.set()
            left.wait(10)
        seen.append(torch.get_num_threads())

    thread = threading.Thread(target=second)
    with single_thread():
        thread.start()
        assert entered.wait(10)
    assert torch.get_num_threads() == 3
    left.set()
    thread.join()
    assert seen == [1, 3]
    new: list[int] = []
    late = threading.Thread(target=lambda: new.append(torch.get_num_threads()))
    late.start()
    late.join()
    assert new == [3]
