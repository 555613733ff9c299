"""`scipy.fft` for arrays of the emulated device: what `cupyx.scipy.fft` has."""

from __future__ import annotations

from typing import Any

import scipy.fft

from emulated._names import function_of


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return function_of("cupyx.scipy.fft", scipy.fft, name)
