"""Which blocks of an array were written: a result with a hole must not look like a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    import h5py

    from daisy_lab.vocabulary import Array

__all__ = ["Completeness"]


class Completeness:
    """Keeps, along each axis that blocks were cut along, which indices have been written.

    Parameters
    ----------
    dataset
        The array in the file.
    axes
        Names of its axes; may be empty.
    """

    def __init__(self, dataset: h5py.Dataset, axes: tuple[str, ...]) -> None:
        self.dataset = dataset
        self.shape: tuple[int, ...] = tuple(dataset.shape)
        self._axes = axes or tuple(f"axis{number}" for number in range(len(self.shape)))
        self._done: dict[int, Array] = {}

    def fit(self, name: str, shape: tuple[int, ...], axis: str | None, start: int) -> int:
        """Give the number of the axis a block was cut along; refuse a block that does not fit."""
        if axis is not None and axis not in self._axes:
            msg = _("{name} has no axis '{axis}'; its axes are {axes}; name one of these")
            raise DataError(msg.format(name=name, axis=axis, axes=", ".join(self._axes)))
        at = 0 if axis is None else self._axes.index(axis)
        end = start + (shape[at] if shape else 0)
        same_rank = len(shape) == len(self.shape)
        whole = all(a == b for n, (a, b) in enumerate(zip(shape, self.shape, strict=False)) if n != at)
        if not same_rank or not whole or start < 0 or (shape and end > self.shape[at]):
            msg = _(
                "a block of shape {shape} from {start} along {axis} does not fit into {name} of shape {whole}"
            )
            raise DataError(
                msg.format(
                    shape=shape, start=start, axis=axis or _("its first axis"), name=name, whole=self.shape
                )
            )
        return at

    def note(self, at: int, start: int, shape: tuple[int, ...]) -> None:
        """Note a block as written."""
        length = self.shape[at] if self.shape else 1
        done = self._done.setdefault(at, np.zeros(length, dtype=bool))
        done[start : start + (shape[at] if shape else 1)] = True

    def extend(self, length: int) -> None:
        """Let the first axis be longer; what is new is not written yet."""
        more = length - self.shape[0]
        self.shape = (length, *self.shape[1:])
        self._done = {
            at: np.append(done, np.zeros(more, dtype=bool)) for at, done in self._done.items() if at == 0
        }

    def require_complete(self, name: str) -> None:
        """Refuse an array that has a hole.

        Raises
        ------
        DataError
            A part was never written.
        """
        if 0 in self.shape or any(done.all() for done in self._done.values()):
            return
        at, done = next(iter(self._done.items()), (0, np.zeros(1, dtype=bool)))
        count, first = int(np.count_nonzero(~done)), int(np.argmin(done))
        axis = self._axes[at] if self._axes else name
        msg = _(
            "{name} is not complete: {count} of {all} along {axis} are missing, first {first}; write them"
        )
        raise DataError(msg.format(name=name, count=count, all=len(done), axis=axis, first=first))
