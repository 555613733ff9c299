"""Says whether the process that once had a number is still the same one."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path

__all__ = ["begun", "die_with_parent", "is_alive"]

_PR_SET_PDEATHSIG = 1


def begun(pid: int) -> int | None:
    """Give when a process began, in ticks since the machine did; nothing when it is gone or waits to be buried."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    # State is field 3 of proc(5), starttime field 22.
    return None if fields[0] in {"Z", "X"} else int(fields[19])


def is_alive(pid: int, since: int | None) -> bool:
    """Say whether a process runs, and is the one that began then."""
    found = begun(pid)
    return found is not None and since in {None, found}


def die_with_parent(parent: int) -> None:
    """Have this process asked to end when the one that started it does, in whatever way.

    Parameters
    ----------
    parent
        Its number: it may have ended before this.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
