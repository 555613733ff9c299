"""How a stack of frames is cut for threads, and what must be true of its axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["frame_blocks", "require_axes"]

_BLOCK_VALUES = 1 << 20


def frame_blocks(shape: tuple[int, ...]) -> Sequence[slice]:
    """Cut the first axis into blocks of about a million values: much for NumPy, little for cancel."""
    values = 1
    for length in shape[1:]:
        values *= length
    step = max(1, _BLOCK_VALUES // max(1, values))
    return [slice(start, min(start + step, shape[0])) for start in range(0, shape[0], step)]


def require_axes(array: Array, name: str, axes: tuple[str, ...]) -> None:
    """Raise DataError unless `array` has as many axes as named, and holds real numbers."""
    if array.ndim != len(axes):
        raise DataError(
            _(
                "{name} must have the axes {axes}, and has {count}: shape {shape}; add or select an axis"
            ).format(name=name, axes=", ".join(axes), count=array.ndim, shape=array.shape)
        )
    if array.dtype.kind not in "biuf":
        raise DataError(
            _("{name} must hold real numbers, and has the type {type}; convert it first").format(
                name=name, type=array.dtype
            )
        )
