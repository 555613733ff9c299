"""The loops of total variation for whoever minimises it, by where the arrays are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from daisy_lab._arrays import on_host
from daisy_lab.algorithms.ct.volume import _tv, _tv_cupy

if TYPE_CHECKING:
    from types import ModuleType

    from daisy_lab.vocabulary import Array

__all__ = ["variation_loops"]


def variation_loops(array: Array) -> ModuleType:
    """Give the module with `relax` and `ascend` for an array of this computer or of a CUDA device."""
    return _tv if on_host(array) else _tv_cupy
