"""Iterative reconstruction with a projector and its exact transpose: few angles, noise, prior knowledge."""

__all__: list[str] = []
