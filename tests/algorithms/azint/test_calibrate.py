"""Calibration finds a detector whose place is known, in generated images and in measured ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab.algorithms.azint import bins, calibrate, find_flip, integrate, ring_residuals
from daisy_lab.algorithms.azint._calibrant import ring_angles
from daisy_lab.algorithms.azint._geometry import Geometry
from daisy_lab.algorithms.azint._rays import beam_center, points_at
from daisy_lab.errors import DataError, SettingError
from daisy_lab.io import open_frames, read_poni
from daisy_lab.samples.pdf import make_pdf

if TYPE_CHECKING:
    from pathlib import Path

PIXEL = 1e-4


def image(place: Geometry, calibrant: str, wavelength: float, size: int = 700) -> np.ndarray:
    """Draw rings by following each ray, three by three in a pixel."""
    angles, _spacings = ring_angles(calibrant, wavelength)
    mean = np.zeros((size, size))
    cos1, sin1, cos2, sin2 = np.cos(place.rot1), np.sin(place.rot1), np.cos(place.rot2), np.sin(place.rot2)
    # The beam along axis 3 of the laboratory, seen from the detector.
    beam = np.array([-sin2 * cos1, sin1, cos1 * cos2])
    for part in np.ndindex(3, 3):
        down, across = np.indices((size, size)) + (np.array(part).reshape(2, 1, 1) + 0.5) / 3
        local = np.stack(
            [down * PIXEL - place.poni1, across * PIXEL - place.poni2, np.full((size, size), place.distance)]
        )
        turned = np.stack(
            [
                local[0] * cos2 + local[1] * sin1 * sin2 - local[2] * cos1 * sin2,
                local[1] * cos1 + local[2] * sin1,
                local[0] * sin2 - local[1] * cos2 * sin1 + local[2] * cos1 * cos2,
            ]
        )
        two_theta = np.arctan2(np.hypot(turned[0], turned[1]), turned[2])
        mean += (20 + 200 * np.exp(-two_theta / 0.1)) / 9
        for number, angle in enumerate(angles[angles < two_theta.max()]):
            away = (two_theta - angle) / (1.2 * PIXEL / place.distance)
            mean += 400 / (1 + 0.15 * number) * np.exp(-0.5 * away**2) / 9
    del beam
    return np.random.default_rng(0).poisson(mean)


@pytest.mark.parametrize(
    ("place", "calibrant", "wavelength"),
    [
        (Geometry(0.15, 0.0352, 0.0331, 0.01, -0.02), "CeO2", 0.3),
        (Geometry(0.2, 0.012, 0.021, 0.03, 0.02), "LaB6", 0.25),
        (Geometry(0.15, 0.035, 0.035, 0.1, -0.05), "LaB6", 0.3),
    ],
)
def test_a_generated_image_gives_distance_centre_and_tilt(
    place: Geometry, calibrant: str, wavelength: float
) -> None:
    found = calibrate(
        image(place, calibrant, wavelength)[np.newaxis],
        calibrant=calibrant,
        wavelength=wavelength,
        pixel=1e6 * PIXEL,
    )
    fitted = Geometry.of(found.geometry)
    assert fitted.distance == pytest.approx(place.distance, rel=1e-4)
    center = np.array(beam_center(fitted)) - beam_center(place)
    assert np.abs(center / PIXEL).max() < 0.1
    tilts = np.degrees([fitted.rot1 - place.rot1, fitted.rot2 - place.rot2])
    assert np.abs(tilts).max() < 0.01


def test_few_rings_of_silver_behenate_say_how_well_they_fix_the_tilt() -> None:
    place = Geometry(0.5, 0.035, 0.035, 0.01, -0.02)
    found = calibrate(image(place, "AgBh", 1.0)[np.newaxis], calibrant="AgBh", wavelength=1.0, pixel=100)
    fitted, errors = Geometry.of(found.geometry), found.report["errors"]
    assert fitted.distance == pytest.approx(place.distance, rel=2e-5)
    # The counts of this image allow 0.007 degree at best (Fisher information of its pixels).
    assert 0.007 < errors["rot1"] < 0.015
    assert abs(np.degrees(fitted.rot1 - place.rot1)) < 3 * errors["rot1"]
    assert abs(np.degrees(fitted.rot2 - place.rot2)) < 3 * errors["rot2"]
    assert any("rot3 stays 0" in line for line in found.report["lines"])


def test_residuals_of_each_ring_are_a_table() -> None:
    place = Geometry(0.15, 0.0352, 0.0331, 0.0, 0.0)
    found = calibrate(image(place, "CeO2", 0.3)[np.newaxis], calibrant="CeO2", wavelength=0.3, pixel=100)
    rings = ring_residuals(found.report)
    angles, spacings = ring_angles("CeO2", 0.3)
    numbers = rings[:, 0].astype(int)
    assert (np.diff(numbers) > 0).all()
    np.testing.assert_allclose(rings[:, 1], spacings[numbers - 1])
    np.testing.assert_allclose(rings[:, 2], np.degrees(angles[numbers - 1]))
    assert (rings[:5, 3] > 170).all()
    assert (rings[:, 6] < 0.1).all()
    with pytest.raises(DataError, match="no report of a calibration"):
        ring_residuals({"rms": 1.0})


@pytest.mark.parametrize(("turn", "down", "across"), [(np.s_[::-1], -1, 1), (np.s_[:, ::-1], 1, -1)])
def test_an_image_that_is_reversed_gives_the_geometry_of_reversed_frames(
    turn: Any, down: int, across: int
) -> None:
    place, size = Geometry(0.15, 0.0372, 0.0311, 0.01, -0.02), 700 * PIXEL
    straight = np.array(beam_center(place))
    found = calibrate(
        image(place, "CeO2", 0.3)[turn][np.newaxis], calibrant="CeO2", wavelength=0.3, pixel=100
    )
    fitted = Geometry.of(found.geometry)
    expected = np.where(np.array([down, across]) > 0, straight, size - straight)
    assert np.abs(np.array(beam_center(fitted)) - expected).max() < 0.1 * PIXEL
    assert fitted.rot1 == pytest.approx(across * place.rot1, abs=2e-4)
    assert fitted.rot2 == pytest.approx(down * place.rot2, abs=2e-4)


def test_points_marked_by_hand_replace_the_guess() -> None:
    place = Geometry(0.15, 0.0352, 0.0331, 0.0, 0.0)
    angles, _spacings = ring_angles("CeO2", 0.3)
    marked = []
    for ring in (0, 1, 3):
        azimuth = np.linspace(0, 2 * np.pi, 5)[:-1]
        places = points_at(place, np.full(4, angles[ring]), azimuth) / PIXEL - 0.5
        marked += [[row + 1, column - 1, ring + 1] for row, column in places]
    found = calibrate(
        image(place, "CeO2", 0.3)[np.newaxis],
        None,
        np.array(marked),
        calibrant="CeO2",
        wavelength=0.3,
        pixel=100,
    )
    assert found.geometry["distance"] == pytest.approx(0.15, rel=1e-4)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([[10, 20, 0], [30, 40, 1], [50, 60, 1]], "1 to"),
        ([[10, 20, 1], [30, 40, 1], [50, 60, 2]], "three points on one ring"),
    ],
)
def test_points_that_say_too_little_are_told(
    points: list[list[float]], words: str, frames: np.ndarray
) -> None:
    with pytest.raises(DataError, match=words):
        calibrate(frames, None, np.array(points), calibrant="CeO2", wavelength=0.3, pixel=100)


def test_an_image_without_rings_is_told() -> None:
    with pytest.raises(DataError, match=r"no rings|points on rings|do not fit|no distance"):
        calibrate(np.full((1, 300, 300), 5), calibrant="CeO2", wavelength=0.3, pixel=100)


@pytest.mark.parametrize("what", ["saturated", "masked"])
def test_an_image_that_is_saturated_or_masked_all_over_is_told(what: str, frames: np.ndarray) -> None:
    some = np.full_like(frames, 65535) if what == "saturated" else frames
    mask = np.ones(frames.shape[1:], bool) if what == "masked" else None
    with pytest.raises(DataError, match=r"no rings are to be seen.*the mask"):
        calibrate(some, mask, calibrant="CeO2", wavelength=0.3, pixel=100)


def test_an_unknown_calibrant_or_detector_is_told(frames: np.ndarray) -> None:
    with pytest.raises(SettingError, match=r"no calibrant 'CeO3'.*CeO2"):
        calibrate(frames, calibrant="CeO3", wavelength=0.3, pixel=100)
    with pytest.raises(SettingError, match="do not say which detector"):
        calibrate(frames, calibrant="CeO2", wavelength=0.3)
    with pytest.raises(SettingError, match="no detector 'Pilatos'"):
        calibrate(frames, calibrant="CeO2", wavelength=0.3, detector="Pilatos")


def lattice(pattern: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Give the lattice parameter of CeO2 that each of the first ten rings says, angstrom."""
    found = []
    for square in (3, 4, 8, 11, 12, 16, 19, 20, 24, 27):
        expected = 2 * np.pi * np.sqrt(square) / 5.41165
        near = np.flatnonzero(np.abs(radius - expected) < 0.04)
        above = pattern[near] - np.minimum(pattern[near[0]], pattern[near[-1]])
        above = np.where(above > 0.3 * above.max(), above, 0)
        found.append(2 * np.pi * np.sqrt(square) / ((above * radius[near]).sum() / above.sum()))
    return np.array(found)


