"""A session that says what a test wants, and no widget left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_link import FakeLink
from ipywidgets.widgets.widget import _instances

import daisy_lab.widgets  # noqa: F401 - first, for what libraries make once

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def link() -> FakeLink:
    return FakeLink()


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAISY_LAB_LANGUAGE", "en")


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Take the widgets of a test away; those of libraries, made when they are imported, stay."""
    before = set(_instances)
    yield
    for number in set(_instances) - before:
        _instances[number].close()
