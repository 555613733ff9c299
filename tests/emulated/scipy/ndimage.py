"""`scipy.ndimage` for arrays of the emulated device: what `cupyx.scipy.ndimage` has."""

from __future__ import annotations

from typing import Any

import scipy.ndimage

from emulated._names import function_of


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return function_of("cupyx.scipy.ndimage", scipy.ndimage, name)
