"""Reconstruction methods of other libraries, offered beside ours where these are installed."""

from daisy_lab.algorithms.ct.peers._methods import Method, available, find, real_module

__all__ = ["Method", "available", "find", "real_module"]
