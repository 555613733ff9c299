"""The import name of the first Daisy, for its published scripts; everything is in daisy_lab.compat."""

from daisy_lab.compat import Base, DaisyAlg, PyWorkflow, Singleton

__all__ = ["Base", "DaisyAlg", "PyWorkflow", "Singleton"]
