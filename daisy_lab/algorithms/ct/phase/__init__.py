"""Phase retrieval: from edge-enhanced radiographs to the thickness of the sample."""

from daisy_lab.algorithms.ct.phase._bronnikov import bronnikov
from daisy_lab.algorithms.ct.phase._optics import paganin_length
from daisy_lab.algorithms.ct.phase._paganin import paganin

__all__ = ["bronnikov", "paganin", "paganin_length"]
