"""The workflows that come with the house: each runs on a scan, and every setting of every step can be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab import LocalEngine, Workflow, open_file
from daisy_lab._workflow import shipped_names
from daisy_lab.errors import SettingError
from daisy_lab.samples.ct import Truth, make_ct

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPTICS = {"energy": 20.0, "distance": 5.0, "pixel_size": 2.0, "delta_beta": 10.0}
SETTINGS: dict[str, dict[str, object]] = {"ct": {}, "ct-phase": OPTICS, "ct-iterative": {"iterations": 30}}


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    path = tmp_path_factory.mktemp("scan") / "scan.h5"
    return path, make_ct(path, size=64, angles=90, rows=8, seed=1)


@pytest.fixture
def engine(scan: tuple[Path, Truth]) -> Iterator[LocalEngine]:
    made = LocalEngine(device="cpu")
    file = open_file(scan[0])
    for name in ("projections", "dark", "flat", "theta"):
        made.store.put(name, file[name])
    yield made
    made.close()
    made.store.close()


def test_these_are_shipped() -> None:
    technique = {"pdf", "pdf-auto", "pdf-series", "gr-series", "image-to-gr", "images-to-gr"}
    assert {*SETTINGS, "pyramid", *technique} <= set(shipped_names())


@pytest.mark.parametrize("name", SETTINGS)
def test_each_makes_a_volume_that_shows_the_sample(
    name: str, engine: LocalEngine, scan: tuple[Path, Truth]
) -> None:
    run = Workflow.load(name).run(engine, settings=SETTINGS[name], here=True)
    volume = run.result()["volume"]
    truth = scan[1]
    assert run.report["values"]["center"] == pytest.approx(truth.center, abs=0.15)
    inside = truth.inside(4)
    body = float(np.abs(truth.slice(4)[inside]).mean())
    assert np.sqrt(np.mean((volume[4] - truth.slice(4))[inside] ** 2)) < 0.25 * body


def test_the_pyramid_has_a_half_a_quarter_and_an_eighth(engine: LocalEngine) -> None:
    volume = np.arange(16 * 20 * 24, dtype=np.float32).reshape(16, 20, 24)
    engine.store.put("volume", volume, axes=("row", "y", "x"))
    made = Workflow.load("pyramid").run(engine, here=True).result()
    assert [made[name].shape for name in ("half", "quarter", "eighth")] == [(8, 10, 12), (4, 5, 6), (2, 3, 3)]
    assert made["eighth"][0, 0, 0] == volume[:8, :8, :8].mean()


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_of_every_step_can_be_changed_by_name(name: str) -> None:
    workflow = Workflow.load(name).with_settings(SETTINGS[name])
    seen = 0
    for call in workflow.calls():
        step = call.label.partition(" ")[2].rpartition(".")[2]
        for setting, value in call.settings.items():
            changed = _changed(workflow, step, setting, value)
            assert any(one.settings.get(setting) == value for one in changed.calls())
            seen += 1
    assert seen > len(workflow.steps)


def _changed(workflow: Workflow, step: str, setting: str, value: Any) -> Workflow:
    """Change a setting by the name a user would write: alone where one step has it, else with its step."""
    names = [item.name or item.algorithm.rpartition(".")[2] for item in workflow.steps]  # type: ignore[union-attr]  # shipped workflows name algorithms
    label = step if names.count(step) == 1 else names[names.index(step)]
    return workflow.with_settings({f"{label}.{setting}": value})


def test_phase_retrieval_asks_for_what_nobody_can_guess(engine: LocalEngine) -> None:
    with pytest.raises(SettingError, match=r"'energy'.*'distance'.*'pixel_size'"):
        Workflow.load("ct-phase").run(engine, here=True).result()
