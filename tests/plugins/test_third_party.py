"""A package that somebody else wrote is installed and found; a broken one is told and takes nothing down."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

START = """
import json, logging
from daisy_lab._algorithm import Registry
logging.disable()  # the broken plug-in is logged, and asked for below
registry = Registry()
"""


def test_its_algorithms_are_listed_beside_ours(installed: Path, run_with: Callable[[Path, str], str]) -> None:
    names = json.loads(run_with(installed, START + "print(json.dumps([item.id for item in registry]))"))
    assert [name for name in names if name.startswith("mirror.")] == ["mirror.flip_columns", "mirror.roll"]
    assert "ct.reconstruct" in names
    assert not [name for name in names if name.startswith("broken")]


def test_its_algorithms_work_like_ours(installed: Path, run_with: Callable[[Path, str], str]) -> None:
    code = """
import numpy as np
roll = registry.get("mirror.roll")
settings = roll.validate({"frames": "2", "direction": "backward"})
moved = roll(np.arange(3).reshape(3, 1, 1), **settings)
tooltip = roll.schema()["properties"]["frames"]["description"]
told = [roll.id, roll.version, tooltip, moved.ravel().tolist(), sorted(roll.windows(settings))]
print(json.dumps([*told, registry.get("flip_columns").id]))
"""
    assert json.loads(run_with(installed, START + code)) == [
        "mirror.roll",
        "daisy-mirror 2.5",
        "By how many frames.",
        [2, 0, 1],
        ["column", "row"],
        "mirror.flip_columns",
    ]


def test_the_broken_one_is_told_by_name_with_its_reason(
    installed: Path, run_with: Callable[[Path, str], str]
) -> None:
    code = "print(json.dumps([vars(item) for item in registry.broken()]))"
    (broken,) = json.loads(run_with(installed, START + code))
    assert broken == {
        "name": "broken",
        "value": "daisy_broken",
        "distribution": "daisy-broken",
        "reason": "ModuleNotFoundError: No module named 'a_library_that_nobody_has'",
    }


def test_the_broken_one_loads_only_when_asked_for(
    installed: Path, run_with: Callable[[Path, str], str]
) -> None:
    code = "import sys; registry.get('mirror.roll'); print('daisy_broken' in sys.modules, registry._loaded)"
    assert run_with(installed, START + code).strip() == "False {'mirror'}"
