"""Each filter takes out the stripes it is made for, keeps the object, and is defined for whatever comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab._algorithm import monitored
from daisy_lab.algorithms import ct
from daisy_lab.algorithms.ct import stripes
from daisy_lab.algorithms.ct.stripes import _rows
from daisy_lab.errors import CancelledError, DataError

if TYPE_CHECKING:
    from conftest import Listener

_ALL = [getattr(stripes, name) for name in stripes.__all__]
_NAMES = [name.removeprefix("remove_stripes_") for name in stripes.__all__]
_COLUMNS = 640
each = pytest.mark.parametrize("remove", _ALL, ids=_NAMES)


def _rings(found: np.ndarray, scan: Any) -> float:
    """Tell how strong the rings are, in those of noise: sharp steps in the error's mean over the angles."""
    found_, good = (np.diff((part - scan.exact).mean(axis=0), axis=1).std() for part in (found, scan.good))
    return float(found_ / good)


def _error(found: np.ndarray, scan: Any) -> float:
    """Give the error of all values in units of the noise."""
    return float((found - scan.exact).std() / (scan.good - scan.exact).std())


def _small(rows: int = 3) -> np.ndarray:
    random = np.random.default_rng(2)
    stripes = random.normal(1, 0.1, (1, rows, 48)) + random.normal(0, 0.02, (40, rows, 48))
    return stripes.astype(np.float32)


@pytest.mark.parametrize(
    ("remove", "rings", "error"),
    [
        (ct.remove_stripes_all, 6, 1.9),
        (ct.remove_stripes_filtering, 6, 1.5),
        (ct.remove_stripes_fourier_wavelet, 4, 1.4),
        (ct.remove_stripes_large, 6, 1.7),
        (ct.remove_stripes_sorting, 6, 1.6),
        (ct.remove_stripes_titarenko, 4, 1.4),
    ],
)
def test_narrow_stripes_go_and_the_object_stays(remove: Any, rings: float, error: float, scan: Any) -> None:
    random = np.random.default_rng(1)
    gains = np.ones(_COLUMNS)
    gains[random.choice(_COLUMNS, _COLUMNS // 5, replace=False)] = random.uniform(0.95, 1.05, _COLUMNS // 5)
    striped = scan.with_gains(gains)
    assert _rings(striped, scan) > 15
    found = remove(striped)
    assert _rings(found, scan) < rings
    assert _error(found, scan) < error


def test_faint_stripes_of_transmission_are_fitted_away(scan: Any) -> None:
    gains = 1 + 0.02 * np.random.default_rng(1).standard_normal(_COLUMNS)
    striped = scan.with_gains(gains)
    found = -np.log(ct.remove_stripes_fitting(np.exp(-striped)))
    assert _rings(striped, scan) > 15
    assert _rings(found, scan) < 5


@pytest.mark.parametrize("remove", [ct.remove_stripes_all, ct.remove_stripes_large])
def test_wide_stripes_go(remove: Any, scan: Any) -> None:
    gains = np.ones(_COLUMNS)
    gains[300:312], gains[150:157] = 1.2, 0.85
    striped = scan.with_gains(gains)
    inside = [*range(302, 310), *range(152, 155)]
    before, after = (
        np.abs((part - scan.exact).mean(axis=0)[:, inside]).mean() for part in (striped, remove(striped))
    )
    assert after < before / 3


@pytest.mark.parametrize("remove", [ct.remove_stripes_all, ct.remove_stripes_dead])
def test_dead_and_fluctuating_columns_go(remove: Any, scan: Any) -> None:
    striped = scan.good.copy()
    striped[:, :, 350] = 1.0
    striped[:, :, 200] = np.random.default_rng(1).uniform(0, 2, striped.shape[:2])
    found = remove(striped)
    for column in (200, 350):
        before, after = (np.abs(part - scan.exact)[..., column].mean() for part in (striped, found))
        assert after < before / 5


def test_dead_column_is_a_line_between_its_neighbours_and_all_else_is_kept(scan: Any) -> None:
    striped = scan.good.copy()
    striped[:, :, 350] = 1.0
    found = ct.remove_stripes_dead(striped, residual=False)
    assert not np.array_equal(found[..., 350], striped[..., 350])
    changed = np.flatnonzero((found[:, 0] != striped[:, 0]).any(axis=0))
    assert 350 in changed
    first = 350
    while first - 1 in changed:
        first -= 1
    last = 350
    while last + 1 in changed:
        last += 1
    weights = np.linspace(0, 1, last - first + 3)[1:-1]
    line = np.outer(striped[:, 0, first - 1], 1 - weights) + np.outer(striped[:, 0, last + 1], weights)
    np.testing.assert_allclose(found[:, 0, first : last + 1], line, atol=1e-6)


def test_titarenko_solves_its_equations() -> None:
    values = _small()
    offset = (ct.remove_stripes_titarenko(values, alpha=0.3) - values).astype(float)
    np.testing.assert_allclose(offset, np.broadcast_to(offset[:1], offset.shape), atol=1e-6)
    mean = values.mean(axis=0, dtype=float)
    q = offset.mean(axis=0)
    slope = np.pad(np.diff(mean + q, axis=1), ((0, 0), (1, 1)))
    np.testing.assert_allclose(-np.diff(slope, axis=1) + 0.3 * q, 0, atol=1e-6)


def test_sorting_by_one_column_changes_nothing() -> None:
    np.testing.assert_array_equal(ct.remove_stripes_sorting(_small(), size=1), _small())


def test_fourier_wavelet_takes_a_constant_stripe_and_keeps_a_changing_one() -> None:
    angle = np.arange(512)[:, np.newaxis, np.newaxis]
    constant, changing = np.zeros((512, 1, 512)), np.zeros((512, 1, 512))
    constant[:, :, 256:258] = 1
    changing[:, :, 256:258] = np.cos(2 * np.pi * 40 * angle / 512)
    assert np.abs(ct.remove_stripes_fourier_wavelet(constant)).max() < 0.1
    np.testing.assert_allclose(ct.remove_stripes_fourier_wavelet(changing), changing, atol=0.05)


@each
def test_any_block_of_rows_has_the_bits_of_the_whole(remove: Any) -> None:
    values = _small(5)
    whole = remove(values)
    np.testing.assert_array_equal(remove(values[:, 1:4]), whole[:, 1:4])
    np.testing.assert_array_equal(remove(values[:, 4:]), whole[:, 4:])


@each
def test_any_number_of_threads_gives_the_same_bits_and_the_input_stays(
    remove: Any, listener: type[Listener]
) -> None:
    values = _small(5)
    before = values.copy()
    results = []
    for workers in (1, 3):
        with monitored(listener(workers)):
            results.append(remove(values))
    np.testing.assert_array_equal(*results)
    np.testing.assert_array_equal(values, before)


@each
@pytest.mark.parametrize("dtype", ["u2", ">u2", "f8", ">f4", "i4"])
def test_any_number_type_and_layout_is_taken(remove: Any, dtype: str) -> None:
    counts = (1000 * _small()).astype(dtype)
    found = remove(counts)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, remove(counts.astype(np.float32)))
    np.testing.assert_array_equal(remove(np.asfortranarray(counts)), found)
    np.testing.assert_array_equal(remove(counts[::-1, ::-1])[:, ::-1], remove(counts[::-1].copy()))


@each
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 2, 30), (2, 1, 3), (5, 1, 2), (40, 2, 7), (3, 1, 65)])
def test_small_scans_give_finite_values(remove: Any, shape: tuple[int, ...]) -> None:
    found = remove(np.random.default_rng(0).uniform(0.5, 1, shape))
    assert found.shape == shape
    assert np.isfinite(found).all()


