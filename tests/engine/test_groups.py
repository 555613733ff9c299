"""A process in a container has the memory of its control group, not that of the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from daisy_lab._engine import _meter

if TYPE_CHECKING:
    from pathlib import Path

FIRST = (
    "memory/memory.limit_in_bytes",
    "memory/memory.usage_in_bytes",
    "memory/memory.stat",
    "total_inactive_file",
)
SECOND = ("memory.max", "memory.current", "memory.stat", "inactive_file")


@pytest.mark.parametrize("names", [FIRST, SECOND], ids=["first version", "second version"])
def test_what_the_group_leaves_is_all_there_is(
    names: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_meter, "_GROUPS", tmp_path)
    (tmp_path / "memory").mkdir()
    everything = _meter.available_memory()
    limit, used, stat, cached = names
    (tmp_path / limit).write_text("5000000\n")
    (tmp_path / used).write_text("3000000\n")
    (tmp_path / stat).write_text("cache 2500000\n")
    assert _meter.available_memory() == 2_000_000
    # What is only read files makes room.
    (tmp_path / stat).write_text(f"cache 2500000\n{cached} 1000000\n")
    assert _meter.available_memory() == 3_000_000
    (tmp_path / used).write_text("9000000\n")
    assert _meter.available_memory() == 0
    (tmp_path / limit).write_text("max\n" if names is SECOND else "9223372036854771712\n")
    assert _meter.available_memory() > 0.5 * everything
