"""Computed tomography with a parallel beam: from counts to a volume of attenuation per pixel.

The way of the data is the order of the folders: `correction` (counts to absorption), `stripes`, `phase` and
`geometry` (what else the detector and the beam did), `axis`, `fbp` or `iterative` (slices), `volume` (what is done
to them).
"""

from daisy_lab.algorithms.ct._angles import even_angles
from daisy_lab.algorithms.ct.axis import find_center
from daisy_lab.algorithms.ct.correction import minus_log, normalize
from daisy_lab.algorithms.ct.fbp import reconstruct
from daisy_lab.algorithms.ct.geometry import transpose
from daisy_lab.algorithms.ct.volume import circular_mask

__all__ = [
    "circular_mask",
    "even_angles",
    "find_center",
    "minus_log",
    "normalize",
    "reconstruct",
    "transpose",
]
