from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.errors import DataError, FileFormatError, MissingObjectError
from daisy_lab.io import open_dataset, open_file, reopen

if TYPE_CHECKING:
    from pathlib import Path

DEGREES = np.array([0, 45, 90, 135.0])


@pytest.mark.parametrize(
    "text",
    [
        "0\n45\n90\n135\n",
        "# angles\n0\n45 # quarter\n\n90\n135",
        "angle\n0\n45\n90\n135\n",
        "0 0\n1 45\n2 90\n3 135\n",
        "number,angle\n0,0\n1,45\n2,90\n3,135\n",
        "1;0\r\n2;45\r\n3;90\r\n4;135\r\n",
        "\ufeff0\n4.5e1\n+90\n135\n",
    ],
)
def test_the_last_column_is_read_as_theta(tmp_path: Path, text: str) -> None:
    (tmp_path / "angles.txt").write_text(text)
    with open_file(tmp_path / "angles.txt") as file:
        assert file.format == "text"
        np.testing.assert_allclose(file["theta"], np.deg2rad(DEGREES))
        assert any("largest angle 135, taken as degree" in note for note in file.notes)


def test_a_header_that_names_the_unit_is_believed(tmp_path: Path) -> None:
    (tmp_path / "angles.txt").write_text("# theta (deg)\n0\n0.1\n0.2\n")
    np.testing.assert_allclose(open_file(tmp_path / "angles.txt")["theta"], np.deg2rad([0, 0.1, 0.2]))


def test_the_unit_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "angles.txt").write_text("0\n1\n2\n")
    theta = open_dataset(str(tmp_path / "angles.txt"), name="theta", angle_unit="rad")
    np.testing.assert_allclose(theta, [0, 1, 2])


def test_theta_opens_again_from_its_reference(tmp_path: Path) -> None:
    (tmp_path / "angles.txt").write_text("0\n45\n90\n135\n")
    theta = open_file(tmp_path / "angles.txt")["theta"]
    np.testing.assert_array_equal(reopen(theta.reference), theta)


def test_a_line_that_is_no_number_is_named(tmp_path: Path) -> None:
    (tmp_path / "angles.txt").write_text("0\n45\nninety\n")
    with pytest.raises(FileFormatError, match=r"angles\.txt line 3 is 'ninety'"):
        open_file(tmp_path / "angles.txt")


def test_lines_of_different_length_are_refused(tmp_path: Path) -> None:
    (tmp_path / "angles.txt").write_text("0 1\n45\n")
    with pytest.raises(FileFormatError, match="line 2"):
        open_file(tmp_path / "angles.txt")


def test_a_file_without_numbers_shows_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Dear diary\n")
    with pytest.raises(FileFormatError, match=r"no numbers, but begins with 'Dear diary'"):
        open_file(tmp_path / "notes.txt")


def test_text_is_no_projections(tmp_path: Path) -> None:
    (tmp_path / "angles.txt").write_text("0\n45\n")
    with pytest.raises(DataError, match=r"has shape \(2,\), but projections needs"):
        open_dataset(str(tmp_path / "angles.txt"), name="projections")


def test_text_has_no_datasets(tmp_path: Path) -> None:
    (tmp_path / "angles.txt").write_text("0\n45\n")
    with pytest.raises(MissingObjectError, match="'::a/b' was asked"):
        open_dataset(f"{tmp_path / 'angles.txt'}::a/b", name="theta")
