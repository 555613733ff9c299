"""The field's words as types: what an array's axes mean and which unit a number has.

A signature written with these words is all an algorithm declares: axes decide which inputs fit and along what a
result can be computed piece by piece, units go to forms, command line and files.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import EllipsisType
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "SAME",
    "Abscissa",
    "Angles",
    "Angstrom",
    "Array",
    "Axes",
    "Backgrounds",
    "Degree",
    "DistanceFunctions",
    "Exposures",
    "Frames",
    "GeometryRecord",
    "Image",
    "InverseAngstrom",
    "KiloElectronVolt",
    "LazyArray",
    "Mask",
    "Metre",
    "Micrometre",
    "Millimetre",
    "Momentum",
    "Pattern",
    "Patterns",
    "Pixel",
    "Projections",
    "QCurve",
    "QGrid",
    "RCurve",
    "RGrid",
    "Radian",
    "Same",
    "SameAxes",
    "Second",
    "Sinogram",
    "Slice",
    "Unit",
    "Volume",
]

Array: TypeAlias = npt.NDArray[Any]
Index: TypeAlias = int | slice | EllipsisType


class Axes:
    """Names of an array's axes, slowest first, as in `Axes("angle", "row", "column")`."""

    __slots__ = ("names",)

    def __init__(self, *names: str) -> None:
        self.names = names

    def __repr__(self) -> str:
        return f"Axes({', '.join(map(repr, self.names))})"


class SameAxes:
    """The axes of the first input, whatever they are."""

    def __repr__(self) -> str:
        return "SAME"

    def __reduce__(self) -> str:
        return "SAME"  # the one of the other process, so that `is` holds there


SAME = SameAxes()


@dataclass(frozen=True)
class Unit:
    """The unit of a number or of an array's values; shown in forms, written to files."""

    symbol: str

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, object]:  # noqa: ANN401 - pydantic's hook
        schema: dict[str, object] = handler(core)
        schema["unit"] = self.symbol
        return schema


@runtime_checkable
class LazyArray(Protocol):
    """An array that stays in its file until sliced; what `open_file` gives and the store holds."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        ...

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of one value."""
        ...

    @property
    def axes(self) -> tuple[str, ...]:
        """Name of each axis, slowest first."""
        ...

    @property
    def unit(self) -> str:
        """Unit of the values, empty when unknown."""
        ...

    @property
    def identity(self) -> str:
        """What tells this content from another without reading it: path, dataset, size, time."""
        ...

    @property
    def reference(self) -> Mapping[str, object]:
        """What opens it again, as JSON data: for the journal of a session."""
        ...

    @property
    def chunks(self) -> Mapping[str, int]:
        """Length along each axis that is cheap to read at once: the stored chunk, 1 where free."""
        ...

    def __getitem__(self, index: Index | tuple[Index, ...]) -> Array:
        """Read a block; ints drop an axis as in NumPy."""
        ...


Same: TypeAlias = Annotated[Array, SAME]

Pixel: TypeAlias = Annotated[float, Unit("pixel")]
Radian: TypeAlias = Annotated[float, Unit("rad")]
Degree: TypeAlias = Annotated[float, Unit("degree")]
Angstrom: TypeAlias = Annotated[float, Unit("angstrom")]
InverseAngstrom: TypeAlias = Annotated[float, Unit("1/angstrom")]
Metre: TypeAlias = Annotated[float, Unit("m")]
Millimetre: TypeAlias = Annotated[float, Unit("mm")]
Micrometre: TypeAlias = Annotated[float, Unit("um")]
KiloElectronVolt: TypeAlias = Annotated[float, Unit("keV")]
Second: TypeAlias = Annotated[float, Unit("s")]

Angles: TypeAlias = Annotated[Array, Axes("angle"), Unit("rad")]
Projections: TypeAlias = Annotated[Array, Axes("angle", "row", "column")]
Exposures: TypeAlias = Annotated[Array, Axes("exposure", "row", "column")]
Sinogram: TypeAlias = Annotated[Array, Axes("angle", "column")]
Volume: TypeAlias = Annotated[Array, Axes("row", "y", "x")]
Slice: TypeAlias = Annotated[Array, Axes("y", "x")]

Frames: TypeAlias = Annotated[Array, Axes("frame", "row", "column")]
Image: TypeAlias = Annotated[Array, Axes("row", "column")]
Mask: TypeAlias = Annotated[Array, Axes("row", "column")]
GeometryRecord: TypeAlias = dict[str, Any]

Abscissa: TypeAlias = Annotated[Array, Axes("point")]
Momentum: TypeAlias = Annotated[Array, Axes("point"), Unit("1/angstrom")]
Pattern: TypeAlias = Annotated[Array, Axes("point")]
Patterns: TypeAlias = Annotated[Array, Axes("frame", "point")]
DistanceFunctions: TypeAlias = Annotated[Array, Axes("frame", "r")]
Backgrounds: TypeAlias = Annotated[Array, Axes("background", "column", "point")]
QGrid: TypeAlias = Annotated[Array, Axes("q"), Unit("1/angstrom")]
QCurve: TypeAlias = Annotated[Array, Axes("q")]
RGrid: TypeAlias = Annotated[Array, Axes("r"), Unit("angstrom")]
RCurve: TypeAlias = Annotated[Array, Axes("r")]
