"""The first downstream test: the code of the 2021 slides, unedited."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest

from daisy_lab.algorithms import ct

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.vocabulary import Array

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
ALGORITHM, WORKFLOW = "algorithm_tomopy.py.txt", "workflow_ct.py.txt"
PUBLISHED = {
    ALGORITHM: "2bb1ebcc415caab3178f3a97367165300d028f7c76d7cdc0ffa03272cdc5833e",
    WORKFLOW: "37785bd137ba766dd88ae0eec1e4418d26827898b25397712a2a1205feb1fc2b",
    "environment_azint.py.txt": "c7f43687b6e253a8483d262abfd0611413a8be86b64265124bdb5bc1661f2ac9",
    "settings_azint.py.txt": "4226f0d5c5f90e5d0b259dca52a6a7959448d7dc3936dae0de4a952ce9c8ef95",
}

pytestmark = pytest.mark.skipif(
    find_spec("tomopy") is not None, reason="the real tomopy's fbp is another one"
)


def expected(scan: Path) -> Array:
    """Our own functions on the same data."""
    with h5py.File(scan) as file:
        tomo, dark, flat = (file[f"entry/{name}"][...] for name in ("tomo", "dark", "flat"))
    absorption = ct.minus_log(ct.normalize(tomo, dark, flat))
    return ct.reconstruct(absorption, ct.even_angles(absorption), center=1030.0)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_listing_is_byte_for_byte_the_published_one(name: str) -> None:
    assert hashlib.sha256((SEEDS / name).read_bytes()).hexdigest() == PUBLISHED[name]


def test_both_listings_run_and_give_our_own_volume(
    scan: Path, tmp_path: Path, environment: dict[str, Any], run_listings: Callable[..., dict[str, Any]]
) -> None:
    script = run_listings(ALGORITHM, WORKFLOW, init_dict=environment, cfg_dict={})
    with h5py.File(tmp_path / "reco.h5") as file:
        volume = file["entry/reco"][...]
    assert volume.shape == (2, 2060, 2060)
    np.testing.assert_array_equal(volume, expected(scan))
    # The disc lies 300 right of and 100 below the axis; few angles leave streaks, so a mean is compared.
    inside = volume[:, 1030:1230, 1230:1430].mean(axis=(1, 2))
    np.testing.assert_allclose(inside, [0.004, 0.002], rtol=0.02)
    assert script["algs"] == list(environment)
    assert script["data"] == [
        "darkdata",
        "flatdata",
        "mlogdata",
        "normdata",
        "recodata",
        "thetas",
        "tomodata",
    ]


def test_the_workflow_runs_without_the_first_listing_by_the_table(
    scan: Path, tmp_path: Path, environment: dict[str, Any], run_listings: Callable[..., dict[str, Any]]
) -> None:
    run_listings(WORKFLOW, init_dict=environment, cfg_dict={"reconstruct": {"filter_name": "ramp"}})
    with h5py.File(tmp_path / "reco.h5") as file:
        np.testing.assert_array_equal(file["entry/reco"][...], expected(scan))


def test_every_step_of_the_script_is_in_the_ledger(
    environment: dict[str, Any], run_listings: Callable[..., dict[str, Any]]
) -> None:
    script = run_listings(ALGORITHM, WORKFLOW, init_dict=environment, cfg_dict={})
    ledger = script["wf"].engine.backend.ledger
    assert [entry.algorithm for entry in ledger] == [
        *["daisy_lab.compat._loading:LoadHDF5"] * 3,
        "ct.normalize",
        "ct.even_angles",
        "ct.minus_log",
        "a_first_daisy_script:AlgTomopyRecon",
        "daisy_lab.compat._saving:SaveHDF5",
    ]
    reconstruct = ledger.maker("recodata", 1)
    assert reconstruct is not None
    assert set(reconstruct.inputs) == {"mlogdata", "thetas"}
    assert reconstruct.settings["center"] == 1030
    assert [entry.algorithm for entry in ledger.chain("recodata", 1)][-1] == reconstruct.algorithm
    assert len(ledger.chain("recodata", 1)) == 7


def test_a_second_run_of_the_singleton_gives_new_versions(
    environment: dict[str, Any], run_listings: Callable[..., dict[str, Any]]
) -> None:
    script = run_listings(ALGORITHM, WORKFLOW, init_dict=environment, cfg_dict={})
    again = script["WorkflowCTReconstruct"]("another name")
    assert again is script["wf"]
    again.execute()
    assert [version.version for version in again.engine.datastore.store.history("recodata")] == [1, 2]
