"""Arrays of a session in this process: the same file mapped by both, so that nothing is copied or sent."""

from __future__ import annotations

import math
import mmap
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab import io
from daisy_lab._messages import ArrayPlace
from daisy_lab.errors import SessionError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab._detached._link import Answer
    from daisy_lab.vocabulary import Array

__all__ = ["array_of"]


def array_of(answer: Answer) -> Any:  # noqa: ANN401 - an array, or one that is still in its file
    """Give the array that a session says is there, read-only.

    Raises
    ------
    SessionError
        If its file is gone, as after its history was forgotten.
    FileError
        If it is in a user's file, and that is gone.
    """
    told = ArrayPlace.model_validate(answer.result)
    if told.reference is not None:
        return io.reopen(told.reference)
    if told.path is not None:
        return _mapped(told)
    values = np.frombuffer(answer.buffers[0], np.dtype(told.dtype)) if math.prod(told.shape) else None
    made: Array = np.empty(told.shape, told.dtype) if values is None else values.reshape(told.shape)
    made.flags.writeable = False
    return made


def _mapped(told: ArrayPlace) -> Array:
    dtype = np.dtype(told.dtype)
    size = math.prod(told.shape) * dtype.itemsize
    try:
        handle = os.open(told.path or "", os.O_RDONLY | os.O_CLOEXEC)
        try:
            mapped = mmap.mmap(handle, told.offset + size, access=mmap.ACCESS_READ)
        finally:
            os.close(handle)
    except (OSError, ValueError) as error:
        raise SessionError(
            _("the file of '{name}' is gone or too short ({reason}); ask for its current version").format(
                name=told.name, reason=error
            )
        ) from error
    return np.ndarray(told.shape, dtype, buffer=mapped, offset=told.offset)
