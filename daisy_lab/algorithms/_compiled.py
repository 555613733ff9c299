"""Native code from Python functions, kept on disk where that is possible: in a read-only installation it is not.

A loop is compiled, or read from disk, when it is first called, so that nobody pays for what he does not use. Who wants
no slider to wait for it, as a server, calls `warm_up` in good time.
"""

from __future__ import annotations

import logging
from functools import update_wrapper
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import numba
from numba.core import types
from numba.core.registry import cpu_target
from numba.extending import typeof_impl

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FLAG", "UNIFORM", "Loop", "compiled", "loops", "warm_up"]

FLAG: Final[Any] = types.Array(types.uint8, 1, "A", readonly=True)
"""The type of what `cancel_flag` gives."""

UNIFORM: Final[Any] = types.UniTuple
"""The type of a tuple of equal types."""

_log = logging.getLogger(__name__)

# One for all: a loop that calls others has them compiled within its own turn.
_lock: Final = RLock()
_loops: Final[list[Loop]] = []

_F = TypeVar("_F", bound="Callable[..., Any]")

# What numba loads once, 50 MB, belongs to the program, and not to the memory of the step that comes first.
cpu_target.typing_context.refresh()
cpu_target.target_context.refresh()


def compiled(signature: Any) -> Callable[[_F], _F]:  # noqa: ANN401 - numba's signatures have no public type
    """Compile a function for one signature, or a list of them, without the interpreter's lock.

    Parameters
    ----------
    signature
        Types of the arguments, as numba writes them.
    """

    def compile_(function: _F) -> _F:
        loop = Loop(function, signature)
        _loops.append(loop)
        return cast("_F", loop)

    return compile_


def loops() -> tuple[Loop, ...]:
    """Give all loops that have been defined so far."""
    return tuple(_loops)


def warm_up() -> None:
    """Compile every loop that is not on disk yet: no later call has to wait for it."""
    for loop in _loops:
        loop.ready()


class Loop:
    """A function that becomes native code when it is first called, by Python or by another loop."""

    def __init__(self, function: Callable[..., Any], signature: Any) -> None:  # noqa: ANN401 - as above
        self._function, self._signature = function, signature
        self._made: Any = None
        update_wrapper(self, function)

    def __call__(self, *arguments: Any) -> Any:  # noqa: ANN401 - what the function takes and gives
        """Run the native code."""
        return (self._made or self.ready())(*arguments)

    def ready(self) -> Any:  # noqa: ANN401 - numba has no types
        """Give numba's dispatcher, compiled."""
        with _lock:
            if self._made is None:
                self._made = self._compile()
            return self._made

    def _compile(self) -> Any:  # noqa: ANN401 - as above
        try:
            return numba.njit(self._signature, nogil=True, error_model="numpy", cache=True)(self._function)
        except (RuntimeError, OSError) as error:
            # Neither the package nor the user's cache can be written: it takes its time in every process, then.
            _log.info("no place to keep compiled code (%s): set NUMBA_CACHE_DIR to a folder of yours", error)
            return numba.njit(self._signature, nogil=True, error_model="numpy")(self._function)


@typeof_impl.register(Loop)
def _typeof(loop: Loop, context: Any) -> Any:  # noqa: ANN401 - numba has no types
    """Let numba see the native code where one loop calls another."""
    return typeof_impl(loop.ready(), context)
