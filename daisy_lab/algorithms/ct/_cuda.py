"""CUDA kernels, as all techniques launch them."""

from daisy_lab.algorithms._cuda import OPTIONS, Kernel, launch, load_kernel

__all__ = ["OPTIONS", "Kernel", "launch", "load_kernel"]
