"""What the picker of one machine tells before a start: a hub that is full, an app that is not there as a whole."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from daisy_lab.hub import Settings
from daisy_lab.hub._devices import Devices
from daisy_lab.hub._picker import Picker
from daisy_lab.hub._spawner import DaisySpawner

if TYPE_CHECKING:
    from pathlib import Path

    from daisy_lab.hub._picker import Card

WHOLE = 'title = "Whole"\npath = "lab"\n[[sizes]]\nname = "small"\n[[sizes]]\nname = "large"\ngpu = 1\n'
BROKEN = 'title = "Broken"\nnotebook = "gone.ipynb"\n'


@pytest.fixture
def cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Card]:
    """Give the cards of two apps, one of them without its notebook, on a machine without a GPU."""
    for name, manifest in (("whole", WHOLE), ("broken", BROKEN)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "app.toml").write_text(manifest, "utf-8")
    monkeypatch.setenv("DAISY_LAB_APPS", str(tmp_path))
    monkeypatch.setattr(DaisySpawner, "devices", Devices([]))
    return picked(tmp_path, active=0, most=0)


def picked(folder: Path, *, active: int, most: int) -> dict[str, Card]:
    users = SimpleNamespace(count_active_users=lambda: {"active": active})
    settings = {"active_server_limit": most, "users": users}
    user = SimpleNamespace(name="ann", settings=settings, all_spawners=list)
    return {card.name: card for card in Picker(Settings(state=folder, login="password"), user, "en").cards}


def test_an_app_that_is_not_there_as_a_whole_has_a_card_that_says_so(cards: dict[str, Card]) -> None:
    assert "not installed as a whole" in cards["broken"].blocked
    assert "gone.ipynb" in cards["broken"].description
    assert cards["whole"].blocked == ""


def test_a_size_that_this_machine_has_not_is_closed_and_the_others_open(cards: dict[str, Card]) -> None:
    assert [choice.blocked for choice in cards["whole"].choices] == ["", "this machine has no GPU"]


def test_a_full_hub_closes_all_cards(cards: dict[str, Card], tmp_path: Path) -> None:
    assert picked(tmp_path, active=1, most=2)["whole"].blocked == ""
    assert picked(tmp_path, active=2, most=2)["whole"].blocked == "all 2 servers of this hub are in use"
