"""Where the detector stands: the numbers of a .poni file, checked, and what pyFAI makes of them.

Distances are in metre and rotations in rad, as pyFAI has them (J. Kieffer et al., J. Synchrotron Rad. 27, 558 (2020));
the library of detectors, with pixel corners, gaps and readout directions, is pyFAI's, too.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Self

from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Geometry", "detector_of"]

_ANGSTROM: Final = 1e-10
_LONGEST: Final = 1e-7


@dataclass(frozen=True)
class Geometry:
    """Six numbers of position, the wavelength and the detector."""

    distance: float
    poni1: float
    poni2: float
    rot1: float = 0.0
    rot2: float = 0.0
    rot3: float = 0.0
    wavelength: float | None = None
    """Metre."""
    detector: str = "Detector"
    config: str = field(default="{}")
    """Settings of the detector as JSON text, keys sorted: `pixel1`, `pixel2` in metre, `max_shape`, `orientation`."""

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Check a record, as a .poni file or a calibration gives it.

        Raises
        ------
        DataError
            If a number is missing, is none, or cannot be.
        """
        if not hasattr(record, "get"):
            raise DataError(
                _("the geometry is {given!r:.60}; give a .poni file, as geometry=calibration.poni").format(
                    given=record
                )
            )
        known = {one.name for one in fields(cls)} - {"detector", "config"}
        missing = [name for name in ("distance", "poni1", "poni2") if record.get(name) is None]
        if missing:
            raise DataError(
                _("the geometry lacks {missing}; it holds {there}: give a complete .poni file").format(
                    missing=", ".join(missing), there=", ".join(sorted(map(str, record)))
                )
            )
        try:
            numbers = {name: float(record[name]) for name in known if record.get(name) is not None}
        except (TypeError, ValueError) as error:
            raise DataError(
                _("the geometry holds no number where there should be one: {error}").format(error=error)
            ) from None
        config = record.get("config") or {}
        config = json.loads(config) if isinstance(config, str) else dict(config)
        made = cls(
            **numbers,
            detector=str(record.get("detector") or "Detector"),
            config=json.dumps(config, sort_keys=True),
        )
        made._check()
        return made

    def record(self) -> dict[str, Any]:
        """Give it as JSON data."""
        return asdict(self) | {"config": json.loads(self.config)}

    def require_wavelength(self) -> float:
        """Give the wavelength in metre.

        Raises
        ------
        DataError
            If it is not known.
        """
        if self.wavelength is None:
            raise DataError(
                _(
                    "the geometry has no wavelength, which q needs; add 'Wavelength: 1.0e-10' (metre) to the .poni "
                    "file, or integrate over 2theta or r"
                )
            )
        return self.wavelength

    def integrator(self, shape: tuple[int, int]) -> Any:  # noqa: ANN401 - pyFAI has no types
        """Give pyFAI's integrator for frames of a shape.

        Raises
        ------
        DataError
            If the detector has another shape.
        """
        # Loading pyFAI takes longer than everything else here; whoever only lists algorithms must not wait.
        from pyFAI.integrator.azimuthal import AzimuthalIntegrator  # noqa: PLC0415

        return AzimuthalIntegrator(
            dist=self.distance,
            poni1=self.poni1,
            poni2=self.poni2,
            rot1=self.rot1,
            rot2=self.rot2,
            rot3=self.rot3,
            detector=detector_of(self.detector, self.config, shape),
            wavelength=self.wavelength,
        )

    def _check(self) -> None:
        if not self.distance > 0:
            raise DataError(
                _("the geometry has the distance {distance} m; it is above 0 and in metre").format(
                    distance=self.distance
                )
            )
        if self.wavelength is not None and not 0 < self.wavelength < _LONGEST:
            raise DataError(
                _(
                    "the geometry has the wavelength {value} m, that is {angstrom:.4g} angstrom; a .poni file has it "
                    "in metre"
                ).format(value=self.wavelength, angstrom=self.wavelength / _ANGSTROM)
            )


@lru_cache(maxsize=8)
def detector_of(name: str, config: str, shape: tuple[int, int]) -> Any:  # noqa: ANN401 - pyFAI has no types
    """Give pyFAI's detector for frames of a shape.

    Raises
    ------
    DataError
        If pyFAI does not know it, or it has another shape.
    """
    import pyFAI.detectors  # noqa: PLC0415 - as above

    settings = json.loads(config)
    generic = name.lower() == "detector"
    if generic:
        if not (settings.get("pixel1") and settings.get("pixel2")):
            raise DataError(
                _(
                    "the geometry names neither a detector nor the size of a pixel; add "
                    "'PixelSize1' and 'PixelSize2' in "
                    "metre to the .poni file"
                )
            )
        settings.setdefault("max_shape", list(shape))
        settings["max_shape"] = settings["max_shape"] or list(shape)
    try:
        detector = pyFAI.detectors.detector_factory(name, settings or None)
    except (RuntimeError, TypeError, KeyError) as error:
        raise DataError(
            _(
                "the geometry is for the detector '{name}', which cannot be made: {error}; correct 'Detector' and "
                "'Detector_config' in the .poni file"
            ).format(name=name, error=error)
        ) from None
    there = tuple(detector.max_shape or shape)
    if there != shape and not (not generic and detector.guess_binning(_blank(shape))):
        raise DataError(
            _(
                "the geometry is for {name}, {there} pixels (row, column), but the frames have {shape}; give the .poni "
                "file of this detector"
            ).format(name=detector.name or name, there=there, shape=shape)
        )
    return detector


def _blank(shape: tuple[int, int]) -> Any:  # noqa: ANN401 - an array that pyFAI only measures
    import numpy as np  # noqa: PLC0415

    return np.broadcast_to(np.uint8(0), shape)
