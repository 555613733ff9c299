from __future__ import annotations

from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest

from daisy_lab.errors import DataError, MissingFileError, MissingObjectError
from daisy_lab.io import open_dataset, open_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from daisy_lab.vocabulary import Array


def test_datasets_come_by_the_words_of_the_vocabulary(exchange: Path) -> None:
    with open_file(exchange) as scan:
        assert scan.format == "data-exchange"
        assert {name: array.axes for name, array in scan.items()} == {
            "projections": ("angle", "row", "column"),
            "flat": ("exposure", "row", "column"),
            "dark": ("exposure", "row", "column"),
            "theta": ("angle",),
        }
        assert scan["projections"].unit == "counts"
        assert scan.metadata["measurement/sample/name"] == "phantom"


def test_theta_comes_in_rad_and_the_note_tells_the_unit(exchange: Path) -> None:
    with open_file(exchange) as scan:
        np.testing.assert_allclose(scan["theta"], np.linspace(0, np.pi, 5))
        assert scan["theta"].unit == "rad"
        assert "theta: largest angle 180, taken as degree (as the file says)" in scan.notes


def test_the_path_in_the_file_is_another_name(exchange: Path) -> None:
    with open_file(exchange) as scan:
        assert scan["/exchange/data"] is scan["projections"]
        assert "exchange/data_white" in scan


def test_missing_flats_are_simply_absent(exchange: Path) -> None:
    with h5py.File(exchange, "r+") as file:
        del file["exchange/data_white"]
    with open_file(exchange) as scan:
        assert "flat" not in scan
        with pytest.raises(MissingObjectError, match=r"no 'flat' in .*it holds dark, projections, theta"):
            scan["flat"]


def test_empty_flats_are_absent_and_told(make: Callable[..., Path], frames: Callable[..., Array]) -> None:
    scan = open_file(make("e.h5", {"exchange/data": frames(3), "exchange/data_white": frames(3)[:0]}))
    assert "flat" not in scan
    assert any("exchange/data_white is empty" in note for note in scan.notes)


def test_a_single_flat_image_is_one_exposure(make: Callable[..., Path], frames: Callable[..., Array]) -> None:
    scan = open_file(make("e.h5", {"exchange/data": frames(3), "exchange/data_white": frames(3)[2]}))
    assert scan["flat"].shape == (1, 4, 6)
    np.testing.assert_array_equal(scan["flat"][0, 1:3], frames(3)[2, 1:3])


def test_projections_of_wrong_rank_are_reported_on_use(make: Callable[..., Path]) -> None:
    scan = open_file(make("e.h5", {"exchange/data": np.zeros((4, 6))}))
    with pytest.raises(DataError, match=r"shape \(4, 6\), but projections needs the axes angle, row, column"):
        scan["projections"]


def test_angles_of_flats_and_darks_are_told_apart_when_they_can(
    make: Callable[..., Path], frames: Callable[..., Array]
) -> None:
    theta = np.concatenate([np.zeros(2), np.linspace(0, 170, 18), np.full(3, 170.0)])
    datasets = {
        "exchange/data": frames(18),
        "exchange/data_white": frames(2),
        "exchange/data_dark": frames(3),
        "exchange/theta": theta,
    }
    scan = open_file(make("t.h5", datasets))
    np.testing.assert_allclose(scan["theta"], np.deg2rad(np.linspace(0, 170, 18)))
    assert any("23 angles for 18 projections; took number 3 to 20" in note for note in scan.notes)


def test_angles_marked_with_nan_are_told_apart(
    make: Callable[..., Path], frames: Callable[..., Array]
) -> None:
    theta = np.array([np.nan, 0, 60, np.nan, 120, 10])[[0, 1, 2, 3, 4]]
    datasets = {"exchange/data": frames(3), "exchange/data_white": frames(2), "exchange/theta": theta}
    np.testing.assert_allclose(open_file(make("t.h5", datasets))["theta"], np.deg2rad([0, 60, 120]))


def test_angles_that_cannot_be_told_apart_are_reported(
    make: Callable[..., Path], frames: Callable[..., Array]
) -> None:
    datasets = {
        "exchange/data": frames(18),
        "exchange/data_white": frames(2),
        "exchange/theta": np.arange(20.0),
    }
    scan = open_file(make("t.h5", datasets))
    assert scan["theta"].shape == (20,)
    assert any("cannot be told apart" in note for note in scan.notes)


