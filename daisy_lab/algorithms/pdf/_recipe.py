"""Everything that turns one pattern into G(r), as one record: shown, changed, stored beside the result."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from daisy_lab.algorithms.pdf._abscissa import DataFormat
from daisy_lab.algorithms.pdf._absorption import Shape
from daisy_lab.algorithms.pdf._scattering import Mode
from daisy_lab.algorithms.pdf._structure import Normalization
from daisy_lab.algorithms.pdf._transform import Calculation, Distances, Window

__all__ = ["Recipe", "Scales"]


def _listed(given: Any) -> Any:  # noqa: ANN401 - whatever a user wrote; pydantic checks what is made of it
    if isinstance(given, str):
        return [part for part in given.replace(",", " ").split() if part]
    return [given] if isinstance(given, int | float) else given


Scales = Annotated[list[float], BeforeValidator(_listed), Field(title="Background scale")]
"""One factor or several; as text `1.0, 0.5`."""


@dataclass(frozen=True)
class Recipe:
    """Settings by their PDFgetX3 names, and a few of ours at the end."""

    composition: str
    dataformat: DataFormat = "twotheta"
    mode: Mode = "xray"
    wavelength: float = 0.0
    """Angstrom"""
    twothetazero: float = 0.0
    """Degree"""
    bgscale: tuple[float, ...] = (1.0,)
    rpoly: float = 0.9
    """Angstrom"""
    qmaxinst: float = 0.0
    """1/angstrom; 0 takes all, as for `qmax`."""
    qmin: float = 0.0
    qmax: float = 0.0
    rmin: float = 0.0
    """Angstrom, as the two after it."""
    rmax: float = 30.0
    rstep: float = 0.01
    window: Window = "none"
    calculation: Calculation = "exact"
    normalization: Normalization = "fit"
    density: float = 0.0
    """Atoms per cubic angstrom; 0 is unknown."""
    shape: Shape = "none"
    mud: float = 0.0
    """Absorption coefficient times thickness."""

    @property
    def distances(self) -> Distances:
        """Give the grid of r."""
        return Distances(self.rmin, self.rmax, self.rstep)
