"""What must be true of frames and of the images that go with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from daisy_lab._arrays import to_host
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["image_of", "mask_of", "shape_of"]

_FRAME_AXES = 2
_STACK_AXES = 3


def shape_of(frames: Array) -> tuple[int, int]:
    """Give rows and columns of a stack, (frame, row, column).

    Raises
    ------
    DataError
        If it is no stack, holds no frame, or holds no numbers.
    """
    if frames.ndim != _STACK_AXES:
        raise DataError(
            _(
                "frames must have the axes frame, row, column, and have the shape {shape}; write image[None] for one "
                "image"
            ).format(shape=frames.shape)
        )
    if frames.size == 0:
        raise DataError(_("there is no frame: the shape is {shape}").format(shape=frames.shape))
    if frames.dtype.kind not in "biuf":
        raise DataError(
            _("frames must hold real numbers, and have the type {type}; convert them first").format(
                type=frames.dtype
            )
        )
    rows, columns = frames.shape[1:]
    return int(rows), int(columns)


def image_of(image: Array | None, name: str, shape: tuple[int, int]) -> Array | None:
    """Give an image of the detector as float64, (row, column); several exposures are averaged.

    Raises
    ------
    DataError
        If it has another size.
    """
    if image is None:
        return None
    found = to_host(image)
    if found.ndim == _STACK_AXES:
        if not len(found):
            return None
        found = found.mean(axis=0, dtype=np.float64)
    _require(found, name, shape)
    return found.astype(np.float64)


def mask_of(mask: Array | None, shape: tuple[int, int]) -> Array:
    """Give a mask, (row, column), True where a pixel is ignored; nothing is ignored without one.

    Raises
    ------
    DataError
        If it has another size.
    """
    if mask is None:
        return np.zeros(shape, np.bool_)
    found = to_host(mask)
    _require(found, "mask", shape)
    return np.ascontiguousarray(found != 0)


def _require(image: Array, name: str, shape: tuple[int, int]) -> None:
    if image.shape != shape:
        raise DataError(
            _(
                "{name} has the shape {there}, and the frames have {shape} (row, column); give the {name} of this "
                "detector"
            ).format(name=name, there=image.shape, shape=shape)
        )
