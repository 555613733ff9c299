"""Shapes drawn on a detector, in pixels: (row, column), whole numbers in the middle of a pixel."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["draw"]

Point = tuple[float, float]


class _Drawn(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    keep: bool = False
    """Takes what is inside out of the mask instead."""


class Polygon(_Drawn):
    """Corners in their order."""

    kind: Literal["polygon"]
    points: Annotated[list[Point], Field(min_length=3)]


class Rectangle(_Drawn):
    """Two opposite corners."""

    kind: Literal["rectangle"]
    corners: tuple[Point, Point]


class Circle(_Drawn):
    """A disc, or with an inner radius a ring."""

    kind: Literal["circle"]
    center: Point
    radius: Annotated[float, Field(gt=0)]
    inner: Annotated[float, Field(ge=0)] = 0.0


Shape = Annotated[Polygon | Rectangle | Circle, Field(discriminator="kind")]
_SHAPES: TypeAdapter[list[Polygon | Rectangle | Circle]] = TypeAdapter(list[Shape])


def draw(shapes: str, mask: Array) -> Array:
    """Give a mask with shapes drawn on it, one after the other.

    Parameters
    ----------
    shapes
        JSON: a list of `{"kind": "polygon", "points": [[row, column], ...]}`, `{"kind": "rectangle", "corners":
        [[row, column], [row, column]]}`, `{"kind": "circle", "center": [row, column], "radius": 5}`; `"inner": 3`
        makes a ring of a circle, `"keep": true` takes pixels out of the mask.
    mask
        True where a pixel is ignored, (row, column).

    Raises
    ------
    SettingError
        If the text says no shapes.
    """
    try:
        known = _SHAPES.validate_python(json.loads(shapes or "[]"))
    except (ValidationError, ValueError) as error:
        said = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise SettingError(
            _(
                'shapes cannot be read: {fault}; write them as [{{"kind": "circle", "center": [row, column], "radius": '
                "5}}]"
            ).format(fault=said)
        ) from None
    out = mask.copy()
    for shape in known:
        out[_inside(shape, out.shape)] = not shape.keep
    return out


def _inside(shape: Polygon | Rectangle | Circle, size: tuple[int, ...]) -> Array:
    rows, columns = np.ogrid[: size[0], : size[1]]
    if isinstance(shape, Circle):
        square = (rows - shape.center[0]) ** 2 + (columns - shape.center[1]) ** 2
        found: Any = (square <= shape.radius**2) & (square >= shape.inner**2)
        return np.asarray(found)
    if isinstance(shape, Rectangle):
        (top, left), (bottom, right) = shape.corners
        down = (rows >= min(top, bottom)) & (rows <= max(top, bottom))
        across = (columns >= min(left, right)) & (columns <= max(left, right))
        return np.asarray(down & across)
    return _inside_polygon(shape.points, size)


def _inside_polygon(points: list[Point], size: tuple[int, ...]) -> Array:
    """Say which pixels lie inside by the even-odd rule, one edge after the other."""
    out = np.zeros(size, np.bool_)
    rows, columns = np.arange(size[0])[:, np.newaxis], np.arange(size[1])
    for (row, column), (next_row, next_column) in zip(points, [*points[1:], points[0]], strict=True):
        if row == next_row:
            continue
        first, last = min(row, next_row), max(row, next_row)
        part = slice(max(int(np.ceil(first)), 0), max(min(int(np.ceil(last)), size[0]), 0))
        crossing = column + (rows[part] - row) * (next_column - column) / (next_row - row)
        out[part] ^= columns < crossing
    return out
