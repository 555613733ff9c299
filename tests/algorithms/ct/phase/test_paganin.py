"""Paganin's filter: absolute against a propagated wave, exact on cosines, the same bits in any block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct.phase import paganin, paganin_length
from daisy_lab.errors import CancelledError, DataError, SettingError

if TYPE_CHECKING:
    from conftest import Listener

_SETTINGS: dict[str, Any] = {"energy": 20.0, "distance": 100.0, "pixel_size": 1.0, "delta_beta": 500.0}
_WAVELENGTH = 12.398419843 / 20e4  # um
_FRAMES = np.random.default_rng(3).uniform(0.5, 1.1, (5, 37, 53)).astype(np.float32)


def _gaussian(size: int, width: float, height: float) -> np.ndarray:
    line = np.arange(size) - (size - 1) / 2
    return height * np.exp(-(line**2 + line[:, np.newaxis] ** 2) / (2 * width**2))


def _propagated(thickness: np.ndarray, delta: float, beta: float) -> np.ndarray:
    """Give the intensity of a plane wave 100 mm behind a sample; lengths in um."""
    wave = np.exp(-2 * np.pi / _WAVELENGTH * (1j * delta + beta) * thickness)
    f = np.fft.fftfreq(len(thickness))
    travel = np.exp(-1j * np.pi * _WAVELENGTH * 1e5 * (f**2 + f[:, np.newaxis] ** 2))
    return np.asarray(np.abs(np.fft.ifft2(np.fft.fft2(wave) * travel)) ** 2)


@pytest.mark.parametrize("method", ["paganin", "generalised"])
def test_thickness_of_a_propagated_gaussian_is_recovered(method: Any) -> None:
    beta = 1e-9
    mu = 4 * np.pi * beta / _WAVELENGTH
    thickness = _gaussian(256, 22.0, 150.0)
    intensity = _propagated(thickness, 500 * beta, beta)
    # Propagation changed what is seen by far more than what is left after the filter.
    assert np.abs(intensity - np.exp(-mu * thickness)).max() > 0.01
    found = -np.log(paganin(intensity[np.newaxis], **_SETTINGS, method=method)[0]) / mu
    assert np.abs(found - thickness).max() < 0.004 * thickness.max()


def test_a_sample_cut_off_by_the_frame_is_recovered_inside_and_better_with_edges_repeated() -> None:
    beta = 1e-9
    mu = 4 * np.pi * beta / _WAVELENGTH
    thickness = _gaussian(256, 40.0, 150.0)
    cut = (slice(60, 200), slice(90, 256))
    intensity = _propagated(thickness, 500 * beta, beta)[cut]
    edge, reflect = (
        np.abs(-np.log(paganin(intensity[np.newaxis], **_SETTINGS, padding=padding)[0]) / mu - thickness[cut])
        for padding in ("edge", "reflect")
    )
    # Three lengths of the filter from the edge nothing is left of what lies beyond it.
    assert edge[50:-50, 50:-50].max() < 0.01 * thickness.max()
    assert edge.max() < 0.7 * reflect.max()


@pytest.mark.parametrize("method", ["paganin", "generalised"])
def test_a_cosine_is_damped_by_exactly_the_formula(method: Any) -> None:
    rows, columns = (np.arange(n) + 0.5 for n in (40, 64))
    ky, kx = np.pi * 3 / 40, np.pi * 30 / 64
    wave = np.cos(ky * rows)[:, np.newaxis] * np.cos(kx * columns)
    squared = kx**2 + ky**2 if method == "paganin" else 4 - 2 * np.cos(kx) - 2 * np.cos(ky)
    weight = 500 * _WAVELENGTH * 1e5 / (4 * np.pi)
    found = paganin(1 + 0.3 * wave[np.newaxis], **_SETTINGS, method=method, padding="reflect")[0]
    np.testing.assert_allclose(found, 1 + 0.3 * wave / (1 + weight * squared), atol=2e-6)


def test_filter_equals_a_fourier_filter_of_the_mirrored_frame() -> None:
    frame = _FRAMES[0].astype(float)
    mirrored = np.block([[frame, frame[:, ::-1]], [frame[::-1], frame[::-1, ::-1]]])
    ky, kx = (2 * np.pi * np.fft.fftfreq(n) for n in mirrored.shape)
    length = paganin_length(**_SETTINGS)
    expected = np.fft.ifft2(np.fft.fft2(mirrored) / (1 + length**2 * (kx**2 + ky[:, np.newaxis] ** 2)))
    found = paganin(_FRAMES[:1], **_SETTINGS, padding="reflect")[0]
    np.testing.assert_allclose(found, expected.real[:37, :53], rtol=2e-6)


def test_edge_padding_is_that_of_a_frame_continued_by_its_outermost_pixels() -> None:
    wide = np.pad(_FRAMES[:1], ((0, 0), (150, 150), (150, 150)), mode="edge")
    expected = paganin(wide, **_SETTINGS)[:, 150:187, 150:203]
    found = paganin(_FRAMES[:1], **_SETTINGS, padding="edge")
    # Four lengths of the filter, but no more than the frame itself is wide.
    np.testing.assert_allclose(found, expected, atol=0.02)
    assert np.abs(paganin(_FRAMES[:1], **_SETTINGS, padding="reflect") - expected).max() > 0.005


def test_length_follows_from_the_physics() -> None:
    expected = np.sqrt(500 * _WAVELENGTH * 1e5 / (4 * np.pi)) / 2.5
    assert paganin_length(**_SETTINGS | {"pixel_size": 2.5}) == pytest.approx(expected, rel=1e-6)


def test_no_distance_changes_nothing() -> None:
    np.testing.assert_allclose(paganin(_FRAMES, **_SETTINGS | {"distance": 0.0}), _FRAMES, rtol=1e-6)


def test_blocks_of_angles_and_threads_have_the_bits_of_the_whole(listener: type[Listener]) -> None:
    whole = paganin(_FRAMES, **_SETTINGS)
    np.testing.assert_array_equal(paganin(_FRAMES[2:4], **_SETTINGS), whole[2:4])
    for workers in (1, 2):
        with monitored(listener(workers)):
            np.testing.assert_array_equal(paganin(_FRAMES, **_SETTINGS), whole)


@pytest.mark.parametrize("padding", ["reflect", "edge"])
@pytest.mark.parametrize("delta_beta", [0.5, 100.0])
def test_preview_of_some_rows_is_within_its_tolerance(padding: Any, delta_beta: float) -> None:
    settings = _SETTINGS | {"delta_beta": delta_beta, "padding": padding}
    window = paganin.windows(paganin.validate(settings))["row"]
    frame = np.random.default_rng(1).uniform(0, 1, (1, 600, 20)).astype(np.float32)
    frame[:, 300:] += 5
    low, high = 290, 296
    band = paganin(frame[:, low - window.before : high + window.after], **settings)
    whole = paganin(frame, **settings)[:, low:high]
    here = band[:, window.before : window.before + high - low]
    assert window.before < 200
    assert np.abs(here - whole).max() <= window.tolerance * np.abs(whole).max()


@pytest.mark.parametrize("dtype", ["u2", ">u2", ">f8", "f8", "i4"])
def test_any_number_type_gives_what_float32_gives(dtype: str) -> None:
    counts = (1000 * _FRAMES).astype(dtype)
    expected = paganin(counts.astype(np.float32), **_SETTINGS)
    found = paganin(counts[:, ::-1][:, ::-1], **_SETTINGS)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("shape", [(2, 1, 30), (2, 30, 1), (1, 1, 1), (1, 2, 3), (1, 31, 29)])
@pytest.mark.parametrize("padding", ["reflect", "edge"])
def test_a_frame_of_one_value_stays_as_it_is_whatever_its_size(shape: Any, padding: Any) -> None:
    found = paganin(np.full(shape, 0.7, np.float32), **_SETTINGS, padding=padding)
    np.testing.assert_allclose(found, 0.7, rtol=2e-6)


def test_input_is_not_changed() -> None:
    frames = _FRAMES.copy()
    frames[0, 2, 3] = np.nan
    before = frames.copy()
    paganin(frames, **_SETTINGS)
    np.testing.assert_array_equal(frames, before)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_numbers_are_interpolated_and_counted(
    bad: float, listener: type[Listener]
) -> None:
    frames = _FRAMES.copy()
    frames[1, 5, 7] = bad
    listener = listener()
    with monitored(listener):
        found = paganin(frames, **_SETTINGS)
    frames[1, 5, 7] = (frames[1, 5, 6] + frames[1, 5, 8]) / 2
    np.testing.assert_allclose(found, paganin(frames, **_SETTINGS), rtol=1e-6)
    assert listener.lines == [
        "the phase filter smooths over 15.71 pixels",
        "1 of 9805 values were no finite numbers: interpolated before the filter",
    ]


def test_a_frame_without_any_number_stays_so_and_spoils_no_other() -> None:
    frames = _FRAMES.copy()
    frames[1] = np.nan
    found = paganin(frames, **_SETTINGS)
    assert np.isnan(found[1]).all()
    np.testing.assert_array_equal(found[[0, 2]], paganin(_FRAMES, **_SETTINGS)[[0, 2]])


def test_nothing_and_a_single_frame_without_its_axis_are_refused() -> None:
    with pytest.raises(DataError, match="holds nothing"):
        paganin(_FRAMES[:0], **_SETTINGS)
    with pytest.raises(DataError, match="angle, row, column, and has 2"):
        paganin(_FRAMES[0], **_SETTINGS)


def test_energy_below_zero_is_refused_before_anything_runs() -> None:
    with pytest.raises(SettingError, match="energy"):
        paganin.validate(_SETTINGS | {"energy": -1})


def test_cancel_is_felt(listener: type[Listener]) -> None:
    with monitored(listener(stop=True)), pytest.raises(CancelledError):
        paganin(_FRAMES, **_SETTINGS)


@pytest.mark.parametrize("padding", ["reflect", "edge"])
def test_on_a_device_it_is_what_the_processor_gives(device: Any, padding: Any) -> None:
    frames = _FRAMES[:2].copy()
    frames[1, 5, 7] = np.nan
    found = paganin(device.asarray(frames), **_SETTINGS, padding=padding)
    assert isinstance(found, device.ndarray)
    expected = paganin(frames, **_SETTINGS, padding=padding)
    np.testing.assert_allclose(device.asnumpy(found), expected, rtol=1e-5)
