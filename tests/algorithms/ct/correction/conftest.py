"""One who listens to the algorithm of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Listener


@pytest.fixture
def listener(listener: type[Listener]) -> Listener:
    return listener()
