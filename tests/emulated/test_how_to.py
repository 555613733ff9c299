"""The twin that the how-to page makes gives what its processor version gives."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from types import ModuleType

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "gpu-twin.md"


def _blocks() -> list[str]:
    """Give the Python blocks, the test that the page shows as the last one."""
    return re.findall(
        r'^```python(?: title="[^"]+")?\n(.*?)^```', _PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )


def test_the_page_s_own_test_passes(device: ModuleType) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in _blocks():
        exec(compile(block, str(_PAGE), "exec"), names)  # noqa: S102 - our own page
    names["test_twin_gives_what_the_processor_gives"](device)


def test_the_page_s_twin_sees_the_edges(device: ModuleType) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in _blocks():
        exec(compile(block, str(_PAGE), "exec"), names)  # noqa: S102 - our own page
    frames = np.array([[[4, 0, 0, 2]]], np.uint16)
    sharper = names["sharpen"](device.asarray(frames), amount=1.0)
    assert device.asnumpy(sharper).tolist() == [[[6.0, -2.0, -1.0, 3.0]]]
