"""What is done to a volume once it is reconstructed."""

from daisy_lab.algorithms.ct.volume._denoise import denoise
from daisy_lab.algorithms.ct.volume._downsample import downsample
from daisy_lab.algorithms.ct.volume._loops import variation_loops
from daisy_lab.algorithms.ct.volume._mask import circular_mask
from daisy_lab.algorithms.ct.volume._range import ValueRange, find_range
from daisy_lab.algorithms.ct.volume._rescale import rescale
from daisy_lab.algorithms.ct.volume._rings import remove_rings

__all__ = [
    "ValueRange",
    "circular_mask",
    "denoise",
    "downsample",
    "find_range",
    "remove_rings",
    "rescale",
    "variation_loops",
]
