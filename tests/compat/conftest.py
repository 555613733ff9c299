"""A small scan with the axis that the slides name, and the names their listings expect to find."""

from __future__ import annotations

import gc
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest

import Daisy
from daisy_lab.compat import install_tomopy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
ANGLES, ROWS, WIDTH, CENTER = 24, 2, 2060, 1030


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    """Forget classes that a test derived from DaisyAlg, a tomopy that stood in, and log levels."""
    before = sys.modules.get("tomopy")
    yield
    if before is None:
        sys.modules.pop("tomopy", None)
    for name in [name for name in logging.root.manager.loggerDict if name.startswith("daisy_lab.compat.")]:
        logging.getLogger(name).setLevel(logging.NOTSET)
    gc.collect()


@pytest.fixture(scope="session")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scan of a disc that lies off the axis, counted without noise, as /entry/tomo, /entry/dark, /entry/flat."""
    path = tmp_path_factory.mktemp("scan") / "scan.h5"
    theta = np.arange(ANGLES) * np.pi / ANGLES
    column = np.arange(WIDTH)
    middle = CENTER + 300 * np.cos(theta) - 100 * np.sin(theta)
    chord = 2 * np.sqrt(np.maximum(200.0**2 - (column - middle[:, None]) ** 2, 0)) * 0.004
    counts = 50 + 40_000 * np.exp(-np.stack([chord, 0.5 * chord], axis=1))
    with h5py.File(path, "w") as file:
        file["entry/tomo"] = counts.astype(np.uint16)
        file["entry/dark"] = np.full((3, ROWS, WIDTH), 50, np.uint16)
        file["entry/flat"] = np.full((3, ROWS, WIDTH), 40_050, np.uint16)
    return path


@pytest.fixture
def environment(scan: Path, tmp_path: Path) -> dict[str, Any]:
    """The init_dict that listing B needs and the slides do not show."""
    return {
        "loadhdf5": {"class_name": "LoadHDF5", "init_paras": {"inputfile_name": str(scan)}},
        "normalize": {"class_name": "AlgNormalize"},
        "angles": {"class_name": "AlgAngles", "init_paras": {}},
        "minuslog": {"class_name": "AlgMinusLog"},
        "reconstruct": {"class_name": "AlgTomopyRecon"},
        "savehdf5": {"class_name": "SaveHDF5", "init_paras": {"outputfile_name": str(tmp_path / "reco.h5")}},
    }


@pytest.fixture
def run_listings() -> Callable[..., dict[str, Any]]:
    """Run listings of the slides as they are, in one namespace that has the names they use and do not define."""

    def run(*names: str, **bound: object) -> dict[str, Any]:
        assert install_tomopy() in {"tomopy", "daisy_lab"}
        namespace: dict[str, Any] = {"__name__": "a_first_daisy_script", "Daisy": Daisy, **bound}
        for name in names:
            text = (SEEDS / name).read_text("utf-8")
            exec(compile(text, name, "exec"), namespace)  # noqa: S102 - running the published scripts is the test
        return namespace

    return run
