"""One row of the shipped CT workflow: the bits of the full run, for a small part of its work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab import LocalEngine, Session, Workflow, open_file
from daisy_lab.samples.ct import Truth, make_ct

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = 120


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    path = tmp_path_factory.mktemp("scan") / "scan.h5"
    return path, make_ct(path, size=64, angles=90, rows=ROWS)


def opened(path: Path) -> LocalEngine:
    engine = LocalEngine(workers=2)
    file = open_file(path)
    for name in ("projections", "flat", "dark", "theta"):
        engine.store.put(name, file[name])
    return engine


@pytest.fixture
def fresh(scan: tuple[Path, Truth]) -> Iterator[LocalEngine]:
    engine = opened(scan[0])
    yield engine
    engine.close()
    engine.store.close()


@pytest.fixture(scope="module")
def full(scan: tuple[Path, Truth]) -> Iterator[tuple[Any, dict[str, Any]]]:
    engine = opened(scan[0])
    run = Workflow.load("ct").run(engine)
    yield run.result(120)["volume"], run.report
    engine.close()
    engine.store.close()


def work(report: dict[str, Any]) -> int:
    return sum(tally["elements"] for tally in report["steps"].values())


@pytest.mark.parametrize("row", [0, 57, ROWS - 1])
def test_one_row_is_that_slice_of_the_full_run_for_a_twentieth_of_its_work(
    fresh: LocalEngine, full: tuple[Any, dict[str, Any]], row: int
) -> None:
    volume, report = full
    got = Workflow.load("ct").block("volume", fresh, row=slice(row, row + 1))
    assert got.tobytes() == volume[row : row + 1].tobytes()
    assert got.shape == (1, 64, 64)
    assert fresh.last_block is not None
    assert work(fresh.last_block.report) * 20 <= work(report)  # the axis found, too
    again = Workflow.load("ct").block("volume", fresh, row=slice(row, row + 1))
    assert again.tobytes() == got.tobytes()
    assert work(fresh.last_block.report) * 100 <= work(report)  # the axis is known by now


def test_the_bytes_read_are_told_apart_from_the_work(
    fresh: LocalEngine, full: tuple[Any, dict[str, Any]]
) -> None:
    Workflow.load("ct").block("volume", fresh, row=slice(9, 10), settings={"center": 31.0})
    assert fresh.last_block is not None
    projections, rest = fresh.store["projections"], 0
    for name in ("flat", "dark"):
        held = fresh.store[name]
        rest += int(np.prod(held.shape)) // ROWS * held.dtype.itemsize
    theta = 90 * fresh.store["theta"].dtype.itemsize
    frame_rows = 90 * 64 * projections.dtype.itemsize
    assert fresh.last_block.report["bytes_read"] == frame_rows + rest + theta
    assert full[1]["bytes_read"] >= ROWS * frame_rows


def test_the_axis_is_found_within_a_tenth_of_a_pixel(
    scan: tuple[Path, Truth], full: tuple[Any, dict[str, Any]]
) -> None:
    assert full[1]["values"]["center"] == pytest.approx(scan[1].center, abs=0.1)


def test_a_session_gives_the_same_bits(scan: tuple[Path, Truth], full: tuple[Any, dict[str, Any]]) -> None:
    with Session(workers=1) as session:
        session.open(scan[0])
        got = Workflow.load("ct").run(session.engine, row=slice(40, 50)).result(120)["volume"]
    assert got.tobytes() == full[0][40:50].tobytes()
