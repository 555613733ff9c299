"""From counts to absorption: detector and beam are taken out, faults are repaired."""

from daisy_lab.algorithms.ct.correction._minus_log import minus_log
from daisy_lab.algorithms.ct.correction._normalize import normalize

__all__ = ["minus_log", "normalize"]
