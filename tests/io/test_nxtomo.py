from __future__ import annotations

import json
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daisy_lab.errors import FileFormatError
from daisy_lab.io import open_dataset, open_file, reopen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from daisy_lab.vocabulary import Array

KEYS = np.array([2, 1, 0, 0, 1, 0, 3, 0, 2, 0])


@pytest.fixture
def tomo(tmp_path: Path, frames: Callable[..., Array]) -> Callable[..., Path]:
    """Make an NXtomo file; the key lies in the detector group, a soft link to the frames in the data group."""

    def build(keys: Array = KEYS, angles: Array | None = None, unit: str = "degrees", count: int = 0) -> Path:
        path = tmp_path / "scan.nxs"
        with h5py.File(path, "w") as file:
            entry = file.create_group("entry1/tomo_entry")
            entry.attrs["NX_class"] = "NXsubentry"
            entry["definition"] = "NXtomo"
            entry["instrument/detector/data"] = frames(count or len(keys))
            entry["instrument/detector/image_key"] = keys
            if angles is not None:
                entry["sample/rotation_angle"] = angles
                entry["sample/rotation_angle"].attrs["units"] = unit
            entry["data/data"] = h5py.SoftLink("/entry1/tomo_entry/instrument/detector/data")
            entry["data/image_key"] = h5py.SoftLink("../instrument/detector/image_key")
        return path

    return build


def test_frames_are_sorted_by_their_key(tomo: Callable[..., Path], frames: Callable[..., Array]) -> None:
    with open_file(tomo()) as scan:
        assert scan.format == "nxtomo"
        for number, name in enumerate(("projections", "flat", "dark")):
            np.testing.assert_array_equal(scan[name], frames(len(KEYS))[number == KEYS])
        assert scan["projections"].axes == ("angle", "row", "column")
        assert scan["flat"].axes == ("exposure", "row", "column")
        assert any("1 frames are marked as invalid" in note for note in scan.notes)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(keys=st.lists(st.integers(0, 3), min_size=1, max_size=30), part=st.slices(20), row=st.slices(4))
def test_any_slice_of_any_interleaving_reads_the_right_frames(
    tomo: Callable[..., Path], frames: Callable[..., Array], keys: list[int], part: slice, row: slice
) -> None:
    with open_file(tomo(np.array(keys))) as scan:
        wanted = frames(len(keys))[np.array(keys) == 0]
        if len(wanted):
            np.testing.assert_array_equal(scan["projections"][part, row], wanted[part, row])
            assert scan["projections"][-1, 1, 2] == wanted[-1, 1, 2]
        else:
            assert "projections" not in scan


def test_theta_is_that_of_the_projections_when_every_frame_has_one(tomo: Callable[..., Path]) -> None:
    angles = np.arange(10) * 20.0
    np.testing.assert_allclose(open_file(tomo(angles=angles))["theta"], np.deg2rad(angles[KEYS == 0]))


def test_theta_is_taken_as_it_is_when_only_projections_have_one(tomo: Callable[..., Path]) -> None:
    angles = np.linspace(0, np.pi, 5)
    np.testing.assert_allclose(open_file(tomo(angles=angles, unit="rad"))["theta"], angles)


def test_more_angles_than_frames_are_told_apart_by_their_spacing(tomo: Callable[..., Path]) -> None:
    keys = np.zeros(91, dtype=int)
    keys[:10], keys[-10:] = 1, 2
    angles = np.concatenate([np.zeros(10), np.linspace(0, 180, 71), np.full(10, 180.0)])
    scan = open_file(tomo(keys, angles))
    np.testing.assert_allclose(scan["theta"], np.deg2rad(np.linspace(0, 180, 71)))


def test_angles_that_fit_nothing_are_told(tomo: Callable[..., Path]) -> None:
    scan = open_file(tomo(np.zeros(9, dtype=int), np.arange(11) * 10.0))
    assert any("11 angles for 9 projections" in note for note in scan.notes)
    assert scan["theta"].shape == (11,)


def test_a_file_without_flats_darks_and_angles_has_only_projections(tomo: Callable[..., Path]) -> None:
    scan = open_file(tomo(np.zeros(4, dtype=int)))
    assert {"projections"} == set(scan) & {"projections", "flat", "dark", "theta"}


def test_a_key_that_does_not_fit_the_frames_is_reported(tomo: Callable[..., Path]) -> None:
    scan = open_file(tomo(count=7))
    with pytest.raises(FileFormatError, match=r"shape \(7, 4, 6\), but .*image_key has 10 frames"):
        scan["projections"]


def test_the_frames_as_they_are_stay_available_by_path(tomo: Callable[..., Path]) -> None:
    path = tomo()
    assert open_dataset(f"{path}::entry1/tomo_entry/data/data", name="projections").shape == (10, 4, 6)


def test_selected_frames_open_again_from_their_reference(tomo: Callable[..., Path]) -> None:
    flat = open_file(tomo())["flat"]
    again = reopen(json.loads(json.dumps(flat.reference)))
    np.testing.assert_array_equal(again, flat)
    assert again.identity == flat.identity


def test_identities_of_different_selections_differ(tomo: Callable[..., Path]) -> None:
    with open_file(tomo()) as scan:
        assert len({scan[name].identity for name in ("projections", "flat", "dark")}) == 3