def test_ten_rings_of_the_measured_frame_are_where_they_belong(shared_data: Path) -> None:
    frames = open_frames(shared_data / "azint" / "CeO2_Pilatus1M.tif.gz")[...]
    geometry = read_poni(shared_data / "azint" / "CeO2_Pilatus1M.poni")
    flip: Any = find_flip(frames, geometry, frames[0] < 0)
    assert flip == "rows"
    made = bins(frames, geometry, frames[0] < 0, bins=3000, flip=flip, polarization=0.99)
    pattern = integrate(frames, made.binning, frames[0] < 0).intensity[0]
    np.testing.assert_allclose(lattice(pattern, made.radius), 5.41165, rtol=5e-4)


def test_measured_ceria_is_calibrated_without_any_hint(shared_data: Path) -> None:
    frames = open_frames(shared_data / "azint" / "CeO2_Pilatus1M.tif.gz")[...]
    found = calibrate(frames, calibrant="CeO2", wavelength=0.4066)
    known = read_poni(shared_data / "azint" / "CeO2_Pilatus1M.poni")
    assert found.geometry["distance"] == pytest.approx(known["distance"], rel=5e-4)
    assert found.geometry["rot1"] == pytest.approx(known["rot1"], abs=1e-3)
    made = bins(frames, found.geometry, frames[0] < 0, bins=3000)
    pattern = integrate(frames, made.binning, frames[0] < 0).intensity[0]
    np.testing.assert_allclose(lattice(pattern, made.radius), 5.41165, rtol=5e-4)


