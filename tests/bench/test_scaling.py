"""How the time of filtered back-projection grows with width, angles and slices.

Per slice it should grow like width squared times a logarithm plus width times angles, and not at all with slices. The
least processor time of some rounds, in one process; the memory of the largest is touched once before.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.algorithms.ct import reconstruct

if TYPE_CHECKING:
    from conftest import Publish


_MEGAPIXEL = 1e6


def _least(width: int, views: int, slices: int, rounds: int) -> float:
    """Give the processor time per slice in ms."""
    theta = np.arange(views) * (np.pi / views)
    scan = np.random.default_rng(0).random((views, slices, width), np.float32)
    times = []
    for _round in range(rounds + 1):
        begin = time.process_time()
        reconstruct(scan, theta, center=(width - 1) / 2)
        times.append((time.process_time() - begin) / slices * 1e3)
    return min(times[1:])


@pytest.mark.parametrize(
    ("what", "cases"),
    [
        ("width", [(width, 720, 16) for width in (256, 512, 1024, 2048)]),
        ("angles", [(512, views, 32) for views in (90, 180, 360, 720, 1440, 2880)]),
        ("slices", [(512, 720, slices) for slices in (1, 4, 16, 64, 256, 512)]),
    ],
)
def test_time_per_slice(what: str, cases: list[tuple[int, int, int]], publish: Publish) -> None:
    lines = [
        f"\nwith {what}",
        "| columns | angles | slices | CPU ms/slice | ns per pixel | ns per ray |",
        "|---|---|---|---|---|---|",
    ]
    for width, views, slices in cases:
        rounds = 1 if width * width * slices > 50 * _MEGAPIXEL else 3
        spent = _least(width, views, slices, rounds)
        lines.append(
            f"| {width} | {views} | {slices} | {spent:.2f} | {spent / width**2 * 1e6:.1f} "
            f"| {spent / (width * views) * 1e6:.1f} |"
        )
    publish(lines)
