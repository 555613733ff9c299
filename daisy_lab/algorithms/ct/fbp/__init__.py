"""Filtered back-projection: slices from absorption, exact and fast."""

from daisy_lab.algorithms.ct.fbp._batch import batch_lanes, project_batch
from daisy_lab.algorithms.ct.fbp._center import check_center
from daisy_lab.algorithms.ct.fbp._margins import fold, repeat
from daisy_lab.algorithms.ct.fbp._nufft import COARSE, FINE, Grid, plan_grid
from daisy_lab.algorithms.ct.fbp._reconstruct import reconstruct
from daisy_lab.algorithms.ct.fbp._region import reconstruct_region
from daisy_lab.algorithms.ct.fbp._simd import LANES, Vectors, aligned, unit_of
from daisy_lab.algorithms.ct.fbp._spread import MARGIN, TABLE_ROWS, load
from daisy_lab.algorithms.ct.fbp._vectors import TAPS, WEIGHTS, weights_at

__all__ = [
    "COARSE",
    "FINE",
    "LANES",
    "MARGIN",
    "TABLE_ROWS",
    "TAPS",
    "WEIGHTS",
    "Grid",
    "Vectors",
    "aligned",
    "batch_lanes",
    "check_center",
    "fold",
    "load",
    "plan_grid",
    "project_batch",
    "reconstruct",
    "reconstruct_region",
    "repeat",
    "unit_of",
    "weights_at",
]
