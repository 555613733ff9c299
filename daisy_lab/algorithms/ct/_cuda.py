"""CUDA kernels: compiled once for each library of device arrays, and known by name for the tests."""

__all__: list[str] = []
