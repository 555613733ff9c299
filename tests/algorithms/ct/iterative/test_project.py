"""The projector and its transpose: matched to rounding, and right in absolute numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import back_project, project
from daisy_lab.algorithms.ct.iterative._batch import Batch
from daisy_lab.algorithms.ct.iterative._pair import plan_pair
from daisy_lab.algorithms.ct.iterative._toeplitz import convolve, transfer
from daisy_lab.errors import DataError, SettingError
from daisy_lab.samples._phantom import Phantom

if TYPE_CHECKING:
    from types import ModuleType

_RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("size", "width", "views", "center"),
    [
        (64, 64, 50, 31.2),
        (65, 65, 30, 20.0),
        (40, 61, 17, 30.0),
        (61, 40, 17, None),
        (1, 1, 2, None),
        (3, 9, 1, 0.0),
    ],
)
def test_back_projection_is_the_transpose_of_projection(
    size: int, width: int, views: int, center: float | None
) -> None:
    theta = np.sort(_RANDOM.random(views)) * 7 - 1
    x = _RANDOM.standard_normal((3, size, size)).astype(np.float32)
    y = _RANDOM.standard_normal((views, 3, width)).astype(np.float32)
    projected = project(x, theta, center=center, width=width).astype(np.float64)
    back = back_project(y, theta, center=center, size=size).astype(np.float64)
    difference = np.vdot(projected, y) - np.vdot(x, back)
    assert abs(difference) <= 1e-6 * np.linalg.norm(projected) * np.linalg.norm(y)


@pytest.mark.parametrize("support", ["circle", "square"])
def test_pair_of_the_iterations_is_matched_as_well(support: Any) -> None:
    pair = plan_pair(np.arange(40) * (np.pi / 40), 50, 23.7, support)
    batch = Batch(pair, 4)
    x = _RANDOM.standard_normal((4, 50, 50)).astype(np.float32)
    if pair.mask is not None:
        x *= pair.mask
    y = _RANDOM.standard_normal((40, pair.columns, 4)).astype(np.float32)
    rays = batch.project(x)
    back = np.empty_like(x)
    batch.back_project(y, back)
    difference = np.vdot(rays.astype(float), y) - np.vdot(x.astype(float), back)
    assert abs(difference) <= 1e-6 * np.linalg.norm(rays) * np.linalg.norm(y)


@pytest.mark.parametrize("center", [63.5, 60.0])
def test_projection_of_a_disc_is_its_chords(center: float) -> None:
    disc = Phantom(np.array([[6.0, -4.0, 0, 30, 30, 1e6, 0, 0.01]]))
    theta = np.arange(60) * (np.pi / 60)
    exact = disc.absorption(theta, 1, 128, center)
    found = project(disc.image(0, 128, samples=16)[np.newaxis], theta, center=center)
    # The edge is sharper than a pixel.
    assert np.abs(found - exact).max() < 0.025 * exact.max()
    assert np.sqrt(np.mean((found - exact) ** 2)) < 2.5e-3 * exact.max()
    np.testing.assert_allclose(found.sum(axis=2), exact.sum(axis=2), rtol=1e-3)


def test_orientation_is_that_of_the_scan_convention() -> None:
    image = np.zeros((1, 33, 33), np.float32)
    image[0, 16 + 7, 16 + 4] = 1
    theta = np.deg2rad([0, 90, 30])
    found = project(image, theta, center=20.0, width=41)[:, 0]
    expected = 20 + 4 * np.cos(theta) - 7 * np.sin(theta)
    assert found.argmax(axis=1).tolist() == np.rint(expected).astype(int).tolist()


def test_projection_is_a_rotated_image_summed_along_its_columns_at_right_angles() -> None:
    image = _RANDOM.random((2, 32, 32), np.float32)
    found = project(image, np.deg2rad([0, 90, 180, 270]))
    wanted = [image.sum(axis=1), image.sum(axis=2)[:, ::-1], image.sum(axis=1)[:, ::-1], image.sum(axis=2)]
    np.testing.assert_allclose(found, wanted, atol=0.02)


@pytest.mark.parametrize("views", [7, 90])
def test_convolution_is_projection_and_back_projection(views: int) -> None:
    theta = np.sort(_RANDOM.random(views)) * 4
    pair = plan_pair(theta, 75, 36.2, "circle", fine=True)
    image = (_RANDOM.standard_normal((1, 75, 75)) * pair.mask).astype(np.float32)
    batch = Batch(pair, 4)
    expected = np.empty_like(image)
    batch.back_project(batch.project(image), expected)
    found = convolve(image[0], transfer(theta, pair)) * pair.mask
    assert np.linalg.norm(found - expected[0]) < 1e-4 * np.linalg.norm(expected)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_any_rows_and_any_number_of_threads_give_the_same_bits(workers: int, listener: Any) -> None:
    theta = np.arange(25) * (np.pi / 25)
    volume = _RANDOM.random((11, 40, 40), np.float32)
    views = project(volume, theta)
    back = back_project(views, theta)
    listener.workers = workers
    with monitored(listener):
        for rows in (slice(0, 11), slice(3, 4), slice(2, 5), slice(1, 10)):
            np.testing.assert_array_equal(project(volume[rows], theta), views[:, rows])
            np.testing.assert_array_equal(back_project(views[:, rows], theta), back[rows])


@pytest.mark.parametrize("dtype", ["f8", ">f4", "u2", ">u2", "u1"])
def test_number_type_and_order_in_memory_do_not_matter(dtype: str) -> None:
    volume = np.rint(200 * _RANDOM.random((3, 20, 20)))
    theta = np.arange(9.0)
    given = np.asfortranarray(volume.astype(dtype))
    given.setflags(write=False)
    expected = project(volume.astype("f4"), theta)
    np.testing.assert_array_equal(project(given, theta), expected)
    np.testing.assert_array_equal(
        back_project(np.asfortranarray(expected), theta), back_project(expected, theta)
    )


def test_no_rows_give_nothing() -> None:
    assert project(np.zeros((0, 8, 8), np.float32), np.zeros(3)).shape == (3, 0, 8)
    assert back_project(np.zeros((3, 0, 8), np.float32), np.zeros(3)).shape == (0, 8, 8)


def test_damage_is_refused_as_it_would_spread() -> None:
    volume = np.ones((2, 8, 8), np.float32)
    volume[1, 2, 3] = np.nan
    with pytest.raises(DataError, match="1 values of volume are not finite"):
        project(volume, np.zeros(3))
    views = np.ones((3, 2, 8), np.float32)
    views[0, 1, 2] = np.inf
    with pytest.raises(DataError, match="1 values of projections are not finite"):
        back_project(views, np.zeros(3))


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(DataError, match="8 by 9 pixels"):
        project(np.ones((1, 8, 9), np.float32), np.zeros(3))
    with pytest.raises(DataError, match="need 3 angles"):
        back_project(np.ones((3, 1, 8), np.float32), np.zeros(4))
    with pytest.raises(SettingError, match="columns 0 to 7"):
        project(np.ones((1, 8, 8), np.float32), np.zeros(3), center=9.0)
    with pytest.raises(DataError, match="no projection"):
        project(np.ones((1, 8, 8), np.float32), np.zeros(0))


def test_device_gives_what_the_processor_gives(device: ModuleType) -> None:
    theta = np.arange(7) * 0.9 - 1
    volume = _RANDOM.random((3, 18, 18), np.float32)
    views = project(volume, theta, center=8.0, width=19)
    found = project(device.asarray(volume), device.asarray(theta), center=8.0, width=19)
    assert isinstance(found, device.ndarray)
    np.testing.assert_allclose(device.asnumpy(found), views, atol=2e-6 * views.max())
    back = back_project(views, theta, center=8.0, size=18)
    found = back_project(device.asarray(views), device.asarray(theta), center=8.0, size=18)
    np.testing.assert_allclose(device.asnumpy(found), back, atol=2e-6 * back.max())
