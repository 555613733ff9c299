"""Patterns and curves open like any other file: columns by name, with axes and units, that reopen from a reference."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.errors import DataError, FileFormatError
from daisy_lab.io import open_file, open_patterns, reopen

if TYPE_CHECKING:
    from pathlib import Path

_Q = np.linspace(0.5, 20, 50)


@pytest.fixture
def pattern(tmp_path: Path) -> Path:
    path = tmp_path / "ni.xye"
    columns = np.column_stack([_Q, _Q**2, np.sqrt(_Q)])
    np.savetxt(path, columns, header="# q_A^-1 I sigma\n# wavelength = 0.2", comments="")
    return path


def test_columns_have_names_axes_and_units(pattern: Path) -> None:
    opened = open_file(pattern)
    assert opened.format == "pattern"
    assert set(opened) == {"x", "intensity", "sigma"}
    assert (opened["x"].axes, opened["x"].unit) == (("point",), "1/angstrom")
    assert np.allclose(opened["intensity"][10:20], _Q[10:20] ** 2)
    assert opened.metadata["dataformat"] == "QA"


def test_a_column_opens_again_from_its_reference(pattern: Path) -> None:
    sigma = open_file(pattern)["sigma"]
    assert np.array_equal(reopen(sigma.reference)[...], sigma[...])
    assert np.array_equal(pickle.loads(pickle.dumps(sigma))[...], sigma[...])  # noqa: S301 - our own bytes


def test_a_gr_has_its_distances(tmp_path: Path) -> None:
    path = tmp_path / "ni.gr"
    np.savetxt(path, np.column_stack([_Q, np.sin(_Q)]), header="#L r(A)  G(A^-2)", comments="")
    opened = open_file(path)
    assert (opened.format, set(opened)) == ("gr", {"r", "gr"})
    assert (opened["gr"].axes, opened["r"].unit) == (("r",), "angstrom")


def test_a_text_of_angles_is_one_still(tmp_path: Path) -> None:
    path = tmp_path / "angles.txt"
    np.savetxt(path, np.column_stack([np.arange(20), np.linspace(0, 180, 20)]))
    assert list(open_file(path)) == ["theta"]


def test_a_damaged_pattern_is_told(tmp_path: Path) -> None:
    path = tmp_path / "bad.chi"
    path.write_text("no numbers here\n")
    with pytest.raises(FileFormatError, match="no columns"):
        open_file(path)


def test_a_series_needs_one_first_column(pattern: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.xye"
    np.savetxt(other, np.column_stack([_Q + 0.1, _Q, _Q]), header="# q_A^-1 I sigma", comments="")
    series = open_patterns([pattern, pattern])
    assert series.values.shape == (2, 50)
    assert series.sigma is not None
    with pytest.raises(DataError, match=r"first column of other\.xye"):
        open_patterns([pattern, other])
