"""Where the rotation axis projects onto the detector, found in several independent ways."""

from daisy_lab.algorithms.ct.axis._center import find_center

__all__ = ["find_center"]
