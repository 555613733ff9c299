"""The iterative methods: what they are better at than filtered back-projection, and what all of them keep to."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab import Session, Workflow
from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import cgls, fista_tv, mlem, osem, project, reconstruct, sirt
from daisy_lab.algorithms.ct.iterative._batch import Batch
from daisy_lab.algorithms.ct.iterative._emission import _spread_out
from daisy_lab.algorithms.ct.iterative._normal import _bound
from daisy_lab.algorithms.ct.iterative._pair import plan_pair
from daisy_lab.algorithms.ct.iterative._total_variation import _noise_of
from daisy_lab.errors import CancelledError, DataError, SettingError
from daisy_lab.samples._phantom import Phantom

if TYPE_CHECKING:
    from types import ModuleType

_ALL: list[Any] = [sirt, cgls, mlem, osem, fista_tv]
_NAMED = pytest.mark.parametrize("method", _ALL, ids=lambda method: method.name)
_SUPPORTS = pytest.mark.parametrize("support", ["circle", "square"])
# What each does in about the same time.
_FEW = {"sirt": 60, "cgls": 12, "mlem": 60, "osem": 8, "fista_tv": 60}


def _run(method: Any, scan: Any, **settings: Any) -> np.ndarray:
    settings = {"iterations": _FEW[method.name], "center": scan.center} | settings
    volume: np.ndarray = method(scan.projections, scan.theta, **settings)
    return volume


@_NAMED
def test_few_views_are_much_better_than_filtered_back_projection(method: Any, solid: Any) -> None:
    scan = solid(16)
    fbp = scan.error(reconstruct(scan.projections, scan.theta, center=scan.center))
    assert scan.error(_run(method, scan)) < 0.8 * fbp


@pytest.mark.parametrize(("method", "ratio"), [(cgls, 0.75), (sirt, 0.65), (fista_tv, 0.5)])
def test_noise_of_few_views_is_less(method: Any, ratio: float, solid: Any) -> None:
    scan = solid(16, photons=3000)
    fbp = scan.error(reconstruct(scan.projections, scan.theta, center=scan.center))
    settings = {"iterations": 6} if method is cgls else {}
    assert scan.error(_run(method, scan, **settings)) < ratio * fbp


def test_missing_angles_are_best_filled_in_by_total_variation(solid: Any) -> None:
    scan = solid(80, degrees=120)
    fbp = scan.error(reconstruct(scan.projections, scan.theta, center=scan.center))
    found = scan.error(_run(fista_tv, scan, iterations=200))
    assert found < 0.7 * scan.error(_run(cgls, scan)) < 0.7 * fbp


@_SUPPORTS
@_NAMED
def test_values_are_absolute(method: Any, support: str) -> None:
    disc = Phantom(np.array([[4.0, 2.0, 0, 20, 20, 1e6, 0, 0.01]]))
    theta = np.arange(48) * (np.pi / 48)
    scan = disc.absorption(theta, 1, 64, 31.0)
    iterations = 3 * _FEW[method.name]
    found = method(scan, theta, center=31.0, iterations=iterations, tolerance=0, support=support)[0] / 0.01
    place = np.arange(64) - 31.5
    away = np.hypot(place - 4, place[:, np.newaxis] + 2)
    assert found[away < 17].mean() == pytest.approx(1, abs=0.005)
    # Maximum likelihood rings most where views agree.
    assert np.sqrt(np.mean((found[away < 17] - 1) ** 2)) < (0.06 if method in {mlem, osem} else 0.03)
    assert np.abs(found[(away > 24) & (np.hypot(place, place[:, np.newaxis]) < 30)]).mean() < 0.01


@_SUPPORTS
@pytest.mark.parametrize("method", [sirt, cgls, mlem], ids=lambda method: method.name)
def test_residual_falls_with_each_iteration(method: Any, support: str, solid: Any, listener: Any) -> None:
    scan = solid(30, photons=20_000)
    with monitored(listener):
        _run(method, scan, tolerance=0, support=support)
    assert len(listener.points) == _FEW[method.name]
    assert all(
        after <= before for before, after in zip(listener.points[:-1], listener.points[1:], strict=True)
    )
    assert listener.points[-1] < 0.02


@_SUPPORTS
@pytest.mark.parametrize("method", [sirt, cgls], ids=lambda method: method.name)
def test_residual_told_is_that_of_the_slice(method: Any, support: str, solid: Any, listener: Any) -> None:
    scan = solid(40, photons=300)
    with monitored(listener):
        _run(method, scan, iterations=8, tolerance=0, support=support)
    found = _run(method, scan, iterations=7, tolerance=0, support=support)
    rest = scan.projections - project(found, scan.theta, center=scan.center)
    assert listener.points[-1] == pytest.approx(
        np.linalg.norm(rest) / np.linalg.norm(scan.projections), rel=0.03
    )


@pytest.mark.parametrize("method", [sirt, mlem, osem, fista_tv], ids=lambda method: method.name)
def test_nothing_is_negative(method: Any, solid: Any) -> None:
    scan = solid(30, photons=300)
    assert _run(method, scan).min() == 0


@pytest.mark.parametrize("method", [sirt, fista_tv], ids=lambda method: method.name)
def test_negative_values_are_there_if_allowed(method: Any, solid: Any) -> None:
    scan = solid(30, photons=300)
    assert _run(method, scan, nonnegative=False).min() < 0


@_SUPPORTS
@pytest.mark.parametrize("method", [mlem, osem], ids=lambda method: method.name)
def test_counts_are_kept(method: Any, support: str, solid: Any) -> None:
    scan = solid(30)
    found = _run(method, scan, support=support)
    assert found.sum() == pytest.approx(scan.projections.sum() / 30, rel=3e-3)


def test_osem_is_mlem_with_one_subset_and_faster_with_more(solid: Any, listener: Any) -> None:
    scan = solid(30)
    np.testing.assert_array_equal(_run(osem, scan, subsets=1), _run(mlem, scan, iterations=_FEW["osem"]))
    assert scan.error(_run(osem, scan, subsets=6)) < 0.7 * scan.error(_run(osem, scan, subsets=1))


def test_subsets_one_after_the_other_are_far_apart() -> None:
    assert _spread_out(8) == [0, 4, 2, 6, 1, 5, 3, 7]
    assert sorted(_spread_out(11)) == list(range(11))
    assert _spread_out(1) == [0]


@_NAMED
def test_start_is_gone_on_from(method: Any, solid: Any) -> None:
    scan = solid(40)
    truth = scan.truth.copy()
    begun = _run(method, scan, start=truth, iterations=2, tolerance=0)
    assert scan.error(begun) < 0.5 * scan.error(_run(method, scan, iterations=2, tolerance=0))
    np.testing.assert_array_equal(truth, scan.truth)


@_NAMED
def test_start_that_nothing_speaks_for_goes(method: Any) -> None:
    start = np.full((1, 32, 32), 0.1, np.float32)
    theta = np.arange(20) * (np.pi / 20)
    found = method(np.zeros((20, 1, 32), np.float32), theta, start, center=15.5, iterations=40, tolerance=0)
    assert np.abs(found).max() < 0.03


@pytest.mark.parametrize("method", [sirt, cgls, mlem], ids=lambda method: method.name)
def test_it_stops_at_the_residual_asked_for(method: Any, solid: Any, listener: Any) -> None:
    scan = solid(60, photons=1000)
    with monitored(listener):
        _run(method, scan, residual=0.06, tolerance=0)
    assert listener.points[-1] <= 0.06 < listener.points[-2]


@_NAMED
def test_it_stops_when_little_changes(method: Any, solid: Any, listener: Any) -> None:
    scan = solid(30, photons=3000)
    with monitored(listener):
        _run(method, scan, tolerance=0.05, iterations=100)
    assert 1 < len(listener.points) < 100


@_SUPPORTS
@_NAMED
def test_each_row_stops_on_its_own_and_has_the_same_bits_in_any_block(
    method: Any, support: str, solid: Any, listener: Any
) -> None:
    scan = solid(20, photons=2000, rows=5)
    views = scan.projections.copy()
    # Rows of another kind stop elsewhere: next to nothing, noise alone, another sample.
    views[:, 1] *= 1e-3
    views[:, 3] = np.random.default_rng(1).random(views[:, 3].shape)
    settings = {"center": scan.center, "iterations": 10, "tolerance": 0.15, "support": support}
    whole = method(views, scan.theta, **settings)
    for workers, rows in ((1, slice(0, 5)), (3, slice(2, 3)), (2, slice(1, 4)), (1, slice(3, 5))):
        listener.workers = workers
        with monitored(listener):
            part = method(np.ascontiguousarray(views[:, rows]), scan.theta, **settings)
        np.testing.assert_array_equal(part, whole[rows])


def test_block_of_a_workflow_has_the_bits_of_the_whole_with_a_start(solid: Any) -> None:
    scan = solid(12, rows=5)
    start = np.random.default_rng(0).random((5, 64, 64), np.float32) * 0.02
    whole = sirt(scan.projections, scan.theta, start, center=scan.center, iterations=3)
    workflow = Workflow("one-step")
    workflow.add(
        sirt,
        projections="absorption",
        theta="theta",
        start="coarse",
        center=scan.center,
        iterations=3,
        into="volume",
    )
    with Session(workers=2) as session:
        store = session.engine.store
        store.put("absorption", scan.projections, axes=("angle", "row", "column"))
        store.put("theta", scan.theta, axes=("angle",))
        store.put("coarse", start, axes=("row", "y", "x"))
        for rows in (slice(0, 5), slice(1, 2), slice(2, 5)):
            part = workflow.block("volume", session.engine, row=rows)
            np.testing.assert_array_equal(part, whole[rows])


def test_object_that_reaches_out_of_the_field_of_view_needs_the_square() -> None:
    body = Phantom(np.array([[0, 0, 0, 40, 34, 1e6, 0, 0.01]]))
    theta = np.arange(60) * (np.pi / 60)
    views = body.absorption(theta, 1, 64, 31.5)
    place = np.arange(64) - 31.5
    inner = np.hypot(place, place[:, np.newaxis]) < 22
    errors = [
        np.abs(sirt(views, theta, center=31.5, iterations=60, support=support)[0][inner] / 0.01 - 1).mean()
        for support in ("circle", "square")
    ]
    assert errors[1] < 0.5 * errors[0]


def test_bound_is_above_the_norm_and_near_it() -> None:
    theta = np.arange(30) * (np.pi / 30)
    pair = plan_pair(theta, 48, 23.5, "square")
    batch = Batch(pair, 4)

    def normal(image: np.ndarray) -> np.ndarray:
        product = np.empty_like(image)
        batch.back_project(batch.project(image), product)
        return product

    image = np.ones((1, 48, 48), np.float32)
    bound = _bound(normal, image)
    for _turn in range(30):
        image = normal(image)
        norm = np.linalg.norm(image)
        image /= norm
    assert 1.02 * norm < bound < 1.5 * norm


def test_sirt_does_not_overshoot() -> None:
    # The weighted product of projection and back-projection has no eigenvalue far above 1, or it would diverge.
    views = np.random.default_rng(0).standard_normal((30, 1, 48)).astype(np.float32)
    theta = np.arange(30) * (np.pi / 30)
    found = sirt(views, theta, center=23.5, iterations=300, tolerance=0, nonnegative=False)
    assert np.abs(found).max() < 1


def test_noise_is_estimated() -> None:
    noise = np.random.default_rng(0).normal(0, 0.02, (90, 100)).astype(np.float32)
    smooth = np.linspace(0, 1, 100, dtype=np.float32) ** 2
    assert _noise_of(noise + smooth) == pytest.approx(0.02, rel=0.03)
    assert _noise_of(np.zeros((3, 10), np.float32)) == 0
    assert _noise_of(np.ones((3, 2), np.float32)) == 0


def test_more_strength_is_smoother_and_none_is_least_squares(solid: Any) -> None:
    scan = solid(40, photons=2000)

    def steps(**settings: Any) -> float:
        found = _run(fista_tv, scan, **settings)[0]
        return float(np.abs(np.diff(found, axis=0)).sum() + np.abs(np.diff(found, axis=1)).sum())

    given = [steps(strength=strength) for strength in (0, 0.3, 1, 3)]
    assert given == sorted(given, reverse=True)
    assert steps(noise=0.0) == given[0]


@_NAMED
def test_values_that_are_not_numbers_are_interpolated_and_told(
    method: Any, solid: Any, listener: Any
) -> None:
    scan = solid(30)
    views = scan.projections.copy()
    views[3, 0, 30] = np.nan
    views[7, 0, 36] = np.inf
    kept = views.copy()
    with monitored(listener):
        found = method(views, scan.theta, center=scan.center, iterations=5, tolerance=0)
    expected = method(scan.projections, scan.theta, center=scan.center, iterations=5, tolerance=0)
    np.testing.assert_allclose(found, expected, atol=0.05 * expected.max())
    assert listener.lines == ["2 values were not finite and were interpolated"]
    np.testing.assert_array_equal(views, kept)


@_SUPPORTS
@_NAMED
def test_rows_without_any_number_and_without_absorption_are_defined(
    method: Any, support: str, solid: Any, listener: Any
) -> None:
    scan = solid(10, rows=3)
    views = scan.projections.copy()
    views[:, 0] = np.nan
    views[:, 1] = 0
    with monitored(listener):
        found = method(views, scan.theta, center=scan.center, iterations=2, support=support)
    assert np.isnan(found[0]).all()
    assert not found[1].any()
    assert np.isfinite(found[2]).all()
    assert listener.lines == ["1 rows hold no number: their slices are NaN"]


@pytest.mark.parametrize(("views", "width"), [(1, 8), (5, 1), (4, 2), (3, 17), (2, 3)])
@_SUPPORTS
@_NAMED
def test_narrow_scans_and_single_views_give_finite_squares(
    method: Any, support: str, views: int, width: int
) -> None:
    scan = np.ones((views, 2, width), np.float32)
    found = method(scan, np.arange(views) * 0.7, center=(width - 1) / 2, iterations=3, support=support)
    assert found.shape == (2, width, width)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()


@pytest.mark.parametrize("dtype", ["f8", ">u2"])
@_NAMED
def test_number_type_and_order_in_memory_do_not_matter(method: Any, dtype: str, solid: Any) -> None:
    scan = np.rint(100 * solid(10, rows=2).projections).clip(0)
    theta = solid(10, rows=2).theta
    given = np.asfortranarray(scan.astype(dtype))
    given.setflags(write=False)
    expected = method(scan, theta, center=31.0, iterations=2)
    np.testing.assert_array_equal(method(given, theta, center=31.0, iterations=2), expected)


@_NAMED
def test_no_rows_give_nothing(method: Any) -> None:
    assert method(np.zeros((3, 0, 8), np.float32), np.arange(3.0), center=4.0).shape == (0, 8, 8)


@_NAMED
def test_what_does_not_fit_is_refused(method: Any) -> None:
    views = np.ones((3, 1, 8), np.float32)
    with pytest.raises(DataError, match="3 projections need 3 angles"):
        method(views, np.zeros(4), center=4.0)
    with pytest.raises(SettingError, match="columns 0 to 7"):
        method(views, np.zeros(3), center=8.1)
    with pytest.raises(SettingError, match="no pixel is seen by every view; take support 'square'"):
        method(views, np.zeros(3), center=0.0)
    with pytest.raises(SettingError, match="support"):
        method(views, np.zeros(3), center=4.0, support="triangle")
    with pytest.raises(SettingError, match="iterations"):
        method(views, np.zeros(3), center=4.0, iterations=0)
    with pytest.raises(DataError, match=r"start has the shape \(1, 8, 9\)"):
        method(views, np.zeros(3), np.ones((1, 8, 9)), center=4.0)
    with pytest.raises(DataError, match="64 values of start"):
        method(views, np.zeros(3), np.full((1, 8, 8), np.nan), center=4.0)


@_SUPPORTS
@_NAMED
def test_cancel_is_felt_inside_one_slice(method: Any, support: str, listener: Any) -> None:
    scan = np.broadcast_to(np.float32(1), (900, 1, 700))
    stopped: list[bool] = []

    def work() -> None:
        with monitored(listener), pytest.raises(CancelledError):
            method(
                scan,
                np.arange(900) * (np.pi / 900),
                center=350.0,
                support=support,
                iterations=10_000,
                tolerance=0,
            )
        stopped.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(0.15)
    listener.flag[0] = 1
    thread.join(60)
    assert stopped == [True]


@_SUPPORTS
@_NAMED
def test_device_gives_what_the_processor_gives(method: Any, support: str, device: ModuleType) -> None:
    theta = np.arange(9) * 0.4
    scan = project(np.random.default_rng(0).random((2, 16, 16), np.float32), theta)
    scan[2, 1, 3] = np.nan
    settings = {"center": 7.5, "iterations": 2, "support": support}
    expected = method(scan, theta, np.full((2, 16, 16), 0.05, np.float32), **settings)
    start = device.full((2, 16, 16), 0.05, np.float32)
    found = method(device.asarray(scan), device.asarray(theta), start, **settings)
    assert isinstance(found, device.ndarray)
    np.testing.assert_allclose(device.asnumpy(found), expected, atol=1e-5 * expected.max())
