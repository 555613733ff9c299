"""How one array is laid out in a NeXus file: its group, its chunks, the values of its axes, the way to it.

Source: NeXus data rules, "Associating plottable data using attributes applied to the NXdata group".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab.errors import DataError, choices
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import h5py

    from daisy_lab.vocabulary import Array

__all__ = ["CREATOR", "Signal", "chunk_of", "extend", "label", "nexus_group", "point_to"]

CREATOR = "daisy-lab"
"""What the root of our files says it was made by; a result is known again, and may be made anew, by it."""

_CHUNK_BYTES = 1 << 20
_PIXEL_AXES = frozenset({"row", "column", "y", "x", "slice"})
_IMAGE_AXES = 2
_RESERVED = frozenset({"process", "parameters", "end_time"})


@dataclass(frozen=True)
class Signal:
    """One array as it is going to be in the file, its name tree-structured as in `scan/projections`."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    axes: tuple[str, ...]
    unit: str
    axis_values: Mapping[str, tuple[Array, str]]
    grows: bool = False
    """Whether `extend` may make it longer along its first axis."""

    @property
    def nbytes(self) -> int:
        """Bytes of all values."""
        return math.prod(self.shape) * self.dtype.itemsize

    def check(self, taken: Sequence[str]) -> None:
        """Refuse a name that is taken, and axes that do not fit the shape."""
        first = self.name.partition("/")[0]
        clash = any(other.startswith(f"{self.name}/") or self.name.startswith(f"{other}/") for other in taken)
        if not self.name or self.name in taken or first in _RESERVED or clash:
            msg = _("the name '{name}' cannot be used; taken are {taken}; choose another one")
            raise DataError(msg.format(name=self.name, taken=choices([*taken, *_RESERVED])))
        if self.axes and len(self.axes) != len(self.shape):
            msg = _("{name} has shape {shape} but the axes {axes}; name each axis once")
            raise DataError(msg.format(name=self.name, shape=self.shape, axes=", ".join(self.axes)))
        lengths = dict(zip(self.axes, self.shape, strict=False))
        for axis, (values, _unit) in self.axis_values.items():
            if np.shape(values) != (lengths.get(axis),):
                msg = _(
                    "{name}: axis {axis} is given {count} values, but the axes are {lengths}; give one per "
                    "index"
                )
                count = np.shape(values)
                raise DataError(msg.format(name=self.name, axis=axis, count=count, lengths=lengths))

    def create(self, entry: h5py.Group) -> h5py.Dataset:
        """Make the group, the empty array and its axes; give the array."""
        group = entry
        *above, signal = self.name.split("/")
        for part in above:
            group = nexus_group(group, part, "NXcollection")
        group = nexus_group(group, signal, "NXdata")
        chunks = chunk_of(self.shape, self.dtype.itemsize)
        longest = (None, *self.shape[1:]) if self.grows else None
        if self.grows:
            chunks = _chunk_of_growing(self.shape, self.dtype.itemsize)
        dataset = group.create_dataset(signal, self.shape, self.dtype, chunks=chunks, maxshape=longest)
        group.attrs["signal"] = signal
        label(dataset, signal, self.unit)
        if len(self.shape) >= _IMAGE_AXES and set(self.axes[-_IMAGE_AXES:]) <= _PIXEL_AXES and self.axes:
            dataset.attrs["interpretation"] = "image"
        if self.axes:
            group.attrs["axes"] = list(self.axes)
            for number, axis in enumerate(self.axes):
                self._write_axis(group, signal, number, axis)
        return dataset

    def _write_axis(self, group: h5py.Group, signal: str, number: int, axis: str) -> None:
        if axis == signal:
            # A signal may be its own axis: there is nothing to add.
            return
        counted = np.arange(self.shape[number], dtype=np.float64), "pixel" if axis in _PIXEL_AXES else ""
        values, unit = self.axis_values.get(axis, counted)
        longest = (None,) if self.grows and number == 0 else None
        group.create_dataset(axis, data=np.asarray(values), maxshape=longest)
        label(group[axis], axis, unit)
        group.attrs[f"{axis}_indices"] = number


def chunk_of(shape: tuple[int, ...], itemsize: int) -> tuple[int, ...] | None:
    """Give chunks of about 1 MB that hold whole slices, or a tile of one slice when that is larger.

    Arrays of one or two axes, and empty ones, are stored in one piece: None.
    """
    if len(shape) <= _IMAGE_AXES or 0 in shape:
        return None
    room = max(1, _CHUNK_BYTES // itemsize)
    rows, columns = shape[-2:]
    if rows * columns > room:
        side = math.isqrt(room)
        # As many tiles as needed, all of about the same size: those at the edges are not mostly empty.
        width = _even(columns, max(side, room // rows))
        return (*(1 for _axis in shape[:-2]), _even(rows, max(1, room // width)), width)
    along = min(shape[-3], room // (rows * columns))
    return (*(1 for _axis in shape[:-3]), along, rows, columns)


def _even(length: int, most: int) -> int:
    """Give the length of the fewest even parts that are no longer than `most`."""
    return -(-length // -(-length // most))


def _chunk_of_growing(shape: tuple[int, ...], itemsize: int) -> tuple[int, ...]:
    """Give chunks that hold whole entries of the first axis: small ones, as the last is seldom full."""
    each = max(math.prod(shape[1:]) * itemsize, 1)
    return (max(1, _CHUNK_BYTES // 16 // each), *(max(1, length) for length in shape[1:]))


def extend(dataset: h5py.Dataset, length: int) -> None:
    """Make an array longer along its first axis, and go on counting that axis."""
    before = dataset.shape[0]
    dataset.resize(length, axis=0)
    axes = dataset.parent.attrs.get("axes", ())
    axis = dataset.parent.get(axes[0]) if len(axes) else None
    if axis is not None:
        axis.resize(length, axis=0)
        axis[before:] = np.arange(before, length)


def nexus_group(parent: h5py.Group, name: str, kind: str) -> h5py.Group:
    """Give the group of that name, made with its NeXus class when it is not there."""
    group = parent.require_group(name)
    if "NX_class" not in group.attrs:
        group.attrs["NX_class"] = kind
    return group


def label(dataset: h5py.Dataset, name: str, unit: str) -> None:
    """Write the name and the unit that a viewer shows beside the values."""
    dataset.attrs["long_name"] = f"{name} ({unit})" if unit else name
    if unit:
        dataset.attrs["units"] = unit


def point_to(entry: h5py.Group, name: str) -> None:
    """Lead the chain of @default from the entry to an array."""
    group = entry
    for part in name.split("/"):
        group.attrs["default"] = part
        group = group[part]
