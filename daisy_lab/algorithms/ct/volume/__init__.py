"""What is done to a volume once it is reconstructed."""

from daisy_lab.algorithms.ct.volume._mask import circular_mask

__all__ = ["circular_mask"]
