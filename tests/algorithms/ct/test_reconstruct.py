"""Back-projection against exact line integrals: absolute values, orientation, bits, and inputs that are not nice."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import circular_mask, reconstruct
from daisy_lab.errors import CancelledError, DataError, SettingError

if TYPE_CHECKING:
    from conftest import DiscScan, SolidScan

_MU = 0.01


def _half_turn(views: int) -> np.ndarray:
    return np.arange(views) * (np.pi / views)


def _radius(size: int, x: float = 0, y: float = 0) -> np.ndarray:
    """Distance of each pixel from (x, y), y upwards, from the middle of the slice."""
    line = np.arange(size) - (size - 1) / 2
    return np.hypot(line - x, (-line - y)[:, np.newaxis])


class _Monitor:
    def __init__(self, workers: int = 2) -> None:
        self.flag = np.zeros(1, np.uint8)
        self.workers = workers
        self.lines: list[str] = []

    def advance(self, done: float, total: float | None, text: str) -> None: ...

    def log(self, line: str) -> None:
        self.lines.append(line)


def test_flat_disc_comes_out_with_its_own_value(disc_scan: DiscScan) -> None:
    theta = _half_turn(1600)
    value = reconstruct(disc_scan(theta, 256, 127.5, radius=100), theta, center=127.5)[0] / _MU
    radius = _radius(256)
    for place in (0, 50, 90):
        assert np.abs(value[np.abs(radius - place) < 2] - 1).max() < 1e-3, f"at radius {place}"
    assert np.abs(value[radius > 107]).max() < 1e-3


def test_off_centre_disc_on_an_off_centre_axis_lies_right_and_up(disc_scan: DiscScan) -> None:
    theta = _half_turn(400)
    scan = disc_scan(theta, 128, 70.3, radius=12, x=25, y=14)
    value = reconstruct(scan, theta, center=70.3)[0] / _MU
    assert np.abs(value[_radius(128, 25, 14) < 9] - 1).max() < 0.01
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


@pytest.mark.parametrize(("window", "sharper"), [("shepp", "ramp"), ("cosine", "shepp"), ("hann", "hamming")])
def test_filters_keep_the_value_and_lower_the_noise(window: str, sharper: str, disc_scan: DiscScan) -> None:
    theta = _half_turn(180)
    scan = disc_scan(theta, 100, 49.5, radius=40)
    scan += np.random.default_rng(0).normal(0, 0.01, scan.shape).astype(np.float32)
    inside = _radius(100) < 34
    smooth = reconstruct(scan, theta, center=49.5, filter=window)[0][inside]
    rough = reconstruct(scan, theta, center=49.5, filter=sharper)[0][inside]
    assert smooth.mean() == pytest.approx(_MU, rel=3e-3)
    assert smooth.std() < rough.std()


def test_without_filter_each_pixel_is_the_sum_of_its_rays(disc_scan: DiscScan) -> None:
    theta = _half_turn(200)
    scan = disc_scan(theta, 65, 32.0, radius=20)
    value = reconstruct(scan, theta, center=32.0, filter="none")[0]
    assert value[32, 32] == pytest.approx(np.pi * scan[0, 0, 32], rel=1e-5)


def test_gridrec_is_another_name_for_fbp(solid_scan: SolidScan) -> None:
    theta = _half_turn(60)
    scan = solid_scan(theta, 64, 31.0)
    np.testing.assert_array_equal(
        reconstruct(scan, theta, center=31.0, method="gridrec"), reconstruct(scan, theta, center=31.0)
    )


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_any_rows_and_any_number_of_threads_give_the_same_bits(workers: int, solid_scan: SolidScan) -> None:
    theta = _half_turn(70)
    scan = solid_scan(theta, 61, 31.2, rows=11)
    whole = reconstruct(scan, theta, center=31.2)
    with monitored(_Monitor(workers)):
        for rows in (slice(0, 11), slice(3, 4), slice(2, 5), slice(1, 10)):
            np.testing.assert_array_equal(reconstruct(scan[:, rows], theta, center=31.2), whole[rows])


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


def test_one_angle_smears_its_view_over_half_a_turn() -> None:
    view = np.array([[[0, 1, 3, 1, 0]]], np.float32)
    slice_ = reconstruct(view, np.zeros(1), center=2.0, filter="none")[0]
    np.testing.assert_allclose(slice_, np.pi * np.tile(view[0, 0], (5, 1)), atol=1e-5)


def test_values_that_are_not_numbers_are_interpolated_and_told(disc_scan: DiscScan) -> None:
    theta = _half_turn(180)
    scan = disc_scan(theta, 64, 31.5, radius=25)
    damaged = scan.copy()
    damaged[5, 0, 30] = np.nan
    damaged[9, 0, 12] = np.inf
    damaged[40] = np.nan
    monitor = _Monitor()
    with monitored(monitor):
        found = reconstruct(damaged, theta, center=31.5)
    np.testing.assert_allclose(found, reconstruct(scan, theta, center=31.5), atol=0.02 * _MU)
    assert monitor.lines == ["66 values were not finite and were interpolated"]


def test_row_without_any_number_is_nan_and_the_others_are_not(disc_scan: DiscScan) -> None:
    theta = _half_turn(30)
    scan = np.repeat(disc_scan(theta, 32, 15.5, radius=10), 2, axis=1)
    scan[:, 1] = np.nan
    volume = reconstruct(scan, theta, center=15.5)
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
        reconstruct(np.ones((3, 1, 8)), _half_turn(3), center=4.0, filter="parzen")  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize("rows", [1, 16])
def test_cancel_is_felt_within_a_second_inside_a_large_slice(rows: int) -> None:
    scan = np.ones((700, rows, 1400), np.float32)
    monitor = _Monitor()
    stopped: list[float] = []

    def work() -> None:
        with monitored(monitor), pytest.raises(CancelledError):
            reconstruct(scan, _half_turn(700), center=700.0)
        stopped.append(time.perf_counter())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(0.5)
    assert thread.is_alive()
    asked = time.perf_counter()
    monitor.flag[0] = 1
    thread.join(10)
    assert stopped[0] - asked < 1


def test_mask_keeps_the_circle_and_the_number_type() -> None:
    volume = np.ones((2, 50, 50), np.uint16)
    masked = circular_mask(volume, ratio=0.8, value=7)
    assert masked.dtype == np.uint16
    inside = _radius(50) <= 20
    assert np.all(masked[:, inside] == 1)
    assert np.all(masked[:, ~inside] == 7)
