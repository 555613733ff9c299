"""Azimuthal integration: from the detector's frames to patterns and cakes, with masks and calibration."""

from daisy_lab.algorithms.azint._background import find_bgscale
from daisy_lab.algorithms.azint._bins import bins, cake_bins
from daisy_lab.algorithms.azint._calibrate import calibrate, ring_residuals
from daisy_lab.algorithms.azint._fit2d import from_fit2d
from daisy_lab.algorithms.azint._flip import find_flip
from daisy_lab.algorithms.azint._integrate import cake, integrate
from daisy_lab.algorithms.azint._live import FrameIntegrator
from daisy_lab.algorithms.azint._masks import mask_detector, mask_pixels, mask_rings
from daisy_lab.algorithms.azint._moving import MovingMask, MovingPattern
from daisy_lab.algorithms.azint._paths import RingPath, ring_paths
from daisy_lab.algorithms.azint._snap import brightest_near

__all__ = [
    "FrameIntegrator",
    "MovingMask",
    "MovingPattern",
    "RingPath",
    "bins",
    "brightest_near",
    "cake",
    "cake_bins",
    "calibrate",
    "find_bgscale",
    "find_flip",
    "from_fit2d",
    "integrate",
    "mask_detector",
    "mask_pixels",
    "mask_rings",
    "ring_paths",
    "ring_residuals",
]
