"""Where steps compute: on a device where their algorithm can, and the ledger says so; NumPy arrays everywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab import LocalEngine, Workflow, algorithm
from daisy_lab._arrays import namespace, on_host
from daisy_lab._engine import Cuda
from daisy_lab.errors import SettingError
from daisy_lab.vocabulary import Exposures, Projections

if TYPE_CHECKING:
    from types import ModuleType

seen: list[tuple[str, str]] = []


def _note(step: str, array: Any) -> None:
    seen.append((step, namespace(array).__name__))


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    seen.clear()


@algorithm(splits={"angle": 0, "row": 0}, cuda=True)
def subtract(projections: Projections, dark: Exposures) -> Projections:
    """Subtract the mean dark frame, wherever the arrays lie."""
    _note("subtract", projections)
    _note("subtract", dark)
    result: Projections = projections - dark.mean(axis=0)
    return result


@algorithm(splits={"row": 1}, cuda=True)
def smooth(projections: Projections) -> Projections:
    """Average three rows."""
    _note("smooth", projections)
    xp = namespace(projections)
    padded = xp.pad(projections, ((0, 0), (1, 1), (0, 0)), mode="edge")
    result: Projections = (padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]) / 3
    return result


@algorithm(splits={"row": 0})
def halve(projections: Projections) -> Projections:
    """Halve, in the processors only."""
    _note("halve", projections)
    return projections / 2


def _workflow() -> Workflow:
    workflow = Workflow("chain", results=("halved",))
    workflow.add(subtract, projections="projections", dark="dark", into="clean")
    workflow.add(smooth, projections="clean", into="smoothed")
    workflow.add(halve, projections="smoothed", into="halved")
    return workflow


def _engine(device: Any) -> LocalEngine:
    engine = LocalEngine(device=device)
    random = np.random.default_rng(0)
    engine.store["projections"] = random.random((3, 40, 5), np.float32)
    engine.store["dark"] = random.random((2, 40, 5), np.float32).astype(">f4")
    return engine


def test_steps_that_can_compute_on_the_device_and_others_get_numpy_arrays(device: ModuleType) -> None:
    engine = _engine(Cuda(device))
    result = _workflow().run(engine, here=True).result()["halved"]
    assert on_host(result)
    assert set(seen) == {("subtract", device.__name__), ("smooth", device.__name__), ("halve", "numpy")}
    expected = _workflow().run(_engine("cpu"), here=True).result()["halved"]
    np.testing.assert_allclose(result, expected, rtol=1e-6)
    assert [(entry.algorithm.rpartition(":")[2], entry.device) for entry in engine.ledger] == [
        ("subtract", "cuda"),
        ("smooth", "cuda"),
        ("halve", "cpu"),
    ]


def test_blocks_and_one_row_have_the_bits_of_the_whole_on_a_device(device: ModuleType) -> None:
    whole = _workflow().run(_engine(Cuda(device)), here=True).result()["halved"]
    row = _workflow().block("halved", engine=_engine(Cuda(device)), row=slice(17, 18))
    np.testing.assert_array_equal(row, whole[:, 17:18])


def test_one_algorithm_computes_on_the_device_and_stores_a_numpy_array(device: ModuleType) -> None:
    engine = _engine(Cuda(device))
    engine.run(subtract, projections="projections", dark="dark", into="clean", here=True).result()
    assert on_host(engine.store["clean"])
    assert seen == [("subtract", device.__name__)] * 2
    assert [entry.device for entry in engine.ledger] == ["cuda"]


def test_a_result_of_another_device_is_not_taken_for_held(device: ModuleType) -> None:
    engine = _engine("cpu")
    _workflow().run(engine, here=True).result()
    engine.device = Cuda(device)
    seen.clear()
    _workflow().run(engine, here=True).result()
    assert ("subtract", device.__name__) in seen


def test_blocks_fit_the_memory_of_the_device(device: ModuleType) -> None:
    class Small(Cuda):
        def memory(self) -> int:
            return 40 << 20

    engine = LocalEngine(device=Small(device))
    engine.store["projections"] = np.zeros((8, 2000, 500), np.float32)
    engine.store["dark"] = np.zeros((1, 2000, 500), np.float32)
    run = engine.run_job(_workflow().job(available=engine.store), here=True)
    run.result()
    assert run.report["blocks"]["halved"] > 1


def test_a_device_that_is_not_there_is_told_and_auto_does_without() -> None:
    with pytest.raises(SettingError, match="the device is asked to be 'gpu'; it may be auto, cpu or cuda"):
        LocalEngine(device="gpu")  # type: ignore[arg-type]  # what a user may write
    assert LocalEngine(device="auto").device.name in {"cpu", "cuda"}
    if LocalEngine(device="auto").device.name == "cpu":
        with pytest.raises(SettingError, match=r"device=cuda was asked for, but .*; use device=cpu, or auto"):
            LocalEngine(device="cuda")
