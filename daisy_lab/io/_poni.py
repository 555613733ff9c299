"""The .poni file: where a detector stands, as pyFAI writes it; of several calibrations in a file the last counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from daisy_lab.errors import DataError, FileFormatError
from daisy_lab.io._atomic import Unfinished, cannot_write, check_place
from daisy_lab.io._presence import content
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["read_poni", "write_poni"]

_NUMBERS: Final[Mapping[str, str]] = {
    "distance": "distance",
    "poni1": "poni1",
    "poni2": "poni2",
    "rot1": "rot1",
    "rot2": "rot2",
    "rot3": "rot3",
    "wavelength": "wavelength",
    "pixelsize1": "pixel1",
    "pixelsize2": "pixel2",
}
_NEEDED: Final = ("distance", "poni1", "poni2")
_NONE: Final = frozenset({"", "none", "null"})


def read_poni(path: str | Path) -> dict[str, Any]:
    """Read a geometry.

    Parameters
    ----------
    path
        A .poni file of any version.

    Returns
    -------
    geometry
        distance, poni1, poni2 in metre, rot1, rot2, rot3 in rad, wavelength in metre, the name of the detector and its
        configuration, with pixel1 and pixel2 in metre.

    Raises
    ------
    FileFormatError
        If it is no such file, or lacks a number; the message names the line.
    """
    where = Path(path).expanduser().absolute()
    if content(where) != "text":
        raise FileFormatError(
            _("{path} is no .poni file but holds data; give the file of a calibration").format(path=path)
        )
    found: dict[str, str] = {}
    for line in where.read_text("utf-8", "replace").splitlines():
        key, colon, value = line.partition(":")
        if colon and not line.lstrip().startswith("#"):
            found[key.strip().lower()] = value.strip()
    missing = [name for name in _NEEDED if found.get(name, "").lower() in _NONE]
    if missing:
        raise FileFormatError(
            _(
                "{path} is no complete .poni file: it lacks {missing}; a .poni file has lines such as 'Distance: 0.2'"
            ).format(path=path, missing=", ".join(missing))
        )
    numbers = {
        name: _number(where, key, found[key])
        for key, name in _NUMBERS.items()
        if found.get(key, "").lower() not in _NONE
    }
    config = _config(where, found) | {
        name: numbers.pop(name) for name in ("pixel1", "pixel2") if name in numbers
    }
    if found.get("splinefile", "").lower() not in _NONE and "detector" not in found:
        config["splineFile"] = found["splinefile"]
    return {
        **numbers,
        "detector": found.get("detector") if found.get("detector", "").lower() not in _NONE else "Detector",
        "config": config,
    }


def write_poni(path: str | Path, geometry: Mapping[str, Any], comments: tuple[str, ...] = ()) -> Path:
    """Write a geometry, whole or not at all.

    Parameters
    ----------
    path
        The file.
    geometry
        As `read_poni` gives it.
    comments
        Lines for the reader.

    Raises
    ------
    FileError
        If it cannot be written there.
    DataError
        If the geometry lacks a number.
    """
    target = Path(path).expanduser().absolute()
    check_place(target)
    missing = [name for name in _NEEDED if geometry.get(name) is None]
    if missing:
        raise DataError(
            _("the geometry lacks {missing} and is not written").format(missing=", ".join(missing))
        )
    lines = [
        *(f"# {line}" for line in comments),
        "poni_version: 2.1",
        f"Detector: {geometry.get('detector') or 'Detector'}",
    ]
    lines.append(f"Detector_config: {json.dumps(_plain(geometry.get('config') or {}))}")
    for name in ("distance", "poni1", "poni2", "rot1", "rot2", "rot3", "wavelength"):
        value = geometry.get(name)
        if value is not None or name.startswith("rot"):
            lines.append(f"{name.capitalize()}: {float(value or 0.0)!r}")
    unfinished = Unfinished(target)
    try:
        unfinished.path.write_text("\n".join(lines) + "\n", "utf-8")
    except OSError as error:
        unfinished.abandon()
        raise cannot_write(target, error) from None
    unfinished.finish(overwrite=True)
    return target


def _number(path: Path, key: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise FileFormatError(
            _("{path}: '{key}' is '{text}', and should be a number; correct that line").format(
                path=path, key=key, text=text
            )
        ) from None


def _config(path: Path, found: Mapping[str, str]) -> dict[str, Any]:
    text = found.get("detector_config", "")
    if text.lower() in _NONE:
        return {}
    try:
        config = json.loads(text)
    except ValueError as error:
        raise FileFormatError(
            _(
                "{path}: 'Detector_config' cannot be read ({error}); it is JSON, as {{\"pixel1\": 1e-4}}"
            ).format(path=path, error=error)
        ) from None
    return dict(config) if isinstance(config, dict) else {}


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON data
    """Turn what a store hands out back into lists and dicts."""
    if hasattr(value, "items"):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
