"""Native code from Python functions, kept on disk where that is possible: in a read-only installation it is not.

All of it is compiled, or read from disk, while `daisy_lab.algorithms.ct` is imported, and none later: whoever imports
it in good time, as a server does when it starts, never waits when a slider moves.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, TypeVar

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["compiled", "loops"]

_log = logging.getLogger(__name__)

_loops: list[Any] = []

_F = TypeVar("_F", bound="Callable[..., Any]")


def compiled(signature: Any) -> Callable[[_F], _F]:  # noqa: ANN401 - numba's signatures have no public type
    """Compile a function for one signature, without the interpreter's lock.

    Parameters
    ----------
    signature
        Types of the arguments, as numba writes them. The function is compiled when it is defined.
    """

    def compile_(function: _F) -> _F:
        try:
            made: _F = numba.njit(signature, nogil=True, error_model="numpy", cache=True)(function)
        except (RuntimeError, OSError) as error:
            # Neither the package nor the user's cache can be written: about a second at each start, then.
            _log.info("no place to keep compiled code (%s): set NUMBA_CACHE_DIR to a folder of yours", error)
            made = numba.njit(signature, nogil=True, error_model="numpy")(function)
        _loops.append(made)
        return made

    return compile_


def loops() -> tuple[Any, ...]:
    """Give all compiled functions so far, as numba's dispatchers."""
    return tuple(_loops)