def test_silver_behenate_with_the_beam_beside_the_detector(shared_data: Path) -> None:
    frames = open_frames(shared_data / "azint" / "AgBehenate_228.hdf5")[...]
    found = calibrate(frames, calibrant="silver behenate", wavelength=0.73363, tilted=False)
    assert found.geometry["distance"] == pytest.approx(0.5138, rel=5e-3)
    assert found.geometry["poni1"] == pytest.approx(14.768e-3, abs=3e-4)
    assert found.geometry["poni2"] == pytest.approx(-0.932e-3, abs=3e-4)


def test_rings_of_a_few_pixels_are_found_on_a_small_detector(tmp_path: Path) -> None:
    make_pdf(tmp_path / "CeO2.h5", crystal="CeO2", size=512)
    known = read_poni(tmp_path / "CeO2.poni")
    frames = np.asarray(open_frames(tmp_path / "CeO2.h5::entry/data/data")[:])
    found = calibrate(frames, calibrant="CeO2", wavelength=1e10 * known["wavelength"], pixel=400.0)
    center, truth = (np.array(beam_center(Geometry.of(one))) for one in (found.geometry, known))
    np.testing.assert_allclose(center, truth, atol=0.1 * 4e-4)
    # Peaks of a pattern with form factors lie 2e-4 beside Bragg's rings, whatever the size of the detector.
    assert found.geometry["distance"] == pytest.approx(known["distance"], rel=5e-4)
    assert len(found.report["rings"]) >= 3
