"""Smaller volumes: means of what is there, the same bits in pieces, and levels in one workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab import LocalEngine, Workflow
from daisy_lab.algorithms.ct import downsample

if TYPE_CHECKING:
    from types import ModuleType


def _volume(*shape: int) -> np.ndarray:
    return np.random.default_rng(8).normal(5, 1, shape).astype(np.float32)


def _by_hand(volume: np.ndarray, factor: int) -> np.ndarray:
    out = np.empty([-(-length // factor) for length in volume.shape])
    for place in np.ndindex(*out.shape):
        cube = volume[tuple(slice(factor * at, factor * at + factor) for at in place)]
        out[place] = cube[np.isfinite(cube)].mean(dtype=float) if np.isfinite(cube).any() else np.nan
    return out


@pytest.mark.parametrize("factor", [1, 2, 3, 5])
def test_each_voxel_is_the_mean_of_its_cube_also_at_the_edges(factor: int) -> None:
    volume = _volume(5, 7, 6)
    np.testing.assert_allclose(downsample(volume, factor=factor), _by_hand(volume, factor), rtol=2e-7)


def test_what_is_no_number_is_left_out() -> None:
    volume = _volume(4, 4, 5)
    volume[0, 0, 0], volume[1, 1, 1], volume[2:, 2:, 4] = np.nan, -np.inf, np.nan
    small = downsample(volume)
    np.testing.assert_allclose(small, _by_hand(volume, 2), rtol=2e-7)
    assert np.isnan(small).sum() == 1


@pytest.mark.parametrize("kind", ["u1", "u2", ">u2", "i4", "f8", "f4"])
def test_the_number_type_stays(kind: str) -> None:
    volume = np.array([[[250, 255], [255, 255]]]).astype(kind)
    small = downsample(volume)
    assert small.dtype == np.dtype(kind).newbyteorder("=")
    assert small[0, 0, 0] == (253.75 if kind.startswith("f") else 254)


@pytest.mark.parametrize("factor", [2, 3])
@pytest.mark.parametrize("axis", ["row", "y", "x"])
def test_a_part_has_the_bits_of_the_whole(axis: str, factor: int) -> None:
    volume = _volume(9, 11, 13)
    workflow = Workflow("small").add(downsample, into="small", volume="volume", factor=factor)
    engine = LocalEngine(workers=2)
    engine.store.put("volume", volume, axes=("row", "y", "x"))
    whole = downsample(volume, factor=factor)
    number = ("row", "y", "x").index(axis)
    for first in range(whole.shape[number]):
        part = workflow.block("small", engine, **{axis: slice(first, first + 1)})
        assert part.tobytes() == whole.take([first], axis=number).tobytes()
    engine.close()
    engine.store.close()


def test_three_levels_make_a_pyramid_that_is_computed_block_by_block() -> None:
    volume = _volume(1201, 64, 50)
    workflow = Workflow("pyramid").add(downsample, into="half", volume="volume")
    workflow.add(downsample, into="quarter", volume="half")
    workflow.add(downsample, into="eighth", volume="quarter")
    engine = LocalEngine(workers=2)
    engine.store.put("volume", volume, axes=("row", "y", "x"))
    run = workflow.run(engine, targets=("half", "quarter", "eighth"), memory=16_000_000)
    done = run.result(60)
    assert max(run.report["blocks"].values()) > 1
    half = downsample(volume)
    quarter = downsample(half)
    assert done["half"].tobytes() == half.tobytes()
    assert done["quarter"].tobytes() == quarter.tobytes()
    assert done["eighth"].tobytes() == downsample(quarter).tobytes()
    assert done["eighth"].shape == (151, 8, 7)
    engine.close()
    engine.store.close()


def test_nothing_becomes_nothing_and_the_input_stays() -> None:
    assert downsample(np.empty((0, 5, 5))).shape == (0, 3, 3)
    volume = _volume(3, 3, 3)[::-1, :, ::2]
    before = volume.copy()
    np.testing.assert_array_equal(downsample(volume), downsample(before))
    np.testing.assert_array_equal(volume, before)


def test_a_device_gives_the_same_bits(device: ModuleType) -> None:
    volume = _volume(5, 8, 9)
    whole_numbers = (volume * 20).astype(np.uint8)
    volume[1, 2, 3] = np.nan
    for values in (volume, whole_numbers):
        small = downsample(device.asarray(values))
        assert isinstance(small, device.ndarray)
        np.testing.assert_array_equal(device.asnumpy(small), downsample(values))
