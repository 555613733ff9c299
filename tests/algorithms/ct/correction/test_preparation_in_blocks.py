"""The whole preparation as a workflow: blocks of angles, rows or columns give the bits of whole arrays."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_lab import LocalEngine, Workflow
from daisy_lab.algorithms.ct import even_times, minus_log, normalize, normalize_air, remove_zingers, repair

_RANDOM = np.random.default_rng(0)
_DARK = _RANDOM.integers(90, 110, (3, 14, 24), np.uint16)
_FLAT = _RANDOM.integers(9_000, 11_000, (4, 14, 24), np.uint16)
_FLAT[:, 5, 6:9] = 0
_AFTER = _FLAT[:2] // 2
_COUNTS = _RANDOM.poisson(2_000, (10, 14, 24)).astype(np.uint16)
_COUNTS[4, 7, 8] = 60_000
_AXES = {"angle": 10, "row": 14, "column": 24}


def _chain() -> Workflow:
    work = Workflow("preparation")
    work.add(even_times, into="elapsed", projections="projections")
    work.add(remove_zingers, into="counts", projections="projections")
    work.add(
        normalize,
        into="transmission",
        projections="counts",
        dark="dark",
        flat="flat",
        flat_after="flat_after",
        elapsed="elapsed",
        average="median",
    )
    work.add(repair, into="repaired", projections="transmission", reach=2)
    work.add(normalize_air, into="balanced", transmission="repaired", air=4)
    work.add(minus_log, into="absorption", transmission="balanced")
    return work


@pytest.fixture(scope="module")
def whole() -> np.ndarray:
    counts = remove_zingers(_COUNTS)
    transmission = normalize(counts, _DARK, _FLAT, _AFTER, even_times(_COUNTS), average="median")
    return minus_log(normalize_air(repair(transmission, reach=2), air=4))


@pytest.fixture
def engine() -> LocalEngine:
    made = LocalEngine(workers=2)
    made.store.put("projections", _COUNTS, axes=("angle", "row", "column"))
    for name, frames in (("dark", _DARK), ("flat", _FLAT), ("flat_after", _AFTER)):
        made.store.put(name, frames, axes=("exposure", "row", "column"))
    yield made
    made.close()
    made.store.close()


@pytest.mark.parametrize(
    ("axis", "part"), [("row", slice(3, 7)), ("angle", slice(4, 5)), ("angle", slice(8, 10))]
)
def test_a_block_of_the_workflow_has_the_bits_of_whole_arrays(
    engine: LocalEngine, whole: np.ndarray, axis: str, part: slice
) -> None:
    got = _chain().block("absorption", engine, **{axis: part})
    place = [slice(None)] * 3
    place[list(_AXES).index(axis)] = part
    np.testing.assert_array_equal(np.asarray(got), whole[tuple(place)])
    assert np.isfinite(whole).all()


def test_a_run_has_the_bits_of_whole_arrays(engine: LocalEngine, whole: np.ndarray) -> None:
    found = _chain().run(engine).result(60)["absorption"]
    np.testing.assert_array_equal(np.asarray(found[...]), whole)
