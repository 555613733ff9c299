"""The first Daisy's `AlgFAIIntegrate`: patterns from detector frames, with the geometry in Fit2D's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from daisy_lab.compat._file_algorithm import FileAlg
from daisy_lab.errors import DataError, SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["AlgFAIIntegrate"]

_STACK_AXES = 3


class AlgFAIIntegrate(FileAlg):
    """Averages frames around the beam, within a sector and a range of two theta."""

    class Settings(FileAlg.Settings):
        """Geometry as Fit2D has it, and the bins."""

        wavelength: float = Field(gt=0)
        """Angstrom."""
        directDist: float = Field(default=0.0, ge=0)  # noqa: N815 - the first Daisy's name
        """Along the beam, from sample to detector, mm."""
        centerX: float = 0.0  # noqa: N815 - as above
        """Beam along the row, pixel."""
        centerY: float = 0.0  # noqa: N815 - as above
        """Beam along the column, pixel."""
        pixelX: float = Field(default=0.0, ge=0)  # noqa: N815 - as above
        """Micrometre."""
        pixelY: float = Field(default=0.0, ge=0)  # noqa: N815 - as above
        """Micrometre."""
        PlanRotation: float = 0.0
        """Plane of the tilt, degree."""
        tilt: float = 0.0
        """Degree."""
        azimin: float = -180.0
        """Degree."""
        azimax: float = 180.0
        """Degree."""
        radmin: float | None = None
        """Two theta, degree."""
        radmax: float | None = None
        """Two theta, degree."""
        nth: int = Field(default=1000, ge=1)
        """Bins of two theta."""

    def execute(self, input_dataobj: str, output_dataobj: str, mask_dataobj: str | None = None) -> bool:
        """Integrate frames; gives the intensity, (frame, bin), and `<output>_radius`, two theta in degree, (bin,)."""
        # Loads compiled code, which a script without integration does not need.
        from daisy_lab.algorithms.azint import bins, integrate  # noqa: PLC0415

        data = self.get("DataStore").data()
        frames = np.asarray(data[input_dataobj])
        stack = frames if frames.ndim == _STACK_AXES else frames[np.newaxis]
        if stack.ndim != _STACK_AXES:
            raise DataError(
                _("'{name}' has the shape {shape}, and frames are (frame, row, column)").format(
                    name=input_dataobj, shape=frames.shape
                )
            )
        mask = None if mask_dataobj is None else _image(np.asarray(data[mask_dataobj]))
        made = bins(stack, self.geometry(), mask, **self.bins_settings())
        found = integrate(stack, made.binning, mask)
        data[output_dataobj] = found.intensity
        data[f"{output_dataobj}_radius"] = made.radius
        self.LogInfo(f"{len(stack)} frames -> {output_dataobj}")
        return True

    def geometry(self) -> dict[str, Any]:
        """Give the geometry as our algorithms take it.

        Raises
        ------
        SettingError
            If distance or pixel size is missing.
        """
        from daisy_lab.algorithms.azint import from_fit2d  # noqa: PLC0415 - as above

        given = self.settings()
        missing = [name for name in ("directDist", "pixelX", "pixelY") if not getattr(given, name)]
        if missing:
            raise SettingError(
                _("{name} ({kind}) lacks {missing}; write them into its configuration").format(
                    name=self.name, kind=type(self).__name__, missing=", ".join(missing)
                )
            )
        return from_fit2d(
            distance=given.directDist,
            center_column=given.centerX,
            center_row=given.centerY,
            tilt=given.tilt,
            tilt_plane=given.PlanRotation,
            pixel_width=given.pixelX,
            pixel_height=given.pixelY,
            wavelength=given.wavelength,
        )

    def bins_settings(self) -> dict[str, Any]:
        """Give the settings of the bins."""
        given = self.settings()
        whole = given.azimax - given.azimin >= 360  # noqa: PLR2004 - a turn
        return {
            "unit": "2th_deg",
            "bins": given.nth,
            "radial_min": given.radmin,
            "radial_max": given.radmax,
            "azimuth_min": None if whole else given.azimin,
            "azimuth_max": None if whole else given.azimax,
        }


def _image(mask: Array) -> Array:
    return np.asarray((mask != 0).any(axis=0)) if mask.ndim == _STACK_AXES else mask
