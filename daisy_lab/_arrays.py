"""Which library an array belongs to: the arrays that come in decide where a function computes.

A function written against `namespace(array)` and `companion(array, "fft")` runs on NumPy arrays and, unchanged, on
arrays of a CUDA device (CuPy). Nothing is imported that the arrays did not bring along.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from types import ModuleType

    from daisy_lab.vocabulary import Array

__all__ = ["companion", "namespace", "on_host", "to_host"]

_COMPANIONS: Final = {"numpy": "scipy", "cupy": "cupyx.scipy"}


def namespace(array: Any) -> ModuleType:  # noqa: ANN401 - an array of any library
    """Give the module whose functions take this array: `numpy`, or that of a device's arrays."""
    return importlib.import_module(_root(array))


def companion(array: Any, part: str) -> ModuleType:  # noqa: ANN401 - an array of any library
    """Give what is scipy for this array, as in `companion(array, "ndimage")`."""
    root = _root(array)
    return importlib.import_module(f"{_COMPANIONS.get(root, f'{root}.scipy')}.{part}")


def on_host(array: Any) -> bool:  # noqa: ANN401 - an array of any library
    """Whether the array lies in this computer's own memory, where compiled code reaches it."""
    return _root(array) == "numpy"


def to_host(array: Any) -> Array:  # noqa: ANN401 - an array of any library
    """Give the array in this computer's memory; one that is there already comes as it is."""
    return np.asarray(array) if on_host(array) else np.asarray(array.get())


def _root(array: Any) -> str:  # noqa: ANN401 - an array of any library
    root = type(array).__module__.partition(".")[0]
    # What is no array of a device's library is one for NumPy: lists, numbers, lazy arrays, subclasses.
    return root if hasattr(array, "get") and hasattr(array, "device") else "numpy"