def test_angles_of_a_wrong_number_are_told_and_kept(
    make: Callable[..., Path], frames: Callable[..., Array]
) -> None:
    scan = open_file(make("t.h5", {"exchange/data": frames(5), "exchange/theta": np.arange(3.0) * 60}))
    assert scan["theta"].shape == (3,)
    assert any("3 angles for 5 projections" in note for note in scan.notes)


def test_a_table_as_theta_leaves_the_rest_usable(
    make: Callable[..., Path], frames: Callable[..., Array]
) -> None:
    scan = open_file(make("t.h5", {"exchange/data": frames(5), "exchange/theta": np.zeros((5, 2))}))
    with pytest.raises(DataError, match="one angle per projection"):
        scan["theta"]
    assert scan["projections"].shape == (5, 4, 6)


def test_a_dangling_link_as_theta_is_reported_on_use(
    make: Callable[..., Path], frames: Callable[..., Array]
) -> None:
    scan = open_file(
        make("t.h5", {"exchange/data": frames(5), "exchange/theta": h5py.ExternalLink("gone.h5", "/t")})
    )
    assert "theta" not in scan
    with pytest.raises(MissingFileError, match=r"gone\.h5"):
        scan["theta"]


def test_a_missing_theta_is_absent(make: Callable[..., Path], frames: Callable[..., Array]) -> None:
    assert set(open_file(make("t.h5", {"exchange/data": frames(5)}))) == {"projections"}


def test_the_real_tooth_scan_opens(shared_data: Path) -> None:
    with open_file(shared_data / "tomo" / "tooth.h5") as scan:
        assert {name: array.shape for name, array in scan.items()} == {
            "projections": (181, 2, 640),
            "flat": (10, 2, 640),
            "dark": (10, 2, 640),
            "theta": (181,),
        }
        assert scan["theta"][-1] == pytest.approx(3.1242358, abs=1e-6)
        assert any("179.006, taken as degree" in note for note in scan.notes)


def test_one_input_opens_by_word_path_or_not_at_all(exchange: Path) -> None:
    by_word = open_dataset(f"{exchange}::flat", name="flat")
    by_path = open_dataset(f"{exchange}::/exchange/data_white", name="flat")
    alone = open_dataset(str(exchange), name="flat")
    assert by_word.identity == by_path.identity == alone.identity
    assert by_path.axes == ("exposure", "row", "column")


def test_one_input_relabels_what_it_is_used_as(exchange: Path) -> None:
    assert open_dataset(f"{exchange}::exchange/data", name="flat").axes == ("exposure", "row", "column")


def test_theta_as_one_input_is_in_rad_once(exchange: Path) -> None:
    np.testing.assert_allclose(
        open_dataset(f"{exchange}::exchange/theta", name="theta"), np.linspace(0, np.pi, 5)
    )


def test_wrong_dataset_path_names_the_nearest(exchange: Path) -> None:
    with pytest.raises(MissingObjectError, match=r"no 'dat' in /exchange.*data_white.*did you mean 'data'"):
        open_dataset(f"{exchange}::exchange/dat", name="projections")


def test_a_group_as_dataset_lists_its_members(exchange: Path) -> None:
    with pytest.raises(DataError, match=r"is a group with data, data_dark"):
        open_dataset(f"{exchange}::exchange", name="projections")


def test_text_as_dataset_is_refused(exchange: Path) -> None:
    with pytest.raises(DataError, match="not numbers"):
        open_dataset(f"{exchange}::measurement/sample/name", name="projections")


def test_a_dataset_of_wrong_rank_is_refused(exchange: Path) -> None:
    with pytest.raises(DataError, match=r"has shape \(5,\), but projections needs the axes"):
        open_dataset(f"{exchange}::exchange/theta", name="projections")


def test_a_word_the_scan_lacks_is_reported(make: Callable[..., Path], frames: Callable[..., Array]) -> None:
    path = make("t.h5", {"exchange/data": frames(5)})
    with pytest.raises(MissingObjectError, match="no 'flat'"):
        open_dataset(str(path), name="flat")