@each
@pytest.mark.parametrize("value", [0.0, 1.0, -2.0])
def test_a_uniform_scan_stays(remove: Any, value: float) -> None:
    values = np.full((50, 2, 70), value, np.float32)
    np.testing.assert_allclose(remove(values), values, atol=2e-6)


@each
def test_gaps_are_filled_and_counted_and_do_not_spread(remove: Any, listener: type[Listener]) -> None:
    values = _small()
    values[:, 1, 20] = np.nan
    values[3, 1, 30] = np.inf
    listener = listener()
    with monitored(listener):
        found = remove(values)
    assert np.isfinite(found).all()
    assert listener.lines == ["41 of 5760 values are no finite numbers: interpolated from their neighbours"]
    np.testing.assert_array_equal(found[:, [0, 2]], remove(_small())[:, [0, 2]])


@each
def test_a_row_without_any_number_stays_so(remove: Any) -> None:
    values = _small()
    values[:, 1] = np.nan
    found = remove(values)
    assert np.isnan(found[:, 1]).all()
    np.testing.assert_array_equal(found[:, [0, 2]], remove(_small())[:, [0, 2]])


@pytest.mark.parametrize("remove", [ct.remove_stripes_all, ct.remove_stripes_dead, ct.remove_stripes_large])
def test_without_noise_nothing_is_taken_for_a_stripe(remove: Any) -> None:
    values = np.zeros((60, 1, 600), np.float32)
    values[:, :, 50:250] = np.sqrt(1 - np.linspace(-1, 1, 200) ** 2)
    found = remove(values)
    np.testing.assert_array_equal(found[:, :, :20], 0)
    np.testing.assert_allclose(found[:, :, 80:220], values[:, :, 80:220], rtol=0.02)


