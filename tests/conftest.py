"""What every test may ask for: the folder of real measured files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no bug: no example has a time of its own.
settings.register_profile("no time", deadline=None)
settings.load_profile("no time")

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    if not _SHARED.is_dir():
        pytest.skip("no real data: the folder ../shared/data is not beside this checkout")
    return _SHARED
