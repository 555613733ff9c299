"""Settings that several steps share, by the names that PDFgetX3 gives them, with titles, units and bounds."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from daisy_lab.vocabulary import Angstrom, Degree, InverseAngstrom, Unit

__all__ = [
    "AtomDensity",
    "Composition",
    "MuD",
    "QMax",
    "QMaxInst",
    "QMin",
    "RMax",
    "RMin",
    "RPoly",
    "RStep",
    "TwoThetaZero",
    "Wavelength",
]

Composition = Annotated[str, Field(title="Composition", min_length=1)]
Wavelength = Annotated[Angstrom, Field(title="Wavelength", ge=0, allow_inf_nan=False)]
TwoThetaZero = Annotated[Degree, Field(title="Zero of two theta", allow_inf_nan=False)]
RPoly = Annotated[Angstrom, Field(title="rpoly", ge=0, le=20)]
QMaxInst = Annotated[InverseAngstrom, Field(title="Highest Q of the instrument", ge=0)]
QMin = Annotated[InverseAngstrom, Field(title="Lowest Q", ge=0)]
QMax = Annotated[InverseAngstrom, Field(title="Highest Q of the transform", ge=0)]
RMin = Annotated[Angstrom, Field(title="First r", ge=0)]
RMax = Annotated[Angstrom, Field(title="Last r", gt=0)]
RStep = Annotated[Angstrom, Field(title="Step of r", gt=0)]
AtomDensity = Annotated[float, Unit("1/angstrom^3"), Field(title="Density of atoms", ge=0)]
MuD = Annotated[float, Field(title="mu times thickness", ge=0, le=200)]
