"""A region of a slice: the bits of the whole, wherever it lies, and an error where it reaches beyond."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab import LocalEngine, Workflow
from daisy_lab.algorithms.ct import reconstruct, reconstruct_region
from daisy_lab.errors import SettingError

if TYPE_CHECKING:
    from types import ModuleType

    from conftest import SolidScan

THETA = np.arange(40) * (np.pi / 40)


@pytest.mark.parametrize("corner_and_size", [(0, 0, 48, 48), (7, 3, 20, 31), (47, 47, 1, 1), (0, 40, 48, 8)])
@pytest.mark.parametrize("rows", [2, 9])
def test_a_region_has_the_bits_of_the_whole_slice(
    solid_scan: SolidScan, corner_and_size: tuple[int, int, int, int], rows: int
) -> None:
    top, left, height, width = corner_and_size
    scan = solid_scan(THETA, 48, 22.7, rows=rows)
    whole = reconstruct(scan, THETA, center=22.7, method="direct", filter="hann")
    part = reconstruct_region(
        scan, THETA, center=22.7, top=top, left=left, height=height, width=width, filter="hann"
    )
    np.testing.assert_array_equal(part, whole[:, top : top + height, left : left + width])


def test_each_row_has_its_own_axis(solid_scan: SolidScan) -> None:
    scan, centers = solid_scan(THETA, 48, 23.5, rows=3), np.array([23.0, 23.5, 24.25])
    whole = reconstruct(scan, THETA, centers, center=23.5, method="direct")
    part = reconstruct_region(scan, THETA, centers, center=23.5, top=10, left=12, height=9, width=5)
    np.testing.assert_array_equal(part, whole[:, 10:19, 12:17])


def test_a_device_gives_the_same_region(solid_scan: SolidScan, device: ModuleType) -> None:
    scan = solid_scan(THETA, 48, 23.2, rows=2)
    size = {"top": 5, "left": 30, "height": 13, "width": 18}
    expected = reconstruct_region(scan, THETA, center=23.2, **size)
    found = reconstruct_region(device.asarray(scan), device.asarray(THETA), center=23.2, **size)
    np.testing.assert_allclose(device.asnumpy(found), expected, atol=1e-5 * np.abs(expected).max())


def test_a_workflow_gives_a_row_of_the_region(solid_scan: SolidScan) -> None:
    engine = LocalEngine(device="cpu")
    engine.store.put("projections", solid_scan(THETA, 48, 23.5, rows=5), axes=("angle", "row", "column"))
    engine.store.put("theta", THETA, axes=("angle",), unit="rad")
    workflow = Workflow("detail", results=("detail",))
    workflow.add(
        reconstruct_region,
        projections="projections",
        theta="theta",
        center=23.5,
        top=4,
        left=6,
        height=10,
        width=12,
        into="detail",
    )
    whole = workflow.run(engine, here=True).result()["detail"]
    assert whole.shape == (5, 10, 12)
    np.testing.assert_array_equal(
        workflow.block("detail", LocalEngine(engine.store), row=slice(3, 4)), whole[3:4]
    )
    engine.close()
    engine.store.close()


@pytest.mark.parametrize("wrong", [{"top": 40}, {"left": -1}, {"width": 49}, {"height": 0}])
def test_a_region_beyond_the_slice_is_refused(solid_scan: SolidScan, wrong: dict[str, int]) -> None:
    size = {"top": 5, "left": 5, "height": 10, "width": 10} | wrong
    with pytest.raises(SettingError, match="48 of each, from 0 to 47; choose a region inside"):
        reconstruct_region(solid_scan(THETA, 48, 23.5), THETA, center=23.5, **size)
