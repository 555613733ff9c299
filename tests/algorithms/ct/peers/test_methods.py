"""Methods of other libraries: found where these are installed, told where they are not, ours in shape and scale."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab import Session, Workflow
from daisy_lab.algorithms.ct import peers, reconstruct
from daisy_lab.compat import _tomopy as stand_in
from daisy_lab.errors import DataError, SettingError

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import DiscScan

    from daisy_lab.vocabulary import Array

_MU = 0.01
_THETA = np.arange(60) * (np.pi / 60)


def _fake(calls: list[dict[str, Any]]) -> ModuleType:
    """A tomopy whose slices hold the mean of their row."""

    def recon(tomo: Array, theta: Array, **options: Any) -> Array:
        calls.append({"shape": tomo.shape, "views": len(theta), **options})
        width = tomo.shape[2]
        return np.broadcast_to(tomo.mean((0, 2))[:, np.newaxis, np.newaxis], (tomo.shape[1], width, width))

    made = ModuleType("tomopy")
    made.recon = recon  # type: ignore[attr-defined]  # a module made here
    return made


@pytest.fixture
def tomopy(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Install a tiny tomopy; gives the calls it got."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setitem(sys.modules, "tomopy", _fake(calls))
    return calls


def test_tomopy_is_called_with_its_own_words(tomopy: list[dict[str, Any]]) -> None:
    scan = np.arange(12, dtype=np.uint16).reshape(2, 3, 2)
    scan = np.repeat(scan, 2, axis=2)
    volume = reconstruct(scan, _THETA[:2], np.array([1.0, 1.5, 2]), center=1.5, method="tomopy:gridrec")
    np.testing.assert_array_equal(volume[:, 0, 0], scan.mean((0, 2)))
    assert volume.dtype == np.float32
    (call,) = tomopy
    np.testing.assert_array_equal(call.pop("center"), [1.0, 1.0, 1.5, 1.5, 2, 2])
    assert call == {
        "shape": (2, 6, 4),
        "views": 2,
        "algorithm": "gridrec",
        "filter_name": "ramlak",
        "sinogram_order": False,
        "nchunk": 2,
    }


def test_iterations_reach_what_iterates(tomopy: list[dict[str, Any]]) -> None:
    reconstruct(np.ones((2, 1, 4)), _THETA[:2], center=1.5, method="tomopy:sirt", iterations=7)
    reconstruct(np.ones((2, 1, 4)), _THETA[:2], center=1.5, method="tomopy:sirt")
    assert [call["num_iter"] for call in tomopy] == [7, 100]
    assert "filter_name" not in tomopy[0]


@pytest.mark.parametrize("method", ["fbp", "gridrec", "direct", "tomopy:gridrec"])
def test_iterations_are_refused_by_what_does_not_iterate(tomopy: list[dict[str, Any]], method: str) -> None:
    with pytest.raises(SettingError, match=r"7 iterations .* does not iterate; leave them out"):
        reconstruct(np.ones((2, 1, 4)), _THETA[:2], center=1.5, method=method, iterations=7)
    assert tomopy == []


def test_damaged_rows_do_not_reach_the_library(tomopy: list[dict[str, Any]]) -> None:
    scan = np.ones((3, 2, 4), np.float32)
    scan[0, 0, 1] = np.nan
    scan[:, 1] = np.inf
    volume = reconstruct(scan, _THETA[:3], center=1.5, method="tomopy:gridrec")
    np.testing.assert_array_equal(volume[0], 1)
    assert np.isnan(volume[1]).all()
    assert len(tomopy) == 1


def test_a_block_by_tomopy_is_that_block(tomopy: list[dict[str, Any]]) -> None:
    with Session(workers=1) as session:
        scan = np.broadcast_to(np.arange(5, dtype=np.float32)[:, np.newaxis], (2, 5, 4))
        session.engine.store.put("absorption", scan, axes=("angle", "row", "column"))
        session.engine.store.put("theta", _THETA[:2], axes=("angle",))
        workflow = Workflow("one-step")
        workflow.add(
            reconstruct,
            projections="absorption",
            theta="theta",
            center=1.0,
            method="tomopy:gridrec",
            into="volume",
        )
        found = workflow.block("volume", session.engine, row=slice(3, 4))
    np.testing.assert_array_equal(found, np.full((1, 4, 4), 3, np.float32))
    assert tomopy[-1]["shape"] == (2, 2, 4)


def test_the_form_offers_what_is_there(tomopy: list[dict[str, Any]]) -> None:
    offered = reconstruct.schema()["properties"]["method"]["enum"]
    assert offered[:2] == ["fbp", "direct"]
    assert "tomopy:gridrec" in offered
    assert "gridrec" not in offered
    assert tomopy == []


def test_our_stand_in_is_not_taken_for_tomopy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tomopy", stand_in)
    # The plug-ins are known by then; nothing else can be found any more.
    peers.available()
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "path_importer_cache", {})
    assert not [name for name in peers.available() if name.startswith("tomopy:")]
    with pytest.raises(SettingError, match=r"'tomopy:gridrec' needs tomopy, .*conda install"):
        reconstruct(np.ones((2, 1, 4)), _THETA[:2], center=1.5, method="tomopy:gridrec")
    with pytest.raises(SettingError, match="tomopy is asked for and cannot be imported"):
        peers.real_module("tomopy")
    assert sys.modules["tomopy"] is stand_in


def test_the_real_one_is_imported_beside_our_stand_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "tomopy.py").write_text("real = True\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(sys.modules, "tomopy", stand_in)
    assert peers.real_module("tomopy").real is True


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("fpb", "no reconstruction method 'fpb'; there is .*direct, fbp, gridrec.*did you mean 'fbp'"),
        ("tomopy:gridrek", "no reconstruction method .*did you mean 'tomopy:gridrec'"),
        ("nabu:fbp", "no reconstruction method 'nabu:fbp'; there is"),
        ("tomopy:", "no reconstruction method 'tomopy:'"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_what_is(
    name: str, told: str, tomopy: list[dict[str, Any]]
) -> None:
    with pytest.raises(SettingError, match=told):
        reconstruct(np.ones((2, 1, 4)), _THETA[:2], center=1.5, method=name)
    assert tomopy == []


def test_a_library_that_gives_another_shape_is_told(tomopy: list[dict[str, Any]]) -> None:
    sys.modules["tomopy"].recon = lambda *_args, **_options: np.ones((1, 3, 3))  # type: ignore[attr-defined]  # as above
    with pytest.raises(
        DataError, match=r"tomopy:sirt gave the shape \(1, 3, 3\) where slices have \(1, 4, 4\)"
    ):
        reconstruct(np.ones((2, 1, 4)), _THETA[:2], center=1.5, method="tomopy:sirt")


def test_a_window_of_the_users_is_refused(tomopy: list[dict[str, Any]]) -> None:
    with pytest.raises(SettingError, match="tomopy:gridrec takes no window"):
        reconstruct(np.ones((2, 1, 4)), _THETA[:2], window=np.ones(3), center=1.5, method="tomopy:gridrec")


def test_gridrec_is_recorded_as_fbp() -> None:
    with Session(workers=1) as session:
        session.engine.store.put(
            "absorption", np.ones((4, 1, 8), np.float32), axes=("angle", "row", "column")
        )
        session.engine.store.put("theta", _THETA[:4], axes=("angle",))
        session.engine.run(
            reconstruct, projections="absorption", theta="theta", center=3.5, method="gridrec"
        ).result(60)
        workflow = Workflow("one-step")
        workflow.add(
            reconstruct, projections="absorption", theta="theta", center=3.5, method="gridrec", into="v"
        )
        workflow.run(session.engine).result(60)
        entries = [entry for entry in session.engine.ledger if entry.algorithm == "ct.reconstruct"]
    assert [entry.settings["method"] for entry in entries] == ["fbp", "fbp"]


@pytest.mark.parametrize(("method", "error"), [("FBP", 0.02), ("CGLS", 0.05), ("SIRT", 0.08)])
@pytest.mark.parametrize("center", [30.0, 27.3, 34.5])
def test_astra_has_our_orientation_axis_and_absolute_values(
    method: str, error: float, center: float, disc_scan: DiscScan
) -> None:
    pytest.importorskip("astra")
    scan = disc_scan(_THETA, 61, center, radius=9, x=10, y=7)
    line = np.arange(61) - 30
    inside = np.hypot(line - 10, (-line - 7)[:, np.newaxis]) < 6
    iterations = None if method == "FBP" else 40
    volume = (
        reconstruct(scan, _THETA, center=center, method=f"astra:{method}", iterations=iterations)[0] / _MU
    )
    assert volume[inside].mean() == pytest.approx(1, abs=error)
    ours = reconstruct(scan, _THETA, center=center)[0] / _MU
    assert np.abs((volume - ours)[np.hypot(line, line[:, np.newaxis]) < 25]).mean() < 0.05


def test_astra_takes_any_angles_as_ours_does(disc_scan: DiscScan) -> None:
    pytest.importorskip("astra")
    theta = np.pi * np.linspace(0, 1, 90, endpoint=False) ** 1.3
    scan = disc_scan(theta, 41, 20.0, radius=15)
    line = np.arange(41) - 20
    ring = np.abs(np.hypot(line, line[:, np.newaxis]) - 6) < 4
    theirs = reconstruct(scan, theta, center=20.0, method="astra:FBP")[0][ring].mean()
    assert theirs == pytest.approx(_MU, rel=0.01)
    theirs = reconstruct(scan, theta, center=20.0, method="astra:BP")[0][ring].mean()
    ours = reconstruct(scan, theta, center=20.0, filter="none")[0][ring].mean()
    assert theirs == pytest.approx(ours, rel=0.01)


def test_astra_has_no_butterworth() -> None:
    pytest.importorskip("astra")
    with pytest.raises(SettingError, match="astra:FBP has no filter 'butterworth'; choose one of ramp"):
        reconstruct(np.ones((2, 1, 4)), _THETA[:2], center=1.5, method="astra:FBP", filter="butterworth")
