"""An axis of its own for each row, and a window of one's own on the ramp."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab import Session, Workflow
from daisy_lab.algorithms.ct import reconstruct
from daisy_lab.errors import DataError, SettingError

if TYPE_CHECKING:
    from conftest import DiscScan, SolidScan

_MU = 0.01
_THETA = np.arange(90) * (np.pi / 90)


@pytest.mark.parametrize("method", ["fbp", "direct"])
def test_each_row_has_its_own_axis(method: Any, solid_scan: SolidScan) -> None:
    centers = np.array([22.0, 22.4, 25.1, 31.5, 31.6, 31.7, 31.8, 31.9, 32.0, 32.1, 44.9])
    scan = solid_scan(_THETA, 64, 31.5, rows=len(centers))
    volume = reconstruct(scan, _THETA, centers, center=31.5, method=method)
    for row, center in enumerate(centers):
        alone = reconstruct(scan[:, row : row + 1], _THETA, center=center, method=method)[0]
        np.testing.assert_allclose(volume[row], alone, atol=2e-5 * np.abs(alone).max())


def test_a_tilted_axis_leaves_a_disc_where_it_is(disc_scan: DiscScan) -> None:
    centers = np.linspace(38.2, 42.9, 5)
    rows = [disc_scan(_THETA, 81, center, radius=12, x=15, y=8) for center in centers]
    volume = reconstruct(np.concatenate(rows, axis=1), _THETA, centers, center=40.0) / _MU
    line = np.arange(81) - 40
    inside = np.hypot(line - 15, (-line - 8)[:, np.newaxis]) < 8
    np.testing.assert_allclose(volume[:, inside], 1, atol=0.02)


@pytest.mark.parametrize("method", ["fbp", "direct"])
def test_a_block_of_a_tilted_scan_has_the_bits_of_the_whole(method: Any, solid_scan: SolidScan) -> None:
    scan = solid_scan(_THETA, 40, 19.5, rows=23)
    centers = np.linspace(15.0, 25.5, 23)
    whole = reconstruct(scan, _THETA, centers, center=19.5, method=method)
    workflow = Workflow("tilted")
    workflow.add(
        reconstruct,
        projections="absorption",
        theta="theta",
        centers="centers",
        center=19.5,
        method=method,
        into="volume",
    )
    with Session(workers=2) as session:
        store = session.engine.store
        store.put("absorption", scan, axes=("angle", "row", "column"))
        store.put("theta", _THETA, axes=("angle",))
        store.put("centers", centers, axes=("row",))
        for rows in (slice(0, 23), slice(7, 8), slice(3, 21)):
            part = workflow.block("volume", session.engine, row=rows)
            assert part.tobytes() == whole[rows].tobytes()


def test_hann_by_its_samples_is_hann_by_its_name(solid_scan: SolidScan) -> None:
    scan = solid_scan(_THETA, 64, 30.7)
    hann = 0.5 + 0.5 * np.cos(np.pi * np.linspace(0, 1, 4001))
    for method in ("fbp", "direct"):
        named = reconstruct(scan, _THETA, center=30.7, filter="hann", method=method)
        sampled = reconstruct(scan, _THETA, window=hann, center=30.7, method=method)
        np.testing.assert_allclose(sampled, named, atol=1e-5 * named.max())


def test_a_window_is_counted_in_fractions_of_the_highest_frequency(solid_scan: SolidScan) -> None:
    scan = solid_scan(_THETA, 64, 30.7)
    flat = reconstruct(scan, _THETA, window=np.array([1, 1]), center=30.7, filter="parzen")
    np.testing.assert_array_equal(flat, reconstruct(scan, _THETA, center=30.7))
    # A stop at half the highest frequency leaves no neighbour unlike its neighbours.
    low = np.where(np.linspace(0, 1, 101) <= 0.5, 1.0, 0.0)
    assert (
        np.abs(np.diff(reconstruct(scan, _THETA, window=low, center=30.7), 2)).max()
        < np.abs(np.diff(flat, 2)).max() / 2
    )


@pytest.mark.parametrize("window", [np.ones(1), np.ones((2, 2)), np.array([1, np.nan])])
def test_a_window_that_is_none_is_refused(window: np.ndarray) -> None:
    with pytest.raises(DataError, match="at least 2 finite values"):
        reconstruct(np.ones((3, 1, 8)), _THETA[:3], window=window, center=3.5)


def test_axes_that_do_not_fit_the_rows_are_refused() -> None:
    with pytest.raises(DataError, match=r"2 rows need 2 rotation axes, and centers has the shape \(3,\)"):
        reconstruct(np.ones((3, 2, 8)), _THETA[:3], np.ones(3), center=3.5)


@pytest.mark.parametrize("bad", [-0.6, 8.0, np.nan, np.inf])
def test_an_axis_of_a_row_outside_the_detector_is_refused(bad: float) -> None:
    with pytest.raises(DataError, match=r"of 1 rows lies outside .* columns 0 to 7: row 1 has"):
        reconstruct(np.ones((3, 2, 8)), _THETA[:3], np.array([3.5, bad]), center=3.5)


def test_an_axis_is_asked_for_even_beside_those_of_the_rows() -> None:
    with pytest.raises(SettingError, match="'center' of reconstruct has no value"):
        reconstruct.validate({})
