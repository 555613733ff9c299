"""A scan larger than a device's memory goes through it block by block, and comes out as it should."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab._algorithm import monitored
from daisy_lab._arrays import to_host
from daisy_lab.algorithms.ct import reconstruct
from daisy_lab.algorithms.ct.fbp._conveyor import pinned_array, stream_rows
from daisy_lab.errors import CancelledError

if TYPE_CHECKING:
    from types import ModuleType

    from daisy_lab.vocabulary import Array


def _scan(
    library: ModuleType, shape: tuple[int, int, int], kind: Any, *, pinned: bool
) -> tuple[Array, Array]:
    values = (1000 * np.random.default_rng(0).random(shape)).astype(kind)
    if not pinned:
        return values, np.full((shape[1], shape[2], shape[2]), -1, np.float32)
    projections = pinned_array(library, shape, kind)
    projections[...] = values
    return projections, pinned_array(library, (shape[1], shape[2], shape[2]), np.float32)


def _blocks(rows: int, step: int) -> list[slice]:
    return [slice(start, min(start + step, rows)) for start in range(0, rows, step)]


@pytest.mark.parametrize("pinned", [False, True])
@pytest.mark.parametrize("kind", [np.float32, np.uint16])
def test_slices_are_those_of_the_whole(device: ModuleType, kind: Any, *, pinned: bool) -> None:
    theta = np.linspace(0, np.pi, 12, endpoint=False)
    projections, volume = _scan(device, (12, 11, 16), kind, pinned=pinned)
    before = projections.copy()

    def compute(block: Any, _rows: slice) -> Any:
        assert isinstance(block, device.ndarray)
        return reconstruct(block, theta, center=7.0)

    stream_rows(device, compute, projections, volume, _blocks(11, 3), pinned=pinned)
    whole = to_host(reconstruct(device.asarray(projections), theta, center=7.0))
    assert np.array_equal(volume, whole)
    assert np.array_equal(projections, before)


@pytest.mark.parametrize("pinned", [False, True])
def test_no_block_meets_another(device: ModuleType, *, pinned: bool) -> None:
    projections, volume = _scan(device, (3, 17, 5), np.float32, pinned=pinned)
    for step in (1, 3, 20):
        volume[...] = -1
        stream_rows(
            device,
            lambda block, rows: device.repeat(block.sum(axis=0)[:, np.newaxis], 5, axis=1) + rows.start,
            projections,
            volume,
            _blocks(17, step),
            pinned=pinned,
        )
        start = np.arange(17) // step * step
        expected = projections.sum(axis=0)[:, np.newaxis] + start[:, np.newaxis, np.newaxis]
        np.testing.assert_allclose(volume, np.broadcast_to(expected, volume.shape), rtol=1e-6)


@pytest.mark.parametrize("pinned", [False, True])
def test_byte_order_and_strides_of_the_host_are_no_matter(device: ModuleType, *, pinned: bool) -> None:
    values = np.random.default_rng(0).random((4, 9, 10)).astype(">f4")
    volume = np.zeros((9, 10, 5), np.float32)[..., ::-1]

    def compute(block: Any, _rows: slice) -> Any:
        return device.repeat(block.sum(axis=0)[:, np.newaxis], 10, axis=1)

    for projections in (values[:, :, ::2], values[:, :, :5].astype(np.float32)):
        stream_rows(device, compute, projections, volume, _blocks(9, 2), pinned=pinned)
        np.testing.assert_allclose(volume[:, 3], projections.sum(axis=0), rtol=1e-6)


def test_no_blocks_are_no_work(device: ModuleType) -> None:
    projections, volume = _scan(device, (3, 0, 5), np.float32, pinned=False)
    stream_rows(device, lambda block, _rows: block, projections, volume, [])


def test_an_error_on_the_device_arrives(device: ModuleType) -> None:
    projections, volume = _scan(device, (3, 8, 5), np.float32, pinned=False)

    def compute(_block: Any, rows: slice) -> Any:
        raise ZeroDivisionError(rows.start)

    with pytest.raises(ZeroDivisionError):
        stream_rows(device, compute, projections, volume, _blocks(8, 2))


class _Stopped:
    """Says stop after the second block."""

    workers = 1

    def __init__(self) -> None:
        self.flag = np.zeros(1, np.uint8)

    def advance(self, done: float, total: float | None, text: str) -> None:
        assert (total, text) == (10, "reconstruct")
        self.flag[0] = done >= 2

    def log(self, line: str) -> None: ...

    def curve(self, name: str, value: float) -> None: ...


def test_a_cancel_is_felt_between_blocks(device: ModuleType) -> None:
    projections, volume = _scan(device, (3, 40, 5), np.float32, pinned=False)
    seen = []

    def compute(seen: list[int], block: Any, rows: slice) -> Any:
        seen.append(rows.start)
        return device.repeat(block[:1].swapaxes(0, 1), 5, axis=1)

    with monitored(_Stopped()), pytest.raises(CancelledError):
        stream_rows(device, partial(compute, seen), projections, volume, _blocks(40, 4))
    assert seen == [0, 4]
