"""Which detector made a frame: named, recognised by its size, or only the size of its pixels."""

from __future__ import annotations

import json
from typing import Any

from daisy_lab.errors import SettingError, suggestion
from daisy_lab.texts import gettext as _

__all__ = ["guess_detector"]


def guess_detector(name: str, pixel: float | None, shape: tuple[int, int]) -> tuple[str, str]:
    """Give name and configuration (JSON) of the detector, as a .poni file has them.

    Parameters
    ----------
    name
        In pyFAI's library; empty to recognise it.
    pixel
        Size of a pixel in micrometre; it wins over the library.
    shape
        Rows and columns of a frame.

    Raises
    ------
    SettingError
        If the name is not known, or nothing says how large a pixel is.
    """
    if pixel is not None and not name:
        return "Detector", json.dumps(
            {"max_shape": list(shape), "pixel1": pixel * 1e-6, "pixel2": pixel * 1e-6}, sort_keys=True
        )
    from pyFAI.detectors import Detector  # noqa: PLC0415 - loads all of pyFAI

    registry: dict[str, Any] = Detector.registry
    if name:
        if name.lower() not in registry and name.lower().replace(" ", "") not in registry:
            raise SettingError(
                _(
                    "no detector '{name}' in the library{near}; give the size of a pixel in micrometre, as pixel=75"
                ).format(name=name, near=suggestion(name.lower(), registry))
            )
        return name, "{}"
    fitting = {
        kind.__name__ for kind in registry.values() if tuple(getattr(kind, "MAX_SHAPE", None) or ()) == shape
    }
    sizes = {_size(registry, one) for one in fitting}
    if len(sizes) != 1:
        raise SettingError(
            _(
                "frames of {shape} pixels do not say which detector made them; give detector=NAME "
                "or the size of a pixel in "
                "micrometre, as pixel=75"
            ).format(shape=shape)
        )
    # The plainest of several that differ in their sensor only.
    return min(fitting, key=lambda one: (len(one), one)), "{}"


def _size(registry: dict[str, Any], name: str) -> float:
    return float(registry[name.lower()]().pixel1) if name.lower() in registry else 0.0
