"""The comm target in a Jupyter kernel: opened by each front, answered by the one bridge of the kernel's engine."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from daisy_lab._bridge._bridge import Bridge
from daisy_lab._engine import default_engine
from daisy_lab._messages import TARGET

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["bridge_of_kernel", "default_roots", "install"]

_TURN_SECONDS: Final = 1e-3
_ACTIVITY: Final = "daisy_lab_active"
"""Type of a message that no browser knows, and that the server takes for a sign of life like any other."""


@lru_cache(maxsize=1)
def bridge_of_kernel() -> Bridge:
    """Give the bridge of this kernel's engine."""
    return Bridge(default_engine(), default_roots(), active=_show_activity)


def default_roots() -> tuple[Path, ...]:
    """Give the folders that may be read: the server's, which its extension tells, and those named beside it."""
    named = [
        os.environ.get("DAISY_LAB_SERVER_ROOT", ""),
        *os.environ.get("DAISY_LAB_ROOTS", "").split(os.pathsep),
    ]
    return tuple(Path(folder).expanduser() for folder in named if folder) or (Path.cwd(),)


def _show_activity() -> None:
    """Say on the kernel's own channel that it is at work, whether a browser is open or not.

    The server notes the time of every message there; whoever stops idle kernels and servers asks it for that.
    """
    # Imported here: only kernels have it.
    from ipykernel.kernelbase import Kernel  # noqa: PLC0415

    kernel = Kernel.instance() if Kernel.initialized() else None
    if kernel is not None and kernel.session is not None:
        kernel.session.send(kernel.iopub_socket, _ACTIVITY, {}, ident=_ACTIVITY.encode())


def install() -> None:
    """Take comms of our target from now on; a second call changes nothing.

    Threads of this process take turns more often from now on: an answer passes through four of them, and a loop of pure
    Python in a cell otherwise keeps each waiting for 5 ms.
    """
    sys.setswitchinterval(min(sys.getswitchinterval(), _TURN_SECONDS))
    # Imported here: only kernels have it.
    import comm  # noqa: PLC0415

    bridge = bridge_of_kernel()

    def opened(channel: Any, _message: Mapping[str, Any]) -> None:  # noqa: ANN401 - comm has no types
        # ipykernel sends what a front says to the thread whose message the kernel answered last: once that was a cell,
        # fronts would wait for cells. A front says by itself which thread it means.
        channel._reply_subshell_for = None  # noqa: SLF001 - it has no public name; older kernels do not look at it
        front = bridge.connect(channel)
        channel.on_msg(
            lambda message: bridge.hear(
                front, message.get("content", {}).get("data"), message.get("buffers") or ()
            )
        )
        channel.on_close(lambda _message: bridge.disconnect(front))

    comm.get_comm_manager().register_target(TARGET, opened)
