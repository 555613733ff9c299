"""Arrays made from another lazy array without reading it: some of its frames, other units, one more axis."""

from __future__ import annotations

import hashlib
import itertools
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab.io._lazy import FileArray, reopen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["OneExposure", "Scaled", "SelectedFrames", "runs"]


def runs(indices: Sequence[int]) -> list[range]:
    """Group growing indices into as few evenly spaced ranges as a single pass gives."""
    found: list[range] = []
    position = 0
    while position < len(indices):
        first = indices[position]
        step = indices[position + 1] - first if position + 1 < len(indices) else 1
        end = position + 1
        while end < len(indices) and indices[end] - indices[end - 1] == step:
            end += 1
        found.append(range(first, first + step * (end - position), step))
        position = end
    return found


class SelectedFrames(FileArray, kind="frames"):
    """Some frames of an array, in their order: the projections of a file where flats lie between them.

    Parameters
    ----------
    base
        The array with all frames on its first axis.
    indices
        Which frames, growing.
    """

    def __init__(self, base: FileArray, indices: Iterable[int]) -> None:
        self._base = base
        self._runs = runs([int(index) for index in indices])
        self._frames = np.fromiter(itertools.chain.from_iterable(self._runs), np.int64)
        super().__init__(
            shape=(len(self._frames), *base.shape[1:]),
            dtype=base.dtype,
            identity=f"{base.identity} frames {_short(self._as_json())}",
            axes=base.axes,
            unit=base.unit,
            chunks=tuple(base.chunks.values()),
            notes=base.notes,
        )

    def read_into(self, ranges: tuple[range, ...], out: Array) -> None:
        """Read each run of frames at once."""
        wanted = self._frames[ranges[0].start : ranges[0].stop : ranges[0].step].tolist()
        position = 0
        for run in runs(wanted):
            self._base.read_into((run, *ranges[1:]), out[position : position + len(run)])
            position += len(run)

    def close(self) -> None:
        """Close the file of all frames."""
        self._base.close()

    def _as_json(self) -> list[list[int]]:
        return [[run.start, run.stop, run.step] for run in self._runs]

    def _origin(self) -> dict[str, object]:
        return {"base": dict(self._base.reference), "frames": self._as_json()}

    @classmethod
    def _restore(cls, origin: Mapping[str, Any]) -> FileArray:
        ranges = (range(*(int(number) for number in run)) for run in origin["frames"])
        return cls(reopen(origin["base"]), itertools.chain.from_iterable(ranges))


class Scaled(FileArray, kind="scaled"):
    """Every value times a factor, as float64: angles in radian from a file in degrees."""

    def __init__(self, base: FileArray, factor: float, unit: str) -> None:
        self._base, self._factor = base, float(factor)
        super().__init__(
            shape=base.shape,
            dtype=np.dtype(np.float64),
            identity=f"{base.identity} times {self._factor!r}",
            axes=base.axes,
            unit=unit,
            chunks=tuple(base.chunks.values()),
            notes=base.notes,
        )

    def read_into(self, ranges: tuple[range, ...], out: Array) -> None:
        """Read and multiply."""
        block = np.empty(out.shape, self._base.dtype)
        self._base.read_into(ranges, block)
        np.multiply(block, self._factor, out=out)

    def close(self) -> None:
        """Close the file of the base."""
        self._base.close()

    def _origin(self) -> dict[str, object]:
        return {"base": dict(self._base.reference), "factor": self._factor}

    @classmethod
    def _restore(cls, origin: Mapping[str, Any]) -> FileArray:
        return cls(reopen(origin["base"]), origin["factor"], origin["unit"])


class OneExposure(FileArray, kind="exposure"):
    """A single image as a stack of one exposure."""

    def __init__(self, base: FileArray) -> None:
        self._base = base
        super().__init__(
            shape=(1, *base.shape),
            dtype=base.dtype,
            identity=f"{base.identity} as one exposure",
            axes=("exposure", *base.axes),
            unit=base.unit,
            chunks=(1, *base.chunks.values()),
            notes=base.notes,
        )

    def read_into(self, ranges: tuple[range, ...], out: Array) -> None:
        """Read the image into the only exposure."""
        self._base.read_into(ranges[1:], out[0])

    def close(self) -> None:
        """Close the file of the image."""
        self._base.close()

    def _origin(self) -> dict[str, object]:
        return {"base": dict(self._base.reference)}

    @classmethod
    def _restore(cls, origin: Mapping[str, Any]) -> FileArray:
        return cls(reopen(origin["base"]))


def _short(facts: object) -> str:
    return hashlib.blake2b(json.dumps(facts).encode(), digest_size=8).hexdigest()
