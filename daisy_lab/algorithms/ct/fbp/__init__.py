"""Filtered back-projection: slices from absorption, exact and fast."""

from daisy_lab.algorithms.ct.fbp._batch import batch_lanes, project_batch
from daisy_lab.algorithms.ct.fbp._nufft import Grid, plan_grid
from daisy_lab.algorithms.ct.fbp._reconstruct import reconstruct
from daisy_lab.algorithms.ct.fbp._simd import LANES, UNIFORM, unit_of
from daisy_lab.algorithms.ct.fbp._spread import MARGIN, TABLE_ROWS, load
from daisy_lab.algorithms.ct.fbp._vectors import TAPS, WEIGHTS

__all__ = [
    "LANES",
    "MARGIN",
    "TABLE_ROWS",
    "TAPS",
    "UNIFORM",
    "WEIGHTS",
    "Grid",
    "batch_lanes",
    "load",
    "plan_grid",
    "project_batch",
    "reconstruct",
    "unit_of",
]
