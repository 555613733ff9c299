"""Our face under the name tomopy: its calls, and when it steps back."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab.algorithms import ct
from daisy_lab.compat import _tomopy as face
from daisy_lab.compat import install_tomopy
from daisy_lab.errors import SettingError
from daisy_lab.samples._phantom import random_ellipsoids

if TYPE_CHECKING:
    from pathlib import Path

    from daisy_lab.vocabulary import Array

ROWS, WIDTH, CENTER = 3, 64, 33.5
THETA = np.arange(90) * np.pi / 90


@pytest.fixture(scope="module")
def absorption() -> Array:
    return random_ellipsoids(WIDTH, ROWS, 0).absorption(THETA, ROWS, WIDTH, CENTER)


@pytest.mark.skipif(importlib.util.find_spec("tomopy") is not None, reason="the real tomopy is here")
def test_it_is_importable_as_tomopy_where_there_is_none() -> None:
    assert install_tomopy() == "daisy_lab"
    assert importlib.import_module("tomopy") is face
    assert install_tomopy() == "daisy_lab"


def test_the_real_one_is_never_replaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "tomopy.py").write_text("real = True\n")
    monkeypatch.delitem(sys.modules, "tomopy", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert install_tomopy() == "tomopy"
    assert importlib.import_module("tomopy").real is True
    monkeypatch.delitem(sys.modules, "tomopy")


def test_one_that_is_loaded_already_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tomopy", ModuleType("tomopy"))
    assert install_tomopy() == "tomopy"


def test_a_broken_installation_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "tomopy.py").write_text("import a_library_that_is_not_there\n")
    monkeypatch.delitem(sys.modules, "tomopy", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert install_tomopy() == "daisy_lab"
    assert "tomopy is installed but cannot be imported" in caplog.text
    monkeypatch.delitem(sys.modules, "tomopy")


@pytest.mark.parametrize("algorithm", ["fbp", "gridrec"])
def test_recon_is_our_reconstruction(absorption: Array, algorithm: str) -> None:
    volume = face.recon(absorption, THETA, center=CENTER, algorithm=algorithm, ncore=2)
    np.testing.assert_array_equal(volume, ct.reconstruct(absorption, THETA, center=CENTER))


def test_recon_takes_sinograms_too(absorption: Array) -> None:
    volume = face.recon(np.swapaxes(absorption, 0, 1), THETA, CENTER, sinogram_order=True, algorithm="fbp")
    np.testing.assert_array_equal(volume, ct.reconstruct(absorption, THETA, center=CENTER))


def test_the_axis_is_the_middle_by_default_and_may_differ_by_row(absorption: Array) -> None:
    plain = face.recon(absorption, THETA, algorithm="gridrec")
    np.testing.assert_array_equal(plain, ct.reconstruct(absorption, THETA, center=WIDTH / 2))
    each = face.recon(absorption, THETA, center=[32, 33, 34], algorithm="fbp")
    for row, center in enumerate([32, 33, 34]):
        one = ct.reconstruct(absorption[:, row : row + 1], THETA, center=center)
        np.testing.assert_allclose(each[row], one[0], atol=1e-5 * one.max())


@pytest.mark.parametrize(("name", "ours"), [("ramlak", "ramp"), ("hann", "hann"), ("none", "none")])
def test_filters_have_tomopys_names(absorption: Array, name: str, ours: Any) -> None:
    volume = face.recon(absorption, THETA, CENTER, algorithm="gridrec", filter_name=name, num_gridx=WIDTH)
    np.testing.assert_array_equal(volume, ct.reconstruct(absorption, THETA, center=CENTER, filter=ours))


@pytest.mark.parametrize("name", ["sirt", "mlem", "osem", "cgls", "fista_tv"])
def test_iterative_names_are_our_iterative_methods(absorption: Array, name: str) -> None:
    rays = np.abs(absorption[:, :, ::2]).astype(np.float32)
    start = np.full((ROWS, WIDTH // 2, WIDTH // 2), 0.01, np.float32)
    options: dict[str, Any] = {"num_block": 3} if name == "osem" else {}
    settings: dict[str, Any] = {"subsets": 3} if name == "osem" else {}
    volume = face.recon(rays, THETA, 15.5, algorithm=name, init_recon=start, num_iter=4, **options)
    method = getattr(ct, name)
    ours = method(rays, THETA, start, center=15.5, iterations=4, tolerance=0.0, **settings)
    np.testing.assert_array_equal(volume, ours)
    once = face.recon(rays, THETA, [15.5, 15.5, 16.0], algorithm=name)
    last = method(
        rays[:, 2:], THETA, center=16.0, iterations=1, tolerance=0.0, **({"subsets": 1} if options else {})
    )
    np.testing.assert_array_equal(once[2:], last)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "algorithm None is not there: .* has cgls, fbp, .*, sirt"),
        (
            {"algorithm": "gridrek"},
            "algorithm 'gridrek' is not there: Daisy Lab, which stands in for tomopy, has .*did you mean 'gridrec'",
        ),
        ({"algorithm": "sirt", "filter_name": "hann"}, "option 'filter_name' is not there: .* has num_gridx"),
        ({"algorithm": "sirt", "num_block": 2}, "option 'num_block' is not there"),
        (
            {"algorithm": "fbp", "filter_name": "parzen"},
            "filter_name 'parzen' is not there: .* has cosine, hamming, hann",
        ),
        ({"algorithm": "fbp", "num_iter": 5}, "option 'num_iter' is not there"),
        ({"algorithm": "fbp", "num_gridx": 32}, "num_gridx is 32, .* as wide as the detector: 64"),
        ({"algorithm": "fbp", "center": [1, 2]}, "center has 2 values for 3 rows"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(
    absorption: Array, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(SettingError, match=told):
        face.recon(absorption, THETA, **options)


def test_a_function_that_is_not_there_is_told_with_what_is() -> None:
    with pytest.raises(
        AttributeError, match=r"has no 'find_center_vo'; it has angles, .*did you mean 'find_center'"
    ):
        _ = face.find_center_vo
    assert not hasattr(face, "__path__")


def test_normalize_takes_flats_before_darks() -> None:
    counts = np.full((2, 1, 3), 60, np.uint16)
    flat, dark = np.full((2, 1, 3), 110, np.uint16), np.full((1, 3), 10, np.uint16)
    np.testing.assert_allclose(face.normalize(counts, flat, dark), 0.5)
    out = np.empty((2, 1, 3), np.float32)
    assert face.normalize(counts, flat, dark, cutoff=0.25, out=out) is out
    np.testing.assert_allclose(out, 0.25)


def test_minus_log_can_work_in_place() -> None:
    values = np.full((1, 1, 2), np.exp(-2), np.float32)
    assert face.minus_log(values, out=values) is values
    np.testing.assert_allclose(values, 2, rtol=1e-6)


def test_angles_include_both_ends_as_tomopys() -> None:
    np.testing.assert_allclose(face.angles(5), np.deg2rad([0, 45, 90, 135, 180]))
    np.testing.assert_allclose(face.angles(3, 10, 20), np.deg2rad([10, 15, 20]))


def test_the_axis_is_found(absorption: Array) -> None:
    found = face.find_center(absorption, THETA, ind=1, init=30, tol=0.1)
    assert found.shape == (1,)
    assert found[0] == pytest.approx(CENTER, abs=0.2)
    turned = face.find_center(np.swapaxes(absorption, 0, 1), THETA, ind=1, sinogram_order=True)
    assert turned[0] == found[0]


def test_the_circular_mask_works_in_place_along_any_axis() -> None:
    volume = np.ones((9, 2, 9), np.float32)
    assert face.circ_mask(volume, axis=1, ratio=0.9, val=-1) is volume
    assert (volume[0, :, 0] == -1).all()
    assert (volume[4, :, 4] == 1).all()
    counts = np.ones((2, 9, 9), np.uint16)
    assert face.circ_mask(counts, axis=0)[0, 0, 0] == 0
    assert counts[0, 0, 0] == 1
