"""Patterns agree with pyFAI where it has the same settings, and with plain sums where it has not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from daisy_lab.algorithms.azint import (
    FrameIntegrator,
    bins,
    cake,
    cake_bins,
    find_flip,
    integrate,
    mask_detector,
    mask_rings,
)
from daisy_lab.algorithms.azint._geometry import Geometry
from daisy_lab.errors import DataError, SettingError

METHOD = ("bbox", "csr", "cython")


def pyfai(geometry: dict[str, Any], shape: tuple[int, int]) -> Any:
    return Geometry.of(geometry).integrator(shape)


@pytest.fixture
def mask() -> np.ndarray:
    mask = np.zeros((120, 150), bool)
    mask[40:46] = True
    return mask


@pytest.mark.parametrize("kind", ["uint8", "uint16", "int32", "uint32", "float32", "float64", "int64"])
def test_a_pattern_is_that_of_pyfai_for_every_type_of_numbers(
    kind: str, frames: np.ndarray, geometry: dict[str, Any], mask: np.ndarray
) -> None:
    some = (frames[:3] // (4 if kind == "uint8" else 1)).astype(kind)
    made = bins(some, geometry, mask, bins=80, polarization=0.99)
    ours = integrate(some, made.binning, mask, error_model="poisson")
    for frame, intensity, sigma in zip(some, ours.intensity, ours.sigma, strict=True):
        theirs = pyfai(geometry, frame.shape).integrate1d(
            frame,
            80,
            unit="q_A^-1",
            mask=mask,
            polarization_factor=0.99,
            method=METHOD,
            error_model="poisson",
        )
        np.testing.assert_allclose(made.radius, theirs.radial, rtol=1e-12)
        np.testing.assert_allclose(intensity, theirs.intensity, rtol=1e-6)
        np.testing.assert_allclose(sigma, theirs.sigma, rtol=1e-6)


@pytest.mark.parametrize("unit", ["q_nm^-1", "2th_deg", "2th_rad", "r_mm"])
def test_each_unit_and_a_sector_are_those_of_pyfai(
    unit: Any, frames: np.ndarray, geometry: dict[str, Any]
) -> None:
    reference = pyfai(geometry, (120, 150))
    low, high = np.quantile(reference.center_array((120, 150), unit=unit), [0.1, 0.8])
    made = bins(
        frames,
        geometry,
        unit=unit,
        bins=40,
        radial_min=low,
        radial_max=high,
        azimuth_min=-120,
        azimuth_max=30,
    )
    ours = integrate(frames[:1], made.binning)
    theirs = reference.integrate1d(
        frames[0], 40, unit=unit, radial_range=(low, high), azimuth_range=(-120, 30), method=METHOD
    )
    # At the ends pyFAI counts what reaches beyond them otherwise.
    np.testing.assert_allclose(ours.intensity[0, 1:-1], theirs.intensity[1:-1], rtol=1e-6)


def test_without_splitting_each_pixel_has_one_bin(frames: np.ndarray, geometry: dict[str, Any]) -> None:
    made = bins(frames, geometry, bins=50, splitting="no", solid_angle=False)
    radius = pyfai(geometry, (120, 150)).center_array((120, 150), unit="q_A^-1")
    first, last = made.binning["radius"]
    place = np.floor((radius - first) / ((last - first) / 50)).astype(int).ravel()
    mean = np.bincount(place, frames[0].ravel().astype(float)) / np.bincount(place)
    np.testing.assert_allclose(integrate(frames[:1], made.binning).intensity[0], mean, rtol=1e-12)


def test_the_scatter_along_a_ring_gives_the_error_of_the_mean(
    frames: np.ndarray, geometry: dict[str, Any]
) -> None:
    made = bins(frames, geometry, bins=30, splitting="no", solid_angle=False)
    found = integrate(frames[:1], made.binning, error_model="azimuthal")
    radius = pyfai(geometry, (120, 150)).center_array((120, 150), unit="q_A^-1")
    first, last = made.binning["radius"]
    place = np.floor((radius - first) / ((last - first) / 30)).astype(int)
    for one in (5, 15, 25):
        values = frames[0][place == one].astype(float)
        assert found.sigma[0, one] == pytest.approx(values.std() / np.sqrt(len(values)), rel=1e-9)


@pytest.mark.parametrize("count", [1, 3, 4, 5, 16, 17, 20])
def test_a_frame_has_the_same_bits_whatever_stands_beside_it(
    count: int, frames: np.ndarray, geometry: dict[str, Any]
) -> None:
    made = bins(frames, geometry, bins=60)
    whole = integrate(frames, made.binning, error_model="poisson")
    part = integrate(frames[:count], made.binning, error_model="poisson")
    np.testing.assert_array_equal(part.intensity, whole.intensity[:count])
    np.testing.assert_array_equal(part.sigma, whole.sigma[:count])


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("width", [15, 60, 700])
@pytest.mark.parametrize("kind", ["uint16", "float32"])
def test_one_frame_has_the_bits_of_a_batch_with_faults_and_wide_pixels(
    kind: str, width: int, count: int, frames: np.ndarray, geometry: dict[str, Any]
) -> None:
    mask = np.zeros((120, 150), bool)
    mask[40:46] = True
    some = frames.astype(kind)
    some[0, 17, 20:90], some[1, ::7, ::11] = 60000, 60000
    binning = bins(some, geometry, mask, bins=width).binning
    dark = np.full((1, 120, 150), 1.5)
    for model in ("none", "poisson"):
        given: dict[str, Any] = {"highest": 59999, "error_model": model}
        whole = integrate(some, binning, mask, dark, **given)
        part = integrate(some[:count], binning, mask, dark, **given)
        np.testing.assert_array_equal(part.intensity, whole.intensity[:count])
        np.testing.assert_array_equal(part.sigma, whole.sigma[:count])


def test_a_frame_with_a_mask_of_its_own_is_integrated_in_one_pass(
    frames: np.ndarray, geometry: dict[str, Any], mask: np.ndarray
) -> None:
    binning = bins(frames, geometry, bins=60, polarization=0.99).binning
    rng = np.random.default_rng(6)
    images: dict[str, Any] = {
        "dark": rng.uniform(1, 3, (1, 120, 150)),
        "flat": rng.uniform(0.5, 1.5, (1, 120, 150)),
        "background_frame": rng.uniform(5, 9, (1, 120, 150)),
        "bgscale": 0.7,
        "highest": 300,
    }
    live = FrameIntegrator(binning, **images)
    ring = np.hypot(*(np.indices((120, 150)) - np.array([60, 77]).reshape(2, 1, 1)))
    for frame, masked in ((frames[0], mask), (frames[1], ring < 20), (frames[0], None)):
        found = live(frame, masked)
        whole = integrate(frame[np.newaxis], binning, masked, error_model="poisson", **images)
        np.testing.assert_allclose(found.intensity, whole.intensity[0], rtol=1e-12)
        np.testing.assert_allclose(found.sigma, whole.sigma[0], rtol=1e-12)
    assert np.isnan(live(frames[1], ring < 20).intensity).any()


def test_what_a_frame_of_its_own_cannot_be_is_told(frames: np.ndarray, geometry: dict[str, Any]) -> None:
    live = FrameIntegrator(bins(frames, geometry, bins=60).binning)
    with pytest.raises(DataError, match=r"bins are those of frames of \(120, 150\) pixels .* \(50, 150\)"):
        live(frames[0, :50])
    with pytest.raises(DataError, match="mask has the shape"):
        live(frames[0], np.zeros((3, 3), bool))
    with pytest.raises(DataError, match="those of a cake"):
        FrameIntegrator(cake_bins(frames, geometry).binning)
    assert np.isnan(live(frames[0], np.ones((120, 150), bool)).intensity).all()


def test_dark_flat_and_background_are_as_if_done_pixel_by_pixel(
    frames: np.ndarray, geometry: dict[str, Any]
) -> None:
    rng = np.random.default_rng(5)
    dark, flat = rng.uniform(1, 3, (2, 120, 150)), rng.uniform(0.5, 1.5, (1, 120, 150))
    background = rng.uniform(5, 9, (1, 120, 150))
    made = bins(frames, geometry, bins=60)
    ours = integrate(frames[:2], made.binning, None, dark, flat, background, bgscale=0.7)
    mean_dark = dark.mean(axis=0)
    signal = (frames[:2] - mean_dark) - 0.7 * (background[0] - mean_dark)
    theirs = [
        pyfai(geometry, (120, 150)).integrate1d(one, 60, unit="q_A^-1", flat=flat[0], method=METHOD).intensity
        for one in signal
    ]
    np.testing.assert_allclose(ours.intensity, theirs, rtol=1e-5)


@pytest.mark.parametrize("kind", ["uint16", "float32", "int32"])
@pytest.mark.parametrize("model", ["none", "poisson", "azimuthal"])
def test_values_that_do_not_count_are_as_if_masked_in_their_frame(
    kind: str, model: Any, frames: np.ndarray, geometry: dict[str, Any]
) -> None:
    some = frames.astype(kind)
    spoilt = np.random.default_rng(8).random(some.shape) < 0.02
    spoilt[4] = False
    some[spoilt] = np.nan if kind == "float32" else 60000
    made = bins(some, geometry, bins=60)
    found = integrate(some, made.binning, highest=59999, error_model=model)
    for at in (0, 4, 11):
        alone = integrate(frames[at : at + 1], made.binning, spoilt[at], error_model=model)
        np.testing.assert_allclose(found.intensity[at], alone.intensity[0], rtol=1e-9)
        np.testing.assert_allclose(found.sigma[at], alone.sigma[0], rtol=1e-6)


def test_a_dummy_is_left_out(frames: np.ndarray, geometry: dict[str, Any]) -> None:
    some = frames[:1].astype(np.int32)
    some[0, 30:50] = -5
    made = bins(some, geometry, bins=60)
    mask = np.zeros((120, 150), bool)
    mask[30:50] = True
    found = integrate(some, made.binning, dummy=-4.5, delta_dummy=1)
    np.testing.assert_allclose(found.intensity, integrate(some, made.binning, mask).intensity, rtol=1e-9)


def test_a_saturated_frame_and_a_frame_of_nan_measure_nothing(
    frames: np.ndarray, geometry: dict[str, Any]
) -> None:
    some = frames[:3].astype(np.float32)
    some[1], some[2] = 65535, np.nan
    found = integrate(some, bins(some, geometry, bins=60).binning, highest=65534)
    assert np.isfinite(found.intensity[0]).all()
    assert np.isnan(found.intensity[1:]).all()


def test_frames_masked_all_over_measure_nothing(frames: np.ndarray, geometry: dict[str, Any]) -> None:
    binning, everything = bins(frames, geometry, bins=60).binning, np.ones((120, 150), bool)
    for count in (1, 3):
        found = integrate(frames[:count], binning, everything, error_model="poisson")
        assert np.isnan(found.intensity).all()
        assert np.isnan(found.sigma).all()


@pytest.mark.parametrize("algorithm", [bins, mask_detector, mask_rings, find_flip])
def test_the_geometry_of_another_detector_is_told_wherever_it_is_used(
    algorithm: Any, frames: np.ndarray, geometry: dict[str, Any]
) -> None:
    other = geometry | {"detector": "Pilatus1M", "config": {}}
    with pytest.raises(DataError, match=r"geometry is for Pilatus.*give the \.poni file of this detector"):
        algorithm(frames, other)


def test_bins_of_another_detector_are_told(frames: np.ndarray, geometry: dict[str, Any]) -> None:
    binning = bins(frames, geometry, bins=60).binning
    with pytest.raises(DataError, match=r"\(120, 150\) pixels .* these have \(60, 150\); make the bins"):
        integrate(frames[:, :60], binning)


def test_a_mask_of_everything_is_told(frames: np.ndarray, geometry: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="all pixels are masked"):
        bins(frames, geometry, np.ones((120, 150), bool))


def test_logarithmic_bins_have_one_ratio_and_the_same_means(
    frames: np.ndarray, geometry: dict[str, Any]
) -> None:
    made = bins(frames, geometry, bins=20, spacing="log", radial_min=1.0)
    np.testing.assert_allclose(
        np.diff(np.log(made.radius)), np.log(made.radius[1] / made.radius[0]), rtol=1e-9
    )
    flat = np.full((1, 120, 150), 7, np.uint16)
    plain = bins(frames, geometry, bins=20, spacing="log", radial_min=1.0, solid_angle=False)
    np.testing.assert_allclose(integrate(flat, plain.binning).intensity, 7, rtol=1e-6)


def test_a_sector_may_go_over_180_degree(frames: np.ndarray, geometry: dict[str, Any]) -> None:
    over = bins(frames, geometry, bins=20, radial_min=1, radial_max=1.6, azimuth_min=150, azimuth_max=210)
    back = bins(frames, geometry, bins=20, radial_min=1, radial_max=1.6, azimuth_min=-210, azimuth_max=-150)
    one, other = integrate(frames[:1], over.binning), integrate(frames[:1], back.binning)
    assert np.isfinite(one.intensity).all()
    np.testing.assert_allclose(one.intensity, other.intensity, rtol=1e-12)


def test_a_cake_adds_up_to_its_pattern(frames: np.ndarray, geometry: dict[str, Any]) -> None:
    round_ = cake_bins(frames, geometry, bins=40, azimuth_bins=36, solid_angle=False)
    straight = bins(frames, geometry, bins=40, solid_angle=False)
    found = cake(frames[:2], round_.binning)
    assert found.intensity.shape == (2, 36, 40)
    assert round_.azimuth[[0, -1]].tolist() == [-175, 175]
    ones = np.ones((1, 120, 150), np.uint16)
    np.testing.assert_allclose(np.nanmax(cake(ones, round_.binning).intensity), 1, rtol=1e-6)
    pattern = integrate(frames[:2], straight.binning).intensity
    np.testing.assert_allclose(np.nanmean(found.intensity, axis=1)[:, 10:25], pattern[:, 10:25], rtol=0.05)


def test_frames_turned_upside_down_give_the_same_pattern(
    frames: np.ndarray, geometry: dict[str, Any]
) -> None:
    upright = integrate(frames[:1], bins(frames, geometry, bins=60).binning)
    turned = frames[:, ::-1]
    found = integrate(turned[:1], bins(turned, geometry, bins=60, flip="rows").binning)
    np.testing.assert_allclose(found.intensity, upright.intensity, rtol=1e-12)


def test_the_geometry_of_another_detector_is_told(frames: np.ndarray, geometry: dict[str, Any]) -> None:
    with pytest.raises(DataError, match=r"Pilatus.*\(1043, 981\).*\(120, 150\).*\.poni"):
        bins(frames, geometry | {"detector": "Pilatus1M", "config": {}})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"distance": None}, "lacks distance"),
        ({"wavelength": None}, "no wavelength"),
        ({"wavelength": 0.5}, "angstrom"),
        ({"config": {}}, "size of a pixel"),
        ({"distance": "far"}, "no number"),
        ({"detector": "Camera"}, "Camera"),
    ],
)
def test_a_geometry_that_cannot_be_is_told(
    change: dict[str, Any], words: str, frames: np.ndarray, geometry: dict[str, Any]
) -> None:
    with pytest.raises(DataError, match=words):
        bins(frames, geometry | change)


def test_settings_that_contradict_each_other_are_told(frames: np.ndarray, geometry: dict[str, Any]) -> None:
    with pytest.raises(SettingError, match="empty"):
        bins(frames, geometry, radial_min=3, radial_max=2)
    with pytest.raises(SettingError, match="azimuth_max"):
        bins(frames, geometry, azimuth_min=20, azimuth_max=10)
    with pytest.raises(SettingError, match="logarithmic"):
        bins(frames, geometry, spacing="log", radial_min=0)
    made = bins(frames, geometry)
    with pytest.raises(SettingError, match="no value counts"):
        integrate(frames, made.binning, lowest=3, highest=2)
    with pytest.raises(DataError, match="those of a pattern"):
        cake(frames, made.binning)
    with pytest.raises(DataError, match="mask has the shape"):
        integrate(frames, made.binning, np.zeros((3, 3), bool))


def test_tables_are_kept_on_disk_and_made_anew_where_that_fails(
    frames: np.ndarray, geometry: dict[str, Any], own_cache: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from daisy_lab.algorithms.azint import _cache  # noqa: PLC0415 - its memory is emptied here

    monkeypatch.setattr(_cache, "_memory", type(_cache._memory)())
    first = integrate(frames[:1], bins(frames, geometry, bins=33).binning)
    kept = list((own_cache / "azint").glob("*/*.npy"))
    assert kept
    monkeypatch.setattr(_cache, "_memory", type(_cache._memory)())
    again = integrate(frames[:1], bins(frames, geometry, bins=33).binning)
    np.testing.assert_array_equal(first.intensity, again.intensity)
    for path in kept:
        path.write_bytes(b"damaged")
    monkeypatch.setattr(_cache, "_memory", type(_cache._memory)())
    anew = integrate(frames[:1], bins(frames, geometry, bins=33).binning)
    np.testing.assert_array_equal(first.intensity, anew.intensity)


@pytest.mark.parametrize("model", ["none", "poisson", "azimuthal"])
def test_a_device_gives_the_same(
    model: Any, frames: np.ndarray, geometry: dict[str, Any], device: Any
) -> None:
    some = frames[:2].copy()
    some[0, 20:30, 20:90] = 65535
    binning = bins(some, geometry, bins=30).binning
    here = integrate(some, binning, highest=65534, error_model=model)
    there: Any = integrate(device.asarray(some), binning, highest=65534, error_model=model)
    np.testing.assert_allclose(there.intensity.get(), here.intensity, rtol=1e-12)
    np.testing.assert_allclose(there.sigma.get(), here.sigma, rtol=1e-9)