@each
def test_the_user_can_stop(remove: Any, listener: type[Listener]) -> None:
    listener = listener()
    listener.flag[0] = 1
    with monitored(listener), pytest.raises(CancelledError):
        remove(_small())


@pytest.mark.parametrize("kernel", ["sort_angles", "median_columns"])
def test_long_loops_hear_the_user_stop(kernel: str, listener: type[Listener]) -> None:
    from daisy_lab.algorithms.ct.stripes import _sorted  # noqa: PLC0415 - the private part under test

    listener = listener()
    listener.flag[0] = 1
    cube = np.zeros((1, 9, 9), np.float32)
    arguments = (cube,) if kernel == "sort_angles" else (cube, 3)
    with monitored(listener), pytest.raises(CancelledError):
        getattr(_sorted, kernel)(*arguments)


@each
def test_nothing_and_a_single_sinogram_are_refused(remove: Any) -> None:
    with pytest.raises(DataError, match="holds nothing"):
        remove(np.zeros((4, 0, 5)))
    with pytest.raises(DataError, match="angle, row, column, and has 2"):
        remove(np.zeros((4, 5)))


@each
def test_device_gives_what_the_processor_gives(remove: Any, device: Any) -> None:
    values = _small(2)[:30]
    values[:, 0, 20] = 1.0
    values[:, 1, 10:14] += 0.3
    values[5, 1, 7] = np.nan
    found = remove(device.asarray(values))
    assert isinstance(found, device.ndarray)
    assert found.dtype == np.float32
    np.testing.assert_allclose(device.asnumpy(found), remove(values), rtol=1e-5, atol=1e-5)


def test_device_replaces_columns_too(device: Any) -> None:
    values = _small(1)
    values[:, 0, 20] = np.random.default_rng(1).uniform(0, 2, len(values))
    bridged = ct.remove_stripes_dead(values, size=21, residual=False)
    assert (bridged != values).any(axis=0)[0, 20]
    found = ct.remove_stripes_dead(device.asarray(values), size=21, residual=False)
    np.testing.assert_allclose(device.asnumpy(found), bridged, rtol=1e-6)


def test_device_works_in_blocks_of_rows_and_leaves_rows_without_numbers(
    device: Any, monkeypatch: pytest.MonkeyPatch, listener: type[Listener]
) -> None:
    monkeypatch.setattr(_rows, "_DEVICE_VALUES", 2 * 40 * 48)
    values = _small(3)
    values[:, 1] = np.nan
    listener = listener()
    with monitored(listener):
        found = ct.remove_stripes_titarenko(device.asarray(values))
    np.testing.assert_allclose(device.asnumpy(found), ct.remove_stripes_titarenko(values), rtol=1e-6)
    assert listener.lines == []


def test_noise_in_air_is_not_amplified() -> None:
    """The mean absorption of air is nearly zero, and the ratio of two such numbers is anything."""
    air = np.random.default_rng(3).normal(0, 0.01, (241, 1, 2000)).astype(np.float32)
    for remove in (ct.remove_stripes_large, ct.remove_stripes_all, ct.remove_stripes_fitting):
        assert remove(air).std() < 0.015


@pytest.mark.parametrize(
    ("remove", "setting"),
    [
        (ct.remove_stripes_all, {"trim": 0.8, "threshold": 1e-3, "large_size": 1, "small_size": 1}),
        (ct.remove_stripes_dead, {"smoothing": 1001, "size": 2001}),
        (ct.remove_stripes_filtering, {"sigma": 0.01}),
        (ct.remove_stripes_filtering, {"sigma": 1e6}),
        (ct.remove_stripes_fitting, {"sigma": 0.01, "order": 6}),
        (ct.remove_stripes_fourier_wavelet, {"level": 12, "wavelet": "db20", "sigma": 0.01}),
        (ct.remove_stripes_sorting, {"size": 2001}),
        (ct.remove_stripes_titarenko, {"alpha": 1e-9}),
        (ct.remove_stripes_titarenko, {"alpha": 1e9}),
    ],
)
def test_settings_at_their_bounds_change_no_more_than_the_noise(remove: Any, setting: dict[str, Any]) -> None:
    values = np.random.default_rng(0).normal(1, 0.1, (30, 1, 40)).astype(np.float32)
    assert np.abs(remove(values, **setting) - values).max() < 0.4
