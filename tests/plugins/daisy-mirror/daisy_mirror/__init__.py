"""Mirrors images."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from daisy_lab import algorithm, progress
from daisy_lab.vocabulary import Projections


@algorithm(splits={"angle": 0, "row": 0})
def flip_columns(projections: Projections) -> Projections:
    """Mirror each frame left to right."""
    return projections[:, :, ::-1]


@algorithm(splits={"row": 0, "column": 0})
def roll(
    projections: Projections,
    *,
    frames: Annotated[int, Field(ge=0, le=1000)] = 1,
    direction: Literal["forward", "backward"] = "forward",
) -> Projections:
    """Move the frames along the angle axis.

    Parameters
    ----------
    frames
        By how many frames.
    direction
        Towards larger or smaller angles.
    """
    moved = projections
    for _once in progress(range(frames)):
        moved = np.roll(moved, 1 if direction == "forward" else -1, axis=0)
    return moved
