"""Reconstruction against exact line integrals: absolute values, orientation, bits, and inputs that are not nice."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import circular_mask, reconstruct
from daisy_lab.errors import CancelledError, DataError, SettingError

if TYPE_CHECKING:
    from conftest import DiscScan, Listener, SolidScan

_MU = 0.01


def _half_turn(views: int) -> np.ndarray:
    return np.arange(views) * (np.pi / views)


def _radius(size: int, x: float = 0, y: float = 0) -> np.ndarray:
    """Distance of each pixel from (x, y), y upwards, from the middle of the slice."""
    line = np.arange(size) - (size - 1) / 2
    return np.hypot(line - x, (-line - y)[:, np.newaxis])


@pytest.mark.parametrize(
    ("method", "size", "middle"),
    [("fbp", 256, 127.5), ("direct", 256, 127.5), ("fbp", 255, 127.0), ("fbp", 512, 255.5)],
)
def test_flat_disc_comes_out_with_its_own_value(
    method: Any, size: int, middle: float, disc_scan: DiscScan
) -> None:
    theta = _half_turn(1600)
    edge = size * 100 / 256
    value = (
        reconstruct(disc_scan(theta, size, middle, radius=edge), theta, center=middle, method=method)[0] / _MU
    )
    radius = _radius(size)
    for place in (0, 0.5, 0.9):
        assert np.abs(value[np.abs(radius - place * edge) < 2] - 1).max() < 1e-3, f"at radius {place}"
    assert np.abs(value[radius > edge + 7]).max() < 1e-3


@pytest.mark.parametrize(
    "window", ["ramp", "shepp", "cosine", "hamming", "hann", "parzen", "butterworth", "none"]
)
@pytest.mark.parametrize(("width", "center", "start"), [(96, 47.5, 0.0), (95, 40.3, 2.0), (64, 31.2, 4.5)])
def test_both_methods_agree_where_nothing_is_sharp(
    window: Any, width: int, center: float, start: float
) -> None:
    theta = _half_turn(150) + start
    middle = center + 9 * np.cos(theta)[:, np.newaxis] - 5 * np.sin(theta)[:, np.newaxis]
    scan = np.exp(-(((np.arange(width) - middle) / 9) ** 2)).astype(np.float32)[:, np.newaxis]
    fast = reconstruct(scan, theta, center=center, filter=window)
    slow = reconstruct(scan, theta, center=center, filter=window, method="direct")
    np.testing.assert_allclose(fast, slow, atol=6e-3 * np.abs(slow).max())


@pytest.mark.parametrize("method", ["fbp", "direct"])
@pytest.mark.parametrize("center", [50.0, 30.25])
def test_corners_of_a_slice_see_no_column_twice(method: Any, center: float, disc_scan: DiscScan) -> None:
    theta = _half_turn(900)
    value = (
        reconstruct(disc_scan(theta, 101, center, radius=24), theta, center=center, method=method)[0] / _MU
    )
    assert np.abs(value[_radius(101) > 55]).max() < 3e-3


def test_off_centre_disc_on_an_off_centre_axis_lies_right_and_up(disc_scan: DiscScan) -> None:
    theta = _half_turn(400)
    scan = disc_scan(theta, 128, 70.3, radius=12, x=25, y=14)
    value = reconstruct(scan, theta, center=70.3)[0] / _MU
    assert np.abs(value[_radius(128, 25, 14) < 7] - 1).max() < 0.01
    assert np.abs(value[_radius(128, 25, 14) > 20]).max() < 0.02
    assert value[64 - 14, 64 + 25] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    "theta",
    [
        pytest.param(np.linspace(0, np.pi, 361), id="both ends"),
        pytest.param(np.arange(720) * (np.pi / 360), id="full turn"),
        pytest.param(np.deg2rad(np.linspace(89.97, 270.03, 361)), id="89.97 to 270.03"),
        pytest.param(np.concatenate([_half_turn(360), _half_turn(360)[:90]]), id="duplicates"),
        pytest.param(np.random.default_rng(0).permutation(_half_turn(360)), id="any order"),
        pytest.param(np.pi * np.linspace(0, 1, 500, endpoint=False) ** 1.3, id="uneven"),
    ],
)
def test_absolute_value_does_not_depend_on_range_and_spacing(theta: np.ndarray, disc_scan: DiscScan) -> None:
    scan = disc_scan(theta, 101, 50.0, radius=30, x=5, y=-3)
    value = reconstruct(scan, theta, center=50.0)[0] / _MU
    assert value[_radius(101, 5, -3) < 25].mean() == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("window", "sharper"),
    [
        ("shepp", "ramp"),
        ("cosine", "shepp"),
        ("hann", "hamming"),
        ("parzen", "hann"),
        ("butterworth", "ramp"),
    ],
)
def test_filters_keep_the_value_and_lower_the_noise(window: Any, sharper: Any, disc_scan: DiscScan) -> None:
    theta = _half_turn(180)
    scan = disc_scan(theta, 100, 49.5, radius=40)
    scan += np.random.default_rng(0).normal(0, 0.01, scan.shape).astype(np.float32)
    inside = _radius(100) < 34
    smooth = reconstruct(scan, theta, center=49.5, filter=window)[0][inside]
    rough = reconstruct(scan, theta, center=49.5, filter=sharper)[0][inside]
    assert smooth.mean() == pytest.approx(_MU, rel=3e-3)
    assert smooth.std() < rough.std()


@pytest.mark.parametrize(("method", "error"), [("fbp", 1e-4), ("direct", 1e-5)])
def test_without_filter_each_pixel_is_the_sum_of_its_rays(
    method: Any, error: float, disc_scan: DiscScan
) -> None:
    theta = _half_turn(200)
    scan = disc_scan(theta, 65, 32.0, radius=20)
    value = reconstruct(scan, theta, center=32.0, filter="none", method=method)[0]
    assert value[32, 32] == pytest.approx(np.pi * scan[0, 0, 32], rel=error)


def test_gridrec_is_another_name_for_fbp(solid_scan: SolidScan) -> None:
    theta = _half_turn(60)
    scan = solid_scan(theta, 64, 31.0)
    np.testing.assert_array_equal(
        reconstruct(scan, theta, center=31.0, method="gridrec"), reconstruct(scan, theta, center=31.0)
    )


@pytest.mark.parametrize("method", ["fbp", "direct"])
@pytest.mark.parametrize("workers", [1, 2, 5])
def test_any_rows_and_any_number_of_threads_give_the_same_bits(
    workers: int, method: Any, solid_scan: SolidScan, listener: type[Listener]
) -> None:
    theta = _half_turn(70)
    scan = solid_scan(theta, 61, 31.2, rows=21)
    whole = reconstruct(scan, theta, center=31.2, method=method)
    with monitored(listener(workers)):
        for rows in (slice(0, 21), slice(3, 4), slice(2, 5), slice(1, 10), slice(16, 21), slice(4, 20)):
            part = reconstruct(scan[:, rows], theta, center=31.2, method=method)
            np.testing.assert_array_equal(part, whole[rows])


def test_neighbours_of_any_size_do_not_change_a_row(solid_scan: SolidScan) -> None:
    theta = _half_turn(30)
    scan = solid_scan(theta, 40, 20.0, rows=9)
    alone = reconstruct(scan[:, 4:5], theta, center=20.0)
    scan[:, [0, 3, 5, 8]] *= 1e30
    scan[:, 2] = np.inf
    scan[3, 6] = np.nan
    np.testing.assert_array_equal(reconstruct(scan, theta, center=20.0)[4:5], alone)


@pytest.mark.parametrize("dtype", ["f8", ">f4", ">f8", "u2", ">u2", "i4"])
def test_number_type_and_byte_order_do_not_matter(dtype: str, solid_scan: SolidScan) -> None:
    theta = _half_turn(40)
    scan = np.rint(1000 * solid_scan(theta, 32, 15.0)).clip(0)
    expected = reconstruct(scan.astype("f4"), theta, center=15.0)
    np.testing.assert_array_equal(reconstruct(scan.astype(dtype), theta, center=15.0), expected)


def test_strided_and_read_only_input_is_fine(solid_scan: SolidScan) -> None:
    theta = _half_turn(40)
    scan = solid_scan(theta, 32, 15.0, rows=3)
    strided = np.asfortranarray(scan)[:, ::-1]
    strided.setflags(write=False)
    theta.setflags(write=False)
    expected = reconstruct(scan, theta, center=15.0)[::-1]
    np.testing.assert_array_equal(reconstruct(strided, theta, center=15.0), expected)


@pytest.mark.parametrize("width", [1, 2, 3, 17])
def test_narrow_and_odd_widths_have_square_slices(width: int) -> None:
    scan = np.ones((5, 2, width), np.float32)
    volume = reconstruct(scan, _half_turn(5), center=(width - 1) / 2)
    assert volume.shape == (2, width, width)
    assert np.isfinite(volume).all()


@pytest.mark.parametrize(("method", "error"), [("fbp", 2e-3), ("direct", 1e-5)])
def test_one_angle_smears_its_view_over_half_a_turn(method: Any, error: float) -> None:
    view = np.array([[[0, 1, 3, 1, 0]]], np.float32)
    slice_ = reconstruct(view, np.zeros(1), center=2.0, filter="none", method=method)[0]
    np.testing.assert_allclose(slice_, np.pi * np.tile(view[0, 0], (5, 1)), atol=error)


@pytest.mark.parametrize("method", ["fbp", "direct"])
def test_values_that_are_not_numbers_are_interpolated_and_told(
    method: Any, disc_scan: DiscScan, listener: type[Listener]
) -> None:
    theta = _half_turn(180)
    scan = disc_scan(theta, 64, 31.5, radius=25)
    damaged = scan.copy()
    damaged[5, 0, 30] = np.nan
    damaged[9, 0, 12] = np.inf
    damaged[40] = np.nan
    monitor = listener()
    with monitored(monitor):
        found = reconstruct(damaged, theta, center=31.5, method=method)
    expected = reconstruct(scan, theta, center=31.5, method=method)
    np.testing.assert_allclose(found, expected, atol=0.02 * _MU)
    assert monitor.lines == ["66 values were not finite and were interpolated"]


@pytest.mark.parametrize("method", ["fbp", "direct"])
def test_row_without_any_number_is_nan_and_the_others_are_not(method: Any, disc_scan: DiscScan) -> None:
    theta = _half_turn(30)
    scan = np.repeat(disc_scan(theta, 32, 15.5, radius=10), 2, axis=1)
    scan[:, 1] = np.nan
    volume = reconstruct(scan, theta, center=15.5, method=method)
    assert np.isnan(volume[1]).all()
    assert np.isfinite(volume[0]).all()


@pytest.mark.parametrize("count", [0, 91, 111])
def test_wrong_number_of_angles_names_both(count: int) -> None:
    with pytest.raises(DataError, match=rf"90 projections need 90 angles, .*\({count},\); leave out"):
        reconstruct(np.ones((90, 1, 8)), np.zeros(count), center=4.0)


def test_angle_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(DataError, match="1 of 3 angles"):
        reconstruct(np.ones((3, 1, 8)), np.array([0, np.nan, 1]), center=4.0)


@pytest.mark.parametrize("center", [-0.6, 8.0, np.nan])
def test_axis_outside_the_detector_is_refused(center: float) -> None:
    with pytest.raises(SettingError, match="columns 0 to 7"):
        reconstruct(np.ones((3, 1, 8)), _half_turn(3), center=center)


def test_unknown_filter_is_refused_in_a_plain_call() -> None:
    with pytest.raises(SettingError, match="setting 'filter'"):
        reconstruct(np.ones((3, 1, 8)), _half_turn(3), center=4.0, filter="blackman")  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize(("method", "rows"), [("fbp", 1), ("fbp", 32), ("direct", 1), ("direct", 16)])
def test_cancel_is_felt_inside_a_large_slice(method: Any, rows: int, listener: type[Listener]) -> None:
    views = 16000 if method == "fbp" else 1400
    scan = np.broadcast_to(np.float32(1), (views, rows, 1400))
    monitor = listener()
    stopped: list[bool] = []

    def work() -> None:
        with monitored(monitor), pytest.raises(CancelledError):
            reconstruct(scan, _half_turn(views), center=700.0, method=method)
        stopped.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(0.1)
    monitor.flag[0] = 1
    thread.join(60)
    assert stopped == [True]


def test_mask_keeps_the_circle_and_the_number_type() -> None:
    volume = np.ones((2, 50, 50), np.uint16)
    masked = circular_mask(volume, ratio=0.8, value=7)
    assert masked.dtype == np.uint16
    inside = _radius(50) <= 20
    assert np.all(masked[:, inside] == 1)
    assert np.all(masked[:, ~inside] == 7)
