"""Computed tomography with a parallel beam: from counts to a volume of attenuation per pixel.

The way of the data: `normalize` -> `minus_log` -> `find_center` (from a few rows) -> `reconstruct` ->
`circular_mask`.
"""

from daisy_lab.algorithms.ct._angles import even_angles
from daisy_lab.algorithms.ct._center import find_center
from daisy_lab.algorithms.ct._mask import circular_mask
from daisy_lab.algorithms.ct._minus_log import minus_log
from daisy_lab.algorithms.ct._normalize import normalize
from daisy_lab.algorithms.ct._reconstruct import reconstruct
from daisy_lab.algorithms.ct._transpose import transpose

__all__ = [
    "circular_mask",
    "even_angles",
    "find_center",
    "minus_log",
    "normalize",
    "reconstruct",
    "transpose",
]
