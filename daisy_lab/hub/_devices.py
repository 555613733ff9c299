"""Which CUDA devices this machine has, and who has which."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Devices"]

_DRIVER = Path("/proc/driver/nvidia/gpus")


class Devices:
    """Gives each server devices of its own.

    Parameters
    ----------
    there
        The devices' numbers; those of the driver by default, less what CUDA_VISIBLE_DEVICES hides.
    """

    def __init__(self, there: Iterable[str] | None = None) -> None:
        self._there = list(_found() if there is None else there)
        self._held: dict[str, list[str]] = {}

    @property
    def total(self) -> int:
        """Give how many there are."""
        return len(self._there)

    @property
    def free(self) -> int:
        """Give how many nobody has."""
        return len(self._unused())

    def take(self, server: str, count: int) -> list[str] | None:
        """Give a server some devices for itself, or nothing when there are too few."""
        self.release(server)
        unused = self._unused()
        if len(unused) < count:
            return None
        self._held[server] = unused[:count]
        return self._held[server]

    def hold(self, server: str, devices: Iterable[str]) -> None:
        """Note what a server has that runs since before the hub."""
        self._held[server] = list(devices)

    def held(self, server: str) -> list[str]:
        """Give what a server has."""
        return list(self._held.get(server, []))

    def release(self, server: str) -> None:
        """Take back what a server has."""
        self._held.pop(server, None)

    def _unused(self) -> list[str]:
        used = {device for devices in self._held.values() for device in devices}
        return [device for device in self._there if device not in used]


def _found(environment: Mapping[str, str] = os.environ, driver: Path = _DRIVER) -> list[str]:
    visible = environment.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return [device.strip() for device in visible.split(",") if device.strip() not in {"", "-1"}]
    return [str(number) for number, _device in enumerate(driver.iterdir())] if driver.is_dir() else []
