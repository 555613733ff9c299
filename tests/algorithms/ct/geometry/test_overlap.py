"""Where opposite views overlap, found by their angles; and half a wide turn made of a full one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab import LocalEngine, Workflow, middle, ref
from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import find_overlap, reconstruct, stitch_half_turns, wide_center
from daisy_lab.algorithms.ct.geometry._pairs import pair_views
from daisy_lab.errors import CancelledError, DataError, SettingError
from daisy_lab.samples._phantom import random_ellipsoids

if TYPE_CHECKING:
    from conftest import Listener


def _degrees(count: int, *, start: float = 0.0, turn: float = 360.0) -> np.ndarray:
    return np.deg2rad(start + np.arange(count) * turn / count)


def _noisy(exact: np.ndarray, photons: float) -> np.ndarray:
    counts = np.random.default_rng(7).poisson(photons * np.exp(-exact))
    return np.asarray(-np.log(np.maximum(counts, 1) / photons), np.float32)


_WHOLE = 2 * np.pi
_SCANS: dict[str, tuple[np.ndarray, int, float, int]] = {
    "right": (_degrees(300), 120, 101.3, 180),
    "left": (_degrees(300), 120, 15.62, 180),
    "odd count": (_degrees(301), 120, 100.9, 180),
    "0 to 360 inclusive": (np.linspace(0, _WHOLE, 301), 120, 101.3, 180),
    "from 89.97": (_degrees(300, start=89.97), 120, 30.4, 160),
    "ends at 355": (np.deg2rad(np.arange(0, 355, 1.25)), 120, 101.3, 180),
    "two turns": (_degrees(401, turn=720), 120, 95.1, 160),
    "golden angle": (np.arange(377) * np.pi * (3 - np.sqrt(5)), 120, 101.3, 180),
    "backwards": (-_degrees(300), 120, 25.8, 180),
    "axis in the middle": (_degrees(300), 120, 60.2, 110),
}


@pytest.mark.parametrize("name", _SCANS)
def test_axis_of_a_noisy_full_turn_is_found_within_a_tenth_of_a_pixel(name: str) -> None:
    theta, width, center, size = _SCANS[name]
    exact = random_ellipsoids(size, 2, 3).absorption(theta, 2, width, center)
    found = find_overlap(_noisy(exact, 5000), theta)
    assert abs(found.center - center) < 0.1
    assert found.side == ("left" if center < (width - 1) / 2 else "right")
    assert found.overlap == pytest.approx(min(2 * found.center + 1, 2 * (width - found.center) - 1))
    assert 0.5 < found.correlation <= 1


def test_stripes_zingers_and_missing_values_do_not_mislead() -> None:
    theta, width, center, size = _SCANS["right"]
    random = np.random.default_rng(0)
    scan = _noisy(random_ellipsoids(size, 2, 3).absorption(theta, 2, width, center), 5000)
    scan += random.normal(0, 0.05, width).astype(np.float32)
    scan[random.integers(0, 300, 200), :, random.integers(0, width, 200)] += 3
    scan[random.integers(0, 300, 50), 0, random.integers(0, width, 50)] = np.nan
    assert abs(find_overlap(scan, theta).center - center) < 0.15


def test_known_side_is_kept_to() -> None:
    theta, width, center, size = _SCANS["right"]
    scan = random_ellipsoids(size, 1, 3).absorption(theta, 1, width, center)
    assert find_overlap(scan, theta, side="right").center == pytest.approx(center, abs=0.05)
    try:
        assert find_overlap(scan, theta, side="left").side == "left"
    except DataError as error:
        assert "stands out" in str(error)  # noqa: PT017 - either is right


@pytest.mark.filterwarnings("ignore")  # algotom divides by zero where a window holds only air
def test_axis_agrees_with_algotoms() -> None:
    calculation = pytest.importorskip("algotom.prep.calculation")
    theta, width, center, size = _SCANS["right"]
    scan = _noisy(random_ellipsoids(size, 1, 3).absorption(theta, 1, width, center), 20_000)
    theirs = calculation.find_center_360(scan[:, 0], 30, side=1, ncore=1)
    ours = find_overlap(scan, theta)
    assert ours.side == "right"
    assert ours.center == pytest.approx(theirs[0], abs=0.5)
    assert ours.overlap == pytest.approx(theirs[1], abs=1.0)


def test_half_a_turn_has_no_opposite_views() -> None:
    theta = np.deg2rad(np.arange(180.0))
    with pytest.raises(DataError, match="full turn, and of 180 views only 0"):
        find_overlap(np.ones((180, 1, 40)), theta)


@pytest.mark.parametrize("value", [0.0, 1.0, np.nan])
def test_rows_that_show_nothing_are_refused(value: float) -> None:
    with pytest.raises(DataError, match="no overlap of opposite views stands out"):
        find_overlap(np.full((90, 2, 40), value), _degrees(90))


def test_noise_alone_is_refused() -> None:
    noise = np.random.default_rng(0).normal(size=(200, 2, 80))
    with pytest.raises(DataError, match="no overlap of opposite views stands out"):
        find_overlap(noise, _degrees(200))


def test_too_narrow_a_detector_is_refused() -> None:
    with pytest.raises(DataError, match="too narrow"):
        find_overlap(np.ones((90, 2, 16)), _degrees(90))


def test_search_for_the_overlap_can_be_cancelled(listener: type[Listener]) -> None:
    with monitored(listener(stop=True)), pytest.raises(CancelledError):
        find_overlap(np.ones((90, 2, 40)), _degrees(90))


@pytest.mark.parametrize("theta", [np.zeros(30), np.array([1.0]), _degrees(9), np.tile(_degrees(4), 9)])
def test_too_few_different_angles_have_no_opposite(theta: np.ndarray) -> None:
    with pytest.raises(DataError, match=r"views only \d+, over \d+ degrees"):
        pair_views(theta)


def test_each_view_is_paired_with_the_one_180_degrees_on() -> None:
    theta = _degrees(20, start=20)
    pairs = pair_views(np.roll(np.tile(theta, 2), 3))
    turned = np.roll(np.tile(theta, 2), 3)
    assert len(pairs.views) == 20
    assert not pairs.fraction.any()
    np.testing.assert_allclose(np.mod(turned[pairs.before] - turned[pairs.views], _WHOLE), np.pi)


def test_between_two_views_the_opposite_is_shared_by_nearness() -> None:
    theta = _degrees(21)
    pairs = pair_views(theta)
    lies = theta[pairs.before] + pairs.fraction * _degrees(21)[1]
    np.testing.assert_allclose(np.mod(lies - theta[pairs.views], _WHOLE), np.pi)
    assert set(np.round(pairs.fraction, 6)) == {0.5}


@pytest.mark.parametrize("name", _SCANS)
def test_wide_half_turn_is_what_a_wide_detector_sees(name: str) -> None:
    theta, width, center, size = _SCANS[name]
    solid = random_ellipsoids(size, 2, 3)
    wide = stitch_half_turns(solid.absorption(theta, 2, width, center), theta, center=center)
    expected = solid.absorption(wide.theta, 2, wide.projections.shape[2], wide.center)
    assert wide.projections.dtype == np.float32
    overlap = width - abs(2 * center - (width - 1))
    assert wide.projections.shape[2] == 2 * width - int(np.ceil(overlap))
    error = np.abs(wide.projections - expected)
    # Edges of the sample, seen between two pixels and between two views.
    assert error.max() < 0.05 * expected.max()
    assert error.mean() < 1e-3 * expected.max()
    assert len(wide.theta) >= len(np.unique(np.round(np.mod(theta, np.pi), 6))) // 2


def test_joined_at_whole_pixels_nothing_is_interpolated() -> None:
    theta, center = _degrees(40), 25.5
    solid = random_ellipsoids(50, 3, 1)
    wide = stitch_half_turns(solid.absorption(theta, 3, 32, center), theta, center=center)
    assert wide.center == 25.5
    exact = solid.absorption(_degrees(40)[:20], 3, 52, center)
    np.testing.assert_allclose(wide.projections, exact, atol=1e-5)
    np.testing.assert_array_equal(wide.theta, theta[:20])


def test_stitched_scan_reconstructs_to_the_solid() -> None:
    theta, center = _degrees(500), 88.3
    solid = random_ellipsoids(150, 1, 2)
    wide = stitch_half_turns(solid.absorption(theta, 1, 100, center), theta, center=center)
    image = reconstruct(wide.projections, wide.theta, center=wide.center)[0]
    size = image.shape[0]
    circle = np.hypot(*(np.indices(image.shape) - (size - 1) / 2)) < 70
    exact = reconstruct(solid.absorption(wide.theta, 1, size, wide.center), wide.theta, center=wide.center)[0]
    assert np.sqrt(np.mean((image - exact)[circle] ** 2)) < 0.03 * exact[circle].max()


def test_blocks_of_rows_and_threads_have_the_bits_of_the_whole(listener: type[Listener]) -> None:
    theta, width, center, size = _SCANS["odd count"]
    scan = random_ellipsoids(size, 5, 3).absorption(theta, 5, width, center)
    whole = stitch_half_turns(scan, theta, center=center).projections
    part = stitch_half_turns(scan[:, 1:3], theta, center=center).projections
    np.testing.assert_array_equal(part, whole[:, 1:3])
    for workers in (1, 3):
        with monitored(listener(workers)):
            again = stitch_half_turns(scan, theta, center=center).projections
        np.testing.assert_array_equal(again, whole)


@pytest.mark.parametrize("dtype", ["u2", ">u2", ">f8", "f8"])
def test_any_number_type_is_stitched_to_float32(dtype: str) -> None:
    counts = np.random.default_rng(0).integers(0, 60_000, (40, 2, 20)).astype(dtype)
    expected = stitch_half_turns(counts.astype(np.float32), _degrees(40), center=13.2).projections
    found = stitch_half_turns(counts[:, ::-1][:, ::-1], _degrees(40), center=13.2).projections
    np.testing.assert_array_equal(found, expected)


def test_views_without_an_opposite_are_left_out_and_counted(listener: type[Listener]) -> None:
    theta = np.deg2rad(np.arange(0.0, 330.0))
    listener = listener()
    with monitored(listener):
        wide = stitch_half_turns(np.ones((330, 1, 20)), theta, center=15.5)
    assert len(wide.theta) == 150
    assert listener.lines == [
        "30 views of the half turn have none opposite, 180 degrees on: left out",
        "330 views became 150 of 32 columns, 8.0 columns overlap, rotation axis at column 15.50",
    ]


@pytest.mark.parametrize("center", [-0.5, 20.0, -3.0])
def test_halves_that_do_not_meet_are_refused(center: float) -> None:
    with pytest.raises(SettingError, match="outside the detector of 20 columns"):
        stitch_half_turns(np.ones((40, 1, 20)), _degrees(40), center=center)


@pytest.mark.parametrize("shape", [(40, 0, 20), (40, 2, 0)])
def test_stitching_nothing_is_refused(shape: Any) -> None:
    with pytest.raises(DataError, match="hold nothing"):
        stitch_half_turns(np.ones(shape), _degrees(40), center=5.0)


def test_a_detector_of_one_column_meets_itself() -> None:
    wide = stitch_half_turns(np.full((40, 2, 1), 3.0), _degrees(40), center=0.0)
    np.testing.assert_array_equal(wide.projections, np.full((20, 2, 1), 3, np.float32))


def test_on_a_device_stitching_gives_what_the_processor_gives(device: Any) -> None:
    scan = np.random.default_rng(0).random((41, 3, 20), np.float32)
    expected = stitch_half_turns(scan, _degrees(41), center=14.3)
    found = stitch_half_turns(device.asarray(scan), device.asarray(_degrees(41)), center=14.3)
    assert isinstance(found.projections, device.ndarray)
    assert found.center == expected.center
    np.testing.assert_allclose(device.asnumpy(found.projections), expected.projections, rtol=1e-6)
    np.testing.assert_array_equal(device.asnumpy(found.theta), expected.theta)


@pytest.mark.parametrize("center", [0.0, 3.3, 8.5, 9.0, 9.51, 16.2, 19.0])
def test_wide_center_is_the_one_that_stitching_gives(center: float) -> None:
    scan = np.ones((40, 1, 20))
    wide = stitch_half_turns(scan, _degrees(40), center=center)
    assert wide_center(scan[:1], center=center) == wide.center
    assert abs(wide.center - (wide.projections.shape[2] - 1) / 2) <= 0.5


def test_a_full_turn_is_stitched_and_reconstructed_in_a_workflow_block_by_block() -> None:
    theta, center = _degrees(90), 40.3
    scan = random_ellipsoids(70, 24, 2).absorption(theta, 24, 48, center)
    workflow = Workflow("wide", title="Wide", summary="Stitches.", inputs_text={"scan": "", "theta": ""})
    found = ("center", "overlap", "side", "correlation")
    workflow.add(find_overlap, into=found, absorption=ref("scan", row=middle(2)), theta="theta")
    one = ref("scan", row=middle(1))
    workflow.add(wide_center, into="axis", projections=one, center=ref("center"))
    stitched = ("wide", "half", "same_axis")
    workflow.add(stitch_half_turns, into=stitched, projections="scan", theta="theta", center=ref("center"))
    workflow.add(reconstruct, into="volume", projections="wide", theta="half", center=ref("axis"))
    engine = LocalEngine(workers=1)
    engine.store.put("scan", scan, axes=("angle", "row", "column"))
    engine.store.put("theta", theta, axes=("angle",), unit="rad")
    volume = workflow.run(engine).result(60)["volume"]
    block = workflow.block("volume", engine, row=slice(9, 10))
    assert block.tobytes() == volume[9:10].tobytes()
    engine.close()
    engine.store.close()
