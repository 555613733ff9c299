"""Where steps compute: in this computer's processors, or on a CUDA device.

An algorithm that takes arrays of a device (`cuda=True`) is given them there, and computes there because they are
there; what it gives stays there for the next such step of the block. Everything else sees NumPy arrays.
"""

from __future__ import annotations

import ctypes
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeAlias

import numpy as np

from daisy_lab._arrays import on_host, to_host
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

__all__ = ["HOST", "Cuda", "Device", "DeviceName", "choose_device", "read_only"]

DeviceName: TypeAlias = Literal["auto", "cpu", "cuda"]

_DEVICE_SHARE: Final = 0.5
"""Part of a device's free memory that a block may take: its steps need room beside their inputs."""


class Device(Protocol):
    """A place to compute."""

    name: str

    def take(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Give the values with all arrays lying here."""
        ...

    def memory(self) -> int | None:
        """Give the bytes that a block may take here; None where the engine's own measure says it."""
        ...


class _Host:
    """The processors and the memory of this computer."""

    name = "cpu"

    def take(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: value if on_host(value) else read_only(to_host(value)) for name, value in values.items()
        }

    def memory(self) -> None:
        return None

    def __repr__(self) -> str:
        return "<device cpu>"


HOST: Final[Device] = _Host()


class Cuda:
    """A CUDA device, through the library whose arrays lie on it: CuPy."""

    name = "cuda"

    def __init__(self, library: ModuleType) -> None:
        self._library = library

    def take(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Give the values with all arrays copied to the device."""
        return {
            name: self._library.asarray(_native(value)) if isinstance(value, np.ndarray) else value
            for name, value in values.items()
        }

    def memory(self) -> int:
        """Give the part of the device's free memory that a block may take."""
        free, _total = self._library.cuda.runtime.memGetInfo()
        return int(_DEVICE_SHARE * (free + self._library.get_default_memory_pool().free_bytes()))

    def __repr__(self) -> str:
        return "<device cuda>"


def choose_device(wanted: DeviceName | Device) -> Device:
    """Give the device of that name; `auto` is a CUDA device where one can be used, else the processors.

    Raises
    ------
    SettingError
        If `cuda` is asked for and cannot be used.
    """
    if not isinstance(wanted, str):
        return wanted
    if wanted == "cpu":
        return HOST
    if wanted not in {"auto", "cuda"}:
        raise SettingError(
            _("the device is asked to be '{wanted}'; it may be auto, cpu or cuda").format(wanted=wanted)
        )
    obstacle = _obstacle()
    if not obstacle:
        # Imported here: an optional library, slow to load, of no use without a device.
        import cupy  # noqa: PLC0415

        return Cuda(cupy)
    if wanted == "auto":
        return HOST
    raise SettingError(
        _("device=cuda was asked for, but {obstacle}; use device=cpu, or auto").format(obstacle=obstacle)
    )


def read_only(array: Any) -> Any:  # noqa: ANN401 - an array of any library
    """Give an array that cannot be written where its library knows of that."""
    if on_host(array):
        array = array.view()
        array.setflags(write=False)
    return array


def _native(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Give the array in this machine's byte order: a device knows no other."""
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def _obstacle() -> str:
    """Say why no CUDA device can be used; empty when one can."""
    try:
        ctypes.CDLL("libcuda.so.1")
    except OSError:
        return _("this machine has no NVIDIA driver")
    if find_spec("cupy") is None:
        return _("CuPy is not installed (pip install 'daisy-lab[cuda12]', or [cuda13])")
    try:
        # Imported here: an optional library, slow to load.
        import cupy  # noqa: PLC0415

        count = int(cupy.cuda.runtime.getDeviceCount())
    except Exception as error:  # noqa: BLE001 - the boundary to foreign code: driver and library may not fit
        return _("CuPy cannot use it: {error}").format(error=error)
    return "" if count else _("no CUDA device is free for this process")
