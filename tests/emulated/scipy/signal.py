"""`scipy.signal` for arrays of the emulated device: what `cupyx.scipy.signal` has."""

from __future__ import annotations

from typing import Any

import scipy.signal

from emulated._names import function_of


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return function_of("cupyx.scipy.signal", scipy.signal, name)
