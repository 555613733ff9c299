"""Where the rotation axis projects onto the detector, found in several independent ways."""

from daisy_lab.algorithms.ct.axis._center import compare_centers, find_center
from daisy_lab.algorithms.ct.axis._overlay import overlay_opposite
from daisy_lab.algorithms.ct.axis._tilt import find_tilt
from daisy_lab.algorithms.ct.axis._try import try_centers

__all__ = ["compare_centers", "find_center", "find_tilt", "overlay_opposite", "try_centers"]
