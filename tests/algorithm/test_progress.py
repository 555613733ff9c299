"""What an algorithm says while it works, how it hears that it should stop, and its threads."""

from __future__ import annotations

import threading
from contextvars import copy_context

import numpy as np
import pytest

from daisy_lab import cancel_flag, log, parallel, progress
from daisy_lab._algorithm import Monitor, check_cancelled, monitored
from daisy_lab.errors import CancelledError


class Listener(Monitor):
    """Keeps what it hears; says stop after so many parts."""

    def __init__(self, workers: int = 1, stop_after: float = float("inf")) -> None:
        self.flag = np.zeros(1, np.uint8)
        self.workers = workers
        self.heard: list[tuple[float, float | None, str]] = []
        self.lines: list[str] = []
        self.stop_after = stop_after

    def advance(self, done: float, total: float | None, text: str) -> None:
        self.heard.append((done, total, text))
        if done >= self.stop_after:
            self.flag[0] = 1

    def log(self, line: str) -> None:
        self.lines.append(line)

    def curve(self, name: str, value: float) -> None: ...


def test_outside_an_engine_progress_only_iterates() -> None:
    assert list(progress(iter("abc"))) == ["a", "b", "c"]
    assert list(progress([])) == []


def test_outside_an_engine_nothing_is_ever_cancelled() -> None:
    check_cancelled()
    log("nobody listens")
    assert cancel_flag().tolist() == [0]
    with pytest.raises(ValueError, match="read-only"):
        cancel_flag()[0] = 1


def test_every_part_is_told() -> None:
    listener = Listener()
    with monitored(listener):
        assert list(progress("ab", text="rows")) == ["a", "b"]
    assert listener.heard == [(0, 2, "rows"), (1, 2, "rows"), (2, 2, "rows")]


def test_a_total_that_is_not_known_is_told_as_such() -> None:
    listener = Listener()
    with monitored(listener):
        list(progress(iter("ab")))
        list(progress(iter("a"), total=7))
    assert [total for _done, total, _text in listener.heard] == [None, None, None, 7, 7]


def test_log_lines_reach_the_reader() -> None:
    listener = Listener()
    with monitored(listener):
        log("3 dead pixels")
    log("too late")
    assert listener.lines == ["3 dead pixels"]


def test_cancel_is_felt_between_two_items() -> None:
    listener = Listener(stop_after=2)
    seen: list[int] = []
    with monitored(listener), pytest.raises(CancelledError, match="cancelled"):
        seen.extend(progress(range(1000)))
    assert seen == [0, 1]


def test_a_cancel_in_the_last_item_is_not_lost() -> None:
    listener = Listener(stop_after=3)
    with monitored(listener), pytest.raises(CancelledError):
        list(progress(range(3)))


def test_a_cancel_after_an_empty_loop_is_not_lost() -> None:
    listener = Listener(stop_after=0)
    with monitored(listener), pytest.raises(CancelledError):
        list(progress([]))


def test_the_flag_is_shared_memory_not_a_copy() -> None:
    listener = Listener()
    with monitored(listener):
        flag = cancel_flag()
        assert flag.dtype == np.uint8
        assert flag.shape == (1,)
        listener.flag[0] = 1
        assert flag[0] == 1
        with pytest.raises(CancelledError):
            check_cancelled()


def test_the_listener_before_is_back_afterwards_even_after_a_failure() -> None:
    outer, inner = Listener(), Listener()
    with monitored(outer):
        with pytest.raises(RuntimeError, match="boom"), monitored(inner):
            raise RuntimeError("boom")
        log("to the outer one")
    assert (outer.lines, inner.lines) == (["to the outer one"], [])


def test_two_threads_have_listeners_of_their_own() -> None:
    listeners = [Listener(), Listener()]

    def work(listener: Listener) -> None:
        with monitored(listener):
            list(progress(range(50)))

    threads = [threading.Thread(target=work, args=(listener,)) for listener in listeners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(listener.heard) for listener in listeners] == [51, 51]


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_parallel_keeps_the_order(workers: int) -> None:
    listener = Listener(workers)
    with monitored(listener):
        assert parallel(lambda k: k * k, range(20), text="squares") == [k * k for k in range(20)]
    assert listener.heard[0] == (0, 20, "squares")
    assert listener.heard[-1] == (20, 20, "squares")


def test_parallel_of_nothing_is_nothing() -> None:
    assert parallel(lambda k: k, []) == []
    with monitored(Listener(4)):
        assert parallel(lambda k: k, []) == []


def test_parallel_uses_the_threads_it_is_given() -> None:
    together = threading.Barrier(3)
    with monitored(Listener(3)):
        assert parallel(lambda k: together.wait(20) >= 0 and k, [1, 2, 3]) == [1, 2, 3]


def test_parallel_with_one_worker_stays_on_this_thread() -> None:
    with monitored(Listener(1)):
        assert set(parallel(lambda _k: threading.current_thread(), range(5))) == {threading.current_thread()}


@pytest.mark.parametrize("workers", [1, 3])
def test_a_failure_in_a_thread_is_raised_here(workers: int) -> None:
    def work(k: int) -> int:
        if k == 3:
            raise ZeroDivisionError("item 3")
        return k

    with monitored(Listener(workers)), pytest.raises(ZeroDivisionError, match="item 3"):
        parallel(work, range(50))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("daisy-parallel")]


@pytest.mark.parametrize("workers", [1, 3])
def test_a_cancel_stops_parallel_work(workers: int) -> None:
    listener = Listener(workers, stop_after=2)
    done: list[int] = []
    with monitored(listener), pytest.raises(CancelledError):
        parallel(lambda k: (check_cancelled(), done.append(k)), range(10_000))
    assert len(done) < 10_000
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("daisy-parallel")]


def test_threads_of_parallel_have_the_same_listener() -> None:
    listener = Listener(2)
    with monitored(listener):
        parallel(lambda k: log(f"item {k}"), range(4))
    assert sorted(listener.lines) == [f"item {k}" for k in range(4)]


def test_a_context_carries_the_listener_to_a_thread() -> None:
    listener = Listener()
    with monitored(listener):
        context = copy_context()
    thread = threading.Thread(target=context.run, args=(log, "from the thread"))
    thread.start()
    thread.join()
    assert listener.lines == ["from the thread"]
