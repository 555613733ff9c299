"""Where on the detector a ray really arrived: frames moved, joined and turned before reconstruction."""

from daisy_lab.algorithms.ct.geometry._transpose import transpose

__all__ = ["transpose"]
