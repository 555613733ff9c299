"""One hub for the tests that share it: it takes seconds to start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hubs import Hub, Visitor, hub_or_skip

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    yield from hub_or_skip()


@pytest.fixture
def visitor(hub: Hub) -> Iterator[Visitor]:
    """Give somebody who is logged in; their servers go with the test."""
    made = hub.visitor()
    made.log_in()
    yield made
    for name in made.servers():
        made.stop(name)
