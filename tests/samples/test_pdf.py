"""Generated frames of a crystal: their geometry beside pyFAI's, and the way from them to a G(r) that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest

from daisy_lab.algorithms.pdf import PdfKernel, Recipe
from daisy_lab.errors import FileError, SettingError
from daisy_lab.samples.pdf import Truth, make_pdf, read_truth

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    path = tmp_path_factory.mktemp("frames") / "ni.h5"
    return path, make_pdf(path, size=512, frames=2, seed=3)


def test_the_truth_is_read_back(frames: tuple[Path, Truth]) -> None:
    path, truth = frames
    assert read_truth(path) == truth


def test_the_frames_have_the_faults_that_are_told(frames: tuple[Path, Truth]) -> None:
    path, truth = frames
    with h5py.File(path) as file:
        data, background = (file[f"entry/{name}/data"][()] for name in ("data", "background"))
    assert data.shape == background.shape == (2, 512, 512)
    assert (data[:, 512 // 3] == -1).all()
    seen = [data[0, row, column] for row, column in truth.hot]
    assert all(value in {-1, -2} or value == max(seen) for value in seen)
    assert not np.array_equal(data[0], data[1])


def test_the_same_numbers_give_the_same_frames(frames: tuple[Path, Truth], tmp_path: Path) -> None:
    make_pdf(tmp_path / "again.h5", size=512, frames=2, seed=3)
    with h5py.File(frames[0]) as one, h5py.File(tmp_path / "again.h5") as other:
        assert np.array_equal(one["entry/data/data"][()], other["entry/data/data"][()])


def test_the_geometry_is_that_of_pyfai(frames: tuple[Path, Truth]) -> None:
    pyfai = pytest.importorskip("pyFAI")
    path, truth = frames
    known = pyfai.load(str(path.with_suffix(".poni")))
    q = known.center_array(truth.place.shape, unit="q_A^-1")
    assert np.abs(q - truth.place.q()).max() < 1e-5


def test_rings_averaged_by_hand_lead_to_the_g_of_the_crystal(frames: tuple[Path, Truth]) -> None:
    path, truth = frames
    angle, azimuth, cosine = truth.place.rays()
    q = truth.place.q()
    factor = (1 + np.cos(angle) ** 2 - 0.99 * np.cos(2 * azimuth) * np.sin(angle) ** 2) / 2 * cosine**3
    edges = np.linspace(0.6, truth.qmax, 1400)
    patterns = []
    with h5py.File(path) as file:
        for name in ("data", "background"):
            frame = file[f"entry/{name}/data"][()].sum(axis=0)
            good = (frame >= 0) & (frame < 500_000)
            where = np.digitize(q[good], edges)
            counts = np.bincount(where, frame[good], 1401) / np.bincount(where, factor[good], 1401)
            patterns.append(counts[1:-1])
    middle = (edges[1:] + edges[:-1]) / 2
    kernel = PdfKernel(middle, patterns[0], np.array([[middle, patterns[1]]]))
    top = float(middle[-1])
    recipe = Recipe("Ni", "QA", qmin=0.7, rpoly=0.9, rmin=1.5, rmax=12.0, rstep=0.005)
    curves = kernel.curves(recipe)
    expected = truth.gr(curves.r, top, qmin=0.7)
    scale = (curves.gr @ expected) / (curves.gr @ curves.gr)
    assert np.sqrt(np.sum((scale * curves.gr - expected) ** 2) / np.sum(expected**2)) < 0.1
    for distance in truth.pairs.distances(9.0):
        near = np.abs(curves.r - distance) < 0.15
        shift = curves.r[near][np.argmax(curves.gr[near])] - curves.r[near][np.argmax(expected[near])]
        assert abs(shift) <= 0.01


def test_an_unknown_crystal_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="there is CeO2, LaB6, Ni, Si"):
        make_pdf(tmp_path / "a.h5", crystal="Nix")


def test_another_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.poni").write_text("mine", "utf-8")
    with pytest.raises(FileError):
        make_pdf(tmp_path / "a.h5", size=64)
    assert (tmp_path / "a.poni").read_text("utf-8") == "mine"
    assert not (tmp_path / "a.h5").exists()
