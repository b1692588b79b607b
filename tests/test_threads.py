"""Small work runs in one thread and leaves the caller's setting alone."""

import threading
from collections.abc import Iterator

import pytest
import torch

from ksdiff.threads import side_by_side, single_thread, thread_count


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


@pytest.mark.parametrize("threads", ["1", "3"])
def test_works_side_by_side_give_what_they_give_in_their_order(threads: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", threads)
    assert thread_count() == int(threads)
    own, seen = threading.current_thread(), []

    def work(number: int) -> int:
        seen.append((number, threading.current_thread() is own))
        return number**2

    assert side_by_side([lambda number=number: work(number) for number in range(5)]) == [0, 1, 4, 9, 16]
    assert (0, True) in seen  # the caller's own: it may be interrupted, and say how far it is
    assert all(mine for _, mine in seen) == (threads == "1")
    assert side_by_side([]) == []


def test_after_a_failure_what_has_not_begun_never_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    begun, failed = threading.Event(), threading.Event()
    done: list[int] = []

    def other(number: int) -> None:
        begun.set()
        assert failed.wait(10)
        done.append(number)

    def fail() -> None:
        assert begun.wait(10)
        threading.Timer(0.05, failed.set).start()
        raise KeyError("cancelled")

    with pytest.raises(KeyError, match="cancelled"):
        side_by_side([fail, *(lambda number=number: other(number) for number in range(5))])
    assert done == [0]
