from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from daisy_lab._datastore import DataStore, Put


@pytest.mark.parametrize("memory", [None, 40_000])
def test_threads_that_put_and_get_never_see_half_an_object(memory: int | None) -> None:
    with DataStore(memory=memory) as store:
        store.put_many({"a": Put(np.full(1000, 0)), "b": Put(np.full(1000, 0))})
        stop = threading.Event()

        def write(start: int) -> None:
            for number in range(start, start + 60):
                store.put_many({"a": Put(np.full(1000, number)), "b": Put(np.full(1000, number))})
                if number % 10 == 0:
                    store.undo()
                    store.redo()

        def read() -> int:
            reads = 0
            while not stop.is_set() or not reads:
                array = store["a"]
                assert (array == array[0]).all()
                versions = store.history("b")
                assert [about.version for about in versions] == list(range(1, len(versions) + 1))
                store.identity("a")
                reads += 1
            return reads

        with ThreadPoolExecutor(4) as pool:
            readers = [pool.submit(read) for _ in range(2)]
            writers = [pool.submit(write, 1000 * (number + 1)) for number in range(2)]
            for writer in writers:
                writer.result(timeout=60)
            stop.set()
            assert all(reader.result(timeout=60) > 0 for reader in readers)
        assert len(store.history("a")) == 121
        for version in range(1, 122):
            assert (store.get("a", version) == store.get("b", version)).all()
        if memory:
            assert store.resident <= memory


def test_two_threads_hash_and_spill_the_same_object() -> None:
    with DataStore(memory=3_000_000) as store, ThreadPoolExecutor(4) as pool:
        store["x"] = np.arange(200_000.0)
        expected = store.identity("x")
        store.forget_history()
        jobs = [pool.submit(store.identity, "x") for _ in range(8)]
        jobs += [pool.submit(store.put, f"y{number}", np.zeros(200_000)) for number in range(8)]  # type: ignore[misc]
        results = [job.result(timeout=60) for job in jobs]
        assert results[:8] == [expected] * 8
        assert store.resident <= 3_000_000
