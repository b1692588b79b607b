"""Works side by side give what they give one after the other."""

import threading

import pytest

from ksdiff.concurrency import side_by_side, thread_count


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
