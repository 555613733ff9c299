"""Resident memory of this process: how much it holds, how much it held at most, and how to make that predictable.

glibc raises its threshold for returning memory to the system as blocks are freed, so a process keeps what it once
used; `hold_malloc` fixes the threshold, after which resident memory follows what is really in use.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, ClassVar, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Meter", "available_memory", "hold_malloc", "peak_memory", "resident_memory"]

_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_KILOBYTE: Final = 1024
_STATM: Final = Path("/proc/self/statm")
_STATUS: Final = Path("/proc/self/status")
_GROUPS: Final = Path("/sys/fs/cgroup")
_CLEAR: Final = Path("/proc/self/clear_refs")
_RESET_PEAK: Final = "5"
_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_HELD_BYTES: Final = 1 << 16
_SLACK_BYTES: Final = 1 << 20


def resident_memory() -> int:
    """Give the bytes this process holds in memory now."""
    if not _STATM.exists():
        return peak_memory()
    return int(_STATM.read_text().split()[1]) * _PAGE


def peak_memory() -> int:
    """Give the most bytes this process ever held in memory, or since a meter last started."""
    peak = _usage()
    # The quick answer never falls below what the process that started this one held; then ask the slow way.
    return peak if peak > Meter.inherited or not _STATUS.exists() else _high_water()


def _usage() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * _KILOBYTE


def _high_water() -> int:
    facts = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
    return int(facts["VmHWM"].split()[0]) * _KILOBYTE


def available_memory() -> int:
    """Give the bytes this process may still take: what the machine, and the control group it runs in, have left."""
    free = os.sysconf("SC_AVPHYS_PAGES") * _PAGE
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        facts = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
        free = int(facts["MemAvailable"].split()[0]) * _KILOBYTE if "MemAvailable" in facts else free
    return max(min([free, *_left_by_groups(_GROUPS)]), 0)


def _left_by_groups(root: Path) -> Iterator[int]:
    """Give what the control group leaves, in the second version's words or in the first's; nothing where there is none.

    Cached files count as used there, and make room when somebody needs it; so those not in use do not count here.
    """
    for limit, used, stat, cached in (
        ("memory.max", "memory.current", "memory.stat", "inactive_file"),
        (
            "memory/memory.limit_in_bytes",
            "memory/memory.usage_in_bytes",
            "memory/memory.stat",
            "total_inactive_file",
        ),
    ):
        with suppress(OSError, ValueError):  # no limit is told as a word
            taken = int((root / used).read_text())
            facts = dict(line.split() for line in (root / stat).read_text().splitlines())
            yield int((root / limit).read_text()) - max(0, taken - int(facts.get(cached, 0)))


def hold_malloc() -> None:
    """Fix glibc's thresholds, so that freed arrays go back to the system at once; elsewhere it does nothing."""
    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_M_MMAP_THRESHOLD, _HELD_BYTES)
        library.mallopt(_M_TRIM_THRESHOLD, _HELD_BYTES)


class Meter:
    """Measures how far resident memory rises above its start while something runs; use as a context manager.

    The system keeps one high-water mark for a process and starting a meter resets it, so every open meter first takes
    note of it. Meters of concurrent runs see each other's memory.
    """

    inherited: ClassVar[int] = 0
    """High-water mark that does not go back when it is reset, because another process left it."""
    _open: ClassVar[list[Meter]] = []
    _lock: ClassVar[Lock] = Lock()

    def __init__(self) -> None:
        self.start = 0
        self._top = 0

    def __enter__(self) -> Self:
        with Meter._lock:
            self._take_note()
            for meter in Meter._open:
                meter._take_note()  # noqa: SLF001 - another of this class
            with suppress(OSError):
                _CLEAR.write_text(_RESET_PEAK)
            self.start = self._top = resident_memory()
            if (stuck := _usage()) > self.start + _SLACK_BYTES:
                Meter.inherited = max(Meter.inherited, stuck)
            Meter._open.append(self)
        return self

    def __exit__(self, *_error: object) -> None:
        with Meter._lock:
            self._take_note()
            Meter._open.remove(self)

    def held(self) -> int:
        """Give the bytes held now above the start; 0 while it does not measure."""
        return max(resident_memory() - self.start, 0) if self in Meter._open else 0

    def rise(self) -> int:
        """Give the bytes of the highest point so far above the start."""
        if self in Meter._open:
            self._take_note()
        return max(self._top - self.start, 0)

    def _take_note(self) -> None:
        self._top = max(self._top, peak_memory())
