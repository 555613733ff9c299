"""The first Daisy's classes, so that its published scripts run unedited: `import Daisy` leads here.

A script's configuration names algorithm classes; `_table.py` has the one table of what they are here.
"""

from types import SimpleNamespace

from daisy_lab.compat._algorithm import DaisyAlg
from daisy_lab.compat._install import install_tomopy
from daisy_lab.compat._singleton import Singleton
from daisy_lab.compat._table import TABLE
from daisy_lab.compat._workflow import PyWorkflow, replay

__all__ = ["TABLE", "Base", "DaisyAlg", "PyWorkflow", "Singleton", "install_tomopy", "replay"]

Base = SimpleNamespace(DaisyAlg=DaisyAlg, PyWorkflow=PyWorkflow, Singleton=Singleton)
"""Where later versions of the first Daisy had these, as in `Daisy.Base.DaisyAlg`."""
