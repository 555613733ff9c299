"""Where on the detector a ray really arrived: frames moved, joined and turned before reconstruction."""

from daisy_lab.algorithms.ct.geometry._distortion import correct_distortion
from daisy_lab.algorithms.ct.geometry._drift import Drift, find_drift
from daisy_lab.algorithms.ct.geometry._move_back import correct_drift
from daisy_lab.algorithms.ct.geometry._overlap import Overlap, find_overlap
from daisy_lab.algorithms.ct.geometry._register import FrameShifts, find_shifts
from daisy_lab.algorithms.ct.geometry._stitch import WideHalfTurn, stitch_half_turns, wide_center
from daisy_lab.algorithms.ct.geometry._transpose import transpose

__all__ = [
    "Drift",
    "FrameShifts",
    "Overlap",
    "WideHalfTurn",
    "correct_distortion",
    "correct_drift",
    "find_drift",
    "find_overlap",
    "find_shifts",
    "stitch_half_turns",
    "transpose",
    "wide_center",
]
