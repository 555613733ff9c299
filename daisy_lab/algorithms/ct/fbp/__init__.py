"""Filtered back-projection: slices from absorption, exact and fast."""

from daisy_lab.algorithms.ct.fbp._reconstruct import reconstruct

__all__ = ["reconstruct"]
