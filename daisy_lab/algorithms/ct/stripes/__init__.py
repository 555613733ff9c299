"""Stripes along the angle in a sinogram, which become rings in a slice: eight ways to take them out."""

__all__: list[str] = []
