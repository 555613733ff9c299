"""What every test may ask for: the folder of real measured files, and a library of device arrays."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

# `emulated`, which stands in for CuPy, is found by its name like any library; so are those who drive a browser.
sys.path.append(str(Path(__file__).parent))
pytest_plugins = ["browsers"]

# A busy machine is no bug: no example has a time of its own.
settings.register_profile("no time", deadline=None)
settings.load_profile("no time")

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
# pytest's own, and those that a library sets once when it is imported.
_FOREIGN = {"PYTEST_CURRENT_TEST", "KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK"}


# What waits for servers, kernels and pages: begun first, so that no worker is left alone with it at the end.
_SLOW = {"browser", "hub", "detached", "apps"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long."""
    items.sort(key=lambda item: _SLOW.isdisjoint(item.path.parts))


@pytest.fixture(autouse=True)
def same_environment() -> Iterator[None]:
    """Hold every test to leaving the environment as it was: later ones start servers with it."""
    before = dict(os.environ)
    yield
    after = dict(os.environ)
    os.environ.clear()
    os.environ.update(before)
    changed = {name for name, _ in before.items() ^ after.items()} - _FOREIGN
    assert not changed, f"left in the environment: {', '.join(sorted(changed))}"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    if not _SHARED.is_dir():
        pytest.skip("no real data: the folder ../shared/data is not beside this checkout")
    return _SHARED


@pytest.fixture(params=["emulated", pytest.param("cupy", marks=pytest.mark.gpu)])
def device(request: pytest.FixtureRequest) -> ModuleType:
    """CuPy where there is a CUDA device, and everywhere what stands in for it (tests/emulated/README.md)."""
    if request.param == "emulated":
        return importlib.import_module("emulated")
    cupy: ModuleType = pytest.importorskip("cupy")
    try:
        cupy.cuda.runtime.getDeviceCount()
    except cupy.cuda.runtime.CUDARuntimeError as error:
        pytest.skip(f"no CUDA device: {error}")
    return cupy
