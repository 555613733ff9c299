from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab._datastore import Change, Put
from daisy_lab._datastore._events import Announcer

if TYPE_CHECKING:
    from daisy_lab._datastore import DataStore


def test_each_action_is_one_change(store: DataStore) -> None:
    heard: list[Change] = []
    store.on_change(heard.append)
    store["a"] = 1
    store.put_many({"a": Put(2), "b": Put(3)})
    store.rename("b", "c")
    store.delete("c")
    store.undo()
    store.redo()
    store.restore("a", 1)
    assert [(change.kind, change.names) for change in heard] == [
        ("put", ("a",)),
        ("put", ("a", "b")),
        ("rename", ("b", "c")),
        ("delete", ("c",)),
        ("undo", ("c",)),
        ("redo", ("c",)),
        ("restore", ("a",)),
    ]
    assert heard[2].objects["b"] is None
    assert heard[2].objects["c"] == store.describe("c", 1)
    assert heard[3].objects["c"] is None
    assert heard[-1].objects["a"] == store.describe("a", 1)


def test_what_changes_nothing_is_not_announced(store: DataStore) -> None:
    store["a"] = 1
    heard: list[Change] = []
    store.on_change(heard.append)
    store.restore("a", 1)
    store.put_many({})
    store.redo()
    store.get("a")
    with pytest.raises(ValueError, match="cannot store"):
        store["b"] = object()
    assert heard == []


def test_undo_returns_the_change_it_announces(store: DataStore) -> None:
    heard: list[Change] = []
    store["a"] = 1
    store.on_change(heard.append)
    assert store.undo() is heard[0]
    assert store.redo() is heard[1]


def test_an_unsubscribed_listener_hears_nothing(store: DataStore) -> None:
    heard: list[Change] = []
    first, second = store.on_change(heard.append), store.on_change(heard.append)
    store["a"] = 1
    first()
    first()
    store["a"] = 2
    second()
    store["a"] = 3
    assert [change.objects["a"].version for change in heard if change.objects["a"]] == [1, 1, 2]


def test_a_failing_listener_is_logged_by_name_and_harms_nobody(
    store: DataStore, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Change] = []

    def careless(_change: Change) -> None:
        raise RuntimeError("no window")

    store.on_change(careless)
    store.on_change(heard.append)
    store["volume"] = 1
    assert len(heard) == 1
    assert "careless failed on put of volume" in caplog.text
    assert "no window" in caplog.text


def test_listeners_run_on_the_thread_that_made_the_change(store: DataStore) -> None:
    threads: list[tuple[str, int]] = []
    store.on_change(lambda change: threads.append((change.names[0], threading.get_ident())))
    store["a"] = 1
    worker = threading.Thread(target=lambda: store.put("b", 1))
    worker.start()
    worker.join()
    assert threads == [("a", threading.get_ident()), ("b", worker.ident)]


def test_the_store_is_free_while_a_listener_runs(store: DataStore) -> None:
    seen: list[object] = []

    def look(_change: Change) -> None:
        with ThreadPoolExecutor(1) as pool:
            seen.append(pool.submit(store.get, "a").result(timeout=10))

    store.on_change(look)
    store["a"] = 7
    assert seen == [7]


def test_a_listeners_own_change_comes_after_the_one_it_hears(store: DataStore) -> None:
    heard: list[tuple[str, ...]] = []

    def answer(change: Change) -> None:
        if change.names == ("question",):
            store["answer"] = 42

    store.on_change(answer)
    store.on_change(lambda change: heard.append(change.names))
    store["question"] = "?"
    assert heard == [("question",), ("answer",)]


def test_changes_of_many_threads_come_once_and_in_order(store: DataStore) -> None:
    heard: list[tuple[int, int]] = []
    strangers: list[int] = []

    def hear(change: Change) -> None:
        about = change.objects["x"]
        assert about is not None
        heard.append((about.version, threading.get_ident()))
        if about.made_by != str(threading.get_ident()):
            strangers.append(about.version)

    store.on_change(hear)

    def work() -> None:
        for _ in range(200):
            store.put("x", np.zeros(2), made_by=str(threading.get_ident()))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [version for version, _thread in heard] == list(range(1, 801))
    assert strangers == []


def test_a_listener_may_wait_for_another_threads_change(store: DataStore) -> None:
    store._actions.announcer = Announcer(patience=0.05)
    heard: list[str] = []

    def slow(change: Change) -> None:
        heard.append(change.names[0])
        if change.names == ("a",):
            worker = threading.Thread(target=lambda: store.put("b", 1))
            worker.start()
            worker.join()

    store.on_change(slow)
    store["a"] = 1
    assert heard == ["a", "b"]
    store["c"] = 1
    assert heard == ["a", "b", "c"]


def test_an_interrupted_listener_does_not_silence_the_store(store: DataStore) -> None:
    heard: list[str] = []

    def stop(change: Change) -> None:
        heard.append(change.names[0])
        if change.names == ("a",):
            raise KeyboardInterrupt

    store.on_change(stop)
    with pytest.raises(KeyboardInterrupt):
        store["a"] = 1
    assert store["a"] == 1
    store["b"] = 1
    assert heard == ["a", "b"]


def test_a_change_whose_thread_never_told_it_is_told_by_the_next() -> None:
    announcer = Announcer(patience=0.05)
    heard: list[Change] = []
    announcer.subscribe(heard.append)
    lost = announcer.enqueue(Change("put", ("lost",), {}))
    announcer.announce(announcer.enqueue(Change("put", ("next",), {})))
    announcer.announce(lost)
    assert [change.names[0] for change in heard] == ["lost", "next"]
