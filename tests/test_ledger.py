"""The ledger alone: what it keeps, how it is found again, and that it survives its way through JSON."""

from __future__ import annotations

import enum
import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daisy_lab._ledger import Entry, Ledger, Used, plain


def entry(run: str, **facts: Any) -> Entry:
    known: dict[str, Any] = {
        "run": run,
        "algorithm": "ct.normalize",
        "version": "daisy-lab 1",
        "inputs": {},
        "settings": {},
        "outputs": {},
        "started": 1.0,
        "seconds": 2.0,
        "peak_bytes": 3,
    }
    return Entry(**(known | facts))


def chain_of_four() -> list[Entry]:
    raw, clean, level = Used("raw", 1, "id-raw"), Used("clean", 0, "id-clean"), Used("level", 1, "id-level")
    volume = Used("volume", 2, "id-volume")
    sample = Used("clean", 0, "id-clean", {"row": [0, 4]})
    return [
        entry("r.1", inputs={"stack": sample}, outputs={"level": level}),
        entry("r.2", inputs={"stack": raw}, outputs={"clean": clean}, key="k2", elements=4),
        entry(
            "r.3",
            inputs={"stack": clean},
            outputs={"volume": volume},
            bound={"offset": level},
            settings={"offset": 1.5},
        ),
        entry("r.4", inputs={"stack": raw}, outputs={"other": Used("other", 1, "id-other")}),
    ]


def test_an_entry_is_found_by_run_key_object_and_identity() -> None:
    ledger = Ledger()
    for item in chain_of_four():
        ledger.add(item)
    assert len(ledger) == 4
    assert ledger.of_run("r.3") is list(ledger)[2]
    assert ledger.of_key("k2") is list(ledger)[1]
    assert ledger.maker("volume", 2) is list(ledger)[2]
    assert ledger.maker("raw", 1) is None
    assert ledger.identity("volume", 2) == "id-volume"
    assert ledger.identity("volume", 1) is None
    assert ledger.of_run("x") is None
    assert ledger.of_key("x") is None


def test_the_chain_names_makers_before_readers_and_nothing_else() -> None:
    ledger = Ledger()
    for item in chain_of_four():
        ledger.add(item)
    assert [item.run for item in ledger.chain("volume", 2)] == ["r.2", "r.1", "r.3"]
    assert ledger.chain("raw", 1) == ()


def test_a_chain_of_many_thousand_steps_is_no_recursion() -> None:
    ledger = Ledger()
    for number in range(20_000):
        made = Used("x", number + 1, f"i{number + 1}")
        ledger.add(entry(f"r{number}", inputs={"a": Used("x", number, f"i{number}")}, outputs={"b": made}))
    assert [item.run for item in ledger.chain("x", 20_000)] == [f"r{number}" for number in range(20_000)]


def test_a_run_that_reads_its_own_name_is_no_circle() -> None:
    ledger = Ledger()
    same = Used("x", 0, "same")
    ledger.add(entry("r1", inputs={"a": same}, outputs={"b": same}))
    ledger.add(entry("r2", inputs={"a": same}, outputs={"b": Used("y", 1, "end")}))
    assert [item.run for item in ledger.chain("y", 1)] == ["r1", "r2"]


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_what_did_not_end_well_makes_nothing(state: Any) -> None:
    ledger = Ledger()
    ledger.add(entry("r", state=state, key="k", outputs={"b": Used("x", 1, "i")}, elements=5))
    assert ledger.of_key("k") is None
    assert ledger.maker("x", 1) is None
    assert ledger.rate("ct.normalize") is None
    assert ledger.of_run("r") is not None


def test_the_rate_is_the_median_of_past_runs() -> None:
    ledger = Ledger()
    assert ledger.rate("ct.normalize") is None
    for seconds in (1.0, 3.0, 50.0):
        ledger.add(entry("r", seconds=seconds, elements=10))
    assert ledger.rate("ct.normalize") == pytest.approx(0.3)
    assert ledger.rate("ct.minus_log") is None


def test_entries_come_back_from_json() -> None:
    told: list[str] = []
    ledger = Ledger(record=lambda record: told.append(json.dumps(record)))
    for item in chain_of_four():
        ledger.add(item)
    ledger.add(
        entry("r.5", source="def f(): ...", state="failed", error="ValueError: no", peak_bytes=7, blocks=3)
    )
    again = Ledger()
    again.replay(json.loads(line) for line in told)
    assert list(again) == list(ledger)
    assert [item.run for item in again.chain("volume", 2)] == ["r.2", "r.1", "r.3"]


def test_many_threads_may_add() -> None:
    ledger = Ledger()

    def add(number: int) -> None:
        for count in range(200):
            ledger.add(entry(f"{number}.{count}", key=f"{number}.{count}"))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ledger) == 800
    assert all(ledger.of_key(f"{number}.199") for number in range(4))


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        (np.float32(1.5), 1.5),
        (np.int64(3), 3),
        (np.bool_(True), True),  # noqa: FBT003 - the value under test
        (np.arange(3), [0, 1, 2]),
        (np.longdouble(0.5), 0.5),
        ((1, (2, 3)), [1, [2, 3]]),
        ({"a": np.int8(1), 2: None}, {"a": 1, "2": None}),
        ({"b", "a"}, ["a", "b"]),
        (Path("x") / "y", "x/y"),
        (Colour.RED, "Colour.RED"),
        (np.datetime64("2026-01-02"), "2026-01-02"),
        (1 + 2j, "(1+2j)"),
    ],
)
def test_settings_become_plain_data(given_value: Any, expected: Any) -> None:
    found = plain(given_value)
    assert found == expected
    json.dumps(found)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_plain_data_stay_as_they_are(value: Any) -> None:
    assert plain(value) == value
